/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The edges: header or alarm above, notices below.
 *
 * The header is the hall's name, the date and the clock: what a visitor misses least. So an alarm,
 * the honest line that something is not as it should be, takes its place, and the clock stays
 * beside it. On an upright screen name and date have a line each, and a long name has its own for
 * itself: the clock stands beside the date then. The footer is there while there are notices, so a
 * hall without any gives all the room to its calls. On a screen that is just large enough for one
 * call an alarm has all of it while no call is announced.
 */
#include "core/layout_parts.h"

#include <string.h>

enum {
    CALM_LINES_MAX = 3,
    LOGO_PER_CENT = 22 /* of the screen's width, at most */
};

/* A hall that starts is not in trouble yet: what its visitors read then is true, but no alarm. */
static bool calm(const struct view *view) {
    return view->start.lines_count > 0;
}

static struct style alarm_style(const struct pen *pen, const struct view *view) {
    enum colour ink = calm(view) ? COLOUR_INK : COLOUR_ALARM_INK;
    return (struct style){FACE_STRONG, ink, ALIGN_LEFT, pen->text_cap};
}

static struct style notice_style(const struct pen *pen) {
    return (struct style){FACE_TEXT, COLOUR_INK, ALIGN_LEFT, pen->text_cap};
}

static struct style clock_style(const struct pen *pen, enum colour colour) {
    return (struct style){FACE_STRONG, colour, ALIGN_RIGHT, plan_clock_cap(pen->plan)};
}

/* Width of the clock with the room before it; 0 without one, or where it would take half the line.
 */
static int clock_width(const struct pen *pen, const struct view *view) {
    struct style style = clock_style(pen, COLOUR_INK);
    int width = pen_width(pen, style.face, style.cap_px, view->clock);
    return width > 0 && 2 * width <= pen->width ? width + 2 * pen->margin : 0;
}

/* An alarm that has all of the screen has the clock's place too: words come first. */
static int alarm_clock_width(const struct pen *pen, const struct view *view) {
    return pen->plan->alarm_alone ? 0 : clock_width(pen, view);
}

/* What the sign and the gap behind it take. */
static int sign_px(const struct pen *pen, const struct view *view) {
    return calm(view) ? 0 : line_height(pen->text_cap) + pen->margin;
}

/* Each language on lines of its own, the second only if it is whole. Returns how many lines. */
static size_t wrap_alarm(const struct pen *pen, const struct view *view, int width_px,
                         struct frame *frame) {
    struct style style = alarm_style(pen, view);
    int room = width_px - sign_px(pen, view) - alarm_clock_width(pen, view);
    size_t lines = (size_t)pen->plan->alarm_lines;
    size_t count = 0;
    for (size_t i = 0; i < VIEW_ALARM_MAX; i++) {
        struct wrapped *wrapped = &frame->alarm[i];
        wrapped->most = lines - count;
        pen_wrap(pen, &style, room, view->alarm_texts[i], wrapped);
        /* There is no list yet that a whole sentence could take rows from. */
        while (calm(view) && i == 0 && wrapped->most < CALM_LINES_MAX &&
               !wrapped_whole(pen, &style, room, wrapped)) {
            wrapped->most++;
            pen_wrap(pen, &style, room, view->alarm_texts[i], wrapped);
        }
        lines = wrapped->most > lines ? wrapped->most : lines;
        if (i > 0 && !wrapped_whole(pen, &style, room, wrapped)) {
            wrapped->count = 0;
        }
        count += wrapped->count;
    }
    return count;
}

void frame_make(const struct pen *pen, const struct view *view, struct frame *frame) {
    memset(frame, 0, sizeof *frame);
    int width = pen->width - 4 * pen->margin;
    frame->edges.header_px = pen->plan->header ? plan_header_px(pen->plan) : 0;
    bool waits = pen->plan->alarm_alone && (calm(view) || view->hero.state == HERO_CALLING);
    if (view->alarm != ALARM_NONE && !waits) {
        int height = plan_alarm_px(pen->plan, (int)wrap_alarm(pen, view, width, frame));
        frame->edges.alarm = height > 0;
        if (height > frame->edges.header_px) {
            frame->edges.header_px = height;
        }
    }
    struct style style = notice_style(pen);
    frame->notice.most = (size_t)pen->plan->notice_lines;
    pen_wrap(pen, &style, width, view->notice, &frame->notice);
    /* As high for a short notice as for a long one, or the calls would jump whenever notices turn.
     */
    bool notice = frame->notice.count > 0;
    frame->edges.footer_px = notice ? plan_bar_px(pen->plan, pen->plan->notice_lines) : 0;
    frame->edges.alone = frame->edges.alarm && pen->plan->alarm_alone;
    if (frame->edges.alone) {
        frame->edges.header_px = pen->height;
        frame->edges.footer_px = 0;
    }
}

static void set_lines(struct pen *pen, const struct style *style, struct box area,
                      const struct wrapped *lines) {
    for (size_t i = 0; i < lines->count; i++) {
        pen_text(pen, style, area, lines->lines[i]);
        area.y += line_height(style->cap_px);
    }
}

/* The clock at the right of an area, in the middle of its height. Returns the width it took. */
static int set_clock(struct pen *pen, const struct view *view, enum colour colour,
                     struct box area) {
    struct style style = clock_style(pen, colour);
    int taken = clock_width(pen, view);
    int width = taken > 0 ? taken - 2 * pen->margin : 0;
    area.x += area.width - width;
    area.width = width;
    area.y += (area.height - line_height(style.cap_px)) / 2;
    pen_text(pen, &style, area, view->clock);
    return taken;
}

/* The date stands before the clock if name and date both have room. Returns the width it took. */
static int set_date(struct pen *pen, const struct view *view, struct box area, int name_width) {
    struct style style = {FACE_TEXT, COLOUR_SOFT, ALIGN_RIGHT, pen->text_cap};
    int width = pen_width(pen, style.face, style.cap_px, view->date);
    int gap = 2 * pen->margin;
    if (width == 0 || name_width + gap + width > area.width) {
        return 0;
    }
    area.x += area.width - width;
    area.width = width;
    area.y += (area.height - line_height(style.cap_px)) / 2;
    pen_text(pen, &style, area, view->date);
    return width + gap;
}

/* How wide the logo is at a height, at most so wide; its height follows. A pixel at least. */
static struct box logo_box(const struct view_logo *logo, int height_px, int width_max) {
    int64_t width = (int64_t)height_px * logo->width / logo->height;
    if (width > width_max) {
        width = width_max;
        height_px = (int)((int64_t)width_max * logo->height / logo->width);
    }
    return (struct box){0, 0, width > 1 ? (int)width : 1, height_px > 1 ? height_px : 1};
}

/* What the name needs of a header's width, at its least size. */
static int name_width(const struct pen *pen, const struct view *view) {
    return pen_width(pen, FACE_STRONG, pen->text_cap, view->hall);
}

static struct box logo_whole(const struct pen *pen, const struct view_logo *logo,
                             struct box inner) {
    if (logo->width <= 0 || logo->height <= 0) {
        return (struct box){0};
    }
    int height = inner.height - 2 * per_mille(pen->unit, 14);
    return logo_box(logo, height, pen->width * LOGO_PER_CENT / 100);
}

static int logo_gap(const struct pen *pen) {
    return pen->margin * 3 / 2;
}

/* The logo, at the left of the header and as high as it is inside, at most 22 % of the screen wide.
 * The hall's name is read and the logo recognised, so the logo gives way: it gets smaller, down to
 * half, until the name is whole between it and what stands beside the name, and is left out where
 * that does not help. Returns what is left for the rest. */
static struct box set_logo(struct pen *pen, const struct view *view, struct box inner,
                           int beside_px) {
    struct box box = logo_whole(pen, &view->logo, inner);
    int spare = inner.width - logo_gap(pen) - beside_px - name_width(pen, view);
    if (box.width == 0 || spare <= 0) {
        return inner;
    }
    if (box.width > spare) {
        struct box smaller = logo_box(&view->logo, box.height, spare);
        if (smaller.height * 2 < box.height) {
            return inner;
        }
        box = smaller;
    }
    box.x = inner.x;
    box.y = inner.y + (inner.height - box.height) / 2;
    pen_picture(pen, box);
    inner.x += box.width + logo_gap(pen);
    inner.width -= box.width + logo_gap(pen);
    return inner;
}

/* The lower line of an upright screen's header: the date, and the clock where the name needs the
 * upper line for itself. Half a date beside a clock tells nobody anything. */
static void set_below(struct pen *pen, const struct view *view, struct box line, bool clock) {
    struct style date = {FACE_TEXT, COLOUR_SOFT, ALIGN_LEFT, pen->text_cap};
    line.width -= clock ? set_clock(pen, view, COLOUR_INK, line) : 0;
    line.y += (line.height - line_height(date.cap_px)) / 2;
    if (!clock || pen_width(pen, date.face, date.cap_px, view->date) <= line.width) {
        pen_text(pen, &date, line, view->date);
    }
}

void layout_header(struct pen *pen, const struct view *view, struct box header) {
    pen_fill(pen, COLOUR_PANEL, header, 0);
    struct box inner = box_inset(header, 2 * pen->margin, 0);
    bool two = pen->plan->portrait;
    int clock = clock_width(pen, view);
    int logo = logo_whole(pen, &view->logo, inner).width;
    int need = (logo > 0 ? logo + logo_gap(pen) : 0) + name_width(pen, view) + clock;
    bool clock_below = two && need > inner.width;
    inner = set_logo(pen, view, inner, clock_below ? 0 : clock);
    struct box area = inner;
    int below = !two ? 0 : line_height(clock_below ? plan_clock_cap(pen->plan) : pen->text_cap);
    area.height -= below;
    area.width -= clock_below ? 0 : set_clock(pen, view, COLOUR_INK, area);
    if (two) {
        int y = area.y + area.height - per_mille(pen->unit, 12);
        set_below(pen, view, (struct box){inner.x, y, inner.width, below}, clock_below);
    }
    struct style name = {FACE_STRONG, COLOUR_INK, ALIGN_LEFT, pen->text_cap};
    name.cap_px = clock_below ? name.cap_px : name.cap_px * 108 / 100;
    name.cap_px = pen_fit(pen, &name, pen->text_cap, area.width, view->hall);
    if (!two) {
        int width = pen_width(pen, name.face, name.cap_px, view->hall);
        area.width -= set_date(pen, view, area, width);
    }
    area.y += (area.height - line_height(name.cap_px)) / 2;
    pen_text(pen, &name, area, view->hall);
}

void layout_alarm(struct pen *pen, const struct view *view, const struct frame *frame,
                  struct box header) {
    struct style style = alarm_style(pen, view);
    pen_fill(pen, calm(view) ? COLOUR_PANEL : COLOUR_ALARM, header, 0);
    struct box area = box_inset(header, 2 * pen->margin, 0);
    if (alarm_clock_width(pen, view) > 0) {
        area.width -= set_clock(pen, view, style.colour, area);
    }
    if (!calm(view)) {
        int side = line_height(style.cap_px);
        struct box disc = {area.x, area.y + (area.height - side) / 2, side, side};
        layout_sign(pen, COLOUR_ALARM_INK, COLOUR_ALARM, disc);
    }
    area.x += sign_px(pen, view);
    area.width -= sign_px(pen, view);
    size_t lines = frame->alarm[0].count + frame->alarm[1].count;
    area.y += (area.height - (int)lines * line_height(style.cap_px)) / 2;
    set_lines(pen, &style, area, &frame->alarm[0]);
    area.y += (int)frame->alarm[0].count * line_height(style.cap_px);
    set_lines(pen, &style, area, &frame->alarm[1]);
}

void layout_footer(struct pen *pen, const struct frame *frame, struct box footer) {
    struct style style = notice_style(pen);
    if (footer.height == 0) {
        return;
    }
    pen_fill(pen, COLOUR_PANEL, footer, 0);
    struct box area = box_inset(footer, 2 * pen->margin, 0);
    area.y += (area.height - (int)frame->notice.count * line_height(style.cap_px)) / 2;
    set_lines(pen, &style, area, &frame->notice);
}
