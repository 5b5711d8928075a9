/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses under which this machine is reached, for whoever stands in front of a display.
 */
#ifndef HALLCALL_SYSTEM_ADDRESSES_H
#define HALLCALL_SYSTEM_ADDRESSES_H

#include <stddef.h>

enum { ADDRESSES_MAX = 8, ADDRESS_BYTES = 72 };

struct addresses {
    size_t count;
    char list[ADDRESSES_MAX][ADDRESS_BYTES]; /* "192.168.1.4 (eth0)"; IPv4 before IPv6 */
};

/* Lists the addresses of the interfaces that are up, without loopback and link-local ones. Count 0
 * when there are none or they cannot be asked for. Waits for nothing. */
void addresses_list(struct addresses *addresses);

#endif
