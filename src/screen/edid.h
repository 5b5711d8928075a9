/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a monitor says about itself: the first block of its EDID (VESA E-EDID Standard, Release A,
 * Revision 2, section 3).
 */
#ifndef HALLCALL_SCREEN_EDID_H
#define HALLCALL_SCREEN_EDID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EDID_BYTES = 128, EDID_MONITOR_BYTES = 48 };

struct edid {
    char monitor[EDID_MONITOR_BYTES]; /* maker and model for people: "Samsung U28E590"; ASCII */
    int width_mm, height_mm;          /* as it says, believable or not; 0: it does not say */
};

/* False when the bytes are no EDID or are damaged; extra blocks are not looked at. */
bool edid_read(const uint8_t *bytes, size_t count, struct edid *edid);
/* Whether a screen can have this size. False for 0, for the 16:9 and 16:10 that many televisions
 * write in place of a size, and for what is smaller than a hand or larger than 5 m. */
bool edid_size_believable(int width_mm, int height_mm);

#endif
