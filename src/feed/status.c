/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The status message as JSON.
 *
 * Written whole, never patched: 60 s apart, its cost does not matter, and a reader of the broker's
 * retained copy always sees one moment. Texts are cleaned and cut here, so that the size promised
 * in the header holds whatever a reason was made of.
 *
 * Considered and refused: snprintf with our own quoting. jansson is there anyway, and quoting is
 * exactly what one should not write twice.
 */
#include "feed/status.h"

#include "feed/text.h"
#include "feed/timestamp.h"

#include <jansson.h>
#include <stdio.h>

/* A text for staff, at most REASON_BYTES of it. */
static json_t *text_value(const char *text) {
    char cut[REASON_BYTES];
    if (text == NULL || !text_clean(text, false, cut, sizeof cut)) {
        return json_string(text == NULL ? "" : "(a text that cannot be shown)");
    }
    return json_string(cut);
}

static json_t *count_value(uint64_t count) {
    return json_integer(count > INT64_MAX ? INT64_MAX : (json_int_t)count);
}

static json_t *link_object(const struct link_facts *link) {
    return json_pack("{s:b, s:s, s:o, s:o, s:o, s:o}", "up", (int)link->up, "mqtt",
                     link->mqtt_version == 5 ? "5" : "3.1.1", "connects",
                     count_value(link->connects), "losses", count_value(link->losses), "received",
                     count_value(link->received), "oversized", count_value(link->oversized));
}

/* The second output. */
static json_t *second_object(const struct status *status) {
    return json_pack("{s:b, s:b, s:o}", "wanted", (int)status->second_wanted, "well",
                     (int)status->second_well, "reason", text_value(status->second_reason));
}

static json_t *voice_object(const struct status *status) {
    char until[TIMESTAMP_BYTES] = "";
    if (status->muted && status->muted_until != TIME_UNKNOWN) {
        timestamp_write(status->muted_until, until);
    }
    return json_pack("{s:b, s:o, s:I, s:b, s:i, s:i, s:b, s:s, s:o}", "well",
                     (int)status->voice_well, "reason", text_value(status->voice_reason), "lag_ms",
                     (json_int_t)status->voice_lag_ms, "behind", (int)status->voice_behind,
                     "waiting", (int)status->waiting, "volume_percent", status->volume_percent,
                     "muted", (int)status->muted, "muted_until", until, "second",
                     second_object(status));
}

/* One for each language: which voice was chosen, which one speaks, and why that is another. */
static json_t *voices_array(const struct status *status) {
    static const char *const names[] = {
        [SPEAKER_ESPEAK] = "espeak", [SPEAKER_CLIPS] = "clips", [SPEAKER_COMMAND] = "command"};
    json_t *array = json_array();
    for (size_t i = 0; i < status->speakers_count; i++) {
        const struct speaker *speaker = &status->speakers[i];
        const char *chosen = names[speaker->chosen];
        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:o, s:o}", "lang", speaker->tag,
                                               "chosen", chosen, "speaks",
                                               speaker->well ? chosen : names[SPEAKER_ESPEAK],
                                               "fallbacks", count_value(speaker->fallbacks),
                                               "reason", text_value(speaker->reason)));
    }
    return array;
}

static json_t *screen_object(const struct status *status) {
    return json_pack("{s:b, s:o, s:i, s:i, s:b, s:o, s:o}", "well", (int)status->screen_well,
                     "reason", text_value(status->screen_reason), "width_px", status->screen_width,
                     "height_px", status->screen_height, "off", (int)status->screen_off, "mode",
                     text_value(status->screen_mode), "mode_reason",
                     text_value(status->mode_reason));
}

/* What the machine does not tell is not there. */
static json_t *machine_object(const struct status *status) {
    static const char *const clocks[] = {[CLOCK_SYNCHRONISED] = "synchronised",
                                         [CLOCK_BATTERY] = "battery",
                                         [CLOCK_TRUSTED] = "configured",
                                         [CLOCK_DOUBTED] = "doubted",
                                         [CLOCK_UNSET] = "unset"};
    const struct health *health = &status->health;
    json_t *object = json_pack("{s:s}", "clock", clocks[status->clock]);
    if (health->temperature_known) {
        int rounded = (health->temperature_mc + (health->temperature_mc < 0 ? -500 : 500)) / 1000;
        json_object_set_new(object, "temperature_c", json_integer(rounded));
    }
    if (health->power_known) {
        json_object_set_new(object, "undervoltage", json_boolean(health->undervoltage));
    }
    return object;
}

static json_t *calls_object(const struct status *status) {
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "received",
        count_value(status->calls), "spoken", count_value(status->spoken), "unspoken",
        count_value(status->unspoken), "muted", count_value(status->muted_calls), "late",
        count_value(status->late), "stale", count_value(status->stale), "duplicates",
        count_value(status->duplicates), "missed", count_value(status->missed), "shed_repeats",
        count_value(status->shed_repeats), "shed_languages", count_value(status->shed_languages),
        "shed_chimes", count_value(status->shed_chimes), "elsewhere",
        count_value(status->elsewhere), "listed", count_value(status->listed));
}

static json_t *halls_array(const struct status *status) {
    json_t *array = json_array();
    for (size_t i = 0; i < status->halls_count; i++) {
        const struct status_hall *hall = &status->halls[i];
        json_array_append_new(array, json_pack("{s:s, s:b, s:b, s:o, s:o}", "hall", hall->name,
                                               "heard", (int)hall->heard, "late", (int)hall->late,
                                               "missed", count_value(hall->missed), "listed",
                                               count_value(hall->listed)));
    }
    return array;
}

/* Every kind of refusal by its name, also those that have not happened: a monitor can then tell
 * zero from unknown. */
static json_t *refused_object(const struct status *status) {
    json_t *object = json_object();
    for (enum refusal refusal = REFUSAL_NONE + 1; refusal < REFUSAL_KINDS; refusal++) {
        json_object_set_new(object, refusal_name(refusal), count_value(status->refused[refusal]));
    }
    json_object_set_new(object, "dropped", count_value(status->dropped));
    return object;
}

static json_t *journal_object(const struct status *status) {
    return json_pack("{s:b, s:b, s:o}", "kept", (int)status->journal_kept, "well",
                     (int)status->journal_well, "reason", text_value(status->journal_reason));
}

static json_t *config_object(const struct status *status) {
    bool own = status->config_reason == NULL || status->config_reason[0] == '\0';
    bool safe = status->safe_reason != NULL && status->safe_reason[0] != '\0';
    return json_pack("{s:b, s:o, s:b, s:o}", "well", (int)own, "reason",
                     text_value(status->config_reason), "safe_mode", (int)safe, "safe_mode_reason",
                     text_value(status->safe_reason));
}

size_t status_write(const struct status *status, char *out, size_t out_bytes) {
    char version[32];
    snprintf(version, sizeof version, "%s", status->version != NULL ? status->version : "");
    json_t *object = json_pack(
        "{s:i, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "v", 1, "version",
        text_value(version), "uptime_s", (json_int_t)status->uptime_s, "link",
        link_object(&status->link), "voice", voice_object(status), "voices", voices_array(status),
        "screen", screen_object(status), "calls", calls_object(status), "halls",
        halls_array(status), "refused", refused_object(status), "journal", journal_object(status),
        "machine", machine_object(status));
    if (object != NULL && json_object_set_new(object, "config", config_object(status)) != 0) {
        json_decref(object);
        object = NULL;
    }
    size_t length = object != NULL ? json_dumpb(object, out, out_bytes, JSON_COMPACT) : 0;
    json_decref(object);
    return length <= out_bytes ? length : 0;
}
