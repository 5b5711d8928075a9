/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hours of weekdays as people write them: "mo-fr 07:00-09:00 80, sa 70, 22:00-06:00 40".
 *
 * Entries are separated by commas; each is days (one or a range), hours (both may be left out:
 * every day, all day; hours may pass midnight and then belong to the day on which they begin) and
 * what holds then, which whoever asks reads and writes: a volume, a theme.
 */
#ifndef HALLCALL_CONFIG_WEEK_H
#define HALLCALL_CONFIG_WEEK_H

#include "core/week.h"

#include <stdbool.h>

/* Reads what an entry says from *at and moves it behind that. False when it is not of its form. */
typedef bool week_reader(void *context, size_t entry, const char **at);
/* Appends what an entry says to out. */
typedef void week_writer(const void *context, size_t entry, char *out, size_t bytes);

/* Reads *plan from text; "" has no entries. False, with *plan untouched, when it is not of that
 * form or has more than WEEK_SPANS_MAX. */
bool week_read(const char *text, struct week_plan *plan, week_reader *reader, void *context);
/* Writes it as text that reads back as the same; days, hours and comma take at most 20 bytes of an
 * entry. */
void week_write(const struct week_plan *plan, week_writer *writer, const void *context, char *out,
                size_t bytes);

#endif
