/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine child: text in, samples out, nothing else.
 *
 * eSpeak NG is not thread-safe, cannot be cancelled and has hung or crashed on odd input; here it
 * may do all of that, because the process is sandboxed, has nothing to lose and is replaced by its
 * parent in a few milliseconds. The rules it is called by are those of speech.md section 2: one
 * initialisation per process, synchronous output, never SSML, UTF-8 only, the voice set right
 * before each synthesis with the result checked, no Terminate.
 *
 * Linked, not dlopened: beside SDL the library costs 0.28 MB (PSS) and 1.5 ms at the start, and its
 * functions stay type-checked and its package a computed dependency.
 *
 * Even for synchronous output the library opens a sound device through pcaudiolib: it would connect
 * to a PulseAudio server and map 64 MB for it. Our own create_audio_device_object, which the linker
 * puts before pcaudiolib's, answers that there is none.
 *
 * Considered and refused: synthesis in the voice thread (a hang would silence the hall for good);
 * one child per call (10 ms more per segment); SSML for pauses and letters (it can name files, and
 * 1.51 runs a shell on them).
 */
#include "voice/espeak.h"

#include "core/utf8.h"
#include "system/log.h"
#include "voice/protocol.h"
#include "voice/sandbox.h"

#include <errno.h>
#include <espeak-ng/speak_lib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct audio_object;
struct audio_object *create_audio_device_object(const char *device, const char *application,
                                                const char *description);

enum { MEMORY_BYTES = 256 << 20, DIRECTORIES_MAX = 8 };

/* One request being served. eSpeak NG hands it back in each event's user_data. */
struct speaking {
    uint32_t number;
    size_t count;     /* samples sent */
    size_t count_max; /* then stop */
    bool broken;      /* the parent is gone */
    FILE *trace;      /* eSpeak NG writes the phonemes there */
    char phonemes[PHONEMES_BYTES];
    struct engine_reply reply;
};

/* In place of pcaudiolib's; called by eSpeak NG only, which lives well without one. */
struct audio_object *create_audio_device_object(const char *device, const char *application,
                                                const char *description) {
    (void)device;
    (void)application;
    (void)description;
    return NULL;
}

static bool send_reply(struct engine_reply *reply) {
    reply->magic = PROTOCOL_MAGIC;
    ssize_t sent;
    do {
        sent = send(ENGINE_FD, reply, reply_bytes(reply), MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

static void send_error(uint32_t number, const char *words, int code) {
    struct engine_reply reply = {.number = number, .kind = REPLY_ERROR};
    snprintf(reply.words, sizeof reply.words, "%s (%d)", words, code);
    (void)send_reply(&reply);
}

/* Returns 1 to stop the synthesis: eSpeak NG's only working way to be cancelled. */
static int on_samples(short *samples, int count, espeak_EVENT *events) {
    struct speaking *speaking = events->user_data;
    if (samples == NULL || count <= 0 || speaking == NULL) {
        return 0;
    }
    size_t left = (size_t)count;
    while (left > 0 && speaking->count < speaking->count_max && !speaking->broken) {
        size_t room = speaking->count_max - speaking->count;
        size_t part = left < PROTOCOL_SAMPLES_MAX ? left : PROTOCOL_SAMPLES_MAX;
        part = part < room ? part : room;
        speaking->reply.number = speaking->number;
        speaking->reply.kind = REPLY_SAMPLES;
        speaking->reply.value = (uint32_t)part;
        memcpy(speaking->reply.samples, samples, part * sizeof samples[0]);
        speaking->broken = !send_reply(&speaking->reply);
        speaking->count += part;
        samples += part;
        left -= part;
    }
    return speaking->broken || speaking->count >= speaking->count_max ? 1 : 0;
}

/* Refuses every sound file that a text may name; reached only through SSML, which we never allow.
 */
static int refuse_uri(int type, const char *uri, const char *base) {
    (void)type;
    (void)uri;
    (void)base;
    return 1;
}

/* An unknown variant leaves EE_OK and the plain voice; only the identifier tells. */
static bool voice_is_set(const char *voice) {
    if (strchr(voice, '/') == NULL) {
        return true;
    }
    espeak_VOICE *current = espeak_GetCurrentVoice();
    return current != NULL && current->identifier != NULL &&
           strcmp(current->identifier, voice) == 0;
}

/* A file in memory, opened before the sandbox closes. Without it there are no phonemes to tell. */
static void open_trace(struct speaking *speaking) {
    speaking->trace = fmemopen(speaking->phonemes, sizeof speaking->phonemes - 1, "w");
    if (speaking->trace != NULL) {
        espeak_SetPhonemeTrace(espeakPHONEMES_IPA, speaking->trace);
    }
}

static void clear_trace(struct speaking *speaking) {
    if (speaking->trace != NULL) {
        rewind(speaking->trace);
    }
    memset(speaking->phonemes, 0, sizeof speaking->phonemes);
}

/* One line for each clause becomes one line for all, whole characters only. */
static void read_trace(struct speaking *speaking, char out[PHONEMES_BYTES]) {
    if (speaking->trace != NULL) {
        (void)fflush(speaking->trace);
    }
    size_t used = 0;
    for (const char *c = speaking->phonemes + strspn(speaking->phonemes, " \n"); *c != '\0'; c++) {
        bool blank = *c == '\n' || *c == ' ';
        if (!blank || out[used - 1] != ' ') {
            out[used++] = blank ? ' ' : *c;
        }
    }
    while (used > 0 && out[used - 1] == ' ') {
        used--;
    }
    out[used] = '\0';
    out[utf8_fit(out, used)] = '\0';
}

static void serve(struct speaking *speaking, const struct engine_request *request, int rate_hz) {
    speaking->number = request->number;
    speaking->count = 0;
    speaking->count_max = (size_t)rate_hz * SPEECH_SECONDS_MAX;
    espeak_ERROR error = espeak_SetVoiceByName(request->voice);
    if (error != EE_OK || !voice_is_set(request->voice)) {
        send_error(request->number, "the speech engine has no such voice", (int)error);
        return;
    }
    espeak_SetParameter(espeakRATE, request->rate, 0);
    clear_trace(speaking);
    unsigned flags = espeakCHARS_UTF8 | (request->phonemes != 0 ? espeakPHONEMES : 0U);
    error = espeak_Synth(request->text, strlen(request->text) + 1, 0, POS_CHARACTER, 0, flags, NULL,
                         speaking);
    if (error != EE_OK) {
        send_error(request->number, "the speech engine refused the text", (int)error);
        return;
    }
    struct engine_reply end = {
        .number = request->number, .kind = REPLY_END, .value = (uint32_t)speaking->count};
    read_trace(speaking, end.phonemes);
    (void)send_reply(&end);
}

/* Where eSpeak NG may look for its data: the environment's choice, then the packages' places. */
static void close_files(void) {
    static const char *const installed[] = {
        "/usr/lib/x86_64-linux-gnu/espeak-ng-data",
        "/usr/lib/aarch64-linux-gnu/espeak-ng-data",
        "/usr/lib/arm-linux-gnueabihf/espeak-ng-data",
        "/usr/share/espeak-ng-data",
        "/usr/local/share/espeak-ng-data",
    };
    const char *directories[DIRECTORIES_MAX];
    size_t count = 0;
    const char *chosen = getenv("ESPEAK_DATA_PATH");
    if (chosen != NULL && chosen[0] == '/') {
        directories[count++] = chosen;
    }
    for (size_t i = 0; i < sizeof installed / sizeof installed[0]; i++) {
        directories[count++] = installed[i];
    }
    (void)sandbox_files(directories, count);
}

/* Everything up to the first request. Returns the sample rate, 0 when there is no voice data. */
static int prepare(struct speaking *speaking) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    (void)prctl(PR_SET_NAME, "hallcall-voice", 0, 0, 0);
    (void)close_range(ENGINE_FD + 1, ~0U, 0);
    /* $HOME/espeak-ng-data would be read in preference to the package's. */
    (void)unsetenv("HOME");
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* as eSpeak NG does; its file is not readable later */
    close_files();
    int rate_hz = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, NULL, espeakINITIALIZE_DONT_EXIT);
    if (rate_hz <= 0) {
        send_error(0, "no voice data: install the package espeak-ng-data", rate_hz);
        return 0;
    }
    espeak_SetSynthCallback(on_samples);
    espeak_SetUriCallback(refuse_uri);
    open_trace(speaking);
    sandbox_limits(MEMORY_BYTES);
    if (!sandbox_calls(ENGINE_FD)) {
        send_error(0, "the speech engine cannot be locked in (seccomp)", errno);
        return 0;
    }
    return rate_hz;
}

int espeak_main(void) {
    static struct speaking speaking;
    int rate_hz = prepare(&speaking);
    if (rate_hz <= 0) {
        _exit(1);
    }
    struct engine_reply ready = {.kind = REPLY_READY, .value = (uint32_t)rate_hz};
    bool connected = send_reply(&ready);
    while (connected && !speaking.broken) {
        struct engine_request request;
        ssize_t bytes = recv(ENGINE_FD, &request, sizeof request, MSG_TRUNC);
        if (bytes <= 0) {
            connected = bytes < 0 && errno == EINTR;
        } else if (!request_valid(&request, (size_t)bytes)) {
            send_error(0, "the speech engine refused a request", (int)bytes);
        } else {
            serve(&speaking, &request, rate_hz);
        }
    }
    _exit(0);
}
