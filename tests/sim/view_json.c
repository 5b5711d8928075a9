/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The failing second as a picture: the view is written for screen/view_file.c to read back.
 *
 * Written by hand, because texts are short and the members few; quotes and control characters are
 * escaped, the rest is UTF-8 as it stands.
 */
#include "view_json.h"

static void put_text(const char *text, FILE *out) {
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', out);
        }
        if ((unsigned char)*text < ' ') {
            fprintf(out, "\\u%04x", (unsigned)*text);
        } else {
            fputc(*text, out);
        }
    }
    fputc('"', out);
}

static void put(const char *name, const char *text, FILE *out) {
    fprintf(out, "\"%s\":", name);
    put_text(text, out);
    fputs(",\n", out);
}

static void put_list(const char *name, const char *texts, size_t bytes, FILE *out) {
    fprintf(out, "\"%s\":[", name);
    for (size_t i = 0; i < VIEW_LANGS_MAX && texts[i * bytes] != '\0'; i++) {
        fputs(i > 0 ? "," : "", out);
        put_text(texts + i * bytes, out);
    }
    fputs("],\n", out);
}

static void put_hero(const struct view_hero *hero, FILE *out) {
    static const char *const states[] = {"none", "calling", "resting"};
    static const char *const saids[] = {"nothing", "ticket", "destination"};
    static const char *const directions[] = {"none", "left", "right", "up", "down", "ahead"};
    fputs("\"hero\":{", out);
    put("state", states[hero->state], out);
    put("ticket", hero->ticket, out);
    put("direction", directions[hero->direction], out);
    put("said", saids[hero->said], out);
    fprintf(out, "\"pulse\":%d,\"strong\":%s,\"lines\":[", hero->pulse,
            hero->strong ? "true" : "false");
    for (size_t i = 0; i < hero->lines_count; i++) {
        const struct view_line *line = &hero->lines[i];
        fputs(i > 0 ? ",{" : "{", out);
        put("tag", line->tag, out);
        put("title", line->title, out);
        put("noun", line->noun, out);
        put("label", line->label, out);
        put("way", line->way, out);
        put("moved", line->moved, out);
        put("priority", line->priority, out);
        fputs("\"again\":", out);
        put_text(line->again, out);
        fputc('}', out);
    }
    fputs("]},\n", out);
}

static void put_rows(const struct view *view, FILE *out) {
    fputs("\"rows\":[", out);
    for (size_t i = 0; i < view->rows_count; i++) {
        const struct view_row *row = &view->rows[i];
        fputs(i > 0 ? ",{" : "{", out);
        put("ticket", row->ticket, out);
        put("noun", row->noun, out);
        put("label", row->label, out);
        put("again", row->again, out);
        put("moved", row->moved, out);
        put("priority", row->priority, out);
        fprintf(out, "\"noun_needed\":%s,", row->noun_needed ? "true" : "false");
        fprintf(out, "\"fresh\":%s}", row->fresh ? "true" : "false");
    }
    fputs("],\n", out);
}

void view_json_write(const struct view *view, FILE *out) {
    static const char *const alarms[] = {"none", "link", "voice"};
    fputs("{", out);
    put("hall", view->hall, out);
    put("clock", view->clock, out);
    put("date", view->date, out);
    put("called", view->called, out);
    put("called_first", view->called_first, out);
    put("page_text", view->page_text, out);
    put("notice", view->notice, out);
    put("urgent_head", view->urgent_head, out);
    put("alarm", alarms[view->alarm], out);
    put_list("welcome", view->welcome[0], sizeof view->welcome[0], out);
    put_list("welcome_hint", view->welcome_hint[0], sizeof view->welcome_hint[0], out);
    put_list("alarm_texts", view->alarm_texts[0], sizeof view->alarm_texts[0], out);
    put_list("urgent_texts", view->urgent_texts[0], sizeof view->urgent_texts[0], out);
    put_hero(&view->hero, out);
    put_rows(view, out);
    fprintf(out, "\"urgent\":%s}\n", view->urgent ? "true" : "false");
}
