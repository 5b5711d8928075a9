/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See endings.h. The folder is in memory and the service manager keeps it over a restart but not
 * over a stop (RuntimeDirectoryPreserve=restart): so nothing is written to a card, and a person who
 * stops and starts the hall begins anew. The boot's id stands in the file in case somebody's folder
 * outlives the boot.
 *
 * The service manager knows of every end and how it was, and tells whoever it runs afterwards: that
 * one counts, also an end before the run could note its start. Where it could not run, a start that
 * finds the one before still "running" knows that it ended badly, however that was.
 *
 * Considered and refused: a handler for SIGSEGV that writes it down, in a process that has just
 * lost its mind.
 */
#include "command/endings.h"

#include "command/command.h"
#include "journal/stamp.h"
#include "system/clock.h"
#include "system/files.h"
#include "system/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STARTS "starts"
#define END "end"

/* The numbers of the file, one after the other. */
enum {
    NUMBER_FORM, /* of the file */
    NUMBER_BOOT,
    NUMBER_RUNNING,
    NUMBER_ENDED,
    NUMBER_READING,
    NUMBER_KIND,
    NUMBER_STARTED,
    NUMBER_SAFE_UNTIL,
    NUMBER_SUSPECT,
    NUMBER_COUNT,
    NUMBER_ENDS,
    NUMBERS = NUMBER_ENDS + CRASHES_MAX
};
enum { FORM = 2, FILE_BYTES_MAX = 1024 };
enum { MANAGERS_CODES_FROM = 200 }; /* exit codes of what systemd does before it runs a program */

static const struct file_rights rights = {0600, (gid_t)-1};

static int open_folder(void) {
    const char *folders = getenv("RUNTIME_DIRECTORY");
    char path[256];
    int length = folders != NULL ? (int)strcspn(folders, ":") : 0;
    int bytes = snprintf(path, sizeof path, "%.*s", length, folders != NULL ? folders : "");
    bool usable = length > 0 && bytes == length && path[0] == '/';
    return usable ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
}

/* Reads as many whole numbers as there are. */
static size_t read_numbers(const char *text, int64_t numbers[NUMBERS]) {
    size_t count = 0;
    while (count < NUMBERS) {
        char *end;
        errno = 0;
        long long value = strtoll(text, &end, 10);
        if (end == text || errno != 0) {
            break;
        }
        numbers[count++] = value;
        text = end;
    }
    return count;
}

static void recall(struct endings *endings) {
    struct file_text text;
    char reason[FILE_REASON_BYTES];
    int64_t numbers[NUMBERS];
    if (!file_read(endings->folder, STARTS, FILE_BYTES_MAX, &text, reason)) {
        return;
    }
    size_t count = read_numbers(text.bytes, numbers);
    file_release(&text);
    if (count != NUMBERS || numbers[NUMBER_FORM] != FORM || numbers[NUMBER_BOOT] != endings->boot ||
        numbers[NUMBER_KIND] < 0 || numbers[NUMBER_KIND] >= START_KINDS ||
        numbers[NUMBER_COUNT] < 0 || numbers[NUMBER_COUNT] > CRASHES_MAX) {
        return;
    }
    struct crashes *crashes = &endings->crashes;
    crashes->running = numbers[NUMBER_RUNNING] != 0;
    crashes->ended = numbers[NUMBER_ENDED] != 0;
    crashes->reading = numbers[NUMBER_READING] != 0;
    crashes->kind = (enum start_kind)numbers[NUMBER_KIND];
    crashes->started_at = numbers[NUMBER_STARTED];
    crashes->safe_until = numbers[NUMBER_SAFE_UNTIL];
    crashes->journal_suspect = numbers[NUMBER_SUSPECT] != 0;
    crashes->count = (size_t)numbers[NUMBER_COUNT];
    memcpy(crashes->ended_at, &numbers[NUMBER_ENDS], sizeof crashes->ended_at);
}

static void remember(const struct endings *endings) {
    const struct crashes *crashes = &endings->crashes;
    char line[FILE_BYTES_MAX], reason[FILE_REASON_BYTES];
    int64_t numbers[NUMBERS] = {FORM,
                                endings->boot,
                                crashes->running,
                                crashes->ended,
                                crashes->reading,
                                crashes->kind,
                                crashes->started_at,
                                crashes->safe_until,
                                crashes->journal_suspect,
                                (int64_t)crashes->count};
    size_t used = 0;
    if (endings->folder < 0) {
        return;
    }
    memcpy(&numbers[NUMBER_ENDS], crashes->ended_at, sizeof crashes->ended_at);
    for (size_t i = 0; i < NUMBERS; i++) {
        used += (size_t)snprintf(line + used, sizeof line - used, "%lld%c", (long long)numbers[i],
                                 i + 1 < NUMBERS ? ' ' : '\n');
    }
    const struct file_text text = {line, used};
    if (!file_replace(endings->folder, STARTS, &text, &rights, reason)) {
        log_line(LOG_WARN, "hall", "crashes are not counted: %s %s", STARTS, reason);
    }
}

/* "core-dump dumped SEGV", "exit-code exited 1", "watchdog dumped ABRT" in words. */
static void put_in_words(const char *text, char words[REASON_BYTES]) {
    char result[24] = "", code[16] = "", status[16] = "";
    char *const parts[] = {result, code, status};
    const size_t rooms[] = {sizeof result, sizeof code, sizeof status};
    for (size_t i = 0; i < 3; i++) {
        size_t bytes = strcspn(text, " \n");
        snprintf(parts[i], rooms[i], "%.*s", (int)bytes, text);
        text += bytes + strspn(text + bytes, " ");
    }
    if (strcmp(result, "watchdog") == 0) {
        snprintf(words, REASON_BYTES, "it hung");
    } else if (strcmp(result, "timeout") == 0) {
        snprintf(words, REASON_BYTES, "it did not start or stop in time");
    } else if (strcmp(result, "oom-kill") == 0) {
        snprintf(words, REASON_BYTES, "out of memory");
    } else if (strcmp(code, "exited") == 0) {
        snprintf(words, REASON_BYTES, "exit code %s", status);
    } else if (status[0] != '\0') {
        snprintf(words, REASON_BYTES, "signal %s", status);
    }
}

void endings_begin(struct endings *endings) {
    char reason[FILE_REASON_BYTES];
    struct file_text text;
    *endings = (struct endings){.folder = open_folder(), .boot = stamp_boot()};
    if (endings->folder < 0) {
        return;
    }
    recall(endings);
    if (file_read(endings->folder, END, FILE_BYTES_MAX, &text, reason)) {
        put_in_words(text.bytes, endings->last);
        file_release(&text);
    }
    bool crashed = endings->crashes.running || endings->crashes.ended;
    endings->kind = crashes_start(&endings->crashes, clock_boot_ms());
    remember(endings);
    if (crashed) {
        log_line(LOG_WARN, "hall", "the run before ended abnormally: %s ends=%zu",
                 endings->last[0] != '\0' ? endings->last : "nobody knows how",
                 endings->crashes.count);
    }
}

void endings_reading(struct endings *endings, bool reading) {
    endings->crashes.reading = reading;
    remember(endings);
}

int64_t endings_safe_ms(const struct endings *endings) {
    int64_t left_ms = endings->crashes.safe_until - clock_boot_ms();
    return endings->kind != START_SAFE ? INT64_MAX : left_ms > 0 ? left_ms : 0;
}

bool endings_retry(struct endings *endings) {
    if (endings_safe_ms(endings) > 0) {
        return false;
    }
    endings->kind = crashes_restart(&endings->crashes, clock_boot_ms());
    remember(endings);
    log_line(LOG_WARN, "hall", "safe mode is over: the display's own settings are tried again");
    return true;
}

void endings_words(const struct endings *endings, char words[REASON_BYTES]) {
    words[0] = '\0';
    if (endings->kind == START_SAFE) {
        snprintf(words, REASON_BYTES, "ended %s%s%.60s%s",
                 endings->crashes.count < CRASHES_MAX ? "again and again, abnormally"
                                                      : "5 times within 10 minutes",
                 endings->last[0] != '\0' ? " (last: " : "", endings->last,
                 endings->last[0] != '\0' ? ")" : "");
    }
}

void endings_finish(struct endings *endings, bool well) {
    if (endings->folder < 0) {
        return;
    }
    if (well) {
        (void)unlinkat(endings->folder, STARTS, 0);
        (void)unlinkat(endings->folder, END, 0);
    }
    close(endings->folder);
    endings->folder = -1;
}

/* Whether what the manager says is an abnormal end of the hall itself. */
static bool tells_of_a_crash(void) {
    const char *result = getenv("SERVICE_RESULT");
    const char *code = getenv("EXIT_CODE");
    const char *status = getenv("EXIT_STATUS");
    if (result == NULL || code == NULL || status == NULL || strcmp(result, "success") == 0) {
        return false;
    }
    return strcmp(code, "exited") != 0 || strtol(status, NULL, 10) < MANAGERS_CODES_FROM;
}

/* The manager's words for the end in one line. */
static bool note_words(int folder) {
    const char *const names[] = {"SERVICE_RESULT", "EXIT_CODE", "EXIT_STATUS"};
    char line[128] = "", reason[FILE_REASON_BYTES];
    for (size_t i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, "%.20s%c", value != NULL ? value : "-",
                 i < 2 ? ' ' : '\n');
    }
    const struct file_text text = {line, strlen(line)};
    return file_replace(folder, END, &text, &rights, reason);
}

int endings_note(void) {
    struct endings endings = {.folder = open_folder(), .boot = stamp_boot()};
    if (endings.folder < 0) {
        return EXIT_OK;
    }
    bool good = note_words(endings.folder);
    if (tells_of_a_crash()) {
        recall(&endings);
        crashes_end(&endings.crashes, clock_boot_ms());
        remember(&endings);
    }
    close(endings.folder);
    return good ? EXIT_OK : EXIT_RUNTIME;
}
