/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sound files: FLAC, WAV and whatever else libsndfile reads.
 */
#ifndef HALLCALL_VOICE_SOUNDFILE_H
#define HALLCALL_VOICE_SOUNDFILE_H

#include "voice/sound.h"

/* Reads a file of one channel or two (mixed) of 8000 to 48000 Hz into a sound that is all zero.
 * False with a reason (REASON_BYTES) when it is no such file, longer than SPEECH_SECONDS_MAX, or
 * memory is exhausted. Blocks on the disk. */
bool soundfile_read(const char *path, struct sound *sound, char *reason);

#endif
