/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trace (command/trace.h) with the oracle at its other end: what the turn tells about itself is
 * what the oracle hears of it.
 */
#include "command/trace.h"

#include "oracle.h"

void trace_ready(FILE *out) {
    (void)out;
}

void trace_received(FILE *out, const char *topic, int64_t at_us) {
    (void)out;
    (void)topic;
    oracle_received(at_us);
}

void trace_refused(FILE *out, const char *topic, const char *refusal, const char *reason) {
    (void)out;
    (void)topic;
    (void)refusal;
    oracle_refused(reason);
}

void trace_link(FILE *out, const struct link_change *change) {
    (void)out;
    oracle_link(change);
}

void trace_speak(FILE *out, const struct utterance *utterance) {
    (void)out;
    oracle_planned(utterance);
}

void trace_voice(FILE *out, const struct voice_report *report) {
    (void)out;
    oracle_reported(report);
}

void trace_speaker(FILE *out, const struct speaker *speaker) {
    (void)out;
    (void)speaker;
}

void trace_shown(FILE *out, const struct view *view) {
    (void)out;
    oracle_shown(view);
    world_tell("screen: %s %s, %zu rows, page %zu of %zu%s%s",
               view->hero.state == HERO_CALLING   ? "calling"
               : view->hero.state == HERO_RESTING ? "resting"
                                                  : "welcome",
               view->hero.ticket, view->rows_count, view->page, view->pages,
               view->alarm == ALARM_LINK    ? ", link alarm"
               : view->alarm == ALARM_VOICE ? ", voice alarm"
                                            : "",
               view->urgent ? ", urgent" : "");
}
