/*
 * arming.c - what stands between the wish for a service and its start
 *
 * Layer: PID 1 core. Conditions that must be true; sockets that must be there
 * before anybody is started; and then, for a timer, its time, for a service
 * on demand, somebody who connects. One that waits for the last two is armed:
 * it counts as ready for others, as it will come when it is needed.
 */

#include <errno.h>
#include <string.h>

#include "core.h"

static int on_demand(uint32_t i)
{
	return (plan.service[i].flags & PLAN_FLAG(DEMAND)) != 0;
}

static int is_timer(uint32_t i)
{
	return plan.service[i].kind == PLAN_KIND_TIMER;
}

/* It starts when something happens, and again when it happens again. */
int arm_recurs(uint32_t i)
{
	return on_demand(i) || is_timer(i);
}

static void wait_for(uint32_t i, unsigned reason, const char *detail)
{
	struct service *s = &services[i];

	if (s->state == STATE_WAITING && s->reason == reason &&
	    s->blocker == NOBODY && !strcmp(s->detail, detail))
		return;
	s->blocker = NOBODY;
	service_reason(i, reason, "%s", detail);
	service_state(i, STATE_WAITING);
}

/* It is no more wanted, or cannot be. */
void arm_drop(uint32_t i)
{
	struct service *s = &services[i];

	if (s->armed && s->state == STATE_WAITING) {
		timer_clear(i);
		held_demand(i, 0);
	}
	s->armed = s->due = s->parked = 0;
}

/* Others look only at their neighbours; who is behind one that is parked
 * must know, however far away. */
static void park(uint32_t i, int parked)
{
	if (services[i].parked == parked)
		return;
	services[i].parked = (uint8_t)parked;
	for (uint32_t n = 0; n < service_count(); n++)
		service_queue(n);
}

static int conditions_hold(uint32_t i)
{
	const char *which = "";
	int met = when_met(i, &which);

	if (met <= 0) {
		if (services[i].armed)
			arm_drop(i);
		wait_for(i, REASON_CONDITION, which);
	}
	park(i, met < 0);
	return met > 0;
}

static int sockets_there(uint32_t i)
{
	struct service *s = &services[i];
	int error;

	if (s->opened || s->opening)
		return s->opened;
	if (!held_missing(i)) {
		s->opened = 1;
		return 1;
	}
	error = held_open(i);
	if (!error) {
		wait_for(i, REASON_SOCKET, "making its sockets");
	} else {
		service_refused(i, error);
		s->phase = PHASE_POST; /* nothing ran: no post action */
		service_ended(i, 1, 1);
	}
	return 0;
}

/* May the graph be asked? */
int arm_prepare(uint32_t i)
{
	const struct plan_extra *x = plan_extra_of(i);

	return (!x->when.count || conditions_hold(i)) &&
		(!x->listen.count || sockets_there(i));
}

/* All else is there: 1 if it may start now. */
int arm_now(uint32_t i)
{
	struct service *s = &services[i];

	if (!arm_recurs(i))
		return 1;
	if (s->due) {
		s->due = 0;
		if (is_timer(i))
			schedule_ran(i);
		return 1;
	}
	if (s->armed && s->state == STATE_WAITING)
		return 0;
	s->armed = 1;
	wait_for(i, is_timer(i) ? REASON_TIMER : REASON_DEMAND,
		 is_timer(i) ? "until its time" : "for somebody to connect");
	if (is_timer(i))
		schedule_arm(i);
	else
		held_demand(i, 1);
	return 0;
}

/* Its time has come, or somebody is there. */
void arm_fire(uint32_t i)
{
	struct service *s = &services[i];

	if (s->state != STATE_WAITING || !s->armed || s->due)
		return;
	held_demand(i, 0);
	s->due = 1;
	service_queue(i);
}
