/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text being put together in a buffer of fixed size.
 *
 * Trusted parts go in whole or not at all, so that a cut can never open a phoneme bracket without
 * closing it; outside text is cut at a character's end.
 */
#ifndef HALLCALL_CORE_WORDS_H
#define HALLCALL_CORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
    char *text; /* the caller's, always NUL-terminated */
    size_t bytes;
    size_t room; /* of text, including the NUL; at least 1 */
};

struct words words_start(char *text, size_t room);
/* Appends all of part, or nothing when it does not fit. */
void words_put(struct words *words, const char *part);
/* Appends part_bytes of part in the same way. */
void words_put_bytes(struct words *words, const char *part, size_t part_bytes);
/* Whether every "[" and "]" of a text belongs to a pair of [[double brackets]]. */
bool words_balanced(const char *text);
/* Appends text from outside: what the engine could read as a command (control characters and
 * < > & [ ] { }) becomes a blank, runs of blanks and of dots become one, and what does not fit is
 * cut off. */
void words_put_outside(struct words *words, const char *part);
/* Takes back what was appended since there were bytes of it. */
void words_cut(struct words *words, size_t bytes);
/* The last byte, NUL when empty. */
char words_last(const struct words *words);
/* Takes blanks off the end. */
void words_trim(struct words *words);

#endif
