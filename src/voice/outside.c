/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The voices that are not eSpeak NG: their thread, and how the voice thread asks it.
 *
 * There is one question at a time. It has a number; an answer to a number that is no longer asked
 * for is thrown away. A question, or the end of one, wakes the thread out of whatever program it is
 * listening to, so words made ahead never keep a call waiting. Samples move between the threads by
 * changing hands under the lock, which is held for no longer than a copy.
 *
 * A program that fails three times in a row rests, for a minute at first; what it said before is
 * still on disk and still speaks. The limit of a call holds on both sides: the program is killed at
 * it, and the voice thread itself stops waiting shortly after, whatever a disk may be doing.
 *
 * Considered and refused: doing this in the voice thread (it feeds the loudspeaker and may wait for
 * nothing); asking segment by segment (half a call might come too late, and be heard in two
 * voices).
 */
#include "voice/outside.h"

#include "system/check.h"
#include "system/clock.h"
#include "system/log.h"
#include "voice/bank.h"
#include "voice/cache.h"
#include "voice/level.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { WHO_BYTES = PROGRAM_COMMAND_BYTES + 16, IDLE_MS = 60000 };

struct voice_of {
    struct outside_voice options;
    /* the thread's own */
    struct bank *bank;
    bool usable;
    struct program program;
    char who[WHO_BYTES];  /* in the cache */
    char *texts;          /* owned */
    const char *ahead;    /* the next of them, "" at the end */
    struct script wanted; /* of a call that came too late: to be made first */
    unsigned failures;
    int64_t rest_until_us;
    int rate_known_hz; /* the stream can take it */
    /* under the lock */
    struct speaker state;
    bool told;
};

struct question {
    uint32_t number; /* 0: none */
    size_t voice;
    int64_t deadline_us;
    struct script script;
};

struct answer {
    uint32_t number;
    bool good;
    char reason[REASON_BYTES];
    struct sound sounds[SEGMENTS_MAX];
};

struct outside {
    size_t count;
    struct voice_of voices[LANGUAGES_MAX];
    struct cache cache;
    pthread_t thread;
    bool started;
    int wake_fd; /* for the thread: a question, its end, or quit */
    int news_fd; /* for the voice thread: an answer, or a state */
    pthread_mutex_t lock;
    /* under the lock */
    bool quit;
    struct question question;
    struct answer answer;
    /* the thread's own */
    struct question working;
    /* the voice thread's own */
    uint32_t number;
    enum engine_state state;
    int64_t deadline_us;
    struct answer taken;
    size_t asked;
};

static void signal_fd(int fd) {
    uint64_t one = 1;
    CHECK(write(fd, &one, sizeof one) == (ssize_t)sizeof one);
}

static void clear_fd(int fd) {
    uint64_t count;
    (void)!read(fd, &count, sizeof count);
}

static void drop_answer(struct answer *answer) {
    for (size_t i = 0; i < SEGMENTS_MAX; i++) {
        sound_finish(&answer->sounds[i]);
    }
    answer->number = 0;
}

/* Notes how a voice is. Any thread. */
static void note_state(struct outside *outside, size_t index, bool well, const char *reason) {
    struct voice_of *voice = &outside->voices[index];
    bool changed;
    pthread_mutex_lock(&outside->lock);
    changed = well != voice->state.well || strcmp(reason, voice->state.reason) != 0;
    if (changed) {
        voice->state.well = well;
        snprintf(voice->state.reason, sizeof voice->state.reason, "%s", reason);
        voice->told = false;
    }
    pthread_mutex_unlock(&outside->lock);
    if (changed) {
        if (well) {
            log_line(LOG_INFO, "voice", "lang=%s speaks with its own voice", voice->options.tag);
        } else {
            log_line(LOG_WARN, "voice", "lang=%s speaks with eSpeak NG: %s", voice->options.tag,
                     reason);
        }
        signal_fd(outside->news_fd);
    }
}

/* --- the thread --------------------------------------------------------------------------------
 */

static bool resting(const struct voice_of *voice) {
    return clock_mono_us() < voice->rest_until_us;
}

static void count_failure(struct outside *outside, size_t index, const char *why) {
    struct voice_of *voice = &outside->voices[index];
    char reason[REASON_BYTES];
    voice->failures++;
    snprintf(reason, sizeof reason, "%s", why);
    if (voice->failures >= OUTSIDE_FAILURES_MAX) {
        unsigned doublings = voice->failures - OUTSIDE_FAILURES_MAX;
        int64_t rest_us =
            doublings < 4 ? (int64_t)OUTSIDE_REST_US << doublings : OUTSIDE_REST_MAX_US;
        rest_us = rest_us < OUTSIDE_REST_MAX_US ? rest_us : OUTSIDE_REST_MAX_US;
        voice->rest_until_us = clock_mono_us() + rest_us;
        voice->ahead = voice->texts;
        snprintf(reason, sizeof reason, "failed %u times, rests for %d s: %.100s", voice->failures,
                 (int)(rest_us / 1000000), why);
    }
    note_state(outside, index, false, reason);
}

static bool stream_takes(struct voice_of *voice, int rate_hz) {
    bool known = rate_hz == voice->rate_known_hz;
    struct resampler *resampler = known ? NULL : resampler_create(rate_hz);
    known = known || resampler != NULL;
    voice->rate_known_hz = known ? rate_hz : voice->rate_known_hz;
    resampler_destroy(resampler);
    return known;
}

/* Whether a sound can be used: an engine that says nothing has not spoken. */
static bool is_sound(struct voice_of *voice, const struct sound *sound, char *reason) {
    size_t begin, end;
    level_trim(sound->samples, sound->count, 0, &begin, &end);
    if (begin == end) {
        snprintf(reason, REASON_BYTES, "it made no sound");
        return false;
    }
    if (!stream_takes(voice, sound->rate_hz)) {
        snprintf(reason, REASON_BYTES, "its sample rate of %d Hz cannot be converted",
                 sound->rate_hz);
        return false;
    }
    return true;
}

/* Has the program say a text. */
static enum program_result run_program(struct outside *outside, size_t index, const char *text,
                                       int64_t deadline_us, struct sound *sound) {
    struct voice_of *voice = &outside->voices[index];
    char reason[REASON_BYTES] = "";
    struct program_task task = {
        .text = text, .deadline_us = deadline_us, .stop_fd = outside->wake_fd};
    enum program_result result = program_speak(&voice->program, &task, sound, reason);
    if (result == PROGRAM_DONE && !is_sound(voice, sound, reason)) {
        sound_finish(sound);
        result = PROGRAM_FAILED;
    }
    if (result == PROGRAM_FAILED) {
        count_failure(outside, index, reason);
    } else if (result == PROGRAM_DONE && voice->failures > 0) {
        voice->failures = 0;
        voice->rest_until_us = 0;
        note_state(outside, index, true, "");
    }
    return result;
}

/* One segment by a program: from the disk, else made now. */
static bool say_by_program(struct outside *outside, const struct question *question,
                           const struct segment *segment, struct sound *sound) {
    struct voice_of *voice = &outside->voices[question->voice];
    if (cache_load(&outside->cache, voice->who, segment->written, sound) &&
        stream_takes(voice, sound->rate_hz)) {
        return true;
    }
    sound_finish(sound);
    if (resting(voice)) {
        return false;
    }
    enum program_result result =
        run_program(outside, question->voice, segment->written, question->deadline_us, sound);
    if (result == PROGRAM_DONE && segment->role != SEGMENT_TEXT) {
        cache_store(&outside->cache, voice->who, segment->written, sound);
    }
    return result == PROGRAM_DONE;
}

static bool say_segment(struct outside *outside, const struct question *question,
                        const struct segment *segment, struct sound *sound) {
    struct voice_of *voice = &outside->voices[question->voice];
    char reason[REASON_BYTES];
    if (segment->written[0] == '\0') {
        snprintf(reason, sizeof reason,
                 "the file of the language has only phonemes for \"%.60s\": it needs .written",
                 segment->text);
    } else if (voice->bank == NULL) {
        return say_by_program(outside, question, segment, sound);
    } else if (bank_say(voice->bank, segment, sound, reason) && is_sound(voice, sound, reason)) {
        return true;
    }
    sound_finish(sound);
    note_state(outside, question->voice, false, reason);
    return false;
}

/* Gives the answer to whoever still asks. */
static void give(struct outside *outside, struct answer *answer) {
    pthread_mutex_lock(&outside->lock);
    if (outside->question.number == answer->number) {
        drop_answer(&outside->answer);
        outside->answer = *answer;
        outside->question.number = 0;
        *answer = (struct answer){0};
    }
    pthread_mutex_unlock(&outside->lock);
    drop_answer(answer);
    signal_fd(outside->news_fd);
}

static void work(struct outside *outside) {
    const struct question *question = &outside->working;
    struct voice_of *voice = &outside->voices[question->voice];
    struct answer answer = {.number = question->number, .good = voice->usable};
    for (size_t i = 0; i < question->script.segments_count && answer.good; i++) {
        const struct segment *segment = &question->script.segments[i];
        if (segment->joined && i > 0) {
            answer.sounds[i].rate_hz = answer.sounds[i - 1].rate_hz;
        } else {
            answer.good = say_segment(outside, question, segment, &answer.sounds[i]);
        }
    }
    if (answer.good && voice->failures == 0) {
        note_state(outside, question->voice, true, "");
    } else if (!answer.good && voice->bank == NULL) {
        voice->wanted = question->script;
    }
    give(outside, &answer);
}

/* Has a program say one text ahead. False when there is nothing to do. */
static bool say_ahead(struct outside *outside, size_t index, const char *text) {
    struct voice_of *voice = &outside->voices[index];
    struct sound sound = {0};
    if (text[0] == '\0' || cache_has(&outside->cache, voice->who, text)) {
        return false;
    }
    int64_t deadline_us = clock_mono_us() + OUTSIDE_AHEAD_US;
    if (run_program(outside, index, text, deadline_us, &sound) == PROGRAM_DONE) {
        cache_store(&outside->cache, voice->who, text, &sound);
    }
    sound_finish(&sound);
    return true;
}

/* The next text of a list of lines; moves *at behind it. */
static bool next_text(const char **at, char text[SEGMENT_BYTES]) {
    size_t bytes = strcspn(*at, "\n");
    if (bytes == 0) {
        return false;
    }
    snprintf(text, SEGMENT_BYTES, "%.*s", (int)bytes, *at);
    *at += bytes + ((*at)[bytes] == '\n' ? 1 : 0);
    return true;
}

/* One text for one voice that can do with it. */
static bool voice_ahead(struct outside *outside, size_t index) {
    struct voice_of *voice = &outside->voices[index];
    struct script *wanted = &voice->wanted;
    char text[SEGMENT_BYTES];
    if (!voice->usable || voice->bank != NULL || resting(voice) || outside->cache.dir[0] == '\0') {
        return false;
    }
    while (wanted->segments_count > 0) {
        const struct segment *segment = &wanted->segments[--wanted->segments_count];
        if (segment->role != SEGMENT_TEXT && say_ahead(outside, index, segment->written)) {
            return true;
        }
    }
    const char *before = voice->ahead;
    while (next_text(&voice->ahead, text)) {
        if (say_ahead(outside, index, text)) {
            struct pollfd called = {.fd = outside->wake_fd, .events = POLLIN};
            voice->ahead = poll(&called, 1, 0) > 0 ? before : voice->ahead; /* cut short */
            return true;
        }
        before = voice->ahead;
    }
    return false;
}

static bool work_ahead(struct outside *outside) {
    for (size_t i = 0; i < outside->count; i++) {
        if (voice_ahead(outside, i)) {
            return true;
        }
    }
    return false;
}

/* Hears every clip once, before the first call. */
static void prove_bank(struct outside *outside, size_t index) {
    struct voice_of *voice = &outside->voices[index];
    struct diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    char reason[REASON_BYTES] = "not enough memory for the clips";
    if (voice->bank == NULL || diagnostics == NULL) {
        free(diagnostics);
        return;
    }
    voice->usable = bank_prove(voice->bank, diagnostics);
    if (!voice->usable) {
        snprintf(reason, sizeof reason, "%.150s", diagnostics->lines[0]);
    }
    free(diagnostics);
    note_state(outside, index, voice->usable, voice->usable ? "" : reason);
}

/* Takes the question, if there is one. False: the thread is to end. */
static bool next_question(struct outside *outside) {
    pthread_mutex_lock(&outside->lock);
    clear_fd(outside->wake_fd); /* under the lock: it never tells of a question already taken */
    bool quit = outside->quit;
    outside->working.number = 0;
    if (outside->question.number != 0) {
        outside->working = outside->question;
    }
    pthread_mutex_unlock(&outside->lock);
    return !quit;
}

static void *run(void *argument) {
    struct outside *outside = argument;
    (void)pthread_setname_np(pthread_self(), "outside");
    for (size_t i = 0; i < outside->count; i++) {
        prove_bank(outside, i);
    }
    while (next_question(outside)) {
        if (outside->working.number != 0) {
            work(outside);
        } else if (!work_ahead(outside)) {
            struct pollfd waker = {.fd = outside->wake_fd, .events = POLLIN};
            (void)poll(&waker, 1, IDLE_MS);
        }
    }
    return NULL;
}

/* --- starting and ending -----------------------------------------------------------------------
 */

static void read_bank(struct outside *outside, size_t index) {
    struct voice_of *voice = &outside->voices[index];
    struct diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    if (diagnostics == NULL) {
        return;
    }
    voice->bank = bank_create(voice->options.clips, voice->options.tag, diagnostics);
    for (size_t i = 0; i < diagnostics->count && i < DIAGNOSTICS_MAX; i++) {
        log_line(LOG_ERR, "voice", "%s", diagnostics->lines[i]);
    }
    if (voice->bank == NULL) {
        note_state(outside, index, false, diagnostics->lines[0]);
    }
    free(diagnostics);
}

static void read_program(struct outside *outside, size_t index,
                         const struct outside_voice *options) {
    struct voice_of *voice = &outside->voices[index];
    voice->usable = program_init(&voice->program, options->command, options->raw_rate_hz);
    voice->texts = strdup(options->texts != NULL ? options->texts : "");
    voice->usable = voice->usable && voice->texts != NULL;
    voice->ahead = voice->texts != NULL ? voice->texts : "";
    snprintf(voice->who, sizeof voice->who, "%s %d", options->command, options->raw_rate_hz);
    static const char *const unusable = "the command must begin with the path of a program";
    note_state(outside, index, voice->usable, voice->usable ? "" : unusable);
}

static void read_voice(struct outside *outside, size_t index, const struct outside_voice *options) {
    struct voice_of *voice = &outside->voices[index];
    voice->options = *options;
    voice->options.texts = NULL;
    memcpy(voice->state.tag, options->tag, sizeof voice->state.tag);
    voice->state.chosen = options->clips[0] != '\0' ? SPEAKER_CLIPS : SPEAKER_COMMAND;
    if (voice->state.chosen == SPEAKER_CLIPS) {
        snprintf(voice->state.reason, sizeof voice->state.reason, "its clips are being read");
        read_bank(outside, index);
    } else {
        read_program(outside, index, options);
    }
}

static bool start_thread(struct outside *outside) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    outside->started = pthread_create(&outside->thread, NULL, run, outside) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return outside->started;
}

struct outside *outside_create(const struct outside_options *options) {
    char reason[REASON_BYTES];
    struct outside *outside = calloc(1, sizeof *outside);
    if (outside == NULL) {
        return NULL;
    }
    outside->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    outside->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&outside->lock, NULL);
    if (outside->wake_fd < 0 || outside->news_fd < 0) {
        outside_destroy(outside);
        return NULL;
    }
    if (!cache_init(&outside->cache, options->cache_dir, options->cache_mb, reason)) {
        log_line(LOG_WARN, "voice", "what programs say is not kept: %s", reason);
    }
    for (; outside->count < options->voices_count; outside->count++) {
        read_voice(outside, outside->count, &options->voices[outside->count]);
    }
    if (outside->count > 0 && !start_thread(outside)) {
        outside_destroy(outside);
        return NULL;
    }
    return outside;
}

void outside_destroy(struct outside *outside) {
    if (outside == NULL) {
        return;
    }
    if (outside->started) {
        pthread_mutex_lock(&outside->lock);
        outside->quit = true;
        signal_fd(outside->wake_fd);
        pthread_mutex_unlock(&outside->lock);
        pthread_join(outside->thread, NULL);
    }
    for (size_t i = 0; i < outside->count; i++) {
        bank_destroy(outside->voices[i].bank);
        free(outside->voices[i].texts);
    }
    drop_answer(&outside->answer);
    drop_answer(&outside->taken);
    close(outside->wake_fd);
    close(outside->news_fd);
    pthread_mutex_destroy(&outside->lock);
    free(outside);
}

/* --- the voice thread --------------------------------------------------------------------------
 */

/* Whether a voice may be asked for a script: a bank has no clips of a free text. */
static bool is_for(const struct voice_of *voice, const struct script *script) {
    bool bank = voice->options.clips[0] != '\0';
    for (size_t i = 0; i < script->segments_count && bank; i++) {
        if (script->segments[i].role == SEGMENT_TEXT) {
            return false;
        }
    }
    return strcmp(voice->options.tag, script->lang) == 0 && script->segments_count > 0;
}

bool outside_ask(struct outside *outside, const struct script *script, int64_t now_us) {
    outside_forget(outside);
    for (size_t i = 0; i < outside->count; i++) {
        const struct voice_of *voice = &outside->voices[i];
        if (!is_for(voice, script)) {
            continue;
        }
        outside->number = outside->number == UINT32_MAX ? 1 : outside->number + 1;
        outside->asked = i;
        outside->state = ENGINE_BUSY;
        int64_t due_us = now_us + (int64_t)voice->options.limit_ms * 1000;
        outside->deadline_us = due_us + OUTSIDE_GRACE_US;
        pthread_mutex_lock(&outside->lock);
        outside->question.number = outside->number;
        outside->question.voice = i;
        outside->question.deadline_us = due_us;
        outside->question.script = *script;
        signal_fd(outside->wake_fd);
        pthread_mutex_unlock(&outside->lock);
        return true;
    }
    return false;
}

void outside_forget(struct outside *outside) {
    if (outside->state == ENGINE_BUSY) {
        pthread_mutex_lock(&outside->lock);
        outside->question.number = 0;
        signal_fd(outside->wake_fd);
        pthread_mutex_unlock(&outside->lock);
    }
    drop_answer(&outside->taken);
    outside->state = ENGINE_IDLE;
}

static void fail(struct outside *outside) {
    struct voice_of *voice = &outside->voices[outside->asked];
    pthread_mutex_lock(&outside->lock);
    voice->state.fallbacks++;
    voice->told = false;
    memcpy(outside->taken.reason, voice->state.reason, sizeof outside->taken.reason);
    pthread_mutex_unlock(&outside->lock);
    outside_forget(outside);
    outside->state = ENGINE_FAILED;
}

enum engine_state outside_turn(struct outside *outside, int64_t now_us) {
    if (outside->state != ENGINE_BUSY) {
        return outside->state;
    }
    pthread_mutex_lock(&outside->lock);
    bool answered = outside->answer.number == outside->number;
    if (answered) {
        outside->taken = outside->answer;
        outside->answer = (struct answer){0};
    }
    pthread_mutex_unlock(&outside->lock);
    if (answered && outside->taken.good) {
        outside->state = ENGINE_DONE;
    } else if (answered) {
        fail(outside);
    } else if (now_us >= outside->deadline_us) {
        note_state(outside, outside->asked, false, "it did not answer in time");
        fail(outside);
    }
    return outside->state;
}

struct speech outside_speech(const struct outside *outside, size_t segment) {
    CHECK(outside->state == ENGINE_DONE && segment < SEGMENTS_MAX);
    const struct sound *sound = &outside->taken.sounds[segment];
    return (struct speech){sound->samples, sound->count, sound->rate_hz};
}

const char *outside_reason(const struct outside *outside) {
    return outside->taken.reason;
}

int outside_fd(const struct outside *outside) {
    return outside->news_fd;
}

int64_t outside_deadline_us(const struct outside *outside) {
    return outside->state == ENGINE_BUSY ? outside->deadline_us : INT64_MAX;
}

bool outside_news(struct outside *outside, struct speaker *speaker) {
    bool news = false;
    clear_fd(outside->news_fd);
    pthread_mutex_lock(&outside->lock);
    for (size_t i = 0; i < outside->count && !news; i++) {
        if (!outside->voices[i].told) {
            *speaker = outside->voices[i].state;
            outside->voices[i].told = news = true;
        }
    }
    pthread_mutex_unlock(&outside->lock);
    return news;
}
