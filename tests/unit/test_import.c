/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of a boot partition's file: what is taken out, what is rewritten, which lines stay. */
#include "command/import_place.h"
#include "command/import_text.h"
#include "config/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TO "/etc/hallcall"

static struct diagnostics diagnostics;
static struct import_text made;

static void make(const char *text) {
    const struct file_text boot = {(char *)text, strlen(text)};
    memset(&diagnostics, 0, sizeof diagnostics);
    assert_true(import_text_make(&boot, "hallcall.ini", TO, &made, &diagnostics));
}

static void test_names(void **state) {
    static const struct {
        const char *name;
        bool taken;
    } cases[] = {
        {"hallcall.ini", true},         {"HALLCALL.INI", true},
        {"hallcall.conf", true},        {"Hallcall.ini.txt", true},
        {"hallcall.conf.txt", true},    {"hallcall.ini.ini", true},
        {"hallcall-import.txt", false}, {"hallcall.txt", false},
        {"hallcall.ini.old", false},    {"hallcall", false},
        {"hallcall.ini ", false},       {"xhallcall.ini", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(import_place_takes(cases[i].name), cases[i].taken);
    }
}

static void test_lines_stay_where_they_are(void **state) {
    (void)state;
    make("\xEF\xBB\xBF; ours\r\n[ broker ]\r\n  username=d\r\n\tpassword = a = b;c \r\n"
         "ca_file : ca.crt\r\n[display]\r\nlogo=logo.png");
    assert_int_equal(diagnostics.count, 0);
    assert_string_equal(made.text.bytes,
                        "; ours\n[ broker ]\n  username=d\npassword_file = " TO "/password\n"
                        "ca_file = " TO "/ca.crt\n[display]\nlogo = " TO "/logo.png\n");
    assert_true(made.has_password);
    assert_string_equal(made.password, "a = b;c");
    assert_int_equal(made.password_at, 37);
    assert_int_equal(made.password_bytes, strlen("\tpassword = a = b;c "));
    assert_int_equal(made.files_count, 2);
    assert_string_equal(made.files[0].name, "ca.crt");
    assert_false(made.files[0].secret);
    assert_int_equal(made.files[1].line, 7);
    assert_int_equal(made.uses[IMPORT_CA].file, 1);
    assert_int_equal(made.uses[IMPORT_LOGO].file, 2);
    assert_int_equal(made.uses[IMPORT_LOGO].line, 7);
    assert_int_equal(made.uses[IMPORT_KEY].file, 0);
    import_text_release(&made);
}

static void test_what_is_left_alone(void **state) {
    (void)state;
    static const char text[] = "[broker]\nca_file = /etc/ssl/ca.crt\nkey_file = credential:key\n"
                               "cert_file =\n[counter 4]\nlabel = password\n[audio]\n"
                               "device = ca.crt\n";
    make(text);
    assert_int_equal(diagnostics.count, 0);
    assert_string_equal(made.text.bytes, text);
    assert_int_equal(made.files_count, 0);
    assert_false(made.has_password || made.wants_password);
    import_text_release(&made);
}

static void test_secrets(void **state) {
    (void)state;
    make("[broker]\nusername = d\ncert_file = both.pem\nkey_file = both.pem\n");
    assert_int_equal(made.files_count, 1);
    assert_true(made.files[0].secret);
    assert_int_equal(made.uses[IMPORT_CERT].file, 1);
    assert_int_equal(made.uses[IMPORT_KEY].file, 1);
    assert_int_equal(made.uses[IMPORT_KEY].line, 4);
    assert_true(made.wants_password);
    assert_true(import_text_keep_password(&made, TO));
    assert_non_null(strstr(made.text.bytes, "\n[broker]\npassword_file = " TO "/password\n"));
    import_text_release(&made);
    make("[broker]\nusername = d\npassword_file = secret.txt\n");
    assert_true(made.files[0].secret);
    assert_false(made.wants_password);
    import_text_release(&made);
}

static void assert_refused(const char *text, const char *words) {
    make(text);
    if (diagnostics.count != 1 || strstr(diagnostics.lines[0], words) == NULL) {
        fail_msg("%zu: \"%s\", expected \"%s\"", diagnostics.count, diagnostics.lines[0], words);
    }
    assert_null(strstr(diagnostics.lines[0], "geheim"));
    import_text_release(&made);
}

static void test_refusals(void **state) {
    char text[400];
    (void)state;
    assert_refused("[broker]\npassword = geheim\npassword_file = /x\n", ":2: [broker] password: "
                                                                        "expected password or");
    assert_refused("[broker]\npassword =\n", ":2: [broker] password: expected a password of 1 to");
    assert_refused("[broker]\nca_file = .hidden\n", "expected the name of a file beside");
    assert_refused("[broker]\nca_file = ca crt\n", "expected the name of a file beside");
    assert_refused("[broker]\nkey_file = hallcall.ini\n", "expected the name of a file beside");
    assert_refused("[broker]\nkey_file = Password\n", "expected the name of a file beside");
    assert_refused("[broker]\nkey_file = my.key.OLD\n", "not ending in .old");
    assert_refused("[broker]\npassword_file = geheim!\n", "expected the name of a file beside");
    memset(text, 'g', sizeof text);
    memcpy(text, "[broker]\npassword=", 18);
    text[18 + IMPORT_PASSWORD_BYTES] = '\0';
    assert_refused(text, "of 1 to 256 bytes");
    text[18 + IMPORT_PASSWORD_BYTES - 1] = '\0';
    make(text);
    assert_int_equal(diagnostics.count, 0);
    assert_int_equal(strlen(made.password), IMPORT_PASSWORD_BYTES - 1);
    import_text_release(&made);
}

/* Faults of form are told by whoever reads the made text: their lines must be there. */
static void test_bad_lines_are_kept(void **state) {
    (void)state;
    make("nonsense\n[broker\n\xFF\n\n");
    assert_int_equal(diagnostics.count, 0);
    assert_string_equal(made.text.bytes, "nonsense\n[broker\n\xFF\n\n");
    import_text_release(&made);
    make("");
    assert_int_equal(made.text.count, 0);
    import_text_release(&made);
}

static void test_the_blank_has_its_length(void **state) {
    (void)state;
    for (size_t bytes = strlen("password=x"); bytes < 80; bytes++) {
        char line[81];
        memset(line, 'x', sizeof line);
        import_text_blank(line, bytes);
        assert_int_equal(line[0], '#');
        assert_null(memchr(line, 'x', bytes));
        assert_int_equal(line[bytes], 'x');
    }
}

/* The names that this file knows are settings that there are. */
static void test_settings_exist(void **state) {
    static const char *const keys[] = {"ca_file", "cert_file", "key_file", "password_file"};
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        assert_non_null(settings_find("broker", keys[i]));
    }
    assert_non_null(settings_find("display", "logo"));
    assert_non_null(settings_find("broker", "username"));
    assert_null(settings_find("broker", "password"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_lines_stay_where_they_are),
        cmocka_unit_test(test_what_is_left_alone),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_bad_lines_are_kept),
        cmocka_unit_test(test_the_blank_has_its_length),
        cmocka_unit_test(test_settings_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
