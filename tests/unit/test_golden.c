/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The golden views: the scene must be the same text, and of those that the list names so, the
 * picture nearly the same pixels.
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
#include "source_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS_OFF_MAX = 2, NAME_ROOM = 96, SCENES_MIN = 40, PICTURES_MIN = 15, COLUMNS = 9 };

/* A line of tests/golden/list. */
struct entry {
    char name[NAME_ROOM], view[NAME_ROOM], layout[NAME_ROOM], theme[NAME_ROOM], compared[NAME_ROOM];
    int width, height;
    struct mounting mounting;
};

static struct diagnostics diagnostics;
static struct faces *faces;
static struct text *text;
static struct theme theme;
static struct view view;
static struct scene scene;

static int open_faces(void **context) {
    char path[PATH_BYTES];
    (void)context;
    faces = faces_create(source_path(path, "fonts/faces.ini"), &diagnostics);
    text = faces != NULL ? text_create(faces, 32u << 20) : NULL;
    diagnostics_print(&diagnostics, stderr);
    return text != NULL ? 0 : -1;
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
    struct painter painter = {text, &theme, NULL};
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

static bool read_entry(FILE *list, struct entry *entry) {
    memset(entry, 0, sizeof *entry);
    return fscanf(list, "%90s %90s %dx%d %90s %lf %lf %90s %90s", entry->name, entry->view,
                  &entry->width, &entry->height, entry->layout, &entry->mounting.diagonal_in,
                  &entry->mounting.distance_m, entry->theme, entry->compared) == COLUMNS;
}

static enum layout_kind layout_kind(const char *name) {
    int kind = 0;
    while (layout_names[kind] != NULL && strcmp(layout_names[kind], name) != 0) {
        kind++;
    }
    assert_true(kind < LAYOUT_KINDS);
    return (enum layout_kind)kind;
}

/* folder/name.end of the sources, in static room. */
static const char *file_of(const char *folder, const char *name, const char *end) {
    static char path[PATH_BYTES];
    char file_name[NAME_ROOM * 2];
    (void)snprintf(file_name, sizeof file_name, "%s/%s.%s", folder, name, end);
    return source_path(path, file_name);
}

static void lay_out(const struct entry *entry) {
    struct metrics metrics = text_metrics(text);
    struct sheet sheet =
        sheet_make(layout_kind(entry->layout), entry->width, entry->height, &entry->mounting);
    bool good = view_file_read(file_of("tests/golden", entry->view, "json"), &view, &diagnostics) &&
                theme_read(file_of("config/themes", entry->theme, "ini"), &theme, &diagnostics);
    diagnostics_print(&diagnostics, stderr);
    assert_true(good);
    sheet.words = view_has_words(&view);
    layout_make(&view, &sheet, &metrics, &scene);
}

static void test_goldens(void **context) {
    char path[PATH_BYTES];
    struct entry entry;
    int scenes = 0;
    int pictures = 0;
    (void)context;
    FILE *list = fopen(source_path(path, "tests/golden/list"), "r");
    assert_non_null(list);
    while (read_entry(list, &entry)) {
        lay_out(&entry);
        compare_scene(file_of("tests/golden", entry.name, "scene"));
        scenes++;
        if (strcmp(entry.compared, "pixels") == 0) {
            compare_picture(file_of("tests/golden", entry.name, "png"));
            pictures++;
        }
    }
    assert_true(feof(list));
    (void)fclose(list);
    assert_true(scenes >= SCENES_MIN && pictures >= PICTURES_MIN);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_goldens)};
    return cmocka_run_group_tests(tests, open_faces, close_faces);
}
