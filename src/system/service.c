/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notify protocol, by libsystemd.
 *
 * The protocol is one datagram and could be written here in forty lines. The library knows what
 * those lines would have to learn again (abstract and vsock addresses, WATCHDOG_PID, credentials),
 * and on Debian it costs nothing: libdbus, which SDL needs, has loaded it already. Alone it would
 * be 0.5 ms and 0.27 MB.
 *
 * Words may hold what a broker or a driver said, so control characters become blanks: a line break
 * would begin another assignment. A lost datagram is not told again, except the sign of life, which
 * comes twice in the time the watchdog allows. Sending never blocks for long: the manager's socket
 * has room for hundreds.
 *
 * Considered and refused: a thread that feeds the watchdog (it would be well when the hall is not).
 */
#include "system/service.h"

#include "core/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

void service_init(struct service *service) {
    uint64_t allowed_us = 0;
    memset(service, 0, sizeof *service);
    service->sign_at = MONO_NEVER;
    if (sd_watchdog_enabled(0, &allowed_us) > 0) {
        service->sign_every = (mono_ms)(allowed_us / 2000);
        service->sign_every = service->sign_every > 0 ? service->sign_every : 1;
        service->sign_at = 0;
    }
}

void service_ready(struct service *service) {
    if (!service->ready) {
        service->ready = true;
        (void)sd_notify(0, "READY=1");
    }
}

void service_status(struct service *service, const char *words) {
    char line[SERVICE_WORDS_BYTES + sizeof "STATUS="];
    char cut[SERVICE_WORDS_BYTES];
    text_copy(cut, sizeof cut, words);
    for (char *at = cut; *at != '\0'; at++) {
        *at = (unsigned char)*at < 0x20 ? ' ' : *at;
    }
    if (strcmp(cut, service->words) == 0) {
        return;
    }
    memcpy(service->words, cut, sizeof cut);
    (void)snprintf(line, sizeof line, "STATUS=%s", cut);
    (void)sd_notify(0, line);
}

bool service_sign_due(const struct service *service, mono_ms now) {
    return now >= service->sign_at;
}

void service_sign(struct service *service, bool well, mono_ms now) {
    if (service->sign_every == 0) {
        return;
    }
    service->sign_at = now + service->sign_every;
    if (well) {
        (void)sd_notify(0, "WATCHDOG=1");
    }
}

void service_stopping(void) {
    (void)sd_notify(0, "STOPPING=1");
}
