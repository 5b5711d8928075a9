/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Codes made speakable.
 *
 * Letters must never reach the engine joined to anything: "AB12" would be read as a word, "A 42" as
 * an article (speech.md, section 3). Numbers are given as digits wherever the engine names them
 * rightly, which every voice does below one thousand. Above that, tickets are spoken as two pairs
 * ("10 42"), because voices get thousands wrong (Ukrainian says one thousand with the wrong gender)
 * and because that is how people read them out; five digits and more go one by one.
 *
 * A language file may name numbers itself. A number without a name of its own is put together from
 * those of its thousands, hundreds, tens and units, which is how every language does it that needs
 * this; where a piece has no name the engine gets the digits. Named thousands are right, so a
 * number of four digits is then spoken whole.
 *
 * Considered and refused: speaking leading zeros. People complain about "oh oh one" when they hold
 * ticket 1 (speech.md, section 5).
 */
#include "core/spelling.h"

#include "core/utf8.h"

#include <string.h>

static bool is_digit(uint32_t codepoint) {
    return codepoint >= '0' && codepoint <= '9';
}

bool spelling_is_letter(uint32_t codepoint) {
    if (codepoint < 0x80) {
        return (codepoint >= 'A' && codepoint <= 'Z') || (codepoint >= 'a' && codepoint <= 'z');
    }
    bool arabic_mark = codepoint == 0x60C || codepoint == 0x61B || codepoint == 0x61F;
    return codepoint >= 0xC0 && codepoint != 0xD7 && codepoint != 0xF7 && !arabic_mark &&
           (codepoint < 0x2000 || codepoint >= 0x2C00);
}

static void run_append(struct spelling_run *run, const char *character, size_t length) {
    size_t used = strlen(run->text);
    if (used + length < sizeof run->text) {
        memcpy(run->text + used, character, length);
        run->text[used + length] = '\0';
        run->characters++;
    }
}

size_t spelling_cut(const char *code, struct spelling_run runs[SPELLING_RUNS_MAX]) {
    size_t count = 0;
    bool apart = true; /* the next character opens a run */
    uint32_t codepoint;
    for (size_t length; *code != '\0'; code += length > 0 ? length : 1) {
        length = utf8_read(code, &codepoint);
        bool digits = length > 0 && is_digit(codepoint);
        if (!digits && (length == 0 || !spelling_is_letter(codepoint))) {
            /* A hyphen parts two numbers, but two letters stay neighbours. */
            apart = count == 0 || runs[count - 1].digits;
            continue;
        }
        if (apart || runs[count - 1].digits != digits) {
            if (count == SPELLING_RUNS_MAX) {
                break;
            }
            memset(&runs[count], 0, sizeof runs[count]);
            runs[count++].digits = digits;
            apart = false;
        }
        run_append(&runs[count - 1], code, length);
    }
    return count;
}

void spelling_letters(const struct language *language, const struct spelling_run *run,
                      struct words *words) {
    uint32_t codepoint;
    size_t length;
    for (const char *at = run->text; (length = utf8_read(at, &codepoint)) > 0; at += length) {
        char part[LETTER_BYTES + 2];
        struct words name = words_start(part, sizeof part);
        const char *spoken = language_letter(language, codepoint);
        if (spoken != NULL) {
            words_put(&name, spoken);
        } else {
            words_put_bytes(&name, at, length);
        }
        words_put(&name, ",");
        if (words->bytes > 0 && words_last(words) != ' ') {
            words_put(words, " ");
        }
        words_put(words, part);
    }
}

/* A number's name, or those of its parts. False, with nothing appended, where a part has none. */
static bool put_named(const struct language *language, unsigned value, struct words *words) {
    const size_t before = words->bytes;
    for (unsigned place = 1000; place > 0; place /= 10) {
        const char *whole = language_number(language, value);
        unsigned head = whole != NULL ? value : value / place * place;
        if (head == 0 && (value > 0 || place > 1)) {
            continue;
        }
        const char *name = language_number(language, head);
        if (name == NULL) {
            words_cut(words, before);
            return false;
        }
        if (words->bytes > before) {
            words_put(words, " ");
        }
        words_put(words, name);
        value -= head;
        if (value == 0) {
            return true;
        }
    }
    words_cut(words, before);
    return false;
}

bool spelling_named(const struct language *language, const char *digits, size_t count,
                    struct words *words) {
    unsigned value = 0;
    for (size_t i = 0; i < count && i < 5; i++) {
        value = value * 10 + (unsigned)(digits[i] - '0');
    }
    return count <= 4 && put_named(language, value, words);
}

/* A number without leading zeros, in the file's words, else as digits for the engine. */
static void put_value(const struct language *language, const char *digits, size_t count,
                      struct words *words) {
    if (!spelling_named(language, digits, count, words)) {
        words_put_bytes(words, digits, count);
    }
}

static size_t add_item(struct spelling_item *items, size_t count, const char *digits,
                       size_t digits_count) {
    items[count] = (struct spelling_item){.digits = digits, .count = digits_count};
    return count + 1;
}

/* Head and last pair: "10 42", "1 oh 7". The pair "00" has no name of its own; where the engine can
 * be trusted with the whole number ("100", "one thousand") it gets that, else the zeros go one by
 * one. */
static size_t cut_pairs(const struct language *language, const char *digits,
                        struct spelling_item *items) {
    const char *pair = digits + strlen(digits) - 2;
    if (strcmp(pair, "00") == 0 && language->digits == DIGITS_PAIRS) {
        return add_item(items, 0, digits, strlen(digits));
    }
    size_t count = add_item(items, 0, digits, (size_t)(pair - digits));
    if (pair[0] != '0') {
        return add_item(items, count, pair, 2);
    }
    count = add_item(items, count, pair, 1);
    items[count - 1].oh = language->oh[0] != '\0';
    return add_item(items, count, pair + 1, 1);
}

size_t spelling_items(const struct language *language, const struct spelling_run *run,
                      struct spelling_item items[SPELLING_ITEMS_MAX]) {
    const char *digits = run->text;
    while (digits[0] == '0' && digits[1] != '\0') {
        digits++;
    }
    size_t length = strlen(digits), count = 0;
    bool named_thousand = language->digits == DIGITS_WHOLE && language_number(language, 1000);
    bool paired =
        (length == 4 && !named_thousand) || (length == 3 && language->digits == DIGITS_PAIRS);
    if (language->digits == DIGITS_SINGLE || length > 4) {
        for (size_t i = 0; i < length; i++) {
            count = add_item(items, count, digits + i, 1);
        }
        return count;
    }
    return paired ? cut_pairs(language, digits, items) : add_item(items, 0, digits, length);
}

/* Blanks between the items, not commas: commas would cost a fifth of a second each. */
void spelling_number(const struct language *language, const struct spelling_run *run,
                     struct words *words) {
    struct spelling_item items[SPELLING_ITEMS_MAX];
    size_t count = spelling_items(language, run, items);
    for (size_t i = 0; i < count; i++) {
        words_put(words, i > 0 ? " " : "");
        if (items[i].oh) {
            words_put(words, language->oh);
        } else {
            put_value(language, items[i].digits, items[i].count, words);
        }
    }
}

size_t spelling_code(const char *label, struct spelling_run runs[SPELLING_RUNS_MAX]) {
    size_t count = spelling_cut(label, runs);
    bool has_digits = false;
    for (size_t i = 0; i < count; i++) {
        if (!runs[i].digits && runs[i].characters > 2) {
            return 0;
        }
        has_digits = has_digits || runs[i].digits;
    }
    return has_digits || (count == 1 && runs[0].characters == 1) ? count : 0;
}

void spelling_label(const struct language *language, const char *label, struct words *words) {
    struct spelling_run runs[SPELLING_RUNS_MAX];
    size_t count = spelling_code(label, runs);
    if (count == 0) {
        words_put_outside(words, label);
    }
    for (size_t i = 0; i < count; i++) {
        if (words->bytes > 0 && words_last(words) != ' ') {
            words_put(words, " ");
        }
        if (runs[i].digits) {
            spelling_number(language, &runs[i], words);
        } else {
            spelling_letters(language, &runs[i], words);
        }
    }
}
