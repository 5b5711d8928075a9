/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Volumes by weekday and hour: what stands behind days and hours is a percentage.
 *
 * The bounds of the volume are settings of their own and are not looked at here: they may be read
 * after this one, and they hold for what is asked from afar as well.
 */
#include "config/volumes.h"

#include "config/week.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

/* "80" or "80%". */
static bool read_percent(void *context, size_t entry, const char **at) {
    int *percents = context;
    int digits = 0;
    percents[entry] = 0;
    for (; digits < 3 && **at >= '0' && **at <= '9'; digits++, (*at)++) {
        percents[entry] = percents[entry] * 10 + (**at - '0');
    }
    *at += **at == '%' ? 1 : 0;
    return digits > 0 && percents[entry] <= 100;
}

static void write_percent(const void *context, size_t entry, char *out, size_t bytes) {
    const int *percents = context;
    char words[16];
    snprintf(words, sizeof words, "%d", percents[entry]);
    text_append(out, bytes, words);
}

bool volumes_parse(const char *text, struct volume_plan *plan) {
    int percents[WEEK_SPANS_MAX] = {0};
    if (!week_read(text, &plan->week, read_percent, percents)) {
        return false;
    }
    memcpy(plan->percents, percents, sizeof plan->percents);
    return true;
}

void volumes_write(const struct volume_plan *plan, char *out, size_t bytes) {
    week_write(&plan->week, write_percent, plan->percents, out, bytes);
}
