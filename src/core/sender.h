/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A queue system as the board knows it: how it numbers, how its clock stands, when it was heard.
 *
 * Its calls are rows of the board, which know nothing of this; what can only be judged with what
 * the same queue system said before (a gap, an old snapshot, an age) is judged here.
 */
#ifndef HALLCALL_CORE_SENDER_H
#define HALLCALL_CORE_SENDER_H

#include "core/freshness.h"
#include "core/limits.h"
#include "core/moment.h"

enum { BEAT_LATE_MS = 15000 /* heartbeats come each 5 s: three missed */ };

struct sender {
    struct numbering newest;   /* of its newest event, snapshot or heartbeat */
    struct numbering snapshot; /* of its newest snapshot */
    uint64_t missed;           /* numbers that never came */
    struct time_base base;
    bool heard;         /* something of it came since the start */
    wall_ms heard_wall; /* this machine's time of its last message, TIME_UNKNOWN */
    mono_ms beat_at;    /* of its last heartbeat, MONO_NEVER before the first one */
};

void sender_init(struct sender *sender);
/* An event or a snapshot came: counts what the numbers say was never received, and moves on. seq
 * may be -1. */
void sender_note(struct sender *sender, const char *epoch, int64_t seq);
/* A heartbeat came, with the last number that was given (-1: not told). */
void sender_beat(struct sender *sender, wall_ms time, const struct numbering *last, mono_ms now);
/* Any message of it came. */
void sender_heard(struct sender *sender, wall_ms wall);
/* The link came or went: how late a heartbeat is counts from here. */
void sender_link(struct sender *sender, mono_ms now);
/* When a heartbeat will be missing; MONO_NEVER for a queue system that sends none. */
mono_ms sender_late_at(const struct sender *sender);
/* Whether the newest snapshot was made after an event of this number. */
bool sender_covers(const struct sender *sender, const char *epoch, int64_t seq);
/* Whether a place in the numbering is surely before that of the newest message. */
bool sender_is_past(const struct sender *sender, const char *epoch, int64_t seq);
/* Takes a snapshot's place in the numbering; false when a newer snapshot came before it. */
bool sender_take_snapshot(struct sender *sender, const char *epoch, int64_t seq);

#endif
