/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See freshness.h for the three witnesses.
 *
 * The offset is the minimum of the last eight samples, not an average: a network can only delay a
 * message, never hasten it, so the smallest difference is the best one. Eight samples are 40 s of
 * heartbeats, after which a stepped sender clock has left the window by itself.
 *
 * Considered and refused: this machine's wall clock as a fourth witness. A Pi without a battery
 * that boots in the wrong year would call every message stale and the hall would be silent.
 */
#include "core/freshness.h"

enum {
    SUSPECT_AGREE_MS = 5000,
    SUSPECTS_FOR_STEP = 3,
    SUSPECTS_SPAN_MS = 10000,
    BEAT_LATE_BY_MS = 10000, /* more than a network delays a heartbeat that it delivers at all */
    BEATS_SPAN_MS = 3000     /* heartbeats are made 5 s apart; closer ones were held back */
};

static void learn(struct time_base *base, int64_t offset_ms) {
    base->offset_ms[base->next] = offset_ms;
    base->next = (base->next + 1) % TIME_BASE_SAMPLES;
    if (base->count < TIME_BASE_SAMPLES) {
        base->count++;
    }
}

static void forget(struct time_base *base) {
    base->count = 0;
    base->next = 0;
    base->suspects = 0;
}

void time_base_init(struct time_base *base) {
    *base = (struct time_base){.late_beat_at = MONO_NEVER};
}

static bool agree(int64_t a, int64_t b) {
    return a - b < SUSPECT_AGREE_MS && b - a < SUSPECT_AGREE_MS;
}

static int64_t least_offset(const struct time_base *base) {
    int64_t least = base->offset_ms[0];
    for (size_t i = 1; i < base->count; i++) {
        if (base->offset_ms[i] < least) {
            least = base->offset_ms[i];
        }
    }
    return least;
}

void time_base_beat(struct time_base *base, wall_ms sender_time, mono_ms now) {
    int64_t offset = now - sender_time;
    bool late = base->count > 0 && offset - least_offset(base) > BEAT_LATE_BY_MS;
    if (late && base->late_beat_at != MONO_NEVER && agree(offset, base->late_beat_ms) &&
        now - base->late_beat_at >= BEATS_SPAN_MS) {
        forget(base);
        late = false;
    }
    base->late_beat_at = late ? now : MONO_NEVER;
    base->late_beat_ms = offset;
    base->suspects = 0;
    learn(base, offset);
}

/* Whether this live event is one more of a row that agree on the same impossible age. */
static bool sender_stepped(struct time_base *base, int64_t age_ms, mono_ms now) {
    bool agrees = base->suspects > 0 && agree(age_ms, base->suspect_age_ms);
    base->suspects = agrees ? base->suspects + 1 : 1;
    base->suspect_since = agrees ? base->suspect_since : now;
    base->suspect_age_ms = age_ms;
    return base->suspects >= SUSPECTS_FOR_STEP && now - base->suspect_since >= SUSPECTS_SPAN_MS;
}

/* The age by the sender's time, or -1 when there is no time or no base yet. */
static int64_t age_by_base(struct time_base *base, const struct event *event, int64_t ttl_ms,
                           mono_ms now) {
    if (event->time == TIME_UNKNOWN) {
        return -1;
    }
    int64_t offset = now - event->time;
    int64_t age = -1;
    if (base->count > 0) {
        age = offset - least_offset(base);
        age = age < 0 ? 0 : age;
    }
    if (!event->arrival.live) {
        return age;
    }
    if (age > ttl_ms) {
        if (!sender_stepped(base, age, now)) {
            return age;
        }
        forget(base);
        age = 0;
    }
    base->suspects = 0;
    learn(base, offset);
    return age;
}

int64_t freshness_age(struct time_base *base, const struct event *event, int64_t ttl_ms,
                      mono_ms now) {
    int64_t age = event->arrival.live ? 0 : -1;
    int64_t by_base = age_by_base(base, event, ttl_ms, now);
    if (by_base > age) {
        age = by_base;
    }
    if (event->arrival.expiry_left_ms >= 0) {
        int64_t by_expiry = ttl_ms - event->arrival.expiry_left_ms;
        by_expiry = by_expiry < 0 ? 0 : by_expiry;
        age = by_expiry > age ? by_expiry : age;
    }
    return age < 0 ? AGE_UNKNOWN : age;
}
