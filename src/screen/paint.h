/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Painting: a scene into a canvas, in a theme's colours.
 */
#ifndef HALLCALL_SCREEN_PAINT_H
#define HALLCALL_SCREEN_PAINT_H

#include "screen/canvas.h"
#include "screen/damage.h"
#include "screen/logo.h"
#include "screen/text.h"
#include "screen/theme.h"

/* What pixels are made with; all borrowed. */
struct painter {
    struct text *text;
    const struct theme *theme;
    struct logo *logo; /* NULL: a picture in the scene is left out */
};

/* Paints the part of the scene that lies in the damage. */
void paint_scene(const struct painter *painter, const struct scene *scene,
                 const struct damage *damage, struct canvas *canvas);

#endif
