/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent's side of the engine child: start, ask, read, replace.
 *
 * Asking is a state machine instead of a call, because the thread that asks also feeds the
 * loudspeaker: a child that hangs for its whole deadline must not make one sample late. A child is
 * never repaired, only replaced; the segment it failed on is tried once more with a fresh one, and
 * three failures in a row make the engine rest with a growing delay, so that a missing data package
 * costs one start in 30 s and not a busy loop.
 *
 * Answers carry the number of their request, so forgetting one needs no word to the child: what
 * still arrives is dropped.
 *
 * Considered and refused: fork without exec (the child would share a multi-threaded parent's locks
 * and its whole memory); SIGCHLD (a process-wide handler for what the socket already says); a spare
 * child kept ready (a new one is ready in 10 ms, hidden behind the chime).
 */
#include "voice/engine.h"

#include "system/check.h"
#include "system/log.h"
#include "voice/protocol.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { DYING_MAX = 4, PACKETS_PER_TURN = 512, CAPACITY_FIRST = 64 * 1024 };

struct engine {
    char path[256];
    /* the child */
    pid_t pid; /* 0: none */
    int fd;
    bool ready;
    int64_t ready_by_us;
    pid_t dying[DYING_MAX]; /* killed, not yet reaped; 0: free */
    /* the question */
    enum engine_state state;
    struct engine_request request;
    uint32_t number;
    int attempts;
    int64_t deadline_us;
    /* the answer */
    int rate_hz;
    int16_t *samples;
    size_t count, capacity;
    char phonemes[PHONEMES_BYTES];
    char reason[REASON_BYTES];
    /* health */
    unsigned failures; /* in a row */
    int64_t rest_until_us;
};

static void reap(struct engine *engine) {
    for (size_t i = 0; i < DYING_MAX; i++) {
        if (engine->dying[i] != 0 && waitpid(engine->dying[i], NULL, WNOHANG) != 0) {
            engine->dying[i] = 0;
        }
    }
}

static void kill_child(struct engine *engine) {
    if (engine->pid == 0) {
        return;
    }
    close(engine->fd);
    engine->fd = -1;
    (void)kill(engine->pid, SIGKILL);
    for (size_t i = 0; i < DYING_MAX; i++) {
        if (engine->dying[i] == 0) {
            engine->dying[i] = engine->pid;
            break;
        }
    }
    engine->pid = 0;
    engine->ready = false;
    reap(engine);
}

/* The child keeps stdio and its end of the pair (all else of ours is close-on-exec), has a process
 * group of its own, so that a Ctrl-C meant for us does not reach it, and no signal blocked. */
static int spawn(const struct engine *engine, int child_fd, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    const char *path = engine->path[0] != '\0' ? engine->path : "/proc/self/exe";
    char name[] = "hallcall";
    char option[] = "--voice-engine";
    char *arguments[] = {name, option, NULL};
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int error = posix_spawn_file_actions_adddup2(&actions, child_fd, ENGINE_FD);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    if (error == 0) {
        error = posix_spawn(pid, path, &actions, &attributes, arguments, environ);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static bool start_child(struct engine *engine, int64_t now_us) {
    int pair[2];
    CHECK(engine->pid == 0);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        snprintf(engine->reason, sizeof engine->reason, "the speech engine cannot be started: %s",
                 strerror(errno));
        return false;
    }
    pid_t pid = 0;
    int error = spawn(engine, pair[1], &pid);
    close(pair[1]);
    if (error != 0) {
        close(pair[0]);
        snprintf(engine->reason, sizeof engine->reason, "the speech engine cannot be started: %s",
                 strerror(error));
        return false;
    }
    engine->pid = pid;
    engine->fd = pair[0];
    engine->ready = false;
    engine->ready_by_us = now_us + ENGINE_DEADLINE_US;
    return true;
}

static bool send_request(struct engine *engine) {
    ssize_t sent;
    do {
        sent =
            send(engine->fd, &engine->request, sizeof engine->request, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        snprintf(engine->reason, sizeof engine->reason, "the speech engine takes no text: %s",
                 strerror(errno));
    }
    return sent == (ssize_t)sizeof engine->request;
}

static void count_failure(struct engine *engine, int64_t now_us) {
    engine->failures++;
    if (engine->failures < ENGINE_FAILURES_MAX) {
        return;
    }
    unsigned doublings = engine->failures - ENGINE_FAILURES_MAX;
    int64_t rest_us = doublings < 6 ? (int64_t)ENGINE_REST_US << doublings : ENGINE_REST_MAX_US;
    engine->rest_until_us = now_us + (rest_us < ENGINE_REST_MAX_US ? rest_us : ENGINE_REST_MAX_US);
}

static bool try_question(struct engine *engine, int64_t now_us) {
    engine->attempts++;
    engine->count = 0;
    engine->deadline_us = now_us + ENGINE_DEADLINE_US;
    if (engine->pid == 0 && !start_child(engine, now_us)) {
        return false;
    }
    bool sent = send_request(engine);
    if (!sent) {
        snprintf(engine->reason, sizeof engine->reason, "the speech engine died");
    }
    return sent;
}

/* The child is of no more use, for engine->reason. Tries the question again or gives it up. */
static void replace_child(struct engine *engine, int64_t now_us) {
    static struct log_gate gate;
    uint32_t held = 0;
    kill_child(engine);
    count_failure(engine, now_us);
    if (log_gate_open(&gate, 5, &held)) {
        log_line(LOG_WARN, "voice", "engine replaced: %s failures=%u held_back=%u", engine->reason,
                 engine->failures, held);
    }
    while (engine->state == ENGINE_BUSY) {
        if (engine->attempts >= ENGINE_ATTEMPTS || now_us < engine->rest_until_us) {
            engine->state = ENGINE_FAILED;
        } else if (try_question(engine, now_us)) {
            return;
        } else {
            kill_child(engine);
            count_failure(engine, now_us);
        }
    }
}

struct engine *engine_create(const char *path) {
    CHECK(strlen(path) < sizeof((struct engine *)NULL)->path);
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        return NULL;
    }
    memcpy(engine->path, path, strlen(path) + 1);
    engine->fd = -1;
    return engine;
}

void engine_destroy(struct engine *engine) {
    if (engine == NULL) {
        return;
    }
    kill_child(engine);
    for (size_t i = 0; i < DYING_MAX; i++) {
        if (engine->dying[i] != 0) {
            (void)waitpid(engine->dying[i], NULL, 0);
        }
    }
    free(engine->samples);
    free(engine);
}

void engine_forget(struct engine *engine) {
    engine->state = ENGINE_IDLE;
}

void engine_ask(struct engine *engine, const struct script *script, size_t segment,
                int64_t now_us) {
    CHECK(segment < script->segments_count);
    engine->count = 0;
    engine->attempts = 0;
    engine->number = engine->number == UINT32_MAX ? 1 : engine->number + 1;
    if (!request_make(&engine->request, engine->number, script, segment)) {
        engine->state = ENGINE_FAILED;
        snprintf(engine->reason, sizeof engine->reason,
                 "voice \"%.31s\", rate %d or the text is nothing the speech engine takes",
                 script->voice, script->rate);
        return;
    }
    if (engine->pid == 0 && now_us < engine->rest_until_us) {
        engine->state = ENGINE_FAILED; /* engine->reason still says why it rests */
        return;
    }
    engine->state = ENGINE_BUSY;
    if (!try_question(engine, now_us)) {
        replace_child(engine, now_us);
    }
}

static bool keep_samples(struct engine *engine, const struct engine_reply *reply) {
    size_t needed = engine->count + reply->value;
    if (needed > SPEECH_SAMPLES_MAX) {
        return false;
    }
    if (needed > engine->capacity) {
        size_t capacity = engine->capacity == 0 ? CAPACITY_FIRST : engine->capacity;
        while (capacity < needed) {
            capacity *= 2;
        }
        int16_t *samples = realloc(engine->samples, capacity * sizeof samples[0]);
        if (samples == NULL) {
            return false;
        }
        engine->samples = samples;
        engine->capacity = capacity;
    }
    memcpy(engine->samples + engine->count, reply->samples,
           reply->value * sizeof reply->samples[0]);
    engine->count = needed;
    return true;
}

/* Takes one valid reply. False: the child must be replaced, for engine->reason. */
static bool take_reply(struct engine *engine, const struct engine_reply *reply) {
    if (reply->kind == REPLY_READY) {
        engine->ready = true;
        engine->rate_hz = (int)reply->value;
        return true;
    }
    if (reply->kind == REPLY_ERROR && reply->number == 0) {
        snprintf(engine->reason, sizeof engine->reason, "%s", reply->words);
        return false;
    }
    if (engine->state != ENGINE_BUSY || reply->number != engine->number) {
        return true; /* the answer to something forgotten */
    }
    snprintf(engine->reason, sizeof engine->reason, "the speech engine sent nonsense");
    if (reply->kind == REPLY_SAMPLES) {
        return engine->ready && keep_samples(engine, reply);
    }
    if (reply->kind == REPLY_ERROR) {
        /* A refusal is an answer: another child would say the same. */
        snprintf(engine->reason, sizeof engine->reason, "%s", reply->words);
        engine->state = ENGINE_FAILED;
        return true;
    }
    if (!engine->ready || reply->value != engine->count) {
        return false;
    }
    memcpy(engine->phonemes, reply->phonemes, sizeof engine->phonemes);
    engine->state = ENGINE_DONE;
    engine->failures = 0;
    engine->rest_until_us = 0;
    return true;
}

/* Reads what is there. False: the child must be replaced, for engine->reason. */
static bool read_child(struct engine *engine) {
    for (int i = 0; i < PACKETS_PER_TURN; i++) {
        struct engine_reply reply;
        ssize_t bytes = recv(engine->fd, &reply, sizeof reply, MSG_DONTWAIT | MSG_TRUNC);
        if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) {
            return true;
        }
        if (bytes <= 0) {
            if (engine->ready || engine->reason[0] == '\0') {
                snprintf(engine->reason, sizeof engine->reason, "the speech engine died");
            }
            return false;
        }
        if (!reply_valid(&reply, (size_t)bytes)) {
            snprintf(engine->reason, sizeof engine->reason, "the speech engine sent nonsense");
            return false;
        }
        if (!take_reply(engine, &reply)) {
            return false;
        }
    }
    return true;
}

enum engine_state engine_turn(struct engine *engine, int64_t now_us) {
    reap(engine);
    if (engine->pid == 0 && now_us >= engine->rest_until_us) {
        if (!start_child(engine, now_us)) {
            replace_child(engine, now_us);
        }
    }
    if (engine->pid != 0 && !read_child(engine)) {
        replace_child(engine, now_us);
    }
    bool late = (engine->state == ENGINE_BUSY && now_us >= engine->deadline_us) ||
                (engine->pid != 0 && !engine->ready && now_us >= engine->ready_by_us);
    if (late) {
        snprintf(engine->reason, sizeof engine->reason,
                 "the speech engine did not answer within %d ms", ENGINE_DEADLINE_US / 1000);
        replace_child(engine, now_us);
    }
    return engine->state;
}

struct speech engine_speech(const struct engine *engine) {
    CHECK(engine->state == ENGINE_DONE);
    return (struct speech){engine->samples, engine->count, engine->rate_hz};
}

const char *engine_phonemes(const struct engine *engine) {
    return engine->phonemes;
}

const char *engine_reason(const struct engine *engine) {
    return engine->reason;
}

int engine_fd(const struct engine *engine) {
    return engine->fd;
}

int64_t engine_deadline_us(const struct engine *engine) {
    int64_t deadline_us = engine->state == ENGINE_BUSY ? engine->deadline_us : INT64_MAX;
    if (engine->pid == 0) {
        return engine->rest_until_us < deadline_us ? engine->rest_until_us : deadline_us;
    }
    if (!engine->ready && engine->ready_by_us < deadline_us) {
        deadline_us = engine->ready_by_us;
    }
    return deadline_us;
}

pid_t engine_pid(const struct engine *engine) {
    return engine->pid;
}
