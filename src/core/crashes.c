/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See crashes.h. An end of which only the next start knows is taken to have been then: two seconds
 * late, as the service manager waits.
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

void crashes_end(struct crashes *crashes, int64_t now) {
    size_t count = crashes->count < CRASHES_MAX ? crashes->count + 1 : CRASHES_MAX;
    for (size_t i = count - 1; i > 0; i--) {
        crashes->ended_at[i] = crashes->ended_at[i - 1];
    }
    crashes->ended_at[0] = now;
    crashes->count = count;
    crashes->journal_suspect = crashes->reading;
    crashes->running = false;
    crashes->reading = false;
    crashes->ended = true;
}

static enum start_kind decide(struct crashes *crashes, int64_t now) {
    int64_t left_ms = crashes->safe_until - now;
    bool trial_failed = crashes->ended && crashes->kind == START_TRIAL &&
                        now - crashes->started_at <= CRASHES_WITHIN_MS;
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
    if (crashes->running) {
        crashes_end(crashes, now);
    }
    forget_old(crashes, now);
    crashes->kind = decide(crashes, now);
    crashes->running = true;
    crashes->ended = false;
    crashes->started_at = now;
    return crashes->kind;
}

enum start_kind crashes_restart(struct crashes *crashes, int64_t now) {
    crashes->running = false;
    return crashes_start(crashes, now);
}
