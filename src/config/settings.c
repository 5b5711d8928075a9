/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of settings.
 *
 * A default is written as a person would write it and goes through the same parser, so a default
 * out of its own range cannot exist (settings_defaults checks). Where a number comes from stands
 * beside it: "std" is read in a standard, "own" is our engineering value (standards.md).
 *
 * Counters are sections of their own, one per counter, so that moving one is cutting and pasting a
 * few lines. A list of counters in one value was refused: nobody can read it back.
 */
#include "config/settings_parts.h"

#include "config/value.h"
#include "system/check.h"
#include "system/shortage.h"

#include <errno.h>
#include <string.h>

const struct section sections_table[] = {
    {"broker", "[broker]", "The MQTT broker that calls come from.", NULL},
    {"display", "[display]",
     "Which hall this display stands in. The three names are parts of the MQTT topics: calls for "
     "a hall come on <root>/1/<site>/hall/<hall>/event.",
     NULL},
    {"hall", "[hall]", "What the hall is called and which languages it speaks.", NULL},
    {"calls", "[calls]", "How long calls stay and how often they are spoken.", NULL},
    {"audio", "[audio]", "The loudspeaker.", NULL},
    {"ticket", "[ticket]", "What a ticket looks like.", NULL},
    {"journal", "[journal]",
     "What was called, shown and heard, for \"hallcall journal\", and the board across a restart. "
     "No names of persons are kept.",
     NULL},
    {"log", "[log]", "The program's own log.", NULL},
    {"counter", "[counter ID]",
     "One section per counter, named with the id that calls use. Counters that are not listed "
     "are shown and spoken by their id. A text may be given once for all languages (label) and "
     "once per language (label.uk). On a display of several halls it holds for the counter of that "
     "id in each of them, and [counter HALL/ID] for the one of that hall, in its place.",
     "[counter 4]"},
    {"say", "[say TEXT]",
     "One section for each thing that the voice should say in the site's own way: the letters of a "
     "ticket, a counter's label, or words of notices and urgent texts; in the heading exactly as "
     "they are shown.",
     "[say VIP]"},
    {"voice", "[voice LANGUAGE]",
     "One section for each language that another voice than eSpeak NG speaks: recorded clips or a "
     "program. What it cannot say in time, eSpeak NG says as a whole.",
     "[voice en]"},
};
const size_t sections_count = sizeof sections_table / sizeof sections_table[0];

static const struct settings_part *const parts[] = {&settings_network, &settings_screen,
                                                    &settings_calls, &settings_repeated};

const struct setting *settings_at(size_t index) {
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (index < parts[i]->count) {
            return &parts[i]->settings[index];
        }
        index -= parts[i]->count;
    }
    return NULL;
}

const struct setting *settings_find(const char *section, const char *key) {
    const struct setting *setting;
    for (size_t i = 0; (setting = settings_at(i)) != NULL; i++) {
        if (strcmp(setting->section, section) == 0 && strcmp(setting->key, key) == 0) {
            return setting;
        }
    }
    return NULL;
}

const struct section *settings_section(const char *name) {
    for (size_t i = 0; i < sections_count; i++) {
        if (strcmp(sections_table[i].name, name) == 0) {
            return &sections_table[i];
        }
    }
    return NULL;
}

bool setting_has_languages(const struct setting *setting) {
    return setting->kind == KIND_TEXTS || setting->kind == KIND_SPOKEN;
}

bool settings_defaults(const char *section, void *base) {
    char expected[EXPECTED_BYTES];
    const struct setting *setting;
    for (size_t i = 0; (setting = settings_at(i)) != NULL; i++) {
        bool repeated = settings_section(setting->section)->example != NULL;
        bool wanted = section == NULL ? !repeated : strcmp(setting->section, section) == 0;
        errno = 0;
        if (setting->fallback != NULL && wanted &&
            !value_parse(setting, base, "", setting->fallback, expected)) {
            CHECK(shortage(errno));
            return false;
        }
    }
    return true;
}
