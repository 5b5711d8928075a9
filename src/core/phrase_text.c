/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text from outside, segment by segment.
 *
 * A text is first cut into pieces of whole sentences that fit into a segment, as if nothing were
 * put in. A piece is walked from word to word: what the site or the file has an own form for goes
 * in instead, and a segment ends where the voice has to change or nothing more fits. In
 * mid-sentence it gets a comma, so that the voice does not fall. Marks belong to the word before
 * them.
 *
 * Considered and refused: giving eSpeak NG words and phonemes of a language with two voices in one
 * segment (the Ukrainian voice of 1.52 breaks off in them); one dictionary of the engine's own per
 * language (compiled, for one version, and nothing a site could change).
 */
#include "core/phrase_text.h"

#include "core/spelling.h"
#include "core/utf8.h"
#include "core/written.h"

#include <string.h>

enum { DIGITS_MAX = 4 }; /* of a number that a file can name */

/* A word of the text, or one other character. */
struct lump {
    size_t bytes;        /* in the text */
    bool voiced;         /* more than a mark */
    bool phonemes;       /* of spoken */
    const char *spoken;  /* NULL: as it stands */
    const char *written; /* the same */
    char number[SEGMENT_BYTES];
};

static uint32_t character(const char *at) {
    uint32_t codepoint = 0;
    return utf8_read(at, &codepoint) > 0 ? codepoint : 0;
}

/* The character that ends at a place, 0 at the start of a text. */
static uint32_t character_before(const char *start, const char *at) {
    if (at == start) {
        return 0;
    }
    do {
        at--;
    } while (at > start && ((unsigned char)*at & 0xC0u) == 0x80u);
    return character(at);
}

static bool is_digit(uint32_t codepoint) {
    return codepoint >= '0' && codepoint <= '9';
}

static bool is_word(uint32_t codepoint) {
    return is_digit(codepoint) || spelling_is_letter(codepoint);
}

static bool is_blank(uint32_t codepoint) {
    return codepoint == ' ' || codepoint == 0xA0 || (codepoint >= 0x2000 && codepoint <= 0x200A) ||
           codepoint == 0x202F || codepoint == 0x3000;
}

static bool is_apostrophe(uint32_t codepoint) {
    return codepoint == '\'' || codepoint == 0x2019;
}

/* Dashes, quotation marks, points: what is heard only as a pause. */
static bool is_mark(uint32_t codepoint) {
    bool ascii = codepoint < 0x80 && strchr(",.;:!?()\"'-", (int)codepoint) != NULL;
    return ascii || is_blank(codepoint) || codepoint == 0xAB || codepoint == 0xBB ||
           (codepoint >= 0x2010 && codepoint <= 0x2026) || codepoint == 0x60C ||
           codepoint == 0x61B || codepoint == 0x61F;
}

/* What may stand between a blank and a number. */
static bool is_opening(uint32_t codepoint) {
    bool quote = codepoint == 0xAB || (codepoint >= 0x2018 && codepoint <= 0x201F);
    return quote || codepoint == '(' || codepoint == '"' || codepoint == '#' || codepoint == 0x2116;
}

static bool is_closing(uint32_t codepoint) {
    return is_mark(codepoint) && !is_blank(codepoint) && codepoint != '-' && codepoint != '(' &&
           (codepoint < 0x2010 || codepoint > 0x2015);
}

/* Whether a word goes on at a place: with a letter, or with an apostrophe before one. */
static bool goes_on(const char *at) {
    uint32_t codepoint = 0;
    size_t bytes = utf8_read(at, &codepoint);
    return bytes > 0 &&
           (is_word(codepoint) || (is_apostrophe(codepoint) && is_word(character(at + bytes))));
}

static size_t word_bytes(const char *at) {
    size_t bytes = 0;
    uint32_t codepoint;
    while (goes_on(at + bytes)) {
        bytes += utf8_read(at + bytes, &codepoint);
    }
    return bytes;
}

/* Whether a number may begin here: not in a date, a fraction, a row of numbers. */
static bool number_begins(const char *start, const char *at) {
    uint32_t before = character_before(start, at);
    if (before == 0 || is_opening(before)) {
        return true;
    }
    size_t blank = before < 0x80 ? 1 : before < 0x800 ? 2 : 3;
    return is_blank(before) && !is_digit(character_before(start, at - blank));
}

static bool number_ends(const char *at) {
    uint32_t codepoint = 0;
    size_t bytes = utf8_read(at, &codepoint);
    if (is_blank(codepoint)) {
        return !is_digit(character(at + bytes));
    }
    while (bytes > 0 && is_closing(codepoint)) {
        at += bytes;
        bytes = utf8_read(at, &codepoint);
    }
    return bytes == 0 || is_blank(codepoint);
}

/* Whether bytes of a text at a place are whole words, and numbers where digits are at their ends.
 */
static bool stands_alone(const char *start, const char *at, size_t bytes) {
    const char *end = at + bytes;
    uint32_t first = character(at), last = character_before(start, end);
    if ((is_digit(first) && !number_begins(start, at)) || (is_digit(last) && !number_ends(end))) {
        return false;
    }
    return !(is_word(first) && is_word(character_before(start, at))) &&
           !(is_word(last) && goes_on(end));
}

/* The longest of the site's own words that stand here. */
static bool find_saying(const struct phrase_text *text, struct lump *lump) {
    const char *at = text->clean + text->at;
    size_t best = 0;
    for (size_t i = 0; i < text->hall->sayings_count; i++) {
        const char *shown = text->hall->sayings[i].shown;
        size_t bytes = strlen(shown);
        uint32_t codepoint = 0;
        bool letter = utf8_read(shown, &codepoint) == bytes && !is_digit(codepoint);
        if (bytes <= best || letter || strncmp(at, shown, bytes) != 0 ||
            !stands_alone(text->clean, at, bytes)) {
            continue;
        }
        const char *spoken = hall_saying(text->hall, shown, bytes, text->language->tag);
        if (spoken != NULL) {
            lump->bytes = best = bytes;
            lump->spoken = spoken;
            lump->written = written_form(spoken, "");
        }
    }
    return best > 0;
}

static bool find_number(const struct phrase_text *text, struct lump *lump) {
    const char *at = text->clean + text->at;
    size_t digits = strspn(at, "0123456789");
    if (digits == 0 || digits > DIGITS_MAX || digits != word_bytes(at) ||
        (at[0] == '0' && digits > 1) || !stands_alone(text->clean, at, digits)) {
        return false;
    }
    struct words words = words_start(lump->number, sizeof lump->number);
    if (!spelling_named(text->language, at, digits, &words) || strstr(lump->number, "[[") == NULL) {
        return false;
    }
    lump->bytes = digits;
    lump->spoken = lump->number;
    lump->written = NULL;
    return true;
}

/* Whether the word before a place is the one that stands before {noun} in the template of calls. */
static bool is_behind(const struct phrase_text *text, const char *at) {
    const char *template = text->language->written[SPOKEN_CALL];
    const char *noun = strstr(template, " {noun}");
    if (noun == NULL || at == text->clean || at[-1] != ' ') {
        return false;
    }
    const char *word = noun;
    while (word > template && word[-1] != ' ') {
        word--;
    }
    size_t bytes = (size_t)(noun - word);
    size_t room = (size_t)(at - 1 - text->clean);
    const char *start = at - 1 - bytes;
    return bytes > 0 && bytes <= room && memcmp(start, word, bytes) == 0 &&
           (start == text->clean || start[-1] == ' ');
}

static bool find_noun(const struct phrase_text *text, struct lump *lump) {
    const char *at = text->clean + text->at;
    for (size_t i = 0; i < NOUN_KINDS; i++) {
        const struct noun_words *noun = &text->language->nouns[i];
        size_t bytes = strlen(noun->written);
        if (bytes > 0 && strstr(noun->spoken, "[[") != NULL &&
            strncmp(at, noun->written, bytes) == 0 && stands_alone(text->clean, at, bytes) &&
            (strchr(noun->written, ' ') != NULL || is_behind(text, at))) {
            lump->bytes = bytes;
            lump->spoken = noun->spoken;
            lump->written = NULL;
            return true;
        }
    }
    return false;
}

/* Reads what stands at the place reached. */
static void read_lump(const struct phrase_text *text, bool own, struct lump *lump) {
    const char *at = text->clean + text->at;
    uint32_t codepoint = 0;
    size_t bytes = utf8_read(at, &codepoint), word = word_bytes(at);
    size_t left = text->piece_end > text->at ? text->piece_end - text->at : bytes;
    lump->spoken = lump->written = NULL;
    lump->bytes = word > left ? left : word > 0 ? word : bytes;
    lump->voiced = word > 0 || !is_mark(codepoint);
    if (own && (find_saying(text, lump) || find_number(text, lump) || find_noun(text, lump))) {
        lump->voiced = true;
    }
    lump->phonemes = lump->spoken != NULL && strstr(lump->spoken, "[[") != NULL;
}

static bool fits(const struct words *words, const char *form, size_t bytes) {
    return (form != NULL ? strlen(form) : bytes) < words->room - words->bytes;
}

static void put(struct words *words, const char *form, const char *at, size_t bytes) {
    if (form != NULL) {
        words_put(words, form);
    } else {
        words_put_bytes(words, at, bytes);
    }
}

/* How much of a text one segment takes: up to the last sentence's end that fits, else up to the
 * last blank, else as many characters as fit. */
static size_t piece_bytes(const char *text) {
    size_t fit = utf8_fit(text, PHRASE_PIECE_BYTES);
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

static enum phrase_break break_at(const struct phrase_text *text) {
    size_t at = text->at;
    while (at > 0 && text->clean[at - 1] == ' ') {
        at--;
    }
    char last = at > 0 ? text->clean[at - 1] : ' ';
    bool number = is_digit(character(text->clean + text->at)); /* "room no. 3" */
    if (strchr(".!?", last) != NULL && !number) {
        return BREAK_SENTENCE;
    }
    return text->at >= text->piece_end || strchr(",;:.!?", last) != NULL ? BREAK_PIECE : BREAK_WORD;
}

void phrase_text_start(struct phrase_text *text, const struct hall *hall,
                       const struct language *language, const char *outside) {
    *text = (struct phrase_text){.hall = hall, .language = language};
    struct words words = words_start(text->clean, sizeof text->clean);
    words_put_outside(&words, outside);
}

bool phrase_text_ended(const struct phrase_text *text) {
    return text->clean[text->at] == '\0';
}

bool phrase_text_next(struct phrase_text *text, bool own, struct words *spoken,
                      struct words *written) {
    const struct language *language = text->language;
    bool apart = language->phoneme_voice[0] != '\0';
    bool voiced = false, phonemes = false;
    size_t start = text->at;
    if (phrase_text_ended(text)) {
        return false;
    }
    if (text->at >= text->piece_end) {
        text->piece_end = text->at + piece_bytes(text->clean + text->at);
    }
    while (text->at < text->piece_end) {
        struct lump lump;
        const char *at = text->clean + text->at;
        read_lump(text, own, &lump);
        bool other = apart && voiced && lump.voiced && lump.phonemes != phonemes;
        bool room =
            fits(spoken, lump.spoken, lump.bytes) && fits(written, lump.written, lump.bytes);
        if (other || (!room && text->at > start)) {
            break;
        }
        put(spoken, lump.spoken, at, lump.bytes);
        put(written, lump.written, at, lump.bytes);
        voiced = voiced || lump.voiced;
        phonemes = lump.voiced ? lump.phonemes : phonemes;
        text->at += lump.bytes;
    }
    words_trim(spoken);
    words_trim(written);
    text->ended = break_at(text);
    if (text->ended == BREAK_WORD) {
        words_put(spoken, ",");
    }
    text->at += text->clean[text->at] == ' ' ? 1 : 0;
    return true;
}
