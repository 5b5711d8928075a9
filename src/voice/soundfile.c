/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sound files. The only place that knows libsndfile.
 *
 * It reads the site's own recordings, which nobody else can change; what other processes write goes
 * through sound.c. The library is on every machine anyway: eSpeak NG's package needs it through
 * its own.
 */
#include "voice/soundfile.h"

#include "core/limits.h"
#include "voice/protocol.h"

#include <sndfile.h>
#include <stdio.h>

enum { BLOCK_FRAMES = 4096, CHANNELS_MAX = 2 };

static bool read_frames(SNDFILE *file, int channels, struct sound *sound) {
    short block[BLOCK_FRAMES * CHANNELS_MAX];
    int16_t mono[BLOCK_FRAMES];
    sf_count_t frames;
    while ((frames = sf_readf_short(file, block, BLOCK_FRAMES)) > 0) {
        for (sf_count_t i = 0; i < frames; i++) {
            int sum = 0;
            for (int c = 0; c < channels; c++) {
                sum += block[i * channels + c];
            }
            mono[i] = (int16_t)(sum / channels);
        }
        if (!sound_append(sound, mono, (size_t)frames)) {
            return false;
        }
    }
    return true;
}

bool soundfile_read(const char *path, struct sound *sound, char *reason) {
    SF_INFO info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    if (file == NULL) {
        snprintf(reason, REASON_BYTES, "%s", sf_strerror(NULL));
        return false;
    }
    bool good = false;
    if (info.channels < 1 || info.channels > CHANNELS_MAX || info.samplerate < SPEECH_RATE_MIN_HZ ||
        info.samplerate > SPEECH_RATE_MAX_HZ) {
        snprintf(reason, REASON_BYTES, "expected one channel or two of %d to %d Hz",
                 SPEECH_RATE_MIN_HZ, SPEECH_RATE_MAX_HZ);
    } else {
        sound->rate_hz = info.samplerate;
        good = read_frames(file, info.channels, sound);
        if (!good) {
            snprintf(reason, REASON_BYTES, "expected at most %d s of sound", SPEECH_SECONDS_MAX);
            sound_finish(sound);
        }
    }
    (void)sf_close(file);
    return good;
}
