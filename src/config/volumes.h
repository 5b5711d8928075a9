/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Volumes by weekday and hour (config/week.h): "mo-fr 07:00-09:00 80, sa 70".
 */
#ifndef HALLCALL_CONFIG_VOLUMES_H
#define HALLCALL_CONFIG_VOLUMES_H

#include "core/volume.h"

#include <stdbool.h>

/* Reads the spans of *plan and their percentages from text; "" has none. False, with *plan
 * untouched, when it is not of that form or has more than WEEK_SPANS_MAX. */
bool volumes_parse(const char *text, struct volume_plan *plan);
/* Writes the spans as text that reads back as the same; out has bytes, 30 for each span do. */
void volumes_write(const struct volume_plan *plan, char *out, size_t bytes);

#endif
