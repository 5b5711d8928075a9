/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A believable morning in an office, as a story told event by event: for the demo.
 *
 * A pure value driven by a seed: the same seed tells the same morning. Counters serve the services
 * they are good at, call the next ticket when they are free, sometimes nobody comes and the ticket
 * is called again, and now and then several counters become free at the same moment.
 */
#ifndef HALLCALL_COMMAND_MORNING_H
#define HALLCALL_COMMAND_MORNING_H

#include "core/input.h"

enum { MORNING_COUNTERS = 8, MORNING_SERVICES = 4 };

struct morning_counter {
    int service;       /* which letter it serves */
    mono_ms free_at;   /* when it calls next */
    bool waits;        /* for a visitor who may not come */
    bool recalled;     /* has called that visitor twice */
    char id[ID_BYTES]; /* of its call */
    char ticket[TICKET_BYTES];
};

struct morning {
    uint64_t chance; /* xorshift state, never 0 */
    uint32_t calls;
    int64_t seq;
    int next_number[MORNING_SERVICES];
    struct morning_counter counters[MORNING_COUNTERS];
};

void morning_init(struct morning *morning, uint64_t seed, mono_ms now);
/* When the next event happens. */
mono_ms morning_next_at(const struct morning *morning);
/* Tells the event that is due at that time. Its time, ttl and languages are left to the teller. */
void morning_tell(struct morning *morning, mono_ms now, struct event *event);

#endif
