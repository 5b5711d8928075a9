/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The card before the first call: a welcome in the hall's own languages.
 *
 * Each language has a slot of the same height, so that none is below another's. Where the card is
 * too low for all the last ones are left out: the hall's most important language comes first. A
 * hint is there whole or not at all: half a sentence tells nobody anything.
 */
#include "core/layout_parts.h"

/* One language of the welcome, large, its hint below. Returns the height used. */
static int set_welcome(struct pen *pen, const char *text, const char *hint, struct box area) {
    int start = area.y;
    struct style head = {FACE_STRONG, COLOUR_INK, ALIGN_LEFT, pen->text_cap * 150 / 100};
    struct style body = {FACE_TEXT, COLOUR_SOFT, ALIGN_LEFT, pen->text_cap};
    struct wrapped wrapped;
    struct box upper = area;
    upper.height = hint[0] != '\0' ? area.height * 58 / 100 : area.height;
    int most = 2 * line_height(head.cap_px);
    upper.height = upper.height < most ? upper.height : most;
    wrapped.cap_min = pen->text_cap;
    pen_wrap_fit(pen, &head, upper, text, &wrapped);
    for (size_t i = 0; i < wrapped.count && area.height >= line_height(head.cap_px); i++) {
        pen_text(pen, &head, area, wrapped.lines[i]);
        area.y += line_height(head.cap_px);
        area.height -= line_height(head.cap_px);
    }
    wrapped.cap_min = pen->text_cap;
    pen_wrap_fit(pen, &body, area, hint, &wrapped);
    bool whole = wrapped_whole(pen, &body, area.width, &wrapped);
    for (size_t i = 0; whole && i < wrapped.count && area.height >= line_height(body.cap_px); i++) {
        pen_text(pen, &body, area, wrapped.lines[i]);
        area.y += line_height(body.cap_px);
        area.height -= line_height(body.cap_px);
    }
    return area.y - start;
}

void layout_welcome(struct pen *pen, const struct view *view, struct box box) {
    pen_fill(pen, COLOUR_CARD, box, per_mille(pen->unit, 22));
    struct box inner = box_inset(box, plan_card_pad(pen->plan), plan_card_pad(pen->plan) * 7 / 10);
    size_t count = 0;
    while (count < VIEW_LANGS_MAX && view->welcome[count][0] != '\0') {
        count++;
    }
    /* A slot must hold two lines, or the last languages wait outside. */
    int slot_min = line_height(pen->text_cap) * 2;
    while (count > 1 && inner.height / (int)count < slot_min) {
        count--;
    }
    int slot = count > 0 ? inner.height / (int)count : 0;
    for (size_t i = 0; i < count; i++) {
        struct box area = {inner.x, inner.y + (int)i * slot, inner.width, slot};
        set_welcome(pen, view->welcome[i], view->welcome_hint[i], area);
    }
}
