/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sound devices of this machine, as a person would call them.
 */
#ifndef HALLCALL_VOICE_DEVICES_H
#define HALLCALL_VOICE_DEVICES_H

#include <stdbool.h>
#include <stddef.h>

enum { DEVICES_MAX = 32, DEVICE_NAME_BYTES = 64, DEVICE_TITLE_BYTES = 200, MONITOR_BYTES = 17 };

struct device {
    char name[DEVICE_NAME_BYTES];   /* for [audio] device: the same after a restart or replugging */
    char title[DEVICE_TITLE_BYTES]; /* the card, the device, the display behind an HDMI connector */
    int card, number;               /* ALSA's own, until the next restart */
};

/* Lists devices that can play, at most DEVICES_MAX. Returns how many. */
size_t devices_list(struct device list[DEVICES_MAX]);
/* The stable name of a card's device. driver is what ALSA calls its driver. */
void device_name(const char *driver, const char *card_id, int number, char out[DEVICE_NAME_BYTES]);
/* The id of the card in an ALSA name, "sysdefault:CARD=vc4hdmi0,DEV=0" or "hdmi:vc4hdmi0"; "" when
 * it names none. */
void device_card(const char *device, char id[DEVICE_NAME_BYTES]);
/* The name of the display from what it told the graphics driver (EDID-like data, "ELD"), printable
 * ASCII only. False when no display is connected. A display without a name is "". */
bool device_monitor(const unsigned char *eld, size_t bytes, char out[MONITOR_BYTES]);

#endif
