/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything that the calls of a site are made of.
 *
 * Calls are made up and turned into words by phrase.c itself, so that this list cannot miss what a
 * template does. A thousand calls take some milliseconds.
 *
 * Considered and refused: a list in the configuration (it would be a second, older truth); reading
 * letters out of the pattern's text (a regular expression is no list).
 */
#include "command/vocabulary.h"

#include "feed/contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Capital letters of the scripts that tickets may be printed in. */
static const struct {
    unsigned first, last;
} letter_ranges[] = {{'A', 'Z'},     {0xC0, 0xD6},   {0xD8, 0xDE},   {0x100, 0x17D},
                     {0x391, 0x3A9}, {0x402, 0x42F}, {0x490, 0x490}, {0x621, 0x64A}};

struct walk {
    const struct config *config;
    struct contract contract;
    struct utterance utterance;
    struct script script;
    vocabulary_visit *visit;
    void *context;
};

/* To a counter of the hall that the utterance is from. */
static void visit_call(struct walk *walk, const char *ticket, const char *counter) {
    snprintf(walk->utterance.ticket, sizeof walk->utterance.ticket, "%s", ticket);
    snprintf(walk->utterance.counter, sizeof walk->utterance.counter, "%s", counter);
    if (!phrase_make(&walk->config->hall, &walk->utterance, &walk->script)) {
        return;
    }
    for (size_t i = 0; i < walk->script.segments_count; i++) {
        walk->visit(walk->context, &walk->script.segments[i]);
    }
}

static void visit_counters(struct walk *walk) {
    const struct hall *hall = &walk->config->hall;
    for (size_t i = 0; i < hall->counters_count; i++) {
        size_t from = halls_find(&hall->halls, hall->counters[i].hall);
        walk->utterance.from = from < hall->halls.count ? from : 0;
        visit_call(walk, "1", hall->counters[i].id);
    }
    walk->utterance.from = 0;
    for (int i = 1; hall->counters_count == 0 && i <= VOCABULARY_COUNTERS; i++) {
        char counter[NAME_BYTES];
        snprintf(counter, sizeof counter, "%d", i);
        visit_call(walk, "1", counter);
    }
}

/* A code point below U+0800 as text. */
static void write_letter(unsigned codepoint, char letter[4]) {
    size_t bytes = 0;
    if (codepoint < 0x80) {
        letter[bytes++] = (char)codepoint;
    } else {
        letter[bytes++] = (char)(0xC0 | codepoint >> 6);
        letter[bytes++] = (char)(0x80 | (codepoint & 0x3F));
    }
    letter[bytes] = '\0';
}

/* Whether a ticket of the site can hold a letter: one of [ticket] prefixes, if there are any. */
static bool letter_used(const struct walk *walk, const char *letter) {
    const struct prefix_list *list = &walk->config->settings.ticket.prefixes;
    bool named = list->count == 0;
    for (size_t i = 0; i < list->count && !named; i++) {
        named = strstr(list->prefixes[i], letter) != NULL;
    }
    if (!named) {
        return false;
    }
    static const char *const forms[] = {"%s",    "%s1",   "%s12", "%s123", "%s1234",
                                        "%s-12", "%s 12", "1%s",  "12%s",  "123%s"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char ticket[TICKET_BYTES];
        const char *at = strchr(forms[i], '%');
        snprintf(ticket, sizeof ticket, "%.*s%s%s", (int)(at - forms[i]), forms[i], letter, at + 2);
        if (contract_takes_ticket(&walk->contract, ticket)) {
            return true;
        }
    }
    return false;
}

/* The first letter of the site goes into first, "" when there is none. */
static void visit_letters(struct walk *walk, char first[4]) {
    first[0] = '\0';
    for (size_t i = 0; i < sizeof letter_ranges / sizeof letter_ranges[0]; i++) {
        for (unsigned c = letter_ranges[i].first; c <= letter_ranges[i].last; c++) {
            char letter[4], ticket[8];
            write_letter(c, letter);
            if (!letter_used(walk, letter)) {
                continue;
            }
            memcpy(first, first[0] == '\0' ? letter : first, sizeof letter);
            snprintf(ticket, sizeof ticket, "%s1", letter);
            visit_call(walk, ticket, "1");
        }
    }
}

/* Whether a ticket of the site can hold a number, after the letter or without one. */
static bool number_used(const struct walk *walk, const char *letter, unsigned number) {
    static const char *const separators[] = {"", "-", " "};
    for (int digits = 1; digits <= 5; digits++) {
        char ticket[TICKET_BYTES];
        snprintf(ticket, sizeof ticket, "%0*u", digits, number);
        if (contract_takes_ticket(&walk->contract, ticket)) {
            return true;
        }
        for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
            snprintf(ticket, sizeof ticket, "%s%s%0*u", letter, separators[i], digits, number);
            if (contract_takes_ticket(&walk->contract, ticket)) {
                return true;
            }
        }
    }
    return false;
}

static void visit_all(struct walk *walk) {
    char letter[4];
    walk->utterance.kind = UTTERANCE_RECALL;
    visit_call(walk, "1", "1");
    walk->utterance.kind = UTTERANCE_CALL;
    visit_counters(walk);
    visit_letters(walk, letter);
    for (unsigned number = 0; number <= VOCABULARY_NUMBER_MAX; number++) {
        char ticket[TICKET_BYTES];
        snprintf(ticket, sizeof ticket, "%u", number);
        if (number_used(walk, letter, number)) {
            visit_call(walk, ticket, "1");
        }
    }
    walk->utterance.brisk = true;
    visit_counters(walk);
}

void vocabulary_walk(const struct config *config, const char *tag, vocabulary_visit *visit,
                     void *context) {
    char reason[REASON_BYTES];
    static const struct topic_names no_names;
    struct walk *walk = calloc(1, sizeof *walk);
    if (walk == NULL || !contract_init(&walk->contract, &no_names, config->settings.ticket.pattern,
                                       reason, sizeof reason)) {
        free(walk);
        return;
    }
    walk->config = config;
    walk->visit = visit;
    walk->context = context;
    walk->utterance.serial = 1;
    snprintf(walk->utterance.lang, sizeof walk->utterance.lang, "%s", tag);
    visit_all(walk);
    contract_finish(&walk->contract);
    free(walk);
}

/* Lines in the making. */
struct lines {
    char *text;
    size_t bytes, room;
};

/* Adds a segment's words unless they are the same as just before: others that come twice cost a
 * look at the disk. */
static void add_line(void *context, const struct segment *segment) {
    struct lines *lines = context;
    size_t bytes = strlen(segment->written);
    bool again = lines->bytes > bytes + 1 && lines->text[lines->bytes - bytes - 2] == '\n' &&
                 memcmp(lines->text + lines->bytes - bytes - 1, segment->written, bytes) == 0;
    if (bytes == 0 || again) {
        return;
    }
    if (lines->bytes + bytes + 2 > lines->room) {
        size_t room = lines->room == 0 ? 16384 : lines->room * 2;
        char *grown = realloc(lines->text, room);
        if (grown == NULL) {
            return;
        }
        lines->text = grown;
        lines->room = room;
    }
    memcpy(lines->text + lines->bytes, segment->written, bytes);
    lines->bytes += bytes;
    lines->text[lines->bytes++] = '\n';
    lines->text[lines->bytes] = '\0';
}

void vocabulary_fill(const struct config *config, struct voice_options *options) {
    for (size_t i = 0; i < options->outside.voices_count; i++) {
        struct outside_voice *voice = &options->outside.voices[i];
        struct lines lines = {0};
        if (voice->command[0] != '\0') {
            vocabulary_walk(config, voice->tag, add_line, &lines);
            voice->texts = lines.text;
        }
    }
}

void vocabulary_release(struct voice_options *options) {
    for (size_t i = 0; i < options->outside.voices_count; i++) {
        free(options->outside.voices[i].texts);
        options->outside.voices[i].texts = NULL;
    }
}
