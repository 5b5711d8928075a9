/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The logo: what is read and what is refused, how it is scaled and painted, and where it stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/layout.h"
#include "core/text.h"
#include "screen/logo.h"
#include "screen/png.h"
#include "source_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SQUARE = 64 };

static const uint32_t white = 0xffffffffu, black = 0xff000000u, blue = 0xff0000ffu;

static struct diagnostics diagnostics;

/* Writes a picture without transparency and reads it as a logo. */
static struct logo *logo_of(uint32_t *pixels, int width, int height) {
    char path[] = "/tmp/hallcall-logo-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "wb");
    struct canvas canvas;
    canvas_init(&canvas, pixels, width, height, width);
    assert_non_null(file);
    assert_true(png_write(&canvas, file));
    assert_int_equal(fclose(file), 0);
    memset(&diagnostics, 0, sizeof diagnostics);
    struct logo *logo = logo_read(path, &diagnostics);
    (void)unlink(path);
    diagnostics_print(&diagnostics, stderr);
    assert_non_null(logo);
    return logo;
}

static void test_what_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *name, *words;
    } rows[] = {
        {"tests/fuzz/corpus/logo/gif", "expected a PNG picture"},
        {"tests/fuzz/corpus/logo/no_width", "expected a PNG picture"},
        {"tests/fuzz/corpus/logo/huge", "it has 2147483647 x 2147483647"},
        {"tests/fuzz/corpus/logo/wide", "expected at most 4096 pixels a side"},
        {"tests/fuzz/corpus/logo/many", "and 4 million together, it has 4096 x 4096"},
        {"tests/fuzz/corpus/logo/bad_crc", "it is broken: IDAT: CRC error"},
        {"tests/fuzz/corpus/logo/short_data", "it is broken: Not enough image data"},
        {"tests/fuzz/corpus/logo/two_headers", "it is broken: IHDR"},
        {"tests/fuzz/corpus/logo/none", "No such file"},
        {"tests/fuzz/corpus/logo", "directory"},
        {"/dev/zero", "at most 4 MB"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char path[PATH_BYTES];
        bool absolute = rows[i].name[0] == '/';
        memset(&diagnostics, 0, sizeof diagnostics);
        struct logo *logo =
            logo_read(absolute ? rows[i].name : source_path(path, rows[i].name), &diagnostics);
        assert_null(logo);
        assert_int_equal(diagnostics.count, 1);
        if (strstr(diagnostics.lines[0], rows[i].words) == NULL) {
            fail_msg("%s: %s", rows[i].name, diagnostics.lines[0]);
        }
    }
    int width = 1, height = 1;
    logo_size(NULL, &width, &height);
    assert_int_equal(width, 0);
    assert_int_equal(height, 0);
    logo_destroy(NULL);
}

/* A flat picture stays flat at every size, to its edges: weights add up to one. */
static void test_flat_stays_flat(void **state) {
    (void)state;
    static const int sizes[][2] = {{1, 1}, {7, 3}, {64, 64}, {63, 65}, {200, 5}, {5, 200}};
    static uint32_t pixels[SQUARE * SQUARE];
    for (size_t i = 0; i < SQUARE * SQUARE; i++) {
        pixels[i] = 0xff3a7bc8u;
    }
    struct logo *logo = logo_of(pixels, SQUARE, SQUARE);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct picture *scaled = logo_scaled(logo, sizes[i][0], sizes[i][1]);
        assert_non_null(scaled);
        for (int j = 0; j < sizes[i][0] * sizes[i][1]; j++) {
            assert_int_equal(scaled->pixels[j], 0xff3a7bc8u);
        }
    }
    logo_destroy(logo);
}

/* Stripes of one pixel become the grey of half the light (188), not of half the number (128). */
static void test_scaled_by_light(void **state) {
    (void)state;
    static uint32_t pixels[SQUARE * SQUARE];
    for (size_t i = 0; i < SQUARE * SQUARE; i++) {
        pixels[i] = i % 2 == 0 ? white : black;
    }
    struct logo *logo = logo_of(pixels, SQUARE, SQUARE);
    const struct picture *scaled = logo_scaled(logo, 8, 8);
    for (int i = 0; i < 64; i++) {
        int grey = (int)(scaled->pixels[i] & 0xffu);
        assert_in_range(grey, 184, 192);
    }
    /* It is kept until another size is asked for. */
    const uint32_t *kept = scaled->pixels;
    assert_ptr_equal(logo_scaled(logo, 8, 8)->pixels, kept);
    logo_destroy(logo);
}

/* The shipped example is transparent at its corners and covers its middle. */
static void test_transparency(void **state) {
    (void)state;
    char path[PATH_BYTES];
    memset(&diagnostics, 0, sizeof diagnostics);
    struct logo *logo = logo_read(source_path(path, "docs/pictures/logo.png"), &diagnostics);
    assert_non_null(logo);
    const struct picture *scaled = logo_scaled(logo, 66, 74);
    static uint32_t pixels[80 * 80];
    for (size_t i = 0; i < 80 * 80; i++) {
        pixels[i] = blue;
    }
    struct canvas canvas;
    canvas_init(&canvas, pixels, 80, 80, 80);
    canvas_clip(&canvas, (struct box){0, 0, 80, 60});
    canvas_picture(&canvas, scaled, 5, 3);
    assert_int_equal(pixels[0], blue);                /* beside it */
    assert_int_equal(pixels[59 * 80 + 5], blue);      /* its transparent corner */
    assert_int_not_equal(pixels[40 * 80 + 38], blue); /* its middle */
    assert_int_equal(pixels[60 * 80 + 38], blue);     /* below the clip */
    for (size_t i = 0; i < 80 * 80; i++) {
        assert_int_equal(pixels[i] >> 24, 0xff);
    }
    logo_destroy(logo);
}

static int ruler(void *context, enum face face, int cap_px, const char *text) {
    (void)context;
    (void)face;
    return (int)strlen(text) * cap_px * 8 / 10;
}

static const struct node *picture_of(const struct scene *scene) {
    const struct node *found = NULL;
    for (size_t i = 0; i < scene->nodes_count; i++) {
        if (scene->nodes[i].kind == NODE_PICTURE) {
            assert_null(found);
            found = &scene->nodes[i];
        }
    }
    return found;
}

static bool apart(struct box a, struct box b) {
    return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y ||
           b.y + b.height <= a.y;
}

/* Left of the name, inside the header, no wider than 22 % of the screen, in its proportions. */
static void test_where_it_stands(void **state) {
    (void)state;
    static const int screens[][2] = {{1920, 1080}, {1080, 1920}, {3840, 2160},
                                     {1024, 768},  {2560, 1080}, {320, 180}};
    static const struct view_logo logos[] = {{400, 400}, {1200, 300}, {300, 1200},
                                             {4096, 1},  {1, 4096},   {1, 1}};
    static struct view view;
    static struct scene scene;
    const struct metrics metrics = {.width = ruler};
    const struct mounting nowhere = {0};
    struct sheet sheet = {0};
    for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
        for (size_t j = 0; j < sizeof logos / sizeof logos[0]; j++) {
            memset(&view, 0, sizeof view);
            memset(&scene, 0, sizeof scene);
            text_copy(view.hall, sizeof view.hall, "Citizens' Office");
            text_copy(view.clock, sizeof view.clock, "14:05");
            text_copy(view.date, sizeof view.date, "Sunday, 22 November");
            view.logo = logos[j];
            sheet = sheet_make(LAYOUT_MAIN, screens[i][0], screens[i][1], &nowhere);
            layout_make(&view, &sheet, &metrics, &scene);
            const struct node *picture = picture_of(&scene);
            assert_non_null(picture);
            struct box box = picture->box;
            struct box header = scene.nodes[1].box;
            assert_true(box.x > 0 && box.y >= header.y && box.width > 0 && box.height > 0);
            assert_true(box.y + box.height <= header.y + header.height);
            assert_true(box.width <= scene.width * 22 / 100);
            double wanted = (double)logos[j].width / logos[j].height;
            if (box.width > 1 && box.height > 1) {
                assert_true(box.width <= (box.height + 1) * wanted + 1);
                assert_true(box.width >= (box.height - 1) * wanted - 1);
            }
            for (size_t n = 0; n < scene.nodes_count; n++) {
                bool text = scene.nodes[n].kind == NODE_TEXT;
                assert_true(!text || apart(scene.nodes[n].box, box));
            }
        }
    }
    view.logo = (struct view_logo){0, 0};
    layout_make(&view, &sheet, &metrics, &scene);
    assert_null(picture_of(&scene));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_refused), cmocka_unit_test(test_flat_stays_flat),
        cmocka_unit_test(test_scaled_by_light), cmocka_unit_test(test_transparency),
        cmocka_unit_test(test_where_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
