/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Topic names, written and recognised.
 *
 * Names are built from four checked words and compared piece by piece with what was received;
 * nothing is ever built from a received name except the id of a notice, which passes the same
 * check as every other word. The suffix table is the whole difference between the topics, so that
 * writing and reading cannot drift apart.
 *
 * Considered and refused: a general matcher of MQTT filters. We subscribe to a short exact list
 * (some brokers replay no retained message to a wildcard), and a matcher would accept names that
 * nobody meant.
 */
#include "feed/topics.h"

#include "system/check.h"

#include <stdio.h>
#include <string.h>

enum topic_owner { OWNED_BY_SITE, OWNED_BY_HALL, OWNED_BY_DISPLAY };

static const struct {
    enum topic_owner owner;
    const char *suffix; /* after the owner's part, with its leading slash */
} topic_table[TOPIC_KINDS] = {
    [TOPIC_EVENT] = {OWNED_BY_HALL, "/event"},
    [TOPIC_BOARD] = {OWNED_BY_HALL, "/board"},
    [TOPIC_NOTICE] = {OWNED_BY_HALL, "/notice/"},
    [TOPIC_URGENT] = {OWNED_BY_SITE, "/urgent"},
    [TOPIC_CLOCK] = {OWNED_BY_SITE, "/clock"},
    [TOPIC_MUTE] = {OWNED_BY_DISPLAY, "/command/mute"},
    [TOPIC_VOLUME] = {OWNED_BY_DISPLAY, "/command/volume"},
    [TOPIC_REPEAT] = {OWNED_BY_DISPLAY, "/command/repeat"},
    [TOPIC_ONLINE] = {OWNED_BY_DISPLAY, "/state/online"},
    [TOPIC_STATUS] = {OWNED_BY_DISPLAY, "/state/status"},
    [TOPIC_VISIT] = {OWNED_BY_DISPLAY, "/state/check"},
};

bool topic_name_valid(const char *name) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length > 0 && length < NAME_BYTES && name[length] == '\0';
}

bool topic_is_read(enum topic topic) {
    return topic <= TOPIC_REPEAT;
}

bool topic_is_command(enum topic topic) {
    return topic >= TOPIC_MUTE && topic <= TOPIC_REPEAT;
}

bool topic_is_of_hall(enum topic topic) {
    return topic_table[topic].owner == OWNED_BY_HALL;
}

/* Writes everything up to and including the topic's suffix. */
static void write_fixed_part(const struct topic_names *names, enum topic topic, size_t from,
                             char *out) {
    const char *suffix = topic_table[topic].suffix;
    int length = 0;
    switch (topic_table[topic].owner) {
    case OWNED_BY_SITE:
        length = snprintf(out, TOPIC_BYTES, "%s/1/%s%s", names->root, names->site, suffix);
        break;
    case OWNED_BY_HALL:
        CHECK(from < names->halls.count);
        length = snprintf(out, TOPIC_BYTES, "%s/1/%s/hall/%s%s", names->root, names->site,
                          names->halls.names[from], suffix);
        break;
    case OWNED_BY_DISPLAY:
        length = snprintf(out, TOPIC_BYTES, "%s/1/%s/display/%s%s", names->root, names->site,
                          names->display, suffix);
        break;
    }
    CHECK(length > 0 && length < TOPIC_BYTES - NAME_BYTES);
}

void topic_write(const struct topic_names *names, const struct topic_address *address, char *out) {
    const char *id = address->notice_id;
    CHECK(address->topic < TOPIC_KINDS);
    write_fixed_part(names, address->topic, address->from, out);
    if (address->topic == TOPIC_NOTICE) {
        CHECK(id[0] == '\0' || topic_name_valid(id));
        size_t length = strlen(out);
        snprintf(out + length, TOPIC_BYTES - length, "%s", id[0] != '\0' ? id : "+");
    }
}

/* Whether a received name is the topic of an address; fills in the notice's id. */
static bool is_topic(const struct topic_names *names, const char *name,
                     struct topic_address *address) {
    char fixed[TOPIC_BYTES];
    write_fixed_part(names, address->topic, address->from, fixed);
    if (address->topic != TOPIC_NOTICE) {
        return strcmp(name, fixed) == 0;
    }
    size_t length = strlen(fixed);
    bool notice = strncmp(name, fixed, length) == 0 && topic_name_valid(name + length);
    if (notice) {
        snprintf(address->notice_id, NAME_BYTES, "%s", name + length);
    }
    return notice;
}

bool topic_read(const struct topic_names *names, const char *name, struct topic_address *address) {
    for (enum topic topic = 0; topic < TOPIC_KINDS; topic++) {
        size_t owners = topic_is_of_hall(topic) ? names->halls.count : 1;
        for (size_t from = 0; from < owners; from++) {
            *address = (struct topic_address){.topic = topic, .from = from};
            if (is_topic(names, name, address)) {
                return true;
            }
        }
    }
    *address = (struct topic_address){.topic = TOPIC_KINDS};
    return false;
}
