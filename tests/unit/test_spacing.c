/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two characters of a ticket that stand beside each other, in each of the two sets of faces: their
 * closest points are at least 10 % of a capital apart (ADA Standards 2010, 703.5.8), for all pairs
 * of letters and figures that tickets are made of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/utf8.h"
#include "screen/canvas.h"
#include "screen/text.h"
#include "source_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CAP_PX = 120,
    LEAST_PX = CAP_PX / 10,
    ROUNDING_PX = 1, /* a glyph begins at a whole pixel, and its edge is the middle of a grey one */
    WIDTH = 3 * CAP_PX,
    HEIGHT = 2 * CAP_PX,
    LEFT = 10,
    INKED = 128,
    CHARACTERS_MAX = 128,
    POINTS_MAX = 4 * HEIGHT
};

/* What stands in a ticket's alphabet: the figures, and the capitals of our offices' languages. */
static const char alphabet[] = "0123456789"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜÅŠŽČĄĘĖĮŲŪŞĞÇİÁÉÍÓÚŐŰĂÂÎȘȚ"
                               "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯΑΒΓΔΕΖΗΘΚΛΜΞΠΣΦΧΨΩ";

struct points {
    size_t count;
    struct {
        int x, y;
    } at[POINTS_MAX];
};

static struct text *text;
static uint32_t pixels[2][WIDTH * HEIGHT];

static void draw(uint32_t *to, const char *words) {
    struct canvas canvas;
    struct node node = {.kind = NODE_TEXT, .box = {LEFT, 0, WIDTH - LEFT, HEIGHT}};
    node.text.face = FACE_TICKET;
    node.text.cap_px = CAP_PX;
    node.text.baseline_px = CAP_PX * 3 / 2;
    (void)snprintf(node.text.text, sizeof node.text.text, "%s", words);
    memset(to, 0, sizeof pixels[0]);
    canvas_init(&canvas, to, WIDTH, HEIGHT, WIDTH);
    text_paint(text, &canvas, &node, 0xffffffffu);
}

static bool inked(const uint32_t *in, const uint32_t *but, int x, int y) {
    size_t at = (size_t)y * WIDTH + (size_t)x;
    return (in[at] & 0xffu) >= INKED && (but == NULL || (but[at] & 0xffu) < INKED);
}

/* The first or the last inked pixel of each row: between two characters nothing else matters, as
 * no letter reaches around its neighbour. */
static void edge(const uint32_t *in, const uint32_t *but, bool right, struct points *points) {
    points->count = 0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int i = 0; i < WIDTH; i++) {
            int x = right ? WIDTH - 1 - i : i;
            if (inked(in, but, x, y)) {
                points->at[points->count].x = x;
                points->at[points->count++].y = y;
                break;
            }
        }
    }
}

/* The free way between two characters, squared. */
static int apart_squared(const struct points *left, const struct points *right) {
    int least = WIDTH * WIDTH;
    for (size_t i = 0; i < left->count; i++) {
        for (size_t j = 0; j < right->count; j++) {
            int x = abs(right->at[j].x - left->at[i].x) - 1;
            int y = abs(right->at[j].y - left->at[i].y);
            int squared = x * x + y * y;
            least = squared < least ? squared : least;
        }
    }
    return least;
}

static size_t read_alphabet(char characters[][8]) {
    size_t count = 0;
    for (const char *at = alphabet; *at != '\0'; count++) {
        uint32_t character;
        size_t bytes = utf8_read(at, &character);
        assert_true(bytes > 0 && count < CHARACTERS_MAX);
        memcpy(characters[count], at, bytes);
        characters[count][bytes] = '\0';
        at += bytes;
    }
    return count;
}

static void check_pair(const char *left, const char *right) {
    static struct points from, to;
    char words[16];
    (void)snprintf(words, sizeof words, "%s%s", left, right);
    draw(pixels[1], words);
    edge(pixels[0], NULL, true, &from);
    edge(pixels[1], pixels[0], false, &to);
    assert_true(from.count > 0 && to.count > 0);
    int least = LEAST_PX - ROUNDING_PX;
    if (apart_squared(&from, &to) < least * least) {
        fail_msg("%s: less than %d px of %d apart", words, least, CAP_PX);
    }
}

static void check_faces(const char *file) {
    static char characters[CHARACTERS_MAX][8];
    struct diagnostics diagnostics = {.count = 0};
    char path[PATH_BYTES];
    struct faces *faces = faces_create(source_path(path, file), &diagnostics);
    assert_non_null(faces);
    text = text_create(faces, 64u << 20);
    assert_non_null(text);
    size_t count = read_alphabet(characters);
    for (size_t i = 0; i < count; i++) {
        draw(pixels[0], characters[i]);
        for (size_t j = 0; j < count; j++) {
            check_pair(characters[i], characters[j]);
        }
    }
    text_destroy(text);
    faces_destroy(faces);
}

static void test_the_faces_of_the_hall(void **context) {
    (void)context;
    check_faces("fonts/faces.ini");
}

static void test_the_faces_of_safe_mode(void **context) {
    (void)context;
    check_faces("fonts/safe.ini");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_faces_of_the_hall),
        cmocka_unit_test(test_the_faces_of_safe_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
