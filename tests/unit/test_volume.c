/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The volume of a moment, and how people write it. */
#include "config/volumes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { EEST_S = 3 * 3600, EET_S = 2 * 3600 };

static struct volume_plan plan_of(const char *text) {
    struct volume_plan plan = {.percent = 100, .min = 0, .max = 100};
    assert_true(volumes_parse(text, &plan));
    return plan;
}

/* Milliseconds of a UTC time on a day of November 2026 (the 22nd is a Sunday). */
static wall_ms utc(int day, int hour, int minute, int second) {
    return INT64_C(1793491200000) + /* 2026-11-01T00:00:00Z, a Sunday */
           ((((int64_t)(day - 1) * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

static void test_hours_and_days(void **state) {
    (void)state;
    struct volume_plan plan =
        plan_of("mo-fr 07:00-09:00 80, sa 70, 22:00-06:00 40, fr 12:00-13:00 10");
    const struct {
        int day, hour, minute, second, percent;
    } rows[] = {{23, 6, 59, 59, 100}, {23, 7, 0, 0, 80},  {23, 8, 59, 59, 80},
                {23, 9, 0, 0, 100},   {27, 8, 0, 0, 80},  {27, 12, 0, 0, 10},
                {28, 8, 0, 0, 70},    {28, 23, 0, 0, 70}, {29, 0, 0, 0, 40},
                {29, 5, 59, 59, 40},  {29, 6, 0, 0, 100}, {29, 7, 30, 0, 100},
                {29, 22, 0, 0, 40},   {30, 0, 0, 0, 40},  {30, 21, 59, 59, 100}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wall_ms wall = utc(rows[i].day, rows[i].hour, rows[i].minute, rows[i].second);
        assert_int_equal(volume_at(&plan, VOLUME_UNASKED, wall, 0), rows[i].percent);
    }
}

/* Hours past midnight belong to the day on which they begin. */
static void test_past_midnight(void **state) {
    (void)state;
    struct volume_plan plan = plan_of("fr 22:00-06:00 40");
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, utc(27, 5, 0, 0), 0), 100); /* Friday */
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, utc(27, 22, 0, 0), 0), 40);
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, utc(28, 5, 59, 59), 0), 40); /* Saturday */
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, utc(28, 6, 0, 0), 0), 100);
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, utc(28, 22, 0, 0), 0), 100);
    /* Sunday's night ends on Monday. */
    plan = plan_of("su 22:00-06:00 40");
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, utc(23, 1, 0, 0), 0), 40);
}

/* Kyiv, 2026: summer time ends on 25 October at 01:00 UTC and begins on 29 March at 01:00 UTC. The
 * clock on the wall decides: an hour that comes twice is as loud both times. */
static void test_summer_time(void **state) {
    (void)state;
    struct volume_plan plan = plan_of("03:00-04:00 30, 07:00-09:00 80");
    const wall_ms autumn = INT64_C(1792886400000); /* 2026-10-25T00:00:00Z */
    const wall_ms spring = INT64_C(1774742400000); /* 2026-03-29T00:00:00Z */
    const struct {
        wall_ms day;
        int minute, offset_s, percent;
    } rows[] = {
        {autumn, -1, EEST_S, 100}, {autumn, 0, EEST_S, 30},   {autumn, 59, EEST_S, 30},
        {autumn, 60, EET_S, 30},   {autumn, 119, EET_S, 30},  {autumn, 120, EET_S, 100},
        {autumn, 300, EET_S, 80},  {autumn, 299, EET_S, 100}, {spring, 59, EET_S, 100},
        {spring, 60, EEST_S, 100}, {spring, 240, EEST_S, 80}, {spring, 239, EEST_S, 100},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wall_ms wall = rows[i].day + (int64_t)rows[i].minute * 60000;
        assert_int_equal(volume_at(&plan, VOLUME_UNASKED, wall, rows[i].offset_s), rows[i].percent);
    }
}

static void test_bounds(void **state) {
    (void)state;
    struct volume_plan plan = plan_of("sa 10, su 95");
    plan.min = 20;
    plan.max = 90;
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, utc(28, 8, 0, 0), 0), 20);
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, utc(29, 8, 0, 0), 0), 90);
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, utc(23, 8, 0, 0), 0), 90);
    assert_int_equal(volume_at(&plan, 50, utc(29, 8, 0, 0), 0), 50);
    assert_int_equal(volume_at(&plan, 0, utc(29, 8, 0, 0), 0), 20);
    assert_int_equal(volume_at(&plan, 100, TIME_UNKNOWN, 0), 90);
    plan.percent = 60;
    assert_int_equal(volume_at(&plan, VOLUME_UNASKED, TIME_UNKNOWN, 0), 60);
}

static void test_written_as_read(void **state) {
    (void)state;
    const struct {
        const char *text, *written;
    } rows[] = {
        {"", ""},
        {" mo-fr 7:00-09:00 80 , sa 70%,22:00-06:00 40 ",
         "mo-fr 07:00-09:00 80, sa 70, 22:00-06:00 40"},
        {"50", "50"},
        {"sa-mo 18:00 - 24:00 0", "sa-mo 18:00-24:00 0"},
        {"mo-su 10", "10"},
        {"su-th 100", "su-th 100"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct volume_plan plan = plan_of(rows[i].text), again;
        char written[WEEK_SPANS_MAX * 30];
        volumes_write(&plan, written, sizeof written);
        assert_string_equal(written, rows[i].written);
        again = plan_of(written);
        assert_memory_equal(&again.week, &plan.week, sizeof plan.week);
        assert_memory_equal(again.percents, plan.percents, sizeof plan.percents);
    }
}

static void test_refused(void **state) {
    (void)state;
    const char *const rows[] = {"loud",
                                "mo",
                                "mo-",
                                "mo-xx 50",
                                "101",
                                "-1",
                                "mo 25:00-26:00 5",
                                "07:00 50",
                                "7:0-8:00 50",
                                "07:60-08:00 50",
                                "07:00-07:00 5",
                                "24:00-01:00 5",
                                "24:01-02:00 5",
                                "07:00-08:00",
                                "80,",
                                "80,,70",
                                ",80",
                                "80 70",
                                "mo,tu 50",
                                "mo 50;tu 60",
                                "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct volume_plan plan = {.percent = 100, .week = {.count = 99}};
        if (volumes_parse(rows[i], &plan)) {
            fail_msg("taken: %s", rows[i]);
        }
        assert_int_equal(plan.week.count, 99);
    }
    struct volume_plan plan;
    assert_true(volumes_parse("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", &plan));
    assert_int_equal(plan.week.count, 16);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hours_and_days),  cmocka_unit_test(test_past_midnight),
        cmocka_unit_test(test_summer_time),     cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_written_as_read), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
