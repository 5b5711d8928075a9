/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test card (testcard.h): rulers and frame at the edges, and inside them blocks that each keep
 * to a box of their own.
 *
 * Three arrangements: side by side on a stretched screen, two columns above common strips on a
 * screen that lies, one column on a screen that stands. A block is told how much room it has and
 * leaves out what is too small to be set.
 *
 * Refused: gratings and gradients (they judge the monitor, not whether a hall can be read on it).
 */
#include "core/testcard.h"

#include "core/layout_parts.h"
#include "core/text.h"
#include "core/utf8.h"
#include "system/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Thousandths of the unit; own. */
enum {
    SMALL_CAP = 16,   /* capitals of the card's own words */
    REACH_CAP = 24,   /* how far it can be read */
    RULER_CAP = 11,   /* figures of the rulers */
    TICK_LONG = 24,   /* with a figure */
    TICK_MIDDLE = 16, /* half way */
    TICK_SHORT = 10,  /* all others */
    CORNER = 70,      /* length of a corner's mark */
    CORNER_THICK = 7, /* its thickness */
    GAP = 18,         /* between blocks */
    CORNERS_RADIUS = 14
};
/* Ticks of both rulers together, so that a scene has room for them; figures stand at least so many
 * heights of capitals apart. */
enum {
    TICKS_MAX = 180,
    FIGURES_APART = 7,
    TICKS_APART_PX = 4,
    FIGURES_CAP_MIN = 5,
    STEPS = 13,
    FACT_CAPS = 10 /* the name before a fact has so many heights of its capitals */
};

static const double mm_per_inch = 25.4;
static const int steps_mm[STEPS] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};

static double pixels_per_mm(const struct sheet *sheet, double diagonal_in) {
    return hypot(sheet->width, sheet->height) / (diagonal_in * mm_per_inch);
}

double testcard_pixels(const struct sheet *sheet, double diagonal_in, int mm) {
    return mm * pixels_per_mm(sheet, diagonal_in);
}

void testcard_caps(const struct sheet *sheet, int *call_cap, int *text_cap) {
    struct plan plan = plan_make(sheet);
    *call_cap = plan.call_cap;
    *text_cap = plan.text_cap;
}

static int scaled(const struct pen *pen, int thousandths) {
    return per_mille(pen->unit, thousandths);
}

/* A line in the middle of its box: not higher than that, reduced by a third where it is too wide,
 * left out where nothing can be read. */
static void set_line(struct pen *pen, struct style style, struct box box, const char *text) {
    if (box.width <= 0 || line_height(1) > box.height ||
        line_height(line_cap(box.height)) > box.height) {
        return;
    }
    int most = line_cap(box.height);
    style.cap_px = style.cap_px < most ? style.cap_px : most;
    style.cap_px = pen_fit(pen, &style, style.cap_px * 2 / 3, box.width, text);
    int high = style.face == FACE_TICKET ? ticket_height(style.cap_px) : line_height(style.cap_px);
    box.y += (box.height - high) / 2;
    pen_text(pen, &style, box, text);
}

/* --- the edges --- */

static int figures_cap(const struct pen *pen) {
    int cap = scaled(pen, RULER_CAP);
    return cap > FIGURES_CAP_MIN ? cap : FIGURES_CAP_MIN;
}

struct ruler {
    double pixels_per_mm;
    int fine, coarse; /* millimetres between ticks, and between figures */
    int cap, line;    /* figures: capitals, height of a line */
};

static bool ruler_make(const struct pen *pen, double diagonal_in, struct ruler *ruler) {
    if (diagonal_in <= 0) {
        return false;
    }
    double apart = hypot(pen->width, pen->height) / (diagonal_in * mm_per_inch);
    double all_mm = (pen->width + pen->height) / apart;
    *ruler = (struct ruler){.pixels_per_mm = apart, .cap = figures_cap(pen)};
    ruler->line = line_height(ruler->cap);
    int i = 0;
    while (i < STEPS - 1 &&
           (all_mm / steps_mm[i] > TICKS_MAX || steps_mm[i] * apart < TICKS_APART_PX)) {
        i++;
    }
    ruler->fine = steps_mm[i];
    while (i < STEPS - 1 && (steps_mm[i] % ruler->fine != 0 || steps_mm[i] < 2 * ruler->fine ||
                             steps_mm[i] * apart < FIGURES_APART * ruler->cap)) {
        i++;
    }
    ruler->coarse = steps_mm[i];
    return true;
}

static int tick_length(const struct pen *pen, const struct ruler *ruler, int mm) {
    if (mm % ruler->coarse == 0) {
        return scaled(pen, TICK_LONG);
    }
    return mm * 2 % ruler->coarse == 0 ? scaled(pen, TICK_MIDDLE) : scaled(pen, TICK_SHORT);
}

/* Along the upper edge. */
static void set_ruler_across(struct pen *pen, const struct ruler *ruler) {
    int thick = scaled(pen, 2);
    struct style style = {FACE_TEXT, COLOUR_INK, ALIGN_CENTER, ruler->cap};
    for (int mm = ruler->fine; mm * ruler->pixels_per_mm < pen->width - thick; mm += ruler->fine) {
        int x = (int)(mm * ruler->pixels_per_mm + 0.5);
        int length = tick_length(pen, ruler, mm);
        char words[12];
        pen_fill(pen, COLOUR_INK, (struct box){x - thick / 2, 0, thick, length}, 0);
        (void)snprintf(words, sizeof words, mm == ruler->coarse ? "%d mm" : "%d", mm);
        int width = pen_width(pen, style.face, style.cap_px, words) + 2;
        struct box box = {x - width / 2, length, width, ruler->line};
        if (mm % ruler->coarse == 0 &&
            box.x + box.width < pen->width - scaled(pen, CORNER_THICK) * 2) {
            pen_text(pen, &style, box, words);
        }
    }
}

/* Along the left edge. */
static void set_ruler_down(struct pen *pen, const struct ruler *ruler) {
    int thick = scaled(pen, 2);
    struct style style = {FACE_TEXT, COLOUR_INK, ALIGN_LEFT, ruler->cap};
    for (int mm = ruler->fine; mm * ruler->pixels_per_mm < pen->height - thick; mm += ruler->fine) {
        int y = (int)(mm * ruler->pixels_per_mm + 0.5);
        int length = tick_length(pen, ruler, mm);
        char words[12];
        pen_fill(pen, COLOUR_INK, (struct box){0, y - thick / 2, length, thick}, 0);
        (void)snprintf(words, sizeof words, "%d", mm);
        int middle = line_baseline(style.face, style.cap_px) - style.cap_px / 2;
        struct box box = {length + scaled(pen, 4), y - middle,
                          pen_width(pen, style.face, style.cap_px, words) + 2, ruler->line};
        if (mm % ruler->coarse == 0 &&
            box.y + box.height < pen->height - scaled(pen, CORNER_THICK) * 2) {
            pen_text(pen, &style, box, words);
        }
    }
}

static void set_corner(struct pen *pen, bool right, bool lower) {
    int length = scaled(pen, CORNER);
    int thick = scaled(pen, CORNER_THICK);
    int x = right ? pen->width - length : 0;
    int y = lower ? pen->height - length : 0;
    pen_fill(pen, COLOUR_ACCENT, (struct box){x, lower ? pen->height - thick : 0, length, thick},
             0);
    pen_fill(pen, COLOUR_ACCENT, (struct box){right ? pen->width - thick : 0, y, thick, length}, 0);
}

/* What is at the very edge. */
static void set_edges(struct pen *pen) {
    struct box all = {0, 0, pen->width, pen->height};
    pen_fill(pen, COLOUR_GROUND, all, 0);
    for (int i = 0; i < 4; i++) {
        set_corner(pen, i % 2 != 0, i / 2 != 0);
    }
    pen_ring(pen, COLOUR_INK, all, (struct ring){1, 1});
}

/* --- the blocks --- */

/* Cuts a strip off the upper end of a box, and the gap below it. */
static struct box take(const struct pen *pen, struct box *box, int height) {
    struct box strip = *box;
    strip.height = height < box->height ? height : box->height;
    int used = strip.height + scaled(pen, GAP);
    used = used < box->height ? used : box->height;
    box->y += used;
    box->height -= used;
    return strip;
}

/* The same off its lower end. */
static struct box take_below(const struct pen *pen, struct box *box, int height) {
    struct box strip = *box;
    strip.height = height < box->height ? height : box->height;
    strip.y = box->y + box->height - strip.height;
    int used = strip.height + scaled(pen, GAP);
    box->height -= used < box->height ? used : box->height;
    return strip;
}

static int small_line(const struct pen *pen) {
    return line_height(scaled(pen, SMALL_CAP));
}

static int head_px(const struct pen *pen) {
    return line_height(scaled(pen, 44)) + line_height(scaled(pen, 24));
}

/* A circle in a square, which they are only where pixels are square. */
static void set_circle(struct pen *pen, struct box box) {
    int thick = scaled(pen, 3);
    struct box upright = {box.x + (box.width - thick) / 2, box.y, thick, box.height};
    struct box level = {box.x, box.y + (box.height - thick) / 2, box.width, thick};
    pen_ring(pen, COLOUR_SOFT, box, (struct ring){box.height / 2, thick});
    pen_ring(pen, COLOUR_LINE, box, (struct ring){thick, thick});
    pen_fill(pen, COLOUR_LINE, upright, 0);
    pen_fill(pen, COLOUR_LINE, level, 0);
}

/* Which display this is. */
static void set_head(struct pen *pen, const struct testcard *card, struct box box) {
    struct style name = {FACE_STRONG, COLOUR_INK, ALIGN_LEFT, scaled(pen, 44)};
    struct style hall = {FACE_TEXT, COLOUR_SOFT, ALIGN_LEFT, scaled(pen, 24)};
    int side = box.height / 2 * 2;
    if (side * 3 < box.width) {
        set_circle(pen, (struct box){box.x + box.width - side, box.y, side, side});
        box.width -= side + scaled(pen, GAP);
    }
    struct box upper = box;
    upper.height = box.height * 64 / 100;
    box.y += upper.height;
    box.height -= upper.height;
    set_line(pen, name, upper, card->display);
    set_line(pen, hall, box, card->hall);
}

static void set_facts(struct pen *pen, const struct testcard *card, struct box box) {
    struct style name = {FACE_TEXT, COLOUR_SOFT, ALIGN_LEFT, scaled(pen, SMALL_CAP)};
    struct style value = {FACE_TEXT, COLOUR_INK, ALIGN_LEFT, scaled(pen, SMALL_CAP)};
    int rows = card->facts_count > 0 ? (int)card->facts_count : 1;
    int pitch = box.height / rows;
    int most = small_line(pen) * 13 / 10;
    pitch = pitch < most ? pitch : most;
    int most_wide = box.width * 26 / 100;
    int wide = scaled(pen, SMALL_CAP) * FACT_CAPS;
    wide = wide < most_wide ? wide : most_wide;
    for (int i = 0; i < (int)card->facts_count; i++) {
        struct box left = {box.x, box.y + i * pitch, wide - scaled(pen, 8), pitch};
        struct box right = {box.x + wide, left.y, box.width - wide, pitch};
        set_line(pen, name, left, card->facts[i].name);
        set_line(pen, value, right, card->facts[i].value);
    }
}

/* The sample's last characters are left out until it fits. */
static void cut_sample(const struct pen *pen, int width_px, char *text) {
    while (text[0] != '\0' && pen_width(pen, FACE_TICKET, pen->call_cap, text) > width_px) {
        text[utf8_fit(text, strlen(text) - 1)] = '\0';
    }
}

static int foot_px(const struct pen *pen) {
    return line_height(scaled(pen, REACH_CAP)) + small_line(pen);
}

static int sample_px(const struct pen *pen) {
    return ticket_height(pen->call_cap) + line_height(pen->text_cap) * 3 / 2 + foot_px(pen) +
           2 * scaled(pen, 24);
}

/* Capitals at the sizes that the hall has them in, never at another: what has no room is left out.
 */
static void set_samples(struct pen *pen, const struct testcard *card, struct box box) {
    struct style call = {FACE_TICKET, COLOUR_ACCENT_INK, ALIGN_LEFT, pen->call_cap};
    struct style text = {FACE_TEXT, COLOUR_ACCENT_INK, ALIGN_LEFT, pen->text_cap};
    struct style reach = {FACE_STRONG, COLOUR_ACCENT_INK, ALIGN_LEFT, scaled(pen, REACH_CAP)};
    struct style sizes = {FACE_TEXT, COLOUR_ACCENT_INK, ALIGN_LEFT, scaled(pen, SMALL_CAP)};
    char sample[TICKET_BYTES];
    pen_fill(pen, COLOUR_ACCENT, box, scaled(pen, CORNERS_RADIUS));
    box = box_inset(box, scaled(pen, 30), scaled(pen, 24));
    int below = box.height < foot_px(pen) ? box.height : foot_px(pen);
    struct box words = {box.x, box.y + box.height - below, box.width, below * 58 / 100};
    set_line(pen, reach, words, card->reach);
    words.y += words.height;
    words.height = below - words.height;
    set_line(pen, sizes, words, card->sizes);
    box.height -= below;
    int left = box.height - ticket_height(call.cap_px) - line_height(text.cap_px);
    int before = left > 0 ? left / 3 : 0;
    text_copy(sample, sizeof sample, card->call);
    cut_sample(pen, box.width, sample);
    if (ticket_height(call.cap_px) <= box.height) {
        box.y += before;
        pen_text(pen, &call, box, sample);
        box.y += ticket_height(call.cap_px);
        box.height -= ticket_height(call.cap_px) + before;
    }
    if (line_height(text.cap_px) <= box.height) {
        box.y += before / 2;
        pen_text(pen, &text, box, card->text);
    }
}

/* Left and right, the one that is heard now lit. */
static void set_sides(struct pen *pen, const struct testcard *card, struct box box) {
    int half = (box.width - scaled(pen, GAP)) / 2;
    for (int i = 0; i < TESTCARD_SIDES && half > 0; i++) {
        bool heard = card->side == (enum testcard_side)i;
        bool left = i == TESTCARD_LEFT;
        struct box pill = {box.x + (left ? 0 : box.width - half), box.y, half, box.height};
        enum colour ink = heard ? COLOUR_ACCENT_INK : COLOUR_INK;
        struct style style = {FACE_STRONG, ink, left ? ALIGN_LEFT : ALIGN_RIGHT, scaled(pen, 22)};
        pen_fill(pen, heard ? COLOUR_ACCENT : COLOUR_CARD, pill, scaled(pen, CORNERS_RADIUS));
        int side = box.height * 46 / 100;
        int pad = (box.height - side) / 2;
        struct box arrow = {left ? pill.x + pad : pill.x + half - pad - side, box.y + pad, side,
                            side};
        struct box words = {left ? arrow.x + side + pad : pill.x + pad, box.y,
                            half - side - 3 * pad, box.height};
        pen_arrow(pen, ink, arrow, left ? DIRECTION_LEFT : DIRECTION_RIGHT);
        set_line(pen, style, words, card->sides[i]);
    }
}

/* Where a language's letters begin, right of its name. */
static int letters_indent(const struct style *style) {
    return style->cap_px * FACT_CAPS;
}

static int columns_width(const struct pen *pen, int width_px, int columns) {
    return (width_px - (columns - 1) * 2 * scaled(pen, GAP)) / columns;
}

/* The letters of a language in lines of a column. Returns the height that they take. */
static int wrap_letters(const struct pen *pen, const struct style *style, int width_px,
                        const char *letters, struct wrapped *wrapped) {
    wrapped->most = WRAPPED_LINES_MAX;
    pen_wrap(pen, style, width_px - letters_indent(style), letters, wrapped);
    int lines = wrapped->count > 0 ? (int)wrapped->count : 1;
    return lines * line_height(style->cap_px) + style->cap_px / 2;
}

/* Height of the highest column. */
static int columns_px(const struct pen *pen, const struct testcard *card, const struct style *style,
                      int width_px, int columns) {
    int rows = ((int)card->languages_count + columns - 1) / columns;
    int highest = 0, height = 0;
    struct wrapped wrapped;
    for (int i = 0; i < (int)card->languages_count; i++) {
        height = i % rows == 0 ? 0 : height;
        height += wrap_letters(pen, style, columns_width(pen, width_px, columns),
                               card->languages[i].letters, &wrapped);
        highest = height > highest ? height : highest;
    }
    return highest;
}

static int languages_px(const struct pen *pen, const struct testcard *card, int width_px,
                        int columns) {
    struct style style = {FACE_TEXT, COLOUR_INK, ALIGN_LEFT, scaled(pen, SMALL_CAP)};
    return columns_px(pen, card, &style, width_px, columns);
}

/* Each language's name, its letters in lines beside it; all of one size, as large as has room. */
static void set_languages(struct pen *pen, const struct testcard *card, struct box box,
                          int columns) {
    struct style style = {FACE_TEXT, COLOUR_INK, ALIGN_LEFT, scaled(pen, SMALL_CAP)};
    int rows = ((int)card->languages_count + columns - 1) / columns;
    int width = columns_width(pen, box.width, columns);
    while (style.cap_px > 3 && columns_px(pen, card, &style, box.width, columns) > box.height) {
        style.cap_px--;
    }
    int indent = letters_indent(&style), y = box.y;
    for (int i = 0; i < (int)card->languages_count; i++) {
        struct style strong = {FACE_STRONG, COLOUR_SOFT, ALIGN_LEFT, style.cap_px};
        struct wrapped wrapped;
        int high = wrap_letters(pen, &style, width, card->languages[i].letters, &wrapped);
        y = i % rows == 0 ? box.y : y;
        if (y + high - style.cap_px / 2 > box.y + box.height) {
            continue;
        }
        struct box name = {box.x + i / rows * (width + 2 * scaled(pen, GAP)), y,
                           indent - style.cap_px / 2, line_height(style.cap_px)};
        struct box line = {name.x + indent, y, width - indent, name.height};
        set_line(pen, strong, name, card->languages[i].name);
        for (size_t k = 0; k < wrapped.count; k++, line.y += line.height) {
            pen_text(pen, &style, line, wrapped.lines[k]);
        }
        y += high;
    }
}

/* The theme's grounds, each with what is written on it. */
static void set_colours(struct pen *pen, struct box box, int per_row) {
    static const struct {
        enum colour ground, ink;
        const char *name;
    } swatches[] = {
        {COLOUR_GROUND, COLOUR_INK, "ground"},
        {COLOUR_GROUND, COLOUR_SOFT, "soft"},
        {COLOUR_PANEL, COLOUR_INK, "panel"},
        {COLOUR_CARD, COLOUR_INK, "card"},

        {COLOUR_ACCENT, COLOUR_ACCENT_INK, "accent"},

        {COLOUR_ALARM, COLOUR_ALARM_INK, "alarm"},
        {COLOUR_URGENT, COLOUR_URGENT_INK, "urgent"},
        {COLOUR_LINE, COLOUR_INK, "line"},
    };
    const int count = sizeof swatches / sizeof swatches[0];
    int gap = scaled(pen, 8);
    int rows = (count + per_row - 1) / per_row;
    int height = (box.height - (rows - 1) * gap) / rows;
    for (int i = 0; i < count && height > 0; i++) {
        int from = (box.width + gap) * (i % per_row) / per_row;
        int to = (box.width + gap) * (i % per_row + 1) / per_row - gap;
        struct box cell = {box.x + from, box.y + i / per_row * (height + gap), to - from, height};
        struct style style = {FACE_TEXT, swatches[i].ink, ALIGN_CENTER, scaled(pen, SMALL_CAP)};
        int radius = scaled(pen, 8);
        if (swatches[i].ground == COLOUR_LINE) {
            pen_ring(pen, COLOUR_LINE, cell, (struct ring){radius, scaled(pen, 6)});
        } else {
            pen_fill(pen, swatches[i].ground, cell, radius);
        }
        if (swatches[i].ground == COLOUR_GROUND) {
            pen_ring(pen, COLOUR_LINE, cell, (struct ring){radius, scaled(pen, 2)});
        }
        set_line(pen, style, box_inset(cell, gap, 0), swatches[i].name);
    }
}

/* From black to white, without gaps, so that two steps that look alike are seen; numbers below. */
static void set_greys(struct pen *pen, struct box box) {
    struct style style = {FACE_TEXT, COLOUR_SOFT, ALIGN_CENTER, scaled(pen, RULER_CAP)};
    int line = line_height(style.cap_px);
    int high = box.height > 2 * line ? box.height - line : box.height;
    int thin = scaled(pen, 2);
    struct box frame = {box.x - thin, box.y - thin, box.width + 2 * thin, high + 2 * thin};
    pen_ring(pen, COLOUR_LINE, frame, (struct ring){thin, thin});
    for (int i = 0; i < TESTCARD_GREYS; i++) {
        int from = box.width * i / TESTCARD_GREYS;
        int to = box.width * (i + 1) / TESTCARD_GREYS;
        struct box step = {box.x + from, box.y, to - from, high};
        struct box below = {step.x, box.y + high, step.width, box.height - high};
        char number[12];
        (void)snprintf(number, sizeof number, "%d", i + 1);
        pen_grey(pen, 255 * i / (TESTCARD_GREYS - 1), step);
        set_line(pen, style, below, number);
    }
}

/* --- the arrangements --- */

static int strip_px(const struct pen *pen) {
    return scaled(pen, 62);
}

static int greys_px(const struct pen *pen) {
    return scaled(pen, 66) + line_height(scaled(pen, RULER_CAP));
}

static void arrange_lying(struct pen *pen, const struct testcard *card, struct box box) {
    int most = box.height * 30 / 100;
    int languages = languages_px(pen, card, box.width, 2);
    set_greys(pen, take_below(pen, &box, greys_px(pen)));
    set_colours(pen, take_below(pen, &box, strip_px(pen)), 8);
    set_languages(pen, card, take_below(pen, &box, languages < most ? languages : most), 2);
    struct box left = box;
    left.width = columns_width(pen, box.width, 2);
    struct box right = box;
    right.x += left.width + 2 * scaled(pen, GAP);
    right.width -= left.width + 2 * scaled(pen, GAP);
    set_head(pen, card, take(pen, &left, head_px(pen)));
    set_facts(pen, card, left);
    set_sides(pen, card, take_below(pen, &right, strip_px(pen)));
    set_samples(pen, card, right);
}

static void arrange_standing(struct pen *pen, const struct testcard *card, struct box box) {
    int most = box.height * 30 / 100;
    int languages = languages_px(pen, card, box.width, 1);
    int samples = sample_px(pen);
    set_head(pen, card, take(pen, &box, head_px(pen)));
    set_greys(pen, take_below(pen, &box, greys_px(pen)));
    set_colours(pen, take_below(pen, &box, 2 * strip_px(pen)), 4);
    set_languages(pen, card, take_below(pen, &box, languages < most ? languages : most), 1);
    most = box.height * 55 / 100;
    set_samples(pen, card, take(pen, &box, samples < most ? samples : most));
    set_sides(pen, card, take(pen, &box, strip_px(pen)));
    set_facts(pen, card, box);
}

static void arrange_stretched(struct pen *pen, const struct testcard *card, struct box box) {
    int gap = 2 * scaled(pen, GAP);
    struct box first = box, second = box, third = box;
    first.width = (box.width - 2 * gap) * 30 / 100;
    second.width = (box.width - 2 * gap) * 30 / 100;
    third.width = box.width - 2 * gap - first.width - second.width;
    second.x = first.x + first.width + gap;
    third.x = second.x + second.width + gap;
    set_head(pen, card, take(pen, &first, head_px(pen) * 2 / 3));
    set_facts(pen, card, first);
    set_sides(pen, card, take_below(pen, &second, strip_px(pen)));
    set_samples(pen, card, second);
    set_greys(pen, take_below(pen, &third, strip_px(pen)));
    set_colours(pen, take_below(pen, &third, strip_px(pen)), 8);
    set_languages(pen, card, third, card->languages_count > 4 ? 2 : 1);
}

void testcard_make(const struct testcard *card, const struct sheet *sheet,
                   const struct metrics *metrics, struct scene *scene) {
    CHECK(sheet->width >= 320 && sheet->height >= 180);
    struct plan plan = plan_make(sheet);
    struct pen pen = pen_make(&plan, sheet, metrics);
    struct ruler ruler;
    pen.scene = scene;
    memset(scene, 0, sizeof *scene);
    scene->width = sheet->width;
    scene->height = sheet->height;
    set_edges(&pen);
    if (ruler_make(&pen, card->diagonal_in, &ruler)) {
        set_ruler_across(&pen, &ruler);
        set_ruler_down(&pen, &ruler);
    }
    int band = scaled(&pen, TICK_LONG) + figures_cap(&pen) * 5;
    struct box inner = {band, band, pen.width - 2 * band, pen.height - band - band * 2 / 3};
    if (pen.width * 5 > pen.height * 12) {
        arrange_stretched(&pen, card, inner);
    } else if (pen.width >= pen.height) {
        arrange_lying(&pen, card, inner);
    } else {
        arrange_standing(&pen, card, inner);
    }
}
