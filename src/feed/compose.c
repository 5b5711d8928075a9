/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The writing side of the contract.
 *
 * The same structs that contract.c fills are turned back into JSON, so a test can write, read and
 * compare, and the commands cannot send what a display would refuse without being told.
 */
#include "feed/compose.h"

#include "feed/timestamp.h"

#include <jansson.h>
#include <string.h>

static void set_text(json_t *object, const char *key, const char *text) {
    if (text[0] != '\0') {
        json_object_set_new(object, key, json_string(text));
    }
}

static void set_time(json_t *object, const char *key, wall_ms time) {
    if (time != TIME_UNKNOWN) {
        char text[TIMESTAMP_BYTES];
        timestamp_write(time, text);
        json_object_set_new(object, key, json_string(text));
    }
}

/* Whole seconds as an integer, others as a fraction. */
static void set_seconds(json_t *object, const char *key, int64_t ms) {
    if (ms > 0) {
        json_object_set_new(
            object, key, ms % 1000 == 0 ? json_integer(ms / 1000) : json_real((double)ms / 1000.0));
    }
}

/* One text without a tag is the shorthand; everything else is an object by tag. */
static void set_texts(json_t *object, const struct lang_text *texts, size_t count) {
    if (count == 1 && texts[0].tag[0] == '\0') {
        set_text(object, "text", texts[0].text);
        return;
    }
    if (count > 0) {
        json_t *by_tag = json_object();
        for (size_t i = 0; i < count; i++) {
            json_object_set_new(by_tag, texts[i].tag, json_string(texts[i].text));
        }
        json_object_set_new(object, "texts", by_tag);
    }
}

static size_t finish(json_t *object, char *out, size_t out_bytes) {
    size_t length = json_dumpb(object, out, out_bytes, JSON_COMPACT);
    json_decref(object);
    return length <= out_bytes ? length : 0;
}

static const char *type_name(enum event_type type) {
    switch (type) {
    case EVENT_RECALL:
        return "recall";
    case EVENT_WITHDRAW:
        return "withdraw";
    case EVENT_SERVED:
        return "served";
    case EVENT_NO_SHOW:
        return "no-show";
    default:
        return "call";
    }
}

size_t compose_event(const struct event *event, char *out, size_t out_bytes) {
    json_t *object = json_pack("{s:i, s:s}", "v", 1, "type", type_name(event->type));
    set_text(object, "id", event->id);
    if (event->n > 0) {
        json_object_set_new(object, "n", json_integer((json_int_t)event->n));
    }
    set_text(object, "ticket", event->ticket);
    set_text(object, "counter", event->counter);
    set_text(object, "label", event->label);
    if (event->langs.count > 0) {
        json_t *tags = json_array();
        for (size_t i = 0; i < event->langs.count; i++) {
            json_array_append_new(tags, json_string(event->langs.tags[i]));
        }
        json_object_set_new(object, "lang", tags);
    }
    if (event->priority) {
        json_object_set_new(object, "priority", json_true());
    }
    set_text(object, "epoch", event->epoch);
    if (event->seq >= 0) {
        json_object_set_new(object, "seq", json_integer((json_int_t)event->seq));
    }
    set_time(object, "time", event->time);
    set_seconds(object, "ttl", event->ttl_ms);
    return finish(object, out, out_bytes);
}

size_t compose_notice(const struct notice *notice, char *out, size_t out_bytes) {
    json_t *object = json_pack("{s:i}", "v", 1);
    set_texts(object, notice->texts, notice->texts_count);
    json_object_set_new(object, "speak", json_boolean(notice->speak));
    if (notice->priority > 0) {
        json_object_set_new(object, "priority", json_integer(notice->priority));
    }
    set_time(object, "valid_from", notice->valid_from);
    set_time(object, "valid_until", notice->valid_until);
    return finish(object, out, out_bytes);
}

size_t compose_urgent(const struct urgent *urgent, char *out, size_t out_bytes) {
    json_t *object = json_pack("{s:i, s:b}", "v", 1, "active", (int)urgent->active);
    set_texts(object, urgent->texts, urgent->texts_count);
    set_seconds(object, "repeat", urgent->repeat_ms);
    return finish(object, out, out_bytes);
}

size_t compose_remote(const struct remote *remote, char *out, size_t out_bytes) {
    json_t *object = json_pack("{s:i}", "v", 1);
    set_text(object, "id", remote->id);
    switch (remote->kind) {
    case REMOTE_MUTE:
        set_time(object, "until", remote->mute_until);
        if (remote->mute_until == TIME_UNKNOWN) {
            json_object_set_new(object, "minutes", json_real((double)remote->mute_ms / 60000.0));
        }
        break;
    case REMOTE_VOLUME:
        if (remote->percent == VOLUME_UNASKED) {
            json_object_set_new(object, "reset", json_true());
        } else {
            json_object_set_new(object, "percent", json_integer(remote->percent));
        }
        break;
    case REMOTE_REPEAT:
        json_object_set_new(object, "count", json_integer(remote->count));
        break;
    }
    return finish(object, out, out_bytes);
}

void compose_id(wall_ms now, uint64_t chance, char out[COMPOSE_ID_BYTES]) {
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint64_t time = (uint64_t)now;
    for (size_t i = 9; i-- > 0; time >>= 5) {
        out[i] = digits[time & 31];
    }
    for (size_t i = 17; i-- > 9; chance >>= 5) {
        out[i] = digits[chance & 31];
    }
    out[COMPOSE_ID_BYTES - 1] = '\0';
}
