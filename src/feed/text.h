/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text from outside made harmless: mqtt.md section 3.2, with libutf8proc.
 */
#ifndef HALLCALL_FEED_TEXT_H
#define HALLCALL_FEED_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the bytes are valid UTF-8 (no overlong form, surrogate, NUL or value past U+10FFFF). */
bool text_utf8_valid(const void *bytes, size_t count);
/* NFC; removes bidi controls, zero-width, tag, private-use, noncharacters and variation selectors;
 * control characters and line separators become one space; runs of blanks become one, ends are
 * trimmed; at most 3 combining marks stay on a base. keep_joiners leaves U+200C and U+200D (notices
 * in scripts that need them). Returns false when the result does not fit in out or text is not
 * UTF-8; out is then "". */
bool text_clean(const char *text, bool keep_joiners, char *out, size_t out_bytes);
/* As text_clean with NFKC, then upper case: for tickets and counter ids' comparison. Refuses
 * (false) letters of more than one script in one text (Latin with Cyrillic). */
bool text_clean_ticket(const char *text, char *out, size_t out_bytes);

#endif
