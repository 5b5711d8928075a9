/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a line of text to runs of one font, and from runs to pixels.
 *
 * A line is cut wherever the font changes, because a character is set in the first face of its role
 * that has it; marks stay with their base, blanks and punctuation with the run before. In the
 * ticket role each character is a run of its own and digits stand in equal cells: any ticket is
 * then made of a few dozen cached glyphs, so a number never seen before costs no rendering.
 *
 * "A base and the marks behind it" is all that a face must supply together in the scripts we set,
 * so that is what counts as a character here.
 *
 * Widths are measured once per text, for capitals one pixel high, and remembered under a hash of 64
 * bits; a layout asks for the same few dozen texts again and again. Two texts of one hash would be
 * needed for a wrong width; at 1024 entries that will not happen in the life of the sun.
 */
#include "screen/text.h"

#include "core/utf8.h"
#include "screen/masks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTHS = 1024 };

struct remembered {
    uint64_t hash; /* 0: empty */
    double width;
};

struct text {
    struct faces *faces;
    struct masks *masks;
    size_t cache_bytes;
    struct remembered widths[WIDTHS];
};

/* The part of a line that is set in one font. */
struct run {
    int font;
    char text[TEXT_BYTES];
    bool digit;   /* stands in the middle of a cell */
    double width; /* for capitals of one pixel */
};

struct text *text_create(struct faces *faces, size_t cache_bytes) {
    struct text *text = calloc(1, sizeof *text);
    if (text == NULL) {
        return NULL;
    }
    text->faces = faces;
    text->cache_bytes = cache_bytes;
    text->masks = masks_create(faces, cache_bytes);
    if (text->masks == NULL) {
        free(text);
        return NULL;
    }
    return text;
}

void text_destroy(struct text *text) {
    if (text != NULL) {
        masks_destroy(text->masks);
        free(text);
    }
}

static uint64_t hash_text(const char *text, uint64_t seed) {
    uint64_t hash = 14695981039346656037u ^ seed;
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    }
    return hash | 1u;
}

static struct remembered *recall(struct text *text, uint64_t hash) {
    return &text->widths[(hash >> 20) % WIDTHS];
}

/* Width of a run's text in its font, remembered. */
static double run_width(struct text *text, int font, const char *words) {
    uint64_t hash = hash_text(words, 0x100u + (uint64_t)font);
    struct remembered *slot = recall(text, hash);
    if (slot->hash != hash) {
        slot->hash = hash;
        slot->width = faces_width(text->faces, font, words);
    }
    return slot->width;
}

/* Whether a character stands on or joins the one before and must be set with it. */
static bool is_mark(uint32_t c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0483 && c <= 0x0489) ||
           (c >= 0x0591 && c <= 0x05C7) || (c >= 0x064B && c <= 0x065F) ||
           (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
           (c >= 0x200C && c <= 0x200D) || (c >= 0x20D0 && c <= 0x20FF) ||
           (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFE20 && c <= 0xFE2F);
}

/* Bytes of a character with the marks behind it, 0 at the end. */
static size_t cluster_bytes(const char *rest, uint32_t *base) {
    size_t bytes = utf8_read(rest, base);
    while (bytes > 0) {
        uint32_t next = 0;
        size_t more = utf8_read(rest + bytes, &next);
        if (more == 0 || !is_mark(next)) {
            break;
        }
        bytes += more;
    }
    return bytes;
}

static bool is_neutral(uint32_t codepoint) {
    return codepoint < 0x80u && !((codepoint | 0x20u) >= 'a' && (codepoint | 0x20u) <= 'z') &&
           !(codepoint >= '0' && codepoint <= '9');
}

/* Takes the next run from *rest. False at the end. */
static bool next_run(struct text *text, enum face role, const char **rest, struct run *run) {
    const char *start = *rest;
    uint32_t base = 0;
    size_t taken = cluster_bytes(start, &base);
    if (taken == 0) {
        return false;
    }
    run->font = faces_find(text->faces, role, base);
    run->digit = role == FACE_TICKET && base >= '0' && base <= '9';
    while (role != FACE_TICKET) {
        size_t more = cluster_bytes(start + taken, &base);
        bool same = more > 0 && ((is_neutral(base) && faces_has(text->faces, run->font, base)) ||
                                 faces_find(text->faces, role, base) == run->font);
        if (!same || taken + more >= sizeof run->text) {
            break;
        }
        taken += more;
    }
    taken = taken < sizeof run->text ? taken : sizeof run->text - 1;
    memcpy(run->text, start, taken);
    run->text[taken] = '\0';
    run->width = run->digit ? faces_digit_width(text->faces, run->font)
                            : run_width(text, run->font, run->text);
    *rest = start + taken;
    return true;
}

/* Width of a whole line for capitals of one pixel, remembered. */
static double line_width(struct text *text, enum face role, const char *words) {
    uint64_t hash = hash_text(words, (uint64_t)role);
    struct remembered *slot = recall(text, hash);
    if (slot->hash == hash) {
        return slot->width;
    }
    struct run run;
    double width = 0;
    const char *rest = words;
    while (next_run(text, role, &rest, &run)) {
        width += run.width;
    }
    slot->hash = hash;
    slot->width = width;
    return width;
}

static int measure(void *context, enum face face, int cap_px, const char *words) {
    return words[0] == '\0' ? 0 : (int)ceil(line_width(context, face, words) * cap_px) + 1;
}

struct metrics text_metrics(struct text *text) {
    return (struct metrics){text, measure};
}

/* Shortens a copy of the line until it fits with its ellipsis. */
static void shorten(struct text *text, const struct node *node, char *out) {
    size_t length = strlen(node->text.text);
    size_t room = TEXT_BYTES - sizeof "…";
    length = length < room ? length : room;
    do {
        while (length > 0 && ((unsigned char)node->text.text[length] & 0xC0u) == 0x80u) {
            length--;
        }
        size_t end = length;
        while (end > 0 && node->text.text[end - 1] == ' ') {
            end--;
        }
        memcpy(out, node->text.text, end);
        memcpy(out + end, "…", sizeof "…");
        if (measure(text, node->text.face, node->text.cap_px, out) <= node->box.width) {
            return;
        }
    } while (length-- > 0);
    out[0] = '\0';
}

static void paint_runs(struct text *text, struct canvas *canvas, const struct node *node,
                       const char *words, uint32_t colour) {
    int cap = node->text.cap_px;
    int width = measure(text, node->text.face, cap, words);
    int spare = node->box.width - width;
    double pen = node->box.x;
    if (node->text.align != ALIGN_LEFT) {
        pen += node->text.align == ALIGN_RIGHT ? spare : spare / 2;
    }
    int baseline = node->box.y + node->text.baseline_px;
    struct run run;
    const char *rest = words;
    while (next_run(text, node->text.face, &rest, &run)) {
        double indent = 0;
        if (run.digit) {
            indent = (run.width - run_width(text, run.font, run.text)) / 2 * cap;
        }
        const struct glyphs *glyphs = masks_get(text->masks, run.font, cap, run.text);
        if (glyphs != NULL && glyphs->bytes != NULL) {
            struct mask mask = {glyphs->bytes, glyphs->width, glyphs->height};
            int x = (int)floor(pen + indent + 0.5) + glyphs->left;
            canvas_mask(canvas, &mask, x, baseline - glyphs->top, colour);
        }
        pen += run.width * cap;
    }
}

void text_paint(struct text *text, struct canvas *canvas, const struct node *node,
                uint32_t colour) {
    struct box clip = canvas->clip;
    canvas->clip = box_intersect(clip, node->box);
    if (!box_empty(canvas->clip)) {
        const char *words = node->text.text;
        char shorter[TEXT_BYTES];
        if (measure(text, node->text.face, node->text.cap_px, words) > node->box.width) {
            shorten(text, node, shorter);
            words = shorter;
        }
        paint_runs(text, canvas, node, words, colour);
    }
    canvas->clip = clip;
}

void text_warm(struct text *text, int cap_px, const char *character) {
    struct run run;
    const char *rest = character;
    if (masks_bytes(text->masks) > text->cache_bytes * 3 / 4) {
        return;
    }
    if (next_run(text, FACE_TICKET, &rest, &run)) {
        (void)run_width(text, run.font, run.text);
        (void)masks_get(text->masks, run.font, cap_px, run.text);
    }
}
