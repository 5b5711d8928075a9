/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Themes by weekday and hour: what stands behind days and hours is what [display] theme takes.
 *
 * Whether a theme is there, and can be read from a chair, is not known here: that is found out when
 * the screen opens, and by `hallcall check`. Names with blanks were refused, because a comma that
 * was forgotten would then make two entries one theme that nobody has.
 */
#include "config/themes.h"

#include "config/value.h"
#include "config/week.h"
#include "core/text.h"

#include <string.h>

static bool read_theme(void *context, size_t entry, const char **at) {
    struct theme_plan *plan = context;
    size_t bytes = strcspn(*at, " \t,");
    if (bytes == 0 || bytes >= sizeof plan->themes[entry]) {
        return false;
    }
    memcpy(plan->themes[entry], *at, bytes);
    plan->themes[entry][bytes] = '\0';
    *at += bytes;
    return true;
}

static void write_theme(const void *context, size_t entry, char *out, size_t bytes) {
    const struct theme_plan *plan = context;
    text_append(out, bytes, plan->themes[entry]);
}

bool themes_parse(const char *text, struct theme_plan *plan) {
    struct theme_plan fresh = {.week = {.count = 0}};
    char written[VALUE_TEXT_BYTES + 1];
    if (!week_read(text, &fresh.week, read_theme, &fresh)) {
        return false;
    }
    themes_write(&fresh, written, sizeof written);
    if (strlen(written) >= VALUE_TEXT_BYTES) {
        return false;
    }
    *plan = fresh;
    return true;
}

void themes_write(const struct theme_plan *plan, char *out, size_t bytes) {
    week_write(&plan->week, write_theme, plan, out, bytes);
}
