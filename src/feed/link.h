/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The connection to the broker: one network thread of ours, the only caller of Paho.
 *
 * Follows mqtt.md section 1.8. Paho's callbacks copy and wake; our thread connects, subscribes to
 * an exact list after every connect, publishes presence, flushes the outbox, and reconnects for
 * ever with full jitter on CLOCK_MONOTONIC deadlines (Paho's own automatic reconnect is not used:
 * it stops after a backward clock step). MQTT 5 first, 3.1.1 where the broker refuses it. The name
 * is looked up in a thread of its own before Paho is asked. A handle that hangs is given to a
 * detached thread and replaced.
 *
 * The only file that knows Paho is paho.c.
 */
#ifndef HALLCALL_FEED_LINK_H
#define HALLCALL_FEED_LINK_H

#include "system/inbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LINK_TOPICS_MAX = 40,
    LINK_OUTBOX_MAX = 64,
    LINK_URL_BYTES = 256,
    LINK_PATH_BYTES = 256,
    LINK_DAY_BYTES = 12
};

/* Strings are copied. Paths that are "" are not used. */
struct link_options {
    char url[LINK_URL_BYTES]; /* mqtt://host:port or mqtts://host:port */
    char client_id[NAME_BYTES * 2 + 16];
    char username[128];
    char password_file[LINK_PATH_BYTES];
    char ca_file[LINK_PATH_BYTES];
    char cert_file[LINK_PATH_BYTES];
    char key_file[LINK_PATH_BYTES];
    int keepalive_s;      /* a silent connection is lost after 2.5 times this */
    int session_expiry_s; /* the broker keeps QoS 1 messages for us this long; 0: clean session */
    size_t topics_count;  /* 0: publish only */
    size_t topics_needed; /* the first so many are those that the hall cannot do without: when the
                             broker refuses one the link counts as down, others are only logged */
    /* Exact filters (one '+' allowed: notices). */
    char topics[LINK_TOPICS_MAX][TOPIC_BYTES];
    char online_topic[TOPIC_BYTES]; /* "" : no presence; else "online" retained, will "offline" */
    int beat_ms;                    /* the network thread comes round at least so often; 0: never
                                       without need */
    int first_connect_jitter_ms;    /* uniform(0..this) before the first connect of a service */
};

/* One thing to publish. */
struct publication {
    uint32_t token; /* comes back in LETTER_DELIVERED; 0: no answer wanted */
    char topic[TOPIC_BYTES];
    const void *payload; /* borrowed for the call */
    size_t payload_bytes;
    int qos;
    bool retained;
    uint32_t expiry_s; /* 0: none; ignored on a 3.1.1 link */
    bool replace;      /* replaces an unsent publication of the same topic (status) */
};

/* What staff want to know about the link. Any thread. */
struct link_facts {
    bool up;
    int mqtt_version; /* 5 or 4 (3.1.1) */
    bool silent;      /* up for a minute, and nothing came ever: read with received == 0 */
    uint64_t connects, losses, received, oversized;
};

struct link;

/* Starts the network thread. Letters go to inbox, which must outlive the link. Never waits for the
 * network. NULL with a reason (REASON_BYTES) when an option is unusable: a bad URL, a file that
 * cannot be read. */
struct link *link_create(const struct link_options *options, struct inbox *inbox, char *reason);
/* Begins what link_destroy does and does not wait, so that other things can be ended meanwhile.
 * Accepts NULL. */
void link_leave(struct link *link);
/* Publishes "offline", disconnects and joins within 1 s, else leaves the thread behind (a DNS
 * outage can hold Paho for 10 s; the process is about to end). Accepts NULL. */
void link_destroy(struct link *link);
/* Copies into the outbox and wakes the network thread. False when the outbox is full (the oldest
 * publication that nobody waits for is dropped first). Any thread. Never waits. */
bool link_publish(struct link *link, const struct publication *publication);
/* CLOCK_MONOTONIC when the network thread last came round, in microseconds. Paho looking up a name
 * once more can hold it for a minute. Any thread. */
int64_t link_alive_us(const struct link *link);
void link_read_facts(const struct link *link, struct link_facts *facts);

/* A visit to the broker, for `hallcall check`. */
struct link_validity {
    char until[LINK_DAY_BYTES]; /* a certificate's last day: 2028-11-21; "" without one */
    int days_left;              /* until then, by this machine's clock; below 0 when it is over */
};

struct link_visit {
    /* What to ask; set by the caller, everything else 0. */
    size_t boards_count;
    char board_topics[HALLS_MAX][TOPIC_BYTES]; /* some of the options' topics, with a retained
                                                  message each */
    char
        report_topic[TOPIC_BYTES]; /* what may be published by this display and is read by nobody */
    /* What was found. */
    bool accepted;                   /* the broker let us in and has our subscription */
    char words[REASON_BYTES];        /* else why not, and what to do */
    int mqtt_version;                /* 5 or 4 (3.1.1), when accepted */
    bool boards[HALLS_MAX];          /* which boards came */
    bool reported;                   /* the broker took the report */
    char report_words[REASON_BYTES]; /* else why not */
    struct link_validity own;        /* of our certificate */
    struct link_validity authority;  /* of the one in ca_file that lasts longest */
};

/* Opens a connection of its own as the display would, with another client id, without session and
 * presence. Waits at most 16 s in all. */
void link_visit(const struct link_options *options, struct link_visit *visit);

#endif
