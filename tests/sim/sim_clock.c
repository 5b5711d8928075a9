/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clocks (system/clock.h) of the simulated machine: monotonic time is the world's, wall time
 * may be anything. No real clock is read anywhere in a story.
 */
#include "chance.h"
#include "system/clock.h"
#include "world.h"

int64_t clock_mono_us(void) {
    return world_mono() * 1000;
}

mono_ms clock_mono_ms(void) {
    return world_mono();
}

int64_t clock_boot_ms(void) {
    return world_mono();
}

struct moment clock_moment(void) {
    return (struct moment){.mono = world_mono(), .wall = world_wall()};
}

int clock_utc_offset_s(wall_ms wall) {
    (void)wall;
    return 0;
}

uint64_t clock_chance(void) {
    return chance_mix(world.plan.seed, 51, (uint64_t)world.now_ms);
}
