/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The status is filled whole from what the hall knows at the moment (feed/status.h): no part of it
 * is kept up to date anywhere else, so none can be forgotten.
 *
 * Texts are borrowed, not copied: the status is written out in the same turn.
 */
#include "command/reporting.h"

#include <string.h>

const char reporting_incomplete[] = "the picture is incomplete, memory or descriptors are out";

static void fill_screen(const struct running *running, struct status *status) {
    static char mode[SCREEN_MODE_BYTES]; /* main thread; borrowed until the next one */
    bool whole = running->repaint_at == 0;
    mode[0] = '\0';
    status->screen_well = running->screen != NULL && whole;
    status->screen_reason = whole ? running->board.screen_reason : reporting_incomplete;
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

void reporting_fill(const struct running *running, struct moment now, struct status *status) {
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
        .missed = board->counts.missed,
        .shed_repeats = announcer->shed_repeats,
        .shed_languages = announcer->shed_languages,
        .shed_chimes = announcer->shed_chimes,
        .dropped = inbox_dropped(running->inbox),
        .elsewhere = board->counts.elsewhere,
        .listed = board_shown(board, &running->config.hall),
        .journal_kept = running->journal != NULL,
        .journal_well = running->journal_well,
        .journal_reason = running->journal_reason,
        .health = running->health,
        .clock = board->clock,
    };
    fill_screen(running, status);
    memcpy(status->refused, running->refused, sizeof status->refused);
    link_read_facts(running->link, &status->link);
}
