/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One script on its way: asked of the engine a segment at a time, laid onto the stream.
 *
 * The chime is laid down in the same turn in which the script comes; the first segment is asked for
 * right after it, and each next one when its predecessor is laid down, so all words are ready long
 * before the chime ends. A pause is counted from the end of what was laid down before; only if the
 * engine was slower than the pause does the next piece begin later.
 *
 * A segment that the engine refuses ends the script there: a ticket without its number is worse
 * than a chime alone, and the board tries the whole again or relies on the screen.
 *
 * Considered and refused: asking for all segments at once (a hush would have to drain them);
 * waiting for all words before the chime (adds the engine's time to the first sound).
 */
#include "voice/player.h"

#include "system/check.h"
#include "system/log.h"
#include "system/shortage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void player_init(struct player *player, struct engine *engine, const struct clip *chimes,
                 float volume) {
    memset(player, 0, sizeof *player);
    player->engine = engine;
    player->chimes = chimes;
    player->volume = volume;
}

void player_finish(struct player *player) {
    stream_finish(&player->stream);
    resampler_destroy(player->resampler);
    player->resampler = NULL;
    player->state = PLAYER_IDLE;
}

static bool needs_words(const struct player *player) {
    return player->state == PLAYER_SPEAKING && !player->words_failed &&
           player->laid < player->script.segments_count;
}

static void ask_next(struct player *player, int64_t now_us) {
    player->asked = needs_words(player);
    if (player->asked) {
        engine_ask(player->engine, &player->script, player->laid, now_us);
    }
}

int64_t player_begin(struct player *player, const struct script *script, int64_t earliest,
                     int64_t now_us) {
    CHECK(player->state == PLAYER_IDLE);
    CHECK(script->segments_count <= SEGMENTS_MAX);
    CHECK((unsigned)script->chime < CHIME_KINDS);
    player->script = *script;
    player->state = PLAYER_SPEAKING;
    player->laid = player->told = 0;
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
    engine_forget(player->engine);
    snprintf(player->reason, sizeof player->reason, "%s", reason);
    log_line(LOG_WARN, "voice", "serial=%u segment=%zu not spoken: %s", player->script.serial,
             player->laid, reason);
}

/* Lays the engine's answer onto the stream. Returns where it begins. */
static int64_t lay_words(struct player *player, int64_t earliest) {
    struct speech speech = engine_speech(player->engine);
    errno = 0;
    if (!fit_resampler(player, speech.rate_hz)) {
        fail_words(player, shortage(errno) ? no_memory
                                           : "the speech engine's sample rate cannot be converted");
        return FRAME_NEVER;
    }
    const struct segment *segment = &player->script.segments[player->laid];
    struct clip clip;
    if (!level_speech(player->resampler, speech.samples, speech.count,
                      player->script.level_centilufs, &clip)) {
        fail_words(player, no_memory);
        return FRAME_NEVER;
    }
    if (clip.count == 0) {
        if (segment->role == SEGMENT_TEXT) {
            player->laid++; /* a dash on its own in a notice */
        } else {
            /* Part of a call would be missing and nobody know. */
            fail_words(player, "the speech engine made no sound of the text");
        }
        return FRAME_NEVER;
    }
    player->segments[player->stream.count] = (int)player->laid;
    player->laid++;
    return stream_add(&player->stream, clip, false,
                      (int64_t)segment->pause_ms * STREAM_RATE_HZ / 1000, earliest);
}

int64_t player_turn(struct player *player, int64_t earliest, int64_t now_us) {
    int64_t changed = FRAME_NEVER;
    enum engine_state state = engine_turn(player->engine, now_us);
    if (!player->asked || state == ENGINE_BUSY) {
        return changed;
    }
    if (state == ENGINE_DONE) {
        changed = lay_words(player, earliest);
        ask_next(player, now_us);
    } else {
        fail_words(player, engine_reason(player->engine));
    }
    return changed;
}

void player_hush(struct player *player, int64_t frame) {
    if (player->state == PLAYER_SPEAKING) {
        stream_cut(&player->stream, frame);
        player->state = PLAYER_HUSHING;
        player->asked = false;
        engine_forget(player->engine);
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
    engine_forget(player->engine);
    player->asked = false;
    player->state = PLAYER_IDLE;
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
