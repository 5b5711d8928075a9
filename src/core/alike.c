/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rhymes and look-alikes.
 *
 * Considered and refused: a distance between phonemes with weights per feature (its threshold could
 * only be tuned against listeners, whom we do not have); Unicode's list of confusable characters
 * (thousands of them, of which tickets print thirty).
 */
#include "core/alike.h"

#include "core/utf8.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Pairs: a capital or figure, and the Latin letter or figure whose shape it has. */
static const struct {
    uint32_t codepoint;
    char shape;
} shapes[] = {
    {'0', 'O'},    {'1', 'I'},    {'2', 'Z'},    {'5', 'S'},    {'8', 'B'},    {0x0405, 'S'},
    {0x0406, 'I'}, {0x0408, 'J'}, {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'}, {0x0417, '3'},
    {0x041A, 'K'}, {0x041C, 'M'}, {0x041D, 'H'}, {0x041E, 'O'}, {0x0420, 'P'}, {0x0421, 'C'},
    {0x0422, 'T'}, {0x0423, 'Y'}, {0x0425, 'X'}, {0x0391, 'A'}, {0x0392, 'B'}, {0x0395, 'E'},
    {0x0396, 'Z'}, {0x0397, 'H'}, {0x0399, 'I'}, {0x039A, 'K'}, {0x039C, 'M'}, {0x039D, 'N'},
    {0x039F, 'O'}, {0x03A1, 'P'}, {0x03A4, 'T'}, {0x03A5, 'Y'}, {0x03A7, 'X'},
};

static uint32_t shape_of(uint32_t codepoint) {
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (shapes[i].codepoint == codepoint) {
            return (uint32_t)shapes[i].shape;
        }
    }
    return codepoint;
}

bool alike_in_looks(const char *code, const char *other) {
    uint32_t a = 0, b = 0;
    while (*code != '\0' && *other != '\0') {
        size_t bytes = utf8_read(code, &a), other_bytes = utf8_read(other, &b);
        if (bytes == 0 || other_bytes == 0 || shape_of(a) != shape_of(b)) {
            return false;
        }
        code += bytes;
        other += other_bytes;
    }
    return *code == *other;
}

char alike_figure(const char *code) {
    uint32_t last = 0, codepoint = 0;
    for (size_t bytes; (bytes = utf8_read(code, &codepoint)) > 0; code += bytes) {
        last = codepoint;
    }
    bool figure = last >= '0' && last <= '9';
    switch (figure ? 0 : shape_of(last)) {
    case 'O':
        return '0';
    case 'I':
        return '1';
    case '3':
        return '3';
    default:
        return '\0';
    }
}

static bool is_vowel(uint32_t codepoint) {
    static const char vowels[] = "aeiouyæøœɐɑɒɔɘəɚɛɜɝɞɤɨɪɯɵɶʉʊʌʏᵻ";
    uint32_t vowel;
    size_t bytes;
    for (const char *at = vowels; (bytes = utf8_read(at, &vowel)) > 0; at += bytes) {
        if (vowel == codepoint) {
            return true;
        }
    }
    return false;
}

/* Where the rhyme of word[0..bytes) begins: at the vowel behind the last mark of main stress, else
 * at the last vowel that no other stands before, else at the word's beginning. */
static size_t rhyme_begins(const char *word, size_t bytes) {
    enum { STRESS = 0x02C8 };
    size_t begins = 0;
    bool stressed = false, found = false, after_vowel = false;
    for (size_t at = 0; at < bytes;) {
        uint32_t codepoint = 0;
        size_t length = utf8_read(word + at, &codepoint);
        bool vowel = is_vowel(codepoint);
        if (codepoint == STRESS) {
            stressed = true;
            found = false;
        } else if (vowel && !(stressed && found) && !(after_vowel && found)) {
            begins = at;
            found = true;
        }
        after_vowel = vowel;
        at += length > 0 ? length : 1;
    }
    return begins;
}

/* The next character of a rhyme that counts: length and secondary stress do not. */
static size_t next_sound(const char *word, size_t bytes, size_t at, uint32_t *sound) {
    enum { LONG = 0x02D0, SECONDARY = 0x02CC };
    *sound = 0;
    while (at < bytes) {
        size_t length = utf8_read(word + at, sound);
        at += length > 0 ? length : 1;
        if (*sound != LONG && *sound != SECONDARY) {
            return at;
        }
        *sound = 0;
    }
    return bytes;
}

static bool words_rhyme(const char *a, size_t a_bytes, const char *b, size_t b_bytes) {
    size_t i = rhyme_begins(a, a_bytes), k = rhyme_begins(b, b_bytes);
    uint32_t sound, other;
    do {
        i = next_sound(a, a_bytes, i, &sound);
        k = next_sound(b, b_bytes, k, &other);
    } while (sound == other && sound != 0);
    return sound == other;
}

bool alike_in_sound(const char *phonemes, const char *other) {
    while (*phonemes != '\0' && *other != '\0') {
        size_t bytes = strcspn(phonemes, " "), other_bytes = strcspn(other, " ");
        if (!words_rhyme(phonemes, bytes, other, other_bytes)) {
            return false;
        }
        phonemes += bytes + strspn(phonemes + bytes, " ");
        other += other_bytes + strspn(other + other_bytes, " ");
    }
    return *phonemes == *other;
}
