/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A display's modes: the one that was asked for, how it is written, and what the kernel's list
 * says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/settings.h"
#include "config/value.h"
#include "screen/kms_outputs.h"
#include "screen/modes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct screen_mode list[] = {
    {3840, 2160, 30}, {1920, 1080, 60}, {1920, 1080, 59}, {1920, 1080, 50},
    {1920, 1080, 24}, {1280, 720, 60},  {1280, 720, 50},  {720, 576, 50},
};
enum { LISTED = sizeof list / sizeof list[0] };

static void the_mode_that_was_asked_for(void **state) {
    (void)state;
    static const struct {
        struct screen_mode wanted;
        int chosen;
    } rows[] = {
        {{1920, 1080, 60}, 1},          {{1920, 1080, 59}, 2},
        {{1920, 1080, 50}, 3},          {{1920, 1080, 0}, 1},
        {{1920, 1080, 51}, 3},          {{1920, 1080, 52}, MODES_NONE},
        {{1280, 720, 61}, 5},           {{1280, 720, 75}, MODES_NONE},
        {{1920, 1200, 60}, MODES_NONE}, {{1080, 1920, 60}, MODES_NONE},
        {{3840, 2160, 60}, MODES_NONE}, {{720, 576, 0}, 7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(modes_choose(list, LISTED, &rows[i].wanted), rows[i].chosen);
    }
    assert_int_equal(modes_choose(NULL, 0, &rows[0].wanted), MODES_NONE);
}

static void a_mode_in_words(void **state) {
    (void)state;
    char words[SCREEN_MODE_BYTES];
    modes_words(&list[1], words);
    assert_string_equal(words, "1920x1080@60");
    modes_words(&(struct screen_mode){1280, 720, 0}, words);
    assert_string_equal(words, "1280x720");
}

/* What [display] mode takes, and that it is written as it was read. */
static void the_setting(void **state) {
    (void)state;
    static struct draft draft;
    char expected[EXPECTED_BYTES];
    struct value_text text;
    const struct setting *setting = settings_find("display", "mode");
    assert_non_null(setting);
    static const char *const good[] = {"1920x1080@60", "1280x720", "", "180x320@1",
                                       "16384x180@240"};
    static const char *const bad[] = {
        "1920",    "1920x1080@", "1920x1080@0",   "@60",    "1920x1080@241", "1920x1080p60",
        "179x320", "16385x180",  "1920x1080@60i", "-1x720", "1920 x 1080",   "1920x1080@@60"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(value_parse(setting, &draft, "", good[i], expected));
        assert_true(value_write(setting, &draft, 0, &text));
        assert_string_equal(text.text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(value_parse(setting, &draft, "", bad[i], expected));
    }
}

static void the_kernels_list(void **state) {
    (void)state;
    char folder[] = "/tmp/hallcall-modes-XXXXXX";
    char card[64], modes[96];
    struct output output = {.name = "HDMI-A-1", .card = 1};
    assert_non_null(mkdtemp(folder));
    (void)snprintf(card, sizeof card, "%s/card1-HDMI-A-1", folder);
    (void)snprintf(modes, sizeof modes, "%s/modes", card);
    assert_int_equal(mkdir(card, 0700), 0);
    assert_false(kms_outputs_size(folder, &output, 1920, 1080)); /* no list at all */
    FILE *file = fopen(modes, "w");
    assert_non_null(file);
    (void)fputs("3840x2160\n1920x1080\n1920x1080\n1920x1080i\n720x576", file);
    assert_int_equal(fclose(file), 0);
    assert_true(kms_outputs_size(folder, &output, 1920, 1080));
    assert_true(kms_outputs_size(folder, &output, 720, 576));
    assert_false(kms_outputs_size(folder, &output, 920, 1080));
    assert_false(kms_outputs_size(folder, &output, 1920, 108));
    assert_false(kms_outputs_size(folder, &output, 1280, 720));
    assert_int_equal(unlink(modes) + rmdir(card) + rmdir(folder), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mode_that_was_asked_for),
        cmocka_unit_test(a_mode_in_words),
        cmocka_unit_test(the_setting),
        cmocka_unit_test(the_kernels_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
