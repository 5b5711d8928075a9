/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second output.
 *
 * Clips come with the moment at which they sound at the loudspeaker, not with a frame number: two
 * devices have two clocks, and within one call they do not drift apart by a millisecond. A clip
 * that comes while the device is away is forgotten; the next call is a new beginning.
 *
 * Considered and refused: one thread for both devices (a driver that hangs in opening would hold
 * the loudspeaker); ALSA's multi plugin (one lost device ends both, and both have one level);
 * sending the rendered frames over (the second device's clock would need a resampler).
 */
#include "voice/second.h"

#include "system/check.h"
#include "system/clock.h"
#include "system/log.h"
#include "voice/connector.h"
#include "voice/outlet.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    ITEMS_MAX = STREAM_PIECES_MAX * 2, /* two calls: one that is said and one that waits */
    REOPEN_US = 2000000,
    RESTING_US = 60000000, /* it is woken when the rest is over */
    LATE_MAX_US = 300000, /* a clip that comes later than this is dropped: half a call is worse than
                             none */
    JOIN_MS = 1000
};

struct item {
    struct clip clip;
    int64_t at_us;
};

enum known { KNOWN_NOTHING, KNOWN_WELL, KNOWN_LOST };

struct second {
    /* set before the thread starts, then read only */
    char device[128];
    struct inbox *inbox;
    pthread_t thread;
    int wake_fd;  /* eventfd: readable when something was asked */
    int ended_fd; /* eventfd: readable when the thread is about to return */
    /* shared, under the lock, which is never held for longer than a copy */
    pthread_mutex_t lock;
    bool quit, hush, rest;
    size_t first, count;
    struct item items[ITEMS_MAX]; /* ring */
    /* the thread's own */
    struct sink *sink; /* NULL: closed */
    struct connector connector;
    struct stream stream;
    enum known known;
    char reason[REASON_BYTES];
    bool resting; /* closed, because nothing is to be said */
    int64_t reopen_at_us;
};

static void wake(struct second *second) {
    uint64_t one = 1;
    ssize_t written = write(second->wake_fd, &one, sizeof one);
    (void)written; /* full only when it is readable already */
}

static void report(struct inbox *inbox, bool well, const char *reason) {
    struct letter letter = {.kind = LETTER_SECOND};
    letter.second.well = well;
    snprintf(letter.second.reason, sizeof letter.second.reason, "%s", reason);
    inbox_put(inbox, &letter);
}

static void note_well(struct second *second) {
    if (second->known != KNOWN_WELL && sink_heard(second->sink) > 0) {
        second->known = KNOWN_WELL;
        log_line(LOG_INFO, "voice", "second output \"%s\" plays", second->device);
        report(second->inbox, true, "");
    }
}

static void lose(struct second *second, int64_t now_us, const char *reason) {
    sink_close(second->sink);
    second->sink = NULL;
    stream_finish(&second->stream);
    second->reopen_at_us = now_us + REOPEN_US;
    if (second->known != KNOWN_LOST || strcmp(reason, second->reason) != 0) {
        second->known = KNOWN_LOST;
        snprintf(second->reason, sizeof second->reason, "%s", reason);
        log_line(LOG_ERR, "voice", "second output: %s", reason);
        report(second->inbox, false, reason);
    }
}

static void keep_sink(struct second *second, int64_t now_us) {
    char reason[REASON_BYTES] = "";
    int64_t gap_us = 0;
    int error = 0, card, number;
    if (connector_away(&second->connector, now_us)) {
        connector_reason(&second->connector, reason);
        lose(second, now_us, reason);
        second->reopen_at_us = second->connector.look_at_us;
        return;
    }
    if (second->sink == NULL && now_us >= second->reopen_at_us) {
        second->sink = sink_open(second->device, now_us, reason, &error);
        if (second->sink == NULL) {
            lose(second, now_us, reason);
            return;
        }
        stream_begin(&second->stream, 0, 0.0F, 1.0F);
        if (sink_hardware(second->sink, &card, &number)) {
            connector_met(&second->connector, card);
        }
    }
    if (second->sink == NULL) {
        return;
    }
    switch (sink_update(second->sink, &gap_us, reason)) {
    case SINK_WELL:
        note_well(second);
        break;
    case SINK_UNDERRUN:
        break; /* the words go on where they were */
    case SINK_LOST:
        lose(second, now_us, reason);
        break;
    }
}

static bool take_item(struct second *second, struct item *item) {
    pthread_mutex_lock(&second->lock);
    bool taken = second->count > 0;
    if (taken) {
        *item = second->items[second->first];
        second->first = (second->first + 1) % ITEMS_MAX;
        second->count--;
    }
    pthread_mutex_unlock(&second->lock);
    return taken;
}

static void forget_items(struct second *second) {
    struct item item;
    while (take_item(second, &item)) {
        clip_finish(&item.clip);
    }
}

static bool take_hush(struct second *second) {
    pthread_mutex_lock(&second->lock);
    bool hush = second->hush;
    second->hush = false;
    pthread_mutex_unlock(&second->lock);
    return hush;
}

static bool rests(struct second *second) {
    pthread_mutex_lock(&second->lock);
    bool rest = second->rest;
    pthread_mutex_unlock(&second->lock);
    return rest;
}

/* The second output may be some ms behind the loudspeaker: it is heard out. */
static void note_rest(struct second *second, int64_t now_us) {
    bool over = second->sink == NULL || sink_heard(second->sink) >= second->stream.end;
    bool resting = rests(second) && second->known == KNOWN_WELL && over;
    if (resting == second->resting) {
        return;
    }
    second->resting = resting;
    second->reopen_at_us = now_us;
    if (resting) {
        sink_close(second->sink);
        second->sink = NULL;
        stream_finish(&second->stream);
    }
}

static bool quits(struct second *second) {
    pthread_mutex_lock(&second->lock);
    bool quit = second->quit;
    pthread_mutex_unlock(&second->lock);
    return quit;
}

/* Whether the stream takes another clip: nothing of it is to come, or it goes on. */
static bool make_room(struct second *second) {
    struct stream *stream = &second->stream;
    if (sink_written(second->sink) >= stream->end) {
        stream_begin(stream, sink_earliest(second->sink), 0.0F, 1.0F);
    }
    return stream->cut == FRAME_NEVER && stream->count < STREAM_PIECES_MAX;
}

static void lay(struct second *second, struct item *item, int64_t now_us) {
    if (item->at_us < now_us - LATE_MAX_US) {
        clip_finish(&item->clip);
        return;
    }
    int64_t zero_us = sink_time_us(second->sink, 0);
    int64_t wanted = (item->at_us - zero_us) * STREAM_RATE_HZ / 1000000;
    int64_t earliest = sink_earliest(second->sink);
    int64_t frame =
        stream_add(&second->stream, item->clip, false, 0, wanted > earliest ? wanted : earliest);
    outlet_replace(second->sink, &second->stream, frame);
}

static void turn(struct second *second) {
    struct item item;
    uint64_t woken;
    ssize_t bytes = read(second->wake_fd, &woken, sizeof woken);
    (void)bytes; /* nothing to read when the wake-up had another reason */
    note_rest(second, clock_mono_us());
    if (!second->resting) {
        keep_sink(second, clock_mono_us());
    }
    bool hush = take_hush(second);
    if (second->sink == NULL && second->resting) {
        return; /* whatever has come since ends the rest */
    }
    if (second->sink == NULL) {
        forget_items(second);
        return;
    }
    if (hush) {
        int64_t frame = sink_earliest(second->sink);
        stream_cut(&second->stream, frame);
        outlet_replace(second->sink, &second->stream, frame);
    }
    while (make_room(second) && take_item(second, &item)) {
        lay(second, &item, clock_mono_us());
    }
    outlet_fill(second->sink, &second->stream);
}

static void rest(const struct second *second) {
    int64_t now_us = clock_mono_us();
    int64_t due_us =
        second->sink != NULL ? outlet_due_us(second->sink, now_us) : second->reopen_at_us;
    due_us = second->resting ? now_us + RESTING_US : due_us;
    int64_t wait_us = due_us > now_us ? due_us - now_us : 0;
    struct timespec wait = {.tv_sec = (time_t)(wait_us / 1000000),
                            .tv_nsec = (long)(wait_us % 1000000) * 1000};
    struct pollfd waker = {.fd = second->wake_fd, .events = POLLIN};
    (void)ppoll(&waker, 1, &wait, NULL);
}

static void *run(void *argument) {
    struct second *second = argument;
    (void)pthread_setname_np(pthread_self(), "second");
    while (!quits(second)) {
        turn(second);
        rest(second);
    }
    sink_close(second->sink);
    second->sink = NULL;
    uint64_t one = 1;
    CHECK(write(second->ended_fd, &one, sizeof one) == (ssize_t)sizeof one);
    return NULL;
}

static void free_second(struct second *second) {
    forget_items(second);
    stream_finish(&second->stream);
    if (second->wake_fd >= 0) {
        close(second->wake_fd);
    }
    if (second->ended_fd >= 0) {
        close(second->ended_fd);
    }
    pthread_mutex_destroy(&second->lock);
    free(second);
}

/* Signals are the main thread's business. */
static bool start_thread(struct second *second) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&second->thread, NULL, run, second);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

static struct second *refuse(struct inbox *inbox) {
    static const char reason[] = "no memory, descriptors or threads for the second output";
    log_line(LOG_ERR, "voice", "%s", reason);
    report(inbox, false, reason);
    return NULL;
}

struct second *second_create(const char *device, const char *root, struct inbox *inbox) {
    struct second *second = calloc(1, sizeof *second);
    if (second == NULL) {
        return refuse(inbox);
    }
    CHECK(pthread_mutex_init(&second->lock, NULL) == 0);
    snprintf(second->device, sizeof second->device, "%s", device);
    second->inbox = inbox;
    connector_init(&second->connector, root, "auto", device);
    second->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    second->ended_fd = eventfd(0, EFD_CLOEXEC);
    if (second->wake_fd < 0 || second->ended_fd < 0 || !start_thread(second)) {
        free_second(second);
        return refuse(inbox);
    }
    return second;
}

void second_destroy(struct second *second) {
    if (second == NULL) {
        return;
    }
    pthread_mutex_lock(&second->lock);
    second->quit = true;
    pthread_mutex_unlock(&second->lock);
    wake(second);
    struct pollfd ended = {.fd = second->ended_fd, .events = POLLIN};
    if (poll(&ended, 1, JOIN_MS) <= 0) {
        /* A sound driver holds it. It keeps its memory; the process is about to end. */
        log_line(LOG_WARN, "voice", "the second output does not let go");
        pthread_detach(second->thread);
        return;
    }
    pthread_join(second->thread, NULL);
    free_second(second);
}

void second_say(struct second *second, const struct clip *clip, int64_t at_us) {
    if (second == NULL || clip->count == 0) {
        return;
    }
    struct item item = {.at_us = at_us};
    item.clip.samples = malloc(clip->count * sizeof clip->samples[0]);
    if (item.clip.samples == NULL) {
        return;
    }
    memcpy(item.clip.samples, clip->samples, clip->count * sizeof clip->samples[0]);
    item.clip.count = clip->count;
    pthread_mutex_lock(&second->lock);
    bool room = second->count < ITEMS_MAX;
    if (room) {
        second->items[(second->first + second->count) % ITEMS_MAX] = item;
        second->count++;
    }
    pthread_mutex_unlock(&second->lock);
    if (!room) {
        clip_finish(&item.clip);
    }
    wake(second);
}

void second_rest(struct second *second, bool rest) {
    if (second == NULL) {
        return;
    }
    pthread_mutex_lock(&second->lock);
    second->rest = rest;
    pthread_mutex_unlock(&second->lock);
    wake(second);
}

void second_hush(struct second *second) {
    if (second == NULL) {
        return;
    }
    forget_items(second);
    pthread_mutex_lock(&second->lock);
    second->hush = true;
    pthread_mutex_unlock(&second->lock);
    wake(second);
}
