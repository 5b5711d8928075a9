/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The golden views: the scene must be the same text, the picture nearly the same pixels.
 *
 * Widths and pixels come from the installed faces (fonts-inter of Debian 12). A rounding of the
 * rasteriser may differ between machines, so a pixel may be off by a little and a few by more; a
 * scene may not. A missing golden file is a failure. `make golden` draws them again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/layout.h"
#include "screen/paint.h"
#include "screen/png.h"
#include "screen/scene_print.h"
#include "screen/view_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS_OFF_MAX = 2, PATH_BYTES = 512, NAME_ROOM = 64 };

static struct diagnostics diagnostics;
static struct faces *faces;
static struct text *text;
static struct theme theme;
static struct view view;
static struct scene scene;
static const struct mounting nowhere = {0, 0, 0};

static const char *source_path(char *path, const char *name) {
    const char *source = getenv("HALLCALL_SOURCE");
    (void)snprintf(path, PATH_BYTES, "%s/%s", source != NULL ? source : ".", name);
    return path;
}

static int open_faces(void **context) {
    char path[PATH_BYTES];
    (void)context;
    faces = faces_create(source_path(path, "fonts/faces.ini"), &diagnostics);
    text = faces != NULL ? text_create(faces, 32u << 20) : NULL;
    bool good = text != NULL &&
                theme_read(source_path(path, "config/themes/night.ini"), &theme, &diagnostics);
    diagnostics_print(&diagnostics, stderr);
    return good ? 0 : -1;
}

static int close_faces(void **context) {
    (void)context;
    text_destroy(text);
    faces_destroy(faces);
    return 0;
}

static char *read_all(const char *path) {
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    size_t count = 0;
    if (file == NULL) {
        fail_msg("%s is missing: make golden, and look at it", path);
    }
    FILE *memory = open_memstream(&bytes, &count);
    assert_non_null(memory);
    for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
        (void)fputc(c, memory);
    }
    (void)fclose(memory);
    (void)fclose(file);
    return bytes;
}

static void compare_scene(const char *path) {
    char *printed = NULL;
    size_t count = 0;
    FILE *memory = open_memstream(&printed, &count);
    assert_non_null(memory);
    scene_print(&scene, memory);
    (void)fclose(memory);
    char *golden = read_all(path);
    assert_string_equal(printed, golden);
    free(golden);
    free(printed);
}

static bool pixel_off(uint32_t a, uint32_t b) {
    for (int shift = 0; shift < 24; shift += 8) {
        if (abs((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff)) > LEVELS_OFF_MAX) {
            return true;
        }
    }
    return false;
}

static void compare_picture(const char *path) {
    size_t pixels_count = (size_t)scene.width * (size_t)scene.height;
    struct canvas canvas;
    struct canvas golden;
    struct damage damage;
    uint32_t *pixels = calloc(pixels_count, sizeof *pixels);
    struct painter painter = {text, &theme};
    assert_non_null(pixels);
    canvas_init(&canvas, pixels, scene.width, scene.height, scene.width);
    damage_between(NULL, &scene, &damage);
    paint_scene(&painter, &scene, &damage, &canvas);
    FILE *file = fopen(path, "rb");
    if (file == NULL || !png_read(file, &golden)) {
        fail_msg("%s is missing or no PNG: make golden, and look at it", path);
    }
    (void)fclose(file);
    assert_int_equal(golden.width, scene.width);
    assert_int_equal(golden.height, scene.height);
    size_t off = 0;
    for (size_t i = 0; i < pixels_count; i++) {
        off += pixel_off(pixels[i], golden.pixels[i]);
    }
    if (off * 1000 > pixels_count) {
        fail_msg("%s: %zu of %zu pixels differ by more than %d levels", path, off, pixels_count,
                 LEVELS_OFF_MAX);
    }
    free(golden.pixels);
    free(pixels);
}

static enum layout_kind layout_kind(const char *name) {
    int kind = 0;
    while (layout_names[kind] != NULL && strcmp(layout_names[kind], name) != 0) {
        kind++;
    }
    assert_true(kind < LAYOUT_KINDS);
    return (enum layout_kind)kind;
}

static void test_goldens(void **context) {
    char path[PATH_BYTES];
    char name[NAME_ROOM];
    char file_name[NAME_ROOM * 3];
    char layout[24];
    struct sheet sheet;
    int width = 0;
    int height = 0;
    int count = 0;
    (void)context;
    FILE *list = fopen(source_path(path, "tests/golden/list"), "r");
    assert_non_null(list);
    while (fscanf(list, "%40s %dx%d %20s", name, &width, &height, layout) == 4) {
        (void)snprintf(file_name, sizeof file_name, "tests/golden/%s.json", name);
        assert_true(view_file_read(source_path(path, file_name), &view, &diagnostics));
        struct metrics metrics = text_metrics(text);
        sheet = sheet_make(layout_kind(layout), width, height, &nowhere);
        sheet.words = view_has_words(&view);
        layout_make(&view, &sheet, &metrics, &scene);
        (void)snprintf(file_name, sizeof file_name, "tests/golden/%s-%s-%dx%d.scene", name, layout,
                       width, height);
        compare_scene(source_path(path, file_name));
        (void)snprintf(file_name, sizeof file_name, "tests/golden/%s-%s-%dx%d.png", name, layout,
                       width, height);
        compare_picture(source_path(path, file_name));
        count++;
    }
    (void)fclose(list);
    assert_true(count >= 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_goldens)};
    return cmocka_run_group_tests(tests, open_faces, close_faces);
}
