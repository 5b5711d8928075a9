/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ring of letters under one mutex, and an eventfd that is readable while it is not empty.
 *
 * Letters are about 600 bytes, so the ring is 170 kB, allocated once. Reports of link and voice are
 * few and must not be lost: messages may use all places but the last RESERVED ones. When a message
 * finds no place, the oldest message makes way, because the newest call is the one whose visitor
 * is being called now.
 *
 * Considered and refused: a lock-free queue (the main thread takes a letter in well under a
 * microsecond, there is nothing to win) and a pipe (64 kB payloads would block the network thread).
 */
#include "system/inbox.h"

#include "system/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { RESERVED = 64, PLACES = INBOX_LETTERS_MAX + RESERVED };

struct inbox {
    int fd;
    pthread_mutex_t mutex; /* everything below */
    size_t first, count, messages;
    uint64_t dropped;
    struct letter letters[PLACES];
};

struct inbox *inbox_create(void) {
    struct inbox *inbox = calloc(1, sizeof *inbox);
    if (inbox == NULL) {
        return NULL;
    }
    inbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (inbox->fd < 0) {
        free(inbox);
        return NULL;
    }
    pthread_mutex_init(&inbox->mutex, NULL);
    return inbox;
}

void inbox_destroy(struct inbox *inbox) {
    struct letter letter;
    if (inbox == NULL) {
        return;
    }
    while (inbox_take(inbox, &letter)) {
        if (letter.kind == LETTER_MESSAGE) {
            free(letter.message.payload);
        }
    }
    close(inbox->fd);
    pthread_mutex_destroy(&inbox->mutex);
    free(inbox);
}

static struct letter *place(struct inbox *inbox, size_t index) {
    return &inbox->letters[(inbox->first + index) % PLACES];
}

static void drop_at(struct inbox *inbox, size_t index) {
    if (place(inbox, index)->kind == LETTER_MESSAGE) {
        free(place(inbox, index)->message.payload);
        inbox->messages--;
    }
    for (size_t i = index; i + 1 < inbox->count; i++) {
        *place(inbox, i) = *place(inbox, i + 1);
    }
    inbox->count--;
    inbox->dropped++;
}

static void drop_oldest_message(struct inbox *inbox) {
    for (size_t i = 0; i < inbox->count; i++) {
        if (place(inbox, i)->kind == LETTER_MESSAGE) {
            drop_at(inbox, i);
            return;
        }
    }
    drop_at(inbox, 0);
}

void inbox_put(struct inbox *inbox, const struct letter *letter) {
    bool message = letter->kind == LETTER_MESSAGE;
    pthread_mutex_lock(&inbox->mutex);
    if ((message && inbox->messages == INBOX_LETTERS_MAX) || inbox->count == PLACES) {
        drop_oldest_message(inbox);
    }
    struct letter *slot = place(inbox, inbox->count++);
    *slot = *letter;
    if (slot->at_us == 0) {
        slot->at_us = clock_mono_us();
    }
    inbox->messages += message;
    pthread_mutex_unlock(&inbox->mutex);
    /* Fails only when the counter is full, and then it is readable, which is all that matters. */
    (void)eventfd_write(inbox->fd, 1);
}

bool inbox_take(struct inbox *inbox, struct letter *letter) {
    eventfd_t ignored;
    pthread_mutex_lock(&inbox->mutex);
    bool some = inbox->count > 0;
    if (some) {
        *letter = *place(inbox, 0);
        inbox->first = (inbox->first + 1) % PLACES;
        inbox->count--;
        inbox->messages -= letter->kind == LETTER_MESSAGE;
    }
    if (inbox->count == 0) {
        (void)eventfd_read(inbox->fd, &ignored);
    }
    pthread_mutex_unlock(&inbox->mutex);
    return some;
}

int inbox_fd(const struct inbox *inbox) {
    return inbox->fd;
}

uint64_t inbox_dropped(struct inbox *inbox) {
    pthread_mutex_lock(&inbox->mutex);
    uint64_t dropped = inbox->dropped;
    pthread_mutex_unlock(&inbox->mutex);
    return dropped;
}
