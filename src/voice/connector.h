/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The connector that carries a loudspeaker's sound, and whether its screen is connected.
 *
 * Some kernels leave HDMI sound broken when a device stays open while its cable is pulled or its
 * television goes off and on (raspberrypi/linux 7069), and others take samples that nobody hears.
 * So whoever holds such a device asks here, and closes it.
 *
 * Which connector that is: of the Raspberry Pi's driver the card's id tells it (vc4hdmi and
 * vc4hdmi0: HDMI-A-1; vc4hdmi1: HDMI-A-2). No other driver tells it in a way that can be relied on,
 * so elsewhere a person names it. Everything is read below a root, so that a test can have screens.
 * One thread.
 */
#ifndef HALLCALL_VOICE_CONNECTOR_H
#define HALLCALL_VOICE_CONNECTOR_H

#include <stdbool.h>
#include <stdint.h>

enum {
    CONNECTOR_BYTES = 32,
    CONNECTOR_LOOK_US = 500000 /* how often the state is read: found out well within a second */
};

struct connector {
    const char *root;           /* of the machine's files (system/parts.h); borrowed */
    char name[CONNECTOR_BYTES]; /* "HDMI-A-1"; "": none is known */
    bool told;                  /* by a person: never guessed */
    bool away;                  /* as of the last look */
    int64_t look_at_us;         /* the next one is not before */
};

/* setting is "auto", "none" (never looked at) or a connector's name; device an ALSA name, from
 * which "auto" takes the card's id if it stands there. */
void connector_init(struct connector *connector, const char *root, const char *setting,
                    const char *device);
/* The device is open and turned out to be on this card (ALSA's number): with "auto", its connector
 * counts from now on. So a device that is called "default" has one too. */
void connector_met(struct connector *connector, int card);
/* Whether the screen is known not to be connected. A connector that is not known, or that the
 * kernel does not list or does not know about itself, is not away. Reads at most each
 * CONNECTOR_LOOK_US; without a connector it reads nothing. */
bool connector_away(struct connector *connector, int64_t now_us);
/* Says for staff that it is away, in REASON_BYTES. */
void connector_reason(const struct connector *connector, char *reason);

#endif
