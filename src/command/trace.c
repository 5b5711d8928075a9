/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trace lines are written with stdio and flushed one by one, so that a test that follows the file
 * sees a line as soon as it happened, and a killed process leaves whole lines.
 *
 * Considered and refused: jansson, which would allocate in the turn that is being measured.
 */
#include "command/trace.h"

#include "system/clock.h"

#include <inttypes.h>

static void put_string(FILE *out, const char *name, const char *text) {
    fprintf(out, ",\"%s\":\"", name);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\') {
            fprintf(out, "\\%c", byte);
        } else if (byte < 0x20) {
            fprintf(out, "\\u%04x", byte);
        } else {
            fputc(byte, out);
        }
    }
    fputc('"', out);
}

static void put_number(FILE *out, const char *name, int64_t value) {
    fprintf(out, ",\"%s\":%" PRId64, name, value);
}

static void begin_at(FILE *out, const char *what, int64_t at_us) {
    fprintf(out, "{\"us\":%" PRId64 ",\"what\":\"%s\"", at_us, what);
}

static void begin(FILE *out, const char *what) {
    begin_at(out, what, clock_mono_us());
}

static void end(FILE *out) {
    fputs("}\n", out);
    fflush(out);
}

void trace_ready(FILE *out) {
    if (out != NULL) {
        begin(out, "ready");
        end(out);
    }
}

void trace_received(FILE *out, const char *topic, int64_t at_us) {
    if (out != NULL) {
        begin_at(out, "received", at_us);
        put_string(out, "topic", topic);
        end(out);
    }
}

void trace_refused(FILE *out, const char *topic, const char *refusal, const char *reason) {
    if (out != NULL) {
        begin(out, "refused");
        put_string(out, "topic", topic);
        put_string(out, "refusal", refusal);
        put_string(out, "reason", reason);
        end(out);
    }
}

void trace_link(FILE *out, const struct link_change *change) {
    static const char *const states[] = {
        [LINK_STARTING] = "starting", [LINK_UP] = "up", [LINK_DOWN] = "down"};
    if (out != NULL) {
        begin(out, "link");
        put_string(out, "state", states[change->state]);
        put_string(out, "reason", change->reason);
        end(out);
    }
}

void trace_speak(FILE *out, const struct utterance *utterance) {
    static const char *const kinds[] = {[UTTERANCE_CALL] = "call",
                                        [UTTERANCE_RECALL] = "recall",
                                        [UTTERANCE_NOTICE] = "notice",
                                        [UTTERANCE_URGENT] = "urgent"};
    if (out != NULL) {
        begin(out, "speak");
        put_number(out, "serial", utterance->serial);
        put_string(out, "kind", kinds[utterance->kind]);
        put_string(out, "lang", utterance->lang);
        put_number(out, "from", (int64_t)utterance->from);
        put_string(out, "id", utterance->id);
        put_number(out, "n", utterance->n);
        put_string(out, "ticket", utterance->ticket);
        put_string(out, "counter", utterance->counter);
        end(out);
    }
}

static const char *const said_names[] = {
    [SAID_NOTHING] = "", [SAID_TICKET] = "ticket", [SAID_DESTINATION] = "destination"};

void trace_voice(FILE *out, const struct voice_report *report) {
    static const char *const kinds[] = {
        [VOICE_STARTED] = "started", [VOICE_SEGMENT] = "segment", [VOICE_FINISHED] = "finished",
        [VOICE_HUSHED] = "hushed",   [VOICE_FAILED] = "failed",   [VOICE_WELL] = "well",
        [VOICE_LOST] = "lost"};
    if (out != NULL) {
        begin(out, kinds[report->kind]);
        put_number(out, "serial", report->serial);
        put_string(out, "said", said_names[report->said]);
        put_number(out, "at_us", report->at_us);
        put_string(out, "reason", report->reason);
        end(out);
    }
}

void trace_speaker(FILE *out, const struct speaker *speaker) {
    if (out != NULL) {
        begin(out, "speaker");
        put_string(out, "lang", speaker->tag);
        put_number(out, "well", speaker->well);
        put_number(out, "fallbacks", (int64_t)speaker->fallbacks);
        put_string(out, "reason", speaker->reason);
        end(out);
    }
}

void trace_shown(FILE *out, const struct view *view) {
    static const char *const states[] = {
        [HERO_NONE] = "none", [HERO_CALLING] = "calling", [HERO_RESTING] = "resting"};
    static const char *const alarms[] = {
        [ALARM_NONE] = "", [ALARM_LINK] = "link", [ALARM_VOICE] = "voice"};
    if (out == NULL) {
        return;
    }
    begin(out, "shown");
    put_string(out, "clock", view->clock);
    put_string(out, "hero", view->hero.ticket);
    put_string(out, "hero_state", states[view->hero.state]);
    put_string(out, "hero_said", said_names[view->hero.said]);
    put_string(out, "hero_again", view->hero.lines[0].again);
    put_string(out, "hero_moved", view->hero.lines[0].moved);
    put_string(out, "hero_priority", view->hero.lines[0].priority);
    fputs(",\"rows\":[", out);
    for (size_t i = 0; i < view->rows_count; i++) {
        fprintf(out, "%s{\"place\":%zu", i > 0 ? "," : "", i + 1);
        put_string(out, "ticket", view->rows[i].ticket);
        put_string(out, "label", view->rows[i].label);
        put_string(out, "again", view->rows[i].again);
        put_string(out, "moved", view->rows[i].moved);
        put_string(out, "priority", view->rows[i].priority);
        put_number(out, "fresh", view->rows[i].fresh);
        fputc('}', out);
    }
    fputc(']', out);
    put_number(out, "page", (int64_t)view->page);
    put_number(out, "pages", (int64_t)view->pages);
    put_string(out, "page_text", view->page_text);
    put_string(out, "alarm", alarms[view->alarm]);
    put_string(out, "alarm_text", view->alarm_texts[0]);
    put_string(out, "notice", view->notice);
    put_number(out, "urgent", view->urgent);
    put_string(out, "trouble", view->trouble[0]);
    put_number(out, "start", (int64_t)view->start.lines_count);
    put_number(out, "off", view->off);
    end(out);
}
