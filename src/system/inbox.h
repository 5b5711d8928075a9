/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way into the main thread: a bounded queue of letters with a wake-up.
 *
 * Network and voice threads put letters in; the main thread takes them out. Letters are copies; a
 * message's payload is a heap block that belongs to the inbox until taken. When it is full the
 * oldest *message* is dropped and counted: reports of link and voice are never dropped, there is
 * room kept for them. inbox_fd becomes readable when a letter arrives (an eventfd, for poll).
 */
#ifndef HALLCALL_SYSTEM_INBOX_H
#define HALLCALL_SYSTEM_INBOX_H

#include "core/input.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum letter_kind {
    LETTER_MESSAGE,   /* bytes from the broker */
    LETTER_LINK,      /* the link changed */
    LETTER_VOICE,     /* the voice reports */
    LETTER_SECOND,    /* the second output's health changed */
    LETTER_DELIVERED, /* a publication was acknowledged or refused */
    LETTER_SPEAKER,   /* the voice of one language is well, or is not */
    LETTER_JOURNAL,   /* a mark is safe, or the journal's health changed */
};

struct letter {
    enum letter_kind kind;
    int64_t at_us; /* CLOCK_MONOTONIC when it was put in */
    union {
        struct {
            char topic[TOPIC_BYTES];
            unsigned char *payload; /* NUL after payload_bytes; free() it */
            size_t payload_bytes;   /* may exceed PAYLOAD_BYTES_MAX: then payload is NULL */
            struct arrival arrival;
        } message;
        struct link_change link;
        struct voice_report voice;
        struct speaker speaker;
        struct {
            uint32_t token;
            bool ok;
            char reason[REASON_BYTES];
        } delivered;
        struct {
            uint32_t token; /* of a mark; 0: a change of health */
            bool well;
            char reason[REASON_BYTES]; /* for staff; "" when well */
        } journal;
        struct {
            bool well;
            char reason[REASON_BYTES]; /* for staff; "" when well */
        } second;
    };
};

struct inbox;

/* NULL when memory or descriptors are exhausted. */
struct inbox *inbox_create(void);
/* Frees what was never taken. Accepts NULL. No other thread may still use it. */
void inbox_destroy(struct inbox *inbox);
/* Copies the letter; takes ownership of a message's payload. Stamps at_us when it is 0.
 * Any thread, never blocks for long. */
void inbox_put(struct inbox *inbox, const struct letter *letter);
/* Takes the oldest letter; the caller owns its payload. False when empty. Main thread. */
bool inbox_take(struct inbox *inbox, struct letter *letter);
/* For poll: readable while letters wait. Reading it is inbox_take's business. */
int inbox_fd(const struct inbox *inbox);
/* Messages dropped because the inbox was full, since creation. Any thread. */
uint64_t inbox_dropped(struct inbox *inbox);

#endif
