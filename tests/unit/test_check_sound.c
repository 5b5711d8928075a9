/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall check` on a sound device that is busy, or whose screen is away: a loudspeaker of ours
 * (tests/sink), and a machine in a folder, with the programs that hold its cards.
 */
#include "command/checking.h"
#include "voice/holder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SAID_BYTES = 8192 };

static char root[] = "/tmp/hallcall-holder-XXXXXX";
static struct checking checking;
static char said[SAID_BYTES];

static const char *env_or(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value != NULL ? value : otherwise;
}

static void put_bytes(const char *path, const char *bytes, size_t count) {
    char full[256];
    (void)snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = strchr(full + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(full, 0700);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void put(const char *path, const char *text) {
    put_bytes(path, text, strlen(text));
}

/* The loudspeaker "hallsink", which is busy as long as it is told so. */
static int set_up(void **state) {
    (void)state;
    char plugin[4096], path[256], text[8192];
    memcpy(root + sizeof root - 7, "XXXXXX", 6);
    if (mkdtemp(root) == NULL) {
        return -1;
    }
    snprintf(path, sizeof path, "%.200s/tests/sink/libasound_module_pcm_hallsink.so",
             env_or("HALLCALL_BUILD", "build"));
    assert_non_null(realpath(path, plugin));
    snprintf(text, sizeof text,
             "pcm_type.hallsink { lib \"%s\" }\n"
             "pcm.hallsink { type hallsink file \"%s/heard\" control \"%s/control\" }\n",
             plugin, root, root);
    put("/asoundrc", text);
    snprintf(path, sizeof path, "%s/asoundrc", root);
    setenv("ALSA_CONFIG_PATH", path, 1);
    setenv("HALLCALL_SHARE", env_or("HALLCALL_SOURCE", "."), 1);
    put("/control", "busy");
    put("/proc/asound/card0/id", "PCH\n");
    put("/proc/asound/card0/pcm0p/sub0/status", "closed\n");
    put("/proc/asound/card1/id", "vc4hdmi0\n");
    put("/proc/asound/card1/pcm0c/sub0/status", "state: RUNNING\nowner_pid   : 99\n");
    put("/proc/asound/card1/pcm0p/sub0/status",
        "state: RUNNING\nowner_pid   : 4242\ntrigger_time: 1.5\n");
    return 0;
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place) {
    (void)facts;
    (void)kind;
    (void)place;
    return remove(path);
}

static int tear_down(void **state) {
    (void)state;
    return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* What is told of the display screen-1 of the site demo; the sets end with NULL. */
static void check(const char *const *sets) {
    static struct diagnostics diagnostics;
    size_t count = 0;
    while (sets[count] != NULL) {
        count++;
    }
    memset(&diagnostics, 0, sizeof diagnostics);
    memset(&checking, 0, sizeof checking);
    if (!config_load("/dev/null", sets, count, &checking.config, &diagnostics)) {
        fail_msg("%s", diagnostics.lines[0]);
    }
    checking.root = root;
    checking.well = true;
    FILE *printed = tmpfile();
    assert_non_null(printed);
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    assert_true(dup2(fileno(printed), STDOUT_FILENO) >= 0);
    checking_sound(&checking);
    fflush(stdout);
    assert_true(dup2(before, STDOUT_FILENO) >= 0);
    close(before);
    rewind(printed);
    said[fread(said, 1, sizeof said - 1, printed)] = '\0';
    fclose(printed);
}

#define CHECK_SETS(...) check((const char *const[]){"audio.device=hallsink", __VA_ARGS__, NULL})
#define PUT_COMMAND(words) put_bytes("/proc/4242/cmdline", words, sizeof(words))

static void the_holders_of_a_card_are_found(void **state) {
    (void)state;
    long threads[HOLDERS_MAX];
    assert_int_equal(holders_list(root, "default", threads), 1);
    assert_int_equal(threads[0], 4242);
    assert_int_equal(holders_list(root, "sysdefault:CARD=vc4hdmi0", threads), 1);
    assert_int_equal(holders_list(root, "plughw:CARD=PCH,DEV=0", threads), 0);
    assert_int_equal(holders_list(root, "plughw:CARD=vc4hdmi", threads), 0);
    assert_int_equal(holders_list("/tmp/nowhere-at-all", "default", threads), 0);
}

static void a_command_line_is_words(void **state) {
    (void)state;
    static struct holder holder;
    assert_false(holder_read(root, 4242, &holder));
    PUT_COMMAND("/usr/bin/hallcall\0run\0--set\0display.id=");
    assert_true(holder_read(root, 4242, &holder));
    assert_int_equal(holder.words_count, 4);
    assert_string_equal(holder.words[3], "display.id=");
    assert_null(holder.words[4]);
    put("/proc/4242/cmdline", ""); /* a thread of the kernel */
    assert_false(holder_read(root, 4242, &holder));
    put("/proc/4242/cmdline", "cut short");
    assert_false(holder_read(root, 4242, &holder));
}

static void our_own_hall_may_have_it(void **state) {
    (void)state;
    PUT_COMMAND(
        "/usr/bin/hallcall\0run\0--config\0/dev/null\0--set\0audio.device=hallsink\0--trace\0x");
    CHECK_SETS(NULL);
    assert_non_null(
        strstr(said, "ok       sound          hallsink is in use by this display's own hall"));
    assert_true(checking.well);
}

static void nobody_else_may(void **state) {
    (void)state;
    static const struct {
        const char *words;
        size_t bytes;
    } rows[] = {
#define ROW(text) {text, sizeof(text)}
        ROW("/usr/bin/aplay\0noise.wav"),
        ROW("/usr/bin/hallcall"),
        ROW("/usr/bin/hallcall\0speak\0A107\0--set\0audio.device=hallsink"),
        ROW("/usr/bin/nothallcall\0run\0--config\0/dev/null\0--set\0audio.device=hallsink"),
        ROW("hallcall\0run\0--config\0/dev/null\0--set\0audio.device=default"),
        ROW("hallcall\0run\0--config\0/dev/null\0--set=audio.device=hallsink\0--set=display.id=b"),
        ROW("hallcall\0run\0--config\0/dev/"
            "null\0--set=audio.device=hallsink\0--set=display.site=b"),
        ROW("hallcall\0run\0--config\0/nowhere.ini\0--set\0audio.device=hallsink"),
#undef ROW
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put_bytes("/proc/4242/cmdline", rows[i].words, rows[i].bytes);
        CHECK_SETS(NULL);
        assert_non_null(strstr(said,
                               "PROBLEM  sound          sound device \"hallsink\": it is in use by "
                               "another program; stop that program"));
        assert_false(checking.well);
    }
}

static void a_screen_that_is_away_is_a_problem(void **state) {
    (void)state;
    put("/sys/class/drm/card1-HDMI-A-1/status", "disconnected\n");
    CHECK_SETS("audio.connector=HDMI-A-1");
    assert_non_null(strstr(said, "PROBLEM  sound          the screen that carries the sound is not "
                                 "connected (HDMI-A-1)"));
    assert_false(checking.well);
    put("/control", "");
    put("/sys/class/drm/card1-HDMI-A-1/status", "connected\n");
    CHECK_SETS("audio.connector=HDMI-A-1");
    assert_non_null(strstr(said, "ok       sound          hallsink plays"));
    assert_true(checking.well);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_holders_of_a_card_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_command_line_is_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(our_own_hall_may_have_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_else_may, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_screen_that_is_away_is_a_problem, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
