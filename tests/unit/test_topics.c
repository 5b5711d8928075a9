/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Topic names: what is written is read back, and nothing else is taken for ours. */
#include "feed/topics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct topic_names names = {"hallcall", "townhall", {1, {"main"}}, "north-1"};

static void test_names_are_checked(void **state) {
    (void)state;
    const struct {
        const char *name;
        bool valid;
    } rows[] = {
        {"a", true},
        {"north-1", true},
        {"0", true},
        {"abcdefghijklmnopqrstuvwxyz012345", true},   /* 32 */
        {"abcdefghijklmnopqrstuvwxyz0123456", false}, /* 33 */
        {"", false},
        {"A", false},
        {"a b", false},
        {"a/b", false},
        {"+", false},
        {"#", false},
        {"a_b", false},
        {"\xC3\xA4", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(topic_name_valid(rows[i].name), rows[i].valid);
    }
}

static void test_written_names(void **state) {
    (void)state;
    const struct {
        enum topic topic;
        const char *notice_id;
        const char *name;
    } rows[] = {
        {TOPIC_EVENT, NULL, "hallcall/1/townhall/hall/main/event"},
        {TOPIC_BOARD, NULL, "hallcall/1/townhall/hall/main/board"},
        {TOPIC_NOTICE, NULL, "hallcall/1/townhall/hall/main/notice/+"},
        {TOPIC_NOTICE, "lunch", "hallcall/1/townhall/hall/main/notice/lunch"},
        {TOPIC_URGENT, NULL, "hallcall/1/townhall/urgent"},
        {TOPIC_CLOCK, NULL, "hallcall/1/townhall/clock"},
        {TOPIC_MUTE, NULL, "hallcall/1/townhall/display/north-1/command/mute"},
        {TOPIC_VOLUME, NULL, "hallcall/1/townhall/display/north-1/command/volume"},
        {TOPIC_REPEAT, NULL, "hallcall/1/townhall/display/north-1/command/repeat"},
        {TOPIC_ONLINE, NULL, "hallcall/1/townhall/display/north-1/state/online"},
        {TOPIC_STATUS, NULL, "hallcall/1/townhall/display/north-1/state/status"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[TOPIC_BYTES];
        struct topic_address address = {.topic = rows[i].topic}, read;
        if (rows[i].notice_id != NULL) {
            memcpy(address.notice_id, rows[i].notice_id, strlen(rows[i].notice_id));
        }
        topic_write(&names, &address, name);
        assert_string_equal(name, rows[i].name);
        bool filter = strchr(name, '+') != NULL;
        assert_int_equal(topic_read(&names, name, &read), !filter);
        assert_int_equal(read.topic, filter ? TOPIC_KINDS : rows[i].topic);
        assert_int_equal(read.from, 0);
    }
}

static void test_each_hall_has_its_topics(void **state) {
    (void)state;
    static const struct topic_names two = {
        "hallcall", "townhall", {2, {"main", "registry"}}, "north-1"};
    const struct {
        struct topic_address address;
        const char *name;
    } rows[] = {
        {{TOPIC_EVENT, 0, ""}, "hallcall/1/townhall/hall/main/event"},
        {{TOPIC_EVENT, 1, ""}, "hallcall/1/townhall/hall/registry/event"},
        {{TOPIC_BOARD, 1, ""}, "hallcall/1/townhall/hall/registry/board"},
        {{TOPIC_NOTICE, 0, "lunch"}, "hallcall/1/townhall/hall/main/notice/lunch"},
        {{TOPIC_NOTICE, 1, "lunch"}, "hallcall/1/townhall/hall/registry/notice/lunch"},
        {{TOPIC_CLOCK, 0, ""}, "hallcall/1/townhall/clock"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[TOPIC_BYTES];
        struct topic_address read;
        topic_write(&two, &rows[i].address, name);
        assert_string_equal(name, rows[i].name);
        assert_true(topic_read(&two, name, &read));
        assert_int_equal(read.topic, rows[i].address.topic);
        assert_int_equal(read.from, rows[i].address.from);
        assert_string_equal(read.notice_id, rows[i].address.notice_id);
    }
    struct topic_address other;
    assert_false(topic_read(&names, "hallcall/1/townhall/hall/registry/event", &other));
    assert_false(topic_read(&two, "hallcall/1/townhall/hall/regist/event", &other));
}

static void test_longest_names_fit(void **state) {
    (void)state;
    char name[TOPIC_BYTES];
    const char *longest = "abcdefghijklmnopqrstuvwxyz012345";
    struct topic_names long_names;
    memcpy(long_names.root, longest, NAME_BYTES);
    memcpy(long_names.site, longest, NAME_BYTES);
    long_names.halls.count = HALLS_MAX;
    for (size_t i = 0; i < HALLS_MAX; i++) {
        memcpy(long_names.halls.names[i], longest, NAME_BYTES);
        long_names.halls.names[i][0] = (char)('w' + (char)i);
    }
    memcpy(long_names.display, longest, NAME_BYTES);
    struct topic_address address = {.topic = TOPIC_NOTICE, .from = HALLS_MAX - 1}, read;
    memcpy(address.notice_id, longest, NAME_BYTES);
    topic_write(&long_names, &address, name);
    assert_true(topic_read(&long_names, name, &read));
    assert_int_equal(read.topic, TOPIC_NOTICE);
    assert_int_equal(read.from, HALLS_MAX - 1);
    assert_string_equal(read.notice_id, longest);
}

static void test_foreign_names_are_refused(void **state) {
    (void)state;
    const char *const rows[] = {
        "",
        "hallcall",
        "hallcall/1/townhall/hall/main/events",
        "hallcall/1/townhall/hall/main/event/",
        "hallcall/1/townhall/hall/main/even",
        "hallcall/1/townhall/hall/other/event",
        "hallcall/1/other/hall/main/event",
        "hallcall/2/townhall/hall/main/event",
        "hallcall/1/townhall/display/north-1/command/restart",
        "hallcall/1/townhall/display/north-2/command/mute",
        "hallcall/1/townhall/display/north-1/command/mute/now",
        "other/1/townhall/hall/main/event",
        "/hallcall/1/townhall/hall/main/event",
        "hallcall/1/townhall/hall/main/notice/",
        "hallcall/1/townhall/hall/main/notice/a/b",
        "hallcall/1/townhall/hall/main/notice/A",
        "hallcall/1/townhall/hall/main/notice/abcdefghijklmnopqrstuvwxyz0123456",
        "hallcall/1/townhall/display/south/state/online",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct topic_address read;
        assert_false(topic_read(&names, rows[i], &read));
        assert_int_equal(read.topic, TOPIC_KINDS);
        assert_string_equal(read.notice_id, "");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_checked),         cmocka_unit_test(test_written_names),
        cmocka_unit_test(test_each_hall_has_its_topics),  cmocka_unit_test(test_longest_names_fit),
        cmocka_unit_test(test_foreign_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
