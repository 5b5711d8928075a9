/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The start screen's words for staff (start.h), where the list of calls will be: which display this
 * is, large, and below it a line for each fact, name before value, in as many columns as have room.
 *
 * All lines share one size, found by trying from a good deal below the visitors' size down to the
 * staff's least (sheet_staff_cap). Where even that is too large for all, the last lines are left
 * out and the last one set may end in an ellipsis: what is wrong stands first. What needs somebody
 * has the sign of a warning, a shape, in a gutter of its own; there is no red and no large
 * exclamation, because visitors sit in front of it too.
 *
 * The words are English in every hall. So in a hall that reads from the right the panel is where
 * its list would be, and inside it is set from the left.
 */
#include "core/layout_parts.h"

#include "core/text.h"

enum {
    COLUMNS_MAX = 3,
    COLUMN_CAPS = 21,        /* least width of a column, in heights of its capitals; own */
    VALUE_LINES_MAX = 5,     /* of one fact */
    LARGEST_PERCENT = 64,    /* of the visitors' text, where the trying begins; own */
    TITLE_PERCENT = 230,     /* of the lines' capitals; own */
    BETWEEN_PERCENT = 55,    /* of a capital, between two facts; own */
    CLOSE_PERCENT = 12,      /* the same where room is short; own */
    TITLE_FROM_THE_SIDE = 2, /* on a panel so many times wider than high name and place share a
                                line */
    SMALLER_PERCENT = 95
};

/* One way of setting the panel. */
struct grid {
    const struct view_start *start;
    struct style name, value;
    struct box lines; /* below the title */
    int columns, column_px, between_px;
    int gutter_px, name_px;
};

static bool one_line_title(const struct box *box) {
    return box->width > TITLE_FROM_THE_SIDE * box->height;
}

static int title_cap(const struct grid *grid) {
    return grid->name.cap_px * TITLE_PERCENT / 100;
}

/* Height of the title with the rule below it. */
static int title_px(const struct grid *grid, const struct box *inner) {
    int place = one_line_title(inner) ? 0 : line_height(grid->value.cap_px);
    return line_height(title_cap(grid)) + place + grid->name.cap_px;
}

static struct grid grid_make(const struct pen *pen, const struct view_start *start,
                             struct box inner, int cap, int columns) {
    struct grid grid = {.start = start, .columns = columns};
    grid.name = (struct style){FACE_TEXT, COLOUR_SOFT, ALIGN_LEFT, cap};
    grid.value = (struct style){FACE_TEXT, COLOUR_INK, ALIGN_LEFT, cap};
    grid.gutter_px = line_height(cap) + cap / 2;
    grid.between_px = cap * BETWEEN_PERCENT / 100;
    for (size_t i = 0; i < start->lines_count; i++) {
        int width = pen_width(pen, grid.name.face, cap, start->lines[i].name);
        grid.name_px = width > grid.name_px ? width : grid.name_px;
    }
    grid.name_px += cap;
    grid.column_px = (inner.width - (columns - 1) * 2 * pen->margin) / columns;
    int title = title_px(&grid, &inner);
    grid.lines = inner;
    grid.lines.y += title;
    grid.lines.height -= title;
    return grid;
}

static int value_px(const struct grid *grid) {
    return grid->column_px - grid->gutter_px - grid->name_px;
}

static void set_fact(struct pen *pen, const struct grid *grid, const struct start_line *line,
                     const struct wrapped *value, struct box at) {
    int height = line_height(grid->value.cap_px);
    if (line->trouble) {
        struct box sign = {at.x, at.y, height, height};
        layout_sign(pen, COLOUR_ALARM, COLOUR_ALARM_INK, box_inset(sign, height / 12, height / 12));
    }
    at.x += grid->gutter_px;
    at.width = grid->name_px;
    pen_text(pen, &grid->name, at, line->name);
    at.x += grid->name_px;
    at.width = value_px(grid);
    for (size_t i = 0; i < value->count; i++) {
        pen_text(pen, &grid->value, at, value->lines[i]);
        at.y += height;
    }
}

/* Goes through the facts column by column; draws them if it is to. Returns how many of them are
 * whole, one after the other from the first; what fits has then been drawn. */
static size_t set_facts(struct pen *pen, const struct grid *grid, bool draw) {
    int line = line_height(grid->value.cap_px);
    int bottom = grid->lines.y + grid->lines.height;
    int column = 0;
    struct box at = grid->lines;
    const char *last = "";
    for (size_t i = 0; i < grid->start->lines_count && value_px(grid) > line; i++) {
        struct start_line fact = grid->start->lines[i];
        struct wrapped value = {.most = VALUE_LINES_MAX};
        last = fact.name[0] != '\0' ? grid->start->lines[i].name : last;
        pen_wrap(pen, &grid->value, value_px(grid), fact.value, &value);
        if (at.y + (int)value.count * line > bottom && at.y > grid->lines.y &&
            column + 1 < grid->columns) {
            column++;
            at.x += grid->column_px + 2 * pen->margin;
            at.y = grid->lines.y;
            text_copy(fact.name, sizeof fact.name, last); /* a column begins with a name */
        }
        int room = at.y < bottom ? (bottom - at.y) / line : 0;
        bool whole = room >= (int)value.count;
        if (!whole) {
            value.most = (size_t)room;
            pen_wrap(pen, &grid->value, value_px(grid), fact.value, &value);
        }
        whole = whole && wrapped_whole(pen, &grid->value, value_px(grid), &value);
        if (draw && value.count > 0) {
            set_fact(pen, grid, &fact, &value, at);
        }
        if (!whole && (!draw || value.count == 0)) {
            return i;
        }
        at.y += (int)value.count * line + grid->between_px;
    }
    return grid->start->lines_count;
}

static void set_title(struct pen *pen, const struct grid *grid, struct box inner) {
    struct style name = {FACE_STRONG, COLOUR_INK, ALIGN_LEFT, title_cap(grid)};
    struct style place = {FACE_TEXT, COLOUR_SOFT, ALIGN_LEFT, grid->value.cap_px};
    bool beside = one_line_title(&inner);
    struct box at = inner;
    int least = grid->value.cap_px;
    int high = line_height(name.cap_px);
    name.cap_px =
        pen_fit(pen, &name, least, beside ? inner.width / 2 : inner.width, grid->start->display);
    at.y += (high - line_height(name.cap_px)) / 2;
    if (beside) {
        int width = pen_width(pen, name.face, name.cap_px, grid->start->display);
        at.width = width < inner.width / 2 ? width : inner.width / 2;
    }
    pen_text(pen, &name, at, grid->start->display);
    struct box rest = inner;
    rest.y = at.y + line_baseline(name.face, name.cap_px) -
             line_baseline(place.face, place.cap_px); /* on the same line */
    if (beside) {
        rest.x += at.width + 2 * place.cap_px;
        rest.width -= at.width + 2 * place.cap_px;
    } else {
        rest.y = inner.y + high;
    }
    pen_text(pen, &place, rest, grid->start->place);
    int thick = 1 + pen->unit / 1000;
    pen_fill(
        pen, COLOUR_LINE,
        (struct box){inner.x, grid->lines.y - grid->name.cap_px / 2 - thick, inner.width, thick},
        0);
}

/* The better of two ways at one size: more facts whole, or else in fewer columns. */
static bool better(const struct grid *grid, size_t whole, const struct grid *best,
                   size_t best_whole) {
    return whole > best_whole || (whole == best_whole && grid->columns < best->columns);
}

/* All columns that have room, at one size and one distance between facts. Returns how many facts
 * are whole in the best way. */
static size_t try_columns(struct pen *pen, struct box inner, int between_percent,
                          struct grid *grid) {
    int cap = grid->value.cap_px;
    size_t best_whole = 0;
    struct grid best = grid_make(pen, grid->start, inner, cap, 1);
    for (int columns = 1; columns <= COLUMNS_MAX; columns++) {
        struct grid next = grid_make(pen, grid->start, inner, cap, columns);
        next.between_px = cap * between_percent / 100;
        if (columns > 1 && next.column_px < COLUMN_CAPS * cap) {
            break;
        }
        size_t whole = set_facts(pen, &next, false);
        if (columns == 1 || better(&next, whole, &best, best_whole)) {
            best = next;
            best_whole = whole;
        }
    }
    *grid = best;
    return best_whole;
}

/* The largest size, in the fewest columns, at which everything fits; else the least size, closely
 * set, in the way that has most of it whole. */
static struct grid find_grid(struct pen *pen, const struct view_start *start, struct box inner) {
    int least = sheet_staff_cap(pen->unit, pen->text_cap);
    int cap = pen->text_cap * LARGEST_PERCENT / 100;
    for (;; cap = cap * SMALLER_PERCENT / 100) {
        struct grid grid = {.start = start};
        grid.value.cap_px = cap > least ? cap : least;
        if (try_columns(pen, inner, BETWEEN_PERCENT, &grid) == start->lines_count) {
            return grid;
        }
        if (cap <= least) {
            (void)try_columns(pen, inner, CLOSE_PERCENT, &grid);
            return grid;
        }
    }
}

void layout_start(struct pen *pen, const struct view *view, struct box box) {
    bool from_right = pen->from_right;
    size_t first = pen->scene->nodes_count;
    struct box inner =
        box_inset(box, plan_card_pad(pen->plan) * 8 / 10, plan_card_pad(pen->plan) * 6 / 10);
    pen->from_right = false;
    struct grid grid = find_grid(pen, &view->start, inner);
    if (grid.lines.height >= line_height(grid.value.cap_px) && inner.width > 0) {
        pen_fill(pen, COLOUR_PANEL, box, per_mille(pen->unit, 22));
        set_title(pen, &grid, inner);
        (void)set_facts(pen, &grid, true);
    }
    pen->from_right = from_right;
    if (from_right) {
        pen_mirror(pen, first, box);
    }
}
