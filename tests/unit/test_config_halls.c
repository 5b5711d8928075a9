/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The halls of a display in its configuration: [display] hall, counters with a hall, their
 * sections. */
#include "config_fixture.h"

static const struct {
    const char *set;
    const char *told; /* NULL: it is good */
} cases[] = {
    {"display.hall=main, registry", NULL},
    {"display.hall=a,b,c,d", NULL},
    {"display.hall=a,b,c,d,e", "expected 1 to 4 different names of the characters a-z 0-9 -"},
    {"display.hall=main, main", "expected 1 to 4 different names"},
    {"display.hall=", "expected 1 to 4 different names"},
    {"display.counters=main/*", NULL},
    {"display.counters=main/4, 5", NULL},
    {"display.counters=registry/4",
     "[display] counters: \"registry/4\": expected a hall of [display] hall before the slash, not "
     "registry"},
    {"display.counters=*", "expected up to 32 different counters"},
    {"counter main/4.noun=door", NULL},
    {"counter abcdefghijklmnopqrstuvwxyz012345/abcdefghijklmnopqrstuvwxyz012345.noun=door",
     "expected a hall of [display] hall before the slash"},
    {"counter registry/4.label=R4",
     "[counter registry/4] label: \"R4\": expected a hall of [display] hall before the slash"},
    {"counter main/.noun=door", "expected [counter ID] or [counter HALL/ID]"},
    {"counter /4.noun=door", "expected [counter ID] or [counter HALL/ID]"},
    {"counter main/4/5.noun=door", "expected [counter ID] or [counter HALL/ID]"},
};

static void test_values(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool good = load_set(cases[i].set);
        if (good != (cases[i].told == NULL)) {
            fail_msg("%s: %s", cases[i].set, diagnostics.lines[0]);
        }
        if (!good) {
            assert_told(cases[i].told);
        }
    }
}

static void test_several_halls(void **state) {
    (void)state;
    static const char *const own[] = {"counter registry/4.label=R9", NULL};
    assert_true(load("[display]\nhall = main, registry\ncounters = main/*, registry/4-6\n"
                     "[counter 4]\nlabel = A\n[counter registry/4]\nlabel = R4\n",
                     own));
    const struct hall *hall = &config.hall;
    assert_int_equal(hall->halls.count, 2);
    assert_string_equal(hall->halls.names[1], "registry");
    assert_int_equal(hall->counters_count, 2);
    assert_string_equal(hall_counter_label(hall, 0, "4", "", "en"), "A");
    assert_string_equal(hall_counter_label(hall, 1, "4", "", "en"), "R9");
    assert_true(group_has(&hall->group, "main", "99"));
    assert_false(group_has(&hall->group, "registry", "99"));

    assert_false(load("[display]\nhall = main, registry\ncounters = registry/1-3\n", NULL));
    assert_told("expected a counter of every hall: add main/* or leave main out of [display] hall");
    assert_false(load("[display]\nhall = main, registry\nlayout = counter\ncounters = 4\n", NULL));
    assert_told("expected exactly one counter as HALL/ID in [display] counters");
    assert_true(
        load("[display]\nhall = main, registry\nlayout = counter\ncounters = registry/4\n", NULL));
}

/* What is in force, written as a file, reads back as the same. */
static void test_written_and_read_back(void **state) {
    (void)state;
    static const char *const sets[] = {"display.hall=main, registry",
                                       "display.counters=main/*, registry/4-6",
                                       "counter registry/4.label=R4", "counter 4.label=A", NULL};
    char *text = NULL;
    size_t bytes = 0;
    static struct config before;
    assert_true(load(NULL, sets));
    before = config;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    config_write_settings(out, &config);
    fclose(out);
    assert_non_null(strstr(text, "\nhall = main, registry\n"));
    assert_non_null(strstr(text, "\n[counter registry/4]\n"));
    assert_true(load(text, NULL));
    assert_memory_equal(&config.hall.group, &before.hall.group, sizeof before.hall.group);
    assert_memory_equal(&config.hall.counters, &before.hall.counters, sizeof before.hall.counters);
    free(text);
}

static int set_up(void **state) {
    const char *source = getenv("HALLCALL_SOURCE");
    (void)state;
    setenv("HALLCALL_SHARE", source != NULL ? source : ".", 1);
    setenv("HALLCALL_CONFIG", "/dev/null", 1);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_several_halls),
        cmocka_unit_test(test_written_and_read_back),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
