/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The story (morning.h). Times are a real hall's, shortened about fourfold so that a minute of
 * watching shows everything a morning has.
 *
 * Considered and refused: a list of events written down beforehand, which would look the same every
 * time and end.
 */
#include "command/morning.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_CALL_MS = 1500, BURST_AT_CALL = 5, NO_SHOW_OF_TEN = 2 };

static uint64_t draw(struct morning *morning) {
    morning->chance ^= morning->chance << 13;
    morning->chance ^= morning->chance >> 7;
    morning->chance ^= morning->chance << 17;
    return morning->chance;
}

static int64_t between(struct morning *morning, int64_t least, int64_t most) {
    return least + (int64_t)(draw(morning) % (uint64_t)(most - least + 1));
}

void morning_init(struct morning *morning, uint64_t seed, mono_ms now) {
    static const int first_numbers[MORNING_SERVICES] = {104, 41, 218, 7};
    memset(morning, 0, sizeof *morning);
    morning->chance = seed != 0 ? seed : 1;
    memcpy(morning->next_number, first_numbers, sizeof first_numbers);
    for (int i = 0; i < MORNING_COUNTERS; i++) {
        struct morning_counter *counter = &morning->counters[i];
        counter->service = i % MORNING_SERVICES;
        counter->free_at = now + FIRST_CALL_MS + i * between(morning, 9000, 12000);
    }
}

static struct morning_counter *next_counter(struct morning *morning) {
    struct morning_counter *next = &morning->counters[0];
    for (int i = 1; i < MORNING_COUNTERS; i++) {
        if (morning->counters[i].free_at < next->free_at) {
            next = &morning->counters[i];
        }
    }
    return next;
}

mono_ms morning_next_at(const struct morning *morning) {
    mono_ms next = morning->counters[0].free_at;
    for (int i = 1; i < MORNING_COUNTERS; i++) {
        if (morning->counters[i].free_at < next) {
            next = morning->counters[i].free_at;
        }
    }
    return next;
}

/* Two neighbours become free at the same moment: the hall must cope, and the demo shows it. */
static void burst(struct morning *morning, const struct morning_counter *counter, mono_ms now) {
    int joined = 0;
    for (int i = 0; i < MORNING_COUNTERS && joined < 2; i++) {
        struct morning_counter *other = &morning->counters[i];
        if (other != counter && !other->waits) {
            other->free_at = now + 40;
            joined++;
        }
    }
}

static void call_next(struct morning *morning, struct morning_counter *counter, mono_ms now) {
    static const char letters[MORNING_SERVICES] = {'A', 'B', 'C', 'P'};
    int *number = &morning->next_number[counter->service];
    snprintf(counter->ticket, sizeof counter->ticket, "%c%03d", letters[counter->service],
             (*number)++);
    snprintf(counter->id, sizeof counter->id, "demo-%04u", ++morning->calls);
    counter->waits = true;
    counter->recalled = false;
    counter->free_at = now + between(morning, 13000, 16000);
    if (morning->calls == BURST_AT_CALL) {
        burst(morning, counter, now);
    }
}

void morning_tell(struct morning *morning, mono_ms now, struct event *event) {
    struct morning_counter *counter = next_counter(morning);
    bool absent = between(morning, 1, 10) <= NO_SHOW_OF_TEN;

    memset(event, 0, sizeof *event);
    if (!counter->waits) {
        event->type = EVENT_CALL;
        event->n = 1;
        call_next(morning, counter, now);
    } else if (absent && !counter->recalled) {
        event->type = EVENT_RECALL;
        event->n = 2;
        counter->recalled = true;
        counter->free_at = now + between(morning, 9000, 12000);
    } else {
        event->type = counter->recalled ? EVENT_NO_SHOW : EVENT_SERVED;
        counter->waits = false;
        counter->free_at = now + between(morning, 15000, 45000);
    }
    event->seq = ++morning->seq;
    event->ttl_ms = -1;
    event->time = TIME_UNKNOWN;
    memcpy(event->id, counter->id, sizeof event->id);
    memcpy(event->ticket, counter->ticket, sizeof event->ticket);
    snprintf(event->counter, sizeof event->counter, "%d", (int)(counter - morning->counters) + 1);
}
