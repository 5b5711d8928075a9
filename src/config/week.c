/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hours of weekdays.
 *
 * One line a person can read aloud. A section for each span was refused: five lines for "softer in
 * the morning", and their order, which counts, would be the order of sections. Names of days are
 * English like everything else in the file. Days are a word of their own, so that what follows may
 * begin like one ("monochrome").
 */
#include "config/week.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

static const char *const names[WEEK_DAYS] = {"mo", "tu", "we", "th", "fr", "sa", "su"};

enum { ALL_DAYS = (1 << WEEK_DAYS) - 1, DAY_BYTES = 2 };

static void skip_blanks(const char **at) {
    *at += strspn(*at, " \t");
}

static bool take(const char **at, char byte) {
    bool found = **at == byte;
    *at += found ? 1 : 0;
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

static int day_of(const char *text) {
    for (int day = 0; day < WEEK_DAYS; day++) {
        if (strncmp(text, names[day], DAY_BYTES) == 0) {
            return day;
        }
    }
    return -1;
}

/* "mo " or "mo-fr "; anything else means every day. A range may pass Sunday. */
static void take_days(const char **at, unsigned *mask) {
    size_t bytes = strcspn(*at, " \t,");
    bool more = (*at)[bytes] == ' ' || (*at)[bytes] == '\t';
    bool range = more && bytes == 2 * DAY_BYTES + 1 && (*at)[DAY_BYTES] == '-';
    int first = range || (more && bytes == DAY_BYTES) ? day_of(*at) : -1;
    int last = range ? day_of(*at + DAY_BYTES + 1) : first;
    if (first < 0 || last < 0) {
        *mask = ALL_DAYS;
        return;
    }
    *mask = 1U << last;
    for (int day = first; day != last; day = (day + 1) % WEEK_DAYS) {
        *mask |= 1U << day;
    }
    *at += bytes;
    skip_blanks(at);
}

/* "7:00" or "07:00", at most 24:00. */
static bool take_time(const char **at, int *minutes) {
    int hour = take_number(at, 2);
    const char *digits = *at + 1;
    int minute = take(at, ':') ? take_number(at, 2) : -1;
    *minutes = hour * 60 + minute;
    return hour >= 0 && minute >= 0 && minute < 60 && *at == digits + 2 && *minutes <= DAY_MINUTES;
}

/* "07:00-09:00"; anything that does not begin like a time means all day. */
static bool take_hours(const char **at, struct week_span *span) {
    span->from = 0;
    span->to = DAY_MINUTES;
    size_t digits = strspn(*at, "0123456789");
    if (digits == 0 || (*at)[digits] != ':') {
        return true;
    }
    bool good = take_time(at, &span->from);
    skip_blanks(at);
    good = good && take(at, '-');
    skip_blanks(at);
    good = good && take_time(at, &span->to) && span->from != span->to && span->from < DAY_MINUTES;
    skip_blanks(at);
    return good;
}

bool week_read(const char *text, struct week_plan *plan, week_reader *reader, void *context) {
    struct week_plan fresh = {.count = 0};
    const char *at = text;
    skip_blanks(&at);
    while (*at != '\0') {
        if (fresh.count == WEEK_SPANS_MAX) {
            return false;
        }
        struct week_span *span = &fresh.spans[fresh.count];
        skip_blanks(&at);
        take_days(&at, &span->days);
        if (!take_hours(&at, span) || !reader(context, fresh.count, &at)) {
            return false;
        }
        fresh.count++;
        skip_blanks(&at);
        if (*at != '\0' && (!take(&at, ',') || at[strspn(at, " \t")] == '\0')) {
            return false;
        }
    }
    *plan = fresh;
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
    text_append(out, bytes, names[first]);
    if (count > 1) {
        text_append(out, bytes, "-");
        text_append(out, bytes, names[(first + count - 1) % WEEK_DAYS]);
    }
    text_append(out, bytes, " ");
}

void week_write(const struct week_plan *plan, week_writer *writer, const void *context, char *out,
                size_t bytes) {
    out[0] = '\0';
    for (size_t i = 0; i < plan->count; i++) {
        const struct week_span *span = &plan->spans[i];
        char words[40] = "";
        text_append(out, bytes, i > 0 ? ", " : "");
        write_days(span->days, out, bytes);
        if (span->from != 0 || span->to != DAY_MINUTES) {
            snprintf(words, sizeof words, "%02d:%02d-%02d:%02d ", span->from / 60, span->from % 60,
                     span->to / 60, span->to % 60);
        }
        text_append(out, bytes, words);
        writer(context, i, out, bytes);
    }
}
