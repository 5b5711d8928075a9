/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The card: the call that is being announced, as large as the screen allows.
 *
 * Two areas: A holds the title and the ticket, B the counter, the way and the other languages.
 * They are stacked on a card of usual shape and stand side by side on a very wide one. The ticket
 * is tried from 26 % of the screen's height downward in steps until both areas fit; whatever height
 * is left is spread between the lines, so the card never looks half empty.
 *
 * Refused: centring everything (a reader finds a left edge faster than a moving one), rotating
 * through the languages (a visitor who looks up must not have to wait for theirs).
 */
#include "core/layout_parts.h"

#include <string.h>

/* The counter's number beside the ticket's: it is read second, and from as far. */
enum { COUNTER_PERCENT = 62 };

/* The card while it is being composed. */
struct card {
    const struct view_hero *hero;
    struct box inner;
    bool beside;
    enum colour ink, ground;
    int title_cap, other_cap, way_cap;
    int ticket_cap, counter_cap;
    size_t others; /* lines of other languages */
    int mark_inset, mark_width;
};

/* A bar in the card's margin beside what is being heard: seen at a glance, and nothing moves. */
static void mark(struct pen *pen, const struct card *card, struct box beside) {
    struct box bar = {beside.x - card->mark_inset, beside.y, card->mark_width, beside.height};
    pen_fill(pen, card->ink, bar, card->mark_width / 2);
}

static bool is_said(const struct card *card, enum said said, size_t line) {
    return card->hero->said == said && card->hero->said_line == line;
}

static int title_px(const struct card *card) {
    return line_height(card->title_cap) * 9 / 8;
}

static int words_px(const struct card *card) {
    bool way = card->hero->lines_count > 0 && card->hero->lines[0].way[0] != '\0';
    return (way ? line_height(card->way_cap) : 0) +
           (int)card->others * line_height(card->other_cap);
}

static bool card_fits(const struct card *card, int cap_px) {
    int a = title_px(card) + ticket_height(cap_px);
    int b = line_height(cap_px * COUNTER_PERCENT / 100) + words_px(card);
    int h = card->inner.height;
    return card->beside ? a <= h && b <= h : a + b <= h;
}

static struct box area_a(const struct card *card) {
    struct box a = card->inner;
    if (card->beside) {
        a.width = a.width * 52 / 100;
    }
    return a;
}

/* Largest ticket for which all of the card fits; drops lines of other languages last. */
static void card_size(const struct pen *pen, struct card *card) {
    int top = per_mille(pen->unit, card->hero->strong ? 290 : 260);
    int least = pen->floor_cap * 2;
    int cap = top;
    while (cap > least && !card_fits(card, cap)) {
        cap = cap * 94 / 100;
    }
    while (card->others > 0 && !card_fits(card, cap)) {
        card->others--;
    }
    while (cap > 4 && !card_fits(card, cap)) {
        cap--;
    }
    struct style ticket = {FACE_TICKET, card->ink, ALIGN_LEFT, cap};
    card->ticket_cap = pen_fit(pen, &ticket, 3, area_a(card).width, card->hero->ticket);
    card->counter_cap = cap * COUNTER_PERCENT / 100;
}

/* The title's line, with "Called again" on a label of its own at the
 * right. The other languages say it in their own line. */
static void set_title(struct pen *pen, const struct card *card, struct box area) {
    char title[TEXT_BYTES] = "";
    const char *again = card->hero->lines_count > 0 ? card->hero->lines[0].again : "";
    for (size_t i = 0; i < card->hero->lines_count; i++) {
        text_join(title, sizeof title, " · ", card->hero->lines[i].title);
    }
    struct style style = {FACE_STRONG, card->ink, ALIGN_LEFT, card->title_cap};
    if (again[0] != '\0') {
        struct style pill = {FACE_STRONG, card->ground, ALIGN_CENTER, card->title_cap * 88 / 100};
        int pad = line_height(pill.cap_px) / 2;
        int most = area.width * 62 / 100 - 2 * pad;
        pill.cap_px = pen_fit(pen, &pill, pen->floor_cap, most, again);
        int width = pen_width(pen, pill.face, pill.cap_px, again);
        width = width < most ? width : most;
        int height = line_height(pill.cap_px);
        struct box box = {area.x + area.width - width - 2 * pad,
                          area.y + (line_height(style.cap_px) - height) / 2, width + 2 * pad,
                          height};
        pen_fill(pen, card->ink, box, box.height / 2);
        pen_text(pen, &pill, box_inset(box, pad, 0), again);
        area.width -= box.width + pad;
    }
    bool all = pen_width(pen, style.face, style.cap_px, title) <= area.width;
    const char *own = card->hero->lines_count > 0 ? card->hero->lines[0].title : "";
    pen_text(pen, &style, area, all ? title : own);
}

/* The line of one of the other languages; the last line holds all that are left. */
static void other_words(const struct card *card, size_t number, char *out, size_t out_bytes) {
    const struct view_hero *hero = card->hero;
    size_t to = number == card->others ? hero->lines_count : number + 1;
    out[0] = '\0';
    for (size_t j = number; j < to; j++) {
        text_join(out, out_bytes, " · ", hero->lines[j].noun);
        text_join(out, out_bytes, " ", hero->lines[j].label);
        text_join(out, out_bytes, " · ", hero->lines[j].again);
        text_join(out, out_bytes, " · ", hero->lines[j].way);
    }
}

/* All in one size: that of the longest. */
static void set_others(struct pen *pen, const struct card *card, struct box area, int gap) {
    char words[TEXT_BYTES];
    struct style style = {FACE_STRONG, card->ink, ALIGN_LEFT, card->other_cap};
    for (size_t i = 1; i <= card->others; i++) {
        other_words(card, i, words, sizeof words);
        style.cap_px = pen_fit(pen, &style, pen->floor_cap, area.width, words);
    }
    for (size_t i = 1; i <= card->others; i++) {
        other_words(card, i, words, sizeof words);
        pen_text(pen, &style, area, words);
        if (is_said(card, SAID_DESTINATION, i)) {
            area.height = line_height(style.cap_px);
            mark(pen, card, area);
        }
        area.y += line_height(style.cap_px) + gap;
    }
}

/* Counter, way and other languages; gap is put between them. */
static void set_counter(struct pen *pen, const struct card *card, struct box area, int gap) {
    if (card->hero->lines_count == 0) {
        return;
    }
    const struct view_line *line = &card->hero->lines[0];
    struct counter_text text = {line->noun, line->label, card->hero->direction};
    struct style style = {FACE_STRONG, card->ink, ALIGN_LEFT, card->counter_cap};
    struct box room = area;
    room.height -= words_px(card) + gap / 2 * (2 + (int)card->others);
    int used = counter_set(pen, &style, room, &text);
    if (is_said(card, SAID_DESTINATION, 0)) {
        mark(pen, card, (struct box){area.x, area.y, 0, used});
    }
    area.y += used + gap / 2;
    if (line->way[0] != '\0') {
        struct style way = {FACE_TEXT, card->ink, ALIGN_LEFT, card->way_cap};
        way.cap_px = pen_fit(pen, &way, pen->floor_cap, area.width, line->way);
        pen_text(pen, &way, area, line->way);
        area.y += line_height(card->way_cap) + gap / 2;
    }
    set_others(pen, card, area, gap / 2);
}

/* The ticket is the same in every language. */
static void set_ticket(struct pen *pen, const struct card *card, struct box at) {
    struct style style = {FACE_TICKET, card->ink, ALIGN_LEFT, card->ticket_cap};
    pen_text(pen, &style, at, card->hero->ticket);
    if (card->hero->said == SAID_TICKET) {
        at.height = ticket_height(card->ticket_cap);
        mark(pen, card, at);
    }
}

static void card_set(struct pen *pen, const struct card *card) {
    struct box a = area_a(card);
    struct box b = card->inner;
    int title = title_px(card);
    int ticket = ticket_height(card->ticket_cap);
    set_title(pen, card, card->beside ? a : card->inner);
    if (card->beside) {
        int slack = a.height - title - ticket;
        set_ticket(pen, card, (struct box){a.x, a.y + title + slack / 2, a.width, 0});
        int gutter = pen->margin * 2;
        b.x += a.width + gutter;
        b.width -= a.width + gutter;
        int spare = b.height - line_height(card->counter_cap) - words_px(card);
        int gap = spare / (2 + (int)card->others);
        set_counter(pen, card, b, gap > 0 ? gap : 0);
        return;
    }
    int used = title + ticket + line_height(card->counter_cap) + words_px(card);
    int slack = card->inner.height - used;
    int gap = slack > 0 ? slack / (3 + (int)card->others) : 0;
    set_ticket(pen, card, (struct box){a.x, a.y + title + gap / 2, a.width, 0});
    b.y += title + ticket + gap;
    b.height -= title + ticket + gap;
    set_counter(pen, card, b, gap);
}

void layout_hero(struct pen *pen, const struct view *view, struct box box) {
    const struct view_hero *hero = &view->hero;
    bool calling = hero->state == HERO_CALLING;
    int radius = per_mille(pen->unit, 22);
    struct card card = {.hero = hero, .ink = calling ? COLOUR_ACCENT_INK : COLOUR_INK};
    card.ground = calling ? COLOUR_ACCENT : COLOUR_CARD;
    int frame = 0;
    if (hero->strong && calling) {
        frame = per_mille(pen->unit, 14);
        pen_fill(pen, COLOUR_INK, box, radius + frame);
    }
    struct box ground = box_inset(box, frame, frame);
    pen_fill(pen, card.ground, ground, radius);
    int pad = per_mille(pen->unit, 40);
    if (pad * 8 > ground.height) {
        pad = ground.height / 8;
    }
    card.inner = box_inset(ground, pad, pad * 7 / 10);
    card.mark_inset = pad * 7 / 10;
    card.mark_width = pad * 4 / 10 > 2 ? pad * 4 / 10 : 2;
    card.beside = card.inner.width * 10 > card.inner.height * 26;
    card.title_cap = pen->text_cap * 115 / 100;
    card.way_cap = pen->text_cap * 115 / 100;
    card.other_cap = pen->text_cap * 120 / 100;
    card.others = hero->lines_count > 1 ? hero->lines_count - 1 : 0;
    card_size(pen, &card);
    card_set(pen, &card);
}

/* One language of the welcome, large, its hint below. Returns the height used. */
static int set_welcome(struct pen *pen, const char *text, const char *hint, struct box area) {
    int start = area.y;
    struct style head = {FACE_STRONG, COLOUR_INK, ALIGN_LEFT, per_mille(pen->unit, 62)};
    struct style body = {FACE_TEXT, COLOUR_SOFT, ALIGN_LEFT, pen->text_cap * 115 / 100};
    struct wrapped wrapped;
    struct box upper = area;
    upper.height = hint[0] != '\0' ? area.height * 58 / 100 : area.height;
    int most = 2 * line_height(head.cap_px);
    upper.height = upper.height < most ? upper.height : most;
    wrapped.cap_min = pen->floor_cap;
    pen_wrap_fit(pen, &head, upper, text, &wrapped);
    for (size_t i = 0; i < wrapped.count && area.height >= line_height(head.cap_px); i++) {
        pen_text(pen, &head, area, wrapped.lines[i]);
        area.y += line_height(head.cap_px);
        area.height -= line_height(head.cap_px);
    }
    wrapped.cap_min = pen->floor_cap;
    pen_wrap_fit(pen, &body, area, hint, &wrapped);
    for (size_t i = 0; i < wrapped.count && area.height >= line_height(body.cap_px); i++) {
        pen_text(pen, &body, area, wrapped.lines[i]);
        area.y += line_height(body.cap_px);
        area.height -= line_height(body.cap_px);
    }
    return area.y - start;
}

void layout_welcome(struct pen *pen, const struct view *view, struct box box) {
    pen_fill(pen, COLOUR_CARD, box, per_mille(pen->unit, 22));
    struct box inner = box_inset(box, per_mille(pen->unit, 52), per_mille(pen->unit, 40));
    size_t count = 0;
    while (count < VIEW_LANGS_MAX && view->welcome[count][0] != '\0') {
        count++;
    }
    /* A slot must hold two lines, or the last languages wait outside. */
    int slot_min = line_height(pen->floor_cap) * 2;
    while (count > 1 && inner.height / (int)count < slot_min) {
        count--;
    }
    int slot = count > 0 ? inner.height / (int)count : 0;
    for (size_t i = 0; i < count; i++) {
        struct box area = {inner.x, inner.y + (int)i * slot, inner.width, slot};
        set_welcome(pen, view->welcome[i], view->welcome_hint[i], area);
    }
}
