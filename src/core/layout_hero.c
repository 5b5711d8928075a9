/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The card: the call that is being announced, as large as the screen allows.
 *
 * Two areas: A holds the title and the ticket, B the counter, the way and the other languages.
 * They are stacked on a card of usual shape and stand side by side in a band or a bar, which have
 * no title. The ticket is tried from 26 % of the screen's unit downward in steps until both areas
 * fit, not below the sheet's size for calls; whatever height is left is spread between the lines,
 * so the card never looks half empty. A line of another language that is too long loses first the
 * way, then "called again", never a part of the counter.
 *
 * Refused: centring everything (a reader finds a left edge faster than a moving one), rotating
 * through the languages (a visitor who looks up must not have to wait for theirs).
 */
#include "core/layout_parts.h"

#include "core/text.h"

#include <string.h>

/* The counter's number beside the ticket's: it is read second, and from as far. */
enum { COUNTER_PERCENT = 62 };

/* The card while it is being composed. */
struct card {
    const struct view_hero *hero;
    const char *corner; /* beside the ticket where there is no title: which page this is */
    struct box inner;
    bool beside, titled;
    int call_cap;
    enum colour ink, ground;
    int title_cap, other_cap, way_cap;
    int ticket_cap, counter_cap;
    size_t others; /* lines of other languages */
    struct wrapped way;
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

static struct call_marks marks_of_line(const struct view_line *line) {
    return (struct call_marks){line->again, line->moved, line->priority};
}

static int title_px(const struct card *card) {
    return card->titled ? line_height(card->title_cap) * 9 / 8 : 0;
}

/* What stands below the counter in the ticket's own language. */
static void way_words(const struct card *card, char *out, size_t out_bytes) {
    out[0] = '\0';
    if (card->hero->lines_count > 0) {
        const struct view_line *line = &card->hero->lines[0];
        struct call_marks marks = marks_of_line(line);
        if (!card->titled) {
            marks_words(&marks, out, out_bytes);
        }
        text_join(out, out_bytes, " · ", line->way);
    }
}

static struct style way_style(const struct card *card) {
    return (struct style){FACE_TEXT, card->ink, ALIGN_LEFT, card->way_cap};
}

static int way_px(const struct card *card) {
    return (int)card->way.count * line_height(card->way_cap);
}

static int words_px(const struct card *card) {
    return way_px(card) + (int)card->others * line_height(card->other_cap);
}

static int counter_of(const struct card *card, int ticket_cap) {
    int cap = ticket_cap * COUNTER_PERCENT / 100;
    return cap > card->call_cap ? cap : card->call_cap;
}

static bool card_fits(const struct card *card, int cap_px) {
    int a = title_px(card) + ticket_height(cap_px);
    int b = line_height(counter_of(card, cap_px)) + words_px(card);
    int h = card->inner.height;
    return card->beside ? a <= h && b <= h : a + b <= h;
}

static struct box area_a(const struct card *card) {
    struct box a = card->inner;
    if (card->beside) {
        a.width = a.width * TICKET_PERCENT / 100;
    }
    return a;
}

/* Where the counter stands. */
static struct box area_b(const struct pen *pen, const struct card *card) {
    struct box b = card->inner;
    if (card->beside) {
        int taken =
            area_a(card).width + pen->margin + card->mark_inset; /* the mark stands before it */
        b.x += taken;
        b.width -= taken;
    }
    return b;
}

static void wrap_way(const struct pen *pen, struct card *card, size_t lines) {
    char words[TEXT_BYTES];
    struct style style = way_style(card);
    way_words(card, words, sizeof words);
    card->way.most = lines;
    pen_wrap(pen, &style, area_b(pen, card).width, words, &card->way);
}

/* Largest ticket for which all of the card fits; drops lines of other languages last. */
static void card_size(const struct pen *pen, struct card *card) {
    int top = per_mille(pen->unit, card->hero->strong ? 290 : 260);
    int least = pen->call_cap;
    int cap = top > least ? top : least;
    wrap_way(pen, card, 2);
    while (cap > least && !card_fits(card, cap)) {
        int smaller = cap * 94 / 100;
        cap = smaller > least ? smaller : least;
    }
    if (!card_fits(card, cap) && card->way.count > 1) {
        wrap_way(pen, card, 1);
    }
    while (card->others > 0 && !card_fits(card, cap)) {
        card->others--;
    }
    if (!card_fits(card, cap)) {
        card->way.count = 0;
        card->titled = card->titled && card_fits(card, cap);
    }
    while (cap > 4 && !card_fits(card, cap)) {
        cap--;
        card->call_cap = card->call_cap < cap ? card->call_cap : cap;
    }
    struct style ticket = {FACE_TICKET, card->ink, ALIGN_LEFT, cap};
    card->ticket_cap = pen_fit_ticket(pen, &ticket, area_a(card).width, card->hero->ticket);
    card->counter_cap = counter_of(card, cap);
}

/* The title's line, with what is special about the call on labels at its right. The other languages
 * say it in their own line. All languages of the title, or the ticket's own, or none beside them.
 */
static void set_title(struct pen *pen, const struct card *card, struct box area) {
    char title[TEXT_BYTES] = "";
    for (size_t i = 0; i < card->hero->lines_count; i++) {
        text_join(title, sizeof title, " · ", card->hero->lines[i].title);
    }
    struct style style = {FACE_STRONG, card->ink, ALIGN_LEFT, card->title_cap};
    int taken = 0;
    if (card->hero->lines_count > 0) {
        struct call_marks marks = marks_of_line(&card->hero->lines[0]);
        struct style label = {FACE_STRONG, card->ground, ALIGN_LEFT, card->title_cap};
        struct box line = {area.x, area.y, area.width, line_height(label.cap_px)};
        taken = marks_labels(pen, &marks, &label, line);
    }
    area.width -= taken;
    const char *own = card->hero->lines_count > 0 ? card->hero->lines[0].title : "";
    const char *words = title;
    if (pen_width(pen, style.face, style.cap_px, words) > area.width) {
        words = own;
    }
    if (taken == 0 || pen_width(pen, style.face, style.cap_px, words) <= area.width) {
        pen_text(pen, &style, area, words);
    }
}

/* The words of one other language, as many as fit: its counter, then the rest. */
static void add_language(const struct pen *pen, const struct style *style, int width_px,
                         const struct view_line *line, char *out) {
    struct call_marks marks = marks_of_line(line);
    char special[TEXT_BYTES];
    char longer[TEXT_BYTES];
    const char *const parts[] = {special, line->way};
    marks_words(&marks, special, sizeof special);
    text_copy(longer, sizeof longer, out);
    text_join(longer, sizeof longer, " · ", line->noun);
    text_join(longer, sizeof longer, " ", line->label);
    if (out[0] != '\0' && pen_width(pen, style->face, style->cap_px, longer) > width_px) {
        return;
    }
    text_copy(out, TEXT_BYTES, longer);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        text_copy(longer, sizeof longer, out);
        text_join(longer, sizeof longer, " · ", parts[i]);
        if (pen_width(pen, style->face, style->cap_px, longer) <= width_px) {
            text_copy(out, TEXT_BYTES, longer);
        }
    }
}

/* The line of one of the other languages; the last line holds all that are left. */
static void other_words(const struct pen *pen, const struct card *card, size_t number, int width_px,
                        char *out) {
    const struct view_hero *hero = card->hero;
    const struct style style = {FACE_STRONG, card->ink, ALIGN_LEFT, card->other_cap};
    size_t to = number == card->others ? hero->lines_count : number + 1;
    out[0] = '\0';
    for (size_t i = number; i < to; i++) {
        add_language(pen, &style, width_px, &hero->lines[i], out);
    }
}

static void set_others(struct pen *pen, const struct card *card, struct box area, int gap) {
    char words[TEXT_BYTES];
    struct style style = {FACE_STRONG, card->ink, ALIGN_LEFT, card->other_cap};
    for (size_t i = 1; i <= card->others; i++) {
        other_words(pen, card, i, area.width, words);
        pen_text(pen, &style, area, words);
        if (is_said(card, SAID_DESTINATION, i)) {
            area.height = line_height(style.cap_px);
            mark(pen, card, area);
        }
        area.y += line_height(style.cap_px) + gap;
    }
}

/* What was set since a node, with the height used up to its end; a label of words may stand lower
 * than where its room begins. */
static struct box set_since(const struct pen *pen, size_t from, struct box area, int used) {
    int top = area.y + used;
    for (size_t i = from; i < pen->scene->nodes_count; i++) {
        const struct node *node = &pen->scene->nodes[i];
        top = node->kind == NODE_TEXT && node->box.y < top ? node->box.y : top;
    }
    return (struct box){area.x, top, 0, area.y + used - top};
}

/* Counter, way and other languages; gap is put between them. */
static void set_counter(struct pen *pen, const struct card *card, struct box area, int gap) {
    if (card->hero->lines_count == 0) {
        return;
    }
    const struct view_line *line = &card->hero->lines[0];
    struct counter_text text = {line->noun, line->label, card->hero->direction, false};
    struct style style = {FACE_STRONG, card->ink, ALIGN_LEFT, card->counter_cap};
    struct box room = area;
    room.height -= words_px(card) + gap / 2 * (2 + (int)card->others);
    size_t from = pen->scene->nodes_count;
    int used = counter_set(pen, &style, room, &text);
    if (is_said(card, SAID_DESTINATION, 0)) {
        bool number = label_is_number(line->label);
        struct box whole = {area.x, area.y, 0, used};
        mark(pen, card, number ? whole : set_since(pen, from, area, used));
    }
    area.y += used + gap / 2;
    struct style way = way_style(card);
    for (size_t i = 0; i < card->way.count; i++) {
        pen_text(pen, &way, area, card->way.lines[i]);
        area.y += line_height(card->way_cap);
    }
    area.y += card->way.count > 0 ? gap / 2 : 0;
    set_others(pen, card, area, gap / 2);
}

/* At the right end of the ticket's line, where that has room for it. */
static void set_corner(struct pen *pen, const struct card *card, struct box at) {
    struct style style = {FACE_TEXT, COLOUR_SOFT, ALIGN_RIGHT, pen->text_cap};
    int ticket = pen_width(pen, FACE_TICKET, card->ticket_cap, card->hero->ticket) + pen->margin;
    int width = pen_width(pen, style.face, style.cap_px, card->corner);
    if (!card->titled && ticket + width <= at.width) {
        at.x += at.width - width;
        at.width = width;
        pen_text(pen, &style, at, card->corner);
    }
}

/* The ticket is the same in every language. */
static void set_ticket(struct pen *pen, const struct card *card, struct box at) {
    struct style style = {FACE_TICKET, card->ink, ALIGN_LEFT, card->ticket_cap};
    set_corner(pen, card, at);
    if (card->corner[0] != '\0' && !card->titled) {
        at.width = pen_width(pen, style.face, style.cap_px, card->hero->ticket);
    }
    pen_text(pen, &style, at, card->hero->ticket);
    if (card->hero->said == SAID_TICKET) {
        at.height = ticket_height(card->ticket_cap);
        mark(pen, card, at);
    }
}

static void card_set(struct pen *pen, const struct card *card) {
    struct box a = area_a(card);
    struct box b = area_b(pen, card);
    int title = title_px(card);
    int ticket = ticket_height(card->ticket_cap);
    if (card->titled) {
        set_title(pen, card, card->beside ? a : card->inner);
    }
    if (card->beside) {
        int slack = a.height - title - ticket;
        set_ticket(pen, card, (struct box){a.x, a.y + title + slack / 2, a.width, 0});
        int spare = b.height - line_height(card->counter_cap) - words_px(card);
        int gap = spare > 0 ? spare / (2 + (int)card->others) : 0;
        b.y += gap;
        b.height -= gap;
        set_counter(pen, card, b, gap);
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

static void set_hero(struct pen *pen, const struct view_hero *hero, const char *corner,
                     struct box box) {
    bool calling = hero->state == HERO_CALLING;
    int radius = per_mille(pen->unit, 22);
    struct card card = {.hero = hero, .corner = corner};
    card.ink = calling ? COLOUR_ACCENT_INK : COLOUR_INK;
    card.ground = calling ? COLOUR_ACCENT : COLOUR_CARD;
    int frame = hero->strong && calling ? plan_frame_px(pen->plan) : 0;
    if (calling) {
        layout_pulse(pen, hero->pulse, box, radius + frame);
    }
    if (frame > 0) {
        pen_fill(pen, COLOUR_INK, box, radius + frame);
    }
    struct box ground = box_inset(box, frame, frame);
    pen_fill(pen, card.ground, ground, radius);
    int pad = plan_card_pad(pen->plan);
    if (pad * 8 > ground.height) {
        pad = ground.height / 8;
    }
    card.inner = box_inset(ground, pad, pad * 7 / 10);
    card.mark_width = pad * 4 / 10 > 2 ? pad * 4 / 10 : 2;
    card.mark_inset = card.mark_width + plan_mark_gap(pen->plan);
    int more = card.mark_inset + pad * 3 / 10 - pad;
    if (more > 0) {
        card.inner.x += more;
        card.inner.width -= more;
    }
    enum arrangement arrangement = pen->plan->arrangement;
    card.titled = arrangement != ARRANGE_BAND && arrangement != ARRANGE_BAR && !pen->plan->flat;
    bool wide = card.inner.width * 10 > card.inner.height * 26;
    card.beside = !card.titled || (wide && arrangement != ARRANGE_TURNS);
    card.call_cap = pen->call_cap;
    int usual = per_mille(pen->unit, 32);
    card.title_cap = pen->text_cap > usual ? pen->text_cap : usual;
    card.way_cap = card.title_cap;
    card.other_cap = card.title_cap;
    card.others = hero->lines_count > 1 ? hero->lines_count - 1 : 0;
    card_size(pen, &card);
    card_set(pen, &card);
}

void layout_hero(struct pen *pen, const struct view *view, struct box box) {
    set_hero(pen, &view->hero, "", box);
}

void layout_hero_of_row(struct pen *pen, const struct view *view, struct box box) {
    const struct view_row *row = &view->rows[0];
    struct view_hero hero = {.state = HERO_RESTING, .lines_count = 1};
    struct view_line *line = &hero.lines[0];
    text_copy(hero.ticket, sizeof hero.ticket, row->ticket);
    text_copy(line->title, sizeof line->title, view->called_first);
    text_join(line->title, sizeof line->title, " · ", view->page_text);
    text_copy(line->noun, sizeof line->noun, row->noun);
    text_copy(line->label, sizeof line->label, row->label);
    text_copy(line->again, sizeof line->again, row->again);
    text_copy(line->moved, sizeof line->moved, row->moved);
    text_copy(line->priority, sizeof line->priority, row->priority);
    hero.said = row->fresh ? SAID_TICKET : SAID_NOTHING;
    set_hero(pen, &hero, view->page_text, box);
}
