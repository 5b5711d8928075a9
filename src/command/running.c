/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The turn of the main thread (running.h).
 *
 * Painting is the only expensive thing in a turn and happens once, after all letters: ten calls in
 * one burst are one frame. What is to be said is given to the voice right after the frame that
 * shows it: a visitor never hears a number that is not on the screen yet, and since the voice needs
 * only some 8 ms to the first sample, both are there at the same moment.
 *
 * Considered and refused: giving the script away first, which starts the chime some 3 ms earlier
 * and lets it run ahead of the picture whenever a frame is slow.
 */
#include "command/running.h"

#include "command/report.h"
#include "command/trace.h"
#include "command/upkeep.h"
#include "core/board_calls.h"
#include "core/phrase.h"
#include "core/rest.h"
#include "system/clock.h"
#include "system/log.h"

#include <stdlib.h>
#include <string.h>

/* A message is read again when memory was out, which other threads may have given back. */
enum { READINGS_MAX = 3 };

static void hand_out(struct running *running, const struct effects *effects, wall_ms wall) {
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->list[i];
        switch (effect->kind) {
        case EFFECT_SPEAK:
            running->to_speak = true;
            running->utterance = effect->utterance;
            running->mark = 0;
            running->marked = false;
            break;
        case EFFECT_HUSH:
            running->to_speak = false;
            voice_hush(running->voice);
            break;
        case EFFECT_WAKE:
            voice_wake(running->voice, (int)running->config.hall.policy.lead_in_ms);
            break;
        }
    }
    for (size_t i = 0; i < effects->unheard_count; i++) {
        witness_unheard(&running->witness, &effects->unheard[i], wall);
    }
}

/* Whether the journal knows that this call is about to be spoken, so that it is not spoken again
 * after a kill. A disk that takes too long is not waited for: the call is worth more. */
static bool mark_made(struct running *running, mono_ms now) {
    const struct utterance *utterance = &running->utterance;
    bool first_of_call = utterance->chime == CHIME_CALL && !utterance->repeat;
    if (!first_of_call || running->journal == NULL || running->marked) {
        return true;
    }
    if (running->mark == 0) {
        running->mark = utterance->serial;
        running->mark_until = now + JOURNAL_MARK_WAIT_MS;
        journal_mark(running->journal, utterance->from, utterance->id, utterance->n, running->mark);
    }
    return now >= running->mark_until;
}

/* Gives the voice what the frame now shows. */
static void speak(struct running *running, mono_ms now) {
    struct script script;
    if (!running->to_speak || !mark_made(running, now)) {
        return;
    }
    running->to_speak = false;
    running->spoken = running->utterance;
    trace_speak(running->trace, &running->utterance);
    /* An utterance that has no words in its language still gets its chime and report. */
    (void)phrase_make(&running->config.hall, &running->utterance, &script);
    voice_speak(running->voice, &script);
}

static void apply(struct running *running, const struct input *input, struct moment now) {
    struct effects effects = {.count = 0};
    board_apply(&running->board, &running->config.hall, input, now, &effects);
    hand_out(running, &effects, now.wall);
}

static void log_refusal(const char *topic, enum refusal refusal, const char *reason) {
    static struct log_gate gate;
    uint32_t held;
    char quoted[TOPIC_BYTES];
    if (log_gate_open(&gate, 100, &held)) {
        if (held > 0) {
            log_line(LOG_WARN, "feed", "messages refused without a line held_back=%u", held);
        }
        log_line(LOG_WARN, "feed", "message refused: %s topic=\"%s\" refusal=%s", reason,
                 log_quote(quoted, sizeof quoted, topic, strlen(topic)), refusal_name(refusal));
    }
}

static void log_event(const struct event *event, const char *hall) {
    static const char *const types[] = {[EVENT_CALL] = "call",
                                        [EVENT_RECALL] = "recall",
                                        [EVENT_WITHDRAW] = "withdraw",
                                        [EVENT_SERVED] = "served",
                                        [EVENT_NO_SHOW] = "no-show"};
    char ticket[TICKET_BYTES * 4], id[ID_BYTES * 2];
    log_line(LOG_INFO, "hall", "%s ticket=\"%s\" counter=%s id=\"%s\" n=%u hall=%s",
             types[event->type],
             log_quote(ticket, sizeof ticket, event->ticket, strlen(event->ticket)), event->counter,
             log_quote(id, sizeof id, event->id, strlen(event->id)), event->n, hall);
}

/* The next status goes out as soon as this gap after the one before has passed. */
static void status_within(struct running *running, mono_ms now, int64_t gap_ms) {
    mono_ms earliest = running->status_sent_at + gap_ms;
    earliest = earliest > now ? earliest : now;
    running->status_at = earliest < running->status_at ? earliest : running->status_at;
}

static void status_soon(struct running *running, mono_ms now) {
    status_within(running, now, STATUS_MIN_GAP_MS);
}

/* Applies what a message said, and writes down what it began or ended. */
static void accept(struct running *running, int64_t received_us, struct moment now) {
    const struct input *input = &running->input;
    uint64_t calls = running->board.counts.calls, gone = running->board.counts.gone;
    if (input->kind == INPUT_NOTICE && input->notice.texts_count > 0) {
        witness_notice(&running->witness, &input->notice, now.wall);
    }
    if (input->kind != INPUT_EVENT) {
        apply(running, input, now);
        return;
    }
    log_event(&input->event, halls_name(&running->config.hall.halls, input->event.from));
    if (input->event.type != EVENT_CALL && input->event.type != EVENT_RECALL) {
        witness_end(&running->witness, &input->event, now.wall);
    }
    struct effects effects = {.count = 0};
    board_apply(&running->board, &running->config.hall, input, now, &effects);
    if (running->board.counts.calls > calls) {
        witness_call(&running->witness, &running->board.calls[0], received_us, now.wall);
    }
    if (running->board.counts.gone > gone) {
        witness_end(&running->witness, &input->event, now.wall);
    }
    hand_out(running, &effects, now.wall);
}

/* A mute until a time of day. */
static bool needs_clock(const struct input *input) {
    return input->kind == INPUT_REMOTE && input->remote.kind == REMOTE_MUTE &&
           input->remote.mute_until != TIME_UNKNOWN;
}

static void read_message(struct running *running, const struct letter *letter, struct moment now) {
    char reason[REASON_BYTES];
    trace_received(running->trace, letter->message.topic, letter->at_us);
    struct message message = {letter->message.topic, letter->message.payload,
                              letter->message.payload_bytes, &letter->message.arrival};
    enum refusal refusal = REFUSAL_MEMORY;
    for (int i = 0; i < READINGS_MAX && refusal == REFUSAL_MEMORY; i++) {
        refusal = contract_read(&running->contract, &message, &running->input, reason);
    }
    if (refusal == REFUSAL_NONE && needs_clock(&running->input) && now.wall == TIME_UNKNOWN) {
        refusal = REFUSAL_MEMBER;
        snprintf(reason, sizeof reason, "until: this display does not know the time: use minutes");
    }
    if (refusal == REFUSAL_NONE) {
        accept(running, letter->at_us, now);
        return;
    }
    running->refused[refusal]++;
    status_within(running, now.mono, STATUS_COUNTS_GAP_MS);
    trace_refused(running->trace, letter->message.topic, refusal_name(refusal), reason);
    log_refusal(letter->message.topic, refusal, reason);
}

static void read_link(struct running *running, const struct link_change *change,
                      struct moment now) {
    trace_link(running->trace, change);
    running->link_up = change->state == LINK_UP;
    memcpy(running->link_reason, change->reason, REASON_BYTES);
    running->input.kind = INPUT_LINK;
    running->input.link = *change;
    apply(running, &running->input, now);
    status_soon(running, now.mono);
}

static void read_voice(struct running *running, const struct voice_report *report,
                       struct moment now) {
    trace_voice(running->trace, report);
    bool mine = report->serial == running->spoken.serial && !running->spoken.repeat;
    if (report->kind == VOICE_STARTED && mine) {
        witness_heard(&running->witness, &running->spoken, report->at_us, now.wall);
    }
    running->input.kind = INPUT_VOICE;
    running->input.voice = *report;
    apply(running, &running->input, now);
}

/* Staff are told within seconds when the voice is lost, or cannot keep up, and when it is well
 * again: at the end of the turn, because the core may also find out by a deadline. */
static void note_voice(struct running *running, mono_ms now) {
    const struct board *board = &running->board;
    const struct announcer *announcer = &board->announcer;
    if (strcmp(board->voice_reason, running->voice_told) != 0) {
        memcpy(running->voice_told, board->voice_reason, sizeof running->voice_told);
        status_soon(running, now);
        if (announcer->hung) {
            log_line(LOG_ERR, "voice", "%s", board->voice_reason);
        }
    }
    if (announcer->behind != running->behind_told) {
        running->behind_told = announcer->behind;
        status_soon(running, now);
        log_line(announcer->behind ? LOG_WARN : LOG_INFO, "voice",
                 announcer->behind ? "calls wait too long to be spoken lag_s=%d waiting=%zu"
                                   : "calls are spoken in time again lag_s=%d waiting=%zu",
                 (int)(announcer_lag(announcer, now) / 1000), announcer->waiting);
    }
}

/* A queue system that is silent while another one of the display is heard shows in no figure of the
 * link. */
static void note_halls(struct running *running, mono_ms now) {
    const struct halls *halls = &running->config.hall.halls;
    for (size_t i = 0; i < halls->count; i++) {
        bool late = board_beats_late(&running->board, i, now);
        if (late == running->late_told[i]) {
            continue;
        }
        running->late_told[i] = late;
        status_soon(running, now);
        if (late || running->link_up) {
            log_line(late ? LOG_WARN : LOG_INFO, "hall",
                     late ? "the queue system's heartbeats are missing hall=%s"
                          : "the queue system's heartbeats come again hall=%s",
                     halls->names[i]);
        }
    }
}

static void read_speaker(struct running *running, const struct speaker *speaker, mono_ms now) {
    trace_speaker(running->trace, speaker);
    for (size_t i = 0; i < running->speakers_count; i++) {
        if (strcmp(running->speakers[i].tag, speaker->tag) == 0) {
            running->speakers[i] = *speaker;
        }
    }
    status_soon(running, now);
}

static void read_journal(struct running *running, const struct letter *letter, mono_ms now) {
    if (letter->journal.token != 0) {
        running->marked = running->marked || letter->journal.token == running->mark;
        return;
    }
    running->journal_well = letter->journal.well;
    memcpy(running->journal_reason, letter->journal.reason, sizeof running->journal_reason);
    status_soon(running, now);
}

static void read_second(struct running *running, const struct letter *letter, mono_ms now) {
    running->second_well = letter->second.well;
    memcpy(running->second_reason, letter->second.reason, sizeof running->second_reason);
    status_soon(running, now);
}

static void drain(struct running *running, struct moment now) {
    struct letter letter;
    for (int i = 0; i < LETTERS_PER_TURN_MAX && inbox_take(running->inbox, &letter); i++) {
        switch (letter.kind) {
        case LETTER_MESSAGE:
            read_message(running, &letter, now);
            free(letter.message.payload);
            break;
        case LETTER_LINK:
            read_link(running, &letter.link, now);
            break;
        case LETTER_VOICE:
            read_voice(running, &letter.voice, now);
            break;
        case LETTER_SECOND:
            read_second(running, &letter, now.mono);
            break;
        case LETTER_SPEAKER:
            read_speaker(running, &letter.speaker, now.mono);
            break;
        case LETTER_DELIVERED:
            break; /* nobody waits for the status */
        case LETTER_JOURNAL:
            read_journal(running, &letter, now.mono);
            break;
        }
    }
}

/* Tells the voice the volume of this moment, and staff what people have asked for. */
static void set_volume(struct running *running, struct moment now) {
    const struct board *board = &running->board;
    int percent = volume_at(&running->config.settings.audio.volume, board->volume_asked, now.wall,
                            clock_utc_offset_s(now.wall));
    if (percent != running->volume_percent) {
        log_line(LOG_INFO, "voice", "volume percent=%d", percent);
        running->volume_percent = percent;
        voice_set_volume(running->voice, percent);
        status_soon(running, now.mono);
    }
    if (board->announcer.muted != running->muted) {
        running->muted = board->announcer.muted;
        log_line(LOG_INFO, "voice", "muted=%d", running->muted);
        status_soon(running, now.mono);
    }
}

/* Closes the loudspeaker while the screen rests, and opens it in the turn of the call that wakes
 * it: the script comes after the frame, by when it is open. */
static void set_rest(struct running *running, struct moment now) {
    const struct hall *hall = &running->config.hall;
    bool resting = hall->policy.off.count > 0 &&
                   rest_now(&running->board, hall, now, clock_utc_offset_s(now.wall));
    if (resting != running->resting) {
        running->resting = resting;
        voice_rest(running->voice, resting);
    }
}

static void screen_changed(struct running *running, const char *reason, struct moment now) {
    running->input.kind = INPUT_SCREEN;
    running->input.screen.well = reason[0] == '\0';
    memcpy(running->input.screen.reason, reason, REASON_BYTES);
    apply(running, &running->input, now);
    status_soon(running, now.mono);
}

static void close_screen(struct running *running) {
    screen_destroy(running->screen);
    running->screen = NULL;
    running->shown = false;
    running->repaint_at = 0;
}

static void lose_screen(struct running *running, const char *reason, struct moment now) {
    log_line(LOG_ERR, "screen", "no picture: %s", reason);
    close_screen(running);
    running->screen_retry_at = now.mono + SCREEN_RETRY_MS;
    screen_changed(running, reason, now);
}

/* What has room on the display as it is now. */
static void take_size(struct running *running) {
    int width, height;
    screen_size(running->screen, &width, &height);
    struct mounting mounting = running->mounting;
    if (mounting.diagonal_in <= 0) {
        mounting.diagonal_in = screen_diagonal_in(running->screen);
    }
    running->sheet = sheet_make(running->config.settings.display.layout, width, height, &mounting);
    running->sheet.words = hall_has_words(&running->config.hall);
    upkeep_size(running);
    board_set_page(&running->board, running->board.pager.rows_per_page,
                   layout_notice_characters(&running->sheet));
    running->shown = false;
}

void running_open_screen(struct running *running, mono_ms now) {
    char reason[REASON_BYTES] = "";
    struct moment moment = {.mono = now, .wall = TIME_UNKNOWN};

    running->screen = screen_create(&running->screen_options, reason);
    if (running->screen == NULL) {
        running->screen_retry_at = now + SCREEN_RETRY_MS;
        if (strcmp(reason, running->board.screen_reason) != 0) {
            log_line(LOG_ERR, "screen", "no picture: %s", reason);
            screen_changed(running, reason, moment);
        }
        return;
    }
    take_size(running);
    if (screen_mode_reason(running->screen)[0] != '\0') {
        log_line(LOG_WARN, "screen", "another mode than configured: %s",
                 screen_mode_reason(running->screen));
    }
    int width, height;
    screen_size(running->screen, &width, &height);
    log_line(LOG_INFO, "screen", "display open width=%d height=%d", width, height);
    running->theme = 0;
    running->warming = true;
    if (running->board.screen_reason[0] != '\0') {
        screen_changed(running, (const char[REASON_BYTES]){""}, moment);
    }
}

static void poll_screen(struct running *running, struct moment now) {
    struct screen_events events = {0};
    if (running->screen == NULL) {
        if (now.mono >= running->screen_retry_at) {
            running_open_screen(running, now.mono);
        }
        return;
    }
    screen_poll(running->screen, &events);
    if (events.lost) {
        static const char reason[REASON_BYTES] = "the display server has gone";
        lose_screen(running, reason, now);
        return;
    }
    running->quit = running->quit || events.quit;
    if (events.moved) {
        log_line(LOG_INFO, "screen", "the output has changed");
        close_screen(running);
        running_open_screen(running, now.mono);
        return;
    }
    if (events.resized) {
        take_size(running);
    }
}

/* A character that is missing for want of memory is drawn as soon as there is some. */
static void note_picture(struct running *running, bool incomplete, struct moment now) {
    bool was_incomplete = running->repaint_at != 0;
    running->repaint_at = incomplete ? now.mono + REPAINT_MS : 0;
    if (incomplete == was_incomplete) {
        return;
    }
    if (incomplete) {
        log_line(LOG_ERR, "screen", "%s: drawn again each %d ms", INCOMPLETE_PICTURE, REPAINT_MS);
    } else {
        log_line(LOG_WARN, "screen", "the picture is whole again");
    }
    status_soon(running, now.mono);
}

static void say_all(struct running *running, struct moment now) {
    int offset_s = clock_utc_offset_s(now.wall);
    view_make(&running->board, &running->config.hall, now, offset_s, &running->next);
    memcpy(running->next.trouble, running->trouble, sizeof running->trouble);
}

/* What is to be said now. An alarm takes room of the list, so the page may have to change first. */
static void make_view(struct running *running, struct moment now) {
    say_all(running, now);
    struct metrics metrics = screen_metrics(running->screen);
    size_t rows = layout_rows(&running->next, &running->sheet, &metrics);
    if (rows != running->board.pager.rows_per_page) {
        board_set_page(&running->board, rows, running->board.pager.notice_characters);
        say_all(running, now);
    }
    upkeep_start(running, now);
}

/* The colours of this hour, once the card rests or belongs to another call: nothing changes under
 * the eyes of whoever is reading a call that is being announced. */
static void set_theme(struct running *running, struct moment now) {
    const struct theme_plan *plan = &running->config.settings.display.theme_schedule;
    const struct view_hero *before = &running->view.hero, *after = &running->next.hero;
    int span = week_find(&plan->week, now.wall, clock_utc_offset_s(now.wall));
    size_t theme = span == WEEK_NONE ? 0 : (size_t)span + 1;
    bool same_call = before->state == HERO_CALLING && after->state == HERO_CALLING &&
                     strcmp(before->ticket, after->ticket) == 0;
    if (theme == running->theme || (running->shown && same_call)) {
        return;
    }
    log_line(LOG_INFO, "screen", "theme file=%s", running->screen_options.theme_files[theme]);
    running->theme = theme;
    running->shown = false;
    screen_use_theme(running->screen, theme);
}

/* Lays out and paints when what is to be said differs from what is on the screen. */
static void show(struct running *running, struct moment now) {
    char reason[REASON_BYTES];
    if (running->screen == NULL) {
        return;
    }
    make_view(running, now);
    running->next.logo = screen_logo(running->screen);
    set_theme(running, now);
    bool due = running->repaint_at != 0 && now.mono >= running->repaint_at;
    due = upkeep_shift(running, now.mono) || due;
    if (running->shown && !due &&
        memcmp(&running->next, &running->view, sizeof running->view) == 0) {
        return;
    }
    struct metrics metrics = screen_metrics(running->screen);
    layout_make(&running->next, &running->sheet, &metrics, &running->scene);
    upkeep_place(running);
    if (!screen_show(running->screen, &running->scene, reason)) {
        lose_screen(running, reason, now);
        return;
    }
    note_picture(running, screen_incomplete(running->screen), now);
    bool news = !running->shown || !view_differs_by_pulse(&running->view, &running->next);
    if (running->next.off != running->view.off) {
        log_line(LOG_INFO, "screen", running->next.off ? "black by its timetable" : "on again");
        status_soon(running, now.mono);
    }
    running->view = running->next;
    running->shown = true;
    witness_frame(&running->witness, clock_mono_us(), now.wall);
    if (news) {
        trace_shown(running->trace, &running->view);
    }
    if (!running->ready) {
        running->ready = true;
        trace_ready(running->trace);
    }
}

static void set_deadline(struct running *running, struct moment now) {
    mono_ms board = board_deadline(&running->board, &running->config.hall, now);
    mono_ms view = view_deadline(&running->board, &running->config.hall, now);
    mono_ms upkeep = upkeep_deadline(running, now.mono);
    running->deadline = board < view ? board : view;
    running->deadline = upkeep < running->deadline ? upkeep : running->deadline;
}

void running_restore(struct running *running, const struct journal_memory *memory) {
    struct board *board = &running->board;
    board->calls_count = memory->calls_count;
    memcpy(board->calls, memory->calls, memory->calls_count * sizeof memory->calls[0]);
    for (size_t i = 0; i < board->calls_count; i++) {
        /* The languages of the configuration may have changed meanwhile. */
        struct lang_list asked = board->calls[i].langs;
        board_pick_langs(&running->config.hall, &asked, &board->calls[i].langs);
    }
    board->known_count = memory->known_count;
    board->known_next = memory->known_count % SPOKEN_MAX;
    memcpy(board->known, memory->known, memory->known_count * sizeof memory->known[0]);
    for (size_t i = 0; i < HALLS_MAX; i++) {
        board->senders[i].newest = memory->numberings[i];
    }
    board->met = memory->calls_count > 0; /* there is something to show */
}

void running_turn(struct running *running) {
    struct moment now = clock_moment();
    struct effects effects = {.count = 0};

    upkeep_clock(running, now);
    drain(running, now);
    poll_screen(running, now);
    board_tick(&running->board, &running->config.hall, now, &effects);
    hand_out(running, &effects, now.wall);
    note_voice(running, now.mono);
    note_halls(running, now.mono);
    set_volume(running, now);
    set_rest(running, now);
    journal_board(running->journal, &running->board, now); /* a kill may come at any moment */
    show(running, now);
    speak(running, now.mono);
    if (now.mono >= running->status_at) {
        report_status(running, now);
    }
    if (running->screen != NULL && running->shown && running->warming) {
        running->warming = screen_warm(running->screen, &running->sheet, &running->scene);
    }
    set_deadline(running, now);
}

int running_sleep_ms(const struct running *running) {
    mono_ms now = clock_mono_ms();
    mono_ms next = running->deadline;
    next = running->status_at < next ? running->status_at : next;
    if (running->repaint_at != 0) {
        next = running->repaint_at < next ? running->repaint_at : next;
    }
    if (running->to_speak && running->mark != 0) {
        next = running->mark_until < next ? running->mark_until : next;
    }
    if (running->screen == NULL) {
        next = running->screen_retry_at < next ? running->screen_retry_at : next;
    } else if (running->warming || screen_pending(running->screen)) {
        next = now;
    } else if (screen_fd(running->screen) < 0) {
        next = now + SCREEN_POLL_MS < next ? now + SCREEN_POLL_MS : next;
    }
    if (next <= now) {
        return 0;
    }
    return next - now > 3600000 ? 3600000 : (int)(next - now);
}
