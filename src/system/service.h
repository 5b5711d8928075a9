/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a service manager (systemd, or whatever speaks its notify protocol) is told.
 *
 * Without one (NOTIFY_SOCKET unset) everything here does nothing and costs nothing. Nothing waits
 * for a manager that does not read what it is told. Main thread.
 */
#ifndef HALLCALL_SYSTEM_SERVICE_H
#define HALLCALL_SYSTEM_SERVICE_H

#include "core/moment.h"

#include <stdbool.h>

enum {
    SERVICE_WORDS_BYTES = 864,
    SERVICE_AGAIN_MS = 1000 /* what the manager had no room for is told again after so long; own */
};

struct service {
    mono_ms sign_every; /* half of what the watchdog allows; 0: nobody watches */
    mono_ms sign_at;    /* the next sign of life is due; MONO_NEVER without a watchdog */
    bool ready;
    char words[SERVICE_WORDS_BYTES]; /* the status as it was told last */
};

/* Reads from the environment whether this process is watched (WATCHDOG_USEC, WATCHDOG_PID). */
void service_init(struct service *service);
/* READY=1, once. False when the manager had no room for it: to be called again. */
bool service_ready(struct service *service);
/* The status line for people, cut to SERVICE_WORDS_BYTES; sent when it differs from the last. False
 * as above. */
bool service_status(struct service *service, const char *words);
/* Whether a sign of life is due. */
bool service_sign_due(const struct service *service, mono_ms now);
/* Gives it (well), or skips it so that the watchdog barks, and sets when the next one is due. */
void service_sign(struct service *service, bool well, mono_ms now);
/* STOPPING=1, if there is room. */
void service_stopping(void);

#endif
