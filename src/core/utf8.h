/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTF-8, one character at a time.
 */
#ifndef HALLCALL_CORE_UTF8_H
#define HALLCALL_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_BYTES = 5 }; /* a character and a NUL */

/* Reads the character at text, which ends in a NUL. Returns its length in bytes (1 to 4) and its
 * code point; 0 when text is at its end or the bytes are no character (overlong forms, surrogates
 * and values past U+10FFFF are none). */
size_t utf8_read(const char *text, uint32_t *codepoint);
/* Writes a code point (up to U+10FFFF) and a NUL into out. Returns its length in bytes. */
size_t utf8_write(uint32_t codepoint, char out[UTF8_BYTES]);
/* Whether all of text is UTF-8. */
bool utf8_valid(const char *text);
/* The most bytes of text, at most limit, that end between two characters. */
size_t utf8_fit(const char *text, size_t limit);

#endif
