/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a waiting visitor can confuse: words that rhyme, characters that look alike.
 *
 * Two names rhyme when nothing differs from the last stressed vowel on: "bee" and "dee", but not
 * "double u" and "you". That is what is left of a letter's name in a noisy hall, where the
 * consonants before the vowel are the first to be lost.
 *
 * Pure.
 */
#ifndef HALLCALL_CORE_ALIKE_H
#define HALLCALL_CORE_ALIKE_H

#include <stdbool.h>

/* Whether two IPA texts of the engine sound alike: as many words, each the same or a rhyme of its
 * counterpart. */
bool alike_in_sound(const char *phonemes, const char *other);
/* Whether two codes as printed look alike: as many characters, each the same or of the same shape
 * (Latin, Cyrillic and Greek capitals, and 0/O, 1/I, 2/Z, 3/З, 5/S, 8/B). */
bool alike_in_looks(const char *code, const char *other);
/* The figure that the last character of a code is taken for when a number follows it ("O" 107 for
 * 0107): '0', '1' or '3'; NUL for none. */
char alike_figure(const char *code);

#endif
