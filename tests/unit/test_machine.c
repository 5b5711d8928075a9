/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine as its small files tell it: temperature, power, clock, sockets, number. Each test
 * makes a machine of its own in a folder.
 */
#include "root_fixture.h"
#include "system/health.h"
#include "system/machine.h"
#include "system/parts.h"
#include "system/timekeeping.h"

static struct health health(void) {
    struct health health;
    memset(&health, 0xA5, sizeof health);
    health_read(root, &health);
    return health;
}

static void a_machine_that_tells_nothing_is_not_known(void **state) {
    (void)state;
    assert_false(health().temperature_known);
    assert_false(health().power_known);
    assert_false(health().undervoltage);
}

static void the_hottest_zone_counts(void **state) {
    (void)state;
    put("/sys/class/thermal/thermal_zone0/temp", "51234\n");
    put("/sys/class/thermal/thermal_zone1/temp", "62810\n");
    put("/sys/class/thermal/thermal_zone2/temp", "no sensor\n");
    put("/sys/class/thermal/thermal_zone3/temp", "-274000\n"); /* colder than anything is */
    put("/sys/class/thermal/thermal_zone4/temp", "999000\n");
    put("/sys/class/thermal/cooling_device0/temp", "90000\n");
    assert_true(health().temperature_known);
    assert_int_equal(health().temperature_mc, 62810);
}

static void frost_is_a_temperature(void **state) {
    (void)state;
    put("/sys/class/thermal/thermal_zone0/temp", "-5000\n");
    assert_true(health().temperature_known);
    assert_int_equal(health().temperature_mc, -5000);
}

static void power_is_that_of_the_raspberry_pi(void **state) {
    (void)state;
    put("/sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
    put("/sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n"); /* another chip's alarm is not ours */
    assert_false(health().power_known);
    put("/sys/class/hwmon/hwmon1/name", "rpi_volt\n");
    put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n");
    assert_true(health().power_known);
    assert_false(health().undervoltage);
    put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n");
    assert_true(health().undervoltage);
    put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "");
    assert_false(health().power_known);
}

#define NOW INT64_C(1795335300000)

static void a_clock_needs_a_witness(void **state) {
    (void)state;
    assert_int_equal(timekeeping_judge(root, false, TIME_UNKNOWN), CLOCK_UNSET);
    assert_int_equal(timekeeping_judge(root, true, TIME_UNKNOWN), CLOCK_UNSET);
    assert_int_equal(timekeeping_judge(root, false, NOW), CLOCK_DOUBTED);
    assert_int_equal(timekeeping_judge(root, true, NOW), CLOCK_SYNCHRONISED);
    /* A server that was there in this boot: the kernel forgets it after some hours. */
    put("/run/systemd/timesync/synchronized", "");
    assert_int_equal(timekeeping_judge(root, false, NOW), CLOCK_SYNCHRONISED);
}

static void a_battery_clock_must_agree(void **state) {
    (void)state;
    static const struct {
        int away_s;
        enum clock_state state;
    } rows[] = {{0, CLOCK_BATTERY},  {60, CLOCK_BATTERY},  {-60, CLOCK_BATTERY},
                {61, CLOCK_DOUBTED}, {-61, CLOCK_DOUBTED}, {86400, CLOCK_DOUBTED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char words[32];
        (void)snprintf(words, sizeof words, "%lld\n", (long long)(NOW / 1000 + rows[i].away_s));
        put("/sys/class/rtc/rtc0/since_epoch", words);
        assert_int_equal(timekeeping_judge(root, false, NOW), rows[i].state);
    }
    put("/sys/class/rtc/rtc0/since_epoch", "73\n"); /* its battery is not there */
    assert_int_equal(timekeeping_judge(root, false, NOW), CLOCK_DOUBTED);
}

static void put_card(const char *name, const char *mac, const char *carrier) {
    char path[128];
    (void)snprintf(path, sizeof path, "/sys/class/net/%s/address", name);
    put(path, mac);
    (void)snprintf(path, sizeof path, "/sys/class/net/%s/carrier", name);
    put(path, carrier);
}

static void the_board_is_named_by_its_number(void **state) {
    (void)state;
    struct start_facts facts;
    memset(&facts, 0, sizeof facts);
    machine_read(root, &facts);
    assert_string_equal(facts.serial, "");
    assert_int_equal(facts.links_count, 0);
    put("/etc/machine-id", "d41d8cd98f00b204e9800998ecf8427e\n");
    machine_read(root, &facts);
    assert_string_equal(facts.serial, "d41d8cd9");
    put("/sys/firmware/devicetree/base/serial-number", "10000000a74e1c92");
    machine_read(root, &facts);
    assert_string_equal(facts.serial, "10000000a74e1c92");
    assert_true(strlen(facts.host) > 0);
}

static void cables_are_told(void **state) {
    (void)state;
    struct start_facts facts;
    memset(&facts, 0, sizeof facts);
    put_card("lo", "00:00:00:00:00:00\n", "1\n");
    put_card("eth0", "b8:27:eb:4e:1c:92\n", "1\n");
    machine_read(root, &facts);
    assert_int_equal(facts.links_count, 1); /* a container's: without hardware, but all it has */
    put("/sys/class/net/wlan0/device/vendor", "");
    put("/sys/class/net/wlan0/wireless/link", "");
    put_card("wlan0", "b8:27:eb:1b:49:c7\n", "");
    put("/sys/class/net/enp1s0/device/vendor", "");
    put_card("enp1s0", "b8:27:eb:4e:1c:93\n", "0\n");
    machine_read(root, &facts);
    assert_int_equal(facts.links_count, 2);
    assert_string_equal(facts.links[0].name, "enp1s0");
    assert_string_equal(facts.links[0].mac, "b8:27:eb:4e:1c:93");
    assert_false(facts.links[0].up || facts.links[0].radio);
    assert_true(facts.links[1].radio && !facts.links[1].up);
    put("/sys/class/net/enp1s0/carrier", "1\n");
    machine_read(root, &facts);
    assert_true(facts.links[0].up);
}

/* Whatever a file holds, what is read is a line of printable characters. */
static void files_are_cleaned(void **state) {
    (void)state;
    char path[PART_PATH_BYTES], words[8];
    long number = 7;
    put("/sys/part", "\x1b[31mtwo\x7f three\nfour");
    assert_true(part_path(root, "/sys", "part", path));
    assert_true(part_words(path, words, sizeof words));
    assert_string_equal(words, "[31mtwo");
    assert_false(part_number(path, &number));
    put("/sys/part", "99999999999999999999\n");
    assert_false(part_number(path, &number));
    assert_int_equal(number, 7);
    assert_true(part_path(root, "/sys", "gone", path));
    assert_false(part_words(path, words, sizeof words));
    assert_string_equal(words, "");
    char deep[PART_PATH_BYTES];
    memset(deep, 'a', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_false(part_path(root, "/", deep, path));
}

#define OWN(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void) {
    const struct CMUnitTest tests[] = {
        OWN(a_machine_that_tells_nothing_is_not_known),
        OWN(the_hottest_zone_counts),
        OWN(frost_is_a_temperature),
        OWN(power_is_that_of_the_raspberry_pi),
        OWN(a_clock_needs_a_witness),
        OWN(a_battery_clock_must_agree),
        OWN(the_board_is_named_by_its_number),
        OWN(cables_are_told),
        OWN(files_are_cleaned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
