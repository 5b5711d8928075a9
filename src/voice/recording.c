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
#include "voice/meter.h"
#include "voice/wav.h"

#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_FRAMES = STREAM_RATE_HZ / 10, WAIT_MS_MAX = 100 };

/* The clips of a bank are all read before the first question is answered. */
static void await_words(struct recording *recording) {
    struct player *player = &recording->player;
    while (!player_complete(player)) {
        int fds[SOURCE_FDS];
        source_fds(player->source, fds);
        struct pollfd wakers[] = {{.fd = fds[0], .events = POLLIN},
                                  {.fd = fds[1], .events = POLLIN}};
        struct speaker news; /* of voices: taken, so that no descriptor stays readable */
        while (source_news(player->source, &news)) {
        }
        size_t taken = player->taken;
        (void)player_turn(player, 0, clock_mono_us());
        if (player->taken > taken) { /* never more than one in a turn */
            memcpy(recording->phonemes[taken], source_phonemes(player->source), PHONEMES_BYTES);
        }
        bool due = source_deadline_us(player->source) <= clock_mono_us();
        if (!player_complete(player) && !due) {
            (void)poll(wakers, SOURCE_FDS, WAIT_MS_MAX);
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
    recording->source = source_create(options->engine_path, &options->outside);
    if (recording->source == NULL) {
        snprintf(reason, REASON_BYTES, "not enough memory for the speech engine");
        return false;
    }
    player_init(&recording->player, recording->source, recording->chimes,
                level_volume(options->volume_percent));
    (void)player_begin(&recording->player, script, 0, clock_mono_us());
    await_words(recording);
    snprintf(reason, REASON_BYTES, "%s", recording->player.reason);
    snprintf(recording->fallback, REASON_BYTES, "%s", source_fallback(recording->source));
    recording->is_outside = source_is_outside(recording->source);
    return !recording->player.words_failed;
}

/* Hears one piece and the silence before it. Returns its true peak. */
static float hear(struct meter *meter, const struct piece *piece, int64_t silent_since) {
    float *samples = malloc(piece->clip.count * sizeof samples[0]);
    if (samples == NULL) {
        return 0.0F;
    }
    for (size_t i = 0; i < piece->clip.count; i++) {
        samples[i] = (float)piece->clip.samples[i] / 32768.0F;
    }
    meter_silence(meter, (size_t)(piece->start - silent_since));
    meter_add(meter, samples, piece->clip.count);
    float peak = true_peak(samples, piece->clip.count);
    free(samples);
    return peak;
}

struct recording_figures recording_measure(const struct recording *recording) {
    const struct stream *stream = &recording->player.stream;
    struct meter all = {0}, words = {0};
    int64_t end = 0, words_end = -1;
    float peak = 0.0F;
    for (size_t i = 0; i < stream->count; i++) {
        const struct piece *piece = &stream->pieces[i];
        peak = fmaxf(peak, hear(&all, piece, end));
        end = piece->start + (int64_t)piece->clip.count;
        if (recording->player.segments[i] >= 0) {
            (void)hear(&words, piece, words_end < 0 ? piece->start : words_end);
            words_end = end;
        }
    }
    return (struct recording_figures){.lufs = meter_lufs(&all),
                                      .words_lufs = meter_lufs(&words),
                                      .peak_dbtp = 20.0 * log10(fmax((double)peak, 1e-5))};
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
    source_destroy(recording->source);
    chimes_finish(recording->chimes);
    recording->source = NULL;
}
