/*
 * hooks.c - commands that follow what happens to a service
 *
 * Layer: PID 1 core. `on = { crash = ... }`: a child for each event, one at a
 * time per service with one more waiting (the latest counts), and no longer
 * than 30 s. Nothing waits for them.
 */

#include "core.h"

enum { HOOK_SECONDS = 30 };

const char *hook_name(enum hook hook)
{
#define HOOK_TEXT(NAME, name) #name,
	static const char *const names[] = {"", HOOKS(HOOK_TEXT)};

	return names[hook];
}

static uint32_t action_of(uint32_t i, enum hook hook)
{
	const struct plan_extra *x = plan_extra_of(i);
#define HOOK_ACTION(NAME, name) x->on_##name,
	const uint32_t actions[] = {PLAN_NONE, HOOKS(HOOK_ACTION)};

	return actions[hook];
}

void hook_fire(uint32_t i, enum hook hook)
{
	struct service *s = &services[i];
	uint32_t action = action_of(i, hook);

	if (action == PLAN_NONE)
		return;
	if (s->hook_busy) {
		s->hook_next = (uint8_t)hook;
		return;
	}
	if (spawn_hook(i, action, hook, now() + HOOK_SECONDS * SECOND))
		return; /* no room for a child: a hook is no duty */
	s->hook_busy = (uint8_t)hook;
}

void hook_ended(uint32_t i)
{
	struct service *s = &services[i];
	enum hook next = s->hook_next;

	s->hook_busy = s->hook_next = HOOK_NONE;
	if (next)
		hook_fire(i, next);
}
