/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One script on its way: asked of the engine a segment at a time, laid onto the stream as a whole.
 *
 * The chime is laid down in the same turn in which the script comes. The words are asked for right
 * after it, one segment when its predecessor has come, and kept until all are there: their loudness
 * is measured together, with the pauses, and one gain brings every call to the same level whatever
 * its words. All that takes some 10 ms, long before the chime ends. A pause is counted from the end
 * of what was laid down before; only if the engine was slower than the pause do the words begin
 * later.
 *
 * A segment that the engine refuses takes the other words with it: a ticket without its number is
 * worse than a chime alone, and the board tries the whole again or relies on the screen.
 *
 * Considered and refused: asking for all segments at once (a hush would have to drain them);
 * waiting for all words before the chime (adds the engine's time to the first sound); laying each
 * segment down as it comes (its level would have to be guessed before the others are known).
 */
#include "voice/player.h"

#include "system/check.h"
#include "system/log.h"
#include "system/shortage.h"
#include "voice/meter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NOISE_PEAK = 46, /* from the middle that is 33 in each channel: -60 dBFS */
    NOISE_FADE_FRAMES = STREAM_RATE_HZ / 20,
    NOISE_REST_MS = 1000 /* until the script comes, which ends it */
};

void player_init(struct player *player, struct source *source, const struct clip *chimes,
                 float volume) {
    memset(player, 0, sizeof *player);
    player->source = source;
    player->chimes = chimes;
    player->volume = volume;
}

static void drop_takes(struct player *player) {
    for (size_t i = 0; i < player->taken; i++) {
        take_finish(&player->takes[i]);
    }
    player->taken = 0;
}

void player_finish(struct player *player) {
    stream_finish(&player->stream);
    drop_takes(player);
    resampler_destroy(player->resampler);
    player->resampler = NULL;
    player->state = PLAYER_IDLE;
}

static bool needs_words(const struct player *player) {
    return player->state == PLAYER_SPEAKING && !player->words_failed &&
           player->taken < player->script.segments_count;
}

static void ask_next(struct player *player, int64_t now_us) {
    player->asked = needs_words(player);
    if (player->asked) {
        source_ask(player->source, &player->script, player->taken, now_us);
    }
}

int64_t player_begin(struct player *player, const struct script *script, int64_t earliest,
                     int64_t now_us) {
    CHECK(player->state == PLAYER_IDLE);
    CHECK(script->segments_count <= SEGMENTS_MAX);
    CHECK((unsigned)script->chime < CHIME_KINDS);
    player->script = *script;
    player->state = PLAYER_SPEAKING;
    player->taken = player->told = 0;
    player->words_failed = false;
    player->reason[0] = '\0';
    player->restarts = 0;
    stream_begin(&player->stream, earliest, script->pan, player->volume);
    if (script->chime != CHIME_NONE) {
        player->segments[0] = -1;
        stream_add(&player->stream, player->chimes[script->chime], true, 0, earliest);
    }
    ask_next(player, now_us);
    return earliest;
}

/* White, -60 dBFS at its peaks and faded at both ends: enough for a television that takes dither
 * for silence, and some 40 dB below the calls. */
static void fill_noise(struct clip *noise) {
    uint32_t state = 1;
    for (size_t i = 0; i < noise->count; i++) {
        state = state * 1664525U + 1013904223U;
        int sample = (int)(state >> 16) % (2 * NOISE_PEAK + 1) - NOISE_PEAK;
        size_t edge = i < noise->count - 1 - i ? i : noise->count - 1 - i;
        bool fades = edge < NOISE_FADE_FRAMES;
        noise->samples[i] = (int16_t)(fades ? sample * (int)edge / NOISE_FADE_FRAMES : sample);
    }
}

bool player_wake(struct player *player, int64_t frame, int lead_in_ms) {
    CHECK(player->state == PLAYER_IDLE);
    struct clip noise = {.count = (size_t)(lead_in_ms + NOISE_REST_MS) * STREAM_RATE_HZ / 1000};
    noise.samples = malloc(noise.count * sizeof noise.samples[0]);
    if (noise.samples == NULL) {
        return false;
    }
    fill_noise(&noise);
    stream_begin(&player->stream, frame, 0.0F, 1.0F);
    stream_add(&player->stream, noise, false, 0, frame);
    return true;
}

static const char no_memory[] = "no memory for the words";

static bool fit_resampler(struct player *player, int rate_hz) {
    if (player->resampler != NULL && resampler_rate_hz(player->resampler) == rate_hz) {
        return true;
    }
    resampler_destroy(player->resampler);
    player->resampler = resampler_create(rate_hz);
    return player->resampler != NULL;
}

static void fail_words(struct player *player, const char *reason) {
    player->words_failed = true;
    player->asked = false;
    source_forget(player->source);
    snprintf(player->reason, sizeof player->reason, "%s", reason);
    log_line(LOG_WARN, "voice", "serial=%u segment=%zu not spoken: %s", player->script.serial,
             player->taken, reason);
}

/* Keeps the engine's answer. */
static void take_words(struct player *player) {
    struct speech speech = source_speech(player->source);
    errno = 0;
    if (!fit_resampler(player, speech.rate_hz)) {
        fail_words(player, shortage(errno) ? no_memory
                                           : "the speech engine's sample rate cannot be converted");
        return;
    }
    struct take *take = &player->takes[player->taken];
    if (!level_take(player->resampler, speech.samples, speech.count, take)) {
        fail_words(player, no_memory);
        return;
    }
    /* A dash on its own in a notice may be silent, and what was said with the segment before; else
     * a part of a call would be missing and nobody know. */
    const struct segment *segment = &player->script.segments[player->taken];
    bool said = segment->joined && source_is_outside(player->source);
    if (take->count == 0 && segment->role != SEGMENT_TEXT && !said) {
        fail_words(player, "the speech engine made no sound of the text");
        return;
    }
    player->taken++;
}

static size_t pause_frames(const struct segment *segment) {
    return (size_t)segment->pause_ms * STREAM_RATE_HZ / 1000;
}

/* The gain that brings all words together to the level of everything that sounds. */
static float gain_of(const struct player *player) {
    struct meter meter = {0};
    for (size_t i = 0; i < player->taken; i++) {
        if (i > 0) {
            meter_silence(&meter, pause_frames(&player->script.segments[i]));
        }
        meter_add(&meter, player->takes[i].samples, player->takes[i].count);
    }
    return level_gain(meter_lufs(&meter));
}

/* Makes clips of all takes. False, with no clip left, when memory is exhausted. */
static bool level_words(struct player *player, struct clip clips[SEGMENTS_MAX]) {
    float gain = gain_of(player);
    bool good = true;
    for (size_t i = 0; i < player->taken; i++) {
        struct take *take = &player->takes[i];
        level_clip(take->samples, take->count, gain, &clips[i]);
        good = good && clips[i].count == take->count;
        take_finish(take);
    }
    for (size_t i = 0; i < player->taken && !good; i++) {
        clip_finish(&clips[i]);
    }
    return good;
}

/* Lays all words onto the stream. Returns where they begin. */
static int64_t lay_words(struct player *player, int64_t earliest) {
    struct clip clips[SEGMENTS_MAX];
    int64_t first = FRAME_NEVER;
    if (!level_words(player, clips)) {
        fail_words(player, no_memory);
        return first;
    }
    for (size_t i = 0; i < player->taken; i++) {
        if (clips[i].count > 0) {
            int64_t pause = (int64_t)pause_frames(&player->script.segments[i]);
            player->segments[player->stream.count] = (int)i;
            int64_t start = stream_add(&player->stream, clips[i], false, pause, earliest);
            first = first == FRAME_NEVER ? start : first;
        }
    }
    return first;
}

int64_t player_turn(struct player *player, int64_t earliest, int64_t now_us) {
    enum engine_state state = source_turn(player->source, now_us);
    if (!player->asked || state == ENGINE_BUSY) {
        return FRAME_NEVER;
    }
    if (state != ENGINE_DONE) {
        fail_words(player, source_reason(player->source));
        return FRAME_NEVER;
    }
    take_words(player);
    ask_next(player, now_us);
    if (player->words_failed || player->asked) {
        return FRAME_NEVER;
    }
    return lay_words(player, earliest);
}

void player_volume(struct player *player, int64_t frame, float volume) {
    player->volume = volume;
    if (player->state != PLAYER_IDLE) {
        stream_volume(&player->stream, frame, volume);
    }
}

void player_hush(struct player *player, int64_t frame) {
    if (player->state == PLAYER_SPEAKING) {
        stream_cut(&player->stream, frame);
        player->state = PLAYER_HUSHING;
        player->asked = false;
        source_forget(player->source);
        drop_takes(player);
    }
}

bool player_restart(struct player *player, int64_t frame, const char *reason) {
    if (player->restarts >= PLAYER_RESTARTS_MAX) {
        fail_words(player, reason);
        return false;
    }
    player->restarts++;
    stream_move(&player->stream, frame);
    return true;
}

void player_drop(struct player *player) {
    source_forget(player->source);
    player->asked = false;
    player->state = PLAYER_IDLE;
    drop_takes(player);
    stream_finish(&player->stream);
}

bool player_complete(const struct player *player) {
    return !needs_words(player);
}

bool player_tell(struct player *player, int64_t written, int64_t *frame, int *segment) {
    if (player->state != PLAYER_SPEAKING || player->told >= player->stream.count ||
        player->stream.pieces[player->told].start >= written) {
        return false;
    }
    *frame = player->stream.pieces[player->told].start;
    *segment = player->segments[player->told];
    player->told++;
    return true;
}
