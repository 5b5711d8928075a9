/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The voice: scripts in, sound out, honest reports back.
 *
 * One thread of ours owns the engine child and the sound device. The device stays open and fed with
 * near-silence while nothing is said, so that the first sample of a chime is heard and arrives
 * within one period of being asked for: queued silence is rewound, not waited for. Chimes are ready
 * in memory; speech is synthesised while the chime sounds. A broken device or engine is reported,
 * retried with backoff and healed without anyone's help. While the hall rests the device is closed.
 * The screen never waits for any of it.
 */
#ifndef HALLCALL_VOICE_VOICE_H
#define HALLCALL_VOICE_VOICE_H

#include "core/phrase.h"
#include "system/inbox.h"
#include "voice/outside.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct voice_options {
    char second_device[128]; /* an ALSA name; "": there is no second output (second.h) */
    char device[128];        /* an ALSA name, or "none": no loudspeaker is wanted */
    char connector[32];      /* of the device's screen: "auto", "none" or a name (connector.h) */
    const char *root;        /* of the machine's small files; NULL: its own (system/parts.h) */
    char sounds_dir[256];    /* where call.score and the others are (chime_file) */
    char engine_path[256]; /* the program to run as `<path> --voice-engine`; "" : /proc/self/exe */
    struct outside_options outside; /* voices other than eSpeak NG; texts: voice_create's only */
    int volume_percent; /* 0 to 100 of the calibrated level, in steps a person expects */
};

struct voice;

/* Starts the voice thread; never waits for the device or the engine (their state arrives as
 * VOICE_WELL or VOICE_LOST). Reports go to inbox as LETTER_VOICE, of the second output as
 * LETTER_SECOND, of the voices other than eSpeak NG as LETTER_SPEAKER; inbox must outlive the
 * voice. NULL with a reason when a chime's score cannot be read. */
struct voice *voice_create(const struct voice_options *options, struct inbox *inbox, char *reason);
/* Stops at once, even in mid-word, and joins within 1 s. Accepts NULL. */
void voice_destroy(struct voice *voice);
/* Copies the script into the mailbox. The announcer gives one at a time and waits for its
 * VOICE_FINISHED, VOICE_HUSHED or VOICE_FAILED, of which exactly one comes for every script.
 * Main thread. Never waits. */
void voice_speak(struct voice *voice, const struct script *script);
/* CLOCK_MONOTONIC of the voice thread's latest turn, in microseconds. It turns at least every 5 s
 * unless a sound driver or the engine holds it. Any thread. */
int64_t voice_alive_us(const struct voice *voice);
/* Changes the volume, of what is being said too, without a click. Main thread. Never waits. */
void voice_set_volume(struct voice *voice, int percent);
/* Something will be said in lead_in_ms: plays a soft noise until then, so that a television which
 * mutes in silence is awake; not on the second device. Ends a rest, like voice_rest. Nothing while
 * something is being said. Main thread. Never waits. */
void voice_wake(struct voice *voice, int lead_in_ms);
/* Closes the devices while nothing is to be said for a long time (rest), as soon as what is being
 * said is over, or opens them again. A script opens them too, so it is said in any case; opening
 * them before it saves their time. Main thread. Never waits. */
void voice_rest(struct voice *voice, bool rest);
/* Ends what is being said within 100 ms (5 ms fade). Main thread. Never waits. */
void voice_hush(struct voice *voice);

#endif
