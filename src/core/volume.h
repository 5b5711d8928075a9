/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How loud the hall is at a moment: a volume for always, others by weekday and hour, and bounds
 * that hold for all of them and for what is asked from afar.
 */
#ifndef HALLCALL_CORE_VOLUME_H
#define HALLCALL_CORE_VOLUME_H

#include "core/moment.h"

#include <stddef.h>

enum { VOLUME_SPANS_MAX = 16, VOLUME_UNASKED = -1, DAY_MINUTES = 1440, WEEK_DAYS = 7 };

/* Some hours of some weekdays. */
struct volume_span {
    unsigned days; /* bit 0 is Monday ... bit 6 Sunday: the days on which it begins */
    int from, to;  /* minutes after midnight, 0 to DAY_MINUTES; to < from: into the next day */
    int percent;
};

struct volume_plan {
    int percent;  /* when no span fits */
    int min, max; /* nothing is softer or louder than this */
    size_t spans_count;
    struct volume_span spans[VOLUME_SPANS_MAX]; /* the first that fits counts */
};

/* The volume in percent, within the plan's bounds. asked is what a person wants instead of the
 * plan, or VOLUME_UNASKED. wall is a moment and utc_offset_s how far the hall's clock is ahead of
 * UTC at that moment, summer time included; with TIME_UNKNOWN no span fits. */
int volume_at(const struct volume_plan *plan, int asked, wall_ms wall, int utc_offset_s);

#endif
