/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Publications on their way out: kept until the broker has them. Internal to feed/.
 *
 * No lock of its own: the link's lock guards it. A slot does not move while it is in use, so the
 * network thread may read a slot that is being sent without the lock: nobody else touches those.
 */
#ifndef HALLCALL_FEED_OUTBOX_H
#define HALLCALL_FEED_OUTBOX_H

#include "feed/link.h"

enum outbox_state { OUTBOX_FREE, OUTBOX_WAITING, OUTBOX_SENDING };

struct outbox_slot {
    enum outbox_state state;
    uint64_t order;                 /* smaller is older */
    int sent_as;                    /* Paho's token while SENDING */
    struct publication publication; /* payload is ours */
};

struct outbox {
    uint64_t next_order;
    struct outbox_slot slots[LINK_OUTBOX_MAX];
};

/* Copies a publication. When full, the oldest waiting one that nobody waits for makes room; false
 * when there is none, or memory is out. */
bool outbox_put(struct outbox *outbox, const struct publication *publication);
/* The oldest waiting slot while fewer than `in_flight_max` are being sent, else NULL. */
struct outbox_slot *outbox_next(struct outbox *outbox, size_t in_flight_max);
/* The slot that was sent as a Paho token, or NULL. */
struct outbox_slot *outbox_sent_as(struct outbox *outbox, int token);
/* Frees a slot's payload and the slot. */
void outbox_release(struct outbox_slot *slot);
/* The connection is gone: everything that was being sent waits again. */
void outbox_rewind(struct outbox *outbox);
void outbox_finish(struct outbox *outbox);

#endif
