/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arrow, noun and number of a counter: "-> Counter 4".
 *
 * In one line while that is large enough to be read together with the ticket; a label of words
 * ("Information and payments") turns into wrapped lines beside the arrow instead of shrinking
 * without end. The number is never shortened before the noun is.
 */
#include "core/layout_parts.h"

/* The pieces of the single line at one size. */
struct single {
    int noun_cap, arrow, gap, space, noun_width, label_width, width;
    enum face label_face;
};

static struct single single_measure(const struct pen *pen, const struct counter_text *text,
                                    int cap_px) {
    struct single single = {.noun_cap = cap_px * 62 / 100};
    if (single.noun_cap < pen->text_cap) {
        single.noun_cap = cap_px < pen->text_cap ? cap_px : pen->text_cap;
    }
    single.label_face = label_is_number(text->label) ? FACE_TICKET : FACE_STRONG;
    single.arrow = text->bare ? 0 : cap_px;
    single.gap = text->bare ? 0 : cap_px * 36 / 100 + 1;
    single.space = cap_px * 26 / 100 + 1;
    single.noun_width = pen_width(pen, FACE_STRONG, single.noun_cap, text->noun);
    single.label_width = pen_width(pen, single.label_face, cap_px, text->label);
    single.width = single.arrow + single.gap + single.noun_width + single.label_width;
    single.width += single.noun_width > 0 && single.label_width > 0 ? single.space : 0;
    return single;
}

int counter_width(const struct pen *pen, const struct counter_text *text, int cap_px) {
    return single_measure(pen, text, cap_px).width;
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
    struct box words = {x, area.y, single.width - single.arrow - single.gap, 0};
    size_t first = pen->scene->nodes_count;
    struct style noun = {FACE_STRONG, style->colour, ALIGN_LEFT, single.noun_cap};
    /* The noun stands on the number's baseline. */
    int drop = baseline - line_baseline(noun.face, noun.cap_px);
    struct box noun_area = {x, area.y + drop, single.noun_width, 0};
    pen_text(pen, &noun, noun_area, text->noun);
    x += single.noun_width + (single.noun_width > 0 ? single.space : 0);
    struct style label = {single.label_face, style->colour, ALIGN_LEFT, cap};
    int rise = baseline - line_baseline(label.face, cap);
    pen_text(pen, &label, (struct box){x, area.y + rise, single.label_width, 0}, text->label);
    /* "شباك 4" in a hall that reads from the left: the arrow stays, the noun stands right. */
    if (pen_against(pen, text->noun[0] != '\0' ? text->noun : text->label)) {
        pen_mirror(pen, first, words);
    }
    return line_height(cap);
}

/* Whether nothing is cut or broken. */
static bool words_whole(const struct pen *pen, const struct style *style, int width_px,
                        const struct wrapped *wrapped) {
    return !wrapped->broken && wrapped_whole(pen, style, width_px, wrapped);
}

/* Noun and label, or the label alone, in as many lines as area is high. False when something had to
 * be cut or broken. */
static bool wrap_words(const struct pen *pen, struct style *set, struct box area,
                       const struct counter_text *text, struct wrapped *wrapped) {
    char words[TEXT_BYTES] = "";
    const struct style first = *set;
    int least = set->cap_px < pen->text_cap ? set->cap_px : pen->text_cap;
    text_join(words, sizeof words, " ", text->noun);
    text_join(words, sizeof words, " ", text->label);
    wrapped->cap_min = least;
    pen_wrap_fit(pen, set, area, words, wrapped);
    if (text->label[0] != '\0' && !words_whole(pen, set, area.width, wrapped)) {
        /* A label of words says where to go without its noun. */
        *set = first;
        pen_wrap_fit(pen, set, area, text->label, wrapped);
    }
    return words_whole(pen, set, area.width, wrapped);
}

/* In words beside the arrow; without it if they are too long. */
static int set_lines(struct pen *pen, const struct style *style, struct box area,
                     const struct counter_text *text) {
    int cap = style->cap_px * 62 / 100;
    struct style set = {FACE_STRONG, style->colour, ALIGN_LEFT, cap};
    set.cap_px = cap > pen->text_cap ? cap : pen->text_cap;
    int tallest = line_cap(area.height);
    set.cap_px = set.cap_px < tallest ? set.cap_px : tallest;
    int arrow_max = per_mille(pen->unit, 90);
    int arrow = style->cap_px < arrow_max ? style->cap_px : arrow_max;
    int gap = arrow * 36 / 100 + 1;
    struct box column = {area.x + arrow + gap, area.y, area.width - arrow - gap, area.height};
    struct wrapped wrapped;
    const struct style first = set;
    if (text->bare || !wrap_words(pen, &set, column, text, &wrapped)) {
        arrow = 0;
        column = area;
        set = first;
        (void)wrap_words(pen, &set, column, text, &wrapped);
    }
    int height = (int)wrapped.count * line_height(set.cap_px);
    int spare = area.height > height ? (area.height - height) / 2 : 0;
    column.y += spare;
    if (arrow > height) {
        int less = arrow - height + gap - (height * 36 / 100 + 1);
        arrow = height;
        column.x -= less;
        column.width += less;
    }
    pen_arrow(pen, style->colour,
              (struct box){area.x, column.y + (height - arrow) / 2, arrow, arrow}, text->direction);
    for (size_t i = 0; i < wrapped.count; i++) {
        pen_text(pen, &set, column, wrapped.lines[i]);
        column.y += line_height(set.cap_px);
    }
    return spare + height;
}

/* A number: with its noun beside it, above it, or without. */
static int set_number(struct pen *pen, const struct style *style, struct box area,
                      const struct counter_text *text) {
    struct style set = *style;
    struct counter_text alone = *text;
    int least = set.cap_px < pen->call_cap ? set.cap_px : pen->call_cap;
    set.cap_px = counter_fit(pen, text, style->cap_px, area.width);
    if (set.cap_px >= least) {
        return set_single(pen, &set, area, text);
    }
    alone.noun = "";
    alone.bare = false;
    set.cap_px = counter_fit(pen, &alone, style->cap_px, area.width);
    int noun = line_height(pen->text_cap);
    if (area.height < noun + line_height(least)) {
        /* It has to be smaller and stays on the line. */
        int drop = line_baseline(FACE_TEXT, style->cap_px) - line_baseline(FACE_TEXT, set.cap_px);
        area.y += drop;
        return drop + set_single(pen, &set, area, &alone);
    }
    int tallest = line_cap(area.height - noun);
    set.cap_px = set.cap_px < tallest ? set.cap_px : tallest;
    struct style above = {FACE_STRONG, style->colour, style->align, pen->text_cap};
    pen_text(pen, &above, area, text->noun);
    area.y += noun;
    return noun + set_single(pen, &set, area, &alone);
}

int counter_set(struct pen *pen, const struct style *style, struct box area,
                const struct counter_text *text) {
    struct style set = *style;
    int tallest = line_cap(area.height);
    if (line_height(tallest) > area.height) {
        return 0;
    }
    set.cap_px = set.cap_px < tallest ? set.cap_px : tallest;
    if (label_is_number(text->label)) {
        return set_number(pen, &set, area, text);
    }
    int fitting = counter_fit(pen, text, set.cap_px, area.width);
    if (fitting >= pen->text_cap && fitting >= set.cap_px * 45 / 100) {
        /* In the middle, where lines of words would stand. */
        int spare = (area.height - line_height(fitting)) / 2;
        set.cap_px = fitting;
        area.y += spare;
        return spare + set_single(pen, &set, area, text);
    }
    return set_lines(pen, &set, area, text);
}
