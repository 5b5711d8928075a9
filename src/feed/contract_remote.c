/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands of contract version 1.
 *
 * The topic is the command, so that an access list can allow one and not another. There are only
 * those listed here: no text that is run, no address that is opened, no path that is read ever
 * comes from the broker.
 *
 * A mute must say for how long; that a member is missing is told, never guessed.
 */
#include "feed/contract_remote.h"

#include "system/check.h"

static bool read_mute(struct reading *reading, const json_t *object, struct remote *remote) {
    double minutes_max = REMOTE_MUTE_MS_MAX / 60000.0;
    const json_t *minutes = json_object_get(object, "minutes");
    if (!member_time(reading, object, "until", &remote->mute_until)) {
        return false;
    }
    if ((minutes != NULL) == (remote->mute_until != TIME_UNKNOWN)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "mute: expected either minutes or until");
    }
    double value = json_number_value(minutes); /* 0 for what is no number */
    if (minutes != NULL && !(json_is_number(minutes) && value >= 0.0 && value <= minutes_max)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "minutes: expected a number from 0 to %d",
                              (int)minutes_max);
    }
    remote->mute_ms = (int64_t)(value * 60000.0);
    return true;
}

static bool read_volume(struct reading *reading, const json_t *object, struct remote *remote) {
    int64_t percent = VOLUME_UNASKED;
    bool reset = false;
    if (!member_whole(reading, object, "percent", (struct whole_range){0, 100}, &percent) ||
        !member_boolean(reading, object, "reset", &reset)) {
        return false;
    }
    if (reset == (percent != VOLUME_UNASKED)) {
        return reading_refuse(reading, REFUSAL_MEMBER,
                              "volume: expected either percent or reset true");
    }
    remote->percent = (int)percent;
    return true;
}

static bool read_repeat(struct reading *reading, const json_t *object, struct remote *remote) {
    int64_t count = 1;
    bool good =
        member_whole(reading, object, "count", (struct whole_range){1, REMOTE_REPEAT_MAX}, &count);
    remote->count = (int)count;
    return good;
}

bool read_remote(struct reading *reading, const json_t *object, enum topic topic,
                 struct input *input) {
    struct remote remote = {.mute_until = TIME_UNKNOWN, .percent = VOLUME_UNASKED};
    bool good = member_word(reading, object, "id", remote.id, sizeof remote.id);
    switch (topic) {
    case TOPIC_MUTE:
        remote.kind = REMOTE_MUTE;
        good = good && read_mute(reading, object, &remote);
        break;
    case TOPIC_VOLUME:
        remote.kind = REMOTE_VOLUME;
        good = good && read_volume(reading, object, &remote);
        break;
    default:
        CHECK(topic == TOPIC_REPEAT);
        remote.kind = REMOTE_REPEAT;
        good = good && read_repeat(reading, object, &remote);
        break;
    }
    if (good) {
        input->kind = INPUT_REMOTE;
        input->remote = remote;
    }
    return good;
}
