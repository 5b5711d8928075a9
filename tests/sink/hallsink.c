/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ALSA playback device that plays into a file, at the pace of the clock.
 *
 * A sample becomes "heard" only when CLOCK_MONOTONIC has reached its time; until then it can be
 * taken back and written again, as in the ring of a sound card. So what the file holds, and when,
 * is what a hall would have heard, and latencies measured from it are real. ALSA's own file and
 * null plugins take seconds of sound in a millisecond and prove no timing.
 *
 * There is no thread: whenever the program asks for the pointer or transfers samples, everything
 * up to now is committed to the file first, so a sample can never be changed after its time.
 * The ring is the plugin's own (no mmap), indexed by ALSA's application pointer, which a rewind
 * moves back.
 *
 * The file is raw S16LE stereo at 48 kHz and never rewritten, so it is valid whenever the program
 * is killed. FILE.time beside it holds "start_ns N": the clock at sample 0. The timeline goes on
 * across closing, opening and underruns (the time between is filled with zeros), so one start is
 * enough. FILE.events gets a line per happening, "FRAME what".
 *
 * The control file, when it exists, is looked at each time: "enodev" (opening fails; a running
 * device is gone), "busy" (opening fails), "stall" (time stands still), "xrun" (runs dry once),
 * "suspend" (put to sleep once; what was queued is lost), "hang" (a call into the device does not
 * return; time goes on), "norewind" (from the next opening on:
 * counts rewinds but plays what was written, as the PulseAudio plugin does).
 *
 * Considered and refused: snd-aloop (a kernel module; no containers); capturing at the sink API
 * (would not test ALSA).
 */
#ifndef PIC
#define PIC /* alsa-lib's headers then declare a loadable plugin */
#endif

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RATE_HZ = 48000, CHANNELS = 2, FRAME_BYTES = 4, WORD_BYTES = 32 };

struct hallsink {
    snd_pcm_ioplug_t io;
    char *control; /* path, may be NULL */
    FILE *sound, *events;
    int64_t start_ns;  /* the clock at sample 0 of the file */
    int64_t committed; /* frames in the file */
    /* while set up */
    unsigned char *ring;
    snd_pcm_uframes_t ring_frames, boundary;
    bool running;
    int64_t run_ns;      /* the clock when it was started, later for each stall */
    int64_t run_frame;   /* the file's frame that ALSA's frame 0 is */
    int64_t position;    /* frames of this run that have been committed */
    int64_t stopped_ns;  /* since when it stalls; 0: it does not */
    bool lies;           /* "norewind" */
    bool dried;          /* the xrun of the control file has been made */
    bool slept;          /* its suspend has been made ... */
    bool asleep;         /* ... and on_delay tells, since a pointer cannot say ESTRPIPE */
    int64_t transferred; /* frames of this run, for "norewind" */
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool control_says(const struct hallsink *sink, const char *word) {
    char text[WORD_BYTES] = "";
    FILE *file = sink->control != NULL ? fopen(sink->control, "re") : NULL;
    if (file == NULL) {
        return false;
    }
    bool any = fgets(text, sizeof text, file) != NULL;
    fclose(file);
    return any && strncmp(text, word, strlen(word)) == 0;
}

static void note_event(struct hallsink *sink, const char *what) {
    fprintf(sink->events, "%lld %s\n", (long long)sink->committed, what);
    fflush(sink->events);
}

static int64_t frames_between(int64_t from_ns, int64_t to_ns) {
    return to_ns > from_ns ? (int64_t)((double)(to_ns - from_ns) * RATE_HZ / 1e9) : 0;
}

static void commit_bytes(struct hallsink *sink, const unsigned char *bytes, int64_t frames) {
    fwrite(bytes, FRAME_BYTES, (size_t)frames, sink->sound);
    sink->committed += frames;
}

/* Nothing is played: the timeline goes on with zeros. */
static void commit_zeros(struct hallsink *sink, int64_t until) {
    static const unsigned char zeros[FRAME_BYTES * 4096];
    while (sink->committed < until) {
        int64_t left = until - sink->committed;
        commit_bytes(sink, zeros, left < 4096 ? left : 4096);
    }
    fflush(sink->sound);
}

/* Frames of this run that are due by now. */
static int64_t due(struct hallsink *sink) {
    int64_t now = now_ns();
    if (control_says(sink, "stall")) {
        sink->stopped_ns = sink->stopped_ns == 0 ? now : sink->stopped_ns;
        return sink->position;
    }
    if (sink->stopped_ns != 0) {
        sink->run_ns += now - sink->stopped_ns;
        sink->run_frame += frames_between(sink->stopped_ns, now);
        commit_zeros(sink, sink->run_frame + sink->position);
        sink->stopped_ns = 0;
    }
    return frames_between(sink->run_ns, now);
}

/* How far the program has written, in frames of this run. ALSA's pointer wraps at its boundary,
 * which is too far away for any test. */
static int64_t written(const struct hallsink *sink) {
    return sink->lies ? sink->transferred : (int64_t)sink->io.appl_ptr;
}

/* Moves everything whose time has come from the ring into the file. False when it ran dry. */
static bool commit(struct hallsink *sink) {
    int64_t until = due(sink);
    int64_t end = written(sink);
    bool dry = until > end;
    until = dry ? end : until;
    while (sink->position < until) {
        int64_t at = sink->position % (int64_t)sink->ring_frames;
        int64_t part = (int64_t)sink->ring_frames - at;
        part = part < until - sink->position ? part : until - sink->position;
        commit_bytes(sink, sink->ring + at * FRAME_BYTES, part);
        sink->position += part;
    }
    fflush(sink->sound);
    return !dry;
}

static int on_start(snd_pcm_ioplug_t *io) {
    struct hallsink *sink = io->private_data;
    sink->run_ns = now_ns();
    sink->run_frame = frames_between(sink->start_ns, sink->run_ns);
    commit_zeros(sink, sink->run_frame);
    sink->run_frame = sink->committed;
    sink->run_ns = sink->start_ns + (int64_t)((double)sink->run_frame * 1e9 / RATE_HZ);
    sink->running = true;
    note_event(sink, "start");
    return 0;
}

static int on_stop(snd_pcm_ioplug_t *io) {
    struct hallsink *sink = io->private_data;
    if (sink->running) {
        (void)commit(sink);
        note_event(sink, "stop");
    }
    sink->running = false;
    return 0;
}

static snd_pcm_sframes_t on_pointer(snd_pcm_ioplug_t *io) {
    struct hallsink *sink = io->private_data;
    if (!sink->running) {
        return 0;
    }
    while (control_says(sink, "hang")) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    if (control_says(sink, "enodev")) {
        sink->running = false;
        note_event(sink, "gone");
        snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED);
        return -ENODEV;
    }
    bool sleeps = control_says(sink, "suspend");
    if (sleeps && !sink->slept) {
        sink->slept = sink->asleep = true;
        note_event(sink, "asleep");
    }
    if (sink->asleep) {
        return (snd_pcm_sframes_t)sink->position;
    }
    sink->slept = sleeps;
    bool wanted = control_says(sink, "xrun");
    bool dry = !commit(sink) || (wanted && !sink->dried);
    sink->dried = wanted;
    if (dry) {
        sink->running = false;
        note_event(sink, "underrun");
        return -EPIPE;
    }
    return (snd_pcm_sframes_t)sink->position;
}

static int on_delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *delay) {
    struct hallsink *sink = io->private_data;
    *delay = (snd_pcm_sframes_t)(written(sink) - sink->position);
    if (sink->asleep) {
        sink->running = false;
        return -ESTRPIPE;
    }
    return 0;
}

static snd_pcm_sframes_t on_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
                                     snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
    struct hallsink *sink = io->private_data;
    if (control_says(sink, "enodev")) {
        return -ENODEV;
    }
    if (sink->running) {
        (void)commit(sink);
    }
    const unsigned char *from =
        (const unsigned char *)areas[0].addr + areas[0].first / 8 + offset * FRAME_BYTES;
    int64_t to = written(sink);
    if (sink->running && to < sink->position) {
        note_event(sink, "late"); /* written over what has been heard: it was not heard */
    }
    for (snd_pcm_uframes_t i = 0; i < size; i++) {
        int64_t at = (to + (int64_t)i) % (int64_t)sink->ring_frames;
        memcpy(sink->ring + at * FRAME_BYTES, from + i * FRAME_BYTES, FRAME_BYTES);
    }
    sink->transferred += (int64_t)size;
    return (snd_pcm_sframes_t)size;
}

static int on_prepare(snd_pcm_ioplug_t *io) {
    struct hallsink *sink = io->private_data;
    if (control_says(sink, "enodev")) {
        return -ENODEV;
    }
    free(sink->ring);
    sink->ring_frames = io->buffer_size;
    sink->ring = calloc(sink->ring_frames, FRAME_BYTES);
    sink->running = sink->asleep = false;
    sink->position = sink->transferred = 0;
    sink->stopped_ns = 0;
    return sink->ring != NULL ? 0 : -ENOMEM;
}

static int on_close(snd_pcm_ioplug_t *io) {
    struct hallsink *sink = io->private_data;
    fclose(sink->sound);
    fclose(sink->events);
    free(sink->ring);
    free(sink->control);
    free(sink);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = on_start,
    .stop = on_stop,
    .pointer = on_pointer,
    .delay = on_delay,
    .transfer = on_transfer,
    .prepare = on_prepare,
    .close = on_close,
};

/* Opens FILE and what stands beside it. The start of an earlier opening stays in force. */
static int open_files(struct hallsink *sink, const char *path) {
    char beside[512];
    long long start_ns = 0;
    sink->sound = fopen(path, "abe");
    snprintf(beside, sizeof beside, "%s.events", path);
    sink->events = fopen(beside, "ae");
    if (sink->sound == NULL || sink->events == NULL) {
        return -errno;
    }
    snprintf(beside, sizeof beside, "%s.time", path);
    FILE *time = fopen(beside, "re");
    char line[64] = "";
    if (time != NULL) {
        if (fgets(line, sizeof line, time) != NULL && strncmp(line, "start_ns ", 9) == 0) {
            start_ns = strtoll(line + 9, NULL, 10);
        }
        fclose(time);
    }
    if (start_ns == 0) {
        start_ns = now_ns();
        time = fopen(beside, "we");
        if (time == NULL) {
            return -errno;
        }
        fprintf(time, "start_ns %lld\n", start_ns);
        fclose(time);
    }
    sink->start_ns = start_ns;
    fseek(sink->sound, 0, SEEK_END);
    sink->committed = ftell(sink->sound) / FRAME_BYTES;
    return 0;
}

static int set_constraints(snd_pcm_ioplug_t *io) {
    static const unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED};
    static const unsigned format[] = {SND_PCM_FORMAT_S16_LE};
    int error = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 1, access);
    if (error == 0) {
        error = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
    }
    if (error == 0) {
        error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, CHANNELS, CHANNELS);
    }
    if (error == 0) {
        error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE, RATE_HZ, RATE_HZ);
    }
    return error;
}

static int open_sink(snd_pcm_t **pcm, const char *name, snd_pcm_stream_t stream, int mode,
                     const char *const *paths) {
    struct hallsink *sink = calloc(1, sizeof *sink);
    if (sink == NULL) {
        return -ENOMEM;
    }
    sink->control = paths[1] != NULL ? strdup(paths[1]) : NULL;
    int error = control_says(sink, "enodev") ? -ENODEV : 0;
    error = control_says(sink, "busy") ? -EBUSY : error;
    error = error == 0 ? open_files(sink, paths[0]) : error;
    if (error == 0) {
        sink->lies = control_says(sink, "norewind");
        sink->slept = control_says(sink, "suspend");
        sink->io.version = SND_PCM_IOPLUG_VERSION;
        sink->io.name = "Hallcall test sink";
        sink->io.flags = SND_PCM_IOPLUG_FLAG_MONOTONIC | SND_PCM_IOPLUG_FLAG_BOUNDARY_WA;
        sink->io.poll_fd = -1;
        sink->io.callback = &callbacks;
        sink->io.private_data = sink;
        error = snd_pcm_ioplug_create(&sink->io, name, stream, mode);
    }
    if (error < 0) {
        if (sink->sound != NULL) {
            fclose(sink->sound);
        }
        if (sink->events != NULL) {
            fclose(sink->events);
        }
        free(sink->control);
        free(sink);
        return error;
    }
    error = set_constraints(&sink->io);
    if (error < 0) {
        snd_pcm_ioplug_delete(&sink->io);
        return error;
    }
    *pcm = sink->io.pcm;
    return 0;
}

SND_PCM_PLUGIN_DEFINE_FUNC(hallsink);
SND_PCM_PLUGIN_DEFINE_FUNC(hallsink) {
    const char *paths[2] = {NULL, NULL}; /* the sound file, the control file */
    snd_config_iterator_t i, next;
    (void)root;
    snd_config_for_each(i, next, conf) {
        snd_config_t *entry = snd_config_iterator_entry(i);
        const char *id = NULL;
        if (snd_config_get_id(entry, &id) < 0) {
            continue;
        }
        int which = strcmp(id, "file") == 0 ? 0 : strcmp(id, "control") == 0 ? 1 : -1;
        if (which >= 0 && snd_config_get_string(entry, &paths[which]) < 0) {
            return -EINVAL;
        }
    }
    if (paths[0] == NULL || stream != SND_PCM_STREAM_PLAYBACK) {
        return -EINVAL;
    }
    return open_sink(pcmp, name, stream, mode, paths);
}

SND_PCM_PLUGIN_SYMBOL(hallsink)
