/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Volumes by weekday and hour.
 *
 * One line a person can read aloud. A section for each span was refused: five lines for "softer in
 * the morning", and their order, which counts, would be the order of sections. Names of days are
 * English like everything else in the file.
 */
#include "config/volumes.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

static const char *const days[WEEK_DAYS] = {"mo", "tu", "we", "th", "fr", "sa", "su"};

enum { ALL_DAYS = (1 << WEEK_DAYS) - 1 };

static void skip_blanks(const char **at) {
    *at += strspn(*at, " \t");
}

static bool take(const char **at, const char *word) {
    size_t bytes = strlen(word);
    bool found = strncmp(*at, word, bytes) == 0;
    *at += found ? bytes : 0;
    return found;
}

/* Up to `digits` digits; -1 when there is none. */
static int take_number(const char **at, int digits) {
    int number = -1;
    for (; digits > 0 && **at >= '0' && **at <= '9'; digits--, (*at)++) {
        number = (number < 0 ? 0 : number) * 10 + (**at - '0');
    }
    return number;
}

static int take_day(const char **at) {
    for (int day = 0; day < WEEK_DAYS; day++) {
        if (take(at, days[day])) {
            return day;
        }
    }
    return -1;
}

/* "mo" or "mo-fr"; nothing at all means every day. A range may pass Sunday. */
static bool take_days(const char **at, unsigned *mask) {
    int first = take_day(at);
    if (first < 0) {
        *mask = ALL_DAYS;
        return true;
    }
    int last = take(at, "-") ? take_day(at) : first;
    if (last < 0) {
        return false;
    }
    *mask = 1U << last;
    for (int day = first; day != last; day = (day + 1) % WEEK_DAYS) {
        *mask |= 1U << day;
    }
    skip_blanks(at);
    return true;
}

/* "7:00" or "07:00", at most 24:00. */
static bool take_time(const char **at, int *minutes) {
    int hour = take_number(at, 2);
    const char *digits = *at + 1;
    int minute = take(at, ":") ? take_number(at, 2) : -1;
    *minutes = hour * 60 + minute;
    return hour >= 0 && minute >= 0 && minute < 60 && *at == digits + 2 && *minutes <= DAY_MINUTES;
}

/* "07:00-09:00"; nothing at all (no colon in what follows) means all day. */
static bool take_hours(const char **at, struct volume_span *span) {
    span->from = 0;
    span->to = DAY_MINUTES;
    if ((*at)[strcspn(*at, ":,")] != ':') {
        return true;
    }
    bool good = take_time(at, &span->from);
    skip_blanks(at);
    good = good && take(at, "-");
    skip_blanks(at);
    good = good && take_time(at, &span->to) && span->from != span->to && span->from < DAY_MINUTES;
    skip_blanks(at);
    return good;
}

static bool take_span(const char **at, struct volume_span *span) {
    skip_blanks(at);
    if (!take_days(at, &span->days) || !take_hours(at, span)) {
        return false;
    }
    span->percent = take_number(at, 3);
    (void)take(at, "%");
    skip_blanks(at);
    return span->percent >= 0 && span->percent <= 100;
}

bool volumes_parse(const char *text, struct volume_plan *plan) {
    struct volume_plan fresh = {.spans_count = 0};
    const char *at = text;
    skip_blanks(&at);
    while (*at != '\0') {
        if (fresh.spans_count == VOLUME_SPANS_MAX ||
            !take_span(&at, &fresh.spans[fresh.spans_count])) {
            return false;
        }
        fresh.spans_count++;
        if (*at != '\0' && (!take(&at, ",") || at[strspn(at, " \t")] == '\0')) {
            return false;
        }
    }
    plan->spans_count = fresh.spans_count;
    memcpy(plan->spans, fresh.spans, sizeof plan->spans);
    return true;
}

/* Days are always a range as they were read: its first day follows one that is not in it. */
static void write_days(unsigned mask, char *out, size_t bytes) {
    int first = 0, count = 0;
    for (int day = 0; day < WEEK_DAYS; day++) {
        bool in = (mask >> day & 1U) != 0;
        bool before = (mask >> ((day + WEEK_DAYS - 1) % WEEK_DAYS) & 1U) != 0;
        count += in;
        first = in && !before ? day : first;
    }
    if (mask == ALL_DAYS) {
        return;
    }
    text_append(out, bytes, days[first]);
    if (count > 1) {
        text_append(out, bytes, "-");
        text_append(out, bytes, days[(first + count - 1) % WEEK_DAYS]);
    }
    text_append(out, bytes, " ");
}

void volumes_write(const struct volume_plan *plan, char *out, size_t bytes) {
    out[0] = '\0';
    for (size_t i = 0; i < plan->spans_count; i++) {
        const struct volume_span *span = &plan->spans[i];
        char words[40] = "";
        text_append(out, bytes, i > 0 ? ", " : "");
        write_days(span->days, out, bytes);
        if (span->from != 0 || span->to != DAY_MINUTES) {
            snprintf(words, sizeof words, "%02d:%02d-%02d:%02d ", span->from / 60, span->from % 60,
                     span->to / 60, span->to % 60);
        }
        text_append(out, bytes, words);
        snprintf(words, sizeof words, "%d", span->percent);
        text_append(out, bytes, words);
    }
}
