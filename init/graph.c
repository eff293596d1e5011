/*
 * graph.c - what the edges of the plan say about one service
 *
 * Layer: PID 1 core, no side effects. Questions only, each about the direct
 * neighbours: whoever changes state has its neighbours looked at again, so
 * the whole graph settles without a walk (service.c).
 */

#include <string.h>

#include "core.h"

static const struct plan_edge *edges(struct plan_range r)
{
	return plan.edge + r.first;
}

/* Has or may have a process, or (done) something to undo. */
int service_active(uint32_t i)
{
	unsigned s = services[i].state;

	return s == STATE_STARTING || s == STATE_UP || s == STATE_STOPPING ||
		s == STATE_DONE;
}

int service_ready(uint32_t i)
{
	return services[i].state == STATE_UP ||
		services[i].state == STATE_DONE || services[i].armed;
}

/* Does the chain of those that wait end at a condition that is false? */
static int parked(uint32_t i)
{
	for (uint32_t n = 0; n < service_count(); n++) {
		if (services[i].state != STATE_WAITING)
			return 0;
		if (services[i].parked)
			return 1;
		if (services[i].blocker == NOBODY)
			return 0;
		i = services[i].blocker;
	}
	return 0;
}

/* Nothing more will come of it by itself soon: soft edges stop waiting. */
int service_settled(uint32_t i)
{
	switch (services[i].state) {
	case STATE_UP:
	case STATE_DONE:
	case STATE_FAILED:
	case STATE_BACKOFF:
		return 1;
	case STATE_DOWN:
	case STATE_STOPPING:
		return services[i].want == WANT_DOWN || services[i].armed;
	case STATE_WAITING:
		return services[i].armed || parked(i);
	default:
		return 0;
	}
}

/* It cannot become ready unless somebody acts. */
static int hopeless(uint32_t i)
{
	return services[i].state == STATE_FAILED ||
		(services[i].want == WANT_DOWN && !service_ready(i));
}

enum verdict graph_verdict(uint32_t i, uint32_t *blocker)
{
	const struct plan_service *p = &plan.service[i];
	enum verdict verdict = START_NOW;

	for (uint32_t n = 0; n < p->out.count; n++) {
		const struct plan_edge *e = &edges(p->out)[n];
		const struct service *peer = &services[e->peer];
		int hard = e->kind == PLAN_EDGE_NEEDS ||
			e->kind == PLAN_EDGE_ONCE;

		if (hard && (e->kind == PLAN_EDGE_ONCE ? peer->ran :
			     service_ready(e->peer)))
			continue;
		if (!hard && service_settled(e->peer))
			continue;
		*blocker = e->peer;
		if (hard && hopeless(e->peer))
			return START_NEVER;
		verdict = START_LATER;
	}
	/* Those that need me and are still going down after a crash. One that
	 * is armed was as good as ready for them all the time. */
	for (uint32_t n = 0; n < p->in.count && !services[i].armed; n++) {
		const struct plan_edge *e = &edges(p->in)[n];

		if (e->kind == PLAN_EDGE_NEEDS && service_active(e->peer)) {
			*blocker = e->peer;
			verdict = START_LATER;
		}
	}
	return verdict;
}

/* Did something that i needs go away? */
int graph_lost(uint32_t i, uint32_t *which)
{
	const struct plan_service *p = &plan.service[i];

	for (uint32_t n = 0; n < p->out.count; n++) {
		const struct plan_edge *e = &edges(p->out)[n];

		if (e->kind == PLAN_EDGE_NEEDS && !service_ready(e->peer)) {
			*which = e->peer;
			return 1;
		}
	}
	return 0;
}

/* Must i wait with stopping: do others go first? */
int graph_held(uint32_t i, uint32_t *which)
{
	const struct plan_service *p = &plan.service[i];

	for (uint32_t n = 0; n < p->in.count; n++) {
		const struct plan_edge *e = &edges(p->in)[n];
		const struct service *peer = &services[e->peer];

		if (!service_active(e->peer) || peer->unkillable)
			continue;
		if (e->kind == PLAN_EDGE_NEEDS || peer->want == WANT_DOWN ||
		    peer->state == STATE_STOPPING) {
			*which = e->peer;
			return 1;
		}
	}
	return 0;
}

/* The next active service that needs i, directly; NOBODY at the end. */
uint32_t service_dependant(uint32_t i, uint32_t *cursor)
{
	const struct plan_service *p = &plan.service[i];

	while (*cursor < p->in.count) {
		const struct plan_edge *e = &edges(p->in)[(*cursor)++];

		if (e->kind == PLAN_EDGE_NEEDS && service_active(e->peer) &&
		    services[e->peer].want == WANT_UP)
			return e->peer;
	}
	return NOBODY;
}

/* ---- wishes: they spread over the graph, with a stack, not recursion ---- */

static void mark(uint32_t i, uint32_t *top)
{
	if (services[i].marked)
		return;
	services[i].marked = 1;
	stack[(*top)++] = i;
}

static void unmark_all(void)
{
	for (uint32_t i = 0; i < service_count(); i++)
		services[i].marked = 0;
}

/* i and all it needs or wants. What failed gets another chance. */
void service_want_up(uint32_t i)
{
	uint32_t top = 0;

	mark(i, &top);
	while (top) {
		uint32_t n = stack[--top];
		const struct plan_service *p = &plan.service[n];
		struct service *s = &services[n];

		s->want = WANT_UP;
		s->held = s->once = 0;
		if (s->state == STATE_FAILED) {
			s->delay_ms = 0;
			s->window_at = 0;
			service_state(n, STATE_DOWN);
		}
		service_queue(n);
		for (uint32_t k = 0; k < p->out.count; k++)
			if (edges(p->out)[k].kind != PLAN_EDGE_AFTER)
				mark(edges(p->out)[k].peer, &top);
	}
	unmark_all();
}

/* i and all that needs it. */
void service_want_down(uint32_t i)
{
	uint32_t top = 0;

	mark(i, &top);
	while (top) {
		uint32_t n = stack[--top];
		const struct plan_service *p = &plan.service[n];

		services[n].want = WANT_DOWN;
		service_queue(n);
		for (uint32_t k = 0; k < p->in.count; k++)
			if (edges(p->in)[k].kind == PLAN_EDGE_NEEDS)
				mark(edges(p->in)[k].peer, &top);
	}
	unmark_all();
}

void service_want_all_down(void)
{
	for (uint32_t i = 0; i < service_count(); i++) {
		services[i].want = WANT_DOWN;
		service_queue(i);
	}
}
