/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One language as data: how a call is spoken and what the screen says in it.
 *
 * A language is one file under config/languages/, read by config/language_file.c into this plain
 * value. Nothing about any particular language is written in code. Texts come from the site's own
 * files and are trusted: they may hold eSpeak phonemes in [[double brackets]]; text that arrives
 * over MQTT never goes through here unfiltered.
 *
 * Considered and refused: gettext catalogues (a call is spoken in several languages within one
 * process, per ticket, and needs voices, rates and letter names beside the words).
 */
#ifndef HALLCALL_CORE_LANGUAGE_H
#define HALLCALL_CORE_LANGUAGE_H

#include "core/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LETTERS_MAX = 256, /* letter names of one language: those of every alphabet */
    LETTER_BYTES = 32, /* one letter's spoken name */
    NUMBERS_MAX = 64,  /* numbers that a language file names itself */
    NUMBER_MAX = 9999, /* the largest of them */
    NUMBER_BYTES = 48, /* one number's spoken name */
    FLOOR_MIN = -3,    /* of the floors that have a phrase: third basement */
    FLOOR_MAX = 9,
    TEMPLATE_BYTES = 192, /* one spoken template */
    WORD_BYTES = 64,      /* a noun, a weekday */
    PHRASE_BYTES = 128,   /* a label of the screen */
    VOICE_BYTES = 32,     /* an engine voice id such as "gmw/en" */
};

/* What a visitor walks to. The order is that of noun_name(). */
enum noun { NOUN_COUNTER, NOUN_WINDOW, NOUN_DESK, NOUN_ROOM, NOUN_DOOR, NOUN_OFFICE, NOUN_KINDS };

/* Where a counter is, as a phrase of each language. The order is that of way_name(). Floors follow
 * one another from FLOOR_MIN to FLOOR_MAX; 0 is the floor of the entrance. */
enum way {
    WAY_LEFT,
    WAY_RIGHT,
    WAY_UP,
    WAY_DOWN,
    WAY_AHEAD,
    WAY_FLOORS,
    WAY_KINDS = WAY_FLOORS + FLOOR_MAX - FLOOR_MIN + 1
};

/* How the number of a ticket is spoken: 107 as "one hundred and seven", "one oh seven" or
 * "one zero seven". */
enum digit_style { DIGITS_WHOLE, DIGITS_PAIRS, DIGITS_SINGLE };

enum spoken_template {
    SPOKEN_CALL,
    SPOKEN_BRIEF, /* a call while many wait: ticket and destination, nothing else */
    SPOKEN_RECALL,
    SPOKEN_NOTICE,
    SPOKEN_URGENT,
    SPOKEN_KINDS
};

/* Short texts of the screen. The order is that of label_name(). */
enum label {
    LABEL_TICKET,        /* above the hero's number: "Ticket" */
    LABEL_CALLED,        /* head of the called list: "Called" */
    LABEL_AGAIN,         /* marks a recall in words: "Called again" */
    LABEL_PRIORITY,      /* marks a visitor who is served out of turn: "Priority" */
    LABEL_WELCOME,       /* the hall before its first call */
    LABEL_WELCOME_HINT,  /* second line of the same: what will happen */
    LABEL_PAGE,          /* "{page} of {pages}" */
    LABEL_NOTICE,        /* head of a notice */
    LABEL_URGENT,        /* head of an urgent text: "Attention" */
    LABEL_LINK_STARTING, /* link line: connecting for the first time, in the first minute */
    LABEL_LINK_DOWN,     /* link line: "No new calls since {time}. Please ask at a counter." */
    LABEL_LINK_NO_BOARD, /* link line: nothing has been heard yet */
    LABEL_VOICE_LOST,    /* link line: calls are shown but cannot be spoken */
    LABEL_KINDS
};

struct letter_name {
    uint32_t codepoint; /* upper case */
    char spoken[LETTER_BYTES];
};

struct number_name {
    uint16_t value;
    char spoken[NUMBER_BYTES];
};

struct way_words {
    char screen[WORD_BYTES]; /* "2nd floor" */
    char spoken[WORD_BYTES]; /* after the counter: "on the second floor" */
};

struct noun_words {
    char screen[WORD_BYTES];  /* beside the number on the card: "Counter" */
    char spoken[WORD_BYTES];  /* in the form the templates need: "counter" after "to" */
    char written[WORD_BYTES]; /* the same where .spoken has phonemes; or empty */
    char moved[WORD_BYTES];   /* a call went to another one than before: "New counter" */
};

struct language {
    char tag[LANG_BYTES];            /* "en" */
    char name[WORD_BYTES];           /* in itself: "English" */
    char voice[VOICE_BYTES];         /* eSpeak NG voice file id */
    char phoneme_voice[VOICE_BYTES]; /* the same for what holds [[phonemes]]; empty: voice */
    int rate; /* eSpeak's nominal words per minute, for 4 to 4.5 syllables/s */
    enum digit_style digits;
    char oh[WORD_BYTES]; /* the zero inside a pair: "oh"; empty: the digit 0 itself */
    size_t letters_count;
    struct letter_name letters[LETTERS_MAX];
    size_t numbers_count;
    struct number_name numbers[NUMBERS_MAX];
    char spoken[SPOKEN_KINDS][TEMPLATE_BYTES];
    char written[SPOKEN_KINDS][TEMPLATE_BYTES]; /* of a template with phonemes; or empty */
    struct noun_words nouns[NOUN_KINDS];
    struct way_words ways[WAY_KINDS];
    char labels[LABEL_KINDS][PHRASE_BYTES];
    char weekdays[7][WORD_BYTES]; /* Sunday first, as in struct tm */
    char months[12][WORD_BYTES];  /* in the form that stands after the day */
    char date[PHRASE_BYTES];      /* "{weekday}, {day} {month}" */
    char time[WORD_BYTES];        /* "{hour}:{minute}", both of two digits */
};

/* A text per language: a hall's name, a notice. The first entry is used where no tag fits. */
struct lang_text {
    char tag[LANG_BYTES];
    char text[TEXT_BYTES];
};

/* The key under [nouns] that names a noun: "counter". NULL for a value out of range. */
const char *noun_name(enum noun noun);
/* The noun of a key, NOUN_KINDS when there is none of that name. */
enum noun noun_from_name(const char *name);
/* The key under [ways] that names a way: "left", "floor 2". NULL for a value out of range. */
const char *way_name(enum way way);
/* The key under [screen] that names a label: "called". NULL for a value out of range. */
const char *label_name(enum label label);
/* Whether two tags name the same language: equal, or equal before the first '-' ("de" and
 * "de-AT"), ASCII case ignored. */
bool language_tag_matches(const char *a, const char *b);
/* The name of a letter (upper or lower case) in a language, or NULL: say the letter itself. */
const char *language_letter(const struct language *language, uint32_t codepoint);
/* The name that the language file gives a number, or NULL. */
const char *language_number(const struct language *language, unsigned value);

#endif
