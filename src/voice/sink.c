/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loudspeaker, through ALSA.
 *
 * Opened by name without blocking, 48 kHz S16 stereo, and scheduled by our own timer: periods are
 * ignored, their interrupts switched off where the device allows it. So an idle hall wakes about
 * three times a second for a queue of 440 ms, and a call does not wait behind that queue, because
 * it is taken back up to SINK_SAFETY_MS before the hardware.
 *
 * Not every device that says it can take frames back does it (the PulseAudio plugin moves only its
 * own counter). So it is tried once with silence at the opening, and believed if the delay shrank.
 *
 * A device "none" has the same interface and runs by the clock: a hall that wants no loudspeaker
 * still has utterances with a beginning and an end, so the card stays for as long as elsewhere.
 *
 * Considered and refused: mmap access (saves one copy of 4 kB a wake-up; not every plugin has it);
 * SDL's audio (gives up for good when a device disappears, and cannot rewind); snd_pcm_wait (bound
 * to periods).
 */
#include "voice/sink.h"

#include "system/check.h"
#include "system/clock.h"
#include "system/log.h"
#include "voice/stream.h"

#include <alsa/asoundlib.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROBE_MS = 200, PERIOD_US = 10000, FRAMES_PER_MS = STREAM_RATE_HZ / 1000 };

struct sink {
    snd_pcm_t *pcm;  /* NULL: "none" */
    bool takes_back; /* rewinding has been seen to work */
    int64_t safety;  /* frames */
    int64_t buffer;  /* frames */
    int64_t written; /* frames since the opening, less those taken back */
    int64_t heard;   /* as of updated_us */
    int64_t room;    /* frames that can be written, as of updated_us */
    int64_t updated_us;
    int64_t moved_us; /* when heard last grew */
    bool running;
};

/* ALSA writes its complaints to stderr unless told otherwise; they are ours to debug, not staff's
 * to read: what matters comes back as an error code. */
__attribute__((format(printf, 5, 6))) static void on_alsa_error(const char *file, int line,
                                                                const char *function, int error,
                                                                const char *format, ...) {
    char words[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    (void)file;
    log_line(LOG_DEBUG, "voice", "alsa: %s:%d: %s error=%d", function, line, words, error);
}

/* Without the group "audio" ALSA says "no such device"; only the nodes tell what is wrong. */
static bool permission_missing(void) {
    DIR *directory = opendir("/dev/snd");
    bool missing = false;
    struct dirent *entry;
    while (directory != NULL && !missing && (entry = readdir(directory)) != NULL) {
        char path[300];
        snprintf(path, sizeof path, "/dev/snd/%s", entry->d_name);
        missing = strncmp(entry->d_name, "pcm", 3) == 0 && access(path, R_OK | W_OK) != 0;
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return missing;
}

static void explain(const char *device, int error, char *reason) {
    const char *words = snd_strerror(-error);
    const char *advice = "\"hallcall check\" lists what [audio] device can be";
    if (error == EBUSY) {
        words = "it is in use by another program";
        advice = "stop that program, or choose another [audio] device";
    } else if (error == EACCES || error == EPERM || permission_missing()) {
        words = "permission is missing";
        advice = "add the user to the group audio";
    } else if (error == ENODEV || error == ENOENT || error == ENXIO) {
        words = "there is no such device";
        advice = "connect it, or choose one that \"hallcall check\" lists";
    } else if (error == EIO) {
        words = "it has stopped playing";
        advice = "check its cable and power";
    } else if (error == ESTRPIPE) {
        words = "it was put to sleep";
        advice = "it is opened again";
    }
    snprintf(reason, REASON_BYTES, "sound device \"%.36s\": %.40s; %.64s", device, words, advice);
}

static int set_hardware(struct sink *sink) {
    snd_pcm_t *pcm = sink->pcm;
    snd_pcm_hw_params_t *params;
    snd_pcm_hw_params_alloca(&params);
    int error = snd_pcm_hw_params_any(pcm, params);
    if (error < 0) {
        return error;
    }
    unsigned rate = STREAM_RATE_HZ, period_us = PERIOD_US, buffer_us = SINK_BUFFER_MS * 1000;
    (void)snd_pcm_hw_params_set_rate_resample(pcm, params, 1);
    if ((error = snd_pcm_hw_params_set_access(pcm, params, SND_PCM_ACCESS_RW_INTERLEAVED)) < 0 ||
        (error = snd_pcm_hw_params_set_format(pcm, params, SND_PCM_FORMAT_S16)) < 0 ||
        (error = snd_pcm_hw_params_set_channels(pcm, params, STREAM_CHANNELS)) < 0 ||
        (error = snd_pcm_hw_params_set_rate(pcm, params, rate, 0)) < 0 ||
        (error = snd_pcm_hw_params_set_buffer_time_near(pcm, params, &buffer_us, NULL)) < 0) {
        return error;
    }
    (void)snd_pcm_hw_params_set_period_time_near(pcm, params, &period_us, NULL);
    if (snd_pcm_hw_params_can_disable_period_wakeup(params)) {
        (void)snd_pcm_hw_params_set_period_wakeup(pcm, params, 0);
    }
    if ((error = snd_pcm_hw_params(pcm, params)) < 0) {
        return error;
    }
    snd_pcm_uframes_t buffer = 0, period = 0;
    (void)snd_pcm_hw_params_get_buffer_size(params, &buffer);
    (void)snd_pcm_hw_params_get_period_size(params, &period, NULL);
    sink->buffer = (int64_t)buffer;
    sink->safety = SINK_SAFETY_MS * FRAMES_PER_MS;
    if (snd_pcm_hw_params_is_batch(params)) {
        /* Such a device (USB) fetches whole periods ahead of the pointer that it shows. */
        sink->safety += (int64_t)period;
    }
    return 0;
}

static int set_software(snd_pcm_t *pcm) {
    snd_pcm_sw_params_t *params;
    snd_pcm_uframes_t boundary = 0;
    snd_pcm_sw_params_alloca(&params);
    int error = snd_pcm_sw_params_current(pcm, params);
    if (error < 0) {
        return error;
    }
    /* Never started by a filling level: sink_write starts it when there is something in it. */
    (void)snd_pcm_sw_params_get_boundary(params, &boundary);
    (void)snd_pcm_sw_params_set_start_threshold(pcm, params, boundary);
    return snd_pcm_sw_params(pcm, params);
}

/* Whether frames that were taken back are really not played: the delay must shrink by as many. */
static bool try_taking_back(struct sink *sink) {
    static const int16_t silence[PROBE_MS * FRAMES_PER_MS * STREAM_CHANNELS];
    snd_pcm_sframes_t before = 0, after = 0;
    if (sink_write(sink, silence, PROBE_MS * FRAMES_PER_MS) < PROBE_MS * FRAMES_PER_MS ||
        snd_pcm_delay(sink->pcm, &before) < 0) {
        return false;
    }
    int64_t wanted = PROBE_MS * FRAMES_PER_MS / 2;
    if (snd_pcm_rewindable(sink->pcm) < wanted) {
        return false;
    }
    snd_pcm_sframes_t taken = snd_pcm_rewind(sink->pcm, (snd_pcm_uframes_t)wanted);
    if (taken > 0) {
        sink->written -= taken;
    }
    return taken > 0 && snd_pcm_delay(sink->pcm, &after) >= 0 && before - after >= taken / 2;
}

/* After a failed try, the device and its counters may disagree by what was not taken back. */
static void start_over(struct sink *sink) {
    (void)snd_pcm_drop(sink->pcm);
    (void)snd_pcm_prepare(sink->pcm); /* an error will be told by the first sink_update */
    sink->written = 0;
    sink->room = sink->buffer;
    sink->running = false;
}

static int set_up(struct sink *sink) {
    int error = set_hardware(sink);
    if (error == 0) {
        error = set_software(sink->pcm);
    }
    if (error == 0) {
        error = snd_pcm_prepare(sink->pcm);
    }
    return error;
}

struct sink *sink_open(const char *device, int64_t now_us, char *reason, int *error) {
    struct sink *sink = calloc(1, sizeof *sink);
    if (sink == NULL) {
        *error = ENOMEM;
        explain(device, ENOMEM, reason);
        return NULL;
    }
    sink->updated_us = sink->moved_us = now_us;
    if (strcmp(device, "none") == 0) {
        sink->takes_back = true;
        sink->running = true;
        sink->buffer = SINK_BUFFER_MS * FRAMES_PER_MS;
        sink->room = sink->buffer;
        return sink;
    }
    (void)snd_lib_error_set_handler(on_alsa_error);
    int result = snd_pcm_open(&sink->pcm, device, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
    if (result == 0) {
        result = set_up(sink);
    }
    if (result < 0) {
        *error = -result;
        explain(device, -result, reason);
        sink_close(sink);
        /* ALSA would remember which cards there were: the definitions of a card that is plugged in
         * later are read with the configuration only. */
        (void)snd_config_update_free_global();
        return NULL;
    }
    sink->room = sink->buffer;
    sink->takes_back = try_taking_back(sink);
    if (!sink->takes_back) {
        start_over(sink);
    }
    log_line(LOG_INFO, "voice", "sound device \"%s\" open buffer_ms=%d takes_back=%d", device,
             (int)(sink->buffer / FRAMES_PER_MS), sink->takes_back);
    return sink;
}

void sink_close(struct sink *sink) {
    if (sink == NULL) {
        return;
    }
    if (sink->pcm != NULL) {
        (void)snd_pcm_drop(sink->pcm);
        (void)snd_pcm_close(sink->pcm);
    }
    free(sink);
}

/* "none": as much has been heard as time has passed. */
static enum sink_health update_clock(struct sink *sink, int64_t now_us, int64_t *gap_us) {
    int64_t passed = (now_us - sink->moved_us) * STREAM_RATE_HZ / 1000000;
    sink->updated_us = now_us;
    if (passed > sink->written) {
        *gap_us = (passed - sink->written) * 1000000 / STREAM_RATE_HZ;
        sink->moved_us += *gap_us;
        passed = sink->written;
    }
    sink->heard = passed;
    sink->room = sink->buffer - (sink->written - passed);
    return *gap_us > 0 ? SINK_UNDERRUN : SINK_WELL;
}

/* Everything queued has been played, and then nothing for a while: makes it ready to play again.
 * Returns 0 or ALSA's error. (Not snd_pcm_recover: it waits for a device that sleeps.) */
static int recover(struct sink *sink, int64_t now_us, int64_t *gap_us) {
    int64_t ended_us = sink_time_us(sink, sink->written);
    int error = snd_pcm_prepare(sink->pcm);
    if (error == 0) {
        *gap_us = now_us > ended_us ? now_us - ended_us : 0;
        sink->heard = sink->written;
        sink->room = sink->buffer;
        sink->running = false;
        sink->updated_us = sink->moved_us = now_us;
    }
    return error;
}

enum sink_health sink_update(struct sink *sink, int64_t *gap_us, char *reason) {
    *gap_us = 0;
    if (sink->pcm == NULL) {
        return update_clock(sink, clock_mono_us(), gap_us);
    }
    snd_pcm_sframes_t room = 0, delay = 0;
    int error = snd_pcm_avail_delay(sink->pcm, &room, &delay);
    int64_t now_us = clock_mono_us();
    const char *device = snd_pcm_name(sink->pcm);
    if (error == -EPIPE) {
        error = recover(sink, now_us, gap_us);
        if (error == 0) {
            return SINK_UNDERRUN;
        }
    }
    if (error < 0) {
        explain(device, -error, reason);
        return SINK_LOST;
    }
    int64_t heard = sink->written - delay;
    if (heard > sink->heard || !sink->running) {
        sink->moved_us = now_us;
    }
    sink->heard = heard;
    sink->room = room;
    sink->updated_us = now_us;
    if (now_us - sink->moved_us > SINK_STALL_US) {
        explain(device, EIO, reason);
        return SINK_LOST;
    }
    return SINK_WELL;
}

int64_t sink_heard(const struct sink *sink) {
    return sink->heard;
}

int64_t sink_written(const struct sink *sink) {
    return sink->written;
}

int64_t sink_queued(const struct sink *sink) {
    return sink->buffer - sink->room;
}

int64_t sink_earliest(const struct sink *sink) {
    int64_t back = sink->takes_back ? sink_queued(sink) - sink->safety : 0;
    return back > 0 ? sink->written - back : sink->written;
}

int64_t sink_depth(const struct sink *sink) {
    int64_t wanted = (sink->takes_back ? SINK_DEEP_MS : SINK_SHALLOW_MS) * FRAMES_PER_MS;
    int64_t most = sink->buffer - sink->buffer / 8;
    return wanted < most ? wanted : most;
}

int64_t sink_low_water(const struct sink *sink) {
    return sink_depth(sink) / 4 + sink->safety;
}

int64_t sink_rewind(struct sink *sink, int64_t frame) {
    int64_t earliest = sink_earliest(sink);
    int64_t back = sink->written - (frame > earliest ? frame : earliest);
    if (back <= 0) {
        return sink->written;
    }
    if (sink->pcm != NULL) {
        snd_pcm_sframes_t able = snd_pcm_rewindable(sink->pcm);
        back = able < back ? able : back;
        back = back > 0 ? snd_pcm_rewind(sink->pcm, (snd_pcm_uframes_t)back) : 0;
    }
    if (back > 0) {
        sink->written -= back;
        sink->room += back;
    }
    return sink->written;
}

size_t sink_write(struct sink *sink, const int16_t *samples, size_t frames) {
    if ((int64_t)frames > sink->room) {
        frames = sink->room > 0 ? (size_t)sink->room : 0;
    }
    if (frames == 0) {
        return 0;
    }
    snd_pcm_sframes_t taken = (snd_pcm_sframes_t)frames;
    if (sink->pcm != NULL) {
        taken = snd_pcm_writei(sink->pcm, samples, frames);
    }
    if (taken <= 0) {
        return 0; /* full, or in trouble: the next update tells */
    }
    sink->written += taken;
    sink->room -= taken;
    if (!sink->running && snd_pcm_start(sink->pcm) == 0) {
        sink->running = true;
    }
    return (size_t)taken;
}

int64_t sink_time_us(const struct sink *sink, int64_t frame) {
    return sink->updated_us + (frame - sink->heard) * 1000000 / STREAM_RATE_HZ;
}

bool sink_hardware(const struct sink *sink, int *card, int *number) {
    snd_pcm_info_t *info;
    snd_pcm_info_alloca(&info);
    if (sink->pcm == NULL || snd_pcm_info(sink->pcm, info) < 0) {
        return false;
    }
    *card = snd_pcm_info_get_card(info);
    *number = (int)snd_pcm_info_get_device(info);
    return *card >= 0;
}
