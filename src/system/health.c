/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Temperature: the hottest of the kernel's thermal zones. Power: on a Raspberry Pi the driver
 * rpi_volt has an alarm that stands while the supply is below its limit, readable by everybody.
 *
 * Refused: the firmware's own command (vcgencmd needs /dev/vcio and a process, its history bits are
 * all that it adds), sysfs's get_throttled (deprecated, and it writes into the kernel's log at each
 * reading). A zone that claims to be below -40 or above 150 degrees is a driver that lies: it is
 * not believed.
 */
#include "system/health.h"

#include "system/parts.h"

#include <string.h>

enum { SENSORS_MAX = 32, COLDEST_MC = -40000, HOTTEST_MC = 150000 };

struct sensors {
    char folder[PART_PATH_BYTES];
    size_t count;
    char names[SENSORS_MAX][PART_NAME_BYTES];
};

static void list_sensors(const char *root, const char *folder, const char *prefix,
                         struct sensors *sensors) {
    bool good = part_path(root, folder, "", sensors->folder);
    sensors->count = good ? part_list(sensors->folder, prefix, sensors->names, SENSORS_MAX) : 0;
}

/* The path of a file of one of the sensors. */
static bool file_of(const struct sensors *sensors, size_t which, const char *file,
                    char path[PART_PATH_BYTES]) {
    char folder[PART_PATH_BYTES];
    return part_path("", sensors->folder, sensors->names[which], folder) &&
           part_path("", folder, file, path);
}

static void read_temperature(const char *root, struct health *health) {
    struct sensors zones;
    char path[PART_PATH_BYTES];
    list_sensors(root, "/sys/class/thermal", "thermal_zone", &zones);
    for (size_t i = 0; i < zones.count; i++) {
        long value = 0;
        bool good = file_of(&zones, i, "temp", path) && part_number(path, &value) &&
                    value >= COLDEST_MC && value <= HOTTEST_MC;
        if (good && (!health->temperature_known || value > health->temperature_mc)) {
            health->temperature_known = true;
            health->temperature_mc = (int)value;
        }
    }
}

static void read_power(const char *root, struct health *health) {
    struct sensors monitors;
    char path[PART_PATH_BYTES], name[PART_NAME_BYTES];
    list_sensors(root, "/sys/class/hwmon", "hwmon", &monitors);
    for (size_t i = 0; i < monitors.count && !health->power_known; i++) {
        long alarm = 0;
        bool ours = file_of(&monitors, i, "name", path) && part_words(path, name, sizeof name) &&
                    strcmp(name, "rpi_volt") == 0;
        if (ours && file_of(&monitors, i, "in0_lcrit_alarm", path) && part_number(path, &alarm)) {
            health->power_known = true;
            health->undervoltage = alarm != 0;
        }
    }
}

void health_read(const char *root, struct health *health) {
    memset(health, 0, sizeof *health);
    read_temperature(root, health);
    read_power(root, health);
}
