/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The volume of a moment: what a person asked for, else what the plan says of this hour.
 *
 * The bounds come last, so that nothing that is written or asked for can leave them. Refused: a
 * volume that a person asked for ending by itself at the next entry of the plan, because nobody
 * would know how long it holds.
 */
#include "core/volume.h"

static int bounded(const struct volume_plan *plan, int percent) {
    if (percent > plan->max) {
        return plan->max;
    }
    return percent < plan->min ? plan->min : percent;
}

int volume_at(const struct volume_plan *plan, int asked, wall_ms wall, int utc_offset_s) {
    if (asked != VOLUME_UNASKED) {
        return bounded(plan, asked);
    }
    int span = week_find(&plan->week, wall, utc_offset_s);
    return bounded(plan, span == WEEK_NONE ? plan->percent : plan->percents[span]);
}
