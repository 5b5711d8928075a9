/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Codes made speakable: "A107" as the letter's name and "1 oh 7".
 *
 * A code is a ticket or the label of a counter: letters and digits as printed. Everything in it
 * that is neither is dropped, so that nothing from outside reaches the engine but letters, digits
 * and the language file's own words.
 */
#ifndef HALLCALL_CORE_SPELLING_H
#define HALLCALL_CORE_SPELLING_H

#include "core/language.h"
#include "core/words.h"

enum { SPELLING_RUNS_MAX = 12, SPELLING_RUN_BYTES = 36 };

/* Neighbouring letters, or neighbouring digits. */
struct spelling_run {
    bool digits;
    size_t characters;
    char text[SPELLING_RUN_BYTES];
};

/* A number as it is read out: whole numbers, and the zero inside a pair. */
struct spelling_item {
    const char *digits; /* in the run, count of them */
    size_t count;
    bool oh;
};

enum { SPELLING_ITEMS_MAX = SPELLING_RUN_BYTES };

/* ASCII letters, and beyond ASCII whatever is no punctuation of the common blocks. */
bool spelling_is_letter(uint32_t codepoint);
/* Cuts a code into runs, in its own order; returns how many. What is past the limits is dropped. */
size_t spelling_cut(const char *code, struct spelling_run runs[SPELLING_RUNS_MAX]);
/* Appends each letter's name and a comma: "A, B,". */
void spelling_letters(const struct language *language, const struct spelling_run *run,
                      struct words *words);
/* Cuts a run of digits into what is read out one by one, in the language's style; leading zeros are
 * left out. Returns how many. */
size_t spelling_items(const struct language *language, const struct spelling_run *run,
                      struct spelling_item items[SPELLING_ITEMS_MAX]);
/* Appends the language file's own words for count digits: the number's name, or those of its
 * thousands, hundreds, tens and units. False, with nothing appended, where one has none, and above
 * NUMBER_MAX. */
bool spelling_named(const struct language *language, const char *digits, size_t count,
                    struct words *words);
/* Appends the number in the language's style; leading zeros are not spoken. */
void spelling_number(const struct language *language, const struct spelling_run *run,
                     struct words *words);
/* Cuts a counter's label into runs when it is a code to be spelt: digits with at most two letters
 * beside them, or one letter alone. 0 when it is words to be read. */
size_t spelling_code(const char *label, struct spelling_run runs[SPELLING_RUNS_MAX]);
/* Appends what a counter is called: a code ("4", "12A", "B") spelt out, words ("Information") as
 * outside text. */
void spelling_label(const struct language *language, const char *label, struct words *words);

#endif
