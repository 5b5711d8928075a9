/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arrow, noun and number of a counter: "-> Counter 4".
 *
 * In one line while that is large enough to be read together with the ticket; a label of words
 * ("Information and payments") turns into wrapped lines beside the arrow instead of shrinking
 * without end. The number is never shortened before the noun is.
 */
#include "core/layout_parts.h"

#include <string.h>

/* A label of up to 4 characters is a number and stands in the ticket's face, larger than its noun;
 * a longer one is words. */
static bool label_is_number(const char *label) {
    size_t characters = 0;
    for (; *label != '\0'; label++) {
        characters += ((unsigned char)*label & 0xC0u) != 0x80u;
    }
    return characters <= 4;
}

/* The pieces of the single line at one size. */
struct single {
    int noun_cap, arrow, gap, space, noun_width, label_width, width;
    enum face label_face;
};

static struct single single_measure(const struct pen *pen, const struct counter_text *text,
                                    int cap_px) {
    struct single single = {.noun_cap = cap_px * 62 / 100};
    if (single.noun_cap < pen->floor_cap) {
        single.noun_cap = cap_px < pen->floor_cap ? cap_px : pen->floor_cap;
    }
    single.label_face = label_is_number(text->label) ? FACE_TICKET : FACE_STRONG;
    single.arrow = cap_px;
    single.gap = cap_px * 36 / 100 + 1;
    single.space = cap_px * 26 / 100 + 1;
    single.noun_width = pen_width(pen, FACE_STRONG, single.noun_cap, text->noun);
    single.label_width = pen_width(pen, single.label_face, cap_px, text->label);
    single.width = single.arrow + single.gap + single.noun_width + single.label_width;
    single.width += single.noun_width > 0 && single.label_width > 0 ? single.space : 0;
    return single;
}

int counter_fit(const struct pen *pen, const struct counter_text *text, int cap_px, int width_px) {
    int cap = cap_px;
    while (cap > 3 && single_measure(pen, text, cap).width > width_px) {
        int smaller = cap * 94 / 100;
        cap = smaller < cap ? smaller : cap - 1;
    }
    return cap;
}

static int set_single(struct pen *pen, const struct style *style, struct box area,
                      const struct counter_text *text) {
    int cap = style->cap_px;
    struct single single = single_measure(pen, text, cap);
    /* The noun gives way first, then the size; the number stays whole. */
    while (cap > 3 && single.arrow + single.gap + single.label_width > area.width) {
        cap--;
        single = single_measure(pen, text, cap);
    }
    if (single.width > area.width) {
        int over = single.width - area.width;
        single.noun_width = single.noun_width > over ? single.noun_width - over : 0;
        single.width = area.width;
    }
    int label_max = area.width - single.arrow - single.gap;
    label_max -= single.noun_width > 0 ? single.noun_width + single.space : 0;
    single.label_width = single.label_width < label_max ? single.label_width : label_max;
    int x = style->align == ALIGN_RIGHT ? area.x + area.width - single.width : area.x;
    int baseline = line_baseline(FACE_TEXT, cap);
    pen_arrow(pen, style->colour, (struct box){x, area.y + baseline - cap, single.arrow, cap},
              text->direction);
    x += single.arrow + single.gap;
    struct style noun = {FACE_STRONG, style->colour, ALIGN_LEFT, single.noun_cap};
    /* The noun stands on the number's baseline. */
    int drop = baseline - line_baseline(noun.face, noun.cap_px);
    struct box noun_area = {x, area.y + drop, single.noun_width, 0};
    pen_text(pen, &noun, noun_area, text->noun);
    x += single.noun_width + (single.noun_width > 0 ? single.space : 0);
    struct style label = {single.label_face, style->colour, ALIGN_LEFT, cap};
    int rise = baseline - line_baseline(label.face, cap);
    pen_text(pen, &label, (struct box){x, area.y + rise, single.label_width, 0}, text->label);
    return line_height(cap);
}

/* In words beside the arrow, as many lines as the area is high. */
static int set_lines(struct pen *pen, const struct style *style, struct box area,
                     const struct counter_text *text) {
    char words[TEXT_BYTES] = "";
    text_join(words, sizeof words, " ", text->noun);
    text_join(words, sizeof words, " ", text->label);
    int cap = style->cap_px * 62 / 100;
    struct style set = {FACE_STRONG, style->colour, ALIGN_LEFT, cap};
    set.cap_px = cap > pen->floor_cap ? cap : pen->floor_cap;
    int arrow_max = per_mille(pen->unit, 90);
    int arrow = style->cap_px < arrow_max ? style->cap_px : arrow_max;
    int gap = arrow * 36 / 100 + 1;
    struct box column = {area.x + arrow + gap, area.y, area.width - arrow - gap, area.height};
    if (line_height(set.cap_px) > area.height) {
        set.cap_px = line_cap(area.height);
    }
    int least = set.cap_px < pen->floor_cap ? set.cap_px : pen->floor_cap;
    struct wrapped wrapped;
    struct style first = set;
    wrapped.cap_min = least;
    pen_wrap_fit(pen, &set, column, words, &wrapped);
    if (text->label[0] != '\0' && !wrapped_whole(pen, &set, column.width, &wrapped)) {
        /* A label of words says where to go without its noun. */
        set = first;
        wrapped.cap_min = least;
        pen_wrap_fit(pen, &set, column, text->label, &wrapped);
    }
    int height = (int)wrapped.count * line_height(set.cap_px);
    int spare = area.height > height ? (area.height - height) / 2 : 0;
    area.y += spare;
    column.y += spare;
    pen_arrow(pen, style->colour,
              (struct box){area.x, area.y + (height > arrow ? (height - arrow) / 2 : 0), arrow,
                           arrow < height ? arrow : height},
              text->direction);
    for (size_t i = 0; i < wrapped.count; i++) {
        pen_text(pen, &set, column, wrapped.lines[i]);
        column.y += line_height(set.cap_px);
    }
    return spare + height;
}

int counter_set(struct pen *pen, const struct style *style, struct box area,
                const struct counter_text *text) {
    struct style set = *style;
    int tallest = line_cap(area.height);
    if (line_height(tallest) > area.height) {
        return 0;
    }
    set.cap_px = set.cap_px < tallest ? set.cap_px : tallest;
    int fitting = counter_fit(pen, text, set.cap_px, area.width);
    bool legible = fitting >= pen->floor_cap && fitting >= set.cap_px * 45 / 100;
    bool room_for_two = area.height >= 2 * line_height(pen->floor_cap);
    if (legible || (label_is_number(text->label) && !room_for_two)) {
        int least = set.cap_px < pen->floor_cap ? set.cap_px : pen->floor_cap;
        set.cap_px = fitting > least ? fitting : least;
        return set_single(pen, &set, area, text);
    }
    return set_lines(pen, &set, area, text);
}
