/*
 * record.c - what PID 1 tells of its services
 *
 * Layer: PID 1 core. Packets of key=value for listings, status and events;
 * who asks, and for what, is in verbs.c. Times are milliseconds.
 */

#include <sys/wait.h>

#include "core.h"

static uint64_t milliseconds(uint64_t ns)
{
	return ns / MS;
}

void verb_record(struct packet *p, uint32_t i, int full)
{
	static const char *const kinds[] = {"service", "oneshot", "group",
					 "timer", "mount"};
	const struct service *s = &services[i];
	const struct plan_service *d = &plan.service[i];

	packet_put(p, "name", "%s", s->name);
	packet_put(p, "kind", "%s", kinds[d->kind]);
	packet_put(p, "state", "%s", s->unkillable ? "stopping(unkillable)" :
		   state_name(s->state));
	packet_put(p, "want", "%s", s->want == WANT_UP ? "up" : "down");
	packet_put(p, "since_ms", "%llu", (unsigned long long)
		   milliseconds(now() - s->since));
	if (s->pid)
		packet_put(p, "pid", "%d", s->pid);
	if (s->first_start) {
		packet_put(p, "started_ms", "%llu", (unsigned long long)
			   milliseconds(s->first_start - core->started_at));
		if (s->first_ready)
			packet_put(p, "first_ready_ms", "%llu",
				   (unsigned long long)milliseconds(
					   s->first_ready -
					   core->started_at));
	}
	if (s->state == STATE_WAITING && s->blocker < service_count())
		packet_put(p, "waits_for", "%s", services[s->blocker].name);
	if (s->reason != REASON_NONE) {
		packet_put(p, "reason", "%s", reason_name(s->reason));
		packet_put(p, "detail", "%s", s->detail);
	}
	if (s->state == STATE_WAITING && d->kind == PLAN_KIND_TIMER &&
	    timers[i].slot && timers[i].at > now())
		packet_put(p, "next_ms", "%llu", (unsigned long long)
			   milliseconds(timers[i].at - now()));
	packet_put(p, "restarts", "%u", s->restarts);
	if (*plan_text(&plan, d->desc))
		packet_put(p, "desc", "%s", plan_text(&plan, d->desc));
	if (*s->told)
		packet_put(p, "says", "%s", s->told);
	if (!full)
		return;
	packet_put(p, "file", "%s", plan_text(&plan, d->file));
	packet_put(p, "line", "%u", d->line);
	packet_put(p, "starts", "%u", s->starts);
	log_status(p, i);
	if (s->ready_at)
		packet_put(p, "ready_ms", "%llu", (unsigned long long)
			   milliseconds(now() - s->ready_at));
	if (s->state == STATE_STARTING && timers[i].at > now()) {
		static const char *const kinds_of_ready[] = {
#define READY_TEXT(group, name) #name,
			PLAN_ENUM_READY(READY_TEXT)
		};

		packet_put(p, "ready", "%s", kinds_of_ready[d->ready]);
		packet_put(p, "timeout_ms", "%llu", (unsigned long long)
			   milliseconds(timers[i].at - now()));
	}
	if (s->state == STATE_BACKOFF && timers[i].at > now())
		packet_put(p, "retry_ms", "%llu", (unsigned long long)
			   milliseconds(timers[i].at - now()));
	if (!s->has_status)
		return;
	packet_put(p, "last_pid", "%d", s->last_pid);
	if (WIFEXITED(s->last_status))
		packet_put(p, "exit", "%d", WEXITSTATUS(s->last_status));
	else
		packet_put(p, "signal", "%s",
			   fmt_signal(WTERMSIG(s->last_status)));
}

static int next_edge(struct client *c, struct packet *p)
{
	static const char *const kinds[] = {"needs", "wants", "once", "after"};
	const struct plan_edge *e = &plan.edge[c->cursor];

	if (c->cursor >= plan_count(&plan, PLAN_AT_edge))
		return 0;
	/* Each edge is there twice: seen from its start, and from its end. */
	for (uint32_t i = 0; i < service_count(); i++) {
		uint64_t at = c->cursor - plan.service[i].out.first;

		if (c->cursor < plan.service[i].out.first ||
		    at >= plan.service[i].out.count)
			continue;
		packet_put(p, "from", "%s", services[i].name);
		packet_put(p, "kind", "%s", kinds[e->kind]);
		packet_put(p, "to", "%s", services[e->peer].name);
	}
	return 1;
}

static int next_event(struct client *c, struct packet *p)
{
	const struct event *e = &event_ring[c->cursor % EVENT_MAX];

	if (c->cursor >= core->events)
		return -1;
	if (core->events - c->cursor > EVENT_MAX) {
		c->listing = LIST_NONE;
		ctl_end(c, 1, "reads too slowly: %llu events are lost",
			(unsigned long long)(core->events - c->cursor));
		return -1;
	}
	if (e->service >= service_count())
		return 1;
	packet_put(p, "event", "%llu", (unsigned long long)c->cursor);
	packet_put(p, "at_ms", "%llu", (unsigned long long)
		   milliseconds(e->at - core->started_at));
	packet_put(p, "name", "%s", services[e->service].name);
	packet_put(p, "state", "%s", state_name(e->state));
	if (e->pid)
		packet_put(p, "pid", "%d", e->pid);
	if (e->reason != REASON_NONE)
		packet_put(p, "reason", "%s", reason_name(e->reason));
	return 1;
}

int verb_next(struct client *c, struct packet *p)
{
	if (c->listing == LIST_EDGES)
		return next_edge(c, p);
	if (c->listing == LIST_EVENTS)
		return next_event(c, p);
	if (c->cursor >= service_count())
		return 0;
	verb_record(p, (uint32_t)c->cursor, 0);
	return 1;
}
