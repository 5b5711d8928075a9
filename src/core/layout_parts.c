/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout's pen: nodes, measures, fitting and wrapping.
 *
 * A line's box holds the capitals with 36 % of their height above (marks on capitals, ascenders)
 * and 30 % below (descenders), so stacked boxes never touch each other's marks and the line pitch
 * is that of readable text. Lines are broken by adding up the
 * widths of words, which the metrics can remember from one call to the next; the whole line is
 * measured once at its end, because a face may kern across a blank.
 *
 * A line ends at a blank or behind a word's own hyphen ("Kfz-Zulassung"). Only a word that is too
 * wide for a line by itself is broken, with a hyphen, and with three letters or more on either
 * side.
 *
 * Refused: hyphenation by syllables (needs a dictionary per language; a rule for compounds is wrong
 * too often), justified text (rivers at a distance).
 */
#include "core/layout_parts.h"

#include "core/reading.h"
#include "core/text.h"
#include "core/utf8.h"
#include "system/check.h"

#include <string.h>

enum { CAP_MIN_PX = 3, LETTERS_BEFORE_HYPHEN = 2, LETTERS_OF_PART = 3, HYPHENATED_BELOW = 0x590 };

int per_mille(int value, int thousandths) {
    int result = (int)((int64_t)value * thousandths / 1000);
    return result > 0 ? result : 1;
}

static int room_above(enum face face, int cap_px) {
    return (cap_px * (face == FACE_TICKET ? TICKET_ABOVE_PER_CENT : TEXT_ABOVE_PER_CENT) + 99) /
           100;
}

static int room_below(enum face face, int cap_px) {
    return (cap_px * (face == FACE_TICKET ? TICKET_BELOW_PER_CENT : TEXT_BELOW_PER_CENT) + 99) /
           100;
}

int line_baseline(enum face face, int cap_px) {
    return room_above(face, cap_px) + cap_px;
}

int line_height(int cap_px) {
    return line_baseline(FACE_TEXT, cap_px) + room_below(FACE_TEXT, cap_px);
}

int ticket_height(int cap_px) {
    return line_baseline(FACE_TICKET, cap_px) + room_below(FACE_TICKET, cap_px);
}

int line_cap(int height_px) {
    int cap = height_px * 100 / 166;
    while (cap > CAP_MIN_PX && line_height(cap) > height_px) {
        cap--;
    }
    return cap > CAP_MIN_PX ? cap : CAP_MIN_PX;
}

struct box box_inset(struct box box, int dx, int dy) {
    box.x += dx;
    box.y += dy;
    box.width = box.width > 2 * dx ? box.width - 2 * dx : 0;
    box.height = box.height > 2 * dy ? box.height - 2 * dy : 0;
    return box;
}

int pen_width(const struct pen *pen, enum face face, int cap_px, const char *text) {
    return text[0] == '\0' ? 0 : pen->metrics->width(pen->metrics->context, face, cap_px, text);
}

static struct node *pen_add(struct pen *pen, enum node_kind kind, enum colour colour,
                            struct box box) {
    struct scene *scene = pen->scene;
    CHECK(scene->nodes_count < NODES_MAX);
    struct node *node = &scene->nodes[scene->nodes_count++];
    node->kind = kind;
    node->colour = colour;
    node->box = box;
    return node;
}

struct pen pen_make(const struct plan *plan, const struct sheet *sheet,
                    const struct metrics *metrics) {
    return (struct pen){.metrics = metrics,
                        .plan = plan,
                        .width = sheet->width,
                        .height = sheet->height,
                        .unit = plan->unit,
                        .margin = plan->margin,
                        .text_cap = plan->text_cap,
                        .call_cap = plan->call_cap};
}

void pen_fill(struct pen *pen, enum colour colour, struct box box, int radius) {
    if (box.width > 0 && box.height > 0) {
        pen_add(pen, NODE_FILL, colour, box)->radius = radius;
    }
}

void pen_ring(struct pen *pen, enum colour colour, struct box box, struct ring ring) {
    if (box.width > 0 && box.height > 0) {
        pen_add(pen, NODE_RING, colour, box)->ring = ring;
    }
}

void pen_sign(struct pen *pen, enum colour colour, struct box box, enum sign sign) {
    if (box.width > 0 && box.height > 0) {
        pen_add(pen, NODE_SIGN, colour, box)->sign = sign;
    }
}

void pen_arrow(struct pen *pen, enum colour colour, struct box box, enum direction direction) {
    if (box.width > 0 && box.height > 0) {
        struct node *node = pen_add(pen, NODE_ARROW, colour, box);
        node->onward = direction == DIRECTION_NONE;
        node->direction = node->onward ? DIRECTION_RIGHT : direction;
    }
}

bool pen_against(const struct pen *pen, const char *text) {
    enum reading reading = reading_of(text);
    return reading == (pen->from_right ? READING_FROM_LEFT : READING_FROM_RIGHT);
}

void pen_mirror(struct pen *pen, size_t from, struct box area) {
    for (size_t i = from; i < pen->scene->nodes_count; i++) {
        struct node *node = &pen->scene->nodes[i];
        node->box.x = 2 * area.x + area.width - node->box.x - node->box.width;
        if (node->kind == NODE_TEXT && node->text.align != ALIGN_CENTER) {
            node->text.align = node->text.align == ALIGN_LEFT ? ALIGN_RIGHT : ALIGN_LEFT;
        } else if (node->kind == NODE_ARROW && node->onward) {
            node->direction = node->direction == DIRECTION_RIGHT ? DIRECTION_LEFT : DIRECTION_RIGHT;
        }
    }
}

void pen_grey(struct pen *pen, int grey, struct box box) {
    if (box.width > 0 && box.height > 0) {
        pen_add(pen, NODE_GREY, COLOUR_GROUND, box)->grey = grey;
    }
}

void pen_picture(struct pen *pen, struct box box) {
    pen_add(pen, NODE_PICTURE, COLOUR_GROUND, box);
}

void pen_text(struct pen *pen, const struct style *style, struct box area, const char *text) {
    if (text[0] == '\0' || area.width <= 0) {
        return;
    }
    int height =
        style->face == FACE_TICKET ? ticket_height(style->cap_px) : line_height(style->cap_px);
    struct box box = {area.x, area.y, area.width, height};
    struct node *node = pen_add(pen, NODE_TEXT, style->colour, box);
    node->text.face = style->face;
    bool begins_right =
        style->align == ALIGN_LEFT && style->face != FACE_TICKET && pen_against(pen, text);
    node->text.align = begins_right ? ALIGN_RIGHT : style->align;
    node->text.cap_px = style->cap_px;
    node->text.baseline_px = line_baseline(style->face, style->cap_px);
    text_copy(node->text.text, sizeof node->text.text, text);
}

int pen_fit(const struct pen *pen, const struct style *style, int cap_min, int width_px,
            const char *text) {
    int least = cap_min > CAP_MIN_PX ? cap_min : CAP_MIN_PX;
    int cap = style->cap_px > least ? style->cap_px : least;
    while (cap > least && pen_width(pen, style->face, cap, text) > width_px) {
        int smaller = cap * 94 / 100;
        cap = smaller > least ? smaller : least;
    }
    return cap;
}

int pen_fit_ticket(const struct pen *pen, const struct style *style, int width_px,
                   const char *text) {
    int cap = pen_fit(pen, style, pen->call_cap, width_px, text);
    bool fits = cap <= style->cap_px && pen_width(pen, style->face, cap, text) <= width_px;
    return fits ? cap : pen_fit(pen, style, CAP_MIN_PX, width_px, text);
}

static bool inside_character(char byte) {
    return ((unsigned char)byte & 0xC0u) == 0x80u;
}

static void copy_bytes(char *out, const char *text, size_t bytes) {
    size_t kept = bytes < TEXT_BYTES ? bytes : TEXT_BYTES - 1;
    memcpy(out, text, kept);
    out[kept] = '\0';
}

void text_join(char *out, size_t out_bytes, const char *separator, const char *text) {
    if (out[0] != '\0' && text[0] != '\0') {
        text_append(out, out_bytes, separator);
    }
    text_append(out, out_bytes, text);
}

/* What a line of text is being broken with. */
struct breaker {
    const struct pen *pen;
    const struct style *style;
    int width_px;
};

static int bytes_width(const struct breaker *breaker, const char *text, size_t bytes) {
    char part[TEXT_BYTES];
    copy_bytes(part, text, bytes);
    return pen_width(breaker->pen, breaker->style->face, breaker->style->cap_px, part);
}

/* Letters of scripts that are hyphenated: Latin, Greek, Cyrillic, Armenian. */
static bool hyphenated(const char *text) {
    uint32_t codepoint = 0;
    return utf8_read(text, &codepoint) > 0 && codepoint < HYPHENATED_BELOW &&
           reading_of_character(codepoint) == READING_FROM_LEFT;
}

static size_t character_before(const char *text, size_t at) {
    do {
        at--;
    } while (at > 0 && inside_character(text[at]));
    return at;
}

static size_t characters_in(const char *text, size_t bytes) {
    size_t count = 0;
    for (size_t i = 0; i < bytes; i++) {
        count += inside_character(text[i]) ? 0 : 1;
    }
    return count;
}

/* Whether a line that ends after so many bytes of text ends between two letters of a word. */
static bool needs_hyphen(const char *text, size_t bytes) {
    return hyphenated(text + character_before(text, bytes)) && hyphenated(text + bytes);
}

/* Bytes of the longest beginning of a too wide word that fits with a hyphen behind it, at least one
 * character. */
static size_t break_word(const struct breaker *breaker, const char *text, size_t bytes) {
    int room = breaker->width_px - (hyphenated(text) ? bytes_width(breaker, "-", 1) : 0);
    size_t low = 1;
    size_t high = bytes;
    while (low < high) {
        size_t middle = (low + high + 1) / 2;
        if (bytes_width(breaker, text, middle) <= room) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    while (low > 1 && inside_character(text[low])) {
        low--;
    }
    while (inside_character(text[low])) {
        low++;
    }
    while (low < bytes && characters_in(text + low, bytes - low) < LETTERS_OF_PART &&
           characters_in(text, low) > LETTERS_OF_PART) {
        low = character_before(text, low);
    }
    return low;
}

static bool is_letter(char byte) {
    char small = (char)(byte | 0x20);
    return (small >= 'a' && small <= 'z') || ((unsigned char)byte & 0x80u) != 0;
}

/* Bytes up to where a line may end: before a blank, or behind a hyphen or stroke within a word. */
static size_t piece_bytes(const char *word) {
    size_t length = strcspn(word, " ");
    for (size_t i = LETTERS_BEFORE_HYPHEN; i + LETTERS_OF_PART < length; i++) {
        if ((word[i] == '-' || word[i] == '/') && is_letter(word[i + 1])) {
            return i + 1;
        }
    }
    return length;
}

/* Whether the rest of a word, behind its hyphen, is too wide for a line: then the word is broken
 * where it is full, which leaves more of it. */
static bool too_wide_behind(const struct breaker *breaker, const char *text, const char *rest) {
    size_t bytes = piece_bytes(rest);
    return strcspn(text, " ") >= (size_t)(rest - text) &&
           bytes_width(breaker, rest, bytes) > breaker->width_px;
}

/* Bytes of text that go on one line; never 0 for a text that holds something. */
static size_t break_line(const struct breaker *breaker, const char *text) {
    int space = bytes_width(breaker, "n n", 3) - bytes_width(breaker, "nn", 2);
    int used = 0;
    size_t taken = 0;
    size_t before = 0;
    const char *word = text;
    for (;;) {
        size_t bytes = piece_bytes(word);
        int gap = taken > 0 && word[-1] == ' ' ? space : 0;
        int width = bytes_width(breaker, word, bytes);
        if (used + gap + width > breaker->width_px) {
            break;
        }
        used += gap + width;
        before = taken;
        taken = (size_t)(word - text) + bytes;
        if (word[bytes] == '\0') {
            break;
        }
        word += bytes + (word[bytes] == ' ' ? 1 : 0);
    }
    if (taken == 0 || too_wide_behind(breaker, text, word)) {
        return break_word(breaker, text, strcspn(text, " "));
    }
    return before > 0 && bytes_width(breaker, text, taken) > breaker->width_px ? before : taken;
}

/* Whether a line that ends after so many bytes of text ends within a word, where it has no hyphen.
 */
static bool is_broken(const char *text, size_t bytes) {
    char before = text[bytes - 1];
    return text[bytes] != '\0' && text[bytes] != ' ' && before != '-' && before != '/';
}

void pen_wrap(const struct pen *pen, const struct style *style, int width_px, const char *text,
              struct wrapped *wrapped) {
    const struct breaker breaker = {pen, style, width_px};
    size_t most = wrapped->most < WRAPPED_LINES_MAX ? wrapped->most : WRAPPED_LINES_MAX;
    const char *rest = text + strspn(text, " ");
    wrapped->count = 0;
    wrapped->broken = false;
    while (rest[0] != '\0' && wrapped->count < most) {
        bool last = wrapped->count + 1 == most;
        size_t bytes = last ? strlen(rest) : break_line(&breaker, rest);
        char *line = wrapped->lines[wrapped->count++];
        reading_line(text, rest, bytes, line, TEXT_BYTES);
        if (is_broken(rest, bytes)) {
            wrapped->broken = true;
            text_append(line, TEXT_BYTES, needs_hyphen(rest, bytes) ? "-" : "");
        }
        rest += bytes;
        rest += strspn(rest, " ");
    }
}

bool wrapped_whole(const struct pen *pen, const struct style *style, int width_px,
                   const struct wrapped *wrapped) {
    return wrapped->count == 0 || pen_width(pen, style->face, style->cap_px,
                                            wrapped->lines[wrapped->count - 1]) <= width_px;
}

/* Wraps with the size reduced until all fits, whole words only if so wished. Returns whether it
 * does at the size that is left. */
static bool wrap_smaller(const struct pen *pen, struct style *style, struct box area,
                         const char *text, struct wrapped *wrapped) {
    bool whole_words = !wrapped->broken;
    for (;;) {
        int lines = area.height / line_height(style->cap_px);
        wrapped->most = lines > 0 ? (size_t)lines : 1;
        pen_wrap(pen, style, area.width, text, wrapped);
        bool fits = lines > 0 && wrapped_whole(pen, style, area.width, wrapped);
        fits = fits && !(whole_words && wrapped->broken);
        if (fits || style->cap_px <= wrapped->cap_min) {
            return fits;
        }
        int smaller = style->cap_px * 94 / 100;
        style->cap_px = smaller > wrapped->cap_min ? smaller : wrapped->cap_min;
    }
}

void pen_wrap_fit(const struct pen *pen, struct style *style, struct box area, const char *text,
                  struct wrapped *wrapped) {
    int cap_px = style->cap_px;
    wrapped->broken = false;
    if (!wrap_smaller(pen, style, area, text, wrapped) && wrapped->broken) {
        /* A word that has to be broken stays as large as it may be. */
        style->cap_px = cap_px;
        (void)wrap_smaller(pen, style, area, text, wrapped);
    }
}

void layout_sign(struct pen *pen, enum colour disc, enum colour mark, struct box box) {
    pen_fill(pen, disc, box, box.height / 2);
    struct box stem = {box.x + box.width * 44 / 100, box.y + box.height * 20 / 100,
                       box.width - 2 * (box.width * 44 / 100), box.height * 36 / 100};
    struct box dot = stem;
    dot.y = box.y + box.height * 66 / 100;
    dot.height = dot.width;
    pen_fill(pen, mark, stem, stem.width / 2);
    pen_fill(pen, mark, dot, dot.width / 2);
}
