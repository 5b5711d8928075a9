/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hours of weekdays: which entry of a plan holds at a moment of the hall's wall clock.
 *
 * What the entries say (a volume, a theme) stands beside the plan, under the same numbers.
 */
#ifndef HALLCALL_CORE_WEEK_H
#define HALLCALL_CORE_WEEK_H

#include "core/moment.h"

#include <stddef.h>

enum { WEEK_SPANS_MAX = 16, WEEK_NONE = -1, DAY_MINUTES = 1440, WEEK_DAYS = 7 };

/* Some hours of some weekdays. */
struct week_span {
    unsigned days; /* bit 0 is Monday ... bit 6 Sunday: the days on which it begins */
    int from, to;  /* minutes after midnight, 0 to DAY_MINUTES; to < from: into the next day */
};

struct week_plan {
    size_t count;
    struct week_span spans[WEEK_SPANS_MAX]; /* the first that fits counts */
};

/* The number of the span that holds at a moment, WEEK_NONE when none does or wall is TIME_UNKNOWN.
 * utc_offset_s is how far the hall's clock is ahead of UTC then, summer time included. */
int week_find(const struct week_plan *plan, wall_ms wall, int utc_offset_s);

#endif
