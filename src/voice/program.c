/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program that reads text and writes sound, run once for each text.
 *
 * The text is a file in memory that is its standard input, so that nothing of ours waits for a
 * program that does not read, and a program that opens /dev/stdin finds a file. Sound and
 * complaints come through pipes; the last line of its complaints becomes the reason. It has a
 * process group of its own, which is killed as a whole however it ends, so that what it started
 * ends with it.
 *
 * What it writes is bounded in length and time and read by sound.c; it has the rights of the hall
 * and no more walls than the service has, since only the configuration names it and the text is all
 * it ever gets from outside.
 *
 * Considered and refused: a shell (a text or a path could become a command); a program that stays
 * (each has a protocol of its own for that, and how long one takes to start matters little where
 * its words are made ahead).
 */
#include "voice/program.h"

#include "core/limits.h"
#include "system/clock.h"
#include "voice/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
    NICE = 10,
    OUTPUT_BYTES_MAX = SPEECH_SAMPLES_MAX * 4 + 4096, /* two channels and a header */
    COMPLAINT_BYTES = 512,
    REAP_MS = 5
};

/* One run. */
struct run {
    pid_t pid;
    int output, complaints; /* our ends of the pipes; -1: closed */
    unsigned char *bytes;
    size_t count, capacity;
    bool endless;                    /* it wrote more than anything that is a segment */
    char complaint[COMPLAINT_BYTES]; /* its last words */
    size_t complaint_bytes;
    int64_t deadline_us;
    int stop_fd;
};

bool program_init(struct program *program, const char *command, int raw_rate_hz) {
    size_t count = 0;
    memset(program, 0, sizeof *program);
    program->raw_rate_hz = raw_rate_hz;
    snprintf(program->words, sizeof program->words, "%s", command);
    for (char *at = program->words; *at != '\0';) {
        at += strspn(at, " ");
        size_t bytes = strcspn(at, " ");
        if (bytes == 0) {
            break;
        }
        if (count == PROGRAM_WORDS_MAX) {
            return false;
        }
        program->arguments[count++] = at;
        at += bytes;
        at += *at == ' ' ? (*at = '\0', 1) : 0;
    }
    return count > 0 && program->arguments[0][0] == '/';
}

static int text_file(const char *text) {
    int fd = memfd_create("text", MFD_CLOEXEC);
    size_t bytes = strlen(text);
    bool good = fd >= 0 && write(fd, text, bytes) == (ssize_t)bytes && write(fd, "\n", 1) == 1 &&
                lseek(fd, 0, SEEK_SET) == 0;
    if (!good && fd >= 0) {
        close(fd);
    }
    return good ? fd : -1;
}

/* Starts it with the three files. Returns 0 or an errno. */
static int spawn(const struct program *program, int input, int output, int complaints, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    int error =
        posix_spawn(pid, program->arguments[0], &actions, &attributes, program->arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error == 0) {
        /* Not every system lets posix_spawn return only after the child has a group: without one it
         * could not be killed. */
        (void)setpgid(*pid, *pid);
        (void)setpriority(PRIO_PROCESS, (id_t)*pid, NICE);
        (void)prlimit(*pid, RLIMIT_CORE, &(struct rlimit){0, 0}, NULL);
    }
    return error;
}

static void close_fd(int *fd) {
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

/* False with a reason when it cannot be started. */
static bool start(struct run *run, const struct program *program, const char *text, char *reason) {
    int output[2] = {-1, -1}, complaints[2] = {-1, -1};
    int input = text_file(text);
    int error = input < 0 ? errno : 0;
    if (error == 0 && (pipe2(output, O_CLOEXEC) != 0 || pipe2(complaints, O_CLOEXEC) != 0)) {
        error = errno;
    }
    if (error == 0) {
        error = spawn(program, input, output[1], complaints[1], &run->pid);
    }
    close_fd(&input);
    close_fd(&output[1]);
    close_fd(&complaints[1]);
    run->output = output[0];
    run->complaints = complaints[0];
    if (error != 0) {
        snprintf(reason, REASON_BYTES, "%.80s cannot be started: %s", program->arguments[0],
                 strerror(error));
    }
    return error == 0;
}

/* Reads what there is of its sound. False at the end, or when it is too much. */
static bool read_output(struct run *run) {
    if (run->count == run->capacity) {
        size_t capacity = run->capacity == 0 ? 128 * 1024 : run->capacity * 2;
        unsigned char *grown =
            capacity <= 2 * OUTPUT_BYTES_MAX ? realloc(run->bytes, capacity) : NULL;
        if (grown == NULL) {
            return false;
        }
        run->bytes = grown;
        run->capacity = capacity;
    }
    ssize_t got = read(run->output, run->bytes + run->count, run->capacity - run->count);
    if (got <= 0) {
        return got < 0 && errno == EINTR;
    }
    run->count += (size_t)got;
    run->endless = run->count > OUTPUT_BYTES_MAX;
    return !run->endless;
}

/* Keeps the end of its complaints. */
static bool read_complaints(struct run *run) {
    char part[256];
    ssize_t got = read(run->complaints, part, sizeof part);
    if (got <= 0) {
        return got < 0 && errno == EINTR;
    }
    size_t bytes = (size_t)got, room = sizeof run->complaint - 1;
    if (run->complaint_bytes + bytes > room) {
        size_t over = run->complaint_bytes + bytes - room;
        memmove(run->complaint, run->complaint + over, run->complaint_bytes - over);
        run->complaint_bytes -= over;
    }
    memcpy(run->complaint + run->complaint_bytes, part, bytes);
    run->complaint_bytes += bytes;
    return true;
}

static int wait_ms(const struct run *run) {
    int64_t left_us = run->deadline_us - clock_mono_us();
    return left_us <= 0 ? 0 : left_us > 60000000 ? 60000 : (int)(left_us / 1000) + 1;
}

/* Waits once for sound, complaints or stop. PROGRAM_DONE: go on. */
static enum program_result listen_once(struct run *run, char *reason) {
    struct pollfd fds[] = {{.fd = run->stop_fd, .events = POLLIN},
                           {.fd = run->output, .events = POLLIN},
                           {.fd = run->complaints, .events = POLLIN}};
    int left_ms = wait_ms(run);
    if (left_ms == 0) {
        snprintf(reason, REASON_BYTES, "the program was not ready in time");
        return PROGRAM_FAILED;
    }
    (void)poll(fds, 3, left_ms);
    if (fds[0].revents != 0) {
        return PROGRAM_STOPPED;
    }
    if (fds[1].revents != 0 && !read_output(run)) {
        close_fd(&run->output);
    }
    if (fds[2].revents != 0 && !read_complaints(run)) {
        close_fd(&run->complaints);
    }
    return PROGRAM_DONE;
}

/* Waits until it has ended, which is soon after its output. */
static enum program_result await_end(struct run *run, char *reason) {
    siginfo_t info = {0};
    while (waitid(P_PID, (id_t)run->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0) {
        struct pollfd stop = {.fd = run->stop_fd, .events = POLLIN};
        if (wait_ms(run) == 0) {
            snprintf(reason, REASON_BYTES, "the program did not end in time");
            return PROGRAM_FAILED;
        }
        if (poll(&stop, 1, REAP_MS) > 0) {
            return PROGRAM_STOPPED;
        }
    }
    return PROGRAM_DONE;
}

/* Its last line, cut to what fits; "" when it said nothing. */
static const char *last_line(struct run *run) {
    while (run->complaint_bytes > 0 &&
           (unsigned char)run->complaint[run->complaint_bytes - 1] <= ' ') {
        run->complaint_bytes--;
    }
    run->complaint[run->complaint_bytes] = '\0';
    const char *line = strrchr(run->complaint, '\n');
    return line != NULL ? line + 1 : run->complaint;
}

/* Kills all of it that is left and says how it ended. */
static int end(struct run *run) {
    int status = 0;
    (void)kill(-run->pid, SIGKILL);
    while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static bool ended_well(struct run *run, int status, char *reason) {
    if (run->endless) {
        snprintf(reason, REASON_BYTES, "the program's sound does not end");
    } else if (WIFSIGNALED(status)) {
        snprintf(reason, REASON_BYTES, "the program died of signal %d", WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) {
        const char *line = last_line(run);
        snprintf(reason, REASON_BYTES, "the program ended with %d%s%.100s", WEXITSTATUS(status),
                 line[0] != '\0' ? ": " : "", line);
    }
    return status == 0 && !run->endless;
}

enum program_result program_speak(const struct program *program, const struct program_task *task,
                                  struct sound *sound, char *reason) {
    struct run run = {
        .output = -1, .complaints = -1, .deadline_us = task->deadline_us, .stop_fd = task->stop_fd};
    enum program_result result = PROGRAM_FAILED;
    if (start(&run, program, task->text, reason)) {
        result = PROGRAM_DONE;
        while (result == PROGRAM_DONE && run.output >= 0) {
            result = listen_once(&run, reason);
        }
        if (result == PROGRAM_DONE) {
            result = await_end(&run, reason);
        }
        int status = end(&run);
        if (result == PROGRAM_DONE) {
            bool good = ended_well(&run, status, reason) &&
                        sound_read(run.bytes, run.count, program->raw_rate_hz, sound, reason);
            result = good ? PROGRAM_DONE : PROGRAM_FAILED;
        }
    }
    close_fd(&run.output);
    close_fd(&run.complaints);
    free(run.bytes);
    return result;
}
