/*
 * schedule.c - timers: jobs that run at their time
 *
 * Layer: PID 1 core. A timer that waits is `waiting` and armed; its own timer
 * in the heap is the next time. Intervals count on the clock that never
 * jumps. Times of day follow the real clock: when somebody sets it, every
 * such timer is looked at anew. A time that a jump forward has left out is
 * made up for once (`persist`), one that comes again after a jump back is
 * not: each run remembers for which second it was. But a clock that is set
 * back by more than a day was wrong, and those seconds were not the time.
 */

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "core.h"

enum { DAY = 24 * 60 * 60 };

static uint64_t real_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec;
}

/* Nanoseconds until a second of the real clock begins. */
static uint64_t until(uint64_t second)
{
	struct timespec ts;
	uint64_t t;

	clock_gettime(CLOCK_REALTIME, &ts);
	t = (uint64_t)ts.tv_sec * SECOND + (uint64_t)ts.tv_nsec;
	return second * SECOND > t ? second * SECOND - t : 0;
}

/* A timerfd on the real clock that is cancelled when the clock is set. */
static void watch_clock(void)
{
	struct itimerspec never = {.it_value.tv_sec = (time_t)1 << 40};

	if (core->clock_fd >= 0)
		return;
	if (sizeof(time_t) < 8)
		never.it_value.tv_sec = 0x7fffffff;
	core->clock_fd = timerfd_create(CLOCK_REALTIME,
					TFD_CLOEXEC | TFD_NONBLOCK);
	if (core->clock_fd < 0)
		return;
	timerfd_settime(core->clock_fd,
			TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
			NULL);
	loop_watch(core->clock_fd, WATCH_CLOCK, 0, EPOLLIN);
}

/* A timerfd is not marked again by exec: make another. */
void schedule_resume(void)
{
	int had = core->clock_fd >= 0;

	close_fd(&core->clock_fd);
	if (had)
		watch_clock();
}

static uint64_t next_interval(uint32_t i)
{
	const struct plan_extra *x = plan_extra_of(i);
	uint64_t at = 0, step = x->every * MS;

	if (x->onboot && !services[i].starts)
		at = core->started_at + (x->onboot - 1) * MS;
	if (step && !at) {
		/* In step with the first run, however long one takes. */
		at = services[i].last_start ? services[i].last_start + step :
			now() + step;
		if (at <= now())
			at += (now() - at) / step * step + step;
	}
	return at;
}

static uint64_t next_slot(uint32_t i, uint64_t after)
{
	const struct plan_extra *x = plan_extra_of(i);
	const struct zone zone = {plan.zone + x->zone.first, x->zone.count};
	uint64_t best = 0;

	if (after < services[i].slot && services[i].slot - after <= DAY)
		after = services[i].slot; /* the clock went back */
	PLAN_EACH(slot, slot, x->at) {
		uint64_t at = calendar_next(slot, &zone, after);

		if (at && (!best || at < best))
			best = at;
	}
	return best;
}

static uint64_t jitter(uint32_t i)
{
	uint64_t most = plan_extra_of(i)->slot_jitter * MS;

	core->random = core->random * 1664525u + 1013904223u;
	return most / 0x10000 * (core->random >> 16);
}

void schedule_arm(uint32_t i)
{
	const struct plan_extra *x = plan_extra_of(i);
	struct service *s = &services[i];
	uint64_t at = next_interval(i);

	s->next_slot = 0;
	if (x->at.count) {
		watch_clock();
		s->next_slot = next_slot(i, real_seconds());
	}
	if (s->next_slot) {
		uint64_t then = now() + until(s->next_slot);

		if (!at || then < at)
			at = then;
		else
			s->next_slot = 0;
	}
	if (at)
		timer_set(i, at + jitter(i));
}

void schedule_ran(uint32_t i)
{
	services[i].last_start = now();
	if (services[i].next_slot)
		services[i].slot = services[i].next_slot;
	services[i].next_slot = 0;
}

/* Somebody has set the clock. */
void schedule_clock(void)
{
	uint64_t ticks, t = real_seconds();

	if (read(core->clock_fd, &ticks, sizeof(ticks)) < 0 &&
	    errno == EAGAIN)
		return;
	loop_handled++;
	schedule_resume();
	for (uint32_t i = 0; i < service_count(); i++) {
		struct service *s = &services[i];
		const struct plan_service *p = &plan.service[i];

		if (!s->armed || s->state != STATE_WAITING ||
		    p->kind != PLAN_KIND_TIMER || !plan_extra_of(i)->at.count)
			continue;
		if (s->next_slot && s->next_slot <= t &&
		    p->flags & PLAN_FLAG(PERSIST))
			timer_set(i, now()); /* missed: once, now */
		else
			schedule_arm(i);
	}
}
