/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTF-8, one character at a time.
 *
 * A strict reader: whatever it accepts, every other program reads as the same character, so nothing
 * can be hidden from one check and shown by the next. libutf8proc does the same and more, but the
 * core knows no third-party library and needs only this much of it.
 */
#include "core/utf8.h"

/* The length that a first byte announces, 0 for a byte that cannot be first. */
static size_t length_announced(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first < 0xE0) {
        return 2;
    }
    if (first >= 0xE0 && first < 0xF0) {
        return 3;
    }
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

size_t utf8_read(const char *text, uint32_t *codepoint) {
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = length_announced(bytes[0]);
    if (length == 0 || bytes[0] == '\0') {
        return 0;
    }
    uint32_t value = length == 1 ? bytes[0] : bytes[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0u) != 0x80) {
            return 0;
        }
        value = value << 6 | (bytes[i] & 0x3Fu);
    }
    if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 0;
    }
    *codepoint = value;
    return length;
}

size_t utf8_write(uint32_t codepoint, char out[UTF8_BYTES]) {
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t bytes = codepoint < 0x80 ? 1 : codepoint < 0x800 ? 2 : codepoint < 0x10000 ? 3 : 4;
    for (size_t i = bytes - 1; i > 0; i--) {
        out[i] = (char)(0x80u | (codepoint & 0x3Fu));
        codepoint >>= 6;
    }
    out[0] = (char)(leads[bytes] | codepoint);
    out[bytes] = '\0';
    return bytes;
}

bool utf8_valid(const char *text) {
    uint32_t codepoint;
    while (*text != '\0') {
        size_t length = utf8_read(text, &codepoint);
        if (length == 0) {
            return false;
        }
        text += length;
    }
    return true;
}

size_t utf8_fit(const char *text, size_t limit) {
    size_t bytes = 0;
    uint32_t codepoint;
    for (;;) {
        size_t length = utf8_read(text + bytes, &codepoint);
        if (length == 0 || bytes + length > limit) {
            return bytes;
        }
        bytes += length;
    }
}
