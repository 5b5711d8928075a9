/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text being put together in a buffer of fixed size.
 *
 * The filter for outside text is a list of what is taken away, not of what is let through: notices
 * come in any script. The engine is called without its markup mode, so that < > & are not dangerous
 * today; they go all the same, because they are never words (speech.md, section 3). A run of dots
 * makes some versions of the engine read on past the end.
 */
#include "core/words.h"

#include "core/utf8.h"

#include <string.h>

struct words words_start(char *text, size_t room) {
    text[0] = '\0';
    return (struct words){.text = text, .room = room};
}

void words_put_bytes(struct words *words, const char *part, size_t part_bytes) {
    if (part_bytes >= words->room - words->bytes) {
        return;
    }
    memcpy(words->text + words->bytes, part, part_bytes);
    words->bytes += part_bytes;
    words->text[words->bytes] = '\0';
}

void words_put(struct words *words, const char *part) {
    words_put_bytes(words, part, strlen(part));
}

char words_last(const struct words *words) {
    return words->bytes > 0 ? words->text[words->bytes - 1] : '\0';
}

void words_trim(struct words *words) {
    while (words_last(words) == ' ') {
        words->text[--words->bytes] = '\0';
    }
}

void words_cut(struct words *words, size_t bytes) {
    words->bytes = bytes;
    words->text[bytes] = '\0';
}

bool words_balanced(const char *text) {
    bool open = false;
    for (; *text != '\0'; text++) {
        if (*text == '[' || *text == ']') {
            if (text[1] != text[0] || open != (text[0] == ']')) {
                return false;
            }
            open = !open;
            text++;
        }
    }
    return !open;
}

static bool is_command(uint32_t codepoint) {
    return codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0) ||
           (codepoint < 0x80 && strchr("<>&[]{}", (int)codepoint) != NULL);
}

void words_put_outside(struct words *words, const char *part) {
    uint32_t codepoint;
    while (*part != '\0') {
        size_t length = utf8_read(part, &codepoint);
        bool blank = length == 0 || codepoint == ' ' || is_command(codepoint);
        char last = words_last(words);
        if (blank) {
            if (last != ' ' && last != '\0') {
                words_put(words, " ");
            }
        } else if (codepoint != '.' || last != '.') {
            if (length >= words->room - words->bytes) {
                break;
            }
            words_put_bytes(words, part, length);
        }
        part += length > 0 ? length : 1;
    }
    words_trim(words);
}
