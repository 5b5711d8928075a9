/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the screen says at one moment, in words and numbers but without places or sizes.
 *
 * A view is a function of the board, the hall and the moment: drawing is never an effect, so a
 * missed frame can never become a missed call. Two equal views look equal; the run loop lays out
 * and paints only when the view differs from the one before. Every byte of a view is defined
 * (unused ones are zero), so views may be compared with memcmp.
 */
#ifndef HALLCALL_CORE_VIEW_H
#define HALLCALL_CORE_VIEW_H

#include "core/caption.h"
#include "core/hall.h"
#include "core/limits.h"
#include "core/start.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    VIEW_ROWS_MAX = 24,  /* rows on one page of the list */
    VIEW_LANGS_MAX = 4,  /* languages together on the card */
    VIEW_ALARM_MAX = 2,  /* languages of an alarm */
    VIEW_TEXTS_MAX = 4,  /* languages of an urgent text together on the screen */
    VIEW_TROUBLE_MAX = 8 /* lines for staff */
};

enum hero_state {
    HERO_NONE,    /* no call yet, or only with its lead-in: the welcome text */
    HERO_CALLING, /* being announced, or within its minimum time */
    HERO_RESTING  /* the last call, kept calmly until the next one */
};

struct view_line {
    char tag[LANG_BYTES];
    char title[PHRASE_BYTES];    /* "Ticket", in the first line of the card */
    char noun[WORD_BYTES];       /* "Counter" */
    char label[LABEL_BYTES];     /* "4" */
    char way[LABEL_BYTES];       /* "2nd floor", "" when not configured */
    char again[PHRASE_BYTES];    /* "Called again", "" for a first call */
    char moved[WORD_BYTES];      /* "New counter", "" when it was called to no other one before */
    char priority[PHRASE_BYTES]; /* "Priority", "" for a visitor whose turn it is */
};

struct view_hero {
    enum hero_state state;
    char ticket[TICKET_BYTES];
    enum direction direction;
    bool strong;      /* the voice is lost: the card works harder */
    int pulse;        /* level of the ring round a new call, 0 (none) to PULSE_TOP */
    enum said said;   /* what is being heard of the call, marked */
    size_t said_line; /* in the language of this line */
    size_t lines_count;
    struct view_line lines[VIEW_LANGS_MAX]; /* the ticket's own language first */
};

struct view_row {
    char ticket[TICKET_BYTES];
    char noun[WORD_BYTES];
    char label[LABEL_BYTES];
    char again[PHRASE_BYTES]; /* as in struct view_line */
    char moved[WORD_BYTES];
    char priority[PHRASE_BYTES];
    bool noun_needed; /* not the hall's usual noun: a number alone would mislead */
    bool fresh;       /* called a moment ago: marked by shape as well as colour */
};

enum view_alarm { ALARM_NONE, ALARM_LINK, ALARM_VOICE };

/* The site's logo in pixels of its file, of which only the proportions count; 0: there is none. */
struct view_logo {
    int width, height;
};

struct view {
    char hall[LABEL_BYTES];
    struct view_logo logo;
    char clock[16]; /* "14:05", or "" while the clock is not known */
    char date[PHRASE_BYTES];
    struct view_hero hero;
    char welcome[VIEW_LANGS_MAX][PHRASE_BYTES]; /* when hero.state is HERO_NONE */
    char welcome_hint[VIEW_LANGS_MAX][PHRASE_BYTES];
    char called[PHRASE_BYTES];       /* head of the list, languages joined by " · " */
    char called_first[PHRASE_BYTES]; /* in the first language alone */
    size_t rows_count;
    struct view_row rows[VIEW_ROWS_MAX];
    size_t page, pages;           /* page counts from 1; pages is at least 1 */
    char page_text[PHRASE_BYTES]; /* "1 of 2", "" while there is one page */
    char notice[TEXT_BYTES];      /* the one shown now, "" for none */
    enum view_alarm alarm;
    /* The honest line for visitors in the hall's first languages, "" when all is well. */
    char alarm_texts[VIEW_ALARM_MAX][PHRASE_BYTES];
    /* For staff: what is wrong with the display's own settings, "" behind the last. */
    char trouble[VIEW_TROUBLE_MAX][TEXT_BYTES];
    bool urgent;
    char urgent_head[PHRASE_BYTES];
    size_t urgent_count;
    char urgent_texts[VIEW_TEXTS_MAX][TEXT_BYTES];
    struct view_start start; /* lines_count 0: there is nothing to say to staff */
    bool off;                /* the screen rests (rest.h): black, and nothing else is set */
};

struct board;

/* Makes the view of a board at a moment, without a logo, trouble and what only the machine knows
 * (start.h). utc_offset_s is local time minus UTC, for the clock on the wall. Every byte of *view
 * is written. */
void view_make(const struct board *board, const struct hall *hall, struct moment now,
               int utc_offset_s, struct view *view);

/* Whether some counter on the list has a label of words; see sheet.h. */
bool view_has_words(const struct view *view);

/* When the view changes although the board does not (the clock's next minute, the pulse of a new
 * call); MONO_NEVER when it does not. */
mono_ms view_deadline(const struct board *board, const struct hall *hall, struct moment now);

/* Whether two views differ in nothing but the pulse: no news for anybody who reads. */
bool view_differs_by_pulse(const struct view *before, const struct view *after);

#endif
