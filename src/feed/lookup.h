/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking up the broker's name without waiting for it. Internal to feed/.
 */
#ifndef HALLCALL_FEED_LOOKUP_H
#define HALLCALL_FEED_LOOKUP_H

#include "feed/broker_address.h"

struct addrinfo;
struct lookup;

/* Begins. done is called once, from a thread of the lookup's own and never after lookup_end; it may
 * not call back in here. NULL when memory or threads are out. */
struct lookup *lookup_begin(const struct broker_address *address, void (*done)(void *context),
                            void *context);
/* Any thread. */
bool lookup_finished(const struct lookup *lookup);
/* Only when it has finished: 0, or a code of getaddrinfo. */
int lookup_error(const struct lookup *lookup);
/* Only when it has finished: the addresses, which stay the lookup's; NULL after an error. */
const struct addrinfo *lookup_found(const struct lookup *lookup);
/* Never waits; what still runs frees itself. Accepts NULL. */
void lookup_end(struct lookup *lookup);

#endif
