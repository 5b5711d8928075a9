/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of settings (in settings_*.c, by what they are about), and the draft that values
 * are read into.
 *
 * From the table come parsing, its error messages, the commented example file and the settings part
 * of hallcall.ini(5). A setting is added in one place.
 */
#ifndef HALLCALL_CONFIG_SETTINGS_H
#define HALLCALL_CONFIG_SETTINGS_H

#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>

enum kind {
    KIND_TEXT,     /* char[room] */
    KIND_NAME,     /* char[NAME_BYTES]: [a-z0-9-]{1,32} */
    KIND_URL,      /* char[room]: mqtt:// or mqtts:// */
    KIND_PATTERN,  /* char[room]: an extended regular expression */
    KIND_LEVEL,    /* char[room]: a log level */
    KIND_INTEGER,  /* int, min to max */
    KIND_DURATION, /* int64_t milliseconds, written in units of unit_ms, min to max units */
    KIND_FLAG,     /* bool */
    KIND_SIZE,     /* int[2] pixels: "1280x720" or "" */
    KIND_FRACTION, /* float, min to max hundredths */
    KIND_TAGS,     /* struct tag_list */
    KIND_PREFIXES, /* struct prefix_list */
    KIND_GROUP,    /* struct counter_group */
    KIND_HALLS,    /* struct halls */
    KIND_NOUN,     /* enum noun */
    KIND_CHOICE,   /* an enumeration whose values are places in choices */
    KIND_FLOOR,    /* int: FLOOR_MIN to FLOOR_MAX, or FLOOR_NONE */
    KIND_VOLUMES,  /* struct volume_plan: its spans */
    KIND_THEMES,   /* struct theme_plan */
    KIND_HOURS,    /* struct week_plan */
    KIND_MODE,     /* struct display_mode: "1920x1080@60" or "" */
    KIND_SPOKEN,   /* as KIND_TEXTS, with phonemes in [[brackets]] */
    KIND_TEXTS     /* an array of {tag, text}, one for any language and one per language */
};

/* What [hall] languages asks for. */
struct tag_list {
    size_t count;
    char tags[LANGUAGES_MAX][LANG_BYTES];
};

/* A configuration in the making. */
struct draft {
    struct config config;
    struct tag_list languages, ticket_languages;
};

struct setting {
    const char *section; /* "counter", "say" and "voice" stand for every [counter ID] ... */
    const char *key;     /* KIND_TEXTS also takes key.<language> */
    enum kind kind;
    size_t offset; /* in struct draft, counter, saying or voice_choice: as the section is */
    size_t room;   /* bytes of a text, including the NUL */
    size_t count_offset, stride; /* KIND_TEXTS: its count, and the size of one element */
    int min, max;
    int unit_ms;                /* KIND_DURATION */
    const char *const *choices; /* KIND_CHOICE: the words, NULL behind the last */
    const char *unit;           /* "seconds", or NULL */
    const char *fallback;       /* the default, as it would be written */
    const char *example; /* what the example file shows when the default says little, or NULL */
    bool shown;          /* set in the example file, not only described */
    const char *help;    /* one line */
};

/* The settings one after another, from 0; NULL behind the last. */
const struct setting *settings_at(size_t index);

/* A section of the table with the words that open it in the example file and the manual. */
struct section {
    const char *name;
    const char *heading; /* as it is written: "[broker]" */
    const char *help;
    const char *example; /* a heading of one of them; NULL: there is one section of that name */
};

extern const struct section sections_table[];
extern const size_t sections_count;

/* The section of a name, NULL when there is none. */
const struct section *settings_section(const char *name);
/* Whether it takes a text for each language, key.LANGUAGE. */
bool setting_has_languages(const struct setting *setting);
/* The setting of a section (as in the table) and key, without a language; NULL when there is none.
 */
const struct setting *settings_find(const char *section, const char *key);
/* Gives every setting of a section its default; section NULL: those of *draft, base, that are there
 * once. False when memory is out, which those of a counter or a voice need none of. */
bool settings_defaults(const char *section, void *base);

#endif
