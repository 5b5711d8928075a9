/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Publications on their way out.
 *
 * A fixed number of slots with an order number each, rather than a list: a slot keeps its place
 * while Paho works on it, and 64 slots are searched faster than a list is kept.
 *
 * A loss in mid-delivery makes the publication wait again and be sent again: at least once, never
 * lost. Everything that we publish bears that: presence and status are retained states, and events
 * carry ids that displays remember.
 */
#include "feed/outbox.h"

#include <stdlib.h>
#include <string.h>

static struct outbox_slot *find_free(struct outbox *outbox) {
    struct outbox_slot *oldest = NULL;
    for (size_t i = 0; i < LINK_OUTBOX_MAX; i++) {
        struct outbox_slot *slot = &outbox->slots[i];
        if (slot->state == OUTBOX_FREE) {
            return slot;
        }
        bool droppable = slot->state == OUTBOX_WAITING && slot->publication.token == 0;
        if (droppable && (oldest == NULL || slot->order < oldest->order)) {
            oldest = slot;
        }
    }
    if (oldest != NULL) {
        outbox_release(oldest);
    }
    return oldest;
}

/* A waiting publication of the same topic that the new one makes pointless. */
static struct outbox_slot *find_replaced(struct outbox *outbox,
                                         const struct publication *publication) {
    for (size_t i = 0; publication->replace && i < LINK_OUTBOX_MAX; i++) {
        struct outbox_slot *slot = &outbox->slots[i];
        if (slot->state == OUTBOX_WAITING && slot->publication.token == 0 &&
            strcmp(slot->publication.topic, publication->topic) == 0) {
            return slot;
        }
    }
    return NULL;
}

bool outbox_put(struct outbox *outbox, const struct publication *publication) {
    void *payload = malloc(publication->payload_bytes + 1);
    if (payload == NULL) {
        return false;
    }
    struct outbox_slot *slot = find_replaced(outbox, publication);
    if (slot != NULL) {
        outbox_release(slot);
    } else {
        slot = find_free(outbox);
    }
    if (slot == NULL) {
        free(payload);
        return false;
    }
    if (publication->payload_bytes > 0) {
        memcpy(payload, publication->payload, publication->payload_bytes);
    }
    slot->state = OUTBOX_WAITING;
    slot->order = outbox->next_order++;
    slot->publication = *publication;
    slot->publication.payload = payload;
    return true;
}

struct outbox_slot *outbox_next(struct outbox *outbox, size_t in_flight_max) {
    struct outbox_slot *next = NULL;
    size_t in_flight = 0;
    for (size_t i = 0; i < LINK_OUTBOX_MAX; i++) {
        struct outbox_slot *slot = &outbox->slots[i];
        in_flight += slot->state == OUTBOX_SENDING;
        if (slot->state == OUTBOX_WAITING && (next == NULL || slot->order < next->order)) {
            next = slot;
        }
    }
    return in_flight < in_flight_max ? next : NULL;
}

struct outbox_slot *outbox_sent_as(struct outbox *outbox, int token) {
    for (size_t i = 0; i < LINK_OUTBOX_MAX; i++) {
        struct outbox_slot *slot = &outbox->slots[i];
        if (slot->state == OUTBOX_SENDING && slot->sent_as == token) {
            return slot;
        }
    }
    return NULL;
}

void outbox_release(struct outbox_slot *slot) {
    free((void *)slot->publication.payload);
    *slot = (struct outbox_slot){.state = OUTBOX_FREE};
}

void outbox_rewind(struct outbox *outbox) {
    for (size_t i = 0; i < LINK_OUTBOX_MAX; i++) {
        if (outbox->slots[i].state == OUTBOX_SENDING) {
            outbox->slots[i].state = OUTBOX_WAITING;
        }
    }
}

void outbox_finish(struct outbox *outbox) {
    for (size_t i = 0; i < LINK_OUTBOX_MAX; i++) {
        if (outbox->slots[i].state != OUTBOX_FREE) {
            outbox_release(&outbox->slots[i]);
        }
    }
}
