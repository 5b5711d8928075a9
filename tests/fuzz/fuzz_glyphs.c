/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts of the supported scripts, mixed in any way, laid out with the installed faces: nothing
 * outside the screen, nothing on anything else, and no character drawn as the box of a missing
 * glyph.
 *
 * Beside fuzz_layout, which gives the layout any bytes and sizes with a ruler of its own: here the
 * characters are those that must be there, and faces, scripts and directions are the real ones. Two
 * bytes of the input are a character.
 */
#include "../unit/source_path.h"
#include "../unit/supported_scripts.h"
#include "core/layout.h"
#include "core/utf8.h"
#include "scene_rules.h"
#include "screen/text.h"
#include "system/check.h"

#include <string.h>

enum { CACHE_BYTES = 1 << 20, LETTERS_MOST = 24 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t left;
};

static unsigned take(struct input *input, unsigned below) {
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->data++ % below;
}

static void take_text(struct input *input, char *out, size_t bytes) {
    size_t used = 0;
    for (unsigned letters = take(input, LETTERS_MOST + 1); letters > 0; letters--) {
        unsigned range = take(input, SUPPORTED_RANGES);
        if (used + UTF8_BYTES > bytes) {
            break;
        }
        used += utf8_write(supported_character(range, take(input, 256)), out + used);
    }
    out[used] = '\0';
}

static struct text *the_text(void) {
    static struct text *text;
    if (text == NULL) {
        static struct diagnostics diagnostics;
        char path[PATH_BYTES];
        struct faces *faces = faces_create(source_path(path, "fonts/faces.ini"), &diagnostics);
        diagnostics_print(&diagnostics, stderr);
        CHECK(faces != NULL);
        text = text_create(faces, CACHE_BYTES);
        CHECK(text != NULL);
    }
    return text;
}

static void take_view(struct input *input, struct view *view) {
    take_text(input, view->hall, sizeof view->hall);
    view->hero.state = (enum hero_state)take(input, 3);
    view->hero.direction = (enum direction)take(input, 6);
    view->hero.lines_count = 1;
    take_text(input, view->hero.ticket, sizeof view->hero.ticket);
    take_text(input, view->hero.lines[0].noun, sizeof view->hero.lines[0].noun);
    take_text(input, view->hero.lines[0].label, sizeof view->hero.lines[0].label);
    take_text(input, view->hero.lines[0].way, sizeof view->hero.lines[0].way);
    view->rows_count = take(input, 3);
    for (size_t i = 0; i < view->rows_count; i++) {
        take_text(input, view->rows[i].ticket, sizeof view->rows[i].ticket);
        take_text(input, view->rows[i].label, sizeof view->rows[i].label);
    }
    take_text(input, view->called, sizeof view->called);
    take_text(input, view->notice, sizeof view->notice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct {
        int width, height;
    } screens[] = {{1920, 1080}, {1080, 1920}, {1024, 768}, {1920, 360}, {320, 180}};
    static const struct mounting nowhere;
    static struct view view;
    static struct scene scene;
    struct input input = {data, size};
    struct text *text = the_text();
    struct metrics metrics = text_metrics(text);
    memset(&view, 0, sizeof view);
    unsigned screen = take(&input, sizeof screens / sizeof screens[0]);
    struct sheet sheet = sheet_make((enum layout_kind)take(&input, LAYOUT_KINDS),
                                    screens[screen].width, screens[screen].height, &nowhere);
    take_view(&input, &view);
    layout_make(&view, &sheet, &metrics, &scene);
    check_scene(&scene);
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        CHECK(node->kind != NODE_TEXT || text_missing(text, node->text.face, node->text.text) == 0);
    }
    return 0;
}
