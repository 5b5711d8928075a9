/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PNG through libpng's simplified interface, which needs no setjmp.
 *
 * Our pixels are 32-bit values in native order; the interface wants bytes, so the rows are copied
 * once as RGB. Refused: writing the file ourselves with zlib (a reader is needed for the golden
 * pictures anyway).
 */
#include "screen/png.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 8192 };

bool png_write(const struct canvas *canvas, FILE *out) {
    size_t count = (size_t)canvas->width * (size_t)canvas->height;
    uint8_t *bytes = malloc(count * 3);
    if (bytes == NULL) {
        return false;
    }
    uint8_t *to = bytes;
    for (int y = 0; y < canvas->height; y++) {
        const uint32_t *row = canvas->pixels + (ptrdiff_t)y * canvas->stride;
        for (int x = 0; x < canvas->width; x++) {
            *to++ = (uint8_t)(row[x] >> 16);
            *to++ = (uint8_t)(row[x] >> 8);
            *to++ = (uint8_t)row[x];
        }
    }
    png_image image = {.version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_RGB};
    image.width = (png_uint_32)canvas->width;
    image.height = (png_uint_32)canvas->height;
    int good = png_image_write_to_stdio(&image, out, 0, bytes, 0, NULL);
    png_image_free(&image);
    free(bytes);
    return good != 0 && fflush(out) == 0;
}

bool png_read(FILE *in, struct canvas *canvas) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (png_image_begin_read_from_stdio(&image, in) == 0) {
        return false;
    }
    image.format = PNG_FORMAT_RGB;
    size_t count = (size_t)image.width * image.height;
    bool sane = image.width <= SIDE_MAX && image.height <= SIDE_MAX;
    uint8_t *bytes = sane ? malloc(count * 3) : NULL;
    uint32_t *pixels = sane ? malloc(count * sizeof *pixels) : NULL;
    bool good =
        bytes != NULL && pixels != NULL && png_image_finish_read(&image, NULL, bytes, 0, NULL) != 0;
    for (size_t i = 0; good && i < count; i++) {
        const uint8_t *rgb = bytes + i * 3;
        pixels[i] = 0xff000000u | (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
    }
    png_image_free(&image);
    free(bytes);
    if (!good) {
        free(pixels);
        return false;
    }
    canvas_init(canvas, pixels, (int)image.width, (int)image.height, (int)image.width);
    return true;
}
