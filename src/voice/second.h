/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second output: a hearing loop's amplifier or an Auracast transmitter.
 *
 * It says what the loudspeaker says, at the same time, from the middle and always at the calibrated
 * level: a person sets the volume in the hearing aid, and the hall's evening volume is not theirs.
 * What is not said at all (a mute, a withdrawn call) is not said here either.
 *
 * It has a thread and a device of its own. Its device can be away, busy or hang in its driver: the
 * loudspeaker neither waits for it nor ends with it. Its health comes as LETTER_SECOND.
 */
#ifndef HALLCALL_VOICE_SECOND_H
#define HALLCALL_VOICE_SECOND_H

#include "system/inbox.h"
#include "voice/level.h"

#include <stdint.h>

struct second;

/* Starts the thread; device is an ALSA name and copied; root, of the machine's small files, must
 * outlive it. A device that is known to be at an HDMI connector is closed while no screen is
 * connected there (connector.h, "auto"). NULL, told as LETTER_SECOND, when memory,
 * descriptors or threads are exhausted. inbox must outlive it. */
struct second *second_create(const char *device, const char *root, struct inbox *inbox);
/* Stops at once and waits for at most 1 s. Accepts NULL. */
void second_destroy(struct second *second);
/* Says a clip, which it copies, with its first sample at at_us (CLOCK_MONOTONIC microseconds),
 * after what it was given before. Dropped when too many wait. Never waits. Accepts NULL. */
void second_say(struct second *second, const struct clip *clip, int64_t at_us);
/* Closes the device until it is called with false. Never waits. Accepts NULL. */
void second_rest(struct second *second, bool rest);
/* Ends what is being said (5 ms fade) and forgets what waits. Never waits. Accepts NULL. */
void second_hush(struct second *second);

#endif
