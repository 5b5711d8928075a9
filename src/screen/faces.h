/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The faces: which installed font sets which role and character, and its glyphs as masks.
 *
 * fontconfig is known to faces.c only. A font is a small number, valid as long as the
 * faces. Everything is measured in capitals: a width is told for capitals one pixel high.
 */
#ifndef HALLCALL_SCREEN_FACES_H
#define HALLCALL_SCREEN_FACES_H

#include "config/diagnostics.h"
#include "core/scene.h"
#include "screen/outlines.h"

#include <stdio.h>

struct faces;

/* What a line has above and below its capitals, in per cent of them. */
struct line_room {
    int above, below;
};

/* A text of one font, one script and one direction. */
struct span {
    int font;
    int per_cent; /* of the size asked for */
    bool from_right;
    char text[TEXT_BYTES];
};

/* Reads faces.ini and finds the fonts. NULL with diagnostics when the file is wrong or a role has
 * no installed font (the package to install is named). */
struct faces *faces_create(const char *path, struct diagnostics *diagnostics);
/* Accepts NULL. */
void faces_destroy(struct faces *faces);
/* The first font of a role that has the character; the role's first font when none has. */
int faces_find(struct faces *faces, enum face role, uint32_t codepoint);
bool faces_has(struct faces *faces, int font, uint32_t codepoint);
/* Advance of a text, and what of its ink reaches out of it. */
double faces_width(struct faces *faces, const struct span *span);
/* Whether the font has every glyph of a text: false means that a box would be drawn. */
bool faces_draws(struct faces *faces, const struct span *span);
/* The widest digit of a font: the cell in which each digit of a ticket stands. */
double faces_digit_width(struct faces *faces, int font);
/* How large a text may be set so that it keeps to the room of its line, in per cent of the line's
 * size; at most 100. */
int faces_fit_per_cent(struct faces *faces, const struct span *span, const struct line_room *room);
/* Renders a text with capitals cap_px high. False when memory is exhausted or the font fails;
 * glyphs are then empty. */
bool faces_render(struct faces *faces, const struct span *span, int cap_px, struct glyphs *glyphs);
/* Notes that something could not be measured or drawn because the machine ran short. */
void faces_fall_short(struct faces *faces);
/* Whether that happened since this was last asked: what was drawn meanwhile may lack characters, or
 * show them in another face, and is to be laid out and drawn again. */
bool faces_fell_short(struct faces *faces);
/* The letters beyond ASCII that a language is written with, as fontconfig knows its orthography, in
 * the order of their code points; with blanks between them where letters would be joined. "" for a
 * language that it does not know. out has TEXT_BYTES; what has no room is left out. */
void faces_alphabet(const char *tag, char *out);
/* One line for each role: the families in use. For `hallcall check`. */
void faces_print(const struct faces *faces, FILE *out);

#endif
