/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a command's arguments.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command/command.h"

#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS_MAX = 12 };

static const struct command command = {.name = "speak", .usage = "Usage: speak\n"};

struct result {
    bool go_on;
    int argc;
    const char *output;
    bool explain;
    struct common_options common;
    char *argv[ARGUMENTS_MAX];
};

/* Parses a NULL-terminated list of arguments behind the command's name. */
static struct result parse(const char *const *arguments) {
    struct result result = {.common = {.code = -1}};
    const struct option_spec specs[] = {
        {.name = "--output", .takes_value = true, .value = &result.output},
        {.name = "--explain", .flag = &result.explain},
        {.name = NULL},
    };
    static char name[] = "speak";
    result.argv[result.argc++] = name;
    while (*arguments != NULL && result.argc < ARGUMENTS_MAX - 1) {
        result.argv[result.argc++] = (char *)(uintptr_t)*arguments++;
    }
    result.go_on = options_parse(&command, result.argc, result.argv, specs, &result.common);
    return result;
}

static void test_options_and_operands(void **state) {
    (void)state;
    const char *const arguments[] = {"A107",           "--set",    "a.b=1", "--explain",   "4",
                                     "--output=x.wav", "--config", "f.ini", "--set=c.d=2", NULL};
    struct result result = parse(arguments);
    assert_true(result.go_on);
    assert_string_equal(result.output, "x.wav");
    assert_true(result.explain);
    assert_string_equal(result.common.config_path, "f.ini");
    assert_int_equal(result.common.sets_count, 2);
    assert_string_equal(result.common.sets[0], "a.b=1");
    assert_string_equal(result.common.sets[1], "c.d=2");
    assert_int_equal(result.argc - result.common.operands, 2);
    assert_string_equal(result.argv[result.common.operands], "A107");
    assert_string_equal(result.argv[result.common.operands + 1], "4");
}

static void test_operands(void **state) {
    (void)state;
    static const struct {
        const char *arguments[6];
        const char *operands[5];
    } cases[] = {
        {{NULL}, {NULL}},
        {{"-", "-1", "-.5", NULL}, {"-", "-1", "-.5", NULL}},
        {{"a", "--", "--explain", "b", NULL}, {"a", "--explain", "b", NULL}},
        {{"--", "--", NULL}, {"--", NULL}},
        {{"--output", "--", "a", NULL}, {"a", NULL}},
        {{"", "--explain", NULL}, {"", NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct result result = parse(cases[i].arguments);
        assert_true(result.go_on);
        int at = result.common.operands;
        for (size_t j = 0; cases[i].operands[j] != NULL; j++) {
            assert_true(at < result.argc);
            assert_string_equal(result.argv[at++], cases[i].operands[j]);
        }
        assert_int_equal(at, result.argc);
    }
}

static void test_refusals(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"--explian", NULL}, {"--output", NULL}, {"--explain=yes", NULL}, {"--set", NULL},
        {"--config", NULL},  {"-x", NULL},       {"--outputs=x", NULL},   {"--exp", NULL},
        {"--", "--a", NULL}, /* the last is no refusal: it is an operand */
    };
    size_t count = sizeof cases / sizeof cases[0];
    for (size_t i = 0; i < count; i++) {
        struct result result = parse(cases[i]);
        assert_int_equal(result.go_on, i == count - 1);
        assert_int_equal(result.common.code, i == count - 1 ? EXIT_OK : EXIT_USAGE);
    }
}

static void test_help(void **state) {
    (void)state;
    static const char *const cases[][4] = {
        {"--help", NULL}, {"-h", NULL}, {"a", "--explain", "--help", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct result result = parse(cases[i]);
        assert_false(result.go_on);
        assert_int_equal(result.common.code, EXIT_OK);
    }
}

static void test_many_sets(void **state) {
    (void)state;
    static char *argv[SETS_MAX * 2 + 3];
    static char name[] = "speak", set[] = "--set", value[] = "a.b=c";
    struct common_options common;
    argv[0] = name;
    for (size_t i = 0; i < SETS_MAX + 1; i++) {
        argv[1 + i * 2] = set;
        argv[2 + i * 2] = value;
    }
    int argc = SETS_MAX * 2 + 1;
    assert_true(options_parse(&command, argc, argv, NULL, &common));
    assert_int_equal(common.sets_count, SETS_MAX);
    assert_int_equal(common.operands, argc);
    assert_false(options_parse(&command, argc + 2, argv, NULL, &common));
    assert_int_equal(common.code, EXIT_USAGE);
}

static void test_load(void **state) {
    (void)state;
    const char *source = getenv("HALLCALL_SOURCE");
    setenv("HALLCALL_SHARE", source != NULL ? source : ".", 1);
    setenv("HALLCALL_CONFIG", "/dev/null", 1);
    struct config *config = calloc(1, sizeof *config);
    assert_non_null(config);
    struct common_options common = {.sets_count = 1, .sets = {"audio.volume=7"}};
    assert_true(options_load(&common, config));
    assert_int_equal(config->settings.audio.volume.percent, 7);
    common.sets[0] = "audio.volume=700";
    assert_false(options_load(&common, config));
    assert_int_equal(config->settings.audio.volume.percent, 7);
    free(config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_and_operands),
        cmocka_unit_test(test_operands),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_many_sets),
        cmocka_unit_test(test_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
