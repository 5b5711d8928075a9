/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status message: valid JSON with every member, within the promised size at its largest. */
#include "feed/status.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int64_t whole_at(const json_t *object, const char *group, const char *key) {
    const json_t *value = json_object_get(json_object_get(object, group), key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void assert_calls(const json_t *object) {
    assert_int_equal(whole_at(object, "calls", "muted"), 9);
    assert_int_equal(whole_at(object, "calls", "received"), 12);
    assert_int_equal(whole_at(object, "calls", "late"), 2);
    assert_int_equal(whole_at(object, "calls", "elsewhere"), 11);
    assert_int_equal(whole_at(object, "calls", "listed"), 7);
}

static void fill_halls(struct status *status) {
    status->halls_count = 2;
    status->halls[0] =
        (struct status_hall){.name = "main", .heard = true, .missed = 3, .listed = 7};
    status->halls[1] = (struct status_hall){.name = "registry", .late = true};
}

static void assert_halls(const json_t *object) {
    const json_t *halls = json_object_get(object, "halls");
    assert_int_equal(json_array_size(halls), 2);
    const json_t *first = json_array_get(halls, 0), *second = json_array_get(halls, 1);
    assert_string_equal(json_string_value(json_object_get(first, "hall")), "main");
    assert_string_equal(json_string_value(json_object_get(second, "hall")), "registry");
    assert_true(json_is_true(json_object_get(first, "heard")));
    assert_true(json_is_false(json_object_get(second, "heard")));
    assert_true(json_is_true(json_object_get(second, "late")));
    assert_int_equal(json_integer_value(json_object_get(first, "missed")), 3);
    assert_int_equal(json_integer_value(json_object_get(first, "listed")), 7);
}

static void assert_config(const json_t *object) {
    const json_t *config = json_object_get(object, "config");
    assert_true(json_is_true(json_object_get(config, "well")));
    assert_true(json_is_true(json_object_get(config, "safe_mode")));
    assert_string_equal(json_string_value(json_object_get(config, "safe_mode_reason")),
                        "ended 5 times");
}

static void assert_voice(const json_t *object) {
    assert_int_equal(whole_at(object, "voice", "lag_ms"), 31500);
    assert_true(json_is_true(json_object_get(json_object_get(object, "voice"), "behind")));
    assert_int_equal(whole_at(object, "voice", "volume_percent"), 80);
    const json_t *voice = json_object_get(object, "voice");
    assert_true(json_is_true(json_object_get(voice, "muted")));
    assert_string_equal(json_string_value(json_object_get(voice, "muted_until")),
                        "2026-11-22T08:15:30.000Z");
    const json_t *second = json_object_get(voice, "second");
    assert_true(json_is_true(json_object_get(second, "wanted")));
    assert_true(json_is_false(json_object_get(second, "well")));
    assert_string_equal(json_string_value(json_object_get(second, "reason")), "unplugged");
}

static void test_members(void **state) {
    (void)state;
    char text[2048];
    struct status status = {.version = "1.0",
                            .uptime_s = 61,
                            .link = {.up = true, .mqtt_version = 4, .connects = 2, .losses = 1},
                            .voice_well = false,
                            .voice_reason = "no \"default\" device\n",
                            .voice_lag_ms = 31500,
                            .voice_behind = true,
                            .waiting = 3,
                            .volume_percent = 80,
                            .muted = true,
                            .muted_until = INT64_C(1795335330000),
                            .second_wanted = true,
                            .second_reason = "unplugged",
                            .muted_calls = 9,
                            .screen_well = true,
                            .screen_reason = "",
                            .screen_width = 1920,
                            .screen_height = 1080,
                            .calls = 12,
                            .late = 2,
                            .dropped = 5,
                            .elsewhere = 11,
                            .listed = 7,
                            .safe_reason = "ended 5 times"};
    fill_halls(&status);
    status.refused[REFUSAL_JSON] = 4;
    size_t length = status_write(&status, text, sizeof text);
    assert_true(length > 0);
    json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    assert_int_equal(json_integer_value(json_object_get(object, "v")), 1);
    assert_int_equal(json_integer_value(json_object_get(object, "uptime_s")), 61);
    assert_true(json_is_true(json_object_get(json_object_get(object, "link"), "up")));
    assert_string_equal(json_string_value(json_object_get(json_object_get(object, "link"), "mqtt")),
                        "3.1.1");
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(object, "voice"), "reason")),
        "no \"default\" device");
    assert_int_equal(whole_at(object, "link", "losses"), 1);
    assert_voice(object);
    assert_calls(object);
    assert_halls(object);
    assert_config(object);
    assert_int_equal(whole_at(object, "screen", "width_px"), 1920);
    assert_int_equal(whole_at(object, "refused", "json"), 4);
    assert_int_equal(whole_at(object, "refused", "dropped"), 5);
    for (enum refusal refusal = REFUSAL_TOPIC; refusal < REFUSAL_KINDS; refusal++) {
        whole_at(object, "refused", refusal_name(refusal));
    }
    json_decref(object);
}

static void test_voices(void **state) {
    (void)state;
    char text[2048];
    struct status status = {.version = "1.0", .voice_reason = "", .screen_reason = ""};
    const struct speaker speakers[] = {
        {.tag = "uk", .chosen = SPEAKER_CLIPS, .fallbacks = 3, .reason = "no clip of \"Б\""},
        {.tag = "lt", .chosen = SPEAKER_COMMAND, .well = true},
        {.tag = "en", .chosen = SPEAKER_ESPEAK, .well = true}};
    status.speakers = speakers;
    status.speakers_count = 3;
    size_t length = status_write(&status, text, sizeof text);
    json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    static const char *const told[][4] = {{"uk", "clips", "espeak", "no clip of \"Б\""},
                                          {"lt", "command", "command", ""},
                                          {"en", "espeak", "espeak", ""}};
    static const char *const keys[] = {"lang", "chosen", "speaks", "reason"};
    const json_t *voices = json_object_get(object, "voices");
    assert_int_equal(json_array_size(voices), 3);
    for (size_t i = 0; i < 3; i++) {
        const json_t *voice = json_array_get(voices, i);
        for (size_t j = 0; j < 4; j++) {
            assert_string_equal(json_string_value(json_object_get(voice, keys[j])), told[i][j]);
        }
        assert_int_equal(json_integer_value(json_object_get(voice, "fallbacks")), i == 0 ? 3 : 0);
    }
    json_decref(object);
}

static void test_screen(void **state) {
    (void)state;
    char text[2048];
    const struct status status = {.version = "1.0",
                                  .screen_off = true,
                                  .screen_mode = "1280x720@50",
                                  .mode_reason = "the display has no mode 1920x1080@60",
                                  .health = {.temperature_known = true,
                                             .temperature_mc = 62810,
                                             .power_known = true,
                                             .undervoltage = true},
                                  .clock = CLOCK_BATTERY};
    size_t length = status_write(&status, text, sizeof text);
    json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    const json_t *screen = json_object_get(object, "screen");
    assert_true(json_is_true(json_object_get(screen, "off")));
    assert_string_equal(json_string_value(json_object_get(screen, "mode")), "1280x720@50");
    assert_string_equal(json_string_value(json_object_get(screen, "mode_reason")),
                        "the display has no mode 1920x1080@60");
    const json_t *machine = json_object_get(object, "machine");
    assert_string_equal(json_string_value(json_object_get(machine, "clock")), "battery");
    assert_int_equal(whole_at(object, "machine", "temperature_c"), 63);
    assert_true(json_is_true(json_object_get(machine, "undervoltage")));
    json_decref(object);
}

/* What the machine does not tell is absent, not zero; what is cold is not rounded up. */
static void test_machine(void **state) {
    (void)state;
    char text[2048];
    static const char *const clocks[] = {"synchronised", "battery", "configured", "doubted",
                                         "unset"};
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        struct status status = {.version = "1.0", .clock = (enum clock_state)i};
        status.health.temperature_known = i == 1;
        status.health.temperature_mc = -1600;
        status.health.power_known = i == 2;
        size_t length = status_write(&status, text, sizeof text);
        json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(object);
        const json_t *machine = json_object_get(object, "machine");
        assert_string_equal(json_string_value(json_object_get(machine, "clock")), clocks[i]);
        assert_int_equal(json_object_get(machine, "temperature_c") != NULL, i == 1);
        assert_int_equal(json_integer_value(json_object_get(machine, "temperature_c")),
                         i == 1 ? -2 : 0);
        assert_int_equal(json_object_get(machine, "undervoltage") != NULL, i == 2);
        json_decref(object);
    }
}

static void test_largest_fits(void **state) {
    (void)state;
    char text[9216];
    char long_text[2 * REASON_BYTES];
    memset(long_text, '"', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    char reason[REASON_BYTES];
    memcpy(reason, long_text, sizeof reason - 1);
    reason[sizeof reason - 1] = '\0';
    struct status status;
    memset(&status, 0xFF, sizeof status);
    status.link.up = status.voice_well = status.voice_behind = status.screen_well = false;
    status.journal_kept = status.journal_well = false;
    status.journal_reason = long_text;
    status.config_reason = status.safe_reason = long_text;
    status.version = long_text;
    status.halls_count = HALLS_MAX;
    for (size_t i = 0; i < HALLS_MAX; i++) {
        status.halls[i] = (struct status_hall){
            .name = "abcdefghijklmnopqrstuvwxyz012345", .missed = UINT64_MAX, .listed = SIZE_MAX};
    }
    struct speaker speakers[LANGUAGES_MAX];
    for (size_t i = 0; i < LANGUAGES_MAX; i++) {
        speakers[i] = (struct speaker){
            .tag = "abc-defghij", .chosen = SPEAKER_COMMAND, .fallbacks = UINT64_MAX};
        memcpy(speakers[i].reason, reason, sizeof speakers[i].reason);
    }
    status.speakers = speakers;
    status.speakers_count = LANGUAGES_MAX;
    status.voice_reason = reason;
    status.screen_reason = long_text;
    status.screen_off = false;
    status.screen_mode = status.mode_reason = long_text;
    status.health = (struct health){
        .temperature_known = true, .temperature_mc = INT32_MIN / 2, .power_known = true};
    status.clock = CLOCK_SYNCHRONISED;
    status.second_wanted = status.second_well = false;
    status.second_reason = long_text;
    status.muted = true;
    status.muted_until = INT64_C(253370764800000); /* the year 9999 */
    assert_true(status_write(&status, text, sizeof text) > 0);
    status.screen_reason = reason;
    size_t length = status_write(&status, text, sizeof text);
    assert_true(length > 0);
    assert_int_equal(status_write(&status, text, length), length);
    assert_int_equal(status_write(&status, text, length - 1), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),      cmocka_unit_test(test_voices),
        cmocka_unit_test(test_screen),       cmocka_unit_test(test_machine),
        cmocka_unit_test(test_largest_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
