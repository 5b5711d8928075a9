/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rhymes.
 *
 * Considered and refused: a distance between phonemes with weights per feature (its threshold could
 * only be tuned against listeners, whom we do not have).
 */
#include "core/alike.h"

#include "core/utf8.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
