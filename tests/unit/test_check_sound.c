/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall check` on a sound device that is busy, or whose screen is away: a loudspeaker of ours
 * (tests/sink), and a machine in a folder, with the programs that hold its cards.
 */
#include "check_fixture.h"
#include "root_fixture.h"
#include "voice/holder.h"

static const char *env_or(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value != NULL ? value : otherwise;
}

/* The loudspeaker "hallsink", which is busy as long as it is told so. */
static int set_up(void **state) {
    char plugin[4096], path[256], text[8192];
    if (make_root(state) != 0) {
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

/* What is told of the display screen-1 of the site demo. */
#define CHECK_SETS(...)                                                                            \
    check(checking_sound, root, (const char *const[]){"audio.device=hallsink", __VA_ARGS__, NULL})
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
        cmocka_unit_test_setup_teardown(the_holders_of_a_card_are_found, set_up, remove_root),
        cmocka_unit_test_setup_teardown(a_command_line_is_words, set_up, remove_root),
        cmocka_unit_test_setup_teardown(our_own_hall_may_have_it, set_up, remove_root),
        cmocka_unit_test_setup_teardown(nobody_else_may, set_up, remove_root),
        cmocka_unit_test_setup_teardown(a_screen_that_is_away_is_a_problem, set_up, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
