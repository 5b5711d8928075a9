/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frame of the layout: where header, card, list, honest line and notice are.
 *
 * Landscape: header, then the card on 62 % of the width with the list beside it, then the bars.
 * Portrait: the card above the list. The bars at the foot take only what their text needs, so an
 * undisturbed hall gives all the room to its calls; the number of rows never depends on them,
 * because the board's pager must know it before anything is laid out.
 */
#include "core/layout_parts.h"

#include <string.h>

static int header_px(const struct pen *pen, bool portrait) {
    return per_mille(pen->unit, portrait ? 168 : 96);
}

static int bar_pad(const struct pen *pen) {
    return per_mille(pen->unit, 12);
}

static int bar_px(const struct pen *pen, int cap_px, size_t lines) {
    return lines == 0 ? 0 : (int)lines * line_height(cap_px) + 2 * bar_pad(pen);
}

int list_head_px(const struct pen *pen) {
    return line_height(pen->text_cap) + per_mille(pen->unit, 16);
}

int list_foot_px(const struct pen *pen) {
    return line_height(pen->floor_cap) + per_mille(pen->unit, 8);
}

int list_pitch_min_px(const struct pen *pen) {
    return per_mille(pen->unit, 106);
}

/* Splits what is left between header and bars. */
static void frame_body(const struct pen *pen, int bottom, struct frame *frame) {
    int m = pen->margin;
    int w = pen->width;
    int top = frame->header.height + m;
    int height = bottom - top;
    if (frame->portrait) {
        int hero = (height - m) * 48 / 100;
        frame->hero = (struct box){m, top, w - 2 * m, hero};
        frame->list = (struct box){m, top + hero + m, w - 2 * m, height - m - hero};
        return;
    }
    int hero = (w - 3 * m) * 62 / 100;
    frame->hero = (struct box){m, top, hero, height};
    frame->list = (struct box){hero + 2 * m, top, w - 3 * m - hero, height};
}

static void frame_parts(const struct pen *pen, int alarm_px, int footer_px, struct frame *frame) {
    int w = pen->width;
    int bottom = pen->height;
    frame->portrait = pen->height > w;
    frame->header = (struct box){0, 0, w, header_px(pen, frame->portrait)};
    frame->footer = (struct box){0, bottom - footer_px, w, footer_px};
    bottom -= footer_px;
    frame->alarm = (struct box){0, bottom - alarm_px, w, alarm_px};
    bottom -= alarm_px;
    frame_body(pen, bottom - pen->margin, frame);
}

void frame_make(const struct pen *pen, const struct view *view, struct frame *frame) {
    memset(frame, 0, sizeof *frame);
    bool portrait = pen->height > pen->width;
    size_t lines_max = portrait ? 4 : 2;
    int width = pen->width - 4 * pen->margin;
    struct style alarm = {FACE_STRONG, COLOUR_ALARM_INK, ALIGN_LEFT, pen->text_cap};
    if (view->alarm != ALARM_NONE) {
        int sign = line_height(alarm.cap_px) + pen->margin;
        struct box area = {0, 0, width - sign, (int)lines_max * line_height(pen->text_cap)};
        frame->alarm_lines.cap_min = pen->text_cap;
        pen_wrap_fit(pen, &alarm, area, view->alarm_text, &frame->alarm_lines);
    }
    struct style notice = {FACE_TEXT, COLOUR_INK, ALIGN_LEFT, pen->text_cap};
    struct box area = {0, 0, width, (int)lines_max * line_height(pen->text_cap)};
    frame->footer_lines.cap_min = pen->floor_cap;
    pen_wrap_fit(pen, &notice, area, view->notice, &frame->footer_lines);
    frame->footer_cap = notice.cap_px;
    frame_parts(pen, bar_px(pen, alarm.cap_px, frame->alarm_lines.count),
                bar_px(pen, notice.cap_px, frame->footer_lines.count), frame);
}

size_t layout_rows(int width_px, int height_px) {
    struct pen pen = pen_make(width_px, height_px);
    struct frame frame = {.portrait = false};
    /* As many as fit above a notice of two lines. The honest line squeezes them, never fewer. */
    frame_parts(&pen, 0, bar_px(&pen, pen.text_cap, 2), &frame);
    int room = frame.list.height - list_head_px(&pen) - list_foot_px(&pen);
    int rows = room / list_pitch_min_px(&pen);
    return rows < 1 ? 1 : rows > VIEW_ROWS_MAX ? VIEW_ROWS_MAX : (size_t)rows;
}

static void layout_lines(struct pen *pen, const struct style *style, struct box area,
                         const struct wrapped *lines) {
    for (size_t i = 0; i < lines->count; i++) {
        pen_text(pen, style, area, lines->lines[i]);
        area.y += line_height(style->cap_px);
    }
}

static void layout_name(struct pen *pen, const char *name, struct box area) {
    struct style style = {FACE_STRONG, COLOUR_INK, ALIGN_LEFT, per_mille(pen->unit, 36)};
    struct wrapped wrapped;
    wrapped.cap_min = pen->floor_cap;
    pen_wrap_fit(pen, &style, area, name, &wrapped);
    area.y += (area.height - (int)wrapped.count * line_height(style.cap_px)) / 2;
    layout_lines(pen, &style, area, &wrapped);
}

/* The date stands beside the clock, in portrait below the name. Returns the width it took. */
static int layout_date(struct pen *pen, const char *date, struct box area, bool portrait) {
    struct style style = {FACE_TEXT, COLOUR_SOFT, portrait ? ALIGN_LEFT : ALIGN_RIGHT,
                          pen->text_cap};
    style.cap_px = pen_fit(pen, &style, pen->floor_cap, area.width, date);
    int width = pen_width(pen, style.face, style.cap_px, date);
    if (!portrait && width < area.width) {
        area.x += area.width - width;
        area.width = width;
    }
    area.y += (area.height - line_height(style.cap_px)) / 2;
    pen_text(pen, &style, area, date);
    return area.width;
}

void layout_header(struct pen *pen, const struct view *view, const struct frame *frame) {
    int m = 2 * pen->margin;
    struct box inner = box_inset(frame->header, m, 0);
    pen_fill(pen, COLOUR_PANEL, frame->header, 0);
    struct box upper = inner;
    if (frame->portrait) {
        upper.height = inner.height * 56 / 100;
    }
    struct style clock = {FACE_STRONG, COLOUR_INK, ALIGN_RIGHT, per_mille(pen->unit, 44)};
    int clock_width = pen_width(pen, clock.face, clock.cap_px, view->clock);
    struct box right = {inner.x + inner.width - clock_width,
                        upper.y + (upper.height - line_height(clock.cap_px)) / 2, clock_width, 0};
    pen_text(pen, &clock, right, view->clock);
    int left_width = inner.width - clock_width - (clock_width > 0 ? m : 0);
    if (frame->portrait) {
        struct box lower = {inner.x, upper.height, inner.width, inner.height - upper.height};
        lower.height -= per_mille(pen->unit, 16);
        layout_date(pen, view->date, lower, true);
    } else if (view->date[0] != '\0') {
        struct box area = {inner.x + left_width / 2, inner.y, left_width - left_width / 2,
                           inner.height};
        left_width -= layout_date(pen, view->date, area, false) + m;
    }
    struct box left = {inner.x, upper.y, left_width, upper.height};
    layout_name(pen, view->hall, left);
}

void layout_bars(struct pen *pen, const struct view *view, const struct frame *frame) {
    int m = 2 * pen->margin;
    if (view->alarm != ALARM_NONE && frame->alarm_lines.count > 0) {
        struct style style = {FACE_STRONG, COLOUR_ALARM_INK, ALIGN_LEFT, pen->text_cap};
        struct box inner = box_inset(frame->alarm, m, bar_pad(pen));
        int side = line_height(style.cap_px);
        pen_fill(pen, COLOUR_ALARM, frame->alarm, 0);
        struct box sign = {inner.x, inner.y + (inner.height - side) / 2, side, side};
        layout_sign(pen, COLOUR_ALARM_INK, COLOUR_ALARM, sign);
        inner.x += side + pen->margin;
        inner.width -= side + pen->margin;
        layout_lines(pen, &style, inner, &frame->alarm_lines);
    }
    if (frame->footer_lines.count > 0) {
        struct style style = {FACE_TEXT, COLOUR_INK, ALIGN_LEFT, frame->footer_cap};
        pen_fill(pen, COLOUR_PANEL, frame->footer, 0);
        layout_lines(pen, &style, box_inset(frame->footer, m, bar_pad(pen)), &frame->footer_lines);
    }
}
