/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the main thread wants of the voice thread.
 *
 * The announcer gives one script at a time, so more than one waiting is rare; the room for more
 * keeps a script that comes right behind a hush from being lost. A hush marks what waits instead of
 * removing it, because every script owes its owner a final report.
 *
 * Considered and refused: a condition variable (the voice thread also waits for the engine's
 * socket and the loudspeaker's time; an eventfd goes into the same poll).
 */
#include "voice/mailbox.h"

#include "system/check.h"

#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool mailbox_init(struct mailbox *mailbox) {
    memset(mailbox, 0, sizeof *mailbox);
    mailbox->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (mailbox->fd < 0) {
        return false;
    }
    CHECK(pthread_mutex_init(&mailbox->lock, NULL) == 0);
    return true;
}

void mailbox_finish(struct mailbox *mailbox) {
    close(mailbox->fd);
    pthread_mutex_destroy(&mailbox->lock);
}

static void wake(struct mailbox *mailbox) {
    uint64_t one = 1;
    ssize_t written = write(mailbox->fd, &one, sizeof one);
    (void)written; /* full only when it is readable already */
}

bool mailbox_put(struct mailbox *mailbox, const struct script *script) {
    pthread_mutex_lock(&mailbox->lock);
    bool room = mailbox->count < MAILBOX_SCRIPTS_MAX;
    if (room) {
        size_t at = (mailbox->first + mailbox->count) % MAILBOX_SCRIPTS_MAX;
        mailbox->scripts[at] = *script;
        mailbox->hushed[at] = false;
        mailbox->count++;
    }
    pthread_mutex_unlock(&mailbox->lock);
    wake(mailbox);
    return room;
}

void mailbox_hush(struct mailbox *mailbox) {
    pthread_mutex_lock(&mailbox->lock);
    mailbox->hush = true;
    for (size_t i = 0; i < mailbox->count; i++) {
        mailbox->hushed[(mailbox->first + i) % MAILBOX_SCRIPTS_MAX] = true;
    }
    pthread_mutex_unlock(&mailbox->lock);
    wake(mailbox);
}

void mailbox_volume(struct mailbox *mailbox, int percent) {
    pthread_mutex_lock(&mailbox->lock);
    mailbox->volume_asked = true;
    mailbox->volume_percent = percent;
    pthread_mutex_unlock(&mailbox->lock);
    wake(mailbox);
}

void mailbox_wake(struct mailbox *mailbox, int lead_in_ms) {
    pthread_mutex_lock(&mailbox->lock);
    mailbox->lead_in_ms = lead_in_ms;
    mailbox->rest = false;
    pthread_mutex_unlock(&mailbox->lock);
    wake(mailbox);
}

void mailbox_rest(struct mailbox *mailbox, bool rest) {
    pthread_mutex_lock(&mailbox->lock);
    mailbox->rest = rest;
    pthread_mutex_unlock(&mailbox->lock);
    wake(mailbox);
}

void mailbox_quit(struct mailbox *mailbox) {
    pthread_mutex_lock(&mailbox->lock);
    mailbox->quit = true;
    pthread_mutex_unlock(&mailbox->lock);
    wake(mailbox);
}

void mailbox_clear(struct mailbox *mailbox) {
    uint64_t count;
    ssize_t bytes = read(mailbox->fd, &count, sizeof count);
    (void)bytes; /* nothing to read when the wake-up had another reason */
}

bool mailbox_quits(struct mailbox *mailbox) {
    pthread_mutex_lock(&mailbox->lock);
    bool quit = mailbox->quit;
    pthread_mutex_unlock(&mailbox->lock);
    return quit;
}

int mailbox_take_wake(struct mailbox *mailbox) {
    pthread_mutex_lock(&mailbox->lock);
    int lead_in_ms = mailbox->lead_in_ms;
    mailbox->lead_in_ms = 0;
    pthread_mutex_unlock(&mailbox->lock);
    return lead_in_ms;
}

bool mailbox_rests(struct mailbox *mailbox) {
    pthread_mutex_lock(&mailbox->lock);
    bool rests = mailbox->rest && mailbox->count == 0;
    pthread_mutex_unlock(&mailbox->lock);
    return rests;
}

bool mailbox_take_hush(struct mailbox *mailbox) {
    pthread_mutex_lock(&mailbox->lock);
    bool hush = mailbox->hush;
    mailbox->hush = false;
    pthread_mutex_unlock(&mailbox->lock);
    return hush;
}

bool mailbox_take_volume(struct mailbox *mailbox, int *percent) {
    pthread_mutex_lock(&mailbox->lock);
    bool asked = mailbox->volume_asked;
    mailbox->volume_asked = false;
    *percent = mailbox->volume_percent;
    pthread_mutex_unlock(&mailbox->lock);
    return asked;
}

bool mailbox_take(struct mailbox *mailbox, bool only_hushed, struct script *script, bool *hushed) {
    pthread_mutex_lock(&mailbox->lock);
    bool taken = mailbox->count > 0 && (mailbox->hushed[mailbox->first] || !only_hushed);
    if (taken) {
        *script = mailbox->scripts[mailbox->first];
        *hushed = mailbox->hushed[mailbox->first];
        mailbox->first = (mailbox->first + 1) % MAILBOX_SCRIPTS_MAX;
        mailbox->count--;
    }
    pthread_mutex_unlock(&mailbox->lock);
    return taken;
}
