/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Themes by weekday and hour: how people write them, and which one holds. The hours themselves are
 * proven by test_volume, which reads them with the same code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/themes.h"
#include "config/value.h"

#include <stdio.h>
#include <string.h>

enum { MINUTE_MS = 60000, HOUR_S = 3600 };

static const wall_ms sunday = INT64_C(1795305600000); /* 2026-11-22T00:00:00Z */

static struct theme_plan plan_of(const char *text) {
    struct theme_plan plan = {.week = {.count = 0}};
    if (!themes_parse(text, &plan)) {
        fail_msg("refused: %s", text);
    }
    return plan;
}

static const char *theme_at(const struct theme_plan *plan, wall_ms wall, int utc_offset_s) {
    int span = week_find(&plan->week, wall, utc_offset_s);
    return span == WEEK_NONE ? "plain" : plan->themes[span];
}

static void test_which_one_holds(void **state) {
    (void)state;
    struct theme_plan plan = plan_of("su 12:00-13:00 high-contrast, 07:00-19:00 day");
    const struct {
        int minute, offset_s;
        const char *theme;
    } rows[] = {
        {7 * 60 - 1, 0, "plain"},
        {7 * 60, 0, "day"},
        {12 * 60 - 1, 0, "day"},
        {12 * 60, 0, "high-contrast"},
        {13 * 60, 0, "day"},
        {19 * 60 - 1, 0, "day"},
        {19 * 60, 0, "plain"},
        {36 * 60, 0, "day"}, /* noon of Monday */
        {5 * 60, 2 * HOUR_S, "day"},
        {17 * 60, 2 * HOUR_S, "plain"},
        {10 * 60, 2 * HOUR_S, "high-contrast"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wall_ms wall = sunday + (wall_ms)rows[i].minute * MINUTE_MS;
        assert_string_equal(theme_at(&plan, wall, rows[i].offset_s), rows[i].theme);
    }
    assert_string_equal(theme_at(&plan, TIME_UNKNOWN, 0), "plain");
}

static void test_written_as_read(void **state) {
    (void)state;
    const struct {
        const char *text, *written;
    } rows[] = {
        {"", ""},
        {"7:00-19:00 day,19:00 - 07:00  night ", "07:00-19:00 day, 19:00-07:00 night"},
        {"sa-su high-contrast", "sa-su high-contrast"},
        {"mo /etc/hallcall/a:b.ini", "mo /etc/hallcall/a:b.ini"},
        /* A theme may begin like a day, or be called like one. */
        {"monochrome", "monochrome"},
        {"mo-theme", "mo-theme"},
        {"mo", "mo"},
        {"mo mo", "mo mo"},
        {"2001", "2001"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct theme_plan plan = plan_of(rows[i].text), again;
        char written[VALUE_TEXT_BYTES];
        themes_write(&plan, written, sizeof written);
        assert_string_equal(written, rows[i].written);
        again = plan_of(written);
        assert_memory_equal(&again, &plan, sizeof plan);
    }
}

static void test_refused(void **state) {
    (void)state;
    char long_name[VALUE_TEXT_BYTES];
    memset(long_name, 'x', sizeof long_name);
    long_name[CONFIG_PATH_BYTES] = '\0';
    /* Two names that are short enough, together too long to be written again. */
    char too_much[600];
    (void)snprintf(too_much, sizeof too_much, "1:00-2:00 %.250s, 3:00-4:00 %.250s", long_name,
                   long_name);
    const char *const rows[] = {
        "07:00-19:00",
        "07:00-19:00 ",
        "mo ",
        "day,",
        ",day",
        "day,,night",
        "day night",
        "07:00 day",
        "07:00-19:00 day 19:00-07:00 night",
        "7:0-8:00 a",
        "24:00-01:00 a",
        "07:00-07:00 a",
        "25:00-1:00 a",
        "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q",
        long_name,
        too_much,
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct theme_plan plan = {.week = {.count = 7}};
        if (themes_parse(rows[i], &plan)) {
            fail_msg("taken: %s", rows[i]);
        }
        assert_int_equal(plan.week.count, 7);
    }
    assert_int_equal(plan_of("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p").week.count, WEEK_SPANS_MAX);
    long_name[CONFIG_PATH_BYTES - 1] = '\0';
    assert_int_equal(plan_of(long_name).week.count, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_one_holds),
        cmocka_unit_test(test_written_as_read),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
