/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall run`: the hall itself.
 *
 * A ladder of inits with one way down. Voice and link start first, because they work on while the
 * display opens; nothing waits for a network, a loudspeaker or a monitor: what is missing is shown,
 * reported and tried again. The process ends on SIGTERM, SIGINT or a closed window, and on nothing
 * else: when a configuration that was refused has been put right, or safe mode is over, the ladder
 * is gone down and up again in the same process.
 */
#include "command/command.h"
#include "command/endings.h"
#include "command/fallback.h"
#include "command/manager.h"
#include "command/running.h"
#include "command/vocabulary.h"
#include "command/wiring.h"
#include "config/share.h"
#include "journal/aside.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { NAP_MS = 20 }; /* between two looks when poll has no memory */

static const char usage[] =
    "usage: hallcall run [--config FILE] [--set section.key=value]... [--trace FILE]\n"
    "\n"
    "Shows the hall on the display and speaks its calls until it is stopped (SIGTERM, Ctrl-C).\n"
    "\n"
    "  --trace FILE   write what happens, one JSON object a line: for tests and measuring\n";

/* What outlives one way up and down the ladder. */
struct staying {
    struct common_options common;
    const char *trace_path;
    int signals;
    struct fallback fallback;
    struct endings endings;
    bool again; /* it is not the first time */
};

/* Every language speaks with eSpeak NG's voice until another one says that it is there. */
static void list_speakers(struct running *running) {
    const struct hall *hall = &running->config.hall;
    for (size_t i = 0; i < hall->languages_count; i++) {
        struct speaker *speaker = &running->speakers[running->speakers_count++];
        *speaker = (struct speaker){.chosen = SPEAKER_ESPEAK, .well = true};
        memcpy(speaker->tag, hall->languages[i].tag, sizeof speaker->tag);
    }
}

static bool start_voice(struct running *running) {
    struct voice_options options;
    char reason[REASON_BYTES] = "";

    list_speakers(running);
    wire_voice(&running->config.settings, &options);
    running->volume_percent = options.volume_percent;
    vocabulary_fill(&running->config, &options);
    running->voice = voice_create(&options, running->inbox, reason);
    vocabulary_release(&options);
    if (running->voice == NULL) {
        log_line(LOG_ERR, "voice", "cannot start: %s", reason);
    }
    return running->voice != NULL;
}

static bool start_link(struct running *running, int beat_ms) {
    const struct settings *settings = &running->config.settings;
    struct link_options options = {0};
    struct topic_names names;
    const struct topic_address status = {.topic = TOPIC_STATUS};
    char reason[REASON_BYTES] = "";

    wire_topics(settings, &names);
    wire_hall_link(settings, &names, &options);
    options.beat_ms = beat_ms;
    topic_write(&names, &status, running->status_topic);
    running->contract_made =
        contract_init(&running->contract, &names, settings->ticket.pattern, reason, sizeof reason);
    if (running->contract_made) {
        running->link = link_create(&options, running->inbox, reason);
    }
    if (running->link == NULL) {
        log_line(LOG_ERR, "feed", "cannot start: %s", reason);
    }
    return running->link != NULL;
}

/* Sleeps until a letter, a signal, the display or a deadline. Returns false on a signal. */
static bool sleep_until_needed(const struct running *running, const struct manager *manager,
                               const struct staying *staying) {
    mono_ms now = clock_mono_ms();
    int sleep_ms = manager_sleep_ms(manager, running_sleep_ms(running), now);
    mono_ms look_ms = staying->fallback.look_at - now;
    mono_ms safe_ms = endings_safe_ms(&staying->endings);
    look_ms = safe_ms < look_ms ? safe_ms : look_ms;
    sleep_ms = look_ms < sleep_ms ? (int)(look_ms > 0 ? look_ms : 0) : sleep_ms;
    struct pollfd fds[] = {
        {.fd = inbox_fd(running->inbox), .events = POLLIN},
        {.fd = staying->signals, .events = POLLIN},
        {.fd = running->screen != NULL ? screen_fd(running->screen) : -1, .events = POLLIN},
    };
    if (poll(fds, sizeof fds / sizeof fds[0], sleep_ms) < 0 && errno != EINTR) {
        static struct log_gate gate;
        uint32_t held = 0;
        const struct timespec nap = {.tv_nsec = NAP_MS * 1000000};
        if (log_gate_open(&gate, 1, &held)) {
            log_line(LOG_ERR, "hall", "cannot wait for news: %s; looking each %d ms held_back=%u",
                     strerror(errno), NAP_MS, held);
        }
        nanosleep(&nap, NULL);
        return true;
    }
    return (fds[1].revents & POLLIN) == 0;
}

/* A journal that the last run did not survive reading is kept under another name. */
static void set_journal_aside(const struct staying *staying, const char *path) {
    if (staying->endings.kind == START_SAFE && staying->endings.crashes.journal_suspect) {
        bool moved = aside_move(path);
        log_line(LOG_ERR, "journal", "%s, because the last run ended while reading it",
                 moved ? "set aside" : "cannot be set aside");
    }
}

/* The journal is read back before it is written again. Without one the hall only forgets. */
static void start_journal(struct running *running, struct staying *staying, struct moment now) {
    struct journal_options options;
    char reason[REASON_BYTES] = "";
    wire_journal(&running->config.settings, &options);
    if (options.path[0] == '\0') {
        return;
    }
    set_journal_aside(staying, options.path);
    endings_reading(&staying->endings, true);
    struct journal_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL) {
        snprintf(reason, sizeof reason, "out of memory");
    }
    if (memory != NULL && journal_restore(&options, now, memory, reason)) {
        running_restore(running, memory);
        log_line(LOG_INFO, "journal", "the board is back rows=%zu", memory->calls_count);
    } else {
        /* A first start has nothing; a shortage forgets what there was, which staff must know. */
        log_line(memory == NULL ? LOG_ERR : LOG_INFO, "journal", "nothing to take over: %s",
                 reason);
    }
    free(memory);
    endings_reading(&staying->endings, false);
    running->journal = journal_create(&options, running->inbox);
    if (running->journal == NULL) {
        snprintf(running->journal_reason, sizeof running->journal_reason,
                 "no memory or thread for the journal");
        log_line(LOG_ERR, "journal", "history is not written: %s", running->journal_reason);
    }
    running->witness.journal = running->journal;
    running->witness.halls = options.halls;
}

/* Opened to add to it when the hall begins anew. */
static bool open_trace(struct running *running, const struct staying *staying) {
    const char *path = staying->trace_path;
    if (path == NULL) {
        return true;
    }
    running->trace = fopen(path, staying->again ? "ae" : "we");
    if (running->trace == NULL) {
        log_line(LOG_ERR, "hall", "cannot write the trace %s: %s", path, strerror(errno));
    }
    return running->trace != NULL;
}

/* The display's options; in safe mode with faces that came with the program. */
static void wire_display(struct running *running) {
    const struct settings *settings = &running->config.settings;
    wire_screen(settings, &running->screen_options);
    wire_mounting(settings, &running->mounting);
    char safe[CONFIG_PATH_BYTES];
    if (running->safe_reason[0] != '\0' && share_path(settings, SHARE_FONTS, "safe.ini", safe)) {
        memcpy(running->screen_options.fonts_file, safe, sizeof safe);
    }
}

static bool start(struct running *running, const struct manager *manager, struct staying *staying) {
    struct moment now = clock_moment();
    running->started_at = now.mono;
    running->status_at = now.mono + STATUS_EVERY_MS;
    board_init(&running->board, now);
    if (!open_trace(running, staying)) {
        return false;
    }
    running->inbox = inbox_create();
    if (running->inbox == NULL) {
        log_line(LOG_ERR, "hall", "cannot start: no memory or descriptors");
        return false;
    }
    start_journal(running, staying, now);
    if (!start_voice(running) || !start_link(running, manager_beat_ms(manager))) {
        return false;
    }
    wire_display(running);
    running_open_screen(running, now.mono);
    return true;
}

static void stop(struct running *running) {
    link_leave(running->link);
    voice_destroy(running->voice);
    journal_destroy(running->journal);
    screen_destroy(running->screen);
    link_destroy(running->link);
    inbox_destroy(running->inbox);
    if (running->contract_made) {
        contract_finish(&running->contract);
    }
    if (running->trace != NULL) {
        fclose(running->trace);
    }
    free(running);
}

/* What staff are to know of the display's own settings. */
static void tell_staff(struct running *running, const struct staying *staying) {
    struct trouble lines;
    fallback_lines(&staying->fallback, running->safe_reason, &lines);
    memcpy(running->trouble, lines.lines, sizeof running->trouble);
    fallback_words(&staying->fallback, running->config_reason);
}

/* Safe mode after repeated crashes, with as much of the configuration as cannot be the reason. */
static bool make_safe(struct running *running, struct staying *staying) {
    endings_words(&staying->endings, running->safe_reason);
    if (running->safe_reason[0] == '\0') {
        return true;
    }
    log_line(LOG_ERR, "hall", "safe mode: %s", running->safe_reason);
    bool good = config_make_safe(&running->config);
    staying->common.code = good ? EXIT_OK : command_no_memory();
    return good;
}

/* Until a signal, a closed window, or a reason to begin anew (true). */
static bool work(struct running *running, struct manager *manager, struct staying *staying) {
    bool again;
    do {
        if (fallback_look(&staying->fallback, clock_mono_ms())) {
            tell_staff(running, staying);
        }
        running_turn(running);
        manager_tell(manager, running, clock_mono_ms());
        again = staying->fallback.again || endings_retry(&staying->endings);
    } while (!again && !running->quit && sleep_until_needed(running, manager, staying));
    return again;
}

/* One way up and down the ladder. True to go once more; else common.code is the exit code. */
static bool run_once(struct staying *staying) {
    struct manager manager;
    struct running *running = calloc(1, sizeof *running);
    if (running == NULL) {
        staying->common.code = command_no_memory();
        return false;
    }
    if (!fallback_load(&staying->fallback, &staying->common, &running->config) ||
        !make_safe(running, staying)) {
        free(running);
        return false;
    }
    log_set_level(log_level_from(running->config.settings.log.level));
    tell_staff(running, staying);
    manager_init(&manager);
    bool started = start(running, &manager, staying);
    bool again = started && work(running, &manager, staying);
    if (started) {
        log_line(LOG_INFO, "hall", again ? "beginning anew" : "stopping");
    }
    if (started && !again) {
        service_stopping();
    }
    stop(running);
    staying->common.code = started ? EXIT_OK : EXIT_RUNTIME;
    return again;
}

static int run(int argc, char **argv) {
    struct staying staying = {.again = false};
    const struct option_spec specs[] = {
        {.name = "--trace", .takes_value = true, .value = &staying.trace_path}, {.name = NULL}};

    if (!options_parse(&command_run, argc, argv, specs, &staying.common)) {
        return staying.common.code;
    }
    signal(SIGPIPE, SIG_IGN);
    staying.signals = signals_open();
    if (staying.signals < 0) {
        log_line(LOG_ERR, "hall", "cannot start: signals cannot be read: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    endings_begin(&staying.endings);
    while (run_once(&staying)) {
        staying.again = true;
    }
    endings_finish(&staying.endings, staying.common.code == EXIT_OK);
    close(staying.signals);
    return staying.common.code;
}

const struct command command_run = {
    .name = "run", .summary = "show the hall and speak its calls", .usage = usage, .run = run};
