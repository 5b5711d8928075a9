/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copying and filling text into buffers of fixed size, always cut between two characters.
 */
#ifndef HALLCALL_CORE_TEXT_H
#define HALLCALL_CORE_TEXT_H

#include <stddef.h>

/* One {name} of a pattern and what it stands for. */
struct text_value {
    const char *name;
    const char *value;
};

/* Copies, cutting at a character border when out is too small. out_bytes > 0. */
void text_copy(char *out, size_t out_bytes, const char *text);
/* Writes pattern with each {name} replaced; an unknown {name} stays as it is. Cut like text_copy.
 */
void text_fill(const char *pattern, const struct text_value *values, size_t values_count, char *out,
               size_t out_bytes);
/* Writes part number `part` (from 0) of a text cut at blanks into parts of at most so many
 * characters
 * (> 0), inside a word only where it alone is longer; "" behind the last. Returns how many parts
 * there are, 0 for an empty text. out has room for the whole text. */
size_t text_part(const char *text, size_t characters, size_t part, char *out);
/* Appends in the same way to what is in out already. */
void text_append(char *out, size_t out_bytes, const char *text);

#endif
