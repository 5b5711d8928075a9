/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For tests of the layout: a view and the scene made of it, a ruler of equal boxes in place of
 * faces, and what must hold of every scene.
 */
#ifndef HALLCALL_TESTS_LAYOUT_FIXTURE_H
#define HALLCALL_TESTS_LAYOUT_FIXTURE_H

#include "core/layout.h"

#include <stdio.h>
#include <string.h>

static struct scene scene;
static struct view view;

/* Every character is as wide as a wide one of a real face. */
static inline int ruler(void *context, enum face face, int cap_px, const char *text) {
    (void)context;
    int characters = 0;
    for (; *text != '\0'; text++) {
        characters += ((unsigned char)*text & 0xC0u) != 0x80u;
    }
    return characters * cap_px * (face == FACE_TICKET ? 92 : 84) / 100 + 1;
}

static const struct metrics metrics = {NULL, ruler};
static const struct mounting nowhere = {0, 0, 0};

static inline struct sheet layout(enum layout_kind kind, int width, int height) {
    struct sheet sheet = sheet_make(kind, width, height, &nowhere);
    memset(&scene, 0xA5, sizeof scene);
    layout_make(&view, &sheet, &metrics, &scene);
    return sheet;
}

static inline bool overlap(struct box a, struct box b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

static inline void assert_inside(const struct node *node) {
    struct box box = node->box;
    if (box.x < 0 || box.y < 0 || box.width <= 0 || box.height <= 0 ||
        box.x + box.width > scene.width || box.y + box.height > scene.height) {
        fail_msg("%dx%d: a node of kind %d at %d,%d of %dx%d leaves the screen: %s", scene.width,
                 scene.height, (int)node->kind, box.x, box.y, box.width, box.height,
                 node->kind == NODE_TEXT ? node->text.text : "");
    }
}

/* Whether a node is something to read; what is under it is not. */
static inline bool is_read(const struct node *node) {
    return node->kind != NODE_FILL && node->kind != NODE_RING;
}

static inline void assert_apart(const struct node *a, const struct node *b) {
    if (is_read(a) && is_read(b) && overlap(a->box, b->box)) {
        fail_msg("%dx%d: \"%s\" at %d,%d of %dx%d overlaps \"%s\" at %d,%d of %dx%d", scene.width,
                 scene.height, a->kind == NODE_TEXT ? a->text.text : "arrow", a->box.x, a->box.y,
                 a->box.width, a->box.height, b->kind == NODE_TEXT ? b->text.text : "arrow",
                 b->box.x, b->box.y, b->box.width, b->box.height);
    }
}

static inline void assert_scene_sound(void) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        assert_inside(node);
        if (node->kind == NODE_TEXT) {
            assert_true(node->text.cap_px >= 3);
            assert_true(node->text.baseline_px >= node->text.cap_px);
            assert_true(node->text.baseline_px <= node->box.height);
        }
        for (size_t j = i + 1; j < scene.nodes_count; j++) {
            assert_apart(node, &scene.nodes[j]);
        }
    }
}

/* Whether a ticket stands somewhere, whole. */
static inline bool ticket_whole(const char *ticket) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        if (node->kind == NODE_TEXT && node->text.face == FACE_TICKET &&
            strcmp(node->text.text, ticket) == 0 &&
            ruler(NULL, FACE_TICKET, node->text.cap_px, ticket) <= node->box.width) {
            return true;
        }
    }
    return false;
}

/* Whether a text, or its first line, stands somewhere. */
static inline bool text_shown(const char *text) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        size_t bytes = node->kind == NODE_TEXT ? strlen(node->text.text) : 0;
        if (bytes > 0 && strncmp(node->text.text, text, bytes) == 0) {
            return true;
        }
    }
    return false;
}

static inline size_t texts_like(const char *beginning) {
    size_t count = 0;
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        count +=
            node->kind == NODE_TEXT && strncmp(node->text.text, beginning, strlen(beginning)) == 0;
    }
    return count;
}

static inline const struct node *text_of(const char *text) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        if (scene.nodes[i].kind == NODE_TEXT && strcmp(scene.nodes[i].text.text, text) == 0) {
            return &scene.nodes[i];
        }
    }
    return NULL;
}

/* A view of a well configured hall: tickets of 4 characters, counters of 2 digits. */
static inline void usual_view(bool alarm) {
    memset(&view, 0, sizeof view);
    (void)snprintf(view.hall, sizeof view.hall, "Hall");
    (void)snprintf(view.clock, sizeof view.clock, "14:05");
    (void)snprintf(view.date, sizeof view.date, "Sunday, 22 November");
    (void)snprintf(view.called, sizeof view.called, "Called");
    (void)snprintf(view.notice, sizeof view.notice, "The desk closes at 15:30.");
    view.hero.state = HERO_CALLING;
    view.hero.lines_count = 2;
    (void)snprintf(view.hero.ticket, sizeof view.hero.ticket, "W888");
    for (size_t i = 0; i < 2; i++) {
        struct view_line *line = &view.hero.lines[i];
        (void)snprintf(line->title, sizeof line->title, "Ticket");
        (void)snprintf(line->noun, sizeof line->noun, "Counter");
        (void)snprintf(line->label, sizeof line->label, "12");
        (void)snprintf(line->way, sizeof line->way, "Ground floor, to the left");
        (void)snprintf(line->again, sizeof line->again, "%s", alarm ? "Called again" : "");
    }
    view.rows_count = VIEW_ROWS_MAX;
    for (size_t i = 0; i < VIEW_ROWS_MAX; i++) {
        struct view_row *row = &view.rows[i];
        (void)snprintf(row->ticket, sizeof row->ticket, "W%03u", (unsigned)(800 + i));
        (void)snprintf(row->noun, sizeof row->noun, "Counter");
        (void)snprintf(row->label, sizeof row->label, "%u", (unsigned)(10 + i));
        row->fresh = i < 2;
    }
    view.alarm = alarm ? ALARM_VOICE : ALARM_NONE;
    (void)snprintf(view.alarm_texts[0], PHRASE_BYTES, "Please watch the screen.");
}

#endif
