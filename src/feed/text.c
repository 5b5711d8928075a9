/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text from outside made harmless, with libutf8proc.
 *
 * Three passes over code points, each one simple: drop or blank what has no business on a screen,
 * normalise, then tidy (blanks, towers of marks, length). Dropping comes before normalising so that
 * an invisible character cannot keep a letter from its accent; tidying comes after, because
 * compatibility forms can expand into blanks and marks.
 *
 * Cleaning is for text that people read. Ids are not cleaned but refused by their reader when
 * cleaning would change them, since two different ids must never become one.
 *
 * Considered and refused: utf8proc's own STRIPCC, IGNORE and STRIPNA options. They take joiners
 * that Persian and Bengali need, leave bidi isolates in some versions, and would tie what we accept
 * to the Unicode version of the library. The list of what goes is here, by number, from
 * mqtt.md 3.2.
 */
#include "feed/text.h"

#include "system/check.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { MARKS_PER_BASE_MAX = 3 };

struct range {
    int32_t first, last;
};

/* Invisible, direction-changing or meaningless outside one vendor's font. */
static const struct range dropped[] = {
    {0x00AD, 0x00AD},    /* soft hyphen */
    {0x034F, 0x034F},    /* grapheme joiner */
    {0x061C, 0x061C},    /* Arabic letter mark */
    {0x115F, 0x1160},    /* Hangul fillers */
    {0x17B4, 0x17B5},    /* Khmer inherent vowels */
    {0x180B, 0x180F},    /* Mongolian selectors and separator */
    {0x200B, 0x200F},    /* zero width, joiners, marks of direction */
    {0x202A, 0x202E},    /* bidi embeddings and overrides */
    {0x2060, 0x206F},    /* word joiner, invisible operators, isolates, deprecated */
    {0x3164, 0x3164},    /* Hangul filler */
    {0xE000, 0xF8FF},    /* private use */
    {0xFDD0, 0xFDEF},    /* noncharacters */
    {0xFE00, 0xFE0F},    /* variation selectors */
    {0xFEFF, 0xFEFF},    /* byte order mark */
    {0xFFA0, 0xFFA0},    /* halfwidth filler */
    {0xFFF0, 0xFFFC},    /* specials: interlinear annotation, object replacement */
    {0xE0000, 0xE0FFF},  /* tags, selectors and the rest of that ignorable block */
    {0xF0000, 0x10FFFF}, /* private use planes */
};

static bool is_dropped(int32_t codepoint, bool keep_joiners) {
    if (codepoint == 0x200C || codepoint == 0x200D) {
        return !keep_joiners;
    }
    if ((codepoint & 0xFFFE) == 0xFFFE) {
        return true; /* the last two of every plane are noncharacters */
    }
    for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++) {
        if (codepoint >= dropped[i].first && codepoint <= dropped[i].last) {
            return true;
        }
    }
    return false;
}

static bool is_blank(int32_t codepoint) {
    switch (utf8proc_category(codepoint)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return false;
    }
}

static bool is_mark(int32_t codepoint) {
    utf8proc_category_t category = utf8proc_category(codepoint);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

bool text_utf8_valid(const void *bytes, size_t count) {
    const utf8proc_uint8_t *at = bytes;
    while (count > 0) {
        utf8proc_int32_t codepoint;
        utf8proc_ssize_t used = utf8proc_iterate(at, (utf8proc_ssize_t)count, &codepoint);
        if (used <= 0 || codepoint == 0) {
            return false;
        }
        at += used;
        count -= (size_t)used;
    }
    return true;
}

/* The first pass: valid UTF-8 in, a heap copy without the dropped characters out, its blanks all
 * U+0020. NULL when text is not UTF-8 or memory is out. */
static utf8proc_uint8_t *filter(const char *text, bool keep_joiners) {
    size_t bytes = strlen(text);
    if (!text_utf8_valid(text, bytes)) {
        return NULL;
    }
    utf8proc_uint8_t *result = malloc(bytes + 1);
    if (result == NULL) {
        return NULL;
    }
    size_t length = 0;
    for (size_t at = 0; at < bytes;) {
        utf8proc_int32_t codepoint;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                                 (utf8proc_ssize_t)(bytes - at), &codepoint);
        CHECK(used > 0);
        at += (size_t)used;
        if (!is_dropped(codepoint, keep_joiners)) {
            codepoint = is_blank(codepoint) ? ' ' : codepoint;
            length += (size_t)utf8proc_encode_char(codepoint, result + length);
        }
    }
    result[length] = '\0';
    return result;
}

/* Where the last pass writes, and what it has just written. */
struct tidy {
    char *out;
    size_t out_bytes;
    size_t length;
    unsigned marks;     /* on the current base */
    bool blank_waiting; /* written only if something follows it */
};

/* Appends one code point as the tidy rules say; false when it does not fit. */
static bool tidy_append(struct tidy *tidy, int32_t codepoint) {
    if (is_blank(codepoint)) {
        tidy->blank_waiting = tidy->length > 0;
        tidy->marks = 0;
        return true;
    }
    tidy->marks = is_mark(codepoint) ? tidy->marks + 1 : 0;
    if (tidy->marks > MARKS_PER_BASE_MAX) {
        return true;
    }
    utf8proc_uint8_t encoded[4];
    size_t bytes = (size_t)utf8proc_encode_char(codepoint, encoded);
    if (tidy->length + tidy->blank_waiting + bytes >= tidy->out_bytes) {
        return false;
    }
    if (tidy->blank_waiting) {
        tidy->out[tidy->length++] = ' ';
        tidy->blank_waiting = false;
    }
    memcpy(tidy->out + tidy->length, encoded, bytes);
    tidy->length += bytes;
    return true;
}

/* The last pass. */
static bool tidy_text(const utf8proc_uint8_t *text, bool upper, char *out, size_t out_bytes) {
    struct tidy tidy = {.out = out, .out_bytes = out_bytes};
    while (*text != '\0') {
        utf8proc_int32_t codepoint;
        utf8proc_ssize_t used = utf8proc_iterate(text, -1, &codepoint);
        CHECK(used > 0);
        text += used;
        if (!tidy_append(&tidy, upper ? utf8proc_toupper(codepoint) : codepoint)) {
            return false;
        }
    }
    out[tidy.length] = '\0';
    return true;
}

static bool clean(const char *text, bool keep_joiners, bool ticket, char *out, size_t out_bytes) {
    CHECK(out_bytes > 0);
    out[0] = '\0';
    utf8proc_uint8_t *filtered = filter(text, keep_joiners);
    if (filtered == NULL) {
        return false;
    }
    int form = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_uint8_t *normal = NULL;
    utf8proc_ssize_t length = utf8proc_map(
        filtered, 0, &normal, (utf8proc_option_t)(ticket ? form | UTF8PROC_COMPAT : form));
    free(filtered);
    bool fits = length >= 0 && tidy_text(normal, ticket, out, out_bytes);
    free(normal);
    if (!fits) {
        out[0] = '\0';
    }
    return fits;
}

bool text_clean(const char *text, bool keep_joiners, char *out, size_t out_bytes) {
    return clean(text, keep_joiners, false, out, out_bytes);
}

enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_CYRILLIC, SCRIPT_OTHER };

static bool is_letter(int32_t codepoint) {
    switch (utf8proc_category(codepoint)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return true;
    default:
        return false;
    }
}

/* The three scripts whose capitals look alike are told apart; the others need no more than a name
 * for "none of these". libutf8proc does not know scripts, so the blocks are listed here. */
static enum script script_of(int32_t codepoint) {
    static const struct {
        struct range range;
        enum script script;
    } blocks[] = {
        {{0x0041, 0x024F}, SCRIPT_LATIN},    {{0x1E00, 0x1EFF}, SCRIPT_LATIN},
        {{0x2C60, 0x2C7F}, SCRIPT_LATIN},    {{0xA720, 0xA7FF}, SCRIPT_LATIN},
        {{0x0370, 0x03FF}, SCRIPT_GREEK},    {{0x1F00, 0x1FFF}, SCRIPT_GREEK},
        {{0x0400, 0x052F}, SCRIPT_CYRILLIC}, {{0x1C80, 0x1C8F}, SCRIPT_CYRILLIC},
        {{0x2DE0, 0x2DFF}, SCRIPT_CYRILLIC}, {{0xA640, 0xA69F}, SCRIPT_CYRILLIC},
    };
    if (!is_letter(codepoint)) {
        return SCRIPT_NONE;
    }
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (codepoint >= blocks[i].range.first && codepoint <= blocks[i].range.last) {
            return blocks[i].script;
        }
    }
    return SCRIPT_OTHER;
}

static bool one_script(const char *text) {
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    enum script seen = SCRIPT_NONE;
    while (*at != '\0') {
        utf8proc_int32_t codepoint;
        utf8proc_ssize_t used = utf8proc_iterate(at, -1, &codepoint);
        CHECK(used > 0);
        at += used;
        enum script script = script_of(codepoint);
        if (script != SCRIPT_NONE && seen != SCRIPT_NONE && script != seen) {
            return false;
        }
        seen = script != SCRIPT_NONE ? script : seen;
    }
    return true;
}

bool text_clean_ticket(const char *text, char *out, size_t out_bytes) {
    if (!clean(text, false, true, out, out_bytes)) {
        return false;
    }
    if (!one_script(out)) {
        out[0] = '\0';
        return false;
    }
    return true;
}
