/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One counter's own display: which counter this is, whose turn it is, and a steady light.
 *
 * The light is the frame of the card: it stands, filled with the accent colour, for as long as the
 * call of this counter is on the card, and is a thin line of no colour while nobody is called. So
 * the counter that has just called is found from across the hall without reading.
 */
#include "core/layout_parts.h"

/* The counter's name above the card: what is written over its window. */
static int set_name(struct pen *pen, const struct view_line *line, struct box area) {
    struct style style = {FACE_STRONG, COLOUR_INK, ALIGN_LEFT, pen->call_cap};
    struct counter_text text = {line->noun, line->label, DIRECTION_NONE, true};
    return counter_set(pen, &style, area, &text);
}

/* In the middle of what is left, as large as it fits. */
static void set_ticket(struct pen *pen, const char *words, struct box area) {
    struct style ticket = {FACE_TICKET, COLOUR_INK, ALIGN_CENTER, per_mille(pen->unit, 420)};
    while (ticket.cap_px > 4 && ticket_height(ticket.cap_px) > area.height) {
        ticket.cap_px--;
    }
    ticket.cap_px = pen_fit_ticket(pen, &ticket, area.width, words);
    area.y += (area.height - ticket_height(ticket.cap_px)) / 2;
    pen_text(pen, &ticket, area, words);
}

void layout_single(struct pen *pen, const struct view *view, struct box card) {
    const struct view_hero *hero = &view->hero;
    if (hero->lines_count == 0) {
        layout_welcome(pen, view, card);
        return;
    }
    bool calling = hero->state == HERO_CALLING;
    int radius = per_mille(pen->unit, 22);
    int light = calling ? plan_light_px(pen->plan) : per_mille(pen->unit, 6);
    pen_fill(pen, calling ? COLOUR_ACCENT : COLOUR_LINE, card, radius + light);
    struct box ground = box_inset(card, light, light);
    pen_fill(pen, COLOUR_CARD, ground, radius);
    struct box inner =
        box_inset(ground, plan_card_pad(pen->plan), plan_card_pad(pen->plan) * 7 / 10);
    struct box name = inner;
    int share = inner.height * 40 / 100;
    int most = inner.height - pen->margin - ticket_height(pen->call_cap);
    int sure = line_height(pen->call_cap);
    share = share < most ? share : most;
    name.height = share > sure ? share : sure;
    int used = set_name(pen, &hero->lines[0], name) + pen->margin;
    struct box below = {inner.x, inner.y + used, inner.width, inner.height - used};
    if (hero->state == HERO_NONE) {
        /* In line with the name: the welcome has room of its own beside its words. */
        layout_welcome(pen, view, box_inset(below, -plan_card_pad(pen->plan), 0));
    } else {
        set_ticket(pen, hero->ticket, below);
    }
}
