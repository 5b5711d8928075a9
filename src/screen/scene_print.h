/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scene as text: one node a line, for golden files and for people.
 */
#ifndef HALLCALL_SCREEN_SCENE_PRINT_H
#define HALLCALL_SCREEN_SCENE_PRINT_H

#include "core/scene.h"

#include <stdio.h>

/* "fill x y w h radius colour", "text x y w h face cap baseline align colour "words"", "arrow x y w
 * h direction colour". */
void scene_print(const struct scene *scene, FILE *out);

#endif
