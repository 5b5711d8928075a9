/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is special about a call, as signs with words: called again, called to another counter, out
 * of turn.
 *
 * The shapes differ in outline, not in colour, so they tell the marks apart in grey, from afar and
 * in a language that the visitor cannot read. The most important mark comes first; where there is
 * no room for all the words, the last ones keep their sign.
 */
#include "core/layout_parts.h"

enum { MARKS_MAX = 3 };

struct mark {
    enum sign sign;
    const char *words;
};

/* Marks in one size; the first `worded` of them with their words. */
struct marks {
    struct mark list[MARKS_MAX];
    size_t count, worded;
    struct style style;
};

static void add_mark(struct marks *marks, enum sign sign, const char *words) {
    if (words[0] != '\0') {
        marks->list[marks->count++] = (struct mark){sign, words};
        marks->worded = marks->count;
    }
}

static struct marks marks_of(const struct call_marks *call, const struct style *style) {
    struct marks marks = {.count = 0, .style = *style};
    add_mark(&marks, SIGN_MOVED, call->moved);
    add_mark(&marks, SIGN_PRIORITY, call->priority);
    add_mark(&marks, SIGN_AGAIN, call->again);
    return marks;
}

static int sign_px(const struct marks *marks) {
    return marks->style.cap_px * 128 / 100 + 1;
}

/* Between a sign and its words. */
static int sign_gap(const struct marks *marks) {
    return marks->style.cap_px * 45 / 100 + 1;
}

/* Between two marks. */
static int mark_gap(const struct marks *marks) {
    return marks->style.cap_px * 50 / 100 + 1;
}

/* Left and right of what stands on a label; a label with a sign alone is a disc. */
static int label_pad(const struct marks *marks, bool words) {
    int height = line_height(marks->style.cap_px);
    return words ? height * 42 / 100 : (height - sign_px(marks)) / 2;
}

static int mark_width(const struct pen *pen, const struct marks *marks, size_t i) {
    bool words = i < marks->worded;
    int width = sign_px(marks) + 2 * label_pad(marks, words);
    if (words) {
        const struct style *style = &marks->style;
        width += sign_gap(marks);
        width += pen_width(pen, style->face, style->cap_px, marks->list[i].words);
    }
    return width;
}

static int marks_width(const struct pen *pen, const struct marks *marks) {
    int width = 0;
    for (size_t i = 0; i < marks->count; i++) {
        width += mark_width(pen, marks, i) + (i > 0 ? mark_gap(marks) : 0);
    }
    return width;
}

/* A third mark gives up its words, then all become smaller, then the third one leaves (a call to
 * another counter is a recall for everybody who reads it), then the second one gives up its words.
 */
static void marks_fit(const struct pen *pen, struct marks *marks, int width_px) {
    int *cap = &marks->style.cap_px;
    if (marks->worded == MARKS_MAX && marks_width(pen, marks) > width_px) {
        marks->worded--;
    }
    while (*cap > pen->text_cap && marks_width(pen, marks) > width_px) {
        int smaller = *cap * 94 / 100;
        *cap = smaller > pen->text_cap ? smaller : pen->text_cap;
    }
    if (marks->count == MARKS_MAX && marks_width(pen, marks) > width_px) {
        marks->count--;
    }
    if (marks->worded > 1 && marks_width(pen, marks) > width_px) {
        marks->worded--;
    }
}

/* One mark in a line that begins at box.y; box.width may be less than it needs. */
static void mark_set(struct pen *pen, const struct marks *marks, size_t i, struct box box) {
    const struct style *style = &marks->style;
    int pad = label_pad(marks, i < marks->worded);
    int side = sign_px(marks);
    int middle = box.y + line_baseline(style->face, style->cap_px) - style->cap_px / 2;
    struct box sign = {box.x + pad, middle - side / 2, side, side};
    if (box.width < side + 2 * pad) {
        return;
    }
    pen_sign(pen, style->colour, sign, marks->list[i].sign);
    if (i < marks->worded) {
        int used = pad + side + sign_gap(marks);
        struct box words = {box.x + used, box.y, box.width - used - pad, 0};
        pen_text(pen, style, words, marks->list[i].words);
    }
}

int marks_labels(struct pen *pen, const struct call_marks *call, const struct style *style,
                 struct box area) {
    struct marks marks = marks_of(call, style);
    enum colour ground = style->colour == COLOUR_CARD ? COLOUR_INK : COLOUR_ACCENT_INK;
    if (marks.count == 0) {
        return 0;
    }
    marks_fit(pen, &marks, area.width);
    int over = marks_width(pen, &marks) - area.width;
    int height = line_height(marks.style.cap_px);
    int y = area.y + (area.height - height) / 2;
    int x = area.x + area.width;
    for (size_t i = 0; i < marks.count; i++) {
        int width = mark_width(pen, &marks, i) - (i == 0 && over > 0 ? over : 0);
        x -= width;
        struct box box = {x, y, width, height};
        pen_fill(pen, ground, box, height / 2);
        mark_set(pen, &marks, i, box);
        x -= mark_gap(&marks);
    }
    return area.x + area.width - x;
}

void marks_words(const struct call_marks *call, char *out, size_t out_bytes) {
    /* A call to another counter is a recall for everybody who reads it. */
    out[0] = '\0';
    text_join(out, out_bytes, " · ", call->moved[0] != '\0' ? call->moved : call->again);
    text_join(out, out_bytes, " · ", call->priority);
}

/* Whether words are whole on up to two lines, none of them broken. */
static bool fit_words(const struct pen *pen, const struct style *style, struct box area,
                      const char *words, struct wrapped *wrapped) {
    if (area.width <= 0 || 2 * line_height(style->cap_px) > area.height) {
        return false;
    }
    wrapped->most = 2;
    pen_wrap(pen, style, area.width, words, wrapped);
    for (size_t i = 0; i < wrapped->count; i++) {
        if (pen_width(pen, style->face, style->cap_px, wrapped->lines[i]) > area.width) {
            return false;
        }
    }
    return !wrapped->broken;
}

void marks_row(struct pen *pen, const struct call_marks *call, struct box area) {
    struct style style = {FACE_TEXT, COLOUR_SOFT, ALIGN_RIGHT, pen->text_cap};
    struct marks marks = marks_of(call, &style);
    int side = sign_px(&marks);
    for (size_t i = 0; i < marks.count && area.width >= side; i++) {
        area.width -= side;
        struct box sign = {area.x + area.width, area.y + (area.height - side) / 2, side, side};
        pen_sign(pen, COLOUR_INK, sign, marks.list[i].sign);
        area.width -= sign_gap(&marks);
    }
    struct wrapped wrapped;
    if (marks.count == 0 || !fit_words(pen, &style, area, marks.list[0].words, &wrapped)) {
        return;
    }
    area.y += (area.height - (int)wrapped.count * line_height(style.cap_px)) / 2;
    for (size_t i = 0; i < wrapped.count; i++) {
        pen_text(pen, &style, area, wrapped.lines[i]);
        area.y += line_height(style.cap_px);
    }
}
