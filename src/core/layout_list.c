/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The called list: every call at once, newest first, the ticket left and its counter right.
 *
 * All rows of a page share one pitch and one size, found as if every row carried the words "Called
 * again", so nothing jumps when a row is recalled. A fresh row is marked by a bar at its left edge:
 * a shape, not only a colour. Which rows are on the page is the board's business; the page text at
 * the foot says that there are more.
 */
#include "core/layout_parts.h"

#include <string.h>

struct rows {
    struct box box; /* of all rows */
    int pitch;
    int cap; /* of tickets and numbers */
    int again_cap;
    int ticket_width;
    bool again; /* there is room for the words under the number */
};

/* From the list's edge to the tickets: room for the mark of a fresh row. */
static int row_indent(const struct pen *pen) {
    return per_mille(pen->unit, 24);
}

static struct rows rows_measure(const struct pen *pen, const struct view *view, struct box box,
                                size_t count, size_t fit) {
    struct rows rows = {.box = box, .again_cap = pen->floor_cap};
    rows.pitch = box.height / (int)fit;
    int pitch_max = per_mille(pen->unit, 132);
    rows.pitch = rows.pitch < pitch_max ? rows.pitch : pitch_max;
    int room = rows.pitch - line_height(rows.again_cap) - per_mille(pen->unit, 7);
    /* Between two bars of text a row is low; a recall is still told in words before the numbers
     * are larger than need be. */
    rows.again = line_cap(room) * 100 >= pen->floor_cap * 85 && line_height(line_cap(room)) <= room;
    rows.cap = line_cap(rows.again ? room : rows.pitch - 1);
    int cap_max = per_mille(pen->unit, 52);
    rows.cap = rows.cap < cap_max ? rows.cap : cap_max;
    int most = box.width * 40 / 100;
    for (size_t i = 0; i < count; i++) {
        int width = pen_width(pen, FACE_TICKET, rows.cap, view->rows[i].ticket);
        width = width < most ? width : most;
        rows.ticket_width = width > rows.ticket_width ? width : rows.ticket_width;
    }
    return rows;
}

static void set_row(struct pen *pen, const struct view_row *row, const struct rows *rows, int y) {
    int marker = per_mille(pen->unit, 10);
    int height = line_height(rows->cap);
    bool again = row->again[0] != '\0' && rows->again;
    int block = height + (again ? line_height(rows->again_cap) : 0);
    int top = y + (rows->pitch - block) / (again ? 4 : 2);
    if (row->fresh) {
        struct box bar = {rows->box.x, y + rows->pitch / 8, marker, rows->pitch * 3 / 4};
        pen_fill(pen, COLOUR_ACCENT, bar, marker / 2);
    }
    int x = rows->box.x + row_indent(pen);
    struct style ticket = {FACE_TICKET, COLOUR_INK, ALIGN_LEFT, rows->cap};
    ticket.cap_px = pen_fit(pen, &ticket, 3, rows->ticket_width, row->ticket);
    /* On the counter's baseline, or on the middle of the row when it had to be smaller. */
    int drop = line_baseline(FACE_TEXT, rows->cap) - line_baseline(FACE_TICKET, rows->cap);
    drop += (ticket_height(rows->cap) - ticket_height(ticket.cap_px)) / 2;
    pen_text(pen, &ticket, (struct box){x, top + drop, rows->ticket_width, 0}, row->ticket);
    int gap = pen->margin;
    struct box area = {x + rows->ticket_width + gap, top, 0, height};
    area.width = rows->box.x + rows->box.width - area.x;
    struct counter_text text = {row->noun, row->label, DIRECTION_NONE};
    struct style counter = {FACE_STRONG, COLOUR_INK, ALIGN_LEFT, rows->cap};
    int used;
    if (again) {
        used = counter_set(pen, &counter, area, &text);
        used = used > height ? used : height;
        struct style words = {FACE_TEXT, COLOUR_SOFT, ALIGN_LEFT, rows->again_cap};
        int indent = rows->cap + rows->cap * 36 / 100 + 1;
        struct box below = {area.x + indent, top + used, area.width - indent, 0};
        if (pen_width(pen, words.face, words.cap_px, row->again) > below.width) {
            below.x = x;
            below.width = area.x + area.width - x;
        }
        pen_text(pen, &words, below, row->again);
        return;
    }
    /* Without those words a long label may use the whole row. */
    bool single = counter_fit(pen, &text, rows->cap, area.width) >= rows->cap * 45 / 100;
    if (!single) {
        area.y = y;
        area.height = rows->pitch - 1;
    }
    counter_set(pen, &counter, area, &text);
}

void layout_list(struct pen *pen, const struct view *view, struct box box) {
    pen_fill(pen, COLOUR_PANEL, box, per_mille(pen->unit, 22));
    int head = list_head_px(pen);
    int foot = list_foot_px(pen);
    struct box inner = box_inset(box, pen->margin, 0);
    struct style style = {FACE_STRONG, COLOUR_SOFT, ALIGN_LEFT, pen->text_cap};
    style.cap_px =
        pen_fit(pen, &style, pen->floor_cap, inner.width - row_indent(pen), view->called);
    struct box title = inner;
    title.x += row_indent(pen);
    title.width -= row_indent(pen);
    title.y += (head - line_height(style.cap_px)) / 2;
    pen_text(pen, &style, title, view->called);
    struct style page = {FACE_TEXT, COLOUR_SOFT, ALIGN_RIGHT, pen->floor_cap};
    struct box last = inner;
    last.y += inner.height - foot + (foot - line_height(page.cap_px)) / 2;
    pen_text(pen, &page, last, view->page_text);
    size_t fit = layout_rows(pen->width, pen->height);
    size_t count = view->rows_count < fit ? view->rows_count : fit;
    struct box area = {inner.x, inner.y + head, inner.width, inner.height - head - foot};
    if (area.height < (int)fit * 6) {
        return;
    }
    struct rows rows = rows_measure(pen, view, area, count, fit);
    for (size_t i = 0; i < count; i++) {
        int y = area.y + (int)i * rows.pitch;
        int thick = 1 + pen->unit / 1000;
        struct box line = {area.x + row_indent(pen), y, area.width - row_indent(pen), thick};
        pen_fill(pen, COLOUR_LINE, line, 0);
        set_row(pen, &view->rows[i], &rows, y + thick);
    }
}
