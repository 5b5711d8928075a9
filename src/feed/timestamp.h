/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RFC 3339 times, both ways. Internal to feed/ and the publishing commands.
 */
#ifndef HALLCALL_FEED_TIMESTAMP_H
#define HALLCALL_FEED_TIMESTAMP_H

#include "core/moment.h"

#include <stdbool.h>
#include <stddef.h>

enum { TIMESTAMP_BYTES = 32 };

/* Reads "2026-11-22T08:15:30.120Z" or with an offset such as "+02:00". Years 1970 to 9999; a leap
 * second counts as the second after it; digits past the millisecond are dropped. False when text is
 * anything else. */
bool timestamp_read(const char *text, wall_ms *value);
/* Writes a time in UTC with milliseconds. value is from 1970 to 9999. */
void timestamp_write(wall_ms value, char out[TIMESTAMP_BYTES]);

#endif
