/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How old is this message? Judged without ever trusting this machine's clock.
 *
 * Three independent witnesses, each of which may be missing:
 *   expiry  ttl minus the Message Expiry that is left (MQTT 5: the broker counts it down);
 *   base    the sender's own time against our monotonic clock. The smallest difference seen lately,
 *           in heartbeats and in live events, is the offset between the two clocks; what a message
 *           shows above it is its delay. Works with any two clocks that do not jump;
 *   live    it came on an established, healthy link: age 0 if no other witness knows better.
 * The largest age wins (design.md, contract rule 3). With no witness at all the age is unknown, and
 * an unknown age is not fresh: shown, never spoken.
 *
 * A sender whose clock steps back makes every later message look old, and a hall must not stay
 * silent because somebody set a clock. Two heartbeats, or three live events over at least ten
 * seconds, that agree on the same impossible age are taken as such a step, and the base is learned
 * anew. The time between them tells a step from a backlog: messages that were held back somewhere
 * look old too, but arrive within an instant.
 */
#ifndef HALLCALL_CORE_FRESHNESS_H
#define HALLCALL_CORE_FRESHNESS_H

#include "core/input.h"

enum { TIME_BASE_SAMPLES = 8 };

/* Age of a message whose age nobody can tell. */
#define AGE_UNKNOWN INT64_MAX

struct time_base {
    size_t count, next;
    int64_t offset_ms[TIME_BASE_SAMPLES]; /* our mono minus the sender's time, most recent ones */
    int64_t suspect_age_ms;               /* what the last live event claimed, when impossible */
    int suspects;                         /* live events in a row that agree with it */
    mono_ms suspect_since;                /* when the first of them arrived */
    int64_t late_beat_ms;                 /* the offset of a heartbeat that was impossibly late */
    mono_ms late_beat_at; /* when it arrived; MONO_NEVER when the last one was not */
};

void time_base_init(struct time_base *base);
/* A heartbeat arrived now. */
void time_base_beat(struct time_base *base, wall_ms sender_time, mono_ms now);

/* The age of an event that arrived now, in ms, >= 0; AGE_UNKNOWN when nobody can tell. ttl_ms is
 * the event's, or the default. Learns from live events. */
int64_t freshness_age(struct time_base *base, const struct event *event, int64_t ttl_ms,
                      mono_ms now);

#endif
