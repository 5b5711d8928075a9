/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses are asked of the kernel: no name is looked up and nothing is sent, so a machine without
 * a network answers as fast as any.
 *
 * Link-local ones are left out: nobody can type them into a browser or ssh without an interface.
 */
#include "system/addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291) lead nowhere but to the next socket. */
static bool is_link_local(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)address;
        return ntohl(four->sin_addr.s_addr) >> 16 == 0xA9FEu;
    }
    const struct sockaddr_in6 *six = (const void *)address;
    return IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr);
}

static void add(struct addresses *addresses, const struct ifaddrs *interface) {
    char words[INET6_ADDRSTRLEN];
    const struct sockaddr *address = interface->ifa_addr;
    const struct sockaddr_in *four = (const void *)address;
    const struct sockaddr_in6 *six = (const void *)address;
    const void *bytes = address->sa_family == AF_INET ? (const void *)&four->sin_addr
                                                      : (const void *)&six->sin6_addr;
    if (addresses->count < ADDRESSES_MAX &&
        inet_ntop(address->sa_family, bytes, words, sizeof words) != NULL) {
        (void)snprintf(addresses->list[addresses->count++], ADDRESS_BYTES, "%s (%.16s)", words,
                       interface->ifa_name);
    }
}

static bool is_wanted(const struct ifaddrs *interface, int family) {
    const unsigned up = IFF_UP | IFF_RUNNING;
    return interface->ifa_addr != NULL && interface->ifa_addr->sa_family == family &&
           (interface->ifa_flags & up) == up && (interface->ifa_flags & IFF_LOOPBACK) == 0 &&
           !is_link_local(interface->ifa_addr);
}

void addresses_list(struct addresses *addresses) {
    static const int families[] = {AF_INET, AF_INET6};
    struct ifaddrs *all = NULL;
    memset(addresses, 0, sizeof *addresses);
    if (getifaddrs(&all) != 0) {
        return;
    }
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        for (const struct ifaddrs *at = all; at != NULL; at = at->ifa_next) {
            if (is_wanted(at, families[i])) {
                add(addresses, at);
            }
        }
    }
    freeifaddrs(all);
}
