/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RFC 3339 times without the C library's calendar.
 *
 * strptime and timegm are close but not it: strptime skips blanks and takes "+0200", timegm
 * normalises the 31st of February into March instead of refusing it, and both answer differently
 * under another locale or libc. The arithmetic is twenty lines, so it is here.
 *
 * Days are counted with March as the first month, so that the leap day is the last of its year and
 * the lengths of months follow one formula.
 */
#include "feed/timestamp.h"

#include "system/check.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS };
static const int64_t day_ms = 24 * (int64_t)HOUR_MS;

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to a date that exists. */
static int64_t days_since_epoch(int year, int month, int day) {
    int years = month > 2 ? year : year - 1;
    int march_month = (month + 9) % 12;
    int64_t days = 365 * (int64_t)years + years / 4 - years / 100 + years / 400 +
                   (153 * march_month + 2) / 5 + day - 1;
    return days - 719468; /* the same count for 1970-01-01 */
}

/* Exactly `digits` decimal digits, at *text, which moves on. -1 when they are not there. */
static int read_digits(const char **text, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
        char c = **text;
        if (c < '0' || c > '9') {
            return -1;
        }
        value = value * 10 + (c - '0');
        (*text)++;
    }
    return value;
}

/* A number of exactly so many digits, from min to max. */
static bool read_field(const char **text, int digits, int min, int max, int *value) {
    *value = read_digits(text, digits);
    return *value >= min && *value <= max;
}

static bool read_char(const char **text, const char *allowed) {
    if (**text == '\0' || strchr(allowed, **text) == NULL) {
        return false;
    }
    (*text)++;
    return true;
}

static bool read_date(const char **text, wall_ms *value) {
    int year;
    int month;
    int day;
    if (!read_field(text, 4, 1970, 9999, &year) || !read_char(text, "-") ||
        !read_field(text, 2, 1, 12, &month) || !read_char(text, "-") ||
        !read_field(text, 2, 1, days_in_month(year, month), &day)) {
        return false;
    }
    *value = days_since_epoch(year, month, day) * day_ms;
    return true;
}

/* ".120" and the like; nothing at all is no fraction. */
static bool read_fraction(const char **text, int *milliseconds) {
    *milliseconds = 0;
    if (**text != '.') {
        return true;
    }
    (*text)++;
    int digits = 0;
    for (int scale = 100; **text >= '0' && **text <= '9'; scale /= 10, digits++, (*text)++) {
        *milliseconds += (**text - '0') * scale;
    }
    return digits > 0 && digits <= 9;
}

static bool read_clock(const char **text, wall_ms *value) {
    int hour;
    int minute;
    int second;
    int milliseconds;
    if (!read_field(text, 2, 0, 23, &hour) || !read_char(text, ":") ||
        !read_field(text, 2, 0, 59, &minute) || !read_char(text, ":") ||
        !read_field(text, 2, 0, 60, &second) || !read_fraction(text, &milliseconds)) {
        return false;
    }
    *value = (int64_t)hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + milliseconds;
    return true;
}

static bool read_offset(const char **text, wall_ms *value) {
    *value = 0;
    if (read_char(text, "Zz")) {
        return true;
    }
    int sign = **text == '-' ? -1 : 1;
    int hour;
    int minute;
    if (!read_char(text, "+-") || !read_field(text, 2, 0, 23, &hour) || !read_char(text, ":") ||
        !read_field(text, 2, 0, 59, &minute)) {
        return false;
    }
    *value = sign * ((int64_t)hour * HOUR_MS + minute * MINUTE_MS);
    return true;
}

bool timestamp_read(const char *text, wall_ms *value) {
    wall_ms date;
    wall_ms clock;
    wall_ms offset;
    if (!read_date(&text, &date) || !read_char(&text, "Tt ") || !read_clock(&text, &clock) ||
        !read_offset(&text, &offset) || *text != '\0') {
        return false;
    }
    *value = date + clock - offset;
    return true;
}

void timestamp_write(wall_ms value, char out[TIMESTAMP_BYTES]) {
    CHECK(value >= 0 && value < days_since_epoch(9999, 12, 31) * day_ms);
    int64_t days = value / day_ms;
    int in_day_ms = (int)(value % day_ms);
    int year = 1970;
    while (days >= (is_leap(year) ? 366 : 365)) {
        days -= is_leap(year) ? 366 : 365;
        year++;
    }
    int month = 1;
    while (days >= days_in_month(year, month)) {
        days -= days_in_month(year, month);
        month++;
    }
    snprintf(out, TIMESTAMP_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year % 10000, month % 100,
             (int)(days + 1) % 100, in_day_ms / HOUR_MS, in_day_ms / MINUTE_MS % 60,
             in_day_ms / SECOND_MS % 60, in_day_ms % SECOND_MS);
}
