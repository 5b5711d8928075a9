/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Themes by weekday and hour (config/week.h): "07:00-19:00 day, 19:00-07:00 night".
 */
#ifndef HALLCALL_CONFIG_THEMES_H
#define HALLCALL_CONFIG_THEMES_H

#include "config/config.h"

#include <stdbool.h>

/* Reads *plan from text; "" has no spans. A theme is a name or a path, without blanks and commas.
 * False, with *plan untouched, when it is not of that form, has more than WEEK_SPANS_MAX, or could
 * not be written in VALUE_TEXT_BYTES. */
bool themes_parse(const char *text, struct theme_plan *plan);
/* Writes it as text that reads back as the same; VALUE_TEXT_BYTES do. */
void themes_write(const struct theme_plan *plan, char *out, size_t bytes);

#endif
