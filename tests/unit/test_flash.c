/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A call that arrives, picture by picture, against the rules for flashing and moving.
 *
 * The real board, view, layout and painter make each picture that a screen of 1920 x 1080 would
 * show, at the moments that the run loop would be woken for, in every theme of config/themes. The
 * pixels are judged, not the theme's values. So that the judge is known to see what it is there
 * for, it is also shown pictures that break each rule, and must say so.
 *
 * The numbers, from WCAG 2.2 (https://www.w3.org/TR/WCAG22/):
 *   - 2.3.1 and "general flash and red flash thresholds": not more than three flashes within any
 *     one second. A general flash is a pair of opposing changes in relative luminance of 10 % or
 *     more of the maximum relative luminance (1.0) where the darker one is below 0.80; a red flash
 *     is any pair of opposing transitions that involves a saturated red: R / (R + G + B) >= 0.8.
 *     Below the threshold is also what flashes at the same time on not more than 0.006 steradians
 *     within any 10 degree field of vision: a quarter of any 341 x 256 pixels of a screen of 1024 x
 *     768 (the note there), which are 640 x 360 of 1920 x 1080.
 *   - "relative luminance": linear sRGB, 0.2126 R + 0.7152 G + 0.0722 B.
 *   - 2.2.2: what moves by itself for longer than five seconds needs a way to stop it.
 * Two flashes a second anywhere (NDA Ireland), three pulses, digits that never change:
 * standards.md, "Flashing". Here no pixel may flash more than twice a second, however few they are,
 * and what flashes at all must be too small to be a general flash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/layout.h"
#include "core/pulse.h"
#include "hall_fixture.h"
#include "screen/paint.h"
#include "source_path.h"

#include <glob.h>
#include <math.h>
#include <stdlib.h>

enum {
    WIDTH = 1920,
    HEIGHT = 1080,
    PIXELS = WIDTH * HEIGHT,
    BLOCK = 20, /* pixels; 341 x 256 of 1024 x 768 are 32 x 18 blocks */
    COLUMNS = WIDTH / BLOCK,
    ROWS = HEIGHT / BLOCK,
    FIELD_COLUMNS = 32,
    FIELD_ROWS = 18,
    TIMES = 8,        /* remembered changes of a pixel */
    WATCHED_MS = 7000 /* longer than anything may move; the card rests after 8 s */
};

static const double CHANGE = 0.10, DARKER_BELOW = 0.80, SATURATED = 0.80;

/* What is wrong with the pictures on purpose. */
struct plant {
    const char *name;
    int faster, slower; /* the clock of the pulse, 1 for as it is */
    bool ground;        /* the card's ground goes dark with it */
    bool red;           /* the accent is red */
    bool digits;        /* the ticket goes pale with it */
};

/* The changes of a pixel that count, in one measure. */
struct history {
    float extreme;
    int8_t direction; /* of the last change: 1 up, -1 down, 0 none yet */
    uint8_t count;    /* all of them */
    uint16_t at_ms[TIMES];
};

struct verdict {
    int anywhere_per_s; /* flashes of the worst pixel within a second */
    int general_per_s;  /* flashes of more than a quarter of a field within a second */
    int red_per_s;
    int pulses;         /* of the worst pixel, from the first picture to the last */
    int motion_ms;      /* from the first picture to the last that differs */
    int steps_per_s;    /* pictures within a second */
    int area_percent;   /* of the worst field that flashes */
    int damage_percent; /* of the screen, of the dearest picture of the pulse */
    bool digits_stand;
    double contrast; /* of the ticket on its ground */
};

static struct diagnostics diagnostics;
static struct faces *faces;
static struct text *text;
static struct theme theme;
static struct hall hall;
static struct board board;
static struct view view;
static struct scene scene, before;
static struct verdict verdict;
static uint32_t *pixels, *last, *first;
static struct history *luminances, *reds;
static float linear[256];

static int open_all(void **context) {
    char path[PATH_BYTES];
    (void)context;
    for (int i = 0; i < 256; i++) {
        double value = i / 255.0;
        linear[i] = (float)(value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4));
    }
    faces = faces_create(source_path(path, "fonts/faces.ini"), &diagnostics);
    text = faces != NULL ? text_create(faces, 32u << 20) : NULL;
    pixels = calloc(PIXELS, sizeof *pixels);
    last = calloc(PIXELS, sizeof *last);
    first = calloc(PIXELS, sizeof *first);
    luminances = calloc(PIXELS, sizeof *luminances);
    reds = calloc(PIXELS, sizeof *reds);
    bool room = pixels != NULL && last != NULL && first != NULL && luminances != NULL;
    diagnostics_print(&diagnostics, stderr);
    return text != NULL && room && reds != NULL ? 0 : -1;
}

static int close_all(void **context) {
    (void)context;
    free(pixels);
    free(last);
    free(first);
    free(luminances);
    free(reds);
    text_destroy(text);
    faces_destroy(faces);
    return 0;
}

static float luminance(uint32_t pixel) {
    return 0.2126f * linear[pixel >> 16 & 0xff] + 0.7152f * linear[pixel >> 8 & 0xff] +
           0.0722f * linear[pixel & 0xff];
}

/* 1 for a saturated red, else 0. */
static float redness(uint32_t pixel) {
    double r = linear[pixel >> 16 & 0xff];
    double sum = r + linear[pixel >> 8 & 0xff] + linear[pixel & 0xff];
    return sum > 0 && r / sum >= SATURATED ? 1 : 0;
}

/* Notes a change from the last extreme, if it is one that counts. */
static void note(struct history *history, float value, bool counts, int at_ms) {
    float change = value - history->extreme;
    int direction = change > 0 ? 1 : -1;
    if (direction == history->direction) {
        history->extreme = value; /* the same change goes on */
    } else if (counts && fabsf(change) >= CHANGE) {
        memmove(&history->at_ms[1], &history->at_ms[0], (TIMES - 1) * sizeof history->at_ms[0]);
        history->at_ms[0] = (uint16_t)at_ms;
        history->extreme = value;
        history->direction = (int8_t)direction;
        history->count++;
    }
}

/* Flashes within the second before at_ms: pairs of opposing changes. */
static int flashes(const struct history *history, int at_ms) {
    int changes = 0;
    for (int i = 0; i < TIMES && i < history->count; i++) {
        changes += at_ms - history->at_ms[i] < 1000;
    }
    return changes / 2;
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

/* The share of the worst field that is flashing, in percent. */
static int worst_field(uint16_t blocks[ROWS][COLUMNS]) {
    int worst = 0;
    for (int y = 0; y + FIELD_ROWS <= ROWS; y++) {
        for (int x = 0; x + FIELD_COLUMNS <= COLUMNS; x++) {
            int sum = 0;
            for (int i = 0; i < FIELD_ROWS * FIELD_COLUMNS; i++) {
                sum += blocks[y + i / FIELD_COLUMNS][x + i % FIELD_COLUMNS];
            }
            worst = larger(worst, sum);
        }
    }
    return worst * 100 / (FIELD_ROWS * FIELD_COLUMNS * BLOCK * BLOCK);
}

/* How many pixels of each block flash at least so often within a second. */
static bool count_blocks(int at_ms, int least, uint16_t blocks[ROWS][COLUMNS]) {
    bool any = false;
    memset(blocks, 0, ROWS * sizeof blocks[0]);
    for (int i = 0; i < PIXELS; i++) {
        if (luminances[i].count >= 2 && flashes(&luminances[i], at_ms) >= least) {
            blocks[i / WIDTH / BLOCK][i % WIDTH / BLOCK]++;
            any = true;
        }
    }
    return any;
}

static void judge_area(int at_ms) {
    static uint16_t blocks[ROWS][COLUMNS];
    for (int least = 1; count_blocks(at_ms, least, blocks); least++) {
        int percent = worst_field(blocks);
        verdict.anywhere_per_s = larger(verdict.anywhere_per_s, least);
        if (least == 1) {
            verdict.area_percent = larger(verdict.area_percent, percent);
        }
        if (percent > 25) {
            verdict.general_per_s = larger(verdict.general_per_s, least);
        }
    }
}

/* Whether something is to be read that must stand still: ticket, counter and their arrow. */
static bool is_read(const struct node *node) {
    bool words = node->kind == NODE_TEXT &&
                 (strcmp(node->text.text, "A107") == 0 ||
                  strcmp(node->text.text, "en-counter") == 0 || strcmp(node->text.text, "4") == 0);
    return words || node->kind == NODE_ARROW;
}

static void judge_digits(void) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        struct box box = scene.nodes[i].box;
        for (int y = box.y; is_read(&scene.nodes[i]) && y < box.y + box.height; y++) {
            size_t from = (size_t)y * WIDTH + (size_t)box.x;
            size_t bytes = (size_t)box.width * sizeof *pixels;
            verdict.digits_stand =
                verdict.digits_stand && memcmp(&pixels[from], &first[from], bytes) == 0;
        }
    }
}

static void measure_contrast(void) {
    for (size_t i = 0; i < scene.nodes_count && verdict.contrast == 0; i++) {
        struct box box = scene.nodes[i].box;
        float most = 0, least = 1;
        if (scene.nodes[i].kind != NODE_TEXT || scene.nodes[i].text.face != FACE_TICKET) {
            continue;
        }
        for (int j = 0; j < box.width * box.height; j++) {
            float value =
                luminance(pixels[(box.y + j / box.width) * WIDTH + box.x + j % box.width]);
            most = value > most ? value : most;
            least = value < least ? value : least;
        }
        verdict.contrast = (most + 0.05) / (least + 0.05);
    }
}

/* Compares the picture with the one before. */
static void judge_picture(int at_ms) {
    bool differs = false;
    for (int i = 0; i < PIXELS; i++) {
        if (pixels[i] == last[i]) {
            continue;
        }
        differs = true;
        float now = luminance(pixels[i]), was = luminances[i].extreme;
        note(&luminances[i], now, (now < was ? now : was) < DARKER_BELOW, at_ms);
        note(&reds[i], redness(pixels[i]), true, at_ms);
        verdict.red_per_s = larger(verdict.red_per_s, flashes(&reds[i], at_ms));
        verdict.pulses = larger(verdict.pulses, luminances[i].count / 2);
    }
    if (differs && at_ms > 0) {
        verdict.motion_ms = at_ms;
    }
    judge_area(at_ms);
}

static void spoil_scene(const struct plant *plant) {
    for (size_t i = 0; i < scene.nodes_count && view.hero.pulse >= PULSE_TOP / 2; i++) {
        struct node *node = &scene.nodes[i];
        if (plant->ground && node->kind == NODE_FILL && node->colour == COLOUR_ACCENT) {
            node->colour = COLOUR_CARD;
        }
        if (plant->digits && node->kind == NODE_TEXT && node->text.face == FACE_TICKET) {
            node->colour = COLOUR_CARD;
        }
    }
}

static const struct mounting nowhere = {0, 0, 0};

/* As screen/screen.c does: only what differs is painted. */
static void paint_picture(const struct plant *plant) {
    struct painter painter = {text, &theme, NULL};
    struct metrics metrics = text_metrics(text);
    struct canvas canvas;
    struct damage damage;
    int64_t damaged = 0;
    struct sheet sheet = sheet_make(LAYOUT_MAIN, WIDTH, HEIGHT, &nowhere);
    layout_make(&view, &sheet, &metrics, &scene);
    spoil_scene(plant);
    damage_between(before.width == WIDTH ? &before : NULL, &scene, &damage);
    canvas_init(&canvas, pixels, WIDTH, HEIGHT, WIDTH);
    paint_scene(&painter, &scene, &damage, &canvas);
    before = scene;
    for (size_t i = 0; i < damage.count; i++) {
        damaged += (int64_t)damage.boxes[i].width * damage.boxes[i].height;
    }
    if (view.hero.pulse > 0) {
        verdict.damage_percent = larger(verdict.damage_percent, (int)(damaged * 100 / PIXELS));
    }
}

static void begin(const struct plant *plant, struct moment now) {
    struct effects effects = {.count = 0};
    memset(&verdict, 0, sizeof verdict);
    verdict.digits_stand = true;
    memset(&before, 0, sizeof before);
    fixture_hall(&hall);
    hall.policy.pulse = true;
    board_init(&board, now);
    struct input up = {.kind = INPUT_LINK, .link = {.state = LINK_UP}};
    board_apply(&board, &hall, &up, now, &effects);
    view_make(&board, &hall, now, 0, &view);
    paint_picture(plant);
    memset(reds, 0, PIXELS * sizeof *reds);
    memset(luminances, 0, PIXELS * sizeof *luminances);
    for (int i = 0; i < PIXELS; i++) {
        luminances[i].extreme = luminance(pixels[i]);
        reds[i].extreme = redness(pixels[i]);
    }
    memcpy(last, pixels, PIXELS * sizeof *pixels);
}

/* Shows the hall before the call, the call, and all that follows; fills the verdict. */
static void watch(const struct plant *plant) {
    struct moment now = {.mono = 5000, .wall = TIME_UNKNOWN};
    struct effects effects = {.count = 0};
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    mono_ms start = now.mono;
    int shown_ms[256], pictures = 0;
    begin(plant, now);
    board_apply(&board, &hall, &call, now, &effects);
    while (now.mono - start < WATCHED_MS) {
        board_tick(&board, &hall, now, &effects);
        view_make(&board, &hall, now, 0, &view);
        int at_ms = (int)(now.mono - start) * plant->slower / plant->faster;
        paint_picture(plant);
        if (pictures == 0) {
            assert_int_equal(view.hero.state, HERO_CALLING);
            memcpy(first, pixels, PIXELS * sizeof *pixels);
            measure_contrast();
        }
        judge_picture(at_ms);
        judge_digits();
        memcpy(last, pixels, PIXELS * sizeof *pixels);
        assert_true(pictures < 256);
        shown_ms[pictures++] = at_ms;
        for (int i = pictures - 1; i >= 0 && at_ms - shown_ms[i] < 1000; i--) {
            verdict.steps_per_s = larger(verdict.steps_per_s, pictures - i);
        }
        mono_ms next = view_deadline(&board, &hall, now);
        now.mono = next < start + WATCHED_MS ? next : start + WATCHED_MS;
    }
}

/* The first rule that is broken, NULL when none is. */
static const char *broken_rule(void) {
    if (verdict.anywhere_per_s > 2) {
        return "flashes anywhere";
    }
    if (verdict.general_per_s > 0) {
        return "general flash";
    }
    if (verdict.red_per_s > 0) {
        return "red flash";
    }
    if (verdict.pulses > PULSE_COUNT) {
        return "pulses";
    }
    if (verdict.motion_ms > 5000) {
        return "motion";
    }
    return verdict.digits_stand && verdict.contrast >= 9 ? NULL : "digits";
}

static void read_theme(const char *path) {
    bool good = theme_read(path, &theme, &diagnostics);
    diagnostics_print(&diagnostics, stderr);
    assert_true(good);
}

static void test_a_call_arrives_within_the_rules_in_every_theme(void **context) {
    static const struct plant none = {"none", 1, 1, false, false, false};
    char path[PATH_BYTES];
    glob_t found;
    (void)context;
    assert_int_equal(glob(source_path(path, "config/themes/*.ini"), 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 2);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        read_theme(found.gl_pathv[i]);
        watch(&none);
        print_message("%s: %d flash a second on %d %% of a field, %d pulses in %d ms, %d pictures "
                      "a second, %d %% of the screen painted, ticket %.1f:1\n",
                      strrchr(found.gl_pathv[i], '/') + 1, verdict.anywhere_per_s,
                      verdict.area_percent, verdict.pulses, verdict.motion_ms, verdict.steps_per_s,
                      verdict.damage_percent, verdict.contrast);
        const char *rule = broken_rule();
        if (rule != NULL) {
            fail_msg("%s: %s", found.gl_pathv[i], rule);
        }
        assert_int_equal(verdict.pulses, PULSE_COUNT); /* it is there to be seen */
        assert_true(verdict.steps_per_s <= PULSE_STEPS);
        assert_true(verdict.damage_percent <= 10);
    }
    globfree(&found);
}

/* A judge that never says no proves nothing. */
static void test_the_judge_sees_what_is_wrong(void **context) {
    static const struct {
        struct plant plant;
        const char *rule;
    } wrong[] = {
        {{"three times as fast", 3, 1, false, false, false}, "flashes anywhere"},
        {{"twice as slow", 1, 2, false, false, false}, "motion"},
        {{"the whole card flashes", 1, 1, true, false, false}, "general flash"},
        {{"a red ring", 1, 1, false, true, false}, "red flash"},
        {{"the digits go pale", 1, 1, false, false, true}, "digits"},
    };
    char path[PATH_BYTES];
    (void)context;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        read_theme(source_path(path, "config/themes/night.ini"));
        theme.colours[COLOUR_ACCENT] =
            wrong[i].plant.red ? 0xffff0000u : theme.colours[COLOUR_ACCENT];
        watch(&wrong[i].plant);
        const char *rule = broken_rule();
        if (rule == NULL || strcmp(rule, wrong[i].rule) != 0) {
            fail_msg("%s: expected \"%s\", the judge says \"%s\"", wrong[i].plant.name,
                     wrong[i].rule, rule == NULL ? "all is well" : rule);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_call_arrives_within_the_rules_in_every_theme),
        cmocka_unit_test(test_the_judge_sees_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
