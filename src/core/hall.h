/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a hall knows before the first message: its name, languages, counters and policy.
 *
 * Filled by config/ from the configuration, read by everyone, changed by nobody while it is in
 * use; a reload makes a new one. Plain value, no pointers.
 */
#ifndef HALLCALL_CORE_HALL_H
#define HALLCALL_CORE_HALL_H

#include "core/group.h"
#include "core/language.h"
#include "core/limits.h"
#include "core/moment.h"
#include "core/week.h"

enum direction {
    DIRECTION_NONE, /* not configured: the arrow points from ticket to counter */
    DIRECTION_LEFT,
    DIRECTION_RIGHT,
    DIRECTION_UP,   /* upstairs */
    DIRECTION_DOWN, /* downstairs */
    DIRECTION_AHEAD
};

enum { FLOOR_NONE = -100, COUNTER_WAYS_MAX = 2 };

/* [counter ID], or [counter HALL/ID]. */
struct counter {
    char hall[NAME_BYTES]; /* "": it holds in every hall */
    char id[NAME_BYTES];
    enum noun noun;
    enum direction direction;
    int floor; /* FLOOR_MIN to FLOOR_MAX, or FLOOR_NONE */
    float pan; /* -1 left ... 1 right */
    size_t labels_count;
    struct { /* what is shown and spoken in place of the id; first entry's tag may be "" = any */
        char tag[LANG_BYTES];
        char text[LABEL_BYTES];
    } labels[LANGUAGES_MAX];
    size_t ways_count;
    struct { /* where it is, in words: "2nd floor, to the left" */
        char tag[LANG_BYTES];
        char text[LABEL_BYTES];
    } ways[LANGUAGES_MAX];
};

/* The site's own pronunciation: what is said for something that is shown. */
struct saying {
    char shown[NAME_BYTES]; /* letters of a ticket, or a counter's label */
    size_t spoken_count;
    struct { /* words, or phonemes in [[brackets]]; first entry's tag may be "" = any */
        char tag[LANG_BYTES];
        char text[LABEL_BYTES];
    } spoken[LANGUAGES_MAX];
};

/* How long things stay and how much is said; defaults and sources in config/settings.c. */
struct policy {
    int64_t fresh_max_ms;   /* spoken only if younger than min(ttl, this) on arrival */
    int64_t ttl_default_ms; /* ttl of an event that names none */
    int64_t hero_min_ms;    /* a call stays on the card at least this long while nobody waits */
    int64_t highlight_ms;   /* a row is marked as new this long */
    int64_t listed_min_ms;  /* a row stays at least this long unless withdrawn */
    int64_t listed_max_ms;  /* and at most this long */
    int64_t page_ms;        /* a page of the list or of notices is shown this long */
    int64_t gap_ms;         /* silence between two announcements */
    int64_t lead_in_ms;     /* from a call to card and voice, after a silence (announcer.h) */
    int64_t voice_lag_ms;   /* a call that waits longer for the voice is told to staff */
    bool say_ways;          /* floors and directions in words, shown and spoken */
    bool pulse;             /* a call that takes the card draws the eye (pulse.h) */
    struct week_plan off;   /* when the screen rests (rest.h) */
    int repeat;             /* how many times a call is said again after the first, 0 to 2 */
};

struct hall {
    char site[NAME_BYTES];
    struct halls halls; /* whose calls this display shows and speaks */
    char display[NAME_BYTES];
    size_t names_count;
    struct lang_text names[LANGUAGES_MAX]; /* the hall's name, shown in the header */
    size_t languages_count; /* at least 1; the hall's own, most important first ... */
    size_t on_request;      /* ... and behind them so many for the tickets that ask for them */
    struct language languages[LANGUAGES_MAX];
    enum noun noun;             /* of counters that are not configured */
    struct counter_group group; /* to these of their counters */
    size_t counters_count;
    struct counter counters[COUNTERS_MAX];
    size_t sayings_count;
    struct saying sayings[SAYINGS_MAX];
    struct policy policy;
};

/* The counter of an id in the hall at a place, by the section of that hall or by the one of every
 * hall; NULL when the configuration does not name it (which is allowed). */
const struct counter *hall_counter(const struct hall *hall, size_t from, const char *id);
/* How many languages every call is spoken and written in: the first ones; at least 1. */
size_t hall_own_languages(const struct hall *hall);
/* The language that a tag asks for, or NULL when no such file is loaded. */
const struct language *hall_language(const struct hall *hall, const char *tag);
/* What a counter is called in a language: the event's override (may be ""), else the configured
 * label, else the id. Never NULL. */
const char *hall_counter_label(const struct hall *hall, size_t from, const char *id,
                               const char *override, const char *tag);
/* Whether a label is a number, set as large as a ticket: up to 4 characters ("12", "B 3", "3a"), or
 * up to 6 without a blank that hold a digit ("1.214"). Anything else is words. */
bool label_is_number(const char *label);
/* Whether some counter's label is words. */
bool hall_has_words(const struct hall *hall);
/* What the site says for shown[0..bytes) in a language, NULL when it has no words of its own. */
const char *hall_saying(const struct hall *hall, const char *shown, size_t bytes, const char *tag);
/* The phrases that tell where a counter is, in the order in which they are said: floor, direction.
 * Returns how many: 0 for a NULL counter, and where the hall does not want them. */
size_t hall_ways(const struct hall *hall, const struct counter *counter,
                 enum way ways[COUNTER_WAYS_MAX]);
/* The text of a language, else the first one, else "". */
const char *lang_text_pick(const struct lang_text *texts, size_t count, const char *tag);

#endif
