/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of nouns, ways and labels, tags, and letters and numbers looked up.
 *
 * The tables here are the only place where a key of a language file meets its enum; the reader
 * and the manual page both ask for names by number and never spell them again.
 *
 * Letters fold case by a rule for the ranges in which capital and small letters stand at a fixed
 * distance (Latin, Greek, Cyrillic with its extensions). A general folding table was refused: a
 * ticket's alphabet is chosen by a person at an office, and tickets arrive in upper case anyway.
 */
#include "core/language.h"

#include <string.h>

static const char *const noun_names[NOUN_KINDS] = {
    [NOUN_COUNTER] = "counter", [NOUN_WINDOW] = "window", [NOUN_DESK] = "desk",
    [NOUN_ROOM] = "room",       [NOUN_DOOR] = "door",     [NOUN_OFFICE] = "office",
};

static const char *const way_names[WAY_KINDS] = {
    [WAY_LEFT] = "left",
    [WAY_RIGHT] = "right",
    [WAY_UP] = "up",
    [WAY_DOWN] = "down",
    [WAY_AHEAD] = "ahead",
    [WAY_FLOORS] = "floor -3",
    "floor -2",
    "floor -1",
    "floor 0",
    "floor 1",
    "floor 2",
    "floor 3",
    "floor 4",
    "floor 5",
    "floor 6",
    "floor 7",
    "floor 8",
    "floor 9",
};

static const char *const label_names[LABEL_KINDS] = {
    [LABEL_TICKET] = "ticket",
    [LABEL_CALLED] = "called",
    [LABEL_AGAIN] = "again",
    [LABEL_PRIORITY] = "priority",
    [LABEL_WELCOME] = "welcome",
    [LABEL_WELCOME_HINT] = "welcome_hint",
    [LABEL_PAGE] = "page",
    [LABEL_NOTICE] = "notice",
    [LABEL_URGENT] = "urgent",
    [LABEL_LINK_STARTING] = "link_starting",
    [LABEL_LINK_DOWN] = "link_down",
    [LABEL_LINK_NO_BOARD] = "link_no_board",
    [LABEL_VOICE_LOST] = "voice_lost",
};

const char *noun_name(enum noun noun) {
    return (unsigned)noun < NOUN_KINDS ? noun_names[noun] : NULL;
}

enum noun noun_from_name(const char *name) {
    for (unsigned i = 0; i < NOUN_KINDS; i++) {
        if (strcmp(noun_names[i], name) == 0) {
            return (enum noun)i;
        }
    }
    return NOUN_KINDS;
}

const char *way_name(enum way way) {
    return (unsigned)way < WAY_KINDS ? way_names[way] : NULL;
}

const char *label_name(enum label label) {
    return (unsigned)label < LABEL_KINDS ? label_names[label] : NULL;
}

static char small_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether the first bytes of two tags agree, and how many there are before the first '-'. */
static bool same_primary(const char *a, const char *b) {
    size_t i = 0;
    while (a[i] != '\0' && a[i] != '-' && small_ascii(a[i]) == small_ascii(b[i])) {
        i++;
    }
    return i > 0 && (a[i] == '\0' || a[i] == '-') && (b[i] == '\0' || b[i] == '-');
}

bool language_tag_matches(const char *a, const char *b) {
    return (a[0] == '\0' && b[0] == '\0') || same_primary(a, b);
}

static bool within(uint32_t codepoint, uint32_t first, uint32_t last) {
    return codepoint >= first && codepoint <= last;
}

static uint32_t upper(uint32_t codepoint) {
    if (within(codepoint, 'a', 'z') || (within(codepoint, 0xE0, 0xFE) && codepoint != 0xF7) ||
        within(codepoint, 0x3B1, 0x3C9) || within(codepoint, 0x430, 0x44F)) {
        return codepoint - 0x20;
    }
    if (within(codepoint, 0x450, 0x45F)) {
        return codepoint - 0x50;
    }
    if (codepoint == 0x131) {
        return 'I'; /* dotless, Turkish */
    }
    if (within(codepoint, 0x139, 0x148) || within(codepoint, 0x179, 0x17E)) {
        return (codepoint - 1) | 1; /* capitals are odd here */
    }
    if (within(codepoint, 0x100, 0x177) || within(codepoint, 0x460, 0x481) ||
        within(codepoint, 0x218, 0x21B) || within(codepoint, 0x48A, 0x4BF) ||
        within(codepoint, 0x4D0, 0x52F)) {
        return codepoint & ~UINT32_C(1);
    }
    return codepoint;
}

const char *language_letter(const struct language *language, uint32_t codepoint) {
    uint32_t wanted = upper(codepoint);
    for (size_t i = 0; i < language->letters_count; i++) {
        if (upper(language->letters[i].codepoint) == wanted) {
            return language->letters[i].spoken;
        }
    }
    return NULL;
}

const char *language_number(const struct language *language, unsigned value) {
    for (size_t i = 0; i < language->numbers_count; i++) {
        if (language->numbers[i].value == value) {
            return language->numbers[i].spoken;
        }
    }
    return NULL;
}
