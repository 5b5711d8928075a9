/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The called list: every call at once, newest first, the ticket left and its counter right.
 *
 * All rows of a page share one pitch and one size, so nothing jumps when a row comes, goes or is
 * recalled. Where the list is wide enough for it every counter has its noun; else only a counter
 * that is not the hall's usual kind, in place of the arrow. A fresh row is marked by a bar at its
 * left edge: a shape, not only a colour. Which rows are on the page is the board's business; the
 * page text beside the head says that there are more.
 */
#include "core/layout_parts.h"

struct rows {
    int pitch;
    int cap; /* of tickets and numbers */
    int ticket_width;
    bool nouns; /* each counter has its noun */
};

static struct counter_text place_of(const struct view_row *row, bool noun) {
    return (struct counter_text){noun ? row->noun : "", row->label, DIRECTION_NONE, false};
}

/* Where a row's counter begins and how wide it may be. */
static struct box place_box(const struct pen *pen, const struct rows *rows, struct box row) {
    int before = plan_row_indent(pen->plan) + rows->ticket_width + plan_row_gap(pen->plan);
    row.x += before;
    row.width -= before;
    return row;
}

static void set_ticket_width(const struct pen *pen, const struct view *view, struct box column,
                             size_t count, struct rows *rows) {
    int share = column.width * 46 / 100;
    int sure = plan_ticket_px(pen->plan);
    int most = share > sure ? share : sure;
    for (size_t i = 0; i < count; i++) {
        int width = pen_width(pen, FACE_TICKET, rows->cap, view->rows[i].ticket);
        width = width < most ? width : most;
        rows->ticket_width = width > rows->ticket_width ? width : rows->ticket_width;
    }
}

/* Whether each number of the page stands beside its ticket at this size. */
static bool numbers_fit(const struct pen *pen, const struct view *view, size_t count, int width_px,
                        int cap_px) {
    for (size_t i = 0; i < count; i++) {
        struct counter_text text = place_of(&view->rows[i], false);
        if (label_is_number(text.label) && counter_width(pen, &text, cap_px) > width_px) {
            return false;
        }
    }
    return true;
}

static struct rows rows_measure(const struct pen *pen, const struct view *view, struct box column,
                                size_t count) {
    const struct plan *plan = pen->plan;
    struct rows rows = {.pitch = column.height / plan->rows, .nouns = true};
    int pitch_max = plan_pitch_px(plan) * 135 / 100;
    rows.pitch = rows.pitch < pitch_max ? rows.pitch : pitch_max;
    rows.cap = line_cap(rows.pitch - 1 - pen->unit / 1000);
    /* In a band the call stands above the list and must be the largest. */
    int cap_max = plan->arrangement == ARRANGE_BAND ? pen->call_cap : pen->call_cap * 112 / 100;
    rows.cap = rows.cap < cap_max ? rows.cap : cap_max;
    set_ticket_width(pen, view, column, count, &rows);
    if (!numbers_fit(pen, view, count, place_box(pen, &rows, column).width, rows.cap)) {
        rows.cap = rows.cap < pen->call_cap ? rows.cap : pen->call_cap;
        rows.ticket_width = 0;
        set_ticket_width(pen, view, column, count, &rows);
    }
    int room = place_box(pen, &rows, column).width;
    for (size_t i = 0; i < count && rows.nouns; i++) {
        struct counter_text text = place_of(&view->rows[i], true);
        rows.nouns =
            !label_is_number(text.label) || counter_fit(pen, &text, rows.cap, room) == rows.cap;
    }
    return rows;
}

/* A number stands on the ticket's line; words take the height of the row. */
static void set_place(struct pen *pen, const struct view_row *row, const struct rows *rows,
                      struct box at) {
    struct style style = {FACE_STRONG, COLOUR_INK, ALIGN_LEFT, rows->cap};
    struct box area = place_box(pen, rows, at);
    if (!label_is_number(row->label)) {
        struct counter_text words = place_of(row, true);
        counter_set(pen, &style, area, &words);
        return;
    }
    struct counter_text text = place_of(row, rows->nouns || row->noun_needed);
    text.bare = row->noun_needed && !rows->nouns;
    struct box line = area;
    line.height = line_height(rows->cap);
    line.y += (area.height - line.height) / 2;
    counter_set(pen, &style, line, &text);
    int used = counter_width(pen, &text, rows->cap) + pen->margin;
    area.x += used;
    area.width -= used;
    struct call_marks marks = {row->again, row->moved, row->priority};
    marks_row(pen, &marks, area);
}

static void set_row(struct pen *pen, const struct view_row *row, const struct rows *rows,
                    struct box at) {
    int marker = per_mille(pen->unit, 10);
    if (row->fresh) {
        struct box bar = {at.x, at.y + at.height / 8, marker, at.height * 3 / 4};
        pen_fill(pen, COLOUR_ACCENT, bar, marker / 2);
    }
    struct style ticket = {FACE_TICKET, COLOUR_INK, ALIGN_LEFT, rows->cap};
    ticket.cap_px = pen_fit_ticket(pen, &ticket, rows->ticket_width, row->ticket);
    /* On the counter's baseline, or on the middle of the row when it had to be smaller. */
    int top = at.y + (at.height - line_height(rows->cap)) / 2;
    int drop = line_baseline(FACE_TEXT, rows->cap) - line_baseline(FACE_TICKET, rows->cap);
    drop += (ticket_height(rows->cap) - ticket_height(ticket.cap_px)) / 2;
    int x = at.x + plan_row_indent(pen->plan);
    pen_text(pen, &ticket, (struct box){x, top + drop, rows->ticket_width, 0}, row->ticket);
    set_place(pen, row, rows, at);
}

static void set_head(struct pen *pen, const struct view *view, struct box head) {
    struct style page = {FACE_TEXT, COLOUR_SOFT, ALIGN_RIGHT, pen->text_cap};
    head.x += plan_row_indent(pen->plan);
    head.width -= plan_row_indent(pen->plan);
    head.y += (head.height - line_height(page.cap_px)) / 2;
    int width = pen_width(pen, page.face, page.cap_px, view->page_text);
    width = width < head.width ? width : head.width;
    struct box right = {head.x + head.width - width, head.y, width, 0};
    pen_text(pen, &page, right, view->page_text);
    head.width -= width > 0 ? width + pen->margin : 0;
    struct style style = {FACE_STRONG, COLOUR_SOFT, ALIGN_LEFT, pen->text_cap};
    /* Both languages, or the first alone: half a word tells nobody anything. */
    bool both = pen_width(pen, style.face, style.cap_px, view->called) <= head.width;
    bool first = !both && view->called_first[0] != '\0';
    pen_text(pen, &style, head, first ? view->called_first : view->called);
}

void layout_list(struct pen *pen, const struct view *view, struct box box) {
    const struct plan *plan = pen->plan;
    /* An alarm may leave less than a row that can be read: then none. */
    if (box.height < plan_list_head_px(plan) + plan->rows * line_height(plan->text_cap)) {
        return;
    }
    pen_fill(pen, COLOUR_PANEL, box, per_mille(pen->unit, 22));
    struct box inner = box_inset(box, pen->margin, 0);
    int head = plan_list_head_px(plan);
    if (head > 0) {
        set_head(pen, view, (struct box){inner.x, inner.y, inner.width, head});
    }
    size_t per_column = (size_t)plan->rows;
    size_t fit = per_column * (size_t)plan->columns;
    size_t count = view->rows_count < fit ? view->rows_count : fit;
    struct box column = {inner.x, inner.y + head, inner.width, inner.height - head};
    column.width = (inner.width - (plan->columns - 1) * 2 * pen->margin) / plan->columns;
    struct rows rows = rows_measure(pen, view, column, count);
    int thick = 1 + pen->unit / 1000;
    for (size_t i = 0; i < count; i++) {
        struct box at = column;
        at.x += (int)(i / per_column) * (column.width + 2 * pen->margin);
        at.y += (int)(i % per_column) * rows.pitch;
        struct box line = {at.x + plan_row_indent(plan), at.y, at.width - plan_row_indent(plan),
                           thick};
        if (i % per_column > 0 || head > 0) {
            pen_fill(pen, COLOUR_LINE, line, 0);
        }
        at.y += thick;
        at.height = rows.pitch - thick;
        set_row(pen, &view->rows[i], &rows, at);
    }
}
