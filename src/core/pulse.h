/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a new call draws the eye: a ring round its card that breathes three times.
 *
 * A function of the time since it began; nobody counts frames, so a machine that is late shows
 * fewer steps and never a faster pulse. It begins and ends with nothing, so the first picture of a
 * call is whole and does not wait for it.
 *
 * Its limits (standards.md, "Flashing" and "Motion"):
 *   - at most 2 flashes a second anywhere (NDA Ireland; WCAG 2.2, 2.3.1 permits 3), designed for
 *     0.5 to 1 a second and at most 3 of them (own);
 *   - nothing moves longer than 5 s (WCAG 2.2, 2.2.2).
 *
 * Refused: blinking the digits or the card (a number that is gone half of the time cannot be read,
 * and a large area that flashes can do harm), moving the card (it is being read).
 */
#ifndef HALLCALL_CORE_PULSE_H
#define HALLCALL_CORE_PULSE_H

#include "core/moment.h"

enum {
    PULSE_COUNT = 3,
    PULSE_PERIOD_MS = 1000,
    PULSE_DELAY_MS = 200, /* first the call stands there, whole; then the ring begins; own */
    PULSE_MS = PULSE_COUNT * PULSE_PERIOD_MS,
    PULSE_APART_MS = PULSE_MS + 1000, /* from one beginning to the next: however fast calls follow
                                         one another, there is a second of rest between */
    PULSE_STEPS = 15,                 /* in a period; 14 of them change the picture */
    PULSE_TOP = 7                     /* the highest level */
};

/* The ring's level, 0 (none) to PULSE_TOP, so long after the beginning; 0 before it. */
int pulse_level(int64_t since_ms);
/* The time since the beginning at which the level changes next; MONO_NEVER when it does not. */
int64_t pulse_next(int64_t since_ms);

#endif
