/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A script as a WAV file.
 *
 * The same player lays the same stream down, only from frame 0 and with the patience of a person at
 * a command line; so a recording is what the hall would have heard, sample by sample (but for the
 * engine, which is not deterministic), and chimes are rendered by the very code that plays them.
 *
 * Considered and refused: capturing through ALSA's file plugin (the timing of a device for
 * something that has none).
 */
#include "voice/recording.h"

#include "system/clock.h"
#include "voice/chime.h"
#include "voice/wav.h"

#include <poll.h>
#include <string.h>

enum { BLOCK_FRAMES = STREAM_RATE_HZ / 10, WAIT_MS_MAX = 100 };

static void await_words(struct player *player) {
    while (!player_complete(player)) {
        struct pollfd waker = {.fd = engine_fd(player->engine), .events = POLLIN};
        (void)player_turn(player, 0, clock_mono_us());
        if (!player_complete(player)) {
            (void)poll(&waker, 1, WAIT_MS_MAX);
        }
    }
}

bool recording_make(struct recording *recording, const struct voice_options *options,
                    const struct script *script, char *reason) {
    memset(recording, 0, sizeof *recording);
    struct score scores[CHIME_KINDS];
    if (!chimes_read(options->sounds_dir, scores, reason)) {
        return false;
    }
    if (!chimes_render(scores, recording->chimes)) {
        snprintf(reason, REASON_BYTES, "not enough memory for the chimes");
        return false;
    }
    recording->engine = engine_create(options->engine_path);
    if (recording->engine == NULL) {
        snprintf(reason, REASON_BYTES, "not enough memory for the speech engine");
        return false;
    }
    player_init(&recording->player, recording->engine, recording->chimes,
                level_volume(options->volume_percent));
    (void)player_begin(&recording->player, script, 0, clock_mono_us());
    await_words(&recording->player);
    snprintf(reason, REASON_BYTES, "%s", recording->player.reason);
    return !recording->player.words_failed;
}

bool recording_save(const struct recording *recording, FILE *file) {
    const struct stream *stream = &recording->player.stream;
    unsigned char header[WAV_HEADER_BYTES];
    int16_t block[BLOCK_FRAMES * STREAM_CHANNELS];
    wav_header((uint32_t)stream->end, header);
    if (fwrite(header, 1, sizeof header, file) != sizeof header) {
        return false;
    }
    for (int64_t frame = 0; frame < stream->end; frame += BLOCK_FRAMES) {
        int64_t left = stream->end - frame;
        size_t count = left < BLOCK_FRAMES ? (size_t)left : BLOCK_FRAMES;
        stream_render(stream, frame, count, block);
        if (!wav_write(file, block, count)) {
            return false;
        }
    }
    return true;
}

void recording_finish(struct recording *recording) {
    player_finish(&recording->player);
    engine_destroy(recording->engine);
    chimes_finish(recording->chimes);
    recording->engine = NULL;
}
