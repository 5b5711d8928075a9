/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All of it is looked at in passing, in turns that happen anyway (the status makes one a minute).
 * Only the start screen asks for turns of its own, and only while it is on the screen; and a
 * picture that moves, for each step.
 *
 * Refused: watching the kernel's news of addresses and cables (a socket more to serve for a screen
 * that is seen for minutes in a display's life).
 */
#include "command/upkeep.h"

#include "config/lists.h"
#include "core/shift.h"
#include "core/text.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/machine.h"
#include "system/timekeeping.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SHEET_WIDTH_MIN = 320, SHEET_HEIGHT_MIN = 180 }; /* layout.c */

static const char *root_of(const struct running *running) {
    return running->root != NULL ? running->root : "";
}

/* What the clock reads, for staff; "" while it is not set. */
static void write_time(wall_ms wall, char *out, size_t out_bytes) {
    struct tm local;
    time_t seconds = (time_t)(wall / 1000);
    out[0] = '\0';
    if (wall != TIME_UNKNOWN && localtime_r(&seconds, &local) != NULL) {
        (void)strftime(out, out_bytes, "%Y-%m-%d %H:%M", &local);
    }
}

const char upkeep_weak_power[] =
    "the power supply is too weak: take the one made for this computer, and a short cable";

void upkeep_judge_clock(const struct settings *settings, wall_ms wall, struct start_facts *facts) {
    facts->clock = timekeeping_read("", wall);
    bool set = facts->clock == CLOCK_DOUBTED || facts->clock == CLOCK_BATTERY;
    if (set && settings->display.clock == CLOCK_ALWAYS) {
        facts->clock = CLOCK_TRUSTED;
    }
    write_time(wall, facts->time, sizeof facts->time);
}

void upkeep_clock(struct running *running, struct moment now) {
    struct effects effects = {.count = 0};
    struct start_facts *facts = &running->facts;
    char words[REASON_BYTES];
    bool set = now.wall != TIME_UNKNOWN, was_set = facts->clock != CLOCK_UNSET;
    if (now.mono < running->clock_at && set == was_set) {
        return;
    }
    bool first = running->clock_at == 0;
    running->clock_at = now.mono + CLOCK_LOOK_MS;
    upkeep_judge_clock(&running->config.settings, now.wall, facts);
    if (facts->clock == running->board.clock && !first) {
        return;
    }
    bool doubted = start_clock_words(facts->clock, facts->time, words);
    log_line(doubted ? LOG_WARN : LOG_INFO, "hall", "clock: %s", words);
    running->input.kind = INPUT_CLOCK_STATE;
    running->input.clock_state = facts->clock;
    board_apply(&running->board, &running->config.hall, &running->input, now, &effects);
}

void upkeep_health(struct running *running, mono_ms now) {
    if (now < running->health_at) {
        return;
    }
    bool weak = running->health.undervoltage;
    running->health_at = now + HEALTH_LOOK_MS;
    health_read(root_of(running), &running->health);
    if (running->health.undervoltage && !weak) {
        log_line(LOG_WARN, "hall", "%s", upkeep_weak_power);
    } else if (!running->health.undervoltage && weak) {
        log_line(LOG_INFO, "hall", "the power supply is strong enough again");
    }
}

/* host:port of the configured address. */
static const char *broker_of(const struct settings *settings) {
    const char *scheme = strstr(settings->broker.url, "://");
    return scheme != NULL ? scheme + 3 : settings->broker.url;
}

static void gather(struct running *running, struct moment now) {
    const struct settings *settings = &running->config.settings;
    struct start_facts *facts = &running->facts;
    if (now.mono >= running->machine_at) {
        running->machine_at = now.mono + START_LOOK_MS;
        machine_read(root_of(running), facts);
    }
    text_copy(facts->site, sizeof facts->site, settings->display.site);
    lists_write_halls(&settings->display.halls, facts->halls, sizeof facts->halls);
    text_copy(facts->display, sizeof facts->display, settings->display.id);
    text_copy(facts->version, sizeof facts->version, HALLCALL_VERSION);
    text_copy(facts->broker, sizeof facts->broker, broker_of(settings));
    text_copy(facts->link_reason, sizeof facts->link_reason, running->link_reason);
    text_copy(facts->voice_reason, sizeof facts->voice_reason, running->board.voice_reason);
    write_time(now.wall, facts->time, sizeof facts->time);
}

void upkeep_start(struct running *running, struct moment now) {
    if (board_starting(&running->board, now.mono)) {
        gather(running, now);
        start_lines(&running->facts, &running->next.start);
    }
}

void upkeep_size(struct running *running) {
    struct sheet *sheet = &running->sheet;
    running->shifting = running->config.settings.display.pixel_shift &&
                        sheet->width - SHIFT_SPAN_PX >= SHEET_WIDTH_MIN &&
                        sheet->height - SHIFT_SPAN_PX >= SHEET_HEIGHT_MIN;
    if (running->shifting) {
        sheet->width -= SHIFT_SPAN_PX;
        sheet->height -= SHIFT_SPAN_PX;
    }
}

bool upkeep_shift(struct running *running, mono_ms now) {
    const struct view *next = &running->next;
    bool reading = next->off || next->urgent || next->hero.state == HERO_CALLING;
    if (running->shifting && running->shift_at == 0) {
        running->place = shift_middle();
        running->shift_at = now + SHIFT_EVERY_MS;
    }
    if (!running->shifting || now < running->shift_at || reading) {
        return false;
    }
    running->place = (running->place + 1) % SHIFT_PLACES;
    running->shift_at = now + SHIFT_EVERY_MS;
    return true;
}

void upkeep_place(struct running *running) {
    if (running->shifting) {
        shift_scene(&running->scene, running->place);
    }
}

mono_ms upkeep_deadline(const struct running *running, mono_ms now) {
    mono_ms deadline = MONO_NEVER;
    if (running->screen == NULL) {
        return deadline;
    }
    if (board_starting(&running->board, now)) {
        deadline = running->machine_at;
    }
    /* A step that waits for a call to end comes with the turn in which it ends. */
    bool due = running->shifting && !running->view.off && running->shift_at > now;
    return due && running->shift_at < deadline ? running->shift_at : deadline;
}
