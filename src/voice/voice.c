/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The voice thread: one turn after another. The clock is read again after the loudspeaker was
 * asked, since a sound driver may hold us for as long as it likes.
 *
 * A turn obeys the mailbox, keeps the loudspeaker open, begins the next script, takes what the
 * engine made, fills the loudspeaker's queue and reports what has become known. Then it sleeps
 * until the mailbox or the engine speaks, or the queue runs low, or something is due. Idle, that is
 * about three turns a second; while a script is said, little more.
 *
 * Where a script stands is a number of frames: laid down (player), queued (sink), heard (sink). No
 * state is kept for what can be computed from them.
 *
 * A loudspeaker that disappears in mid-script after it played for a good while is opened again at
 * once and the script begins anew, at most twice: half a ticket number is worse than none. If it
 * stays away, VOICE_LOST and then the script's VOICE_FAILED are reported at once, the board goes on
 * without a voice, and the loudspeaker is tried every two seconds at the latest, which wakes the
 * machine less often than a voice that is well.
 *
 * A device whose screen is not connected (connector.h) is closed at once and lost without another
 * try, and opened as soon as the screen is back.
 *
 * While the hall rests the device is closed: of a television that is off at night nothing is asked
 * and nothing is told. The script that ends the rest is not begun before the device is open, which
 * the turn that comes before it sees to.
 *
 * Device "none" is a loudspeaker that nobody hears: scripts take their real time and finish, and it
 * is never lost. So a hall that wants to be silent keeps each call on its card for as long as
 * elsewhere; that it is silent stands in its configuration, not in reports of failure.
 *
 * Considered and refused: watching /dev/snd instead of trying (HDMI's node is there without a
 * display, and a USB card's node is there before we may open it); a thread each for engine and
 * loudspeaker (a rewind needs both at once); a real-time priority (needs privileges; a queue of 440
 * ms does the same).
 */
#include "voice/voice.h"

#include "system/check.h"
#include "system/clock.h"
#include "system/log.h"
#include "voice/chime.h"
#include "voice/connector.h"
#include "voice/mailbox.h"
#include "voice/outlet.h"
#include "voice/player.h"
#include "voice/second.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    LAY_FRAMES =
        STREAM_RATE_HZ / 10, /* levelling a long text may take so long on a small machine */
    REOPEN_FIRST_US = 500000,
    REOPEN_MAX_US = 2000000, /* some drivers write a line into the kernel's log for each try */
    STEADY_US = 10000000,    /* a device that lived so long is reopened without delay or alarm */
    PROOF_US = 20000,    /* how soon a fresh device is looked at to see whether it plays; if not,
                            more and more seldom */
    GAP_MAX_US = 300000, /* a longer silence in mid-script: it is said again */
    JOIN_MS = 1000
};

enum known { KNOWN_NOTHING, KNOWN_WELL, KNOWN_LOST };

struct voice {
    /* set before the thread starts, then read only */
    struct voice_options options;
    struct inbox *inbox;
    pthread_t thread;
    struct second *second; /* NULL: there is none */
    int ended_fd;          /* eventfd: readable when the thread is about to return */
    /* shared */
    struct mailbox mailbox;
    _Atomic int64_t alive_us;
    /* the thread's own: the script */
    struct source *source;
    struct score scores[CHIME_KINDS];
    struct clip chimes[CHIME_KINDS];
    struct player player;
    /* the thread's own: the loudspeaker */
    struct sink *sink; /* NULL: closed */
    struct connector connector;
    bool resting;     /* closed, because nothing is to be said */
    enum known known; /* what was reported of it */
    char lost_reason[REASON_BYTES];
    int64_t opened_at_us;
    int64_t reopen_at_us;
    int64_t reopen_wait_us;
    unsigned underruns;
    size_t shared;      /* pieces of the stream that the second output has */
    struct script next; /* taken from the mailbox, on its way to the player */
};

static int64_t earlier(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void report(struct voice *voice, enum voice_report_kind kind, uint32_t serial, int64_t at_us,
                   const char *reason) {
    struct letter letter = {.kind = LETTER_VOICE};
    letter.voice.kind = kind;
    letter.voice.serial = serial;
    letter.voice.at_us = at_us;
    snprintf(letter.voice.reason, sizeof letter.voice.reason, "%s", reason);
    inbox_put(voice->inbox, &letter);
}

/* The script is over, one way or the other. */
static void conclude(struct voice *voice, enum voice_report_kind kind, int64_t at_us,
                     const char *reason) {
    report(voice, kind, voice->player.script.serial, at_us, reason);
    player_drop(&voice->player);
}

/* The next try is later, and the one after it later still. */
static void put_off(struct voice *voice, int64_t now_us) {
    voice->reopen_at_us = now_us + voice->reopen_wait_us;
    voice->reopen_wait_us = earlier(voice->reopen_wait_us * 2, REOPEN_MAX_US);
}

static void note_lost(struct voice *voice, int64_t now_us, const char *reason) {
    if (voice->known != KNOWN_LOST || strcmp(reason, voice->lost_reason) != 0) {
        log_line(LOG_ERR, "voice", "%s", reason);
        snprintf(voice->lost_reason, sizeof voice->lost_reason, "%s", reason);
        voice->known = KNOWN_LOST;
        report(voice, VOICE_LOST, 0, now_us, reason);
    }
    if (voice->player.state == PLAYER_HUSHING) {
        conclude(voice, VOICE_HUSHED, now_us, "");
    } else if (voice->player.state == PLAYER_SPEAKING) {
        conclude(voice, VOICE_FAILED, now_us, reason);
    }
}

/* A device that went away after a good time is probably back at once (a display changing its mode);
 * one that was only just opened is broken. */
static void lose_sink(struct voice *voice, int64_t now_us, const char *reason) {
    sink_close(voice->sink);
    voice->sink = NULL;
    if (voice->known == KNOWN_WELL && now_us - voice->opened_at_us > STEADY_US) {
        log_line(LOG_WARN, "voice", "%s", reason);
        voice->reopen_wait_us = REOPEN_FIRST_US;
        voice->reopen_at_us = now_us;
    } else {
        put_off(voice, now_us);
        note_lost(voice, now_us, reason);
    }
}

/* Called well only when it was seen to play: opening proves little. */
static void note_well(struct voice *voice, int64_t now_us) {
    if (voice->known != KNOWN_WELL && sink_heard(voice->sink) > 0) {
        voice->known = KNOWN_WELL;
        log_line(LOG_INFO, "voice", "sound device \"%s\" plays", voice->options.device);
        report(voice, VOICE_WELL, 0, now_us, "");
    }
}

/* The second output cannot know that half of it was not heard here. */
static bool begin_anew(struct voice *voice, int64_t frame, const char *reason) {
    bool begun = player_restart(&voice->player, frame, reason);
    second_hush(voice->second);
    voice->shared = begun ? 0 : voice->player.stream.count;
    return begun;
}

static void open_sink(struct voice *voice, int64_t now_us) {
    char reason[REASON_BYTES];
    int error = 0;
    voice->sink = sink_open(voice->options.device, now_us, reason, &error);
    if (voice->sink == NULL) {
        put_off(voice, now_us);
        note_lost(voice, now_us, reason);
        return;
    }
    int card, number;
    if (sink_hardware(voice->sink, &card, &number)) {
        connector_met(&voice->connector, card);
    }
    /* Opening took its time, in which the device played. */
    int64_t gap_us = 0;
    (void)sink_update(voice->sink, &gap_us, reason);
    voice->opened_at_us = now_us;
    if (voice->player.state == PLAYER_HUSHING) {
        conclude(voice, VOICE_HUSHED, now_us, "");
    } else if (voice->player.state == PLAYER_IDLE) {
        player_drop(&voice->player); /* a noise of another device's time */
    } else if (voice->player.state == PLAYER_SPEAKING &&
               !begin_anew(voice, sink_earliest(voice->sink),
                           "the sound device fails again and again")) {
        conclude(voice, VOICE_FAILED, now_us, voice->player.reason);
    }
}

/* The queue ran empty. Little of it: the words go on. Much: they begin again. */
static void survive_underrun(struct voice *voice, int64_t gap_us) {
    static struct log_gate gate;
    uint32_t held = 0;
    voice->underruns++;
    if (log_gate_open(&gate, 3, &held)) {
        log_line(LOG_WARN, "voice", "sound ran dry gap_ms=%d count=%u held_back=%u",
                 (int)(gap_us / 1000), voice->underruns, held);
    }
    const struct player *player = &voice->player;
    bool heard_out = player_complete(player) && sink_heard(voice->sink) >= player->stream.end;
    if (gap_us > GAP_MAX_US && player->state == PLAYER_SPEAKING && player->told > 0 && !heard_out) {
        (void)begin_anew(voice, sink_written(voice->sink),
                         "the machine is too busy to play sound without gaps");
    }
}

/* Nothing is tried while the screen is away: its driver would only complain. It is looked at again
 * as often as if it were there. */
static void leave_closed(struct voice *voice, int64_t now_us) {
    char reason[REASON_BYTES];
    sink_close(voice->sink);
    voice->sink = NULL;
    voice->reopen_wait_us = REOPEN_FIRST_US;
    voice->reopen_at_us = voice->connector.look_at_us;
    connector_reason(&voice->connector, reason);
    note_lost(voice, now_us, reason);
}

static void keep_sink(struct voice *voice, int64_t now_us) {
    char reason[REASON_BYTES] = "";
    int64_t gap_us = 0;
    if (connector_away(&voice->connector, now_us)) {
        leave_closed(voice, now_us);
        return;
    }
    if (voice->sink != NULL) {
        switch (sink_update(voice->sink, &gap_us, reason)) {
        case SINK_WELL:
            note_well(voice, now_us);
            return;
        case SINK_UNDERRUN:
            survive_underrun(voice, gap_us);
            return;
        case SINK_LOST:
            lose_sink(voice, now_us, reason);
            break;
        }
    }
    if (now_us >= voice->reopen_at_us) {
        open_sink(voice, now_us);
    }
}

/* A loudspeaker that is lost goes on being tried: staff hear in the evening that it is well. */
static void note_rest(struct voice *voice, int64_t now_us) {
    bool resting = mailbox_rests(&voice->mailbox) && voice->player.state == PLAYER_IDLE &&
                   voice->known == KNOWN_WELL;
    if (resting == voice->resting) {
        return;
    }
    voice->resting = resting;
    voice->reopen_wait_us = REOPEN_FIRST_US;
    voice->reopen_at_us = now_us;
    if (resting) {
        sink_close(voice->sink);
        voice->sink = NULL;
        log_line(LOG_INFO, "voice", "sound device closed: the hall rests");
    }
    second_rest(voice->second, resting);
}

static void obey_volume(struct voice *voice) {
    int percent = 0;
    if (!mailbox_take_volume(&voice->mailbox, &percent)) {
        return;
    }
    int64_t frame = voice->sink != NULL ? sink_earliest(voice->sink) : 0;
    player_volume(&voice->player, frame, level_volume(percent));
    if (voice->sink != NULL && voice->player.state != PLAYER_IDLE) {
        outlet_replace(voice->sink, &voice->player.stream, frame);
    }
}

/* A device that is still being opened is woken when it is. */
static void obey_wake(struct voice *voice) {
    int lead_in_ms = voice->sink != NULL ? mailbox_take_wake(&voice->mailbox) : 0;
    if (lead_in_ms > 0 && voice->player.state == PLAYER_IDLE) {
        int64_t frame = sink_earliest(voice->sink);
        if (player_wake(&voice->player, frame, lead_in_ms)) {
            outlet_replace(voice->sink, &voice->player.stream, frame);
        }
    }
}

static void obey(struct voice *voice, int64_t now_us) {
    obey_volume(voice);
    obey_wake(voice);
    if (mailbox_take_hush(&voice->mailbox) && voice->player.state == PLAYER_SPEAKING) {
        int64_t frame = voice->sink != NULL ? sink_earliest(voice->sink) : 0;
        player_hush(&voice->player, frame);
        second_hush(voice->second);
        if (voice->sink != NULL) {
            outlet_replace(voice->sink, &voice->player.stream, frame);
        }
    }
    bool hushed = false;
    while (mailbox_take(&voice->mailbox, true, &voice->next, &hushed)) {
        report(voice, VOICE_HUSHED, voice->next.serial, now_us, "");
    }
}

static void begin_next(struct voice *voice, int64_t now_us) {
    bool hushed = false;
    while (voice->player.state == PLAYER_IDLE && !voice->resting &&
           mailbox_take(&voice->mailbox, false, &voice->next, &hushed)) {
        if (hushed) {
            report(voice, VOICE_HUSHED, voice->next.serial, now_us, "");
        } else if (voice->sink == NULL || voice->known == KNOWN_LOST) {
            report(voice, VOICE_FAILED, voice->next.serial, now_us, voice->lost_reason);
        } else {
            obey_volume(voice); /* what was asked before the script holds from its first sample */
            int64_t earliest = sink_earliest(voice->sink);
            int64_t frame = player_begin(&voice->player, &voice->next, earliest, now_us);
            voice->shared = 0;
            outlet_replace(voice->sink, &voice->player.stream, frame);
        }
    }
}

static void lay_words(struct voice *voice, int64_t now_us) {
    int64_t earliest = voice->sink != NULL ? sink_earliest(voice->sink) + LAY_FRAMES : 0;
    int64_t changed = player_turn(&voice->player, earliest, now_us);
    if (changed != FRAME_NEVER && voice->sink != NULL) {
        outlet_replace(voice->sink, &voice->player.stream, changed);
    }
}

/* What has been laid down is said by the second output too, at the same time. */
static void share(struct voice *voice) {
    const struct stream *stream = &voice->player.stream;
    for (; voice->player.state == PLAYER_SPEAKING && voice->shared < stream->count;
         voice->shared++) {
        const struct piece *piece = &stream->pieces[voice->shared];
        second_say(voice->second, &piece->clip, sink_time_us(voice->sink, piece->start));
    }
}

static void tell(struct voice *voice) {
    int64_t frame = 0;
    int segment = -1;
    while (true) {
        bool first = voice->player.told == 0;
        if (!player_tell(&voice->player, sink_written(voice->sink), &frame, &segment)) {
            return;
        }
        int64_t at_us = sink_time_us(voice->sink, frame);
        if (first) {
            report(voice, VOICE_STARTED, voice->player.script.serial, at_us, "");
        }
        if (segment >= 0) {
            struct letter letter = {.kind = LETTER_VOICE};
            letter.voice.kind = VOICE_SEGMENT;
            letter.voice.serial = voice->player.script.serial;
            letter.voice.said = phrase_said(voice->player.script.segments[segment].role);
            letter.voice.at_us = at_us;
            inbox_put(voice->inbox, &letter);
        }
    }
}

static bool is_over(const struct player *player) {
    return player->state == PLAYER_HUSHING ||
           (player->state == PLAYER_SPEAKING && player_complete(player));
}

/* A script ends when its last sample has been heard, not when it has been queued. */
static void settle(struct voice *voice) {
    struct player *player = &voice->player;
    if (!is_over(player) || sink_heard(voice->sink) < player->stream.end) {
        return;
    }
    int64_t at_us = sink_time_us(voice->sink, player->stream.end);
    if (player->state == PLAYER_HUSHING) {
        conclude(voice, VOICE_HUSHED, at_us, "");
    } else if (player->words_failed) {
        conclude(voice, VOICE_FAILED, at_us, player->reason);
    } else {
        conclude(voice, VOICE_FINISHED, at_us, "");
    }
}

static void tell_speakers(struct voice *voice) {
    struct letter letter = {.kind = LETTER_SPEAKER};
    while (source_news(voice->source, &letter.speaker)) {
        inbox_put(voice->inbox, &letter);
    }
}

static void turn(struct voice *voice) {
    mailbox_clear(&voice->mailbox);
    note_rest(voice, clock_mono_us());
    if (!voice->resting) {
        keep_sink(voice, clock_mono_us());
    }
    int64_t now_us = clock_mono_us();
    obey(voice, now_us);
    begin_next(voice, now_us);
    lay_words(voice, now_us);
    tell_speakers(voice);
    if (voice->sink != NULL) {
        outlet_fill(voice->sink, &voice->player.stream);
        share(voice);
        tell(voice);
        settle(voice);
        begin_next(voice, now_us);
        outlet_fill(voice->sink, &voice->player.stream);
    }
}

/* When the next turn is due if nobody calls before. */
static int64_t next_turn_us(const struct voice *voice, int64_t now_us) {
    int64_t due_us = source_deadline_us(voice->source);
    if (voice->sink == NULL) {
        return voice->resting ? due_us : earlier(due_us, voice->reopen_at_us);
    }
    due_us = earlier(due_us, outlet_due_us(voice->sink, now_us));
    if (voice->known != KNOWN_WELL) {
        due_us = earlier(due_us, now_us + PROOF_US + (now_us - voice->opened_at_us) / 2);
    }
    if (is_over(&voice->player)) {
        due_us = earlier(due_us, sink_time_us(voice->sink, voice->player.stream.end) + 500);
    }
    return due_us;
}

static void rest(struct voice *voice, int64_t until_us) {
    int fds[SOURCE_FDS];
    source_fds(voice->source, fds);
    struct pollfd wakers[] = {{.fd = voice->mailbox.fd, .events = POLLIN},
                              {.fd = fds[0], .events = POLLIN},
                              {.fd = fds[1], .events = POLLIN}};
    int64_t now_us = clock_mono_us();
    int64_t wait_us = until_us > now_us ? until_us - now_us : 0;
    wait_us = earlier(wait_us, REOPEN_MAX_US);
    struct timespec wait = {.tv_sec = (time_t)(wait_us / 1000000),
                            .tv_nsec = (long)(wait_us % 1000000) * 1000};
    (void)ppoll(wakers, sizeof wakers / sizeof wakers[0], &wait, NULL);
}

static void *run(void *argument) {
    struct voice *voice = argument;
    (void)pthread_setname_np(pthread_self(), "voice");
    if (!chimes_render(voice->scores, voice->chimes)) {
        log_line(LOG_ERR, "voice", "no memory for the chimes: calls are spoken without them");
    }
    while (!mailbox_quits(&voice->mailbox)) {
        atomic_store_explicit(&voice->alive_us, clock_mono_us(), memory_order_relaxed);
        turn(voice);
        rest(voice, next_turn_us(voice, clock_mono_us()));
    }
    sink_close(voice->sink);
    voice->sink = NULL;
    source_destroy(voice->source);
    voice->source = NULL;
    uint64_t one = 1;
    CHECK(write(voice->ended_fd, &one, sizeof one) == (ssize_t)sizeof one);
    return NULL;
}

static void free_voice(struct voice *voice) {
    second_destroy(voice->second);
    player_finish(&voice->player);
    chimes_finish(voice->chimes);
    mailbox_finish(&voice->mailbox);
    close(voice->ended_fd);
    free(voice);
}

/* Signals are the main thread's business. */
static bool start_thread(struct voice *voice) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&voice->thread, NULL, run, voice);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

struct voice *voice_create(const struct voice_options *options, struct inbox *inbox, char *reason) {
    CHECK(options->volume_percent >= 0 && options->volume_percent <= 100);
    struct voice *voice = calloc(1, sizeof *voice);
    if (voice == NULL || !mailbox_init(&voice->mailbox)) {
        snprintf(reason, REASON_BYTES, "not enough memory or descriptors for the voice");
        free(voice);
        return NULL;
    }
    voice->ended_fd = eventfd(0, EFD_CLOEXEC);
    voice->options = *options;
    voice->inbox = inbox;
    voice->reopen_wait_us = REOPEN_FIRST_US;
    const char *root = options->root != NULL ? options->root : "";
    connector_init(&voice->connector, root, options->connector, options->device);
    atomic_init(&voice->alive_us, clock_mono_us());
    if (!chimes_read(options->sounds_dir, voice->scores, reason)) {
        free_voice(voice);
        return NULL;
    }
    voice->source = source_create(options->engine_path, &options->outside);
    if (voice->source != NULL) {
        player_init(&voice->player, voice->source, voice->chimes,
                    level_volume(options->volume_percent));
    }
    if (options->second_device[0] != '\0') {
        voice->second = second_create(options->second_device, root, inbox);
    }
    if (voice->source == NULL || voice->ended_fd < 0 || !start_thread(voice)) {
        snprintf(reason, REASON_BYTES, "the voice thread cannot be started");
        source_destroy(voice->source);
        free_voice(voice);
        return NULL;
    }
    return voice;
}

void voice_destroy(struct voice *voice) {
    if (voice == NULL) {
        return;
    }
    mailbox_quit(&voice->mailbox);
    struct pollfd ended = {.fd = voice->ended_fd, .events = POLLIN};
    if (poll(&ended, 1, JOIN_MS) <= 0) {
        /* A sound driver holds it. It keeps its memory; the process is about to end. */
        log_line(LOG_WARN, "voice", "the sound device does not let go");
        pthread_detach(voice->thread);
        return;
    }
    pthread_join(voice->thread, NULL);
    free_voice(voice);
}

void voice_speak(struct voice *voice, const struct script *script) {
    if (!mailbox_put(&voice->mailbox, script)) {
        report(voice, VOICE_FAILED, script->serial, clock_mono_us(), "too many scripts wait");
    }
}

void voice_set_volume(struct voice *voice, int percent) {
    mailbox_volume(&voice->mailbox, percent);
}

void voice_wake(struct voice *voice, int lead_in_ms) {
    mailbox_wake(&voice->mailbox, lead_in_ms);
}

void voice_rest(struct voice *voice, bool rest) {
    mailbox_rest(&voice->mailbox, rest);
}

void voice_hush(struct voice *voice) {
    mailbox_hush(&voice->mailbox);
}

int64_t voice_alive_us(const struct voice *voice) {
    return atomic_load_explicit(&voice->alive_us, memory_order_relaxed);
}
