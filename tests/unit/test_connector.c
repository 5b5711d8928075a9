/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which connector carries a device's sound, and whether its screen is there: read from folders of
 * our own, as the kernel of a Raspberry Pi fills them. */
#include "core/limits.h"
#include "root_fixture.h"
#include "voice/connector.h"

static void test_what_a_name_tells(void **state) {
    (void)state;
    const struct {
        const char *setting, *device, *name;
    } rows[] = {
        {"auto", "sysdefault:CARD=vc4hdmi0", "HDMI-A-1"},
        {"auto", "sysdefault:CARD=vc4hdmi1", "HDMI-A-2"},
        {"auto", "hdmi:CARD=vc4hdmi1,DEV=0", "HDMI-A-2"},
        {"auto", "default:CARD=vc4hdmi", "HDMI-A-1"},
        {"auto", "hdmi:vc4hdmi0", "HDMI-A-1"},
        {"auto", "plug:\"hdmi:CARD=vc4hdmi0\"", "HDMI-A-1"},
        {"auto", "sysdefault:CARD=vc4hdmi2", ""},
        {"auto", "sysdefault:CARD=vc4hdmi01", ""},
        {"auto", "plughw:CARD=PCH,DEV=3", ""},
        {"auto", "plughw:CARD=Headphones", ""},
        {"auto", "default", ""},
        {"auto", "none", ""},
        {"none", "sysdefault:CARD=vc4hdmi0", ""},
        {"HDMI-A-2", "sysdefault:CARD=vc4hdmi0", "HDMI-A-2"},
        {"DP-1", "plughw:CARD=PCH,DEV=3", "DP-1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct connector connector;
        connector_init(&connector, root, rows[i].setting, rows[i].device);
        assert_string_equal(connector.name, rows[i].name);
    }
}

/* "default" is a card, whose id the kernel tells once it is open; what a person says stays. */
static void test_what_an_open_device_tells(void **state) {
    (void)state;
    struct connector connector;
    put("/proc/asound/card0/id", "Headphones\n");
    put("/proc/asound/card1/id", "vc4hdmi1\n");
    connector_init(&connector, root, "auto", "default");
    connector_met(&connector, 1);
    assert_string_equal(connector.name, "HDMI-A-2");
    connector_met(&connector, 0);
    assert_string_equal(connector.name, "");
    connector_init(&connector, root, "auto", "sysdefault:CARD=vc4hdmi0");
    connector_met(&connector, 7); /* nothing is known of it */
    assert_string_equal(connector.name, "HDMI-A-1");
    connector_init(&connector, root, "DP-1", "default");
    connector_met(&connector, 1);
    assert_string_equal(connector.name, "DP-1");
    connector_init(&connector, root, "none", "default");
    connector_met(&connector, 1);
    assert_string_equal(connector.name, "");
}

static void test_state(void **state) {
    (void)state;
    const struct {
        const char *status;
        bool away;
    } rows[] = {
        {"connected\n", false}, {"disconnected\n", true}, {"unknown\n", false}, {"", false}};
    put("/sys/class/drm/card1/status", "disconnected\n");
    put("/sys/class/drm/card1-HDMI-A-1/status", "disconnected\n");
    put("/sys/class/drm/card1-HDMI-A-22/status", "disconnected\n");
    put("/sys/class/drm/renderD128/status", "disconnected\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct connector connector;
        put("/sys/class/drm/card1-HDMI-A-2/status", rows[i].status);
        connector_init(&connector, root, "HDMI-A-2", "default");
        assert_int_equal(connector_away(&connector, 0), rows[i].away);
    }
}

static void test_what_is_not_known_is_not_away(void **state) {
    (void)state;
    struct connector connector;
    connector_init(&connector, root, "HDMI-A-1", "default");
    assert_false(connector_away(&connector, 0)); /* no such folder */
    put("/sys/class/drm/card0-HDMI-A-2/status", "disconnected\n");
    assert_false(connector_away(&connector, CONNECTOR_LOOK_US)); /* no such connector */
    connector_init(&connector, root, "auto", "default");
    assert_false(connector_away(&connector, 0));
}

static void test_one_of_two_cards_is_enough(void **state) {
    (void)state;
    struct connector connector;
    put("/sys/class/drm/card0-HDMI-A-1/status", "disconnected\n");
    put("/sys/class/drm/card1-HDMI-A-1/status", "connected\n");
    connector_init(&connector, root, "HDMI-A-1", "default");
    assert_false(connector_away(&connector, 0));
    put("/sys/class/drm/card1-HDMI-A-1/status", "disconnected\n");
    assert_false(connector_away(&connector, CONNECTOR_LOOK_US - 1)); /* as of the last look */
    assert_true(connector_away(&connector, CONNECTOR_LOOK_US));
    char reason[REASON_BYTES];
    connector_reason(&connector, reason);
    assert_non_null(
        strstr(reason, "the screen that carries the sound is not connected (HDMI-A-1)"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_a_name_tells, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_what_an_open_device_tells, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_state, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_what_is_not_known_is_not_away, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_one_of_two_cards_is_enough, make_root, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
