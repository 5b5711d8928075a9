/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How loud the hall is at a moment: a volume for always, others by weekday and hour, and bounds
 * that hold for all of them and for what is asked from afar.
 */
#ifndef HALLCALL_CORE_VOLUME_H
#define HALLCALL_CORE_VOLUME_H

#include "core/week.h"

enum { VOLUME_UNASKED = -1 };

struct volume_plan {
    int percent;  /* when no span fits */
    int min, max; /* nothing is softer or louder than this */
    struct week_plan week;
    int percents[WEEK_SPANS_MAX]; /* of its spans */
};

/* The volume in percent, within the plan's bounds. asked is what a person wants instead of the
 * plan, or VOLUME_UNASKED. wall and utc_offset_s as for week_find. */
int volume_at(const struct volume_plan *plan, int asked, wall_ms wall, int utc_offset_s);

#endif
