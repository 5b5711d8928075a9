/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The faces: which installed font sets which role and character, and its glyphs as masks.
 *
 * fontconfig and SDL_ttf are known to faces.c only. A font is a small number, valid as long as the
 * faces. Everything is measured in capitals: a width is told for capitals one pixel high.
 */
#ifndef HALLCALL_SCREEN_FACES_H
#define HALLCALL_SCREEN_FACES_H

#include "config/diagnostics.h"
#include "core/scene.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct faces;

/* A rendered text: coverage, and where it stands from the pen on the baseline. */
struct glyphs {
    uint8_t *bytes; /* free() it; NULL for a blank */
    int width, height;
    int left; /* from the pen to the mask's left edge, may be negative */
    int top;  /* from the baseline up to the mask's upper edge */
};

/* Reads faces.ini and finds the fonts. NULL with diagnostics when the file is wrong or a role has
 * no installed font (the package to install is named). */
struct faces *faces_create(const char *path, struct diagnostics *diagnostics);
/* Accepts NULL. */
void faces_destroy(struct faces *faces);
/* The first font of a role that has the character; the role's first font when none has. */
int faces_find(struct faces *faces, enum face role, uint32_t codepoint);
bool faces_has(struct faces *faces, int font, uint32_t codepoint);
/* Advance of a text in one font. */
double faces_width(struct faces *faces, int font, const char *text);
/* The widest digit of a font: the cell in which each digit of a ticket stands. */
double faces_digit_width(struct faces *faces, int font);
/* Renders a text in one font with capitals cap_px high. False when memory is exhausted or the font
 * fails; glyphs are then empty. */
bool faces_render(struct faces *faces, int font, int cap_px, const char *text,
                  struct glyphs *glyphs);
/* Notes that something could not be measured or drawn because the machine ran short. */
void faces_fall_short(struct faces *faces);
/* Whether that happened since this was last asked: what was drawn meanwhile may lack characters, or
 * show them in another face, and is to be laid out and drawn again. */
bool faces_fell_short(struct faces *faces);
/* One line for each role: the families in use. For `hallcall check`. */
void faces_print(const struct faces *faces, FILE *out);

#endif
