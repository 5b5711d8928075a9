/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test card: nothing leaves the screen, nothing that is read overlaps, the frame is on the
 * outermost pixels, the rulers' millimetres are millimetres, the samples have the sizes of the
 * hall, and the greys are even steps. A ruler of equal boxes stands in for faces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/testcard.h"
#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct scene scene;
static struct testcard card;

/* Every character is as wide as a wide one of a real face. */
static int ruler(void *context, enum face face, int cap_px, const char *text) {
    (void)context;
    int characters = 0;
    for (; *text != '\0'; text++) {
        characters += ((unsigned char)*text & 0xC0u) != 0x80u;
    }
    return characters * cap_px * (face == FACE_TICKET ? 92 : 84) / 100 + 1;
}

static const struct metrics metrics = {NULL, ruler};

/* With so many facts and languages of letters. */
static void fill_card(size_t facts, size_t languages) {
    memset(&card, 0, sizeof card);
    text_copy(card.display, sizeof card.display, "entrance-left-of-the-main-stairs");
    text_copy(card.hall, sizeof card.hall, "Бюро адміністративних послуг");
    text_copy(card.call, sizeof card.call, "A107");
    text_copy(card.text, sizeof card.text, "Counter 4");
    text_copy(card.reach, sizeof card.reach, "readable to 2.1 m, not to 8.0 m");
    text_copy(card.sizes, sizeof card.sizes, "calls 127 px, 80.5 mm");
    text_copy(card.sides[TESTCARD_LEFT], sizeof card.sides[0], "left");
    text_copy(card.sides[TESTCARD_RIGHT], sizeof card.sides[0], "right");
    card.facts_count = facts;
    for (size_t i = 0; i < facts; i++) {
        text_copy(card.facts[i].name, sizeof card.facts[i].name, "farthest seat");
        text_copy(card.facts[i].value, sizeof card.facts[i].value,
                  "fd12:3456:789a:bcde:f012:3456:789a:bcde (enp0s31f6)");
    }
    card.languages_count = languages;
    for (size_t i = 0; i < languages; i++) {
        text_copy(card.languages[i].name, sizeof card.languages[i].name, "Українська");
        for (size_t k = 0; k < 8 * i; k++) {
            text_append(card.languages[i].letters, sizeof card.languages[i].letters, "ЄІЇ");
        }
    }
    card.side = TESTCARD_LEFT;
}

static struct sheet make(int width, int height, double diagonal_in, enum layout_kind kind) {
    const struct mounting mounting = {diagonal_in, diagonal_in > 0 ? 5 : 0, 2000};
    struct sheet sheet = sheet_make(kind, width, height, &mounting);
    card.diagonal_in = diagonal_in;
    memset(&scene, 0xA5, sizeof scene);
    testcard_make(&card, &sheet, &metrics, &scene);
    assert_int_equal(scene.width, width);
    assert_int_equal(scene.height, height);
    return sheet;
}

static bool overlap(struct box a, struct box b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

static bool is_read(const struct node *node) {
    return node->kind == NODE_TEXT || node->kind == NODE_ARROW || node->kind == NODE_GREY;
}

static const char *words_of(const struct node *node) {
    return node->kind == NODE_TEXT ? node->text.text : "(a shape)";
}

static void assert_sound(void) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct box *a = &scene.nodes[i].box;
        if (a->x < 0 || a->y < 0 || a->width <= 0 || a->height <= 0 ||
            a->x + a->width > scene.width || a->y + a->height > scene.height) {
            fail_msg("%dx%d: \"%s\" at %d,%d of %dx%d leaves the screen", scene.width, scene.height,
                     words_of(&scene.nodes[i]), a->x, a->y, a->width, a->height);
        }
        for (size_t k = i + 1; k < scene.nodes_count && is_read(&scene.nodes[i]); k++) {
            if (is_read(&scene.nodes[k]) && overlap(*a, scene.nodes[k].box)) {
                fail_msg("%dx%d: \"%s\" overlaps \"%s\"", scene.width, scene.height,
                         words_of(&scene.nodes[i]), words_of(&scene.nodes[k]));
            }
        }
    }
}

static const struct node *find_text(const char *text) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        if (scene.nodes[i].kind == NODE_TEXT && strcmp(scene.nodes[i].text.text, text) == 0) {
            return &scene.nodes[i];
        }
    }
    return NULL;
}

static void test_sound_on_all_screens(void **unused) {
    (void)unused;
    static const int sizes[][2] = {{320, 180},   {321, 240},   {640, 480},   {800, 480},
                                   {1024, 768},  {1280, 720},  {1280, 1024}, {1366, 768},
                                   {1920, 1080}, {2560, 1080}, {3840, 2160}, {1080, 1920},
                                   {768, 1024},  {2160, 3840}, {1920, 360},  {3840, 600},
                                   {1080, 1080}, {320, 1200},  {8192, 8192}, {360, 1920}};
    static const double inches[] = {0, 7, 28, 43, 55, 98, 200};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t k = 0; k < sizeof inches / sizeof inches[0]; k++) {
            for (size_t full = 0; full < 3; full++) {
                fill_card(full * TESTCARD_FACTS_MAX / 2, full * LANGUAGES_MAX / 2);
                enum layout_kind kind = (enum layout_kind)((i + k + full) % LAYOUT_KINDS);
                (void)make(sizes[i][0], sizes[i][1], inches[k], kind);
                assert_sound();
            }
        }
    }
}

/* A tick: a fill in the colour of ink that begins at an edge. */
static bool is_tick(const struct node *node, bool across) {
    bool begins = across ? node->box.y == 0 : node->box.x == 0;
    int thick = across ? node->box.width : node->box.height;
    return node->kind == NODE_FILL && node->colour == COLOUR_INK && begins && thick < 20;
}

/* The tick that a figure stands beside, in pixels from the edge; -1 when there is none. */
static double tick_of(const struct node *figure, bool across) {
    double best = -1, nearest = 1e9;
    double at = across ? figure->box.x + figure->box.width / 2.0
                       : figure->box.y + figure->text.baseline_px - figure->text.cap_px / 2.0;
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct box *box = &scene.nodes[i].box;
        double middle = across ? box->x + box->width / 2.0 : box->y + box->height / 2.0;
        if (is_tick(&scene.nodes[i], across) && fabs(middle - at) < nearest) {
            nearest = fabs(middle - at);
            best = middle;
        }
    }
    return nearest <= 3 ? best : -1;
}

/* Looks at every figure of a ruler; returns how many there are. */
static int look_at_ruler(double pixels_per_mm, bool across) {
    int count = 0;
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        int limit = (scene.width < scene.height ? scene.width : scene.height) * 7 / 100;
        bool here = across ? node->box.y + node->box.height < limit && node->box.x > limit / 2
                           : node->box.x + node->box.width < limit && node->box.y > limit / 2;
        char *end = NULL;
        long mm = node->kind == NODE_TEXT ? strtol(node->text.text, &end, 10) : 0;
        if (mm > 0 && here && (*end == '\0' || strcmp(end, " mm") == 0)) {
            double tick = tick_of(node, across);
            if (fabs(tick - (double)mm * pixels_per_mm) > 1) {
                fail_msg("%dx%d: %ld mm is %.2f px, its tick is at %.2f", scene.width, scene.height,
                         mm, (double)mm * pixels_per_mm, tick);
            }
            count++;
        }
    }
    return count;
}

static void test_rulers_are_true(void **unused) {
    (void)unused;
    static const int sizes[][2] = {{1920, 1080}, {3840, 2160}, {1080, 1920}, {2160, 3840}};
    /* The long side of 16:9 in millimetres, by the maker's sheets' own rule: 25.4 * 16 / hypot(16,
     * 9) for each inch. */
    static const struct { double inches, long_mm; } screens[] = {{43, 951.9}, {55, 1217.6}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t k = 0; k < sizeof screens / sizeof screens[0]; k++) {
            fill_card(8, 4);
            struct sheet sheet = make(sizes[i][0], sizes[i][1], screens[k].inches, LAYOUT_MAIN);
            int longer = sheet.width > sheet.height ? sheet.width : sheet.height;
            double pixels_per_mm = longer / screens[k].long_mm;
            assert_true(
                fabs(testcard_pixels(&sheet, screens[k].inches, 500) - 500 * pixels_per_mm) < 0.1);
            int across = look_at_ruler(pixels_per_mm, true);
            int down = look_at_ruler(pixels_per_mm, false);
            assert_true(across >= sheet.width / pixels_per_mm / 100 - 2);
            assert_true(down >= sheet.height / pixels_per_mm / 100 - 2);
        }
    }
}

static void test_no_ruler_without_a_size(void **unused) {
    (void)unused;
    fill_card(8, 2);
    (void)make(1920, 1080, 0, LAYOUT_MAIN);
    for (size_t i = 0; i < scene.nodes_count; i++) {
        assert_false(is_tick(&scene.nodes[i], true) || is_tick(&scene.nodes[i], false));
    }
}

static void test_frame_is_on_the_outermost_pixels(void **unused) {
    (void)unused;
    fill_card(8, 2);
    (void)make(1920, 1080, 0, LAYOUT_MAIN);
    size_t frames = 0, corners = 0;
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        const struct box *box = &node->box;
        frames += node->kind == NODE_RING && node->ring.width == 1 && box->x == 0 && box->y == 0 &&
                  box->width == 1920 && box->height == 1080;
        corners += node->kind == NODE_FILL && node->colour == COLOUR_ACCENT &&
                   (box->x == 0 || box->x + box->width == 1920) &&
                   (box->y == 0 || box->y + box->height == 1080);
    }
    assert_int_equal(frames, 1);
    assert_int_equal(corners, 8); /* two bars in each corner */
}

static void test_samples_have_the_halls_sizes(void **unused) {
    (void)unused;
    fill_card(8, 2);
    struct sheet sheet = make(1920, 1080, 55, LAYOUT_LIST);
    int call = 0, text = 0;
    testcard_caps(&sheet, &call, &text);
    assert_int_equal(layout_fit(&sheet), LAYOUT_FITS);
    assert_int_equal(call, sheet.call_cap);
    assert_int_equal(text, sheet.text_cap);
    const struct node *ticket = find_text("A107"), *counter = find_text("Counter 4");
    assert_non_null(ticket);
    assert_non_null(counter);
    assert_int_equal(ticket->text.cap_px, sheet.call_cap);
    assert_int_equal(counter->text.cap_px, sheet.text_cap);
    assert_non_null(find_text(card.reach));
}

static void test_greys_are_even_steps(void **unused) {
    (void)unused;
    fill_card(8, 2);
    (void)make(1366, 768, 32, LAYOUT_MAIN);
    int count = 0, end = -1;
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        if (node->kind == NODE_GREY) {
            assert_int_equal(node->grey, 17 * count);
            assert_true(count == 0 || node->box.x == end); /* without a gap */
            end = node->box.x + node->box.width;
            count++;
        }
    }
    assert_int_equal(count, 16);
}

/* The side that is heard stands on the accent's ground, the other one does not. */
static void test_side_that_is_heard_is_lit(void **unused) {
    (void)unused;
    for (enum testcard_side side = TESTCARD_LEFT; side <= TESTCARD_NO_SIDE; side++) {
        fill_card(8, 2);
        card.side = side;
        (void)make(1920, 1080, 55, LAYOUT_MAIN);
        enum colour left = find_text("left")->colour, right = find_text("right")->colour;
        assert_int_equal(left, side == TESTCARD_LEFT ? COLOUR_ACCENT_INK : COLOUR_INK);
        assert_int_equal(right, side == TESTCARD_RIGHT ? COLOUR_ACCENT_INK : COLOUR_INK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound_on_all_screens),
        cmocka_unit_test(test_rulers_are_true),
        cmocka_unit_test(test_no_ruler_without_a_size),
        cmocka_unit_test(test_frame_is_on_the_outermost_pixels),
        cmocka_unit_test(test_samples_have_the_halls_sizes),
        cmocka_unit_test(test_greys_are_even_steps),
        cmocka_unit_test(test_side_that_is_heard_is_lit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
