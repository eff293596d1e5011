/*
 * when.c - conditions under which services run
 *
 * Layer: PID 1 core. It only keeps what is known of each condition of the
 * plan. Devices, paths, links and routes are watched by a child
 * (init/watch.lua), which writes "INDEX 0|1" for each that changes; `cond:`
 * is set through the control socket; the rest never changes. There is no
 * watcher where no definition needs one. Until it has spoken a condition is
 * unknown: that starts nothing and stops nothing.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core.h"

static const char *text_of(const struct plan_condition *c, char *out,
			   size_t size)
{
	static const char *const kinds[] = {"", "cond:", "dev:", "path:",
					    "link:", "route:"};

	fmt(out, size, "%s%s", kinds[c->kind], plan_text(&plan, c->text));
	return out;
}

/* ---- asking ---- */

static int agrees(const struct plan_test *t, enum known known)
{
	return known != KNOWN_NOT && (known == KNOWN_TRUE) != (int)t->negate;
}

static enum known known_of(const struct plan_test *t)
{
	return t->condition < CONDITION_MAX ? conditions[t->condition] :
		KNOWN_NOT;
}

static const char *name_test(const struct plan_test *t)
{
	static char text[112];
	char name[96];

	text_of(&plan.condition[t->condition], name, sizeof(name));
	fmt(text, sizeof(text), "%s%s", t->negate ? "not " : "", name);
	return text;
}

/* All true? If not, `which` names one that is not. */
int when_met(uint32_t i, const char **which)
{
	int met = 1;

	PLAN_EACH(test, t, plan_extra_of(i)->when) {
		int known = known_of(t) != KNOWN_NOT;

		if (agrees(t, known_of(t)) || met < -known)
			continue;
		*which = name_test(t);
		met = -known;
	}
	return met;
}

/* Is one known to be false now, of a service that is held by them? */
int when_lost(uint32_t i, const char **which)
{
	if (!(plan.service[i].flags & PLAN_FLAG(HOLD)))
		return 0;
	PLAN_EACH(test, t, plan_extra_of(i)->when) {
		if (known_of(t) == KNOWN_NOT || agrees(t, known_of(t)))
			continue;
		*which = name_test(t);
		return 1;
	}
	return 0;
}

/* ---- learning ---- */

static void learn(uint32_t c, int value)
{
	enum known known = value ? KNOWN_TRUE : KNOWN_FALSE;

	if (c >= CONDITION_MAX || conditions[c] == known)
		return;
	conditions[c] = (uint8_t)known;
	for (uint32_t i = 0; i < service_count(); i++)
		PLAN_EACH(test, t, plan_extra_of(i)->when)
			if (t->condition == c)
				service_queue(i);
}

static struct mark *find_mark(const char *name)
{
	for (uint32_t n = 0; n < MARK_MAX; n++)
		if (!strcmp(marks[n].name, name))
			return &marks[n];
	return NULL;
}

static void learn_mark(const char *name, int on)
{
	for (uint32_t c = 0; c < plan_count(&plan, PLAN_AT_condition); c++)
		if (plan.condition[c].kind == PLAN_CONDITION_COND &&
		    !strcmp(plan_text(&plan, plan.condition[c].text), name))
			learn(c, on);
}

int when_mark(const char *name, int on)
{
	struct mark *m;

	if (!*name || strlen(name) >= sizeof(m->name))
		return EINVAL;
	m = find_mark(name);
	if (on && !m) {
		m = find_mark("");
		if (!m)
			return ENOSPC;
		fmt(m->name, sizeof(m->name), "%s", name);
	} else if (!on && m) {
		m->name[0] = '\0';
	}
	learn_mark(name, on);
	return 0;
}

/* ---- the watcher ---- */

static int is_watched(const struct plan_condition *c)
{
	return c->kind > PLAN_CONDITION_COND;
}

void when_start(void)
{
	char fd[12], *argv[] = {"luabox", "init-watch", fd, NULL};
	int ends[2];

	if (core->down_step || aux_role(AUX_WATCH))
		return;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		timer_set(timer_extra(TIMER_WATCH), now() + SECOND);
		return;
	}
	fcntl(ends[1], F_SETFL, 0);
	loop_close(&core->watch_fd);
	core->watch_fd = ends[0];
	core->watch_used = 0;
	fmt(fd, sizeof(fd), "%d", core->plan_fd);
	if (spawn_self(AUX_WATCH, argv, core->plan_fd, ends[1], 0))
		timer_set(timer_extra(TIMER_WATCH), now() + SECOND);
	close(ends[1]);
	when_resume();
}

void when_ended(void)
{
	if (core->watch_fd >= 0)
		timer_set(timer_extra(TIMER_WATCH), now() + SECOND);
}

void when_resume(void)
{
	if (core->watch_fd >= 0)
		loop_watch(core->watch_fd, WATCH_CONDITION, 0, EPOLLIN);
}

static void line(char *text)
{
	uint32_t c = 0;
	char *p = text;

	for (; *p >= '0' && *p <= '9' && c < CONDITION_MAX; p++)
		c = c * 10 + (uint32_t)(*p - '0');
	if (p > text && p[0] == ' ' && (p[1] == '0' || p[1] == '1') && !p[2])
		learn(c, p[1] == '1');
	else if (*text)
		say("watch: %s", text);
}

/* Lines longer than the buffer are its complaints; they are cut. */
void when_event(void)
{
	const uint32_t room = sizeof(core->watch_line);
	char bytes[512];
	ssize_t n = read(core->watch_fd, bytes, sizeof(bytes));

	if (n == 0)
		loop_unwatch(core->watch_fd);
	if (n > 0)
		loop_handled++;
	for (ssize_t k = 0; k < n; k++) {
		if (bytes[k] != '\n') {
			if (core->watch_used < room - 1)
				core->watch_line[core->watch_used++] = bytes[k];
			continue;
		}
		core->watch_line[core->watch_used] = '\0';
		core->watch_used = 0;
		line(core->watch_line);
	}
}

/* The plan is new: so are its conditions and their numbers. */
void when_reset(void)
{
	struct aux *old = aux_role(AUX_WATCH);
	int watched = 0;

	if (old) {
		old->role = AUX_HOOK; /* of nobody: its end means nothing */
		signal_pid(old->pidfd, old->pid, SIGKILL);
	}
	loop_close(&core->watch_fd);
	timer_clear(timer_extra(TIMER_WATCH));
	memset(conditions, KNOWN_NOT, CONDITION_MAX);
	for (uint32_t n = 0; n < plan_count(&plan, PLAN_AT_condition) &&
	     n < CONDITION_MAX; n++) {
		const struct plan_condition *c = &plan.condition[n];

		watched |= is_watched(c);
		if (c->kind == PLAN_CONDITION_CONSTANT)
			learn(n, (int)c->value);
		else if (c->kind == PLAN_CONDITION_COND)
			learn(n, find_mark(plan_text(&plan, c->text)) != NULL);
	}
	if (watched)
		when_start();
}
