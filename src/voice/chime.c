/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chimes: additive bells.
 *
 * A note is a sum of sine partials that all begin along half a cosine and die away exponentially,
 * the higher the faster, as struck metal does. The end of a note is faded over 30 ms, so a length
 * shorter than its decay cannot click. The whole is scaled by our own loudness meter to the level
 * of speech, so that whoever writes a score need not know any level.
 *
 * Rendered once at the start, by the thread that plays them while the main thread opens the
 * display: three chimes take some 35 ms and 350 kB.
 *
 * Considered and refused: rendering while playing (saves memory nobody misses, puts sines into the
 * path of the first sample).
 */
#include "voice/chime.h"
#include "voice/meter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTE_END_MS = 30 };

static const double TURN = 6.28318530717958647692;

static size_t frames_of(float ms) {
    return (size_t)(ms * (STREAM_RATE_HZ / 1000.0F));
}

/* Attack, then the fade at the note's end; the decay is each partial's own. */
static float note_shape(const struct note *note, size_t frame, size_t count) {
    size_t attack = frames_of(note->attack_ms);
    size_t ending = frames_of(NOTE_END_MS);
    float shape = 1.0F;
    if (frame < attack) {
        shape *= 0.5F - 0.5F * cosf(3.14159265F * (float)frame / (float)attack);
    }
    if (count - frame < ending) {
        shape *= 0.5F - 0.5F * cosf(3.14159265F * (float)(count - frame) / (float)ending);
    }
    return shape;
}

static void add_partial(const struct note *note, const struct partial *partial, float *out,
                        size_t count) {
    double hz = (double)note->pitch_hz * (double)partial->ratio;
    if (hz >= STREAM_RATE_HZ / 2.0) {
        return;
    }
    float level = powf(10.0F, (note->level_db + partial->level_db) / 20.0F);
    /* 20 dB is a factor of 10; a partial decays faster with the root of its ratio. */
    float rate = 2.302585F * sqrtf(fmaxf(partial->ratio, 1.0F)) / (float)frames_of(note->decay_ms);
    for (size_t i = 0; i < count; i++) {
        double phase = TURN * fmod(hz * (double)i / STREAM_RATE_HZ, 1.0);
        out[i] += level * note_shape(note, i, count) * expf(-rate * (float)i) * (float)sin(phase);
    }
}

static void add_note(const struct score *score, const struct note *note, float *out,
                     size_t frames) {
    size_t start = frames_of(note->start_ms);
    if (start >= frames) {
        return;
    }
    size_t count = frames_of(note->length_ms);
    count = count < frames - start ? count : frames - start;
    for (size_t i = 0; i < score->partials_count; i++) {
        add_partial(note, &score->partials[i], out + start, count);
    }
}

void chime_render(const struct score *score, struct clip *clip) {
    *clip = (struct clip){0};
    size_t frames = frames_of(score->length_ms);
    float *out = calloc(frames, sizeof out[0]);
    if (out == NULL) {
        return;
    }
    for (size_t i = 0; i < score->notes_count; i++) {
        add_note(score, &score->notes[i], out, frames);
    }
    struct meter meter = {0};
    meter_add(&meter, out, frames);
    level_clip(out, frames, level_gain(meter_lufs(&meter)), clip);
    free(out);
}

const char *chime_file(enum chime chime) {
    static const char *const files[CHIME_KINDS] = {
        [CHIME_CALL] = "call.score",
        [CHIME_BRIEF] = "brief.score",
        [CHIME_NOTICE] = "notice.score",
        [CHIME_URGENT] = "urgent.score",
    };
    return (unsigned)chime < CHIME_KINDS ? files[chime] : NULL;
}

bool chimes_read(const char *directory, struct score *scores, char *reason) {
    char path[512];
    memset(scores, 0, CHIME_KINDS * sizeof scores[0]);
    for (int kind = CHIME_CALL; kind < CHIME_KINDS; kind++) {
        int length = snprintf(path, sizeof path, "%s/%s", directory, chime_file((enum chime)kind));
        if (length < 0 || (size_t)length >= sizeof path) {
            snprintf(reason, REASON_BYTES, "%.60s...: the path is too long", directory);
            return false;
        }
        if (!score_read(path, &scores[kind], reason)) {
            return false;
        }
    }
    return true;
}

bool chimes_render(const struct score *scores, struct clip *clips) {
    memset(clips, 0, CHIME_KINDS * sizeof clips[0]);
    for (int kind = CHIME_CALL; kind < CHIME_KINDS; kind++) {
        chime_render(&scores[kind], &clips[kind]);
        if (clips[kind].count == 0) {
            chimes_finish(clips);
            return false;
        }
    }
    return true;
}

void chimes_finish(struct clip *clips) {
    for (int kind = 0; kind < CHIME_KINDS; kind++) {
        clip_finish(&clips[kind]);
    }
}
