/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the network thread is made of. Internal to feed/: link.c owns the value and its threads,
 * link_turn.c is the network thread's state machine.
 */
#ifndef HALLCALL_FEED_LINK_STATE_H
#define HALLCALL_FEED_LINK_STATE_H

#include "core/moment.h"
#include "feed/broker_address.h"
#include "feed/lookup.h"
#include "feed/outbox.h"
#include "feed/paho.h"
#include "feed/secrets.h"

#include <pthread.h>
#include <stdatomic.h>

enum { REPORTS_MAX = 128, LINK_IN_FLIGHT_MAX = 10 };

enum link_phase {
    PHASE_DOWN,        /* no connection; the next attempt has a time */
    PHASE_LOOKING_UP,  /* the broker's name is being looked up */
    PHASE_CONNECTING,  /* Paho is at it */
    PHASE_SUBSCRIBING, /* CONNACK came, SUBACK has not */
    PHASE_UP
};

struct link {
    /* Set by link_create, only read afterwards, by any thread. */
    struct link_options options;
    struct broker_address address;
    char password[PASSWORD_BYTES];
    struct inbox *inbox;
    pthread_t thread;

    /* Where the threads meet: everything down to `backlog` is guarded by lock. Its holder never
     * calls Paho and never waits for anything but `wake` and `ended`. */
    pthread_mutex_t lock;
    pthread_cond_t wake;  /* for the network thread; CLOCK_MONOTONIC */
    pthread_cond_t ended; /* for link_destroy; CLOCK_MONOTONIC */
    bool stopping;        /* link_leave or link_destroy was called */
    mono_ms leave_by;     /* then: the thread is waited for until this */
    bool finished;        /* the network thread has nothing more to do */
    bool deaf;            /* the inbox may be gone: put nothing into it */
    bool left_behind;     /* nobody waits for the thread: it frees this when it ends */
    struct outbox outbox;
    struct link_facts facts;
    size_t reports_first, reports_count;
    struct paho_report reports[REPORTS_MAX];
    bool acknowledged;       /* this connection's SUBACK has come */
    unsigned early_messages; /* came before it */
    bool late_backlog;       /* what the session kept may still come after it */
    int64_t last_message_us; /* or of the SUBACK */

    _Atomic int64_t alive_us; /* written by the network thread, read by any */

    /* The network thread's own. */
    struct paho *paho;
    struct lookup *lookup; /* of the latest attempt; NULL before the first */
    enum link_phase phase;
    mono_ms phase_since;
    mono_ms next_attempt;
    mono_ms connected_at;
    mono_ms resubscribe_at; /* MONO_NEVER unless the first topic was refused */
    mono_ms stalled_until;  /* Paho would not take a publication; 0: it would */
    unsigned attempts;      /* failed or lost since it was last well for a minute */
    unsigned completions;   /* "connect completion failure" in a row */
    unsigned short_lives;   /* closed within 10 s of connecting, since it was last well */
    int version;            /* of the next attempt: 5 or 4 */
    bool old_broker;        /* the latest connection was one of 3.1.1 */
    bool name_told;         /* that the lookup takes long */
    int presence_sent_as;   /* Paho's token of "online" */
    bool heard_asked;       /* whether anything has come, a minute after a connection */
    bool ever_up;
    bool told; /* whether a letter was sent at all */
    struct link_change told_last;
};

/* The hooks for Paho's threads. */
void link_on_report(void *context, const struct paho_report *report);
bool link_on_message(void *context, const struct paho_message *message);
/* The same for the thread of the lookup. */
void link_on_name(void *context);

/* One report, then one step; the network thread calls these without the lock. */
void link_handle_report(struct link *link, const struct paho_report *report, mono_ms now);
void link_step(struct link *link, mono_ms now);
/* When link_step must be called next at the latest. */
mono_ms link_deadline(const struct link *link);
/* Sets the first attempt's time. */
void link_begin(struct link *link, mono_ms now);
/* Sends what the outbox holds, as far as the connection allows. */
void link_flush(struct link *link);

#endif
