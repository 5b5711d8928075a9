/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A descriptor, because whoever must end gracefully sleeps in poll already.
 *
 * Blocked in the calling thread and inherited by those that it starts, none of which needs them.
 *
 * Refused: handlers, which interrupt whatever the libraries do at that moment.
 */
#include "system/signals.h"

#include <signal.h>
#include <sys/signalfd.h>

int signals_open(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}
