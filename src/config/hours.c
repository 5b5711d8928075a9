/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An entry of all days and all hours is refused: it is what a comma too many reads as, and a screen
 * that is always dark is no screen.
 *
 * A day alone is refused too ("su"): week_read takes a word without hours behind it for what the
 * entry says, so a whole day is written with its hours.
 */
#include "config/hours.h"

#include "config/week.h"
#include "core/text.h"

#include <string.h>

enum { EVERY_DAY = (1 << WEEK_DAYS) - 1 };

static bool all_day(const struct week_span *span) {
    return span->from == 0 && span->to == DAY_MINUTES;
}

/* Behind days and hours stands nothing. */
static bool read_nothing(void *context, size_t entry, const char **at) {
    (void)context;
    (void)entry;
    (void)at;
    return true;
}

/* Hours that week_write leaves out are written: a day alone would not read back. */
static void write_hours(const void *context, size_t entry, char *out, size_t bytes) {
    const struct week_plan *plan = context;
    size_t length = strlen(out);
    if (all_day(&plan->spans[entry])) {
        text_append(out, bytes, "00:00-24:00");
    } else if (length > 0 && out[length - 1] == ' ') {
        out[length - 1] = '\0';
    }
}

bool hours_parse(const char *text, struct week_plan *plan) {
    struct week_plan fresh;
    if (!week_read(text, &fresh, read_nothing, NULL)) {
        return false;
    }
    for (size_t i = 0; i < fresh.count; i++) {
        if (fresh.spans[i].days == EVERY_DAY && all_day(&fresh.spans[i])) {
            return false;
        }
    }
    *plan = fresh;
    return true;
}

void hours_write(const struct week_plan *plan, char *out, size_t bytes) {
    week_write(plan, write_hours, plan, out, bytes);
}
