/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only readings of the machine's clocks. Core never includes this; the turn reads once and
 * hands the value down.
 */
#ifndef HALLCALL_SYSTEM_CLOCK_H
#define HALLCALL_SYSTEM_CLOCK_H

#include "core/moment.h"

/* CLOCK_MONOTONIC in microseconds. Any thread. */
int64_t clock_mono_us(void);
/* CLOCK_MONOTONIC in milliseconds. Any thread. */
mono_ms clock_mono_ms(void);
/* CLOCK_BOOTTIME in milliseconds: since the machine booted, with the time it was suspended. */
int64_t clock_boot_ms(void);
/* Both clocks. wall is TIME_UNKNOWN while the machine's clock stands before 2024, which is what a
 * Pi without a clock battery says before its first NTP answer. */
struct moment clock_moment(void);

/* How far local time is ahead of UTC at a moment, in seconds; of 1970 when it is TIME_UNKNOWN. */
int clock_utc_offset_s(wall_ms wall);

/* 64 bits of chance: from the kernel, or from the clock so early after boot that it has none. Not
 * for secrets. Any thread. */
uint64_t clock_chance(void);

#endif
