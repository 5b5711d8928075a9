/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Levels from FriBidi; the order of parts by rule L2.
 *
 * FriBidi can reorder and shape characters itself. Refused: what stands in a line here is not
 * characters but runs, each shaped by HarfBuzz from its logical text, so only levels are asked for
 * and whole runs change places.
 */
#include "screen/bidi.h"

#include "core/limits.h"
#include "system/check.h"

#include <fribidi.h>
#include <string.h>

bool bidi_levels(const uint32_t *characters, size_t count, bool from_right, int8_t *levels) {
    FriBidiCharType types[TEXT_BYTES];
    FriBidiBracketType brackets[TEXT_BYTES];
    FriBidiParType base = from_right ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR;
    FriBidiStrIndex length = (FriBidiStrIndex)count;
    CHECK(count <= TEXT_BYTES);
    fribidi_get_bidi_types(characters, length, types);
    fribidi_get_bracket_types(characters, length, types, brackets);
    if (count == 0 ||
        fribidi_get_par_embedding_levels_ex(types, brackets, length, &base, levels) > 0) {
        return true;
    }
    memset(levels, from_right ? 1 : 0, count);
    return false;
}

static void turn(uint16_t *order, size_t from, size_t to) {
    while (from + 1 < to) {
        uint16_t kept = order[from];
        order[from++] = order[--to];
        order[to] = kept;
    }
}

void bidi_order(const int8_t *levels, size_t count, uint16_t *order) {
    int8_t highest = 0;
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint16_t)i;
        highest = levels[i] > highest ? levels[i] : highest;
    }
    /* Each sequence at or above a level is turned, from the highest level down to 1. Parts within
     * it have been turned among themselves already, so the sequence is the same places. */
    for (int8_t level = highest; level > 0; level--) {
        for (size_t from = 0; from < count; from++) {
            size_t to = from;
            while (to < count && levels[to] >= level) {
                to++;
            }
            turn(order, from, to);
            from = to > from ? to : from;
        }
    }
}
