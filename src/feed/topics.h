/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Topic names of contract version 1: <root>/1/<site>/hall/<hall>/..., .../display/<display>/...
 */
#ifndef HALLCALL_FEED_TOPICS_H
#define HALLCALL_FEED_TOPICS_H

#include "core/halls.h"

#include <stdbool.h>
#include <stddef.h>

enum topic {
    TOPIC_EVENT,
    TOPIC_BOARD,
    TOPIC_NOTICE, /* the filter ends in "/+"; a name has the notice's id */
    TOPIC_URGENT,
    TOPIC_CLOCK,
    TOPIC_MUTE, /* commands: what people ask of one display */
    TOPIC_VOLUME,
    TOPIC_REPEAT,
    TOPIC_ONLINE,
    TOPIC_STATUS,
    TOPIC_VISIT, /* what `hallcall check` publishes to see whether it may */
    TOPIC_KINDS
};

struct topic_names {
    char root[NAME_BYTES];
    char site[NAME_BYTES];
    struct halls halls;
    char display[NAME_BYTES];
};

/* Whether a site, hall, display or counter id is [a-z0-9-]{1,32}. */
bool topic_name_valid(const char *name);
/* One topic of a display. */
struct topic_address {
    enum topic topic;
    size_t from;                /* of a hall's topic: the place of the hall */
    char notice_id[NAME_BYTES]; /* TOPIC_NOTICE; "" is the subscription filter */
};

/* Writes a topic's name into out[TOPIC_BYTES]. */
void topic_write(const struct topic_names *names, const struct topic_address *address, char *out);
/* Whether it is a topic of a hall. */
bool topic_is_of_hall(enum topic topic);
/* Whether a display listens to it. */
bool topic_is_read(enum topic topic);
/* Whether it is a command. */
bool topic_is_command(enum topic topic);
/* Which topic a received name is; false when it is none of ours, and *address is then TOPIC_KINDS.
 * Compares with the names subscribed to; builds nothing from what was received. */
bool topic_read(const struct topic_names *names, const char *name, struct topic_address *address);

#endif
