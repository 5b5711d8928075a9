/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Topic names of contract version 1: <root>/1/<site>/hall/<hall>/..., .../display/<display>/...
 */
#ifndef HALLCALL_FEED_TOPICS_H
#define HALLCALL_FEED_TOPICS_H

#include "core/limits.h"

#include <stdbool.h>
#include <stddef.h>

enum topic {
    TOPIC_EVENT,
    TOPIC_BOARD,
    TOPIC_NOTICE, /* the filter ends in "/+"; a name needs the notice's id */
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
    char hall[NAME_BYTES];
    char display[NAME_BYTES];
};

/* Whether a site, hall, display or counter id is [a-z0-9-]{1,32}. */
bool topic_name_valid(const char *name);
/* Writes a topic's name into out[TOPIC_BYTES]. notice_id is used by TOPIC_NOTICE only; NULL there
 * makes the subscription filter. */
void topic_write(const struct topic_names *names, enum topic topic, const char *notice_id,
                 char *out);
/* Whether a display listens to it. */
bool topic_is_read(enum topic topic);
/* Whether it is a command. */
bool topic_is_command(enum topic topic);
/* Which topic a received name is, TOPIC_KINDS when it is none of ours. For TOPIC_NOTICE the id is
 * copied to notice_id[NAME_BYTES] (may be NULL). Compares with the names subscribed to; builds
 * nothing from what was received. */
enum topic topic_read(const struct topic_names *names, const char *name, char *notice_id);

#endif
