/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each glyph at its place to a 64th of a pixel, hinted lightly: heights snap to pixels, widths do
 * not, so what was measured in the font's units is what is drawn.
 *
 * Coverage of neighbours is added, for two joined Arabic letters share the pixels of their seam and
 * each covers a part of them.
 */
#include "screen/outlines.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* At 3 dots per inch a point is a 24th of a pixel. Hinting and rounding move an edge by less than
 * MARGIN_PX. */
enum { FINE = 24, FINE_DPI = 3, MARGIN_PX = 3, LOAD = FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP };

struct outlines {
    FT_Library library;
    FT_Face face;
    int em_24ths;
};

/* Coverage while it is being drawn: pixel (0, 0) is left, top of the origin. */
struct sheet {
    uint8_t *bytes;
    int width, height;
    int left, top;
};

struct outlines *outlines_create(const void *bytes, size_t bytes_count, long index) {
    struct outlines *outlines = calloc(1, sizeof *outlines);
    if (outlines == NULL) {
        return NULL;
    }
    if (FT_Init_FreeType(&outlines->library) != 0) {
        free(outlines);
        return NULL;
    }
    if (FT_New_Memory_Face(outlines->library, bytes, (FT_Long)bytes_count, index,
                           &outlines->face) != 0) {
        outlines_destroy(outlines);
        return NULL;
    }
    return outlines;
}

void outlines_destroy(struct outlines *outlines) {
    if (outlines != NULL) {
        FT_Done_FreeType(outlines->library); /* and its face */
        free(outlines);
    }
}

bool outlines_size(struct outlines *outlines, int em_24ths) {
    if (outlines->em_24ths != em_24ths) {
        outlines->em_24ths = 0;
        if (FT_Set_Char_Size(outlines->face, 0, (FT_F26Dot6)em_24ths * 64, FINE_DPI, FINE_DPI) !=
            0) {
            return false;
        }
        outlines->em_24ths = em_24ths;
    }
    return true;
}

int outlines_top(struct outlines *outlines, uint32_t glyph) {
    bool good = FT_Load_Glyph(outlines->face, glyph, LOAD) == 0;
    return good ? (int)(outlines->face->glyph->metrics.horiBearingY >> 6) : 0;
}

static void blend(struct sheet *sheet, const FT_Bitmap *bitmap, int x0, int y0) {
    for (int row = 0; row < (int)bitmap->rows; row++) {
        int y = y0 + row;
        const uint8_t *from = bitmap->buffer + (ptrdiff_t)row * bitmap->pitch;
        for (int column = 0; column < (int)bitmap->width; column++) {
            int x = x0 + column;
            if (x < 0 || x >= sheet->width || y < 0 || y >= sheet->height) {
                continue;
            }
            uint8_t *to = sheet->bytes + (ptrdiff_t)y * sheet->width + x;
            int sum = *to + from[column];
            *to = (uint8_t)(sum < 255 ? sum : 255);
        }
    }
}

static bool draw_glyph(struct outlines *outlines, uint32_t number, double x, double y,
                       struct sheet *sheet) {
    FT_GlyphSlot slot = outlines->face->glyph;
    if (FT_Load_Glyph(outlines->face, number, LOAD) != 0 ||
        slot->format != FT_GLYPH_FORMAT_OUTLINE) {
        return false;
    }
    long at = lround(x * 64);
    FT_Outline_Translate(&slot->outline, at & 63, 0);
    if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0) {
        return false;
    }
    int left = (int)(at >> 6) + slot->bitmap_left - sheet->left;
    int top = sheet->top - slot->bitmap_top - (int)lround(y);
    blend(sheet, &slot->bitmap, left, top);
    return true;
}

static bool row_is_blank(const struct sheet *sheet, int y) {
    const uint8_t *row = sheet->bytes + (ptrdiff_t)y * sheet->width;
    return row[0] == 0 && memcmp(row, row + 1, (size_t)sheet->width - 1) == 0;
}

static bool column_is_blank(const struct sheet *sheet, int x) {
    const uint8_t *at = sheet->bytes + x;
    for (int y = 0; y < sheet->height; y++, at += sheet->width) {
        if (*at != 0) {
            return false;
        }
    }
    return true;
}

/* Copies the part that holds ink. */
static bool trim(const struct sheet *sheet, struct glyphs *glyphs) {
    int left = 0, right = sheet->width, top = 0, bottom = sheet->height;
    while (top < bottom && row_is_blank(sheet, top)) {
        top++;
    }
    while (bottom > top && row_is_blank(sheet, bottom - 1)) {
        bottom--;
    }
    while (left < right && column_is_blank(sheet, left)) {
        left++;
    }
    while (right > left && column_is_blank(sheet, right - 1)) {
        right--;
    }
    size_t width = (size_t)(right - left);
    size_t bytes = width * (size_t)(bottom - top);
    if (bytes == 0) {
        return true;
    }
    glyphs->bytes = malloc(bytes);
    if (glyphs->bytes == NULL) {
        return false;
    }
    for (int y = top; y < bottom; y++) {
        memcpy(glyphs->bytes + (size_t)(y - top) * width,
               sheet->bytes + (ptrdiff_t)y * sheet->width + left, width);
    }
    glyphs->width = (int)width;
    glyphs->height = bottom - top;
    glyphs->left = sheet->left + left;
    glyphs->top = sheet->top - top;
    return true;
}

bool outlines_draw(struct outlines *outlines, const struct shaped *shaped, int em,
                   struct glyphs *glyphs) {
    double scale = (double)outlines->em_24ths / FINE / em;
    memset(glyphs, 0, sizeof *glyphs);
    struct sheet sheet = {.left = (int)floor(shaped->left * scale) - MARGIN_PX,
                          .top = (int)ceil(shaped->top * scale) + MARGIN_PX};
    sheet.width = (int)ceil(shaped->right * scale) + MARGIN_PX - sheet.left;
    sheet.height = sheet.top - (int)floor(shaped->bottom * scale) + MARGIN_PX;
    sheet.bytes = calloc((size_t)sheet.width, (size_t)sheet.height);
    bool good = sheet.bytes != NULL;
    for (size_t i = 0; good && i < shaped->count; i++) {
        good = draw_glyph(outlines, shaped->glyphs[i].number, shaped->glyphs[i].x * scale,
                          shaped->glyphs[i].y * scale, &sheet);
    }
    good = good && trim(&sheet, glyphs);
    free(sheet.bytes);
    return good;
}
