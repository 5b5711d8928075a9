/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hours of weekdays in which something holds that needs no more words (config/week.h):
 * "20:00-06:00, su 00:00-24:00".
 */
#ifndef HALLCALL_CONFIG_HOURS_H
#define HALLCALL_CONFIG_HOURS_H

#include "core/week.h"

#include <stdbool.h>

/* Reads *plan from text; "" has no spans. False, with *plan untouched, when it is not of that form,
 * has more than WEEK_SPANS_MAX, or an entry is every hour of every day. */
bool hours_parse(const char *text, struct week_plan *plan);
/* Writes it as text that reads back as the same; 24 bytes for each span do. */
void hours_write(const struct week_plan *plan, char *out, size_t bytes);

#endif
