/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HarfBuzz with its own reading of font tables.
 *
 * SDL_ttf 2.20 of Debian 12 shapes with HarfBuzz too, and was what this program used. Measured with
 * DejaVu Sans at 100 pixels: it sets "بر" right, but its ink begins 4.2 pixels left of the origin,
 * SDL_ttf moves it to the edge of its surface and has no function that tells how far; a run after
 * it stands wrong by that much. It also knows no glyph's place, so no test could say that a letter
 * joined. Here a run is shaped once, in the font's units, for all sizes.
 *
 * Refused: hb-ft (ties what is shaped to one size of a FreeType face), a language per run (the
 * layout's texts have none; the faces used differ by it in nothing that a hall shows).
 */
#include "screen/shaping.h"

#include "core/utf8.h"

#include <hb.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 8 };

struct shaping {
    hb_font_t *font;
    hb_buffer_t *buffer;
    int em;
    size_t features_count;
    hb_feature_t features[FEATURES_MAX];
};

/* Reads up to FEATURES_MAX. False when one makes no sense or there are more. */
static bool read_features(const char *words, hb_feature_t *features, size_t *count) {
    for (*count = 0; words[strspn(words, " \t")] != '\0';) {
        words += strspn(words, " \t");
        size_t bytes = strcspn(words, ",");
        if (*count == FEATURES_MAX ||
            !hb_feature_from_string(words, (int)bytes, &features[(*count)])) {
            return false;
        }
        (*count)++;
        words += bytes + (words[bytes] == ',' ? 1 : 0);
    }
    return true;
}

bool shaping_reads_features(const char *features) {
    hb_feature_t read[FEATURES_MAX];
    size_t count;
    return read_features(features, read, &count);
}

struct shaping *shaping_create(const void *bytes, size_t bytes_count, unsigned index,
                               const char *features) {
    struct shaping *shaping = calloc(1, sizeof *shaping);
    if (shaping == NULL) {
        return NULL;
    }
    (void)read_features(features, shaping->features, &shaping->features_count);
    hb_blob_t *blob =
        hb_blob_create(bytes, (unsigned)bytes_count, HB_MEMORY_MODE_READONLY, NULL, NULL);
    hb_face_t *face = hb_face_create(blob, index);
    hb_blob_destroy(blob);
    shaping->font = hb_font_create(face);
    shaping->buffer = hb_buffer_create();
    shaping->em = (int)hb_face_get_upem(face);
    bool good = hb_face_get_glyph_count(face) > 0 && shaping->font != hb_font_get_empty() &&
                hb_buffer_allocation_successful(shaping->buffer);
    hb_face_destroy(face);
    if (!good) {
        shaping_destroy(shaping);
        return NULL;
    }
    return shaping;
}

void shaping_destroy(struct shaping *shaping) {
    if (shaping != NULL) {
        hb_buffer_destroy(shaping->buffer);
        hb_font_destroy(shaping->font);
        free(shaping);
    }
}

int shaping_em(const struct shaping *shaping) {
    return shaping->em;
}

uint32_t shaping_glyph(struct shaping *shaping, uint32_t codepoint) {
    hb_codepoint_t glyph = 0;
    return hb_font_get_nominal_glyph(shaping->font, codepoint, &glyph) ? glyph : 0;
}

static hb_script_t script_of(uint32_t codepoint) {
    hb_script_t script = hb_unicode_script(hb_unicode_funcs_get_default(), codepoint);
    bool own =
        script != HB_SCRIPT_COMMON && script != HB_SCRIPT_INHERITED && script != HB_SCRIPT_UNKNOWN;
    return own ? script : HB_SCRIPT_INVALID;
}

uint32_t shaping_script(uint32_t codepoint) {
    return (uint32_t)script_of(codepoint);
}

bool shaping_is_arabic(uint32_t script) {
    return script == (uint32_t)HB_SCRIPT_ARABIC;
}

const char *shaping_extremes(uint32_t script) {
    switch ((hb_script_t)script) {
    case HB_SCRIPT_ARABIC:
        return "أإقجعيخسشمـؤ لآ";
    case HB_SCRIPT_HEBREW:
        return "לקךףץן";
    default:
        return NULL;
    }
}

/* The script of a run: that of its first character which has one. */
static hb_script_t script_of_text(const char *text) {
    hb_script_t script = HB_SCRIPT_INVALID;
    uint32_t codepoint = 0;
    for (size_t bytes; script == HB_SCRIPT_INVALID && (bytes = utf8_read(text, &codepoint)) > 0;) {
        script = script_of(codepoint);
        text += bytes;
    }
    return script != HB_SCRIPT_INVALID ? script : HB_SCRIPT_COMMON;
}

/* Widens the ink by that of one glyph. */
static void add_ink(struct shaping *shaping, struct shaped *shaped, size_t i, bool *inked) {
    hb_glyph_extents_t extents;
    if (!hb_font_get_glyph_extents(shaping->font, shaped->glyphs[i].number, &extents) ||
        extents.width == 0 || extents.height == 0) {
        return;
    }
    int left = shaped->glyphs[i].x + extents.x_bearing;
    int right = left + extents.width;
    int top = shaped->glyphs[i].y + extents.y_bearing;
    int bottom = top + extents.height; /* a negative height: downwards */
    shaped->left = *inked && shaped->left < left ? shaped->left : left;
    shaped->right = *inked && shaped->right > right ? shaped->right : right;
    shaped->top = *inked && shaped->top > top ? shaped->top : top;
    shaped->bottom = *inked && shaped->bottom < bottom ? shaped->bottom : bottom;
    *inked = true;
}

bool shaping_run(struct shaping *shaping, const char *text, bool from_right,
                 struct shaped *shaped) {
    hb_buffer_t *buffer = shaping->buffer;
    memset(shaped, 0, sizeof *shaped);
    hb_buffer_clear_contents(buffer);
    hb_buffer_add_utf8(buffer, text, -1, 0, -1);
    hb_buffer_set_direction(buffer, from_right ? HB_DIRECTION_RTL : HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer, script_of_text(text));
    hb_shape(shaping->font, buffer, shaping->features, (unsigned)shaping->features_count);
    if (!hb_buffer_allocation_successful(buffer)) {
        hb_buffer_reset(buffer);
        return false;
    }
    unsigned count = 0;
    const hb_glyph_info_t *infos = hb_buffer_get_glyph_infos(buffer, &count);
    const hb_glyph_position_t *places = hb_buffer_get_glyph_positions(buffer, &count);
    bool inked = false;
    int y = 0;
    for (unsigned i = 0; i < count && i < GLYPHS_MAX; i++) {
        shaped->glyphs[i].number = infos[i].codepoint;
        shaped->glyphs[i].x = shaped->advance + places[i].x_offset;
        shaped->glyphs[i].y = y + places[i].y_offset;
        shaped->advance += places[i].x_advance;
        y += places[i].y_advance;
        add_ink(shaping, shaped, i, &inked);
        shaped->count++;
    }
    return true;
}
