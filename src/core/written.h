/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said, for voices other than eSpeak NG: as it is written, and as recorded clips.
 *
 * A language file gives eSpeak NG words and phonemes mixed. Another engine gets the words only:
 * where the file has phonemes, the written form beside them, else the letter or the number itself.
 * A bank of clips gets tokens: phrases word for word, single letters, and numbers as they are read
 * out. Tokens are text, one after another, each a kind, what it is, and CLIP_END:
 * "pTicket\nlA\nn107\n". No text that is said can hold CLIP_END.
 */
#ifndef HALLCALL_CORE_WRITTEN_H
#define HALLCALL_CORE_WRITTEN_H

#include "core/spelling.h"

enum { CLIP_PHRASE = 'p', CLIP_LETTER = 'l', CLIP_NUMBER = 'n', CLIP_END = '\n' };

/* The number token of the zero inside a pair. */
#define CLIP_OH "oh"

struct clip_token {
    char kind;
    const char *text; /* bytes of it, not terminated */
    size_t bytes;
};

/* The words of something that may be given in phonemes: its written form if it has one, else its
 * spoken form if that holds no phonemes, else NULL. */
const char *written_form(const char *spoken, const char *written);

/* Appends letters, each with a comma, as words: names without phonemes, else the letters. */
void written_letters(const struct language *language, const struct spelling_run *run,
                     struct words *words);
/* Appends a number in the language's style as digits: "1 oh 7", "107". */
void written_number(const struct language *language, const struct spelling_run *run,
                    struct words *words);
/* Appends a counter's label: a code spelt out, words as outside text. */
void written_label(const struct language *language, const char *label, struct words *words);

/* Appends a phrase's token, without the blanks and punctuation at its ends; nothing of a text that
 * has nothing else. All of these return false, with nothing sensible appended, when a token does
 * not fit. */
bool clips_phrase(const char *text, struct words *clips);
/* Appends a token for each letter. */
bool clips_letters(const struct spelling_run *run, struct words *clips);
/* Appends a token for each number that is read out. */
bool clips_number(const struct language *language, const struct spelling_run *run,
                  struct words *clips);
/* Appends the tokens of a counter's label: of its letters and numbers, or one phrase. */
bool clips_label(const struct language *language, const char *label, struct words *clips);
/* Reads the token at *at and moves *at behind it; false at the end. */
bool clips_next(const char **at, struct clip_token *token);

#endif
