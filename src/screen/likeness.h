/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How different two characters of a ticket look, measured on the face they are set in.
 */
#ifndef HALLCALL_SCREEN_LIKENESS_H
#define HALLCALL_SCREEN_LIKENESS_H

#include "screen/faces.h"

/* Characters of one ticket alphabet differ by at least so many per cent: our own value, see
 * docs/typography.md (DIN 1450 asks that 0 and O, 1 and I and l be told apart, without a number).
 */
enum { LIKENESS_DIFFERENCE_MIN = 25 };

/* 100 * (1 - intersection / union) of the coverage of two characters in the ticket face, on one
 * baseline and moved sideways to where they agree most: 0 for the same picture. 100 when one of
 * them cannot be drawn. */
int likeness_difference(struct faces *faces, uint32_t a, uint32_t b);
/* Whether two codes as printed look alike: as many characters, each the same or less different from
 * its counterpart than the least. */
bool likeness_of_codes(struct faces *faces, const char *code, const char *other);

#endif
