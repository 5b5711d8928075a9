/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Readings of the machine's clocks. 2024-01-01 is the border between "never set" and "may be
 * right": a Pi without a battery wakes up in 1970 or at its image's date, which timesyncd moves
 * forward from its saved file; anything earlier than this program cannot be now.
 */
#include "system/clock.h"

#include <sys/random.h>
#include <time.h>

#define WALL_FIRST_PLAUSIBLE_MS INT64_C(1704067200000) /* 2024-01-01T00:00:00Z */

int64_t clock_mono_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

mono_ms clock_mono_ms(void) {
    return clock_mono_us() / 1000;
}

int64_t clock_boot_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct moment clock_moment(void) {
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    wall_ms now = (wall_ms)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
    return (struct moment){.mono = clock_mono_ms(),
                           .wall = now < WALL_FIRST_PLAUSIBLE_MS ? TIME_UNKNOWN : now};
}

int clock_utc_offset_s(wall_ms wall) {
    struct tm local;
    time_t seconds = wall == TIME_UNKNOWN ? 0 : (time_t)(wall / 1000);
    return localtime_r(&seconds, &local) != NULL ? (int)local.tm_gmtoff : 0;
}

uint64_t clock_chance(void) {
    uint64_t chance;
    if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != (ssize_t)sizeof chance) {
        chance = (uint64_t)clock_mono_us() * UINT64_C(0x9E3779B97F4A7C15);
    }
    return chance;
}
