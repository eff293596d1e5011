/*
 * timer.c - all deadlines in one heap
 *
 * Layer: PID 1 core. A binary heap of timer ids in the arena; loop.c arms one
 * timerfd for its first. A timer's `slot` is its place + 1, 0 when not set.
 */

#include "core.h"

static int earlier(uint32_t a, uint32_t b)
{
	return timers[a].at < timers[b].at;
}

static void place(uint32_t slot, uint32_t id)
{
	timer_heap[slot] = id;
	timers[id].slot = slot;
}

/* Slots count from 1: timer_heap[0] is how many there are. */
static void sift(uint32_t slot)
{
	uint32_t count = timer_heap[0];
	uint32_t id = timer_heap[slot];

	while (slot > 1 && earlier(id, timer_heap[slot / 2])) {
		place(slot, timer_heap[slot / 2]);
		slot /= 2;
	}
	for (;;) {
		uint32_t child = 2 * slot;

		if (child < count &&
		    earlier(timer_heap[child + 1], timer_heap[child]))
			child++;
		if (child > count || !earlier(timer_heap[child], id))
			break;
		place(slot, timer_heap[child]);
		slot = child;
	}
	place(slot, id);
}

void timer_clear(uint32_t id)
{
	uint32_t slot = timers[id].slot;
	uint32_t last;

	timers[id].at = 0;
	if (!slot)
		return;
	timers[id].slot = 0;
	last = timer_heap[timer_heap[0]--];
	if (last != id) {
		place(slot, last);
		sift(slot);
	}
}

void timer_set(uint32_t id, uint64_t at)
{
	timer_clear(id);
	timers[id].at = at ? at : 1;
	place(++timer_heap[0], id);
	sift(timer_heap[0]);
}

uint64_t timer_first(void)
{
	return timer_heap[0] ? timers[timer_heap[1]].at : 0;
}

int timer_pop(void)
{
	uint32_t id;

	if (!timer_heap[0])
		return -1;
	id = timer_heap[1];
	if (timers[id].at > now())
		return -1;
	timer_clear(id);
	return (int)id;
}

/* After a crash the heap may be half sifted; the deadlines are what counts. */
void timer_rebuild(void)
{
	timer_heap[0] = 0;
	for (uint32_t id = 0; id < service_max() + TIMER_EXTRA; id++) {
		uint64_t at = timers[id].at;

		timers[id].slot = 0;
		if (at)
			timer_set(id, at);
	}
}
