/*
 * calendar.c - when is it 03:30 on a weekday again?
 *
 * Layer: PID 1 core, pure. UTC: no table of time zones in PID 1. Dates after
 * Howard Hinnant's "chrono-compatible low-level date algorithms".
 */

#include "core.h"

enum { DAY = 86400, SEARCH_DAYS = 366 * 9 }; /* 29 February: 8 years */

static unsigned day_of_month(uint64_t days)
{
	uint64_t z = days + 719468;
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

/* The first moment of the slot later than `after` (seconds of UTC), or 0 if
 * there is none. */
uint64_t calendar_next(const struct plan_slot *slot, uint64_t after)
{
	uint64_t today = after / DAY;

	for (uint64_t d = today; d < today + SEARCH_DAYS; d++) {
		if (!(slot->weekdays >> ((d + 4) % 7) & 1) ||
		    !(slot->days >> day_of_month(d) & 1))
			continue;
		for (unsigned m = 0; m < 24 * 60; m++) {
			uint64_t at = d * DAY + m * 60 + slot->second;

			if (at > after && slot->hours >> m / 60 & 1 &&
			    minute_set(slot, m % 60))
				return at;
		}
	}
	return 0;
}
