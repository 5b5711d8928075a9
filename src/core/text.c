/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cutter and the {name} filler.
 *
 * Texts of the core are arrays of fixed size; whatever is too long is cut where a character ends,
 * so that no half character reaches a face or a voice. What needs knowledge of Unicode (normal
 * forms, categories) is in feed/text.c, on libutf8proc.
 */
#include "core/text.h"

#include "core/utf8.h"

#include <string.h>

void text_copy(char *out, size_t out_bytes, const char *text) {
    size_t length = strlen(text);
    if (length >= out_bytes) {
        length = utf8_fit(text, out_bytes - 1);
    }
    memcpy(out, text, length);
    out[length] = '\0';
}

void text_append(char *out, size_t out_bytes, const char *text) {
    size_t used = strlen(out);
    text_copy(out + used, out_bytes - used, text);
}

/* The value of the {name} that starts at text, or NULL; *skip is the placeholder's length. */
static const char *find_value(const char *text, const struct text_value *values,
                              size_t values_count, size_t *skip) {
    for (size_t i = 0; i < values_count; i++) {
        size_t length = strlen(values[i].name);
        if (strncmp(text + 1, values[i].name, length) == 0 && text[length + 1] == '}') {
            *skip = length + 2;
            return values[i].value;
        }
    }
    return NULL;
}

void text_fill(const char *pattern, const struct text_value *values, size_t values_count, char *out,
               size_t out_bytes) {
    out[0] = '\0';
    while (*pattern != '\0') {
        char plain[2] = {*pattern, '\0'};
        size_t used = strlen(out);
        size_t skip = 1;
        const char *value =
            *pattern == '{' ? find_value(pattern, values, values_count, &skip) : NULL;
        if (value != NULL) {
            text_copy(out + used, out_bytes - used, value);
        } else if (used + 1 < out_bytes) {
            memcpy(out + used, plain, sizeof plain);
        }
        pattern += skip;
    }
    out[utf8_fit(out, strlen(out))] = '\0';
}

/* Bytes of the next part of a text. */
static size_t part_bytes(const char *text, size_t characters) {
    size_t at = 0, last_blank = 0;
    for (size_t count = 0; text[at] != '\0' && count < characters; count++) {
        at++;
        while (((unsigned char)text[at] & 0xC0u) == 0x80u) {
            at++;
        }
        if (text[at] == ' ') {
            last_blank = at;
        }
    }
    return text[at] == '\0' || last_blank == 0 ? at : last_blank;
}

size_t text_part(const char *text, size_t characters, size_t part, char *out) {
    size_t count = 0;
    out[0] = '\0';
    for (text += strspn(text, " "); *text != '\0'; count++) {
        size_t bytes = part_bytes(text, characters);
        if (count == part) {
            memcpy(out, text, bytes);
            out[bytes] = '\0';
        }
        text += bytes;
        text += strspn(text, " ");
    }
    return count;
}
