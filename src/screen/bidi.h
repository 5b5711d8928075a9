/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order in which the parts of a line stand (Unicode Standard Annex #9, by FriBidi).
 *
 * FriBidi is known to bidi.c only. Levels are even for what runs from left to right, odd for what
 * runs from right to left.
 */
#ifndef HALLCALL_SCREEN_BIDI_H
#define HALLCALL_SCREEN_BIDI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Finds the embedding level of each of the characters of one line, at most TEXT_BYTES of them, in a
 * paragraph of this direction. False, and all levels that of the paragraph, when memory is
 * exhausted. */
bool bidi_levels(const uint32_t *characters, size_t count, bool from_right, int8_t *levels);
/* The visual order of parts that have one level each: order[0] is the number of the part that
 * stands leftmost (rule L2). */
void bidi_order(const int8_t *levels, size_t count, uint16_t *order);

#endif
