/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What fits on a sheet: the arrangement of its parts, decided from sizes alone.
 *
 * Private to core/layout*.c. A plan depends on nothing that changes during the day, so nothing on
 * the screen jumps when a call comes; only an alarm, which takes the place of the header, and lines
 * for staff make the list shorter. All in pixels.
 */
#ifndef HALLCALL_CORE_LAYOUT_PLAN_H
#define HALLCALL_CORE_LAYOUT_PLAN_H

#include "core/layout.h"

/* Of a card on which ticket and counter stand side by side: what the ticket has. */
enum { TICKET_PERCENT = 52 };

enum arrangement {
    ARRANGE_BESIDE,  /* card left, list right */
    ARRANGE_STACKED, /* card above list */
    ARRANGE_BAND,    /* the call in one line above a list in columns */
    ARRANGE_BAR,     /* as beside, without header, heads and titles */
    ARRANGE_SINGLE,  /* one counter's card only */
    ARRANGE_TURNS    /* one thing at a time: the call that is announced, or the list */
};

struct plan {
    enum arrangement arrangement;
    enum layout_fit fit;
    bool header;
    bool portrait;
    bool words;       /* counters may have labels of words */
    bool headless;    /* the list has no head */
    bool tall;        /* in turns: a page of the list is one call, its counter below its ticket */
    bool flat;        /* in turns: the counter of a call stands beside its ticket */
    bool bare;        /* one counter: its name and its ticket, and nothing else */
    bool alarm_alone; /* in turns or bare: an alarm leaves no room for a call */
    int unit, margin;
    int call_cap, text_cap;
    int notice_lines; /* room at the foot that is kept for notices */
    int columns;      /* of the list */
    int rows;         /* of a column */
    int alarm_lines;  /* that an alarm may take */
};

/* What stands at the upper and the lower edge; 0 where there is nothing to say. */
struct edges {
    int header_px, footer_px;
    int trouble_px; /* lines for staff, above the footer */
    bool alarm;     /* in the header's place */
    bool alone;     /* the alarm has all of the screen */
};

/* The boxes of the parts. A part that is absent has height 0. */
struct parts {
    struct box header; /* or the alarm in its place */
    struct box hero, list, trouble, footer;
};

struct plan plan_make(const struct sheet *sheet);
/* Whether lines for staff of this height leave two rows and a card under a header, or an alarm. */
bool plan_leaves(const struct plan *plan, const struct sheet *sheet, int header_px, int trouble_px);
/* While an alarm or lines for staff are shown the list has as many rows as they leave; notices wait
 * where they leave none otherwise. */
void plan_for_alarm(struct plan *plan, const struct sheet *sheet, struct edges *edges);
/* Divides the sheet. */
void plan_parts(const struct plan *plan, const struct sheet *sheet, const struct edges *edges,
                struct parts *parts);
/* Capitals of the clock. */
int plan_clock_cap(const struct plan *plan);
/* Height of the header where the plan has one. */
int plan_header_px(const struct plan *plan);
/* Height of a bar of so many lines, 0 for none. */
int plan_bar_px(const struct plan *plan, int lines);
/* Height of an alarm of so many lines, beside which the clock stands; 0 for none. */
int plan_alarm_px(const struct plan *plan, int lines);
/* Height of the head of the list. */
int plan_list_head_px(const struct plan *plan);
/* Between an upright mark and a ticket: more than between two characters, so that the mark is not
 * read as a 1 or an I before it (tests/pictures/ocr.py reads it so from nearer). */
int plan_mark_gap(const struct plan *plan);
/* Inside a row: from its left edge to the ticket, where the mark of a fresh one stands. */
int plan_row_indent(const struct plan *plan);
/* What a row has for its ticket at least. */
int plan_ticket_px(const struct plan *plan);
/* Between the ticket and the arrow. */
int plan_row_gap(const struct plan *plan);
/* How thick the light round a single counter's card is. */
int plan_light_px(const struct plan *plan);
/* How thick the frame of a card is that is strong because the voice is lost. */
int plan_frame_px(const struct plan *plan);
/* Between card or list and what stands in it. */
int plan_card_pad(const struct plan *plan);
/* The least height of a row. */
int plan_pitch_px(const struct plan *plan);

#endif
