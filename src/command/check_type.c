/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The type's part of `hallcall check`.
 *
 * Every text that the configuration and its language files can put on the screen is cut and shaped
 * as the screen does it, so a character that would be drawn as a box is found here and not by a
 * visitor: a problem. Prefixes that differ less than they should on the ticket's own face are a
 * warning, because a site may have reasons for them.
 */
#include "command/checking.h"
#include "core/text.h"
#include "core/utf8.h"
#include "screen/likeness.h"
#include "screen/text.h"

#include <string.h>

enum { CACHE_BYTES = 1 << 16, MISSING_MAX = 8, WHERE_BYTES = 64 };

/* Characters that no face has, of one file. */
struct missing {
    struct text *text;
    size_t count;
    uint32_t characters[MISSING_MAX];
};

static void look_at(struct missing *missing, enum face face, const char *words) {
    uint32_t lacking = text_missing(missing->text, face, words);
    for (size_t i = 0; i < missing->count; i++) {
        if (missing->characters[i] == lacking) {
            return;
        }
    }
    if (lacking != 0 && missing->count < MISSING_MAX) {
        missing->characters[missing->count++] = lacking;
    }
}

/* Tells what was found in a file and begins anew. */
static void tell_missing(struct checking *checking, struct missing *missing, const char *where) {
    char list[MISSING_MAX * 20] = "";
    for (size_t i = 0; i < missing->count; i++) {
        char character[UTF8_BYTES], words[24];
        (void)utf8_write(missing->characters[i], character);
        (void)snprintf(words, sizeof words, "%s%s (U+%04X)", i > 0 ? ", " : "", character,
                       (unsigned)missing->characters[i]);
        text_append(list, sizeof list, words);
    }
    if (missing->count > 0) {
        checking_tell(checking, VERDICT_PROBLEM, "faces",
                      "%s: no installed face has %s: install one and name it in fonts/faces.ini",
                      where, list);
    }
    missing->count = 0;
}

static void look_at_language(struct missing *missing, const struct language *language) {
    for (size_t i = 0; i < LABEL_KINDS; i++) {
        look_at(missing, FACE_STRONG, language->labels[i]);
        look_at(missing, FACE_TEXT, language->labels[i]);
    }
    for (size_t i = 0; i < NOUN_KINDS; i++) {
        look_at(missing, FACE_STRONG, language->nouns[i].screen);
    }
    for (size_t i = 0; i < WAY_KINDS; i++) {
        look_at(missing, FACE_TEXT, language->ways[i].screen);
    }
    for (size_t i = 0; i < sizeof language->weekdays / sizeof language->weekdays[0]; i++) {
        look_at(missing, FACE_TEXT, language->weekdays[i]);
    }
    for (size_t i = 0; i < sizeof language->months / sizeof language->months[0]; i++) {
        look_at(missing, FACE_TEXT, language->months[i]);
    }
    look_at(missing, FACE_TEXT, language->date);
    look_at(missing, FACE_STRONG, language->time);
}

static void look_at_counter(struct missing *missing, const struct counter *counter) {
    for (size_t i = 0; i < counter->labels_count; i++) {
        look_at(missing, FACE_STRONG, counter->labels[i].text);
    }
    for (size_t i = 0; i < counter->ways_count; i++) {
        look_at(missing, FACE_TEXT, counter->ways[i].text);
    }
}

static void find_missing(struct checking *checking, struct faces *faces) {
    const struct hall *hall = &checking->config.hall;
    const struct prefix_list *prefixes = &checking->config.settings.ticket.prefixes;
    struct missing missing = {.text = text_create(faces, CACHE_BYTES)};
    if (missing.text == NULL) {
        checking_tell(checking, VERDICT_PROBLEM, "faces", "no memory for text");
        return;
    }
    for (size_t i = 0; i < hall->names_count; i++) {
        look_at(&missing, FACE_STRONG, hall->names[i].text);
    }
    for (size_t i = 0; i < hall->counters_count; i++) {
        look_at_counter(&missing, &hall->counters[i]);
    }
    for (size_t i = 0; i < prefixes->count; i++) {
        look_at(&missing, FACE_TICKET, prefixes->prefixes[i]);
    }
    tell_missing(checking, &missing, "names, labels and prefixes");
    for (size_t i = 0; i < hall->languages_count; i++) {
        char where[WHERE_BYTES];
        (void)snprintf(where, sizeof where, "languages/%s.ini", hall->languages[i].tag);
        look_at_language(&missing, &hall->languages[i]);
        tell_missing(checking, &missing, where);
    }
    text_destroy(missing.text);
}

/* The last letter of a prefix stands before a number, so it must not be taken for a figure. */
static void compare_with_figures(struct checking *checking, struct faces *faces,
                                 const char *prefix) {
    uint32_t last = 0;
    for (size_t bytes; (bytes = utf8_read(prefix, &last)) > 0; prefix += bytes) {
    }
    if (last >= '0' && last <= '9') {
        return;
    }
    for (uint32_t figure = '0'; figure <= '9' && last != 0; figure++) {
        int difference = likeness_difference(faces, last, figure);
        char letter[UTF8_BYTES];
        (void)utf8_write(last, letter);
        if (difference < LIKENESS_DIFFERENCE_MIN) {
            checking_tell(checking, VERDICT_WARNING, "prefixes",
                          "%s looks like the figure %c before a number: they differ by %d %%, "
                          "should by %d %%",
                          letter, (char)figure, difference, LIKENESS_DIFFERENCE_MIN);
        }
    }
}

static void compare_looks(struct checking *checking, struct faces *faces) {
    const struct prefix_list *list = &checking->config.settings.ticket.prefixes;
    for (size_t i = 0; i < list->count; i++) {
        compare_with_figures(checking, faces, list->prefixes[i]);
        for (size_t k = i + 1; k < list->count; k++) {
            if (likeness_of_codes(faces, list->prefixes[i], list->prefixes[k])) {
                checking_tell(checking, VERDICT_WARNING, "prefixes",
                              "%s and %s look alike on screen and ticket", list->prefixes[i],
                              list->prefixes[k]);
            }
        }
    }
}

void checking_type(struct checking *checking, struct faces *faces) {
    find_missing(checking, faces);
    compare_looks(checking, faces);
}
