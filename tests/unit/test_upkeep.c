/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a running hall looks after besides its calls: the place of its picture, the clock, the
 * power.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command/manager.h"
#include "command/upkeep.h"
#include "core/shift.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct running *running;

static int set_up(void **state) {
    (void)state;
    running = calloc(1, sizeof *running);
    assert_non_null(running);
    board_init(&running->board, (struct moment){.mono = 1, .wall = TIME_UNKNOWN});
    running->board.met = true;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    free(running);
    return 0;
}

/* The screen's size has become known; its pointer is only compared with NULL. */
static void open_screen(int width, int height, bool shift) {
    running->screen = (struct screen *)(uintptr_t)1;
    running->config.settings.display.pixel_shift = shift;
    running->sheet.width = width;
    running->sheet.height = height;
    upkeep_size(running);
}

static void a_picture_that_stands_asks_for_nothing(void **state) {
    (void)state;
    open_screen(1920, 1080, false);
    assert_int_equal(running->sheet.width, 1920);
    for (mono_ms now = 1; now < 24 * 3600000; now += 60000) {
        assert_false(upkeep_shift(running, now));
        assert_int_equal(upkeep_deadline(running, now), MONO_NEVER);
    }
}

/* Each place once a round, one step each two minutes, and a turn for each step only. */
static void an_idle_picture_goes_round(void **state) {
    (void)state;
    int seen[SHIFT_PLACES] = {0};
    mono_ms now = 1000;
    open_screen(1920, 1080, true);
    assert_int_equal(running->sheet.width, 1920 - SHIFT_SPAN_PX);
    assert_int_equal(running->sheet.height, 1080 - SHIFT_SPAN_PX);
    assert_false(upkeep_shift(running, now));
    assert_int_equal(running->place, shift_middle());
    for (int step = 0; step < SHIFT_PLACES; step++) {
        mono_ms due = upkeep_deadline(running, now);
        assert_int_equal(due, now + SHIFT_EVERY_MS);
        assert_false(upkeep_shift(running, due - 1));
        assert_true(upkeep_shift(running, due));
        assert_false(upkeep_shift(running, due));
        seen[running->place]++;
        now = due;
    }
    for (size_t place = 0; place < SHIFT_PLACES; place++) {
        assert_int_equal(seen[place], 1);
    }
    assert_int_equal(running->place, shift_middle());
}

/* A call, an urgent text and a black screen are not moved; nor is a turn asked for meanwhile. */
static void nothing_moves_that_is_being_read(void **state) {
    (void)state;
    open_screen(1920, 1080, true);
    assert_false(upkeep_shift(running, 1000));
    mono_ms late = 1000 + 3 * SHIFT_EVERY_MS;
    running->next.hero.state = HERO_CALLING;
    assert_false(upkeep_shift(running, late));
    assert_int_equal(upkeep_deadline(running, late), MONO_NEVER);
    running->next.hero.state = HERO_RESTING;
    running->next.urgent = true;
    assert_false(upkeep_shift(running, late));
    running->next.urgent = false;
    running->next.off = true;
    assert_false(upkeep_shift(running, late));
    running->next.off = false;
    assert_true(upkeep_shift(running, late));
    assert_false(upkeep_shift(running, late)); /* one step, however long it waited */
}

static void a_screen_too_small_stands(void **state) {
    (void)state;
    open_screen(320 + SHIFT_SPAN_PX - 1, 400, true);
    assert_false(running->shifting);
    assert_int_equal(running->sheet.width, 320 + SHIFT_SPAN_PX - 1);
    open_screen(320 + SHIFT_SPAN_PX, 180 + SHIFT_SPAN_PX, true);
    assert_true(running->shifting);
    assert_int_equal(running->sheet.width, 320);
    assert_int_equal(running->sheet.height, 180);
}

/* --- clock --- */

/* Set or lost, it is asked about at once; else once a second, however many turns there are. */
static void a_clock_that_is_set_is_believed_at_once(void **state) {
    (void)state;
    const wall_ms noon = INT64_C(1800000000000);
    running->config.settings.display.clock = CLOCK_ALWAYS;
    upkeep_clock(running, (struct moment){.mono = 1000, .wall = TIME_UNKNOWN});
    assert_int_equal(running->board.clock, CLOCK_UNSET);
    upkeep_clock(running, (struct moment){.mono = 1001, .wall = noon});
    assert_in_range(running->board.clock, CLOCK_SYNCHRONISED, CLOCK_TRUSTED);
    assert_int_equal(running->clock_at, 1001 + CLOCK_LOOK_MS);
    upkeep_clock(running, (struct moment){.mono = 1500, .wall = noon + 499});
    assert_int_equal(running->clock_at, 1001 + CLOCK_LOOK_MS);
    upkeep_clock(running, (struct moment){.mono = 1600, .wall = TIME_UNKNOWN});
    assert_int_equal(running->board.clock, CLOCK_UNSET);
}

/* --- power --- */

static char root[] = "/tmp/hallcall-upkeep-XXXXXX";

static void put_alarm(const char *alarm) {
    static const char *const folders[] = {"/sys", "/sys/class", "/sys/class/hwmon",
                                          "/sys/class/hwmon/hwmon0"};
    const char *const files[][2] = {{"name", "rpi_volt\n"}, {"in0_lcrit_alarm", alarm}};
    char path[128];
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(path, sizeof path, "%s%s", root, folders[i]);
        (void)mkdir(path, 0700);
    }
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s%s/%s", root, folders[3], files[i][0]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        (void)fputs(files[i][1], file);
        assert_int_equal(fclose(file), 0);
    }
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place) {
    (void)facts;
    (void)kind;
    (void)place;
    return remove(path);
}

/* Lines of what was logged by a call of upkeep_health that hold some words. */
static int logged(mono_ms now, const char *words) {
    char line[512];
    int count = 0, before = dup(STDERR_FILENO);
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(before >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    upkeep_health(running, now);
    (void)fflush(stderr);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    (void)close(before);
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        count += strstr(line, words) != NULL;
    }
    (void)fclose(file);
    return count;
}

static bool manager_tells(void) {
    char words[SERVICE_WORDS_BYTES];
    manager_words(running, words);
    return strstr(words, "; power supply too weak") != NULL;
}

/* Told once when it begins and once when it is over, at the status's own pace. */
static void weak_power_is_told_once(void **state) {
    (void)state;
    assert_non_null(mkdtemp(root));
    running->root = root;
    put_alarm("0\n");
    assert_int_equal(logged(1000, "power supply"), 0);
    assert_false(manager_tells());
    put_alarm("1\n");
    assert_int_equal(logged(1000 + HEALTH_LOOK_MS - 1, "power supply"), 0); /* not looked at yet */
    assert_int_equal(logged(1000 + HEALTH_LOOK_MS, "warn: hall: the power supply is too weak"), 1);
    assert_true(manager_tells());
    assert_int_equal(logged(1000 + 2 * HEALTH_LOOK_MS, "power supply"), 0);
    put_alarm("0\n");
    assert_int_equal(logged(1000 + 3 * HEALTH_LOOK_MS, "info: hall: the power supply is strong"),
                     1);
    assert_false(manager_tells());
    assert_int_equal(logged(1000 + 4 * HEALTH_LOOK_MS, "power supply"), 0);
    assert_int_equal(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

#define OWN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        OWN(a_picture_that_stands_asks_for_nothing),  OWN(an_idle_picture_goes_round),
        OWN(nothing_moves_that_is_being_read),        OWN(a_screen_too_small_stands),
        OWN(a_clock_that_is_set_is_believed_at_once), OWN(weak_power_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
