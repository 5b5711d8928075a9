/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The broker's address, and a second look when it cannot be reached.
 *
 * Paho says "TCP/TLS connect failure" for an unknown name, a refused connection, a missing route
 * and a wrong certificate alike. Staff need to know which, so after such a failure the network
 * thread tries the address itself, without MQTT. It costs one connection per failed attempt, and
 * attempts are seconds apart.
 */
#include "feed/broker_address.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EXPLAIN_WAIT_MS = 2000 };

/* The text after the scheme; NULL when it is neither of ours. */
static const char *read_scheme(const char *url, bool *tls) {
    static const char plain[] = "mqtt://";
    static const char secure[] = "mqtts://";
    if (strncmp(url, plain, sizeof plain - 1) == 0) {
        *tls = false;
        return url + sizeof plain - 1;
    }
    if (strncmp(url, secure, sizeof secure - 1) == 0) {
        *tls = true;
        return url + sizeof secure - 1;
    }
    return NULL;
}

/* Copies the host and returns what follows it; NULL when there is no sound host. */
static const char *read_host(const char *text, char host[HOST_BYTES]) {
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    bool bracketed = text[0] == '[';
    const char *start = bracketed ? text + 1 : text;
    size_t length = strspn(start, bracketed ? "0123456789abcdefABCDEF:." : allowed);
    if (length == 0 || length >= HOST_BYTES || (bracketed && start[length] != ']')) {
        return NULL;
    }
    memcpy(host, start, length);
    host[length] = '\0';
    return start + length + bracketed;
}

static bool read_port(const char *text, int *port) {
    if (text[0] == '\0' || strcmp(text, "/") == 0) {
        return true;
    }
    char *end;
    if (text[0] != ':' || text[1] < '0' || text[1] > '9') {
        return false;
    }
    long value = strtol(text + 1, &end, 10);
    *port = (int)value;
    return value >= 1 && value <= 65535 && (*end == '\0' || strcmp(end, "/") == 0);
}

bool broker_address_read(const char *url, struct broker_address *address, char *reason) {
    struct broker_address read = {0};
    const char *rest = read_scheme(url, &read.tls);
    rest = rest != NULL ? read_host(rest, read.host) : NULL;
    read.port = read.tls ? 8883 : 1883;
    if (rest == NULL || !read_port(rest, &read.port)) {
        snprintf(reason, REASON_BYTES,
                 "[broker] url: expected mqtt://host:port or mqtts://host:port (user and password "
                 "have keys of their own)");
        return false;
    }
    bool numeric6 = strchr(read.host, ':') != NULL;
    snprintf(read.host_port, sizeof read.host_port, numeric6 ? "[%s]:%d" : "%s:%d", read.host,
             read.port);
    *address = read;
    return true;
}

/* 0 when the address accepts a TCP connection, which is *connected then; else errno. */
static int try_connect(const struct addrinfo *info, int *connected) {
    int fd = socket(info->ai_family, info->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    info->ai_protocol);
    if (fd < 0) {
        return errno;
    }
    int error = connect(fd, info->ai_addr, info->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        struct pollfd wait = {.fd = fd, .events = POLLOUT};
        socklen_t size = sizeof error;
        if (poll(&wait, 1, EXPLAIN_WAIT_MS) != 1) {
            error = ETIMEDOUT;
        } else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
            error = errno;
        }
    }
    if (error != 0) {
        close(fd);
        fd = -1;
    }
    *connected = fd;
    return error;
}

static void explain_errno(const struct broker_address *address, int error, char *words) {
    const char *host_port = address->host_port;
    switch (error) {
    case 0:
        words[0] = '\0';
        return;
    case ECONNREFUSED:
        snprintf(words, REASON_BYTES,
                 "broker %.80s refuses the connection: is mosquitto running there?", host_port);
        return;
    case EHOSTUNREACH:
    case ENETUNREACH:
        snprintf(words, REASON_BYTES,
                 "no way to broker %.80s: is the network cable or Wi-Fi connected?", host_port);
        return;
    case ETIMEDOUT:
        snprintf(words, REASON_BYTES,
                 "broker %.80s does not answer: check its address, the network and the firewall",
                 host_port);
        return;
    default: {
        char buffer[64];
        snprintf(words, REASON_BYTES, "broker %.80s cannot be reached: %s", host_port,
                 strerror_r(error, buffer, sizeof buffer));
    }
    }
}

int broker_address_reach(const struct broker_address *address, const struct addrinfo *found,
                         char words[REASON_BYTES]) {
    int error = EHOSTUNREACH;
    int fd = -1;
    for (const struct addrinfo *info = found; info != NULL && error != 0; info = info->ai_next) {
        error = try_connect(info, &fd);
    }
    explain_errno(address, error, words);
    return fd;
}

void broker_address_explain_name(const struct broker_address *address, int error,
                                 char words[REASON_BYTES]) {
    if (error == EAI_AGAIN) {
        snprintf(words, REASON_BYTES,
                 "no name server answers for \"%.60s\": check DNS and the network", address->host);
        return;
    }
    snprintf(words, REASON_BYTES,
             "the broker's name \"%.50s\" is not known (%.40s): check [broker] url and DNS",
             address->host, gai_strerror(error));
}
