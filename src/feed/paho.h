/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paho's MQTTAsync behind a small door. Internal to feed/; paho.c is the only file that includes
 * its headers.
 *
 * Threads: everything here is called by the network thread only. The hooks are called by Paho's
 * threads, one at a time per handle, and must copy and return; they may not call back in here.
 */
#ifndef HALLCALL_FEED_PAHO_H
#define HALLCALL_FEED_PAHO_H

#include "feed/broker_address.h"
#include "feed/link.h"

enum {
    PAHO_CONNECT_TIMEOUT_S = 5,
    PAHO_IN_FLIGHT_MAX = 20, /* Receive Maximum: unacknowledged messages in our direction */
    PAHO_WILL_DELAY_S = 10,
    DISCONNECT_TAKEN_OVER = 142 /* a PAHO_LOST's code: another connection has our client id */
};

enum paho_report_kind {
    PAHO_CONNECTED,        /* CONNACK 0; session_present */
    PAHO_REFUSED,          /* no connection: code, text */
    PAHO_LOST,             /* was connected; code is a DISCONNECT's reason or 0 */
    PAHO_SUBSCRIBED,       /* codes: one per topic, 0x80 and above is a refusal */
    PAHO_SUBSCRIBE_FAILED, /* the whole request failed: code, text */
    PAHO_SENT,             /* token: the broker has it */
    PAHO_SEND_FAILED,      /* token: the broker refuses it with code >= 0x80, else try again */
    PAHO_DISCONNECTED      /* answer to paho_disconnect */
};

struct paho;

struct paho_report {
    enum paho_report_kind kind;
    const struct paho *from;
    int version; /* PAHO_CONNECTED: 5 or 4 (3.1.1) */
    bool session_present;
    int code; /* MQTT reason code when >= 0, Paho's own below */
    int token;
    size_t codes_count;
    unsigned char codes[LINK_TOPICS_MAX];
    char text[REASON_BYTES]; /* Paho's and OpenSSL's words, for us and the log */
};

struct paho_message {
    const char *topic;
    size_t topic_bytes;
    const void *payload;
    size_t payload_bytes;
    bool retained;
    bool redelivered;
    int64_t expiry_left_ms; /* -1: no Message Expiry */
};

struct paho_hooks {
    void *context;
    void (*report)(void *context, const struct paho_report *report);
    /* False: there is no memory for it, it is to be offered again. */
    bool (*message)(void *context, const struct paho_message *message);
};

/* What a handle needs to know. Pointers are kept and outlive the handle (until abandoned). */
struct paho_setup {
    const struct link_options *options;
    const struct broker_address *address;
    const char *password; /* "" : none */
    struct paho_hooks hooks;
};

/* NULL when memory is out or Paho refuses the client id. */
struct paho *paho_create(const struct paho_setup *setup);
/* Each asks Paho to begin; false when it would not. The answer comes as a report. version is 5 or 4
 * (3.1.1). */
bool paho_connect(struct paho *paho, int version);
bool paho_subscribe(struct paho *paho);
bool paho_publish(struct paho *paho, const struct publication *publication, int *token);
bool paho_disconnect(struct paho *paho);
/* Ends the handle; no hook is called once it has begun. Can wait for Paho's threads. Accepts NULL.
 */
void paho_destroy(struct paho *paho);
/* As paho_destroy, in a thread of its own: for a handle that hangs. */
void paho_abandon(struct paho *paho);

#endif
