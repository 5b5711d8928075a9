/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The logo: reading within limits, and scaling.
 *
 * The filter is that of Mitchell and Netravali (B = C = 1/3), widened when the picture shrinks, so
 * that fine lines neither ring nor flicker away. It works on linear light and on colours multiplied
 * by their coverage: a half transparent edge takes no colour from pixels that nobody sees. First
 * whole rows of the source are added up, then the columns of that one row, so that beside the two
 * pictures no more than a row is needed.
 *
 * Refused: SVG (a parser of XML, styles and fonts for one picture), JPEG (a logo has edges and
 * transparent parts), scaling at each frame.
 */
#include "screen/logo.h"

#include "screen/png.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS = 4, LEVELS = 256, CODES = 4096 };

struct logo {
    uint32_t *pixels; /* as png_decode gives them: colours not multiplied */
    int width, height;
    uint32_t *scaled_pixels;
    struct picture scaled; /* width 0: there is none yet */
    bool lacking;          /* logo.h */
};

/* sRGB to linear light and back; CODES steps are finer than a level even where it is dark. */
struct light {
    float linear[LEVELS];
    uint8_t coded[CODES + 1];
};

static void light_make(struct light *light) {
    for (int i = 0; i < LEVELS; i++) {
        double c = i / 255.0;
        light->linear[i] = (float)(c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    for (int i = 0; i <= CODES; i++) {
        double c = (double)i / CODES;
        double code = c <= 0.0031308 ? c * 12.92 : 1.055 * pow(c, 1 / 2.4) - 0.055;
        light->coded[i] = (uint8_t)(code * 255 + 0.5);
    }
}

/* What of the source each pixel of one axis is made of. */
struct axis {
    double scale;   /* source pixels for one of the result */
    double stretch; /* of the filter, at least 1 */
    int source;     /* pixels of the source */
};

static struct axis axis_of(int source, int result) {
    struct axis axis = {.scale = (double)source / result, .source = source};
    axis.stretch = axis.scale > 1 ? axis.scale : 1;
    return axis;
}

static double mitchell(double x) {
    double d = fabs(x);
    if (d < 1) {
        return (7 * d * d * d - 12 * d * d + 16.0 / 3) / 6;
    }
    return d < 2 ? (-7.0 / 3 * d * d * d + 12 * d * d - 20 * d + 32.0 / 3) / 6 : 0;
}

/* The source pixels under the filter for pixel i, cut to the source. */
static void axis_reach(const struct axis *axis, int i, int *from, int *to) {
    double middle = (i + 0.5) * axis->scale;
    int first = (int)floor(middle - 2 * axis->stretch);
    int last = (int)ceil(middle + 2 * axis->stretch);
    *from = first > 0 ? first : 0;
    *to = last < axis->source ? last : axis->source;
}

static float axis_weight(const struct axis *axis, int i, int source) {
    return (float)mitchell((source + 0.5 - (i + 0.5) * axis->scale) / axis->stretch);
}

/* Adds a row of the source, colours multiplied by coverage, times weight. */
static void add_row(const struct logo *logo, const struct light *light, int y, float weight,
                    float *sums) {
    const uint32_t *row = logo->pixels + (size_t)y * (size_t)logo->width;
    for (int x = 0; x < logo->width; x++, sums += CHANNELS) {
        uint32_t pixel = row[x];
        float cover = (float)(pixel >> 24) / 255.0F * weight;
        sums[0] += light->linear[pixel >> 16 & 0xffu] * cover;
        sums[1] += light->linear[pixel >> 8 & 0xffu] * cover;
        sums[2] += light->linear[pixel & 0xffu] * cover;
        sums[3] += cover;
    }
}

static float bounded(float value, float most) {
    return value < 0 ? 0 : value > most ? most : value;
}

/* The filter may overshoot: coverage is cut to 1, colours to their coverage. */
static uint32_t pixel_of(const struct light *light, const float *sums, float weights) {
    float cover = bounded(sums[3] / weights, 1);
    uint32_t alpha = (uint32_t)(cover * 255 + 0.5F);
    uint32_t pixel = alpha << 24;
    for (int i = 0; i < 3 && alpha > 0; i++) {
        float linear = bounded(sums[i] / weights, cover) / cover;
        uint32_t code = light->coded[(int)(linear * CODES + 0.5F)];
        pixel |= (code * alpha + 127) / 255 << (16 - 8 * i);
    }
    return pixel;
}

static void scale_row(const struct light *light, const struct axis *axis, const float *row,
                      const struct picture *to, uint32_t *out) {
    for (int x = 0; x < to->width; x++) {
        float sums[CHANNELS] = {0};
        float weights = 0;
        int first, last;
        axis_reach(axis, x, &first, &last);
        for (int i = first; i < last; i++) {
            float weight = axis_weight(axis, x, i);
            weights += weight;
            for (int c = 0; c < CHANNELS; c++) {
                sums[c] += weight * row[(size_t)i * CHANNELS + (size_t)c];
            }
        }
        out[x] = pixel_of(light, sums, weights);
    }
}

static void scale(const struct logo *logo, const struct picture *to, float *row, uint32_t *out) {
    struct light light;
    struct axis down = axis_of(logo->height, to->height);
    struct axis across = axis_of(logo->width, to->width);
    light_make(&light);
    for (int y = 0; y < to->height; y++) {
        float weights = 0;
        int first, last;
        axis_reach(&down, y, &first, &last);
        for (int i = first; i < last; i++) {
            weights += axis_weight(&down, y, i);
        }
        memset(row, 0, (size_t)logo->width * CHANNELS * sizeof *row);
        for (int i = first; i < last; i++) {
            add_row(logo, &light, i, axis_weight(&down, y, i) / weights, row);
        }
        scale_row(&light, &across, row, to, out + (size_t)y * (size_t)to->width);
    }
}

const struct picture *logo_scaled(struct logo *logo, int width_px, int height_px) {
    if (logo->scaled.width == width_px && logo->scaled.height == height_px) {
        logo->lacking = false;
        return &logo->scaled;
    }
    struct picture fresh = {.width = width_px, .height = height_px};
    uint32_t *pixels = malloc((size_t)width_px * (size_t)height_px * sizeof *pixels);
    float *row = malloc((size_t)logo->width * CHANNELS * sizeof *row);
    bool good = pixels != NULL && row != NULL;
    logo->lacking = !good;
    if (good) {
        scale(logo, &fresh, row, pixels);
        free(logo->scaled_pixels);
        logo->scaled_pixels = pixels;
        logo->scaled = fresh;
        logo->scaled.pixels = pixels;
    } else {
        free(pixels);
    }
    free(row);
    return good ? &logo->scaled : NULL;
}

bool logo_lacking(const struct logo *logo) {
    return logo != NULL && logo->lacking;
}

static void complain(struct diagnostics *diagnostics, const char *path, const char *words) {
    diagnostics_add(diagnostics, path, 0, NULL, NULL, NULL, "expected %s", words);
}

struct logo *logo_decode(const void *bytes, size_t count, const char *path,
                         struct diagnostics *diagnostics) {
    uint32_t width = 0, height = 0;
    char reason[PNG_REASON_BYTES] = "";
    if (!png_size(bytes, count, &width, &height)) {
        complain(diagnostics, path, "a PNG picture");
        return NULL;
    }
    if (width > LOGO_SIDE_MAX || height > LOGO_SIDE_MAX ||
        (size_t)width * height > LOGO_PIXELS_MAX) {
        diagnostics_add(diagnostics, path, 0, NULL, NULL, NULL,
                        "expected at most %d pixels a side and 4 million together, it has %u x %u",
                        LOGO_SIDE_MAX, (unsigned)width, (unsigned)height);
        return NULL;
    }
    struct logo *logo = calloc(1, sizeof *logo);
    uint32_t *pixels = malloc((size_t)width * height * sizeof *pixels);
    if (logo == NULL || pixels == NULL) {
        diagnostics_unreadable(diagnostics, path, ENOMEM);
    } else if (!png_decode(bytes, count, pixels, reason)) {
        diagnostics_add(diagnostics, path, 0, NULL, NULL, NULL,
                        "expected a whole PNG picture, it is broken: %s", reason);
    } else {
        *logo = (struct logo){.pixels = pixels, .width = (int)width, .height = (int)height};
        return logo;
    }
    free(pixels);
    free(logo);
    return NULL;
}

struct logo *logo_read(const char *path, struct diagnostics *diagnostics) {
    struct logo *logo = NULL;
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        diagnostics_unreadable(diagnostics, path, errno);
        return NULL;
    }
    uint8_t *bytes = malloc(LOGO_BYTES_MAX + 1);
    errno = bytes == NULL ? ENOMEM : 0;
    size_t count = bytes != NULL ? fread(bytes, 1, LOGO_BYTES_MAX + 1, file) : 0;
    if (bytes == NULL || ferror(file)) {
        diagnostics_unreadable(diagnostics, path, errno);
    } else if (count > LOGO_BYTES_MAX) {
        complain(diagnostics, path, "a picture of at most 4 MB");
    } else {
        logo = logo_decode(bytes, count, path, diagnostics);
    }
    free(bytes);
    (void)fclose(file);
    return logo;
}

void logo_destroy(struct logo *logo) {
    if (logo != NULL) {
        free(logo->pixels);
        free(logo->scaled_pixels);
        free(logo);
    }
}

void logo_size(const struct logo *logo, int *width_px, int *height_px) {
    *width_px = logo != NULL ? logo->width : 0;
    *height_px = logo != NULL ? logo->height : 0;
}
