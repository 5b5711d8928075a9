/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON into a view, strictly: an unknown member is a mistake in a picture's description and is
 * told, unlike on the wire, where it is a message from the future.
 *
 * One table per object says which member is which text of which size, so that a text added to the
 * view is one line here.
 */
#include "screen/view_file.h"

#include "core/pulse.h"

#include <jansson.h>
#include <stddef.h>
#include <string.h>

struct reading {
    const char *path;
    struct diagnostics *diagnostics;
    bool good;
};

/* A text member: its name, place and room. A table of them ends in a NULL name. */
struct text_member {
    const char *name;
    size_t offset, bytes;
};

#define TEXT_MEMBER(type, member)                                                                  \
    { #member, offsetof(struct type, member), sizeof(((struct type *)0)->member) }

static const struct text_member view_texts[] = {
    TEXT_MEMBER(view, hall),   TEXT_MEMBER(view, clock),        TEXT_MEMBER(view, date),
    TEXT_MEMBER(view, called), TEXT_MEMBER(view, called_first), TEXT_MEMBER(view, page_text),
    TEXT_MEMBER(view, notice), TEXT_MEMBER(view, urgent_head),  {NULL, 0, 0},
};
static const struct text_member line_texts[] = {
    TEXT_MEMBER(view_line, tag),   TEXT_MEMBER(view_line, title),    TEXT_MEMBER(view_line, noun),
    TEXT_MEMBER(view_line, label), TEXT_MEMBER(view_line, way),      TEXT_MEMBER(view_line, again),
    TEXT_MEMBER(view_line, moved), TEXT_MEMBER(view_line, priority), {NULL, 0, 0},
};
static const struct text_member row_texts[] = {
    TEXT_MEMBER(view_row, ticket),
    TEXT_MEMBER(view_row, noun),
    TEXT_MEMBER(view_row, label),
    TEXT_MEMBER(view_row, again),
    TEXT_MEMBER(view_row, moved),
    TEXT_MEMBER(view_row, priority),
    {NULL, 0, 0},
};
static const struct text_member start_texts[] = {
    TEXT_MEMBER(view_start, display),
    TEXT_MEMBER(view_start, place),
    {NULL, 0, 0},
};
static const struct text_member start_line_texts[] = {
    TEXT_MEMBER(start_line, name),
    TEXT_MEMBER(start_line, value),
    {NULL, 0, 0},
};
static const char *const hero_states[] = {"none", "calling", "resting", NULL};
static const char *const saids[] = {"nothing", "ticket", "destination", NULL};
static const char *const directions[] = {"none", "left", "right", "up", "down", "ahead", NULL};
static const char *const alarms[] = {"none", "link", "voice", NULL};

static void complain(struct reading *reading, const char *member, const char *expected) {
    diagnostics_add(reading->diagnostics, reading->path, 0, NULL, member, NULL, "expected %s",
                    expected);
    reading->good = false;
}

static void read_text(struct reading *reading, const char *name, json_t *value, char *out,
                      size_t out_bytes) {
    const char *text = json_string_value(value);
    if (text == NULL || strlen(text) >= out_bytes) {
        complain(reading, name, "a text of that member's length");
        return;
    }
    memcpy(out, text, strlen(text) + 1);
}

/* Whether name is one of the texts; reads it into base. */
static bool read_member(struct reading *reading, const struct text_member *members, void *base,
                        const char *name, json_t *value) {
    for (; members->name != NULL; members++) {
        if (strcmp(members->name, name) == 0) {
            read_text(reading, name, value, (char *)base + members->offset, members->bytes);
            return true;
        }
    }
    return false;
}

static int read_word(struct reading *reading, const char *name, json_t *value,
                     const char *const *words) {
    const char *text = json_string_value(value);
    for (int i = 0; text != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            return i;
        }
    }
    complain(reading, name, "one of that member's words");
    return 0;
}

static bool read_flag(struct reading *reading, const char *name, json_t *value) {
    if (!json_is_boolean(value)) {
        complain(reading, name, "true or false");
    }
    return json_is_true(value);
}

/* The length of a list of at most `most`, 0 when it is none. */
static size_t read_count(struct reading *reading, const char *name, json_t *value, size_t most) {
    if (!json_is_array(value) || json_array_size(value) > most) {
        complain(reading, name, "a list, not longer than the screen can show");
        return 0;
    }
    return json_array_size(value);
}

/* Where a list of texts goes: an array of `most` texts of `bytes` each. */
struct text_list {
    char *first;
    size_t bytes, most;
};

static size_t read_texts(struct reading *reading, const char *name, json_t *value,
                         struct text_list list) {
    size_t count = read_count(reading, name, value, list.most);
    for (size_t i = 0; i < count; i++) {
        read_text(reading, name, json_array_get(value, i), list.first + i * list.bytes, list.bytes);
    }
    return count;
}

static void read_line(struct reading *reading, json_t *object, struct view_line *line) {
    const char *name;
    json_t *value;
    if (!json_is_object(object)) {
        complain(reading, "lines", "objects in it");
    }
    json_object_foreach(object, name, value) {
        if (!read_member(reading, line_texts, line, name, value)) {
            complain(reading, name, "no such member in a line of the hero");
        }
    }
}

static void read_row(struct reading *reading, json_t *object, struct view_row *row) {
    const char *name;
    json_t *value;
    if (!json_is_object(object)) {
        complain(reading, "rows", "objects in it");
    }
    json_object_foreach(object, name, value) {
        if (strcmp(name, "fresh") == 0) {
            row->fresh = read_flag(reading, name, value);
        } else if (strcmp(name, "noun_needed") == 0) {
            row->noun_needed = read_flag(reading, name, value);
        } else if (!read_member(reading, row_texts, row, name, value)) {
            complain(reading, name, "no such member in a row");
        }
    }
}

static size_t read_place(struct reading *reading, const char *name, json_t *value, size_t most) {
    json_int_t place = json_integer_value(value);
    if (!json_is_integer(value) || place < 0 || place > (json_int_t)most) {
        complain(reading, name, "a whole number in that member's range");
        return 0;
    }
    return (size_t)place;
}

static void read_hero(struct reading *reading, json_t *object, struct view_hero *hero) {
    const char *name;
    json_t *value;
    if (!json_is_object(object)) {
        complain(reading, "hero", "an object");
    }
    json_object_foreach(object, name, value) {
        if (strcmp(name, "state") == 0) {
            hero->state = (enum hero_state)read_word(reading, name, value, hero_states);
        } else if (strcmp(name, "ticket") == 0) {
            read_text(reading, name, value, hero->ticket, sizeof hero->ticket);
        } else if (strcmp(name, "direction") == 0) {
            hero->direction = (enum direction)read_word(reading, name, value, directions);
        } else if (strcmp(name, "strong") == 0) {
            hero->strong = read_flag(reading, name, value);
        } else if (strcmp(name, "said") == 0) {
            hero->said = (enum said)read_word(reading, name, value, saids);
        } else if (strcmp(name, "said_line") == 0) {
            hero->said_line = read_place(reading, name, value, VIEW_LANGS_MAX - 1);
        } else if (strcmp(name, "pulse") == 0) {
            hero->pulse = (int)read_place(reading, name, value, PULSE_TOP);
        } else if (strcmp(name, "lines") == 0) {
            hero->lines_count = read_count(reading, name, value, VIEW_LANGS_MAX);
            for (size_t i = 0; i < hero->lines_count; i++) {
                read_line(reading, json_array_get(value, i), &hero->lines[i]);
            }
        } else {
            complain(reading, name, "no such member in the hero");
        }
    }
}

static void read_start_line(struct reading *reading, json_t *object, struct start_line *line) {
    const char *name;
    json_t *value;
    if (!json_is_object(object)) {
        complain(reading, "lines", "objects in it");
    }
    json_object_foreach(object, name, value) {
        if (strcmp(name, "trouble") == 0) {
            line->trouble = read_flag(reading, name, value);
        } else if (!read_member(reading, start_line_texts, line, name, value)) {
            complain(reading, name, "no such member in a line of the start screen");
        }
    }
}

static void read_start(struct reading *reading, json_t *object, struct view_start *start) {
    const char *name;
    json_t *value;
    if (!json_is_object(object)) {
        complain(reading, "start", "an object");
    }
    json_object_foreach(object, name, value) {
        if (strcmp(name, "lines") == 0) {
            start->lines_count = read_count(reading, name, value, START_LINES_MAX);
            for (size_t i = 0; i < start->lines_count; i++) {
                read_start_line(reading, json_array_get(value, i), &start->lines[i]);
            }
        } else if (!read_member(reading, start_texts, start, name, value)) {
            complain(reading, name, "no such member in the start screen");
        }
    }
}

/* The lists of texts. False when name is none of them. */
static bool read_list(struct reading *reading, const char *name, json_t *value, struct view *view) {
    if (strcmp(name, "welcome") == 0) {
        struct text_list list = {view->welcome[0], sizeof view->welcome[0], VIEW_LANGS_MAX};
        (void)read_texts(reading, name, value, list);
    } else if (strcmp(name, "welcome_hint") == 0) {
        struct text_list list = {view->welcome_hint[0], sizeof view->welcome_hint[0],
                                 VIEW_LANGS_MAX};
        (void)read_texts(reading, name, value, list);
    } else if (strcmp(name, "trouble") == 0) {
        struct text_list list = {view->trouble[0], sizeof view->trouble[0], VIEW_TROUBLE_MAX};
        (void)read_texts(reading, name, value, list);
    } else if (strcmp(name, "alarm_texts") == 0) {
        struct text_list list = {view->alarm_texts[0], sizeof view->alarm_texts[0], VIEW_ALARM_MAX};
        (void)read_texts(reading, name, value, list);
    } else if (strcmp(name, "urgent_texts") == 0) {
        struct text_list list = {view->urgent_texts[0], sizeof view->urgent_texts[0],
                                 VIEW_TEXTS_MAX};
        view->urgent_count = read_texts(reading, name, value, list);
    } else {
        return false;
    }
    return true;
}

static void read_view(struct reading *reading, json_t *root, struct view *view) {
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value) {
        if (read_member(reading, view_texts, view, name, value) ||
            read_list(reading, name, value, view)) {
            continue;
        }
        if (strcmp(name, "hero") == 0) {
            read_hero(reading, value, &view->hero);
        } else if (strcmp(name, "rows") == 0) {
            view->rows_count = read_count(reading, name, value, VIEW_ROWS_MAX);
            for (size_t i = 0; i < view->rows_count; i++) {
                read_row(reading, json_array_get(value, i), &view->rows[i]);
            }
        } else if (strcmp(name, "alarm") == 0) {
            view->alarm = (enum view_alarm)read_word(reading, name, value, alarms);
        } else if (strcmp(name, "start") == 0) {
            read_start(reading, value, &view->start);
        } else if (strcmp(name, "off") == 0) {
            view->off = read_flag(reading, name, value);
        } else if (strcmp(name, "urgent") == 0) {
            view->urgent = read_flag(reading, name, value);
        } else {
            complain(reading, name, "no such member in a view");
        }
    }
}

bool view_file_read(const char *path, struct view *view, struct diagnostics *diagnostics) {
    struct reading reading = {path, diagnostics, true};
    json_error_t error;
    memset(view, 0, sizeof *view);
    view->page = 1;
    view->pages = 1;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        diagnostics_add(diagnostics, path, error.line, NULL, NULL, NULL, "%s", error.text);
        return false;
    }
    if (json_is_object(root)) {
        read_view(&reading, root, view);
    } else {
        complain(&reading, NULL, "one object");
    }
    json_decref(root);
    return reading.good;
}
