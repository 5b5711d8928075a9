/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a waiting visitor can confuse by ear: words that rhyme. What looks alike is measured on the
 * face (screen/likeness.h).
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

#endif
