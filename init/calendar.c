/*
 * calendar.c - when is it 03:30 on a weekday again?
 *
 * Layer: PID 1 core, pure. A zone is a list of offsets from UTC that the
 * loader has asked for: no database and no parser in PID 1. Dates after
 * Howard Hinnant's "chrono-compatible low-level date algorithms".
 *
 * Where clocks are changed, a time is read with the offset before: one that
 * is left out comes when it would have come, one that is there twice counts
 * once, the first time. But every hour is every hour: a slot of all hours
 * has both.
 */

#include "core.h"

enum { DAY = 86400, SEARCH_DAYS = 366 * 9, /* 29 February: 8 years */
       ALL_HOURS = 0xffffff };

static unsigned day_of_month(int64_t days)
{
	uint64_t z = (uint64_t)days + 719468;
	uint64_t doe = z % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint64_t mp = (5 * doy + 2) / 153;

	return (unsigned)(doy - (153 * mp + 2) / 5 + 1);
}

static int minute_set(const struct plan_slot *slot, unsigned minute)
{
	return minute < 32 ? slot->minutes_low >> minute & 1 :
		slot->minutes_high >> (minute - 32) & 1;
}

static int64_t offset_at(const struct zone *z, int64_t utc)
{
	int64_t offset = 0;

	for (uint32_t n = 0; n < z->count; n++) {
		const struct plan_zone *row = &z->rows[n];
		uint64_t at = (uint64_t)row->at_high << 32 | row->at_low;

		if (n && (int64_t)at > utc)
			break;
		offset = (int64_t)row->offset - PLAN_ZONE_BIAS;
	}
	return offset;
}

/* What the clock on the wall shows, as UTC; `again`: the second time, or 0. */
static int64_t utc_of(const struct zone *z, int64_t wall, int again)
{
	int64_t before = offset_at(z, wall - DAY);
	int64_t after = offset_at(z, wall + DAY);
	int64_t first = wall - before, second = wall - after;

	if (before == after)
		return again ? 0 : first;
	if (offset_at(z, second) != after) /* not there yet, or left out */
		return again ? 0 : first;
	if (offset_at(z, first) != before)
		return again ? 0 : second;
	return again ? second : first;
}

/* The earliest of that day of the wall's calendar, or 0. */
static int64_t of_day(const struct plan_slot *slot, const struct zone *z,
		      int64_t day, int64_t after)
{
	int64_t best = 0;

	if (!(slot->weekdays >> ((day + 4) % 7) & 1) ||
	    !(slot->days >> day_of_month(day) & 1))
		return 0;
	for (unsigned m = 0; m < 24 * 60; m++) {
		int64_t wall = day * DAY + m * 60 + slot->second;

		if (!(slot->hours >> m / 60 & 1) || !minute_set(slot, m % 60))
			continue;
		for (int again = 0; again < 2; again++) {
			int64_t at = utc_of(z, wall, again);

			if (again && (slot->hours & ALL_HOURS) != ALL_HOURS)
				break;
			if (at > after && (!best || at < best))
				best = at;
		}
	}
	return best;
}

/* The first moment of the slot later than `after` (seconds of UTC), or 0 if
 * there is none. */
uint64_t calendar_next(const struct plan_slot *slot, const struct zone *z,
		       uint64_t after)
{
	int64_t t = (int64_t)after;
	int64_t today = (t + offset_at(z, t)) / DAY;
	int64_t first = today > 0 ? today - 1 : 0;

	for (int64_t d = first; d < today + SEARCH_DAYS; d++) {
		int64_t best = of_day(slot, z, d, t), next;

		if (!best)
			continue;
		/* A change at midnight may bring the next day's before. */
		next = of_day(slot, z, d + 1, t);
		return (uint64_t)(next && next < best ? next : best);
	}
	return 0;
}
