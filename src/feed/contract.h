/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contract version 1: from a message's bytes to a core input, or to a plain reason why not.
 *
 * jansson is known to contract.c and contract_members.c for reading, and to status.c and compose.c
 * for writing (contract_remote.c reads what people ask from afar). Everything is checked before
 * anything is used: size, UTF-8, nesting depth before parsing, duplicate keys, types, ranges, the
 * site's ticket pattern; text is cleaned as in mqtt.md section 3.2 (text.h). Unknown members are
 * ignored. A message is accepted whole or refused whole.
 */
#ifndef HALLCALL_FEED_CONTRACT_H
#define HALLCALL_FEED_CONTRACT_H

#include "core/input.h"
#include "feed/topics.h"

#include <locale.h>
#include <regex.h>

/* Why messages were refused: one counter each in the status, and the key there. */
enum refusal {
    REFUSAL_NONE,
    REFUSAL_TOPIC, /* not one of ours */
    REFUSAL_SIZE,  /* over PAYLOAD_BYTES_MAX */
    REFUSAL_EMPTY,
    REFUSAL_UTF8,
    REFUSAL_JSON,    /* syntax, duplicate keys, depth, numbers out of range */
    REFUSAL_VERSION, /* "v" is there and not 1 */
    REFUSAL_MEMBER,  /* a member is missing or of the wrong type or range */
    REFUSAL_TICKET,  /* the ticket does not match the site's pattern */
    REFUSAL_COUNTER,
    REFUSAL_LIMIT,    /* too many calls, texts, members */
    REFUSAL_RETAINED, /* a retained event or command: never acted on */
    REFUSAL_REPLAYED, /* a command that waited somewhere: what was wanted then is not wanted now */
    REFUSAL_MEMORY,   /* not the message's fault: it may be read again */
    REFUSAL_KINDS
};

/* The status key of a refusal: "json". */
const char *refusal_name(enum refusal refusal);

struct contract {
    struct topic_names names;
    regex_t ticket;      /* the site's pattern, matched against the whole ticket after NFKC */
    locale_t characters; /* C.UTF-8: what a pattern's ranges mean whatever the process locale is */
};

/* Compiles the pattern (POSIX extended; letters beyond ASCII one by one, since ranges of them need
 * a collation that C.UTF-8 lacks). False with a reason when it is not a pattern. */
bool contract_init(struct contract *contract, const struct topic_names *names,
                   const char *ticket_pattern, char *reason, size_t reason_bytes);
void contract_finish(struct contract *contract);
/* Whether the site's pattern matches all of a ticket, in the form that calls are read into. */
bool contract_takes_ticket(const struct contract *contract, const char *ticket);

/* A message as it came; everything is borrowed. payload need not be NUL-terminated and may be NULL
 * when payload_bytes is 0 or over the limit. */
struct message {
    const char *topic;
    const void *payload;
    size_t payload_bytes;
    const struct arrival *arrival;
};

/* Reads one message. On REFUSAL_NONE *input is complete; otherwise *input is untouched and reason
 * (REASON_BYTES) says what was wrong and what was expected, safe to log. An empty notice, board or
 * urgent is a valid clearing message. */
enum refusal contract_read(const struct contract *contract, const struct message *message,
                           struct input *input, char *reason);

#endif
