/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which way a text is read: Arabic and Hebrew from the right, everything else from the left.
 *
 * The base direction of a paragraph is that of its first strong character (Unicode Standard Annex
 * #9, rules P2 and P3). A line broken out of a paragraph may begin with a word of the other
 * direction; reading_line() then puts a mark of direction before it, so a line carries its
 * paragraph's direction in its own text and nobody has to hand it on.
 *
 * Pure.
 */
#ifndef HALLCALL_CORE_READING_H
#define HALLCALL_CORE_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reading {
    READING_NEITHER, /* figures, signs, nothing */
    READING_FROM_LEFT,
    READING_FROM_RIGHT
};

/* Of one character, by its bidirectional class: L, or R and AL, or any other. Exact for U+0000 to
 * U+07FF and the presentation forms of Hebrew and Arabic; rough beyond. */
enum reading reading_of_character(uint32_t codepoint);
/* Of a text: that of its first strong character, READING_NEITHER when it has none. */
enum reading reading_of(const char *text);
/* Whether some of a text may have to stand from right to left, so that it must be reordered. */
bool reading_mixed(const char *text);
/* Copies bytes of a paragraph as a line of its own that stands as it stood in the paragraph. What
 * does not fit is cut where a character ends. */
void reading_line(const char *paragraph, const char *line, size_t bytes, char *out,
                  size_t out_bytes);

#endif
