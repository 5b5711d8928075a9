/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a frame costs: layout, damage and painting with the real faces, on one core, without a
 * display. Prints a line for each size and kind of frame: what, count, and the median and the
 * 99th percentile in microseconds. The time is the processor's, so that a busy machine does not
 * count; what the display server does with the pixels is in the latencies (bench.py).
 *
 * A full repaint is what comes after a change of mode; it is also measured turned on its side, with
 * the turning. A new call is the usual frame: the hero, the list that moves down by a row.
 */
#include "core/layout.h"
#include "screen/paint.h"
#include "screen/turn.h"
#include "screen/view_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FRAMES = 400, WARM_FRAMES = 60, PATH_BYTES = 512 };

struct bench {
    struct text *text;
    struct theme theme;
    struct view view;
    struct scene before, after;
    struct canvas canvas;
    uint32_t *turned;
    unsigned step;
    double taken_us[FRAMES];
};

static double processor_us(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void tell(struct bench *bench, const char *what) {
    qsort(bench->taken_us, FRAMES, sizeof bench->taken_us[0], compare);
    printf("%dx%d|%s|%d|%.0f|%.0f\n", bench->canvas.width, bench->canvas.height, what, FRAMES,
           bench->taken_us[FRAMES / 2], bench->taken_us[FRAMES * 99 / 100]);
}

/* Another ticket on the card and at the head of the list. */
static void call_next(struct bench *bench) {
    struct view *view = &bench->view;
    unsigned number = ++bench->step * 373 % 900 + 100;
    memmove(&view->rows[1], &view->rows[0], (VIEW_ROWS_MAX - 1) * sizeof view->rows[0]);
    (void)snprintf(view->hero.ticket, sizeof view->hero.ticket, "%c%03u", (char)('A' + number % 26),
                   number);
    memcpy(view->rows[0].ticket, view->hero.ticket, sizeof view->rows[0].ticket);
    bench->before = bench->after;
}

static void frame(struct bench *bench, bool whole, bool turned) {
    struct painter painter = {bench->text, &bench->theme, NULL};
    struct metrics metrics = text_metrics(bench->text);
    struct canvas *canvas = &bench->canvas;
    struct damage damage;
    const struct mounting nowhere = {.diagonal_in = 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, canvas->width, canvas->height, &nowhere);
    layout_make(&bench->view, &sheet, &metrics, &bench->after);
    damage_between(whole ? NULL : &bench->before, &bench->after, &damage);
    paint_scene(&painter, &bench->after, &damage, canvas);
    for (size_t i = 0; turned && i < damage.count; i++) {
        struct box there = turn_box(damage.boxes[i], 1, canvas->width, canvas->height);
        turn_pixels(canvas, damage.boxes[i], 1,
                    bench->turned + (ptrdiff_t)there.y * canvas->height + there.x, canvas->height);
    }
}

static void measure(struct bench *bench, const char *what, bool whole, bool turned) {
    for (int i = -WARM_FRAMES; i < FRAMES; i++) {
        call_next(bench);
        double began = processor_us();
        frame(bench, whole, turned);
        if (i >= 0) {
            bench->taken_us[i] = processor_us() - began;
        }
    }
    tell(bench, what);
}

static const char *source_path(char *path, const char *name) {
    const char *source = getenv("HALLCALL_SOURCE");
    (void)snprintf(path, PATH_BYTES, "%s/%s", source != NULL ? source : ".", name);
    return path;
}

static bool measure_size(struct bench *bench, struct faces *faces, int width, int height) {
    size_t pixels = (size_t)width * (size_t)height;
    uint32_t *painted = calloc(pixels, sizeof *painted);
    bench->turned = calloc(pixels, sizeof *painted);
    bench->text = text_create(faces, pixels * 3); /* as in screen.c */
    bool good = painted != NULL && bench->turned != NULL && bench->text != NULL;
    if (good) {
        canvas_init(&bench->canvas, painted, width, height, width);
        measure(bench, "full repaint", true, false);
        measure(bench, "full repaint, turned", true, true);
        measure(bench, "new call", false, false);
        measure(bench, "new call, turned", false, true);
    }
    text_destroy(bench->text);
    free(bench->turned);
    free(painted);
    return good;
}

int main(void) {
    static struct bench bench;
    static struct diagnostics diagnostics;
    char path[PATH_BYTES];
    struct faces *faces = faces_create(source_path(path, "fonts/faces.ini"), &diagnostics);
    bool good =
        faces != NULL &&
        theme_read(source_path(path, "config/themes/night.ini"), &bench.theme, &diagnostics) &&
        view_file_read(source_path(path, "tests/golden/full.json"), &bench.view, &diagnostics);
    good = good && measure_size(&bench, faces, 1920, 1080);
    good = good && measure_size(&bench, faces, 3840, 2160);
    diagnostics_print(&diagnostics, stderr);
    faces_destroy(faces);
    return good ? 0 : 1;
}
