/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers are compared within one epoch only: a queue system that begins anew names another one,
 * and nothing can be said about what lies between the two. A message without a number is never
 * older than another.
 *
 * Considered and refused: keeping this with the rows. Rows come and go; a numbering and a clock
 * outlive every call, and a gap is counted even when no row tells of it.
 */
#include "core/sender.h"

#include <string.h>

void sender_init(struct sender *sender) {
    *sender = (struct sender){.newest = {.seq = -1},
                              .snapshot = {.seq = -1},
                              .heard_wall = TIME_UNKNOWN,
                              .beat_at = MONO_NEVER};
    time_base_init(&sender->base);
}

static void set(struct numbering *numbering, const char *epoch, int64_t seq) {
    size_t bytes = strlen(epoch);
    memset(numbering->epoch, 0, sizeof numbering->epoch);
    memcpy(numbering->epoch, epoch, bytes < EPOCH_BYTES ? bytes : EPOCH_BYTES - 1);
    numbering->seq = seq;
}

static bool same_epoch(const struct numbering *numbering, const char *epoch) {
    return strcmp(numbering->epoch, epoch) == 0;
}

void sender_note(struct sender *sender, const char *epoch, int64_t seq) {
    struct numbering *newest = &sender->newest;
    bool same = same_epoch(newest, epoch);
    if (seq < 0) {
        return;
    }
    if (same && newest->seq >= 0 && seq > newest->seq + 1) {
        sender->missed += (uint64_t)(seq - newest->seq - 1);
    }
    if (!same || seq > newest->seq) {
        set(newest, epoch, seq);
    }
}

/* What it says was given out by now has either come or is missing. */
void sender_beat(struct sender *sender, wall_ms time, const struct numbering *last, mono_ms now) {
    struct numbering *newest = &sender->newest;
    time_base_beat(&sender->base, time, now);
    sender->beat_at = now;
    if (same_epoch(newest, last->epoch) && newest->seq >= 0 && last->seq > newest->seq) {
        sender->missed += (uint64_t)(last->seq - newest->seq);
        newest->seq = last->seq;
    }
}

void sender_heard(struct sender *sender, wall_ms wall) {
    sender->heard = true;
    sender->heard_wall = wall;
}

void sender_link(struct sender *sender, mono_ms now) {
    if (sender->beat_at != MONO_NEVER) {
        sender->beat_at = now;
    }
}

mono_ms sender_late_at(const struct sender *sender) {
    return sender->beat_at == MONO_NEVER ? MONO_NEVER : sender->beat_at + BEAT_LATE_MS;
}

bool sender_covers(const struct sender *sender, const char *epoch, int64_t seq) {
    return seq >= 0 && sender->snapshot.seq >= seq && same_epoch(&sender->snapshot, epoch);
}

bool sender_is_past(const struct sender *sender, const char *epoch, int64_t seq) {
    return seq >= 0 && seq < sender->newest.seq && same_epoch(&sender->newest, epoch);
}

bool sender_take_snapshot(struct sender *sender, const char *epoch, int64_t seq) {
    if (seq >= 0 && sender->snapshot.seq > seq && same_epoch(&sender->snapshot, epoch)) {
        return false;
    }
    set(&sender->snapshot, epoch, seq);
    sender_note(sender, epoch, seq);
    return true;
}
