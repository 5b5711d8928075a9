/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall run`: the hall itself.
 *
 * A ladder of inits with one way down. Voice and link start first, because they work on while the
 * display opens; nothing waits for a network, a loudspeaker or a monitor: what is missing is shown,
 * reported and tried again. The process ends on SIGTERM, SIGINT or a closed window, and on nothing
 * else.
 */
#include "command/command.h"
#include "command/manager.h"
#include "command/running.h"
#include "command/vocabulary.h"
#include "command/wiring.h"
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
                               int signals) {
    int sleep_ms = manager_sleep_ms(manager, running_sleep_ms(running), clock_mono_ms());
    struct pollfd fds[] = {
        {.fd = inbox_fd(running->inbox), .events = POLLIN},
        {.fd = signals, .events = POLLIN},
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

/* The journal is read back before it is written again. Without one the hall only forgets. */
static void start_journal(struct running *running, struct moment now) {
    struct journal_options options;
    char reason[REASON_BYTES] = "";
    wire_journal(&running->config.settings, &options);
    if (options.path[0] == '\0') {
        return;
    }
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
    running->journal = journal_create(&options, running->inbox);
    if (running->journal == NULL) {
        snprintf(running->journal_reason, sizeof running->journal_reason,
                 "no memory or thread for the journal");
        log_line(LOG_ERR, "journal", "history is not written: %s", running->journal_reason);
    }
    running->witness.journal = running->journal;
    running->witness.halls = options.halls;
}

static bool start(struct running *running, const struct manager *manager, const char *trace_path) {
    struct moment now = clock_moment();
    running->started_at = now.mono;
    running->status_at = now.mono + STATUS_EVERY_MS;
    board_init(&running->board, now);
    if (trace_path != NULL && (running->trace = fopen(trace_path, "we")) == NULL) {
        log_line(LOG_ERR, "hall", "cannot write the trace %s: %s", trace_path, strerror(errno));
        return false;
    }
    running->inbox = inbox_create();
    if (running->inbox == NULL) {
        log_line(LOG_ERR, "hall", "cannot start: no memory or descriptors");
        return false;
    }
    start_journal(running, now);
    if (!start_voice(running) || !start_link(running, manager_beat_ms(manager))) {
        return false;
    }
    wire_screen(&running->config.settings, &running->screen_options);
    wire_mounting(&running->config.settings, &running->mounting);
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

static int run(int argc, char **argv) {
    const char *trace_path = NULL;
    const struct option_spec specs[] = {
        {.name = "--trace", .takes_value = true, .value = &trace_path}, {.name = NULL}};
    struct common_options common = {0};

    if (!options_parse(&command_run, argc, argv, specs, &common)) {
        return common.code;
    }
    signal(SIGPIPE, SIG_IGN);
    int signals = signals_open();
    struct running *running = calloc(1, sizeof *running);
    if (running == NULL) {
        return command_no_memory();
    }
    if (signals < 0) {
        log_line(LOG_ERR, "hall", "cannot start: signals cannot be read: %s", strerror(errno));
        free(running);
        return EXIT_RUNTIME;
    }
    if (!options_load(&common, &running->config)) {
        free(running);
        return common.code;
    }
    log_set_level(log_level_from(running->config.settings.log.level));
    struct manager manager;
    manager_init(&manager);
    bool started = start(running, &manager, trace_path);
    if (started) {
        do {
            running_turn(running);
            manager_tell(&manager, running, clock_mono_ms());
        } while (!running->quit && sleep_until_needed(running, &manager, signals));
        log_line(LOG_INFO, "hall", "stopping");
        service_stopping();
    }
    stop(running);
    close(signals);
    return started ? EXIT_OK : EXIT_RUNTIME;
}

const struct command command_run = {
    .name = "run", .summary = "show the hall and speak its calls", .usage = usage, .run = run};
