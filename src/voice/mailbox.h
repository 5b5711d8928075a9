/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the main thread wants of the voice thread: scripts in order, a volume, "be quiet", and rest.
 *
 * Everything is copied under one lock that is never held for longer than a copy.
 */
#ifndef HALLCALL_VOICE_MAILBOX_H
#define HALLCALL_VOICE_MAILBOX_H

#include "core/phrase.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { MAILBOX_SCRIPTS_MAX = 16 };

struct mailbox {
    int fd; /* eventfd: readable when something was put in; for poll */
    pthread_mutex_t lock;
    /* below: under the lock */
    bool quit;
    int lead_in_ms; /* of the noise that was asked for; 0: none was */
    bool rest;      /* nothing is to be said for a long time */
    bool hush;      /* what is being said */
    bool volume_asked;
    int volume_percent; /* valid while volume_asked */
    size_t first, count;
    bool hushed[MAILBOX_SCRIPTS_MAX];
    struct script scripts[MAILBOX_SCRIPTS_MAX];
};

/* False when descriptors are exhausted. */
bool mailbox_init(struct mailbox *mailbox);
void mailbox_finish(struct mailbox *mailbox);

/* Main thread: copies the script. False when MAILBOX_SCRIPTS_MAX wait already. */
bool mailbox_put(struct mailbox *mailbox, const struct script *script);
/* Main thread: what is being said and everything that waits now is to be quiet; what is put in
 * later is not. */
void mailbox_hush(struct mailbox *mailbox);
/* Main thread: another volume. */
void mailbox_volume(struct mailbox *mailbox, int percent);
/* Main thread: something will be said in lead_in_ms, which ends a rest. */
void mailbox_wake(struct mailbox *mailbox, int lead_in_ms);
/* Main thread: nothing is to be said for a long time, or something is again. */
void mailbox_rest(struct mailbox *mailbox, bool rest);
/* Main thread: the voice thread is to end. */
void mailbox_quit(struct mailbox *mailbox);

/* Voice thread: empties fd. Call once a turn, before reading. */
void mailbox_clear(struct mailbox *mailbox);
/* Voice thread: whether to end. */
bool mailbox_quits(struct mailbox *mailbox);
/* Voice thread: in how many ms something will be said; once for each mailbox_wake, else 0. */
int mailbox_take_wake(struct mailbox *mailbox);
/* Voice thread: whether to rest; not while a script waits, whatever was asked. */
bool mailbox_rests(struct mailbox *mailbox);
/* Voice thread: whether to end what is being said; answers true once for each mailbox_hush. */
bool mailbox_take_hush(struct mailbox *mailbox);
/* Voice thread: whether the volume is to change, and to how many percent; once for each change. */
bool mailbox_take_volume(struct mailbox *mailbox, int *percent);
/* Voice thread: takes the oldest script; *hushed when it must not be said any more. With
 * only_hushed the oldest is left alone unless it is hushed. False when there is none to take. */
bool mailbox_take(struct mailbox *mailbox, bool only_hushed, struct script *script, bool *hushed);

#endif
