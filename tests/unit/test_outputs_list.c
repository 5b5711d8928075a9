/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Monitors' own words (EDID) and the kernel's list of outputs, in folders made for the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "screen/kms_outputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 256 };

/* What goes into an EDID of the test's own. */
struct panel {
    const char *maker; /* three letters */
    const char *name;
    int timing_width_mm, timing_height_mm, width_cm, height_cm;
};

static void finish(uint8_t *edid) {
    unsigned sum = 0;
    for (size_t i = 0; i < EDID_BYTES - 1; i++) {
        sum += edid[i];
    }
    edid[EDID_BYTES - 1] = (uint8_t)(256 - sum % 256);
}

static void write_edid(const struct panel *panel, uint8_t edid[EDID_BYTES]) {
    static const uint8_t header[] = {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
    unsigned maker = 0;
    memset(edid, 0, EDID_BYTES);
    memcpy(edid, header, sizeof header);
    for (int i = 0; i < 3; i++) {
        maker = maker << 5 | (unsigned)(panel->maker[i] - '@');
    }
    edid[8] = (uint8_t)(maker >> 8);
    edid[9] = (uint8_t)maker;
    edid[21] = (uint8_t)panel->width_cm;
    edid[22] = (uint8_t)panel->height_cm;
    edid[54] = 1; /* a clock: this is a timing */
    edid[66] = (uint8_t)panel->timing_width_mm;
    edid[67] = (uint8_t)panel->timing_height_mm;
    edid[68] = (uint8_t)((panel->timing_width_mm >> 8 << 4) | panel->timing_height_mm >> 8);
    edid[75] = 0xfc;
    memset(edid + 77, ' ', 13);
    memcpy(edid + 77, panel->name, strlen(panel->name));
    if (strlen(panel->name) < 13) {
        edid[77 + strlen(panel->name)] = '\n';
    }
    finish(edid);
}

static void test_what_monitors_say(void **context) {
    static const struct {
        struct panel panel;
        const char *monitor;
        int width_mm, height_mm;
    } cases[] = {
        {{"SAM", "U28E590", 607, 345, 61, 35}, "Samsung U28E590", 607, 345},
        {{"SAM", "SAMSUNG", 1210, 680, 121, 68}, "Samsung", 1210, 680},
        {{"GSM", "LG TV SSCR2", 1600, 900, 160, 90}, "LG TV SSCR2", 1600, 900},
        {{"PHL", "Philips FTV", 160, 90, 121, 68}, "Philips FTV", 1210, 680},
        {{"DEL", "DELL P2419H", 0, 0, 53, 30}, "Dell P2419H", 530, 300},
        {{"XYZ", "ABCDEFGHIJKLM", 4095, 2304, 0, 0}, "XYZ ABCDEFGHIJKLM", 4095, 2304},
        {{"@@@", "", 0, 0, 79, 0}, "", 0, 0},
        {{"SNY", "", 160, 90, 16, 9}, "Sony", 160, 90},
        {{"BNQ", "tab\there", 0, 0, 0, 0}, "BenQ tab?here", 0, 0},
    };
    (void)context;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[EDID_BYTES];
        struct edid edid;
        write_edid(&cases[i].panel, bytes);
        assert_true(edid_read(bytes, sizeof bytes, &edid));
        assert_string_equal(edid.monitor, cases[i].monitor);
        assert_int_equal(edid.width_mm, cases[i].width_mm);
        assert_int_equal(edid.height_mm, cases[i].height_mm);
    }
}

static void test_what_is_no_edid(void **context) {
    const struct panel panel = {"SAM", "U28E590", 607, 345, 61, 35};
    uint8_t bytes[EDID_BYTES];
    struct edid edid;
    (void)context;
    write_edid(&panel, bytes);
    assert_false(edid_read(bytes, EDID_BYTES - 1, &edid));
    assert_false(edid_read(bytes, 0, &edid));
    for (size_t i = 0; i < EDID_BYTES; i++) {
        bytes[i] ^= 1;
        assert_false(edid_read(bytes, sizeof bytes, &edid));
        assert_int_equal(edid.width_mm, 0);
        bytes[i] ^= 1;
    }
    assert_true(edid_read(bytes, sizeof bytes, &edid));
}

static void test_sizes_that_are_believed(void **context) {
    static const struct {
        int width_mm, height_mm;
        bool believed;
    } cases[] = {
        {0, 0, false},        {1210, 0, false},       {0, 680, false},     {160, 90, false},
        {160, 100, false},    {1600, 900, false},     {1600, 1000, false}, {161, 90, true},
        {1594, 897, true},    {1210, 680, true},      {680, 1210, true},   {60, 46, false},
        {60, 47, true},       {4000, 3000, true},     {4000, 3001, false}, {65000, 65000, false},
        {-1210, -680, false}, {2147483647, 1, false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(edid_size_believable(cases[i].width_mm, cases[i].height_mm),
                         cases[i].believed);
    }
}

static void test_words_for_people(void **context) {
    struct outputs outputs = {.count = 2};
    char words[OUTPUT_WORDS_BYTES];
    (void)context;
    outputs.list[0] = (struct output){.name = "HDMI-1",
                                      .monitor = "Samsung",
                                      .box = {0, 0, 1920, 1080},
                                      .width_mm = 1210,
                                      .height_mm = 680};
    outputs.list[1] = (struct output){.name = "DP-2", .box = {1920, 0, 1080, 1920}};
    output_words(&outputs.list[0], words);
    assert_string_equal(words, "HDMI-1, 1920x1080, 55 inches, Samsung");
    output_words(&outputs.list[1], words);
    assert_string_equal(words, "DP-2, 1080x1920, size not known");
    outputs_names(&outputs, words, sizeof words);
    assert_string_equal(words, "HDMI-1, DP-2");
    outputs_names(&outputs, words, 9);
    assert_string_equal(words, "HDMI-1, ");
    assert_ptr_equal(outputs_named(&outputs, ""), &outputs.list[0]);
    assert_ptr_equal(outputs_named(&outputs, "DP-2"), &outputs.list[1]);
    assert_null(outputs_named(&outputs, "DP"));
    outputs.count = 0;
    assert_null(outputs_named(&outputs, ""));
    outputs_names(&outputs, words, sizeof words);
    assert_string_equal(words, "none");
}

static void write_part(const char *folder, const char *part, const void *bytes, size_t count) {
    char path[PATH_ROOM];
    (void)snprintf(path, sizeof path, "%s/%s", folder, part);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

/* An output as the kernel shows it; id NULL: as kernels before 6.0 do. */
static void plug(const char *folder, const char *name, const char *status, const char *id) {
    const struct panel panel = {"SAM", "SAMSUNG", 1210, 680, 121, 68};
    char path[PATH_ROOM / 2];
    uint8_t edid[EDID_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(mkdir(path, 0700), 0);
    write_part(path, "status", status, strlen(status));
    if (status[0] == 'c') {
        write_edid(&panel, edid);
        write_part(path, "edid", edid, sizeof edid);
        write_part(path, "modes", "1920x1080\n1280x720\n", 19);
    }
    if (id != NULL) {
        write_part(path, "connector_id", id, strlen(id));
    }
}

static void expect(const struct output *output, const char *name, int card, int number) {
    assert_string_equal(output->name, name);
    assert_int_equal(output->card, card);
    assert_int_equal(output->number, number);
    assert_int_equal(output->box.width, 1920);
    assert_int_equal(output->box.height, 1080);
    assert_string_equal(output->monitor, "Samsung");
    assert_int_equal(output->width_mm, 1210);
}

static void test_the_kernels_outputs(void **context) {
    char folder[] = "/tmp/hallcall-drm-XXXXXX";
    char command[PATH_ROOM];
    struct outputs outputs;
    (void)context;
    assert_non_null(mkdtemp(folder));
    kms_outputs_list(folder, &outputs);
    assert_int_equal(outputs.count, 0);
    write_part(folder, "version", "drm 1.1.0 20060810\n", 19);
    plug(folder, "card1", "connected\n", NULL);
    plug(folder, "card1-HDMI-A-2", "connected\n", "32\n");
    plug(folder, "card1-HDMI-A-1", "connected\n", "104\n");
    plug(folder, "card1-Writeback-1", "unknown\n", "99\n");
    plug(folder, "card1-DP-1", "disconnected\n", "31\n");
    plug(folder, "card0-DSI-2", "connected\n", NULL);
    plug(folder, "card0-DSI-1", "connected\n", NULL);
    plug(folder, "renderD128", "connected\n", NULL);
    kms_outputs_list(folder, &outputs);
    assert_int_equal(outputs.count, 4);
    expect(&outputs.list[0], "DSI-1", 0, 0);
    expect(&outputs.list[1], "DSI-2", 0, 1);
    expect(&outputs.list[2], "HDMI-A-2", 1, 0);
    expect(&outputs.list[3], "HDMI-A-1", 1, 1);
    assert_int_equal(kms_outputs_card(folder, ""), 0);
    assert_int_equal(kms_outputs_card(folder, "HDMI-A-1"), 1);
    assert_int_equal(kms_outputs_card(folder, "DSI-2"), 0);
    assert_int_equal(kms_outputs_card(folder, "HDMI-A-9"), 0);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    kms_outputs_list(folder, &outputs);
    assert_int_equal(outputs.count, 0);
    assert_int_equal(kms_outputs_card(folder, ""), -1);
}

/* A Raspberry Pi 5: the card that SDL would take, the last one, has nothing connected to it. */
static void test_the_card_with_the_monitor(void **context) {
    char folder[] = "/tmp/hallcall-drm-XXXXXX";
    char command[PATH_ROOM];
    (void)context;
    assert_non_null(mkdtemp(folder));
    plug(folder, "card2-DSI-1", "disconnected\n", "40\n");
    plug(folder, "card1-HDMI-A-1", "disconnected\n", "32\n");
    assert_int_equal(kms_outputs_card(folder, ""), -1);
    assert_int_equal(kms_outputs_card(folder, "HDMI-A-2"), -1);
    plug(folder, "card1-HDMI-A-2", "connected\n", "42\n");
    assert_int_equal(kms_outputs_card(folder, ""), 1);
    assert_int_equal(kms_outputs_card(folder, "DSI-1"), 1);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

/* Connected, but nobody has asked the monitor for its modes yet, or it has told none. */
static void plug_modeless(const char *folder, const char *name, const char *id) {
    char path[PATH_ROOM / 2];
    plug(folder, name, "connected\n", id);
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    write_part(path, "modes", "", 0);
}

/* SDL counts only outputs with a monitor that tells a mode, and no writeback connector. */
static void test_outputs_that_sdl_does_not_see(void **context) {
    char folder[] = "/tmp/hallcall-drm-XXXXXX";
    char command[PATH_ROOM];
    struct outputs outputs;
    (void)context;
    assert_non_null(mkdtemp(folder));
    plug_modeless(folder, "card0-Writeback-1", "20\n");
    assert_int_equal(kms_outputs_card(folder, ""), -1);
    plug_modeless(folder, "card1-HDMI-A-1", "32\n");
    kms_outputs_list(folder, &outputs);
    assert_int_equal(outputs.count, 0);
    assert_int_equal(kms_outputs_card(folder, ""), 1); /* SDL, on that card, asks for its modes */
    plug(folder, "card1-HDMI-A-2", "connected\n", "42\n");
    plug_modeless(folder, "card0-DSI-1", "21\n");
    plug(folder, "card2-Writeback-1", "connected\n", "51\n");
    kms_outputs_list(folder, &outputs);
    assert_int_equal(outputs.count, 1);
    expect(&outputs.list[0], "HDMI-A-2", 1, 0);
    assert_int_equal(kms_outputs_card(folder, ""), 1);
    assert_int_equal(kms_outputs_card(folder, "HDMI-A-9"), 1);
    assert_int_equal(kms_outputs_card(folder, "HDMI-A-1"), 1);
    assert_int_equal(kms_outputs_card(folder, "DSI-1"), 0);
    assert_true(kms_outputs_modeless(folder, "HDMI-A-1"));
    assert_false(kms_outputs_modeless(folder, "HDMI-A-2"));
    assert_false(kms_outputs_modeless(folder, "HDMI-A-9"));
    assert_false(kms_outputs_modeless(folder, "Writeback-1"));
    assert_false(kms_outputs_modeless(folder, ""));
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_monitors_say),
        cmocka_unit_test(test_what_is_no_edid),
        cmocka_unit_test(test_sizes_that_are_believed),
        cmocka_unit_test(test_words_for_people),
        cmocka_unit_test(test_the_kernels_outputs),
        cmocka_unit_test(test_the_card_with_the_monitor),
        cmocka_unit_test(test_outputs_that_sdl_does_not_see),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
