/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The same painter as the window's (screen.c), on a canvas in memory that is written down whole.
 *
 * The first theme is used, whatever the hour: a picture that is drawn again tomorrow is to be the
 * same.
 */
#include "command/drawing.h"

#include "screen/paint.h"
#include "screen/png.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH_MIN = 320, HEIGHT_MIN = 180, SIDE_MAX = 8192, CACHE_BYTES = 16 << 20 };

static bool read_side(const char **words, long *side) {
    char *end = NULL;
    errno = 0;
    *side = strtol(*words, &end, 10);
    bool good = isdigit((unsigned char)**words) && errno == 0 && end != *words;
    *words = end;
    return good && *side <= SIDE_MAX;
}

bool drawing_size(const char *words, int *width_px, int *height_px) {
    long width = 0;
    long height = 0;
    if (!read_side(&words, &width) || *words++ != 'x' || !read_side(&words, &height) ||
        *words != '\0' || width < WIDTH_MIN || height < HEIGHT_MIN) {
        return false;
    }
    *width_px = (int)width;
    *height_px = (int)height;
    return true;
}

bool drawing_open(struct drawing *drawing, const struct screen_options *options) {
    struct diagnostics *diagnostics = &drawing->diagnostics;
    bool good = theme_read(options->theme_files[0], &drawing->theme, diagnostics);
    if (options->logo_file[0] != '\0') {
        drawing->logo = logo_read(options->logo_file, diagnostics);
        good = drawing->logo != NULL && good;
    }
    drawing->faces = faces_create(options->fonts_file, diagnostics);
    drawing->text = drawing->faces != NULL ? text_create(drawing->faces, CACHE_BYTES) : NULL;
    return good && drawing->text != NULL;
}

bool drawing_write(const struct drawing *drawing, const struct scene *scene, const char *path,
                   const char *command) {
    struct painter painter = {drawing->text, &drawing->theme, drawing->logo};
    struct canvas canvas;
    struct damage damage;
    uint32_t *pixels = calloc((size_t)scene->width * (size_t)scene->height, sizeof *pixels);
    FILE *out = pixels != NULL ? fopen(path, "wb") : NULL;
    bool good = false;
    if (out == NULL) {
        (void)fprintf(stderr, "hallcall %s: %s: %s\n", command, path, strerror(errno));
    } else {
        canvas_init(&canvas, pixels, scene->width, scene->height, scene->width);
        damage_between(NULL, scene, &damage);
        paint_scene(&painter, scene, &damage, &canvas);
        good = png_write(&canvas, out);
        good = fclose(out) == 0 && good;
        if (!good) {
            (void)fprintf(stderr, "hallcall %s: %s could not be written\n", command, path);
        }
    }
    free(pixels);
    return good;
}

void drawing_close(struct drawing *drawing) {
    diagnostics_print(&drawing->diagnostics, stderr);
    text_destroy(drawing->text);
    faces_destroy(drawing->faces);
    logo_destroy(drawing->logo);
}
