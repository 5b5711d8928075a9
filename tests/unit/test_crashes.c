/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When repeated abnormal ends mean safe mode, and when it ends: a table of stories. */
#include "core/crashes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, STEPS_MAX = 10 };

/* One start: so long after the one before, which has crashed or not; what is expected of it. */
struct step {
    int64_t after_ms;
    char kind; /* 'n' normal, 't' trial, 's' safe */
};

struct story {
    const char *name;
    struct step steps[STEPS_MAX]; /* after_ms 0 behind the last, but for the first */
};

static const struct story stories[] = {
    {"four crashes are no reason",
     {{1, 'n'}, {2 * SECOND, 'n'}, {2 * SECOND, 'n'}, {2 * SECOND, 'n'}, {2 * SECOND, 'n'}}},
    {"five are",
     {{1, 'n'},
      {2 * SECOND, 'n'},
      {2 * SECOND, 'n'},
      {2 * SECOND, 'n'},
      {2 * SECOND, 'n'},
      {2 * SECOND, 's'}}},
    {"five ends within ten minutes, the first after a long run",
     {{1, 'n'},
      {300 * MINUTE, 'n'},
      {150 * SECOND, 'n'},
      {150 * SECOND, 'n'},
      {150 * SECOND, 'n'},
      {150 * SECOND, 's'}}},
    {"a moment more than ten minutes",
     {{1, 'n'},
      {300 * MINUTE, 'n'},
      {150 * SECOND, 'n'},
      {150 * SECOND, 'n'},
      {150 * SECOND, 'n'},
      {150 * SECOND + 1, 'n'}}},
    {"one each three minutes, for ever",
     {{1, 'n'},
      {180 * SECOND, 'n'},
      {180 * SECOND, 'n'},
      {180 * SECOND, 'n'},
      {180 * SECOND, 'n'},
      {180 * SECOND, 'n'},
      {180 * SECOND, 'n'}}},
    {"safe mode outlives its own crashes",
     {{1, 'n'}, {1, 'n'}, {1, 'n'}, {1, 'n'}, {1, 'n'}, {1, 's'}, {59 * MINUTE, 's'}}},
    {"after an hour one try, and one crash is enough",
     {{1, 'n'},
      {1, 'n'},
      {1, 'n'},
      {1, 'n'},
      {1, 'n'},
      {1, 's'},
      {SAFE_MODE_MS, 't'},
      {2 * SECOND, 's'},
      {SAFE_MODE_MS, 't'},
      {CRASHES_WITHIN_MS, 's'}}},
    {"a try that has held is a normal run",
     {{1, 'n'},
      {1, 'n'},
      {1, 'n'},
      {1, 'n'},
      {1, 'n'},
      {1, 's'},
      {SAFE_MODE_MS, 't'},
      {CRASHES_WITHIN_MS + 1, 'n'},
      {2 * SECOND, 'n'}}},
};

static void test_stories(void **state) {
    static const enum start_kind kinds[128] = {
        ['n'] = START_NORMAL, ['t'] = START_TRIAL, ['s'] = START_SAFE};
    (void)state;
    for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++) {
        struct crashes crashes = {.count = 0};
        int64_t now = 0;
        for (size_t j = 0; j < STEPS_MAX && stories[i].steps[j].after_ms > 0; j++) {
            now += stories[i].steps[j].after_ms;
            enum start_kind kind = crashes_start(&crashes, now);
            if (kind != kinds[(int)stories[i].steps[j].kind]) {
                fail_msg("%s: start %zu is of kind %d", stories[i].name, j + 1, (int)kind);
            }
        }
    }
}

/* The same process tries the normal way again: nothing has crashed. */
static void test_restart_is_no_crash(void **state) {
    (void)state;
    struct crashes crashes = {.count = 0};
    for (int i = 0; i < CRASHES_MAX; i++) {
        assert_int_equal(crashes_start(&crashes, 1 + i), START_NORMAL);
    }
    assert_int_equal(crashes_start(&crashes, 10), START_SAFE);
    assert_int_equal(crashes.safe_until, 10 + SAFE_MODE_MS);
    assert_int_equal(crashes_restart(&crashes, 10 + SAFE_MODE_MS), START_TRIAL);
    assert_int_equal(crashes.count, 0);
    assert_int_equal(crashes_restart(&crashes, 20 + SAFE_MODE_MS), START_NORMAL);
}

/* What was remembered under another clock is not believed. */
static void test_nonsense_is_forgotten(void **state) {
    (void)state;
    struct crashes future = {.running = true,
                             .count = CRASHES_MAX - 1,
                             .ended_at = {5000, 5000, 5000, 5000},
                             .safe_until = INT64_C(1) << 60};
    assert_int_equal(crashes_start(&future, 100), START_TRIAL);
    assert_int_equal(future.count, 1);
    assert_int_equal(future.safe_until, 0);
}

static void test_the_journal_is_suspected(void **state) {
    (void)state;
    struct crashes crashes = {.count = 0};
    (void)crashes_start(&crashes, 1);
    crashes.reading = true;
    (void)crashes_start(&crashes, 2);
    assert_true(crashes.journal_suspect);
    assert_false(crashes.reading);
    (void)crashes_start(&crashes, 3); /* this one had read it */
    assert_false(crashes.journal_suspect);
}

/* The service manager may know of an end first, and of ends before a start could be noted. */
static void test_each_end_counts_once(void **state) {
    (void)state;
    struct crashes crashes = {.count = 0};
    assert_int_equal(crashes_start(&crashes, 1), START_NORMAL);
    crashes_end(&crashes, 2);
    assert_int_equal(crashes_start(&crashes, 3), START_NORMAL);
    assert_int_equal(crashes.count, 1);
    for (int i = 2; i <= CRASHES_MAX; i++) {
        crashes_end(&crashes, 2 + i);
    }
    assert_int_equal(crashes.count, CRASHES_MAX);
    assert_int_equal(crashes_start(&crashes, 10), START_SAFE);
    assert_int_equal(crashes_restart(&crashes, 10 + SAFE_MODE_MS), START_TRIAL);
    crashes_end(&crashes, 20 + SAFE_MODE_MS);
    assert_int_equal(crashes_start(&crashes, 21 + SAFE_MODE_MS), START_SAFE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stories),
        cmocka_unit_test(test_restart_is_no_crash),
        cmocka_unit_test(test_nonsense_is_forgotten),
        cmocka_unit_test(test_the_journal_is_suspected),
        cmocka_unit_test(test_each_end_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
