/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notify protocol: one datagram for each thing said, to the socket in NOTIFY_SOCKET.
 *
 * The manager is another program that can hang, and its socket has room for some datagrams only (10
 * where nobody changed net.unix.max_dgram_qlen). So nothing here waits for it: what it has no room
 * for is told again, a lost sign of life in a second.
 *
 * Words may hold what a broker or a driver said, so control characters become blanks: a line break
 * would begin another assignment.
 *
 * Considered and refused: libsystemd (its sd_notify waits for room: a display behind a manager that
 * had stopped reading stood still); a thread that feeds the watchdog (it would be well when the
 * hall is not).
 */
#include "system/service.h"

#include "core/text.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The socket's address, a path or (with an @) an abstract name. 0 when nobody is to be told. */
static socklen_t address_of(struct sockaddr_un *address) {
    const char *name = getenv("NOTIFY_SOCKET");
    size_t length = name != NULL ? strlen(name) : 0;
    if (length < 2 || length >= sizeof address->sun_path || (name[0] != '/' && name[0] != '@')) {
        return 0;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, name, length);
    if (name[0] == '@') {
        address->sun_path[0] = '\0';
    }
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

/* False when there is no room for it now. One that cannot be reached at all is not waited for. */
static bool tell(const char *words) {
    struct sockaddr_un address;
    socklen_t length = address_of(&address);
    if (length == 0) {
        return true;
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return false;
    }
    ssize_t sent =
        sendto(fd, words, strlen(words), MSG_NOSIGNAL, (const struct sockaddr *)&address, length);
    bool full = sent < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM);
    close(fd);
    return !full;
}

/* Microseconds that the watchdog allows; 0 when it is not this process that is watched. */
static uint64_t watched_us(void) {
    const char *allowed = getenv("WATCHDOG_USEC"), *watched = getenv("WATCHDOG_PID");
    if (allowed == NULL || allowed[0] < '0' || allowed[0] > '9' ||
        (watched != NULL && strtoull(watched, NULL, 10) != (unsigned long long)getpid())) {
        return 0;
    }
    return strtoull(allowed, NULL, 10);
}

void service_init(struct service *service) {
    uint64_t allowed_us = watched_us();
    memset(service, 0, sizeof *service);
    service->sign_at = MONO_NEVER;
    if (allowed_us > 0) {
        service->sign_every = (mono_ms)(allowed_us / 2000);
        service->sign_every = service->sign_every > 0 ? service->sign_every : 1;
        service->sign_at = 0;
    }
}

bool service_ready(struct service *service) {
    service->ready = service->ready || tell("READY=1");
    return service->ready;
}

bool service_status(struct service *service, const char *words) {
    char line[SERVICE_WORDS_BYTES + sizeof "STATUS="];
    char cut[SERVICE_WORDS_BYTES];
    text_copy(cut, sizeof cut, words);
    for (char *at = cut; *at != '\0'; at++) {
        *at = (unsigned char)*at < 0x20 ? ' ' : *at;
    }
    if (strcmp(cut, service->words) == 0) {
        return true;
    }
    (void)snprintf(line, sizeof line, "STATUS=%s", cut);
    if (!tell(line)) {
        return false;
    }
    memcpy(service->words, cut, sizeof cut);
    return true;
}

bool service_sign_due(const struct service *service, mono_ms now) {
    return now >= service->sign_at;
}

void service_sign(struct service *service, bool well, mono_ms now) {
    if (service->sign_every == 0) {
        return;
    }
    bool told = !well || tell("WATCHDOG=1");
    bool soon = !told && service->sign_every > SERVICE_AGAIN_MS;
    service->sign_at = now + (soon ? SERVICE_AGAIN_MS : service->sign_every);
}

void service_stopping(void) {
    (void)tell("STOPPING=1");
}
