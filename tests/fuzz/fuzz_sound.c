/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as what a program wrote.
 *
 * The first byte chooses between a program of WAV and of raw samples of some rate. A sound that is
 * accepted is as long as its bytes allow and of a rate that the stream may be given.
 */
#include "core/limits.h"
#include "system/check.h"
#include "voice/protocol.h"
#include "voice/sound.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int rates[] = {0, 8000, 22050, 48000};
    struct sound sound = {0};
    char reason[REASON_BYTES] = "";
    if (size == 0) {
        return 0;
    }
    if (sound_read(data + 1, size - 1, rates[data[0] % 4], &sound, reason)) {
        CHECK(sound.count <= (size - 1) / 2);
        CHECK(sound.rate_hz >= SPEECH_RATE_MIN_HZ && sound.rate_hz <= SPEECH_RATE_MAX_HZ);
    } else {
        CHECK(reason[0] != '\0' && memchr(reason, '\0', sizeof reason) != NULL);
        CHECK(sound.samples == NULL);
    }
    sound_finish(&sound);
    return 0;
}
