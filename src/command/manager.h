/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the service manager learns of a running hall: ready, how it is, that it is alive.
 */
#ifndef HALLCALL_COMMAND_MANAGER_H
#define HALLCALL_COMMAND_MANAGER_H

#include "command/running.h"
#include "system/service.h"

struct manager {
    struct service service;
    bool complained; /* a thread hangs, and the log says so */
    bool owes;       /* the manager had no room for something, which is to be told again soon */
};

enum {
    /* A watched thread comes round at least this often, so that it can be told from a hung one. */
    MANAGER_BEAT_MS = 5000,
    /* The kernel itself gives up waiting for a sound card after 10 s. */
    MANAGER_VOICE_HANGS_MS = 20000,
    /* Looking up the broker's name holds the network thread for 5 s x 2 tries x 3 name servers
     * (resolv.conf), and that twice with a search domain: 60 s without being hung. A hall restarted
     * for that would be no better off. Calls go past this thread, so nobody waits for it. */
    MANAGER_LINK_HANGS_MS = 90000
};

/* Before the threads are started: they are told how often to come round. */
void manager_init(struct manager *manager);
/* How often the link's thread must come round, in ms; 0 when nobody watches. */
int manager_beat_ms(const struct manager *manager);
/* How the hall is, in one line for staff. */
void manager_words(const struct running *running, char words[SERVICE_WORDS_BYTES]);
/* After each turn: ready, the status line, and a sign of life when it is due and the voice's and
 * the link's threads are alive too. */
void manager_tell(struct manager *manager, const struct running *running, mono_ms now);
/* How long to sleep at most, of sleep_ms wanted. */
int manager_sleep_ms(const struct manager *manager, int sleep_ms, mono_ms now);

#endif
