/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An utterance as words, one segment per engine call.
 *
 * A template is walked once, segment by segment. A ticket is cut into runs of letters and digits;
 * the {letters} segment takes the first run if it is letters, the {number} segment the next if it
 * is digits, and what is left of a mixed ticket ("3B", "B12C") follows at once in its own order,
 * each run in the words of the segment of its kind. So the order on the paper is the order in the
 * ear, and a template needs to know nothing about mixed tickets.
 *
 * Silences are ours and not the engine's: exact, and the same in every language (speech.md, section
 * 6). Brackets of phonemes can only come from the language file, because every outside text loses
 * its brackets on the way (words.h); a segment says so itself by holding "[[".
 *
 * Considered and refused: one engine call per utterance with the pauses as punctuation. Commas are
 * as long as the voice likes, captions could not follow, and "A 42" is read as an article.
 */
#include "core/phrase.h"

#include "core/spelling.h"
#include "core/utf8.h"
#include "core/words.h"

#include <string.h>

/* standards.md, "Pauses" (own, recogniser-tested). */
enum {
    PAUSE_CHIME_MS = 400,       /* chime to words: 0.3 to 0.5 s */
    PAUSE_TICKET_MS = 150,      /* label to letters, or to a number without letters */
    PAUSE_NUMBER_MS = 250,      /* between letters and number */
    PAUSE_DESTINATION_MS = 500, /* ticket to destination */
    PAUSE_COUNTER_MS = 120,     /* within the destination */
    PAUSE_WAY_MS = 250,         /* counter to floor and direction (own) */
    PAUSE_SENTENCE_MS = 400,    /* between two pieces of a long text, after a sentence */
    PAUSE_PIECE_MS = 150,       /* the same, in mid-sentence */
    BRISK_PERCENT = 60          /* of each of them, while many wait; own */
};

enum { TEMPLATE_SEGMENTS_MAX = 8, PIECE_BYTES_MAX = SEGMENT_BYTES - 1 };

static const char *const placeholders[] = {"letters", "number", "counter", "noun", "text"};
enum placeholder {
    HOLDS_LETTERS,
    HOLDS_NUMBER,
    HOLDS_COUNTER,
    HOLDS_NOUN,
    HOLDS_TEXT,
    HOLDS_KINDS
};

/* One segment of a template, still as written, without blanks at its ends. */
struct part {
    const char *text;
    size_t bytes;
    unsigned holds[HOLDS_KINDS]; /* how often each placeholder stands in it */
    const char *error;           /* what is wrong with it, or NULL */
};

/* What the placeholders of one script stand for. */
struct making {
    const struct hall *hall;
    const struct language *language;
    const struct utterance *utterance;
    const char *label; /* of the counter */
    enum noun noun;
    size_t parts_count;
    struct part parts[TEMPLATE_SEGMENTS_MAX];
    size_t runs_count, runs_said;
    struct spelling_run runs[SPELLING_RUNS_MAX];
    struct script *script;
};

/* Which placeholder stands at "{...", HOLDS_KINDS for none; *bytes is its length with braces. */
static enum placeholder read_placeholder(const char *at, size_t left, size_t *bytes) {
    for (unsigned i = 0; i < HOLDS_KINDS; i++) {
        size_t length = strlen(placeholders[i]);
        if (length + 2 <= left && strncmp(at + 1, placeholders[i], length) == 0 &&
            at[length + 1] == '}') {
            *bytes = length + 2;
            return (enum placeholder)i;
        }
    }
    *bytes = 1;
    return HOLDS_KINDS;
}

/* Counts placeholders and finds faults. */
static void part_examine(struct part *part) {
    bool phonemes = false;
    for (size_t i = 0; i < part->bytes; i++) {
        size_t bytes = 1;
        if (part->text[i] == '{' || part->text[i] == '}') {
            enum placeholder found = read_placeholder(part->text + i, part->bytes - i, &bytes);
            if (found == HOLDS_KINDS || phonemes) {
                part->error = "unknown placeholder";
                return;
            }
            part->holds[found]++;
            i += bytes - 1;
        } else if (part->text[i] == '[' || part->text[i] == ']') {
            char expected = phonemes ? ']' : '[';
            if (i + 1 >= part->bytes || part->text[i] != expected ||
                part->text[i + 1] != expected) {
                part->error = "phonemes must stand in [[double brackets]]";
                return;
            }
            phonemes = !phonemes;
            i++;
        }
    }
    if (phonemes) {
        part->error = "phonemes must stand in [[double brackets]]";
    }
}

/* Cuts a template at '|'. Returns how many parts there are; more than fit are only counted. */
static size_t template_cut(const char *template, struct part parts[TEMPLATE_SEGMENTS_MAX]) {
    size_t count = 0;
    for (;;) {
        size_t bytes = strcspn(template, "|");
        const char *next = template + bytes;
        while (bytes > 0 && *template == ' ') {
            template ++;
            bytes--;
        }
        while (bytes > 0 && template[bytes - 1] == ' ') {
            bytes--;
        }
        if (count < TEMPLATE_SEGMENTS_MAX) {
            parts[count] = (struct part){.text = template, .bytes = bytes};
            part_examine(&parts[count]);
        }
        count++;
        if (*next == '\0') {
            return count;
        }
        template = next + 1;
    }
}

static bool about_ticket(enum segment_role role) {
    return role == SEGMENT_LABEL || role == SEGMENT_LETTERS || role == SEGMENT_NUMBER;
}

enum said phrase_said(enum segment_role role) {
    if (role == SEGMENT_TEXT) {
        return SAID_NOTHING;
    }
    return about_ticket(role) ? SAID_TICKET : SAID_DESTINATION;
}

static int pause_before(const struct making *making, enum segment_role role) {
    const struct script *script = making->script;
    if (script->segments_count == 0) {
        bool chime = making->utterance->chime != CHIME_NONE;
        return chime ? PAUSE_CHIME_MS : (int)making->utterance->pause_ms;
    }
    enum segment_role before = script->segments[script->segments_count - 1].role;
    if (before == SEGMENT_TEXT || role == SEGMENT_TEXT) {
        return PAUSE_SENTENCE_MS;
    }
    bool label_first = before == SEGMENT_LABEL && !about_ticket(role);
    if (about_ticket(role) != about_ticket(before) && !label_first) {
        return PAUSE_DESTINATION_MS;
    }
    if (!about_ticket(role)) {
        return PAUSE_COUNTER_MS;
    }
    bool after_code = before == SEGMENT_LETTERS || before == SEGMENT_NUMBER;
    return after_code && role != SEGMENT_LABEL ? PAUSE_NUMBER_MS : PAUSE_TICKET_MS;
}

static void add_segment(struct making *making, enum segment_role role, int pause_ms,
                        const char *text) {
    struct script *script = making->script;
    if (text[0] == '\0' || script->segments_count == SEGMENTS_MAX) {
        return;
    }
    struct segment *segment = &script->segments[script->segments_count++];
    segment->role = role;
    segment->pause_ms = making->utterance->brisk ? pause_ms * BRISK_PERCENT / 100 : pause_ms;
    segment->phonemes = strstr(text, "[[") != NULL;
    memcpy(segment->text, text, strlen(text) + 1);
}

/* Appends what the site says for something that is shown; false when it has no words for it. */
static bool put_saying(const struct making *making, const char *shown, size_t bytes,
                       struct words *words) {
    const char *spoken = hall_saying(making->hall, shown, bytes, making->language->tag);
    if (spoken != NULL) {
        words_put(words, spoken);
    }
    return spoken != NULL;
}

static void put_placeholder(const struct making *making, enum placeholder placeholder,
                            const struct spelling_run *run, struct words *words) {
    switch (placeholder) {
    case HOLDS_LETTERS:
        if (!put_saying(making, run->text, strlen(run->text), words)) {
            spelling_letters(making->language, run, words);
        } else {
            words_put(words, ",");
        }
        return;
    case HOLDS_NUMBER:
        spelling_number(making->language, run, words);
        return;
    case HOLDS_COUNTER:
        if (!put_saying(making, making->label, strlen(making->label), words)) {
            spelling_label(making->language, making->label, words);
        }
        return;
    case HOLDS_NOUN:
        words_put(words, making->language->nouns[making->noun].spoken);
        return;
    case HOLDS_TEXT:
    case HOLDS_KINDS:
        return;
    }
}

/* One character of the file's own words. Punctuation takes the place of the comma that closes a
 * letter's name, so that "12 A," at the end of a sentence falls like one. */
static void put_literal(struct words *words, char c) {
    bool mark = strchr(",.;:!?", c) != NULL;
    if (mark && words_last(words) == ',') {
        words->text[words->bytes - 1] = c;
    } else {
        words_put_bytes(words, &c, 1);
    }
}

/* The part's words with its placeholders filled in. run may be NULL when it holds none. Room for
 * the rest of the part is kept back from what a placeholder stands for, so that phoneme brackets
 * always close. */
static void fill_part(const struct making *making, const struct part *part,
                      const struct spelling_run *run, struct words *words) {
    size_t room = words->room;
    for (size_t i = 0; i < part->bytes;) {
        size_t bytes = 1;
        if (part->text[i] == '{') {
            enum placeholder found = read_placeholder(part->text + i, part->bytes - i, &bytes);
            words->room = room - (part->bytes - i - bytes);
            put_placeholder(making, found, run, words);
            words->room = room;
        } else {
            put_literal(words, part->text[i]);
        }
        i += bytes;
    }
    words_trim(words);
}

/* Says the next run of the ticket in the words of a part. */
static void say_run(struct making *making, const struct part *part) {
    char text[SEGMENT_BYTES];
    struct words words = words_start(text, sizeof text);
    const struct spelling_run *run = &making->runs[making->runs_said++];
    enum segment_role role = run->digits ? SEGMENT_NUMBER : SEGMENT_LETTERS;
    fill_part(making, part, run, &words);
    if (making->runs_said < making->runs_count && words_last(&words) == '.') {
        text[words.bytes - 1] = ','; /* The voice falls only at the end of the ticket. */
    }
    add_segment(making, role, pause_before(making, role), text);
}

/* The first part that holds a placeholder, NULL when there is none. */
static const struct part *part_with(const struct making *making, enum placeholder placeholder) {
    for (size_t i = 0; i < making->parts_count; i++) {
        if (making->parts[i].holds[placeholder] > 0) {
            return &making->parts[i];
        }
    }
    return NULL;
}

/* The event's own words in place of letters and number. */
static void say_spoken(struct making *making, const struct part *part) {
    char text[SEGMENT_BYTES];
    struct words words = words_start(text, sizeof text);
    for (size_t i = 0; i < part->bytes;) {
        size_t bytes = 1;
        if (part->text[i] == '{') {
            (void)read_placeholder(part->text + i, part->bytes - i, &bytes);
            words_put_outside(&words, making->utterance->spoken);
        } else {
            put_literal(&words, part->text[i]);
        }
        i += bytes;
    }
    words_trim(&words);
    add_segment(making, SEGMENT_NUMBER, pause_before(making, SEGMENT_NUMBER), text);
}

static void say_ticket(struct making *making, const struct part *part) {
    bool number = part->holds[HOLDS_NUMBER] > 0;
    if (making->utterance->spoken[0] != '\0') {
        if (number) {
            say_spoken(making, part);
        }
        return;
    }
    if (making->runs_said < making->runs_count &&
        making->runs[making->runs_said].digits == number) {
        say_run(making, part);
    }
    while (number && making->runs_said < making->runs_count) {
        bool digits = making->runs[making->runs_said].digits;
        const struct part *words = part_with(making, digits ? HOLDS_NUMBER : HOLDS_LETTERS);
        if (words == NULL) {
            return;
        }
        say_run(making, words);
    }
}

/* How much of a text one segment takes: up to the last sentence's end that fits, else up to the
 * last blank, else as many characters as fit. */
static size_t piece_bytes(const char *text) {
    size_t fit = utf8_fit(text, PIECE_BYTES_MAX);
    if (text[fit] == '\0') {
        return fit;
    }
    size_t sentence = 0, blank = 0;
    for (size_t i = 1; i < fit; i++) {
        if (text[i] == ' ') {
            blank = i;
            sentence = strchr(".!?", text[i - 1]) != NULL ? i : sentence;
        }
    }
    if (sentence > 0) {
        return sentence;
    }
    return blank > 0 ? blank : fit;
}

static void say_text(struct making *making) {
    char clean[TEXT_BYTES];
    struct words words = words_start(clean, sizeof clean);
    words_put_outside(&words, making->utterance->text);
    int pause_ms = pause_before(making, SEGMENT_TEXT);
    const char *at = clean;
    while (*at != '\0') {
        char piece[SEGMENT_BYTES];
        size_t bytes = piece_bytes(at);
        memcpy(piece, at, bytes);
        piece[bytes] = '\0';
        add_segment(making, SEGMENT_TEXT, pause_ms, piece);
        bool sentence = strchr(".!?", piece[bytes - 1]) != NULL;
        pause_ms = sentence ? PAUSE_SENTENCE_MS : PAUSE_PIECE_MS;
        at += bytes;
        at += *at == ' ' ? 1 : 0;
    }
}

static void say_plain(struct making *making, const struct part *part, bool after_ticket) {
    char text[SEGMENT_BYTES];
    struct words words = words_start(text, sizeof text);
    enum segment_role role = after_ticket ? SEGMENT_DESTINATION : SEGMENT_LABEL;
    if (part->holds[HOLDS_COUNTER] > 0) {
        role = SEGMENT_COUNTER;
    }
    fill_part(making, part, NULL, &words);
    add_segment(making, role, pause_before(making, role), text);
}

static void say_parts(struct making *making) {
    const struct part *number = part_with(making, HOLDS_NUMBER);
    for (size_t i = 0; i < making->parts_count; i++) {
        const struct part *part = &making->parts[i];
        if (part->holds[HOLDS_LETTERS] + part->holds[HOLDS_NUMBER] > 0) {
            say_ticket(making, part);
        } else if (part->holds[HOLDS_TEXT] > 0) {
            say_text(making);
        } else {
            say_plain(making, part, number == NULL || part > number);
        }
    }
}

/* "On the second floor, to the left." */
static void say_ways(struct making *making, const struct hall *hall,
                     const struct counter *counter) {
    char text[SEGMENT_BYTES];
    struct words words = words_start(text, sizeof text);
    enum way ways[COUNTER_WAYS_MAX];
    size_t count = hall_ways(hall, counter, ways);
    for (size_t i = 0; i < count; i++) {
        words_put(&words, i > 0 ? ", " : "");
        words_put(&words, making->language->ways[ways[i]].spoken);
    }
    words_put(&words, count > 0 ? "." : "");
    add_segment(making, SEGMENT_DESTINATION, PAUSE_WAY_MS, text);
}

static enum spoken_template template_of(enum utterance_kind kind) {
    switch (kind) {
    case UTTERANCE_RECALL:
        return SPOKEN_RECALL;
    case UTTERANCE_NOTICE:
        return SPOKEN_NOTICE;
    case UTTERANCE_URGENT:
        return SPOKEN_URGENT;
    case UTTERANCE_CALL:
        break;
    }
    return SPOKEN_CALL;
}

/* Whether there is anything to announce: a frame of words around nothing is not said. */
static bool has_content(const struct making *making) {
    for (size_t i = 0; i < making->script->segments_count; i++) {
        enum segment_role role = making->script->segments[i].role;
        if (role != SEGMENT_LABEL && role != SEGMENT_DESTINATION) {
            return true;
        }
    }
    return false;
}

bool phrase_make(const struct hall *hall, const struct utterance *utterance,
                 struct script *script) {
    memset(script, 0, sizeof *script);
    script->serial = utterance->serial;
    bool brief = utterance->brisk && utterance->chime == CHIME_CALL;
    script->chime = brief ? CHIME_BRIEF : utterance->chime;
    const struct language *language = hall_language(hall, utterance->lang);
    if (language == NULL) {
        return false;
    }
    memcpy(script->voice, language->voice, sizeof script->voice);
    memcpy(script->phoneme_voice, language->phoneme_voice, sizeof script->phoneme_voice);
    script->rate = language->rate;
    const struct counter *counter = hall_counter(hall, utterance->counter);
    script->pan = counter != NULL ? counter->pan : 0.0F;

    struct making making = {
        .hall = hall, .language = language, .utterance = utterance, .script = script};
    making.noun = counter != NULL ? counter->noun : hall->noun;
    making.label = hall_counter_label(hall, utterance->counter, utterance->label, language->tag);
    size_t parts = template_cut(language->spoken[template_of(utterance->kind)], making.parts);
    making.parts_count = parts < TEMPLATE_SEGMENTS_MAX ? parts : TEMPLATE_SEGMENTS_MAX;
    making.runs_count = spelling_cut(utterance->ticket, making.runs);
    say_parts(&making);
    if (making.runs_count > 0) {
        say_ways(&making, hall, counter);
    }
    if (!has_content(&making)) {
        script->segments_count = 0;
        return false;
    }
    return true;
}

/* What a call's template must hold, and how. */
static const char *call_error(const struct part *parts, size_t count) {
    size_t seen[HOLDS_KINDS] = {0};
    for (size_t i = 0; i < count; i++) {
        const unsigned *holds = parts[i].holds;
        if (holds[HOLDS_TEXT] > 0) {
            return "{text} is for notices; expected {letters} {number} {counter} {noun}";
        }
        if (holds[HOLDS_LETTERS] + holds[HOLDS_NUMBER] + holds[HOLDS_COUNTER] > 1) {
            return "{letters}, {number} and {counter} need a segment each, cut off with \"|\"";
        }
        if (holds[HOLDS_LETTERS] > 0 && seen[HOLDS_NUMBER] > 0) {
            return "{letters} must stand before {number}";
        }
        for (unsigned kind = 0; kind < HOLDS_KINDS; kind++) {
            seen[kind] += holds[kind];
        }
    }
    if (seen[HOLDS_LETTERS] != 1 || seen[HOLDS_NUMBER] != 1 || seen[HOLDS_COUNTER] != 1) {
        return "expected {letters}, {number} and {counter} once each";
    }
    return NULL;
}

static const char *text_error(const struct part *parts, size_t count) {
    size_t texts = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned *holds = parts[i].holds;
        if (holds[HOLDS_LETTERS] + holds[HOLDS_NUMBER] + holds[HOLDS_COUNTER] + holds[HOLDS_NOUN]) {
            return "only calls have a ticket and a counter; expected {text}";
        }
        if (holds[HOLDS_TEXT] > 0 && parts[i].bytes != strlen("{text}")) {
            return "{text} needs a segment of its own, cut off with \"|\"";
        }
        texts += holds[HOLDS_TEXT];
    }
    return texts == 1 ? NULL : "expected {text} once";
}

const char *phrase_template_error(enum spoken_template kind, const char *template) {
    struct part parts[TEMPLATE_SEGMENTS_MAX];
    if (strlen(template) >= TEMPLATE_BYTES || !utf8_valid(template)) {
        return "expected at most 191 bytes of UTF-8";
    }
    size_t count = template_cut(template, parts);
    if (count > TEMPLATE_SEGMENTS_MAX) {
        return "expected at most 8 segments";
    }
    for (size_t i = 0; i < count; i++) {
        if (parts[i].error != NULL) {
            bool call = kind == SPOKEN_CALL || kind == SPOKEN_RECALL;
            bool unknown = strchr(parts[i].error, '[') == NULL;
            const char *known = call ? "unknown placeholder; expected {letters}, {number}, "
                                       "{counter} or {noun}"
                                     : "unknown placeholder; expected {text}";
            return unknown ? known : parts[i].error;
        }
        if (parts[i].bytes == 0) {
            return "a segment between two \"|\" is empty";
        }
    }
    return kind == SPOKEN_CALL || kind == SPOKEN_RECALL ? call_error(parts, count)
                                                        : text_error(parts, count);
}
