/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The urgent text: the whole screen, a sign, a head and the words, as large as they fit.
 *
 * All languages stand together and share one size, found by trying from large to small. Where even
 * the sheet's size for text is too large the words get smaller still, as far as they can be told
 * apart by those who walk up: to be cut would be worse. Only then does a text end in an ellipsis.
 */
#include "core/layout_parts.h"

#include <string.h>

/* Of the unit: the least capitals of an urgent text; own. */
enum { LEAST_THOUSANDTHS = 22 };

static int texts_height(const struct pen *pen, const struct view *view, const struct style *style,
                        int width_px) {
    int height = 0;
    struct wrapped wrapped = {.most = WRAPPED_LINES_MAX};
    for (size_t i = 0; i < view->urgent_count; i++) {
        pen_wrap(pen, style, width_px, view->urgent_texts[i], &wrapped);
        height += (int)wrapped.count * line_height(style->cap_px);
        if (wrapped.count == WRAPPED_LINES_MAX) {
            return INT16_MAX; /* may not be all of it */
        }
    }
    return height + (int)view->urgent_count * style->cap_px;
}

static void set_texts(struct pen *pen, const struct view *view, const struct style *style,
                      struct box area) {
    int bottom = area.y + area.height;
    int line = line_height(style->cap_px);
    for (size_t i = 0; i < view->urgent_count; i++) {
        /* Each of the languages left has the same right to what is left of the screen. */
        int share = (bottom - area.y) / (int)(view->urgent_count - i);
        size_t lines = share >= line ? (size_t)(share / line) : 0;
        if (texts_height(pen, view, style, area.width) <= area.height) {
            lines = WRAPPED_LINES_MAX;
        }
        struct wrapped wrapped = {.most = lines};
        if (lines > 0) {
            pen_wrap(pen, style, area.width, view->urgent_texts[i], &wrapped);
        }
        for (size_t j = 0; j < wrapped.count && area.y + line <= bottom; j++) {
            pen_text(pen, style, area, wrapped.lines[j]);
            area.y += line;
        }
        area.y += i + 1 < view->urgent_count ? style->cap_px : 0;
    }
}

void layout_urgent(struct pen *pen, const struct view *view) {
    struct box all = {0, 0, pen->width, pen->height};
    pen_fill(pen, COLOUR_URGENT, all, 0);
    struct box inner = box_inset(all, pen->margin * 3, pen->margin * 2);
    int usual = per_mille(pen->unit, 62);
    int head_cap = usual > pen->text_cap ? usual : pen->text_cap;
    int side = line_height(head_cap);
    layout_sign(pen, COLOUR_URGENT_INK, COLOUR_URGENT, (struct box){inner.x, inner.y, side, side});
    struct style head = {FACE_STRONG, COLOUR_URGENT_INK, ALIGN_LEFT, head_cap};
    struct box title = {inner.x + side + pen->margin, inner.y, inner.width - side - pen->margin,
                        side};
    head.cap_px = pen_fit(pen, &head, pen->text_cap, title.width, view->urgent_head);
    title.y += (side - line_height(head.cap_px)) / 2;
    pen_text(pen, &head, title, view->urgent_head);
    int gap = side + pen->margin * 2;
    pen_fill(
        pen, COLOUR_URGENT_INK,
        (struct box){inner.x, inner.y + side + pen->margin, inner.width, per_mille(pen->unit, 4)},
        0);
    inner.y += gap;
    inner.height -= gap;
    struct style style = {FACE_STRONG, COLOUR_URGENT_INK, ALIGN_LEFT, per_mille(pen->unit, 90)};
    int least = per_mille(pen->unit, LEAST_THOUSANDTHS);
    while (style.cap_px > least && texts_height(pen, view, &style, inner.width) > inner.height) {
        int smaller = style.cap_px * 92 / 100;
        style.cap_px = smaller > least ? smaller : least;
    }
    set_texts(pen, view, &style, inner);
}
