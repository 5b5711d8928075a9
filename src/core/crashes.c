/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See crashes.h. When an end is found only the next start knows of it, so it is taken to have ended
 * then: two seconds late, as the service manager waits.
 *
 * After the hour of safe mode the normal way gets one try, not five: whatever crashed the hall is
 * mostly still there, and a hall that goes black once an hour is better than one that does it five
 * times. A try that has held for ten minutes is a normal run again.
 *
 * Considered and refused: longer and longer times in safe mode (staff who put a thing right would
 * wait for half a day, or must know how to restart a service).
 */
#include "core/crashes.h"

static void forget_old(struct crashes *crashes, int64_t now) {
    size_t kept = 0;
    for (size_t i = 0; i < crashes->count; i++) {
        int64_t age_ms = now - crashes->ended_at[i];
        if (age_ms >= 0 && age_ms <= CRASHES_WITHIN_MS) {
            crashes->ended_at[kept++] = crashes->ended_at[i];
        }
    }
    crashes->count = kept;
}

static void note_end(struct crashes *crashes, int64_t now) {
    size_t count = crashes->count < CRASHES_MAX ? crashes->count + 1 : CRASHES_MAX;
    for (size_t i = count - 1; i > 0; i--) {
        crashes->ended_at[i] = crashes->ended_at[i - 1];
    }
    crashes->ended_at[0] = now;
    crashes->count = count;
    crashes->journal_suspect = crashes->reading;
}

static enum start_kind decide(struct crashes *crashes, bool crashed, int64_t now) {
    int64_t left_ms = crashes->safe_until - now;
    bool trial_failed =
        crashed && crashes->kind == START_TRIAL && now - crashes->started_at <= CRASHES_WITHIN_MS;
    if (left_ms > 0 && left_ms <= SAFE_MODE_MS) {
        return START_SAFE;
    }
    if (crashes->count == CRASHES_MAX || trial_failed) {
        crashes->safe_until = now + SAFE_MODE_MS;
        return START_SAFE;
    }
    bool was_safe = crashes->safe_until != 0;
    crashes->safe_until = 0;
    return was_safe ? START_TRIAL : START_NORMAL;
}

enum start_kind crashes_start(struct crashes *crashes, int64_t now) {
    bool crashed = crashes->running;
    if (crashed) {
        note_end(crashes, now);
    }
    forget_old(crashes, now);
    crashes->kind = decide(crashes, crashed, now);
    crashes->running = true;
    crashes->reading = false;
    crashes->started_at = now;
    return crashes->kind;
}

enum start_kind crashes_restart(struct crashes *crashes, int64_t now) {
    crashes->running = false;
    return crashes_start(crashes, now);
}
