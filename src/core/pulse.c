/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pulse as steps: up one level after the other and down again.
 *
 * Whole levels, so that two views of one step are equal and nothing is painted for them; how much
 * ring a level is, is the layout's business, which eases it.
 *
 * Refused: a table of moments (three breaths are one, three times), a clock of its own.
 */
#include "core/pulse.h"

static int level_of(int step) {
    return step <= PULSE_TOP ? step : PULSE_STEPS - step;
}

static int step_at(int64_t since_ms) {
    return (int)(since_ms % PULSE_PERIOD_MS * PULSE_STEPS / PULSE_PERIOD_MS);
}

int pulse_level(int64_t since_ms) {
    return since_ms < 0 || since_ms >= PULSE_MS ? 0 : level_of(step_at(since_ms));
}

int64_t pulse_next(int64_t since_ms) {
    if (since_ms >= PULSE_MS) {
        return MONO_NEVER;
    }
    int64_t from_ms = since_ms > 0 ? since_ms : 0;
    int step = step_at(from_ms) + 1;
    if (step <= PULSE_STEPS - 1 && level_of(step) == level_of(step - 1)) {
        step++;
    }
    int64_t period_ms = from_ms - from_ms % PULSE_PERIOD_MS;
    return period_ms + (step * PULSE_PERIOD_MS + PULSE_STEPS - 1) / PULSE_STEPS;
}
