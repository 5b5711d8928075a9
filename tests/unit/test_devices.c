/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sound devices are called, for the configuration and for people. */
#include "voice/devices.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_stable_names(void **state) {
    (void)state;
    const struct {
        const char *driver, *card_id;
        int number;
        const char *name;
    } rows[] = {
        {"bcm2835_headpho", "Headphones", 0, "plughw:CARD=Headphones"},
        {"vc4-hdmi", "vc4hdmi0", 0, "sysdefault:CARD=vc4hdmi0"},
        {"HDA-Intel", "PCH", 0, "plughw:CARD=PCH"},
        {"HDA-Intel", "PCH", 3, "plughw:CARD=PCH,DEV=3"},
        {"USB-Audio", "Device_1", 0, "plughw:CARD=Device_1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[DEVICE_NAME_BYTES];
        device_name(rows[i].driver, rows[i].card_id, rows[i].number, name);
        assert_string_equal(name, rows[i].name);
    }
}

static void test_monitors(void **state) {
    (void)state;
    unsigned char eld[84] = {0};
    char name[MONITOR_BYTES];
    assert_false(device_monitor(eld, 0, name)); /* nothing was ever connected */
    assert_false(device_monitor(eld, sizeof eld, name));
    eld[0] = 2 << 3;
    eld[4] = 3 << 5 | 6;
    memcpy(eld + 20, "LG TV\nxx", 8);
    assert_true(device_monitor(eld, sizeof eld, name));
    assert_string_equal(name, "LG TV");
    eld[4] = 31; /* longer than a name may be, and than what is there */
    memset(eld + 20, 'x', sizeof eld - 20);
    assert_true(device_monitor(eld, sizeof eld, name));
    assert_int_equal(strlen(name), MONITOR_BYTES - 1);
    assert_true(device_monitor(eld, 24, name));
    assert_string_equal(name, "xxxx");
    eld[4] = 0;
    assert_true(device_monitor(eld, sizeof eld, name));
    assert_string_equal(name, "");
    assert_false(device_monitor(eld, 20, name));
}

/* This machine may have any devices, or none; each that is listed has a name and a title. */
static void test_list(void **state) {
    (void)state;
    static struct device list[DEVICES_MAX];
    size_t count = devices_list(list);
    assert_true(count <= DEVICES_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(strstr(list[i].name, "CARD="));
        assert_true(list[i].title[0] != '\0');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stable_names),
        cmocka_unit_test(test_monitors),
        cmocka_unit_test(test_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
