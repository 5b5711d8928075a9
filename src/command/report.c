/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The status is made anew from the hall each time and never kept, so that what it says and what is
 * so cannot drift apart. When it is due is the turn's business (running.c): soon after a change of
 * health, else once a minute.
 *
 * Considered and refused: a status of what has changed only. A reader of the broker's retained copy
 * would have to have seen all of them.
 */
#include "command/report.h"

#include "command/upkeep.h"
#include "feed/status.h"

#include <string.h>

static void fill_halls(const struct running *running, mono_ms now, struct status *status) {
    const struct board *board = &running->board;
    const struct hall *hall = &running->config.hall;
    status->halls_count = hall->halls.count;
    for (size_t i = 0; i < hall->halls.count; i++) {
        const struct sender *sender = &board->senders[i];
        status->halls[i] = (struct status_hall){.name = hall->halls.names[i],
                                                .heard = sender->heard,
                                                .late = board_beats_late(board, i, now),
                                                .missed = sender->missed};
        status->missed += sender->missed;
    }
    for (size_t i = 0; i < board->calls_count; i++) {
        const struct call *call = &board->calls[i];
        status->halls[call->from].listed += board_shows(hall, call);
    }
}

static void fill_screen(const struct running *running, struct status *status) {
    static char mode[SCREEN_MODE_BYTES]; /* main thread; borrowed until the next one */
    bool whole = running->repaint_at == 0;
    mode[0] = '\0';
    status->screen_well = running->screen != NULL && whole;
    status->screen_reason = whole ? running->board.screen_reason : INCOMPLETE_PICTURE;
    status->screen_width = running->scene.width;
    status->screen_height = running->scene.height;
    status->screen_off = running->shown && running->view.off;
    status->mode_reason = "";
    if (running->screen != NULL) {
        screen_mode_words(running->screen, mode);
        status->mode_reason = screen_mode_reason(running->screen);
    }
    status->screen_mode = mode;
}

static void fill_status(const struct running *running, struct moment now, struct status *status) {
    const struct board *board = &running->board;
    const struct announcer *announcer = &board->announcer;
    *status = (struct status){
        .version = HALLCALL_VERSION,
        .uptime_s = (now.mono - running->started_at) / 1000,
        .voice_well = board->voice_reason[0] == '\0',
        .voice_reason = board->voice_reason,
        .voice_lag_ms = announcer_lag(announcer, now.mono),
        .voice_behind = announcer->behind,
        .waiting = (unsigned)announcer->waiting,
        .volume_percent = running->volume_percent,
        .muted = announcer->muted,
        .muted_until = announcer->muted && now.wall != TIME_UNKNOWN
                           ? now.wall + (board->unmute_at - now.mono)
                           : TIME_UNKNOWN,
        .second_wanted = running->config.settings.audio.second_device[0] != '\0',
        .second_well = running->second_well,
        .second_reason = running->second_reason,
        .speakers_count = running->speakers_count,
        .speakers = running->speakers,
        .calls = board->counts.calls,
        .spoken = announcer->spoken,
        .unspoken = announcer->unspoken,
        .late = announcer->late,
        .muted_calls = announcer->muted_calls,
        .stale = board->counts.stale + announcer->stale,
        .duplicates = board->counts.duplicates,
        .shed_repeats = announcer->shed_repeats,
        .shed_languages = announcer->shed_languages,
        .shed_chimes = announcer->shed_chimes,
        .dropped = inbox_dropped(running->inbox),
        .elsewhere = board->counts.elsewhere,
        .listed = board_shown(board, &running->config.hall),
        .journal_kept = running->journal != NULL,
        .journal_well = running->journal_well,
        .journal_reason = running->journal_reason,
        .safe_reason = running->safe_reason,
        .config_reason = running->config_reason,
        .health = running->health,
        .clock = board->clock,
    };
    fill_screen(running, status);
    fill_halls(running, now.mono, status);
    memcpy(status->refused, running->refused, sizeof status->refused);
    link_read_facts(running->link, &status->link);
}

void report_status(struct running *running, struct moment now) {
    char text[9216];
    struct status status;
    struct publication publication = {
        .payload = text, .retained = true, .expiry_s = 300, .replace = true};
    upkeep_health(running, now.mono);
    fill_status(running, now, &status);
    publication.payload_bytes = status_write(&status, text, sizeof text);
    memcpy(publication.topic, running->status_topic, sizeof publication.topic);
    bool made = publication.payload_bytes > 0;
    bool sent = running->link_up && made && link_publish(running->link, &publication);
    running->status_sent_at = now.mono;
    /* One that found no memory is made again soon; without a link the next news make one. */
    running->status_at =
        now.mono + (sent || !running->link_up ? STATUS_EVERY_MS : STATUS_MIN_GAP_MS);
}
