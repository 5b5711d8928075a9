/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time as the core knows it: values, never a clock.
 *
 * The turn reads the clocks once and hands the reading down. Everything that elapses uses mono;
 * wall is only for validity dates written by people and for the clock drawn on the wall, and may
 * jump either way between two turns.
 */
#ifndef HALLCALL_CORE_MOMENT_H
#define HALLCALL_CORE_MOMENT_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. Never decreases within one run. */
typedef int64_t mono_ms;
/* Milliseconds since 1970-01-01 UTC by the machine's own clock, which may be wrong. */
typedef int64_t wall_ms;

/* A deadline that never comes. */
#define MONO_NEVER INT64_MAX
/* A time that is not known. */
#define TIME_UNKNOWN INT64_MIN

struct moment {
    mono_ms mono;
    wall_ms wall; /* TIME_UNKNOWN while the clock has never been set (no RTC, no NTP yet) */
};

/* How far this machine's clock can be believed (system/timekeeping.h). */
enum clock_state {
    CLOCK_SYNCHRONISED, /* by a time server, now or earlier since the machine was switched on */
    CLOCK_BATTERY,      /* a battery clock agrees with it */
    CLOCK_TRUSTED,      /* nobody vouches for it but the configuration */
    CLOCK_DOUBTED,      /* nobody vouches for it: it may show yesterday */
    CLOCK_UNSET         /* it stands before this program was written: wall is TIME_UNKNOWN */
};

#endif
