/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Elements are made as their headings are met, with the defaults of the table of settings; a
 * heading that comes again, in the file or on the command line, goes on with the same one. They are
 * few and walked from the front.
 */
#include "config/elements.h"

#include "config/value.h"
#include "system/check.h"

#include <string.h>

/* Reads a name up to an end; returns what follows the end, NULL when it is none. */
static const char *take_name(const char *text, char end, char name[NAME_BYTES]) {
    const char *behind = strchr(text, end);
    size_t bytes = behind != NULL ? (size_t)(behind - text) : NAME_BYTES;
    if (bytes >= NAME_BYTES) {
        return NULL;
    }
    memset(name, 0, NAME_BYTES);
    memcpy(name, text, bytes);
    return value_name_valid(name) ? behind : NULL;
}

struct counter *elements_counter(struct hall *hall, const char *section) {
    char name[NAME_BYTES] = "", id[NAME_BYTES];
    if (strncmp(section, "counter ", 8) != 0) {
        return NULL;
    }
    const char *slash = strchr(section, '/') != NULL ? take_name(section + 8, '/', name) : NULL;
    if (take_name(slash != NULL ? slash + 1 : section + 8, '\0', id) == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < hall->counters_count; i++) {
        struct counter *counter = &hall->counters[i];
        if (strcmp(counter->hall, name) == 0 && strcmp(counter->id, id) == 0) {
            return counter;
        }
    }
    if (hall->counters_count == COUNTERS_MAX) {
        return NULL;
    }
    struct counter *counter = &hall->counters[hall->counters_count++];
    CHECK(settings_defaults("counter", counter));
    memcpy(counter->hall, name, sizeof name);
    memcpy(counter->id, id, sizeof id);
    counter->noun = NOUN_KINDS; /* the hall's, unless the section says its own */
    return counter;
}

struct saying *elements_saying(struct hall *hall, const char *section) {
    if (strncmp(section, "say ", 4) != 0) {
        return NULL;
    }
    const char *shown = section + 4;
    size_t bytes = strlen(shown);
    if (bytes == 0 || bytes >= NAME_BYTES) {
        return NULL;
    }
    for (size_t i = 0; i < hall->sayings_count; i++) {
        if (strcmp(hall->sayings[i].shown, shown) == 0) {
            return &hall->sayings[i];
        }
    }
    if (hall->sayings_count == SAYINGS_MAX) {
        return NULL;
    }
    struct saying *saying = &hall->sayings[hall->sayings_count++];
    memcpy(saying->shown, shown, bytes + 1);
    return saying;
}

struct voice_choice *elements_voice(struct settings *settings, const char *section) {
    if (strncmp(section, "voice ", 6) != 0 || !value_tag_valid(section + 6)) {
        return NULL;
    }
    for (size_t i = 0; i < settings->voices_count; i++) {
        if (strcmp(settings->voices[i].tag, section + 6) == 0) {
            return &settings->voices[i];
        }
    }
    if (settings->voices_count == LANGUAGES_MAX) {
        return NULL;
    }
    struct voice_choice *choice = &settings->voices[settings->voices_count++];
    CHECK(settings_defaults("voice", choice));
    memcpy(choice->tag, section + 6, strlen(section + 6) + 1);
    return choice;
}
