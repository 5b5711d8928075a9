/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the broker is, and in which words a failure to reach it is told. Internal to feed/.
 */
#ifndef HALLCALL_FEED_BROKER_ADDRESS_H
#define HALLCALL_FEED_BROKER_ADDRESS_H

#include "core/limits.h"

#include <stdbool.h>

struct addrinfo;

enum { HOST_BYTES = 254, HOST_PORT_BYTES = HOST_BYTES + 16 };

struct broker_address {
    bool tls;
    char host[HOST_BYTES]; /* a name, an IPv4 address, or an IPv6 address without its brackets */
    int port;
    char host_port[HOST_PORT_BYTES]; /* "10.0.0.5:1883", "[::1]:1883": for people and for Paho */
};

/* Reads mqtt://host[:port] or mqtts://host[:port] (1883 and 8883 when no port is named). False with
 * a reason (REASON_BYTES) when url is something else. */
bool broker_address_read(const char *url, struct broker_address *address, char *reason);

/* Tries the addresses found over TCP, at most 2 s for each. Gives a connected socket that does not
 * block, and words is ""; or -1, and words say why the broker cannot be reached. Network thread
 * only. */
int broker_address_reach(const struct broker_address *address, const struct addrinfo *found,
                         char words[REASON_BYTES]);
/* Why its name could not be looked up; error is getaddrinfo's. EAI_AGAIN: nobody answers. */
void broker_address_explain_name(const struct broker_address *address, int error,
                                 char words[REASON_BYTES]);

#endif
