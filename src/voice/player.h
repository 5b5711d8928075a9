/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One script on its way through engine and stream: what is asked, levelled, laid down, reported.
 *
 * Knows no device: it is told frame numbers. The voice thread owns one; a recording (recording.h)
 * another. One thread.
 */
#ifndef HALLCALL_VOICE_PLAYER_H
#define HALLCALL_VOICE_PLAYER_H

#include "voice/source.h"
#include "voice/stream.h"

#include <stdbool.h>

enum player_state {
    PLAYER_IDLE,
    PLAYER_SPEAKING, /* a script is being asked for, laid down or heard */
    PLAYER_HUSHING   /* its cut is still on its way to the loudspeaker */
};

struct player {
    /* given at the start, borrowed */
    struct source *source;
    const struct clip *chimes; /* [CHIME_KINDS] */
    float volume;
    /* kept from one script to the next */
    struct resampler *resampler;
    /* the script being said */
    enum player_state state;
    struct script script;
    struct stream stream;
    bool asked;                      /* the engine works on segment `taken` */
    size_t taken;                    /* segments that the engine has made */
    struct take takes[SEGMENTS_MAX]; /* until all are there and can be laid down */
    int segments[STREAM_PIECES_MAX]; /* which segment a piece is; -1: the chime */
    size_t told;                     /* pieces whose beginning has been reported */
    bool words_failed;               /* the chime is heard out, then the script has failed */
    char reason[REASON_BYTES];       /* why, when words_failed */
    int restarts;
};

enum { PLAYER_RESTARTS_MAX = 2 };

/* On zeroed memory. volume is a gain (level_volume). */
void player_init(struct player *player, struct source *source, const struct clip *chimes,
                 float volume);
void player_finish(struct player *player);
/* While idle: a soft noise from frame on, for lead_in_ms and a second more; the script that begins
 * takes its place. False when memory is out. */
bool player_wake(struct player *player, int64_t frame, int lead_in_ms);
/* Begins a script; its first sound is at frame earliest. Lays the chime down at once and asks for
 * the first words. Returns the first frame that sounds different from before. */
int64_t player_begin(struct player *player, const struct script *script, int64_t earliest,
                     int64_t now_us);
/* Takes what the engine has ready and asks for what comes next. Returns the first frame that
 * sounds different from before, FRAME_NEVER when none does. Call when the engine may have
 * something, also while idle: the engine's health is kept in here. */
int64_t player_turn(struct player *player, int64_t earliest, int64_t now_us);
/* Changes the volume (a gain) from frame on, of the script that is being said too. */
void player_volume(struct player *player, int64_t frame, float volume);
/* Fades out from frame on. */
void player_hush(struct player *player, int64_t frame);
/* Lets the script begin again at frame. False when it has begun too often; then it is as if its
 * words had failed for that reason. */
bool player_restart(struct player *player, int64_t frame, const char *reason);
/* Forgets the script, or the noise, at once. */
void player_drop(struct player *player);
/* Whether all that will ever sound of the script is laid down; it ends at stream.end. */
bool player_complete(const struct player *player);
/* The next piece that begins before frame `written` and was not told yet: its first frame, and its
 * segment (-1 for the chime). False when there is none. */
bool player_tell(struct player *player, int64_t written, int64_t *frame, int *segment);

#endif
