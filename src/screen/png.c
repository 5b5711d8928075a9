/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PNG through libpng's simplified interface, which needs no setjmp.
 *
 * Our pixels are 32-bit values in native order; the interface wants bytes, so the rows are copied
 * once as RGB. Refused: writing the file ourselves with zlib (a reader is needed for the golden
 * pictures anyway).
 *
 * A logo comes from anywhere: its size is read off the first bytes by ourselves, so that whoever
 * asks can refuse it before libpng is given anything.
 */
#include "screen/png.h"

#include "system/check.h"

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

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

bool png_size(const void *bytes, size_t count, uint32_t *width, uint32_t *height) {
    /* PNG (ISO/IEC 15948) 5.2 and 11.2.2: a signature, then IHDR with 13 bytes of data. */
    static const uint8_t start[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n',
                                    0,    0,   0,   13,  'I',  'H',  'D',  'R'};
    const uint8_t *at = bytes;
    if (count < sizeof start + 8 || memcmp(at, start, sizeof start) != 0) {
        return false;
    }
    *width = big_endian(at + sizeof start);
    *height = big_endian(at + sizeof start + 4);
    return *width > 0 && *height > 0;
}

bool png_decode(const void *bytes, size_t count, uint32_t *pixels, char *reason) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    uint32_t width = 0, height = 0;
    bool good = png_size(bytes, count, &width, &height) &&
                png_image_begin_read_from_memory(&image, bytes, count) != 0;
    CHECK(!good || (image.width == width && image.height == height));
    size_t pixels_count = (size_t)width * height;
    image.format = PNG_FORMAT_RGBA;
    good = good && png_image_finish_read(&image, NULL, pixels, 0, NULL) != 0;
    if (!good) {
        (void)snprintf(reason, PNG_REASON_BYTES, "%s", image.message);
    }
    png_image_free(&image);
    for (size_t i = 0; good && i < pixels_count; i++) {
        uint8_t rgba[4];
        memcpy(rgba, &pixels[i], sizeof rgba);
        pixels[i] =
            (uint32_t)rgba[3] << 24 | (uint32_t)rgba[0] << 16 | (uint32_t)rgba[1] << 8 | rgba[2];
    }
    return good;
}
