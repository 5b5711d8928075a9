/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Directions by ranges of code points.
 *
 * Core knows no library, so the classes are here: exact where the languages of our files are
 * written, and rough elsewhere, where a wrong answer only chooses the side that a line begins at.
 * The order of the characters themselves is the screen's business (screen/bidi.c, FriBidi).
 */
#include "core/reading.h"

#include "core/utf8.h"

#include <string.h>

struct range {
    uint32_t first, last;
};

/* Neither strong: figures, punctuation, marks, symbols. In ascending order. */
static const struct range neither[] = {
    {0x0000, 0x0040}, {0x005B, 0x0060},   {0x007B, 0x00A9}, {0x00AB, 0x00B4}, {0x00B6, 0x00B9},
    {0x00BB, 0x00BF}, {0x00D7, 0x00D7},   {0x00F7, 0x00F7}, {0x02B9, 0x02BA}, {0x02C2, 0x02CF},
    {0x02D2, 0x02DF}, {0x02E5, 0x02ED},   {0x02EF, 0x036F}, {0x0374, 0x0375}, {0x037E, 0x037E},
    {0x0384, 0x0385}, {0x0387, 0x0387},   {0x03F6, 0x03F6}, {0x0483, 0x0489}, {0x058A, 0x058A},
    {0x058D, 0x058F}, {0x0591, 0x05BD},   {0x05BF, 0x05BF}, {0x05C1, 0x05C2}, {0x05C4, 0x05C5},
    {0x05C7, 0x05C7}, {0x0600, 0x0607},   {0x0609, 0x060A}, {0x060C, 0x060C}, {0x060E, 0x061A},
    {0x064B, 0x066C}, {0x0670, 0x0670},   {0x06D6, 0x06E4}, {0x06E7, 0x06ED}, {0x06F0, 0x06F9},
    {0x0711, 0x0711}, {0x0730, 0x074A},   {0x07A6, 0x07B0}, {0x07EB, 0x07F3}, {0x07F6, 0x07F9},
    {0x2000, 0x200D}, {0x2010, 0x2BFF},   {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020},
    {0xFB1E, 0xFB1E}, {0xFB29, 0xFB29},   {0xFD3E, 0xFD3F}, {0xFDD0, 0xFDEF}, {0xFDFD, 0xFE6F},
    {0xFEFF, 0xFF20}, {0x1F000, 0x1FAFF},
};

/* Right to left wherever not neither: the blocks that Unicode keeps for such scripts. */
static const struct range from_right[] = {
    {0x0590, 0x08FF}, {0x200F, 0x200F},   {0xFB1D, 0xFDFF},
    {0xFE70, 0xFEFF}, {0x10800, 0x10FFF}, {0x1E800, 0x1EFFF},
};

static bool is_among(const struct range *ranges, size_t count, uint32_t codepoint) {
    for (size_t i = 0; i < count && ranges[i].first <= codepoint; i++) {
        if (codepoint <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static bool is_from_right(uint32_t codepoint) {
    return is_among(from_right, sizeof from_right / sizeof from_right[0], codepoint);
}

enum reading reading_of_character(uint32_t codepoint) {
    if (is_among(neither, sizeof neither / sizeof neither[0], codepoint)) {
        return READING_NEITHER;
    }
    return is_from_right(codepoint) ? READING_FROM_RIGHT : READING_FROM_LEFT;
}

enum reading reading_of(const char *text) {
    uint32_t codepoint = 0;
    enum reading reading = READING_NEITHER;
    for (size_t bytes; reading == READING_NEITHER && (bytes = utf8_read(text, &codepoint)) > 0;) {
        reading = reading_of_character(codepoint);
        text += bytes;
    }
    return reading;
}

bool reading_mixed(const char *text) {
    uint32_t codepoint = 0;
    for (size_t bytes; (bytes = utf8_read(text, &codepoint)) > 0; text += bytes) {
        if (is_from_right(codepoint)) {
            return true;
        }
    }
    return false;
}

void reading_line(const char *paragraph, const char *line, size_t bytes, char *out,
                  size_t out_bytes) {
    static const char from_left_mark[] = "\u200E";
    static const char from_right_mark[] = "\u200F";
    enum reading wanted = reading_of(paragraph);
    size_t kept = bytes < out_bytes ? bytes : utf8_fit(line, out_bytes - 1);
    memcpy(out, line, kept);
    out[kept] = '\0';
    enum reading own = reading_of(out);
    bool turned =
        own == READING_FROM_RIGHT ? wanted == READING_FROM_LEFT : wanted == READING_FROM_RIGHT;
    if (!turned) {
        return;
    }
    const char *mark = wanted == READING_FROM_RIGHT ? from_right_mark : from_left_mark;
    size_t room = out_bytes - sizeof from_left_mark;
    if (kept > room) {
        kept = utf8_fit(out, room);
    }
    memmove(out + sizeof from_left_mark - 1, out, kept);
    memcpy(out, mark, sizeof from_left_mark - 1);
    out[kept + sizeof from_left_mark - 1] = '\0';
}
