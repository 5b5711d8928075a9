/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds at a moment is a function of the hall's wall clock, looked up anew each time: there is
 * no state that could be wrong after a jump of the clock, a summer time change or a restart.
 *
 * What the clock on the wall shows decides. So an hour that comes twice has its entry twice, and
 * one that is left out in spring simply does not occur.
 */
#include "core/week.h"

#include <stdbool.h>

/* day 0 is Monday. */
static bool fits(const struct week_span *span, int day, int minute) {
    bool today = (span->days >> day & 1U) != 0;
    bool yesterday = (span->days >> ((day + WEEK_DAYS - 1) % WEEK_DAYS) & 1U) != 0;
    if (span->from < span->to) {
        return today && minute >= span->from && minute < span->to;
    }
    return (today && minute >= span->from) || (yesterday && minute < span->to);
}

int week_find(const struct week_plan *plan, wall_ms wall, int utc_offset_s) {
    if (wall == TIME_UNKNOWN) {
        return WEEK_NONE;
    }
    int64_t minutes = (wall + (int64_t)utc_offset_s * 1000) / 60000;
    int day = (int)((minutes / DAY_MINUTES + 3) % WEEK_DAYS); /* 1970-01-01 was a Thursday */
    int minute = (int)(minutes % DAY_MINUTES);
    for (size_t i = 0; i < plan->count; i++) {
        if (fits(&plan->spans[i], day, minute)) {
            return (int)i;
        }
    }
    return WEEK_NONE;
}
