/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scene into a picture file, without a display: with the layout, the painter and the faces that a
 * hall uses, so what is drawn is what hangs there, pixel for pixel.
 */
#ifndef HALLCALL_COMMAND_DRAWING_H
#define HALLCALL_COMMAND_DRAWING_H

#include "screen/logo.h"
#include "screen/screen.h"
#include "screen/text.h"
#include "screen/theme.h"

struct drawing {
    struct diagnostics diagnostics;
    struct theme theme;
    struct logo *logo; /* NULL: there is none */
    struct faces *faces;
    struct text *text;
};

/* "1920x1080", from 320x180 to 8192x8192. False for anything else. */
bool drawing_size(const char *words, int *width_px, int *height_px);
/* Reads the first theme, the logo and the faces of the options, on zeroed memory. False with
 * diagnostics when one is wrong or missing. drawing_close in any case. */
bool drawing_open(struct drawing *drawing, const struct screen_options *options);
/* Paints the scene and writes it as PNG. False when it could not be written, which is told on
 * stderr in the name of the command. */
bool drawing_write(const struct drawing *drawing, const struct scene *scene, const char *path,
                   const char *command);
/* Prints the diagnostics on stderr and lets go of everything. */
void drawing_close(struct drawing *drawing);

#endif
