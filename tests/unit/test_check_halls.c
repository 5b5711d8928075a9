/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `hallcall check` on a display of several halls: which counters visitors could confuse. */
#include "check_fixture.h"

#include <stdlib.h>

static int set_up(void **state) {
    const char *source = getenv("HALLCALL_SOURCE");
    (void)state;
    setenv("HALLCALL_SHARE", source != NULL ? source : ".", 1);
    return 0;
}

#define CHECK_SETS(...) check(checking_halls, NULL, (const char *const[]){__VA_ARGS__, NULL})

static size_t warnings(void) {
    size_t count = 0;
    for (const char *at = said; (at = strstr(at, "WARNING")) != NULL; at++) {
        count++;
    }
    return count;
}

static void one_hall_is_told_as_ever(void **state) {
    (void)state;
    CHECK_SETS("display.hall=main", "counter 4.label=A");
    assert_non_null(strstr(said, "display screen-1 in hall main\n"));
    assert_null(strstr(said, "halls"));
    CHECK_SETS("display.counters=1, 5-8");
    assert_non_null(strstr(said, "only calls to 1,5-8 are shown and spoken"));
}

static void a_section_of_every_hall_is_shown_alike(void **state) {
    (void)state;
    CHECK_SETS("display.hall=main, registry", "counter 4.direction=left");
    assert_non_null(strstr(said, "in halls main, registry\n"));
    assert_non_null(strstr(said, "main/4 and registry/4 are both shown as \"Counter 4\""));
    assert_non_null(strstr(said, "give one a label in [counter registry/4]"));
    assert_int_equal(warnings(), 1);
    CHECK_SETS("display.hall=main, registry", "counter 4.direction=left",
               "counter registry/4.label=R4");
    assert_int_equal(warnings(), 0);
    assert_non_null(strstr(said, "needs a label in [counter HALL/ID]"));
}

static void another_noun_or_another_group_is_no_likeness(void **state) {
    (void)state;
    CHECK_SETS("display.hall=main, registry", "counter 4.direction=left",
               "counter registry/4.noun=room");
    assert_int_equal(warnings(), 0);
    CHECK_SETS("display.hall=main, registry", "display.counters=main/1-4, registry/5-8");
    assert_int_equal(warnings(), 0);
    CHECK_SETS("display.hall=main, registry", "display.counters=main/1-4, registry/3-8");
    assert_int_equal(warnings(), 2); /* 3 and 4 */
    CHECK_SETS("display.hall=main, registry", "display.counters=main/*, registry/2");
    assert_int_equal(warnings(), 1);
}

static void labels_are_compared_not_ids(void **state) {
    (void)state;
    CHECK_SETS("display.hall=main, registry", "counter main/1.label=A",
               "counter registry/2.label=A", "display.counters=main/1, registry/2");
    assert_int_equal(warnings(), 1);
    assert_non_null(strstr(said, "main/1 and registry/2 are both shown as \"Counter A\""));
    CHECK_SETS("display.hall=main, registry", "counter main/1.label.uk=Б",
               "counter registry/1.label.uk=Б", "counter registry/1.label.en=B",
               "hall.languages=en, uk");
    assert_non_null(strstr(said, "Б\": visitors could go to the wrong one")); /* in one language */
}

static void of_many_the_first_are_named(void **state) {
    (void)state;
    CHECK_SETS("display.hall=main, registry, cellar", "display.counters=1-9");
    assert_int_equal(warnings(), 9); /* eight, and how many more */
    assert_non_null(strstr(said, "and 19 more that are shown alike"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_hall_is_told_as_ever),
        cmocka_unit_test(a_section_of_every_hall_is_shown_alike),
        cmocka_unit_test(another_noun_or_another_group_is_no_likeness),
        cmocka_unit_test(labels_are_compared_not_ids),
        cmocka_unit_test(of_many_the_first_are_named),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
