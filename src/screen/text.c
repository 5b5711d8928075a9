/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a line of text to runs of one font, one script and one direction, and from runs to pixels.
 *
 * A character is set in the first face of its role that has it; marks stay with their base, blanks
 * and punctuation with the run before. A line that holds Arabic or Hebrew is also cut at each
 * embedding level (bidi.c); every run is shaped from its logical text, and whole runs stand in
 * visual order. A line's base direction is that of its own first strong character
 * (core/reading.h). Lines of other scripts never come near FriBidi.
 *
 * In the ticket role each character is a run of its own and digits stand in equal cells: any ticket
 * is then made of a few dozen cached glyphs, so a number never seen before costs no rendering.
 * Arabic letters are the exception: they join ("باب"), or they would be no word. Without kerning
 * some letters would nearly touch ("KA"), so there is air between them.
 *
 * "A base and the marks behind it" is all that a face must supply together in the scripts we set,
 * so that is what counts as a character here.
 *
 * Widths are measured once per text, for capitals one pixel high, and remembered under a hash of 64
 * bits; a layout asks for the same few dozen texts again and again. Two texts of one hash would be
 * needed for a wrong width; at 1024 entries that will not happen in the life of the sun.
 */
#include "screen/text.h"

#include "core/reading.h"
#include "core/utf8.h"
#include "screen/bidi.h"
#include "screen/masks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Added between two characters of a ticket, in capitals' heights, so that their closest points are
 * 10 % of it apart or more (ADA Standards 2010, 703.5.8). Without, Y and T of DejaVu Sans touch,
 * and of Inter K and A are 5 % apart, I and 4 9 %. What digits need is in their cell (faces.c). */
#define AIR_LETTERS 0.10
#define AIR_LETTER_DIGIT 0.02

enum { WIDTHS = 1024 };

struct remembered {
    uint64_t hash; /* 0: empty */
    double width;  /* or a size in per cent */
};

/* The part of a line that is set in one font. */
struct run {
    size_t start, bytes; /* in the line */
    int font;
    uint32_t script; /* 0 while only of what every script uses */
    int8_t level;
    bool digit;   /* stands in the middle of a cell */
    int per_cent; /* of the line's size */
    double width; /* for capitals of one pixel */
    double air;   /* so much stays free to the right of it */
};

/* A line being set: its characters in the order of reading, and its runs. */
struct line {
    size_t count;
    uint32_t characters[TEXT_BYTES];
    uint16_t starts[TEXT_BYTES + 1]; /* bytes before each, and before the end */
    int8_t levels[TEXT_BYTES];
    size_t runs_count;
    struct run runs[TEXT_BYTES];
    int8_t run_levels[TEXT_BYTES];
    uint16_t order[TEXT_BYTES]; /* of the runs, from left to right */
};

struct text {
    struct faces *faces;
    struct masks *masks;
    size_t cache_bytes;
    struct remembered widths[WIDTHS];
    struct line line; /* the one in hand */
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
    /* Mixed before the first character: else "1" of one face would be "3" of another. */
    uint64_t hash = (14695981039346656037u ^ seed) * 1099511628211u;
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    }
    return hash | 1u;
}

static struct remembered *recall(struct text *text, uint64_t hash) {
    return &text->widths[(hash >> 20) % WIDTHS];
}

/* Width of a span, remembered. */
static double span_width(struct text *text, const struct span *span) {
    uint64_t seed = 0x100u + (uint64_t)span->font + (span->from_right ? 0x80u : 0u) +
                    ((uint64_t)span->per_cent << 16);
    uint64_t hash = hash_text(span->text, seed);
    struct remembered *slot = recall(text, hash);
    if (slot->hash != hash) {
        slot->hash = hash;
        slot->width = faces_width(text->faces, span);
    }
    return slot->width;
}

/* Whether a character stands on or joins the one before and must be set with it. */
static bool is_mark(uint32_t c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0483 && c <= 0x0489) ||
           (c >= 0x0591 && c <= 0x05BD) || c == 0x05BF || c == 0x05C1 || c == 0x05C2 ||
           c == 0x05C4 || c == 0x05C5 || c == 0x05C7 || (c >= 0x0610 && c <= 0x061A) ||
           (c >= 0x064B && c <= 0x065F) || c == 0x0670 || (c >= 0x06D6 && c <= 0x06DC) ||
           (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
           (c >= 0x200C && c <= 0x200D) || (c >= 0x20D0 && c <= 0x20FF) ||
           (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFE20 && c <= 0xFE2F);
}

/* Marks of direction and the like: they order a line and are not drawn. */
static bool is_unseen(uint32_t c) {
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static bool is_neutral(uint32_t codepoint) {
    return codepoint < 0x80u && !((codepoint | 0x20u) >= 'a' && (codepoint | 0x20u) <= 'z') &&
           !(codepoint >= '0' && codepoint <= '9');
}

/* Reads the characters of a line and the level of each. */
static void read_line(struct text *text, const char *words) {
    struct line *line = &text->line;
    size_t at = 0;
    line->count = 0;
    while (line->count < TEXT_BYTES) {
        size_t bytes = utf8_read(words + at, &line->characters[line->count]);
        line->starts[line->count] = (uint16_t)at;
        if (bytes == 0) {
            break;
        }
        at += bytes;
        line->count++;
    }
    line->starts[line->count] = (uint16_t)at;
    if (!reading_mixed(words)) {
        memset(line->levels, 0, line->count);
    } else if (!bidi_levels(line->characters, line->count, reading_of(words) == READING_FROM_RIGHT,
                            line->levels)) {
        faces_fall_short(text->faces);
    }
}

/* The number of the first character behind the one at `at` and its marks. */
static size_t cluster_end(const struct line *line, size_t at) {
    do {
        at++;
    } while (at < line->count && is_mark(line->characters[at]));
    return at;
}

/* The font of the character at `at` and its marks: the first that has the character, unless it
 * lacks a mark and the mark's own font has both. */
static int cluster_font(struct text *text, enum face role, size_t at) {
    const struct line *line = &text->line;
    uint32_t base = line->characters[at];
    int font = faces_find(text->faces, role, base);
    for (size_t i = at + 1; i < cluster_end(line, at); i++) {
        uint32_t mark = line->characters[i];
        int other = faces_find(text->faces, role, mark);
        if (!faces_has(text->faces, font, mark) && faces_has(text->faces, other, base)) {
            font = other;
        }
    }
    return font;
}

/* Whether the character at `at` is set in the run that stands before it. */
static bool run_goes_on(struct text *text, enum face role, const struct run *run, size_t at) {
    const struct line *line = &text->line;
    uint32_t c = line->characters[at];
    uint32_t script = shaping_script(c);
    bool arabic = shaping_is_arabic(run->script) && shaping_is_arabic(script);
    if (is_unseen(c) || line->levels[at] != run->level || (role == FACE_TICKET && !arabic) ||
        (script != 0 && run->script != 0 && script != run->script)) {
        return false;
    }
    bool alone = cluster_end(line, at) == at + 1;
    return (alone && is_neutral(c) && faces_has(text->faces, run->font, c)) ||
           cluster_font(text, role, at) == run->font;
}

/* The span of a run, to be shaped. */
static void span_of(const struct run *run, const char *words, struct span *span) {
    span->font = run->font;
    span->per_cent = run->per_cent;
    span->from_right = run->level % 2 != 0;
    memcpy(span->text, words + run->start, run->bytes);
    span->text[run->bytes] = '\0';
}

/* The size of a run in per cent of its line's, remembered. Scripts without capitals keep to the
 * room that a line has by their tallest and deepest letters, so all of a script has one size; in a
 * ticket, where letters stand alone, each by itself. */
static int run_per_cent(struct text *text, enum face role, const char *words,
                        const struct run *run) {
    static const struct line_room text_room = {TEXT_ABOVE_PER_CENT, TEXT_BELOW_PER_CENT};
    static const struct line_room ticket_room = {TICKET_ABOVE_PER_CENT, TICKET_BELOW_PER_CENT};
    bool ticket = role == FACE_TICKET;
    const char *letters = shaping_extremes(run->script);
    struct span span;
    if (letters == NULL) {
        return 100;
    }
    span_of(run, words, &span);
    if (!ticket || shaping_is_arabic(run->script)) {
        (void)snprintf(span.text, sizeof span.text, "%s", letters);
    }
    uint64_t seed = 0x10000000u + (uint64_t)span.font + (ticket ? 0x100u : 0u);
    uint64_t hash = hash_text(span.text, seed);
    struct remembered *slot = recall(text, hash);
    if (slot->hash != hash) {
        slot->hash = hash;
        slot->width = faces_fit_per_cent(text->faces, &span, ticket ? &ticket_room : &text_room);
    }
    return (int)slot->width;
}

static void finish_run(struct text *text, enum face role, const char *words, struct run *run) {
    struct span span;
    run->air = 0;
    run->per_cent = 100;
    run->per_cent = run_per_cent(text, role, words, run);
    if (run->digit) {
        run->width = faces_digit_width(text->faces, run->font);
        return;
    }
    span_of(run, words, &span);
    run->width = span_width(text, &span);
}

/* Takes the run that begins with the character at `at`. Returns the number of the first character
 * behind it. */
static size_t take_run(struct text *text, enum face role, size_t at, struct run *run) {
    const struct line *line = &text->line;
    uint32_t base = line->characters[at];
    size_t end = cluster_end(line, at);
    run->start = line->starts[at];
    run->font = cluster_font(text, role, at);
    run->script = shaping_script(base);
    run->level = line->levels[at];
    run->digit = role == FACE_TICKET && base >= '0' && base <= '9';
    while (end < line->count && run_goes_on(text, role, run, end)) {
        uint32_t script = shaping_script(line->characters[end]);
        run->script = script != 0 ? script : run->script;
        end = cluster_end(line, end);
    }
    run->bytes = line->starts[end] - run->start;
    return end;
}

static double air_between(const struct run *left, const struct run *right) {
    bool left_letter = left->script != 0, right_letter = right->script != 0;
    if (left_letter && right_letter) {
        return AIR_LETTERS;
    }
    return (left_letter && right->digit) || (left->digit && right_letter) ? AIR_LETTER_DIGIT : 0;
}

/* Cuts a line into runs and finds their order. */
static void set_line(struct text *text, enum face role, const char *words) {
    struct line *line = &text->line;
    read_line(text, words);
    line->runs_count = 0;
    for (size_t at = 0; at < line->count;) {
        if (is_unseen(line->characters[at])) {
            at++;
            continue;
        }
        struct run *run = &line->runs[line->runs_count];
        at = take_run(text, role, at, run);
        finish_run(text, role, words, run);
        line->run_levels[line->runs_count++] = run->level;
    }
    bidi_order(line->run_levels, line->runs_count, line->order);
    for (size_t i = 0; role == FACE_TICKET && i + 1 < line->runs_count; i++) {
        struct run *run = &line->runs[line->order[i]];
        run->air = air_between(run, &line->runs[line->order[i + 1]]);
    }
}

/* Width of a whole line for capitals of one pixel, remembered. */
static double line_width(struct text *text, enum face role, const char *words) {
    uint64_t hash = hash_text(words, (uint64_t)role);
    struct remembered *slot = recall(text, hash);
    if (slot->hash == hash) {
        return slot->width;
    }
    double width = 0;
    set_line(text, role, words);
    for (size_t i = 0; i < text->line.runs_count; i++) {
        width += text->line.runs[i].width + text->line.runs[i].air;
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
    struct span span;
    set_line(text, node->text.face, words);
    for (size_t i = 0; i < text->line.runs_count; i++) {
        const struct run *run = &text->line.runs[text->line.order[i]];
        double indent = 0;
        span_of(run, words, &span);
        if (run->digit) {
            indent = (run->width - span_width(text, &span)) / 2 * cap;
        }
        const struct glyphs *glyphs = masks_get(text->masks, &span, cap);
        if (glyphs != NULL && glyphs->bytes != NULL) {
            struct mask mask = {glyphs->bytes, glyphs->width, glyphs->height};
            int x = (int)floor(pen + indent + 0.5) + glyphs->left;
            canvas_mask(canvas, &mask, x, baseline - glyphs->top, colour);
        }
        pen += (run->width + run->air) * cap;
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
    struct span span;
    if (masks_bytes(text->masks) > text->cache_bytes * 3 / 4) {
        return;
    }
    set_line(text, FACE_TICKET, character);
    if (text->line.runs_count > 0) {
        span_of(&text->line.runs[0], character, &span);
        (void)span_width(text, &span);
        (void)masks_get(text->masks, &span, cap_px);
    }
}

uint32_t text_missing(struct text *text, enum face face, const char *words) {
    struct line *line = &text->line;
    struct span span;
    set_line(text, face, words);
    for (size_t i = 0; i < line->count; i++) {
        uint32_t c = line->characters[i];
        if (!is_unseen(c) && !is_mark(c) &&
            !faces_has(text->faces, faces_find(text->faces, face, c), c)) {
            return c;
        }
    }
    for (size_t i = 0; i < line->runs_count; i++) {
        uint32_t first = 0;
        span_of(&line->runs[i], words, &span);
        (void)utf8_read(span.text, &first);
        if (!faces_draws(text->faces, &span)) {
            return first;
        }
    }
    return 0;
}
