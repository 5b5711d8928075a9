/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan: which parts fit at the sizes that the distance asks for.
 *
 * Sizes come first and are not negotiated; what gives way is how much is on the screen at a time,
 * in this order: the header, the second line of notices, then the arrangement (the list with the
 * call above it needs no second column of calls beside a card), then that call and list are there
 * together: the call has the screen while it is announced, and the list between two calls; notices
 * last, as they are the only part that nobody waits for. Only when one call alone does not fit are
 * the sizes reduced, and then `hallcall check` tells staff what to change.
 *
 * Widths are planned for a ticket of four characters and a counter of three digits in the widest
 * characters of the ticket face, 0.94 of the height of a capital each, or for labels of words if
 * the site has any. A site with longer tickets has the list layout.
 *
 * Refused: sizes that differ from row to row, rows that shrink as the list grows (the last chair
 * does not come nearer because more people are called).
 */
#include "core/layout_plan.h"

#include "core/layout_parts.h"
#include "core/view.h"

#include <limits.h>

enum { SAMPLE_TICKET = 4, SAMPLE_COUNTER = 3, COLUMNS_MAX = 3, CHARACTER_PERCENT = 94 };
/* A label of words is planned for lines of so many characters of the text, 0.84 of a capital. */
enum { SAMPLE_WORD = 11, WORD_PERCENT = 84, ALARM_LINES_MAX = 6, CAP_LEAST = 4 };

static const double SMALLER = 0.97;

static int scaled(const struct plan *plan, int thousandths) {
    return per_mille(plan->unit, thousandths);
}

static int bar_pad(const struct plan *plan) {
    return scaled(plan, 12);
}

int plan_bar_px(const struct plan *plan, int lines) {
    return lines == 0 ? 0 : lines * line_height(plan->text_cap) + 2 * bar_pad(plan);
}

int plan_clock_cap(const struct plan *plan) {
    return plan->text_cap * 118 / 100;
}

int plan_alarm_px(const struct plan *plan, int lines) {
    int bar = plan_bar_px(plan, lines);
    int clock = line_height(plan_clock_cap(plan));
    return bar > 0 && bar < clock ? clock : bar;
}

int plan_header_px(const struct plan *plan) {
    int date = plan->portrait ? line_height(plan->text_cap) : 0;
    return line_height(plan_clock_cap(plan)) + date + 2 * bar_pad(plan);
}

int plan_list_head_px(const struct plan *plan) {
    bool head = plan->arrangement != ARRANGE_BAR && !plan->headless;
    return head ? line_height(plan->text_cap) + scaled(plan, 12) : 0;
}

int plan_mark_gap(const struct plan *plan) {
    return plan->call_cap * 35 / 100;
}

int plan_row_indent(const struct plan *plan) {
    return scaled(plan, 10) + plan_mark_gap(plan);
}

int plan_row_gap(const struct plan *plan) {
    return plan->call_cap * 30 / 100;
}

int plan_light_px(const struct plan *plan) {
    return scaled(plan, 34);
}

int plan_frame_px(const struct plan *plan) {
    return scaled(plan, 14);
}

int plan_card_pad(const struct plan *plan) {
    return scaled(plan, plan->arrangement == ARRANGE_BAR ? 24 : 36);
}

int plan_pitch_px(const struct plan *plan) {
    return line_height(plan->call_cap) + scaled(plan, 6);
}

static int characters(const struct plan *plan, int count) {
    return plan->call_cap * CHARACTER_PERCENT * count / 100 + 2;
}

int plan_ticket_px(const struct plan *plan) {
    return characters(plan, SAMPLE_TICKET);
}

static int arrow_width(const struct plan *plan) {
    return plan->call_cap + plan->call_cap * 36 / 100 + 1;
}

/* Ticket, arrow and number of one row, with what stands between them. */
static int row_width(const struct plan *plan) {
    int number = characters(plan, SAMPLE_COUNTER);
    int word = plan->words ? plan->text_cap * WORD_PERCENT * SAMPLE_WORD / 100 : 0;
    return plan_row_indent(plan) + characters(plan, SAMPLE_TICKET) + plan_row_gap(plan) +
           arrow_width(plan) + (number > word ? number : word);
}

static int list_width(const struct plan *plan) {
    return row_width(plan) + 2 * plan->margin;
}

/* The least heights of the card: with its title, or in one line. */
static int card_height(const struct plan *plan) {
    return 2 * plan_card_pad(plan) * 7 / 10 + line_height(plan->text_cap) * 9 / 8 +
           ticket_height(plan->call_cap) + line_height(plan->call_cap) +
           line_height(plan->text_cap);
}

/* A call and nothing else, its counter below its ticket, in the frame that it has while the voice
 * is lost. */
static int call_height(const struct plan *plan) {
    return 2 * plan_frame_px(plan) + 2 * plan_card_pad(plan) * 7 / 10 +
           ticket_height(plan->call_cap) + line_height(plan->call_cap);
}

/* One counter's name and its ticket, in its light. */
static int single_height(const struct plan *plan) {
    return 2 * plan_light_px(plan) + 2 * plan_card_pad(plan) * 7 / 10 + plan->margin +
           ticket_height(plan->call_cap) + line_height(plan->call_cap);
}

static int band_height(const struct plan *plan) {
    return 2 * plan_card_pad(plan) * 7 / 10 + line_height(plan->call_cap);
}

/* Between the header (or the alarm) and the footer, without the margins. */
static int body_height(const struct plan *plan, const struct sheet *sheet, int top_px) {
    return sheet->height - top_px - plan_bar_px(plan, plan->notice_lines) - 2 * plan->margin;
}

static int list_of_beside(const struct plan *plan, const struct sheet *sheet) {
    int need = list_width(plan);
    int least = sheet->width * 37 / 100;
    return need > least ? need : least;
}

static int list_of_bar(const struct plan *plan, int body_width) {
    int need = list_width(plan);
    int share = (body_width - plan->margin) * 44 / 100;
    return need > share ? need : share;
}

static int hero_of_stacked(const struct plan *plan, int body) {
    int need = card_height(plan);
    int share = (body - plan->margin) * 46 / 100;
    return need > share ? need : share;
}

/* The band grows with the room that its rows leave, so this is the least. */
static int rows_in(const struct plan *plan, const struct sheet *sheet, int top_px) {
    int room = body_height(plan, sheet, top_px);
    if (plan->tall) {
        return call_height(plan) <= room ? 1 : 0;
    }
    if (plan->arrangement == ARRANGE_STACKED) {
        room -= hero_of_stacked(plan, room) + plan->margin;
    } else if (plan->arrangement == ARRANGE_BAND) {
        room -= band_height(plan) + plan->margin;
    }
    return (room - plan_list_head_px(plan)) / plan_pitch_px(plan);
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

/* What the call takes of a card's width: below one another, or ticket and counter side by side. */
static int card_width(const struct plan *plan, bool beside) {
    int pad = plan_card_pad(plan);
    int mark = plan_mark_gap(plan) + pad * 4 / 10 + 2;
    int sides = pad + larger(pad, mark + pad * 3 / 10);
    int ticket = characters(plan, SAMPLE_TICKET);
    int counter = arrow_width(plan) + characters(plan, SAMPLE_COUNTER);
    if (!beside) {
        return sides + larger(ticket, counter);
    }
    int places = larger(ticket * 100 / TICKET_PERCENT,
                        (counter + plan->margin + mark) * 100 / (100 - TICKET_PERCENT));
    return sides + places + 1;
}

static bool wide_enough(const struct plan *plan, const struct sheet *sheet) {
    int inner = sheet->width - 2 * plan->margin;
    int list = list_of_beside(plan, sheet);
    switch (plan->arrangement) {
    case ARRANGE_BESIDE:
        return list * 100 <= sheet->width * 55 &&
               card_width(plan, false) + plan->margin + list <= inner;
    case ARRANGE_BAR:
        return card_width(plan, true) + plan->margin + list_of_bar(plan, inner) <= inner;
    case ARRANGE_SINGLE:
        return card_width(plan, false) + 2 * plan_light_px(plan) <= inner;
    case ARRANGE_STACKED:
        return list_width(plan) <= inner;
    case ARRANGE_TURNS:
        return (plan->tall || list_width(plan) <= inner) && card_width(plan, plan->flat) <= inner;
    case ARRANGE_BAND:
        break;
    }
    return list_width(plan) <= inner && card_width(plan, true) <= inner;
}

static bool high_enough(const struct plan *plan, const struct sheet *sheet) {
    int room = body_height(plan, sheet, plan->header ? plan_header_px(plan) : 0);
    if (plan->arrangement == ARRANGE_SINGLE) {
        return card_height(plan) + 2 * plan_light_px(plan) + plan->margin <= room;
    }
    if (plan->arrangement == ARRANGE_BESIDE) {
        return card_height(plan) <= room && plan->rows >= 2;
    }
    return plan->rows >= (plan->arrangement == ARRANGE_BAND && !plan->header ? 1 : 2);
}

static int columns_in(const struct plan *plan, const struct sheet *sheet) {
    if (plan->arrangement != ARRANGE_BAND) {
        return 1;
    }
    int inner = sheet->width - 2 * plan->margin;
    int columns = (inner - plan->margin) / (row_width(plan) + plan->margin);
    return columns < 1 ? 1 : columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
}

static int limited(int rows, int columns) {
    int most = VIEW_ROWS_MAX / columns;
    return rows < 1 ? 1 : rows > most ? most : rows;
}

/* The least height of what an alarm must leave, beside rows of the list. */
static int bare_height(const struct plan *plan) {
    int card = card_height(plan) - 2 * line_height(plan->text_cap);
    switch (plan->arrangement) {
    case ARRANGE_SINGLE:
        return plan->bare ? single_height(plan) : card + 2 * plan_light_px(plan) + plan->margin;
    case ARRANGE_TURNS:
        return plan->flat ? band_height(plan) : call_height(plan);
    default:
        return card;
    }
}

/* Two rows and a card without its title and second language; in turns, one call. */
bool plan_leaves(const struct plan *plan, const struct sheet *sheet, int header_px,
                 int trouble_px) {
    bool turns = plan->arrangement == ARRANGE_TURNS;
    int rows = plan->arrangement == ARRANGE_SINGLE ? INT_MIN : turns ? 1 : 2;
    int taken = header_px + trouble_px;
    return rows_in(plan, sheet, taken) >= rows &&
           bare_height(plan) <= body_height(plan, sheet, taken);
}

/* As many lines as leave a hall: in two languages a sentence takes four. In turns or bare, where
 * none does, all of the screen. */
static void limit_alarm(struct plan *plan, const struct sheet *sheet) {
    int top_px = plan->header ? plan_header_px(plan) : 0;
    int least = plan->arrangement == ARRANGE_TURNS || plan->bare ? 0 : 1;
    bool fits;
    plan->alarm_lines = ALARM_LINES_MAX;
    do {
        int alarm = plan_alarm_px(plan, plan->alarm_lines);
        fits = plan_leaves(plan, sheet, alarm > top_px ? alarm : top_px, 0);
    } while (!fits && --plan->alarm_lines > least);
    plan->alarm_alone = plan->alarm_lines == 0;
    if (plan->alarm_alone) {
        int lines = (sheet->height - 2 * bar_pad(plan)) / line_height(plan->text_cap);
        plan->alarm_lines = lines < 1 ? 1 : lines > ALARM_LINES_MAX ? ALARM_LINES_MAX : lines;
    }
}

void plan_for_alarm(struct plan *plan, const struct sheet *sheet, struct edges *edges) {
    if (!edges->alarm && edges->trouble_px == 0) {
        return;
    }
    int taken = edges->header_px + edges->trouble_px;
    int rows = rows_in(plan, sheet, taken);
    if (rows < 1) {
        plan->notice_lines = 0;
        edges->footer_px = 0;
        rows = rows_in(plan, sheet, taken);
    }
    plan->rows = limited(rows, plan->columns);
}

/* Completes a plan whose arrangement and header are chosen; false when it does not fit. */
static bool settle(struct plan *plan, const struct sheet *sheet) {
    int top = plan->header ? plan_header_px(plan) : 0;
    plan->notice_lines = plan->arrangement == ARRANGE_BAR ? 1 : 2;
    plan->columns = columns_in(plan, sheet);
    plan->rows = rows_in(plan, sheet, top);
    if (plan->notice_lines == 2 && plan->rows < (plan->arrangement == ARRANGE_BAND ? 4 : 3)) {
        plan->notice_lines = 1;
        plan->rows = rows_in(plan, sheet, top);
    }
    if (plan->arrangement == ARRANGE_SINGLE) {
        plan->rows = 2;
    }
    bool fits = wide_enough(plan, sheet) && high_enough(plan, sheet);
    plan->rows = limited(plan->rows, plan->columns);
    return fits;
}

static bool try_plan(struct plan *plan, const struct sheet *sheet, enum arrangement arrangement,
                     bool header) {
    plan->arrangement = arrangement;
    plan->header = header;
    plan->tall = plan->headless = plan->flat = plan->bare = false;
    return settle(plan, sheet);
}

static enum arrangement first_choice(const struct sheet *sheet) {
    bool stretched = sheet->width * 5 > sheet->height * 12;
    bool portrait = sheet->height > sheet->width;
    switch (sheet->kind) {
    case LAYOUT_LIST:
        return ARRANGE_BAND;
    case LAYOUT_NEAR:
        return portrait ? ARRANGE_STACKED : ARRANGE_BAND;
    case LAYOUT_COUNTER:
        return ARRANGE_SINGLE;
    case LAYOUT_BAR:
        return portrait ? ARRANGE_STACKED : ARRANGE_BAR;
    default:
        break;
    }
    return portrait ? ARRANGE_STACKED : stretched ? ARRANGE_BAR : ARRANGE_BESIDE;
}

/* One thing at a time, and how much of the list then: rows come before notices. */
static bool settle_turns(struct plan *plan, const struct sheet *sheet) {
    static const struct {
        bool tall, headless;
        int notice_lines, rows;
    } ways[] = {{false, false, 1, 2}, {false, false, 0, 2}, {true, true, 1, 1},
                {true, true, 0, 1},   {false, false, 0, 1}, {false, true, 0, 1}};
    plan->arrangement = ARRANGE_TURNS;
    plan->header = false;
    plan->columns = 1;
    bool fits = false;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0] && !fits; i++) {
        plan->tall = ways[i].tall;
        plan->headless = ways[i].headless;
        plan->notice_lines = ways[i].notice_lines;
        int room = body_height(plan, sheet, 0);
        plan->flat = call_height(plan) > room;
        plan->rows = rows_in(plan, sheet, 0);
        fits = plan->rows >= ways[i].rows && wide_enough(plan, sheet) && bare_height(plan) <= room;
    }
    plan->rows = limited(plan->rows, 1);
    return fits;
}

/* One counter's name and its ticket, and nothing else. */
static bool settle_bare(struct plan *plan, const struct sheet *sheet) {
    (void)try_plan(plan, sheet, ARRANGE_SINGLE, false);
    plan->bare = true;
    plan->notice_lines = 0;
    return wide_enough(plan, sheet) && single_height(plan) <= body_height(plan, sheet, 0);
}

/* At the plan's sizes: as asked, then without the header, then as a list under the call, then in
 * turns; one counter's display with nothing beside the call. */
static bool arrange(struct plan *plan, const struct sheet *sheet) {
    enum arrangement first = first_choice(sheet);
    bool header = first != ARRANGE_BAR && sheet->kind != LAYOUT_NEAR;
    plan->fit = LAYOUT_FITS;
    if ((header && try_plan(plan, sheet, first, true)) || try_plan(plan, sheet, first, false)) {
        return true;
    }
    if (sheet->kind == LAYOUT_COUNTER) {
        plan->fit = LAYOUT_BARE;
        return settle_bare(plan, sheet);
    }
    plan->fit = LAYOUT_REARRANGED;
    if (try_plan(plan, sheet, ARRANGE_BAND, true) || try_plan(plan, sheet, ARRANGE_BAND, false)) {
        return true;
    }
    plan->fit = LAYOUT_IN_TURNS;
    return settle_turns(plan, sheet);
}

struct plan plan_make(const struct sheet *sheet) {
    struct plan plan = {
        .call_cap = sheet->call_cap, .text_cap = sheet->text_cap, .words = sheet->words};
    plan.unit = sheet_unit(sheet->width, sheet->height);
    plan.margin = scaled(&plan, 22);
    plan.portrait = sheet->height > sheet->width;
    bool fits = arrange(&plan, sheet);
    double scale = 1;
    while (!fits && plan.call_cap > CAP_LEAST) {
        scale *= SMALLER;
        int call = (int)(sheet->call_cap * scale);
        int text = (int)(sheet->text_cap * scale);
        plan.call_cap = call > CAP_LEAST ? call : CAP_LEAST;
        plan.text_cap = text > CAP_LEAST ? text : CAP_LEAST;
        fits = arrange(&plan, sheet);
        plan.fit = LAYOUT_TOO_SMALL;
    }
    limit_alarm(&plan, sheet);
    return plan;
}

static void split_beside(const struct plan *plan, const struct sheet *sheet, struct box body,
                         struct parts *parts) {
    int list = list_of_beside(plan, sheet);
    if (plan->arrangement == ARRANGE_BAR) {
        list = list_of_bar(plan, body.width);
    }
    int most = (body.width - plan->margin) * 57 / 100;
    list = list < most ? list : most;
    parts->hero = body;
    parts->hero.width = body.width - plan->margin - list;
    parts->list = body;
    parts->list.x = parts->hero.x + parts->hero.width + plan->margin;
    parts->list.width = list;
}

static void split_upright(const struct plan *plan, struct box body, int hero_px,
                          struct parts *parts) {
    int most = body.height - plan->margin - plan_list_head_px(plan);
    hero_px = hero_px < most ? hero_px : most;
    hero_px = hero_px > 1 ? hero_px : 1;
    parts->hero = body;
    parts->hero.height = hero_px;
    parts->list = body;
    parts->list.y = body.y + hero_px + plan->margin;
    parts->list.height = body.height - hero_px - plan->margin;
    parts->list.height = parts->list.height > 0 ? parts->list.height : 0;
}

/* What the rows leave at a comfortable pitch goes to the band, up to less than half. */
static int band_px(const struct plan *plan, struct box body) {
    int used =
        plan_list_head_px(plan) + plan->rows * plan_pitch_px(plan) * 106 / 100 + plan->margin;
    int left = body.height - used;
    int most = (body.height - plan->margin) * 44 / 100;
    int least = band_height(plan);
    left = left < most ? left : most;
    return left > least ? left : least;
}

void plan_parts(const struct plan *plan, const struct sheet *sheet, const struct edges *edges,
                struct parts *parts) {
    int m = plan->margin;
    *parts = (struct parts){.header = {0, 0, sheet->width, edges->header_px}};
    parts->footer =
        (struct box){0, sheet->height - edges->footer_px, sheet->width, edges->footer_px};
    struct box body = {m, edges->header_px + m, sheet->width - 2 * m, 0};
    parts->trouble =
        (struct box){0, parts->footer.y - edges->trouble_px, sheet->width, edges->trouble_px};
    body.height = parts->trouble.y - m - body.y;
    body.height = body.height > 1 ? body.height : 1;
    switch (plan->arrangement) {
    case ARRANGE_BESIDE:
    case ARRANGE_BAR:
        split_beside(plan, sheet, body, parts);
        break;
    case ARRANGE_STACKED:
        split_upright(plan, body, hero_of_stacked(plan, body.height), parts);
        break;
    case ARRANGE_BAND:
        split_upright(plan, body, band_px(plan, body), parts);
        break;
    case ARRANGE_SINGLE:
        parts->hero = body;
        break;
    case ARRANGE_TURNS:
        parts->hero = parts->list = body;
        break;
    }
}
