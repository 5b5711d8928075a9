/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the machine itself fares: how hot it is, and whether its power supply holds.
 *
 * A Raspberry Pi that is throttled or starved shows late calls and loses its card; it tells so in
 * two small files long before. What a machine does not tell is not known, never invented.
 */
#ifndef HALLCALL_SYSTEM_HEALTH_H
#define HALLCALL_SYSTEM_HEALTH_H

#include <stdbool.h>

struct health {
    bool temperature_known;
    int temperature_mc; /* of the hottest zone, thousandths of a degree Celsius */
    bool power_known;
    bool undervoltage; /* the supply is too weak now */
};

/* Reads a few files of sysfs below root ("" for the machine itself). Waits for nothing. */
void health_read(const char *root, struct health *health);

#endif
