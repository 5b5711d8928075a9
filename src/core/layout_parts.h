/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the layout share: a pen that adds nodes to a scene, measures and wraps.
 *
 * Private to core/layout*.c. Sizes derive from the plan: its unit, the side everything scales from,
 * and its two least heights of capitals, from which the heights of lines follow.
 */
#ifndef HALLCALL_CORE_LAYOUT_PARTS_H
#define HALLCALL_CORE_LAYOUT_PARTS_H

#include "core/layout.h"
#include "core/layout_plan.h"

enum { WRAPPED_LINES_MAX = 16 };

struct pen {
    struct scene *scene;
    const struct metrics *metrics;
    const struct plan *plan;
    int width, height; /* of the screen */
    int unit, margin;  /* of the plan */
    int text_cap;      /* capitals of ordinary text: nothing is set smaller, but for the exceptions
                          of layout.h */
    int call_cap;      /* the same for tickets and counters' numbers */
    bool from_right;   /* the hall reads from the right: what is laid out is mirrored at last */
};

/* How a text is set. */
struct style {
    enum face face;
    enum colour colour;
    enum align align;
    int cap_px;
};

struct wrapped {
    size_t most; /* lines allowed: set before pen_wrap */
    int cap_min; /* smallest size allowed: set before pen_wrap_fit */
    size_t count;
    bool broken; /* a line ends within a word that is too wide for one */
    char lines[WRAPPED_LINES_MAX][TEXT_BYTES];
};

/* What is shown of a counter beside an arrow. */
struct counter_text {
    const char *noun;
    const char *label;
    enum direction direction;
    bool bare; /* without the arrow: the noun stands in its place */
};

/* What is special about a call, in words; "" for what is not. */
struct call_marks {
    const char *again, *moved, *priority;
};

/* layout_parts.c */
/* value * thousandths / 1000, at least 1. */
int per_mille(int value, int thousandths);
/* Height of the box of one line: room for marks above capitals and for descenders below. */
int line_height(int cap_px);
/* The same for a line of tickets, which have less above and below. */
int ticket_height(int cap_px);
/* From the top of a line's box to its baseline. */
int line_baseline(enum face face, int cap_px);
/* The largest capitals whose line is at most so high. */
int line_cap(int height_px);
/* A pen for a sheet, still without a scene. */
struct pen pen_make(const struct plan *plan, const struct sheet *sheet,
                    const struct metrics *metrics);
int pen_width(const struct pen *pen, enum face face, int cap_px, const char *text);
void pen_fill(struct pen *pen, enum colour colour, struct box box, int radius);
void pen_ring(struct pen *pen, enum colour colour, struct box box, struct ring ring);
void pen_sign(struct pen *pen, enum colour colour, struct box box, enum sign sign);
void pen_arrow(struct pen *pen, enum colour colour, struct box box, enum direction direction);
/* A grey from 0, black, to 255, white, whatever the theme. */
void pen_grey(struct pen *pen, int grey, struct box box);
/* The site's logo, scaled to the box. */
void pen_picture(struct pen *pen, struct box box);
/* One line; its box is area.x, area.y, area.width and the style's line height. A text without a
 * character adds nothing. ALIGN_LEFT is where reading begins: words (not tickets) that are read
 * against the direction of the hall stand at the other edge. */
void pen_text(struct pen *pen, const struct style *style, struct box area, const char *text);
/* Whether a text is read against the direction of the hall. */
bool pen_against(const struct pen *pen, const char *text);
/* Turns the nodes from number `from` on left to right within area. Pictures of their own, the
 * words, are not turned; an arrow that follows the reading is. */
void pen_mirror(struct pen *pen, size_t from, struct box area);
/* The style's size reduced in steps of 6 % until the text is at most width_px wide, not below
 * cap_min. Steps, so that tickets of one length share few sizes and the glyph cache serves them. */
int pen_fit(const struct pen *pen, const struct style *style, int cap_min, int width_px,
            const char *text);
/* The same for a ticket: not below the sheet's calls, or as small as it must be to be whole. */
int pen_fit_ticket(const struct pen *pen, const struct style *style, int width_px,
                   const char *text);
/* Breaks at blanks and behind hyphens, inside a word, with a hyphen, only when it alone is too
 * wide. Each line keeps the direction of the whole text (core/reading.h). What does not fit in
 * wrapped->most lines stays on the last one, for the painter to end in an ellipsis. */
void pen_wrap(const struct pen *pen, const struct style *style, int width_px, const char *text,
              struct wrapped *wrapped);
/* Whether the last line, which holds all that is left, fits too. */
bool wrapped_whole(const struct pen *pen, const struct style *style, int width_px,
                   const struct wrapped *wrapped);
/* As pen_wrap into as many lines as area is high, with the size reduced until all fits and no word
 * is broken, not below wrapped->cap_min; where a word is too wide even so, until all fits with the
 * word broken. style->cap_px becomes what was found. */
void pen_wrap_fit(const struct pen *pen, struct style *style, struct box area, const char *text,
                  struct wrapped *wrapped);
/* Appends text to out, after the separator when both hold something. */
void text_join(char *out, size_t out_bytes, const char *separator, const char *text);
struct box box_inset(struct box box, int dx, int dy);

/* layout_frame.c: what stands at the upper and the lower edge. */
struct frame {
    struct edges edges;
    struct wrapped alarm[VIEW_ALARM_MAX], notice;
};

void frame_make(const struct pen *pen, const struct view *view, struct frame *frame);
void layout_header(struct pen *pen, const struct view *view, struct box header);
void layout_alarm(struct pen *pen, const struct view *view, const struct frame *frame,
                  struct box header);
void layout_footer(struct pen *pen, const struct frame *frame, struct box footer);

/* layout_trouble.c: lines for staff */
/* How high they are under a header of this height; 0 without any, or without room. */
int trouble_height(const struct pen *pen, const struct view *view, const struct sheet *sheet,
                   int header_px);
void layout_trouble(struct pen *pen, const struct view *view, struct box area);

/* layout_counter.c: "(arrow) Counter 4" */
/* How wide the counter is in one line. */
int counter_width(const struct pen *pen, const struct counter_text *text, int cap_px);
/* The largest size at which the counter stands in one line of width_px; may be below cap_min. */
int counter_fit(const struct pen *pen, const struct counter_text *text, int cap_px, int width_px);
/* Sets the counter into area, as large as cap_px allows. A number loses its noun, or has it in a
 * line above, before it gets smaller than the sheet's calls; words wrap. Returns the height used.
 */
int counter_set(struct pen *pen, const struct style *style, struct box area,
                const struct counter_text *text);

/* layout_marks.c: again, moved, priority */
/* As labels at the right end of area, on grounds of their own, with the style's colour on them (the
 * ground of the card that they stand on). Returns the width they took, a gap at their left
 * included; 0 when there are none. */
int marks_labels(struct pen *pen, const struct call_marks *call, const struct style *style,
                 struct box area);
/* In what a row leaves at its right end: signs, and the words of the first if they are whole in two
 * lines. */
void marks_row(struct pen *pen, const struct call_marks *call, struct box area);
/* The words, joined. */
void marks_words(const struct call_marks *call, char *out, size_t out_bytes);

/* layout_pulse.c: the ring at a level of pulse.h round a card with corners of this radius */
void layout_pulse(struct pen *pen, int level, struct box card, int radius);

/* layout_hero.c, layout_welcome.c, layout_list.c, layout_single.c, layout_urgent.c */
void layout_hero(struct pen *pen, const struct view *view, struct box card);
/* A page of the list that is one call: that call's card at rest. */
void layout_hero_of_row(struct pen *pen, const struct view *view, struct box card);
void layout_welcome(struct pen *pen, const struct view *view, struct box card);
void layout_list(struct pen *pen, const struct view *view, struct box list);
void layout_single(struct pen *pen, const struct view *view, struct box card);
void layout_urgent(struct pen *pen, const struct view *view);
/* layout_start.c: the words for staff on the start screen */
void layout_start(struct pen *pen, const struct view *view, struct box panel);
/* A disc with an exclamation mark: the symbol beside words of warning. */
void layout_sign(struct pen *pen, enum colour disc, enum colour mark, struct box box);

#endif
