/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines for staff above the footer: a configuration that was refused, with file and line, or safe
 * mode and why.
 *
 * Small and in quiet colours: whoever puts it right stands before the screen, and a visitor who
 * waits should not think that it is meant for them. It takes no more than a quarter of the screen
 * and leaves the calls their room, so on a low screen fewer lines are there, on a very low one
 * none: the log and the report on the card have them all. It does not change with calls, so nothing
 * jumps.
 *
 * Considered and refused: in the place of the welcome (a hall that works goes on calling, and its
 * staff would never see it); turning pages (a list of mistakes is read with a pencil in hand).
 */
#include "core/layout_parts.h"

enum { LINES_MAX = 12 };

static struct style staff_style(const struct pen *pen, size_t text) {
    int cap = sheet_staff_cap(pen->unit, pen->text_cap);
    return (struct style){text == 0 ? FACE_STRONG : FACE_TEXT, text == 0 ? COLOUR_INK : COLOUR_SOFT,
                          ALIGN_LEFT, cap};
}

static int line_px(const struct pen *pen) {
    return line_height(staff_style(pen, 0).cap_px);
}

static int pad_px(const struct pen *pen) {
    return per_mille(pen->unit, 10);
}

/* Beside the sign. */
static int text_width(const struct pen *pen) {
    return pen->width - 4 * pen->margin - line_px(pen) - pen->margin;
}

/* Breaks one of the texts into at most wrapped->most lines. */
static void wrap(const struct pen *pen, const struct view *view, size_t index,
                 struct wrapped *wrapped) {
    struct style style = staff_style(pen, index);
    pen_wrap(pen, &style, text_width(pen), view->trouble[index], wrapped);
}

int trouble_height(const struct pen *pen, const struct view *view, const struct sheet *sheet,
                   int header_px) {
    int lines = 0;
    for (size_t i = 0; i < VIEW_TROUBLE_MAX && view->trouble[i][0] != '\0'; i++) {
        struct wrapped wrapped = {.most = WRAPPED_LINES_MAX};
        wrap(pen, view, i, &wrapped);
        lines += (int)wrapped.count;
    }
    lines = lines < LINES_MAX ? lines : LINES_MAX;
    while (lines > 0) {
        int height = 2 * pad_px(pen) + lines * line_px(pen);
        if (height * 4 <= pen->height && plan_leaves(pen->plan, sheet, header_px, height)) {
            return height;
        }
        lines--;
    }
    return 0;
}

void layout_trouble(struct pen *pen, const struct view *view, struct box area) {
    if (area.height == 0) {
        return;
    }
    pen_fill(pen, COLOUR_PANEL, area, 0);
    area = box_inset(area, 2 * pen->margin, pad_px(pen));
    int line = line_px(pen);
    layout_sign(pen, COLOUR_SOFT, COLOUR_PANEL, (struct box){area.x, area.y, line, line});
    area.x += line + pen->margin;
    area.width = text_width(pen);
    int lines = area.height / line;
    for (size_t i = 0; i < VIEW_TROUBLE_MAX && lines > 0 && view->trouble[i][0] != '\0'; i++) {
        struct style style = staff_style(pen, i);
        struct wrapped wrapped = {.most = (size_t)lines};
        wrap(pen, view, i, &wrapped);
        for (size_t j = 0; j < wrapped.count; j++) {
            pen_text(pen, &style, area, wrapped.lines[j]);
            area.y += line;
        }
        lines -= (int)wrapped.count;
    }
}
