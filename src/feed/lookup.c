/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking up a name in a thread of its own.
 *
 * getaddrinfo takes as long as the name servers let it, half a minute with three that are silent,
 * and cannot be cut short. Paho calls it with a lock held that all its calls want, so a name is
 * looked up here first, and Paho is asked to connect only when that has answered.
 *
 * The value belongs to two: whoever began the lookup and its thread. The last one frees it.
 *
 * Considered and refused: getaddrinfo_a, which keeps its threads hidden and cannot be cut short
 * either; handing Paho the address found, because certificates are checked against the host of the
 * URL.
 */
#include "feed/lookup.h"

#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

struct lookup {
    struct broker_address address; /* a copy: the link may be gone before the thread */
    int error;                     /* this and found are written before finished becomes true */
    struct addrinfo *found;
    _Atomic bool finished;
    pthread_mutex_t lock;
    int owners;                  /* lock */
    void (*done)(void *context); /* lock; NULL once nobody wants to know */
    void *context;               /* lock */
};

static void leave(struct lookup *lookup) {
    pthread_mutex_lock(&lookup->lock);
    bool last = --lookup->owners == 0;
    pthread_mutex_unlock(&lookup->lock);
    if (last) {
        if (lookup->found != NULL) {
            freeaddrinfo(lookup->found);
        }
        pthread_mutex_destroy(&lookup->lock);
        free(lookup);
    }
}

static void *lookup_thread(void *context) {
    struct lookup *lookup = context;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char port[8];
    snprintf(port, sizeof port, "%u", (unsigned)lookup->address.port & 0xFFFF);
    lookup->error = getaddrinfo(lookup->address.host, port, &hints, &lookup->found);
    atomic_store_explicit(&lookup->finished, true, memory_order_release);
    pthread_mutex_lock(&lookup->lock);
    if (lookup->done != NULL) {
        lookup->done(lookup->context);
    }
    pthread_mutex_unlock(&lookup->lock);
    leave(lookup);
    return NULL;
}

struct lookup *lookup_begin(const struct broker_address *address, void (*done)(void *context),
                            void *context) {
    pthread_t thread;
    struct lookup *lookup = calloc(1, sizeof *lookup);
    if (lookup == NULL) {
        return NULL;
    }
    lookup->address = *address;
    lookup->owners = 2;
    lookup->done = done;
    lookup->context = context;
    atomic_init(&lookup->finished, false);
    pthread_mutex_init(&lookup->lock, NULL);
    if (pthread_create(&thread, NULL, lookup_thread, lookup) != 0) {
        pthread_mutex_destroy(&lookup->lock);
        free(lookup);
        return NULL;
    }
    pthread_detach(thread);
    return lookup;
}

bool lookup_finished(const struct lookup *lookup) {
    return atomic_load_explicit(&lookup->finished, memory_order_acquire);
}

int lookup_error(const struct lookup *lookup) {
    return lookup->error;
}

const struct addrinfo *lookup_found(const struct lookup *lookup) {
    return lookup->error == 0 ? lookup->found : NULL;
}

void lookup_end(struct lookup *lookup) {
    if (lookup == NULL) {
        return;
    }
    pthread_mutex_lock(&lookup->lock);
    lookup->done = NULL;
    pthread_mutex_unlock(&lookup->lock);
    leave(lookup);
}
