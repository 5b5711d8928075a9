/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Themes: the ratio, the gates on both sides of their borders, and the themes that are shipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "screen/theme.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct diagnostics diagnostics;

static bool near(double value, double expected) {
    return fabs(value - expected) < 0.01;
}

static void test_contrast(void **context) {
    (void)context;
    static const struct {
        uint32_t a, b;
        double ratio;
    } cases[] = {
        {0xff000000, 0xffffffff, 21.0},  {0xffffffff, 0xff000000, 21.0},
        {0xff777777, 0xffffffff, 4.478}, {0xff767676, 0xffffffff, 4.542},
        {0xff123456, 0xff123456, 1.0},   {0xffff0000, 0xffffffff, 3.998},
        {0xff0000ff, 0xffffffff, 8.592},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(near(theme_contrast(cases[i].a, cases[i].b), cases[i].ratio));
    }
}

static void load(const char *name, struct theme *theme) {
    char path[512];
    const char *source = getenv("HALLCALL_SOURCE");
    diagnostics.count = 0;
    (void)snprintf(path, sizeof path, "%s/config/themes/%s", source != NULL ? source : ".", name);
    bool good = theme_read(path, theme, &diagnostics);
    diagnostics_print(&diagnostics, stderr);
    assert_true(good);
}

static void test_shipped_themes_pass(void **context) {
    struct theme theme;
    (void)context;
    load("night.ini", &theme);
    load("day.ini", &theme);
}

/* A grey on black with just this contrast or a little less. */
static uint32_t grey_of(double least, bool above) {
    for (uint32_t level = 0; level < 256; level++) {
        uint32_t grey = 0xff000000u | level << 16 | level << 8 | level;
        if (theme_contrast(grey, 0xff000000u) >= least) {
            return above ? grey : grey - 0x010101u;
        }
    }
    return 0;
}

static void test_gates_on_both_sides(void **context) {
    (void)context;
    static const struct {
        enum colour text, ground;
        double least;
    } cases[] = {
        {COLOUR_ACCENT_INK, COLOUR_ACCENT, 9}, {COLOUR_INK, COLOUR_GROUND, 9},
        {COLOUR_SOFT, COLOUR_PANEL, 7},        {COLOUR_ALARM_INK, COLOUR_ALARM, 7},
        {COLOUR_URGENT_INK, COLOUR_URGENT, 9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct theme theme;
        for (size_t role = 0; role < COLOUR_KINDS; role++) {
            theme.colours[role] = 0xff000000u;
        }
        theme.colours[COLOUR_INK] = theme.colours[COLOUR_SOFT] = 0xffffffffu;
        theme.colours[COLOUR_ACCENT] = theme.colours[COLOUR_ALARM_INK] = 0xffffffffu;
        theme.colours[COLOUR_URGENT_INK] = 0xffffffffu;
        diagnostics.count = 0;
        assert_true(theme_check(&theme, "x", &diagnostics));
        bool dark_text = cases[i].text == COLOUR_ACCENT_INK;
        enum colour light = dark_text ? cases[i].ground : cases[i].text;
        theme.colours[light] = grey_of(cases[i].least, true);
        assert_true(theme_check(&theme, "x", &diagnostics));
        theme.colours[light] = grey_of(cases[i].least, false);
        assert_false(theme_check(&theme, "x", &diagnostics));
        assert_true(diagnostics.count >= 1);
        assert_non_null(strstr(diagnostics.lines[0], colour_name(cases[i].text)));
    }
}

/* Reads a theme made of these bytes; the theme must stay untouched when it is refused. */
static size_t faults_of(const char *bytes) {
    char path[] = "/tmp/hallcall-theme-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
    (void)close(fd);
    struct theme theme;
    struct theme before;
    memset(&theme, 0x5A, sizeof theme);
    before = theme;
    diagnostics.count = 0;
    bool good = theme_read(path, &theme, &diagnostics);
    (void)unlink(path);
    if (!good) {
        assert_memory_equal(&theme, &before, sizeof theme);
        assert_true(diagnostics.count > 0);
    }
    return diagnostics.count;
}

static void test_faults_are_told(void **context) {
    (void)context;
    assert_int_equal(faults_of(""), COLOUR_KINDS);
    assert_int_equal(faults_of("[colours]\nink = white\n"), COLOUR_KINDS);
    assert_int_equal(faults_of("[colours]\nink = #fffff\n"), COLOUR_KINDS);
    assert_int_equal(faults_of("[colours]\nink = #ffffffff\n"), COLOUR_KINDS);
    assert_int_equal(faults_of("[colours]\nink = #ggffff\n"), COLOUR_KINDS);
    assert_int_equal(faults_of("[colours]\nink = #ffffff\n"), COLOUR_KINDS - 1);
    assert_int_equal(faults_of("[colours]\nink = #ffffff\nincl = #ffffff\n"), COLOUR_KINDS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contrast),
        cmocka_unit_test(test_shipped_themes_pass),
        cmocka_unit_test(test_gates_on_both_sides),
        cmocka_unit_test(test_faults_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
