/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the board to what the screen says. Words come from the language files; places and sizes are
 * the layout's business.
 *
 * The hero is the announcer's current call, so that card and voice cannot disagree; between two
 * announcements the last one stays, also while the next one has its lead-in. Dates are computed
 * here from the wall time and an offset, because the core may not ask the C library for the time
 * zone.
 */
#include "core/view.h"

#include "core/board_notices.h"
#include "core/pulse.h"
#include "core/rest.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

enum { MS_PER_MINUTE = 60000, MINUTES_PER_DAY = 1440 };

/* A call wherever it is kept: in the list or with the announcer. */
struct call_words {
    size_t from;
    const char *ticket, *counter, *label;
    const struct lang_list *langs;
    bool again, moved, priority;
};

static const struct language *first_language(const struct hall *hall) {
    return &hall->languages[0];
}

/* Days since 1970-01-01 to a civil date, for any day (proleptic Gregorian, 400-year eras). */
static void civil_date(int64_t days, int *month, int *day) {
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t shifted_month = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
}

static int64_t local_minutes(wall_ms wall, int utc_offset_s) {
    return (wall + (int64_t)utc_offset_s * 1000) / MS_PER_MINUTE;
}

/* "14:05", as the language writes it; "--:--" while the time is not known. */
static void write_time(const struct language *language, wall_ms wall, int utc_offset_s, char *out,
                       size_t out_bytes) {
    char hour[12] = "--", minute[12] = "--";
    if (wall != TIME_UNKNOWN) {
        int of_day = (int)(local_minutes(wall, utc_offset_s) % MINUTES_PER_DAY);
        snprintf(hour, sizeof hour, "%02d", of_day / 60);
        snprintf(minute, sizeof minute, "%02d", of_day % 60);
    }
    const struct text_value values[] = {{"hour", hour}, {"minute", minute}};
    text_fill(language->time, values, 2, out, out_bytes);
}

static void write_clock(const struct language *language, struct moment now, int utc_offset_s,
                        struct view *view) {
    int64_t days = local_minutes(now.wall, utc_offset_s) / MINUTES_PER_DAY;
    int month, day;
    civil_date(days, &month, &day);
    char number[12];
    snprintf(number, sizeof number, "%d", day);
    const struct text_value values[] = {
        {"weekday", language->weekdays[(days + 4) % 7]}, /* 1970-01-01 was a Thursday */
        {"day", number},
        {"month", language->months[month - 1]},
    };
    write_time(language, now.wall, utc_offset_s, view->clock, sizeof view->clock);
    text_fill(language->date, values, 3, view->date, sizeof view->date);
}

/* A label in the hall's first two languages, joined: "Called · Викликані". */
static void join_label(const struct hall *hall, enum label label, char *out, size_t out_bytes) {
    out[0] = '\0';
    for (size_t i = 0; i < hall_own_languages(hall) && i < 2; i++) {
        if (i > 0) {
            text_append(out, out_bytes, " · ");
        }
        text_append(out, out_bytes, hall->languages[i].labels[label]);
    }
}

static enum noun noun_of(const struct hall *hall, size_t from, const char *counter_id) {
    const struct counter *counter = hall_counter(hall, from, counter_id);
    return counter != NULL ? counter->noun : hall->noun;
}

/* Where a counter is, in words: the site's own text, else the phrases that are spoken too. */
static void write_way(const struct hall *hall, const struct counter *counter,
                      const struct language *language, struct view_line *line) {
    for (size_t i = 0; counter != NULL && i < counter->ways_count; i++) {
        if (counter->ways[i].tag[0] == '\0' ||
            language_tag_matches(counter->ways[i].tag, language->tag)) {
            text_copy(line->way, sizeof line->way, counter->ways[i].text);
            return;
        }
    }
    enum way ways[COUNTER_WAYS_MAX];
    size_t count = hall_ways(hall, counter, ways);
    for (size_t i = 0; i < count; i++) {
        text_append(line->way, sizeof line->way, i > 0 ? ", " : "");
        text_append(line->way, sizeof line->way, language->ways[ways[i]].screen);
    }
}

static void write_line(const struct hall *hall, const struct call_words *call, const char *tag,
                       struct view_line *line) {
    const struct language *language = hall_language(hall, tag);
    if (language == NULL) {
        language = first_language(hall);
    }
    const struct counter *counter = hall_counter(hall, call->from, call->counter);
    enum noun noun = noun_of(hall, call->from, call->counter);
    text_copy(line->tag, sizeof line->tag, language->tag);
    text_copy(line->title, sizeof line->title, language->labels[LABEL_TICKET]);
    text_copy(line->noun, sizeof line->noun, language->nouns[noun].screen);
    text_copy(line->label, sizeof line->label,
              hall_counter_label(hall, call->from, call->counter, call->label, language->tag));
    write_way(hall, counter, language, line);
    if (call->again) {
        text_copy(line->again, sizeof line->again, language->labels[LABEL_AGAIN]);
    }
    if (call->moved) {
        text_copy(line->moved, sizeof line->moved, language->nouns[noun].moved);
    }
    if (call->priority) {
        text_copy(line->priority, sizeof line->priority, language->labels[LABEL_PRIORITY]);
    }
}

static void write_hero(const struct hall *hall, const struct call_words *call,
                       struct view_hero *hero) {
    const struct counter *counter = hall_counter(hall, call->from, call->counter);
    text_copy(hero->ticket, sizeof hero->ticket, call->ticket);
    hero->direction = counter != NULL ? counter->direction : DIRECTION_NONE;
    hero->lines_count = call->langs->count < VIEW_LANGS_MAX ? call->langs->count : VIEW_LANGS_MAX;
    for (size_t i = 0; i < hero->lines_count; i++) {
        write_line(hall, call, call->langs->tags[i], &hero->lines[i]);
    }
}

static struct call_words words_of_row(const struct call *call) {
    return (struct call_words){.from = call->from,
                               .ticket = call->ticket,
                               .counter = call->counter,
                               .label = call->label,
                               .langs = &call->langs,
                               .again = call->again,
                               .moved = call->moved,
                               .priority = call->priority};
}

static struct call_words words_of_announcement(const struct announcement *announcement) {
    return (struct call_words){.from = announcement->from,
                               .ticket = announcement->ticket,
                               .counter = announcement->counter,
                               .label = announcement->label,
                               .langs = &announcement->langs,
                               .again = announcement->kind == UTTERANCE_RECALL,
                               .moved = announcement->moved,
                               .priority = announcement->priority};
}

/* The shown row of what was announced, NULL when there is none. */
static const struct call *row_of(const struct board *board, const struct hall *hall,
                                 const struct announcement *announced) {
    for (size_t i = 0; i < board->calls_count; i++) {
        const struct call *call = &board->calls[i];
        bool same = call->from == announced->from && strcmp(call->id, announced->id) == 0;
        if (same && board_shows(hall, call)) {
            return call;
        }
    }
    return NULL;
}

/* The newest shown row of a call that does not wait for its lead-in; NULL when there is none. */
static const struct call *newest_row(const struct board *board, const struct hall *hall,
                                     mono_ms now) {
    bool leads_in = announcer_leads_in(&board->announcer, now);
    for (size_t i = 0; i < board->calls_count; i++) {
        const struct call *call = &board->calls[i];
        bool waits = leads_in && announcer_has(&board->announcer, call->from, call->id);
        if (board_shows(hall, call) && !waits) {
            return call;
        }
    }
    return NULL;
}

/* The last call is still being announced, or has its minimum time, or waits for the next one. One
 * that waits for its lead-in came too late for that: the card is at rest and stays so. */
static bool still_calling(const struct announcer *announcer, const struct policy *policy,
                          mono_ms now) {
    const struct announcement *next = &announcer->queue[announcer->first];
    bool call_waits = announcer->waiting > 0 && !announcer->held &&
                      !announcer_leads_in(announcer, now) &&
                      (next->kind == UTTERANCE_CALL || next->kind == UTTERANCE_RECALL);
    return announcer->state != ANNOUNCER_IDLE || call_waits ||
           now < announcer->started_at + policy->hero_min_ms;
}

/* Visitors have only the screen: the voice is lost, or muted by a person. */
static bool voice_silent(const struct board *board) {
    return board->voice_reason[0] != '\0' || board->announcer.muted;
}

/* The row of the call that was announced last, NULL when there is none. */
static const struct call *current_row(const struct board *board, const struct hall *hall) {
    const struct announcement *current = &board->announcer.current;
    bool of_call = current->langs.count > 0 &&
                   (current->kind == UTTERANCE_CALL || current->kind == UTTERANCE_RECALL);
    return of_call ? row_of(board, hall, current) : NULL;
}

/* Whether a call is being said to the hall. */
static bool speaks_call(const struct announcer *announcer) {
    return announcer->state != ANNOUNCER_IDLE && (announcer->current.kind == UTTERANCE_CALL ||
                                                  announcer->current.kind == UTTERANCE_RECALL);
}

static bool has_card(const struct board *board, const struct hall *hall, mono_ms now) {
    return speaks_call(&board->announcer) || (current_row(board, hall) != NULL &&
                                              still_calling(&board->announcer, &hall->policy, now));
}

/* The welcome; on one counter's own display with what its counter is called. */
static void make_welcome(const struct hall *hall, struct view *view) {
    char id[NAME_BYTES];
    size_t from = group_one(&hall->group, &hall->halls, id);
    struct call_words own = {.from = from, .ticket = "", .counter = id, .label = ""};
    for (size_t i = 0; i < hall_own_languages(hall) && i < VIEW_LANGS_MAX; i++) {
        const struct language *language = &hall->languages[i];
        text_copy(view->welcome[i], PHRASE_BYTES, language->labels[LABEL_WELCOME]);
        text_copy(view->welcome_hint[i], PHRASE_BYTES, language->labels[LABEL_WELCOME_HINT]);
        if (id[0] != '\0') {
            write_line(hall, &own, language->tag, &view->hero.lines[view->hero.lines_count++]);
        }
    }
}

static void make_hero(const struct board *board, const struct hall *hall, mono_ms now,
                      struct view *view) {
    const struct announcer *announcer = &board->announcer;
    const struct announcement *current = &announcer->current;
    const struct call *row = current_row(board, hall);
    const struct call *newest = newest_row(board, hall, now);
    bool speaking = speaks_call(announcer);

    view->hero.strong = voice_silent(board);
    if (has_card(board, hall, now)) {
        struct call_words words = words_of_announcement(current);
        view->hero.state = HERO_CALLING;
        write_hero(hall, &words, &view->hero);
        view->hero.said = announcer_said(announcer, now);
        view->hero.pulse = hall->policy.pulse ? pulse_level(now - announcer->pulse_at) : 0;
        view->hero.said_line = speaking ? announcer->part % current->langs.count : 0;
    } else if (newest != NULL) {
        struct call_words words = words_of_row(row != NULL ? row : newest);
        view->hero.state = HERO_RESTING;
        write_hero(hall, &words, &view->hero);
    } else {
        make_welcome(hall, view);
    }
}

static void make_rows(const struct board *board, const struct hall *hall, mono_ms now,
                      struct view *view) {
    const struct pager *pager = &board->pager;
    const struct language *language = first_language(hall);
    size_t skipped = pager->page * pager->rows_per_page; /* on the pages before */
    size_t shown = board_shown(board, hall);

    view->pages = (shown + pager->rows_per_page - 1) / pager->rows_per_page;
    view->pages = view->pages > 0 ? view->pages : 1;
    view->page = pager->page + 1;
    for (size_t i = 0; i < board->calls_count && view->rows_count < pager->rows_per_page &&
                       view->rows_count < VIEW_ROWS_MAX;
         i++) {
        const struct call *call = &board->calls[i];
        if (!board_shows(hall, call)) {
            continue;
        }
        if (skipped > 0) {
            skipped--;
            continue;
        }
        struct view_row *row = &view->rows[view->rows_count++];
        enum noun noun = noun_of(hall, call->from, call->counter);
        text_copy(row->ticket, sizeof row->ticket, call->ticket);
        text_copy(row->noun, sizeof row->noun, language->nouns[noun].screen);
        text_copy(row->label, sizeof row->label,
                  hall_counter_label(hall, call->from, call->counter, call->label, language->tag));
        row->noun_needed = noun != hall->noun;
        if (call->again) {
            text_copy(row->again, sizeof row->again, language->labels[LABEL_AGAIN]);
        }
        if (call->moved) {
            text_copy(row->moved, sizeof row->moved, language->nouns[noun].moved);
        }
        if (call->priority) {
            text_copy(row->priority, sizeof row->priority, language->labels[LABEL_PRIORITY]);
        }
        row->fresh = call->announced && now < call->called_at + hall->policy.highlight_ms;
    }
    if (view->pages > 1) {
        char page[24], pages[24];
        snprintf(page, sizeof page, "%zu", view->page);
        snprintf(pages, sizeof pages, "%zu", view->pages);
        const struct text_value values[] = {{"page", page}, {"pages", pages}};
        text_fill(language->labels[LABEL_PAGE], values, 2, view->page_text, sizeof view->page_text);
    }
}

static void make_alarm(const struct board *board, const struct hall *hall, struct moment now,
                       int utc_offset_s, struct view *view) {
    char since[16];
    enum label label = LABEL_VOICE_LOST;

    wall_ms heard = board_heard_wall(board, now.mono);
    if (board_link_bad(board, now.mono)) {
        view->alarm = ALARM_LINK;
        label = LABEL_LINK_DOWN;
        if (heard == TIME_UNKNOWN) {
            label = board_starts_soon(board, now.mono) ? LABEL_LINK_STARTING : LABEL_LINK_NO_BOARD;
        }
    } else if (voice_silent(board)) {
        view->alarm = ALARM_VOICE;
    } else {
        return;
    }
    heard = board->clock < CLOCK_DOUBTED ? heard : TIME_UNKNOWN;
    write_time(first_language(hall), heard, utc_offset_s, since, sizeof since);
    const struct text_value values[] = {{"time", since}};
    for (size_t i = 0; i < hall_own_languages(hall) && i < VIEW_ALARM_MAX; i++) {
        text_fill(hall->languages[i].labels[label], values, 1, view->alarm_texts[i], PHRASE_BYTES);
    }
}

static void make_urgent(const struct board *board, const struct hall *hall, struct view *view) {
    const struct urgent *urgent = &board->urgent;
    if (!urgent->active) {
        return;
    }
    view->urgent = true;
    join_label(hall, LABEL_URGENT, view->urgent_head, sizeof view->urgent_head);
    for (size_t i = 0; i < urgent->texts_count && i < VIEW_TEXTS_MAX; i++) {
        text_copy(view->urgent_texts[view->urgent_count++], TEXT_BYTES, urgent->texts[i].text);
    }
}

void view_make(const struct board *board, const struct hall *hall, struct moment now,
               int utc_offset_s, struct view *view) {
    memset(view, 0, sizeof *view);
    view->off = rest_now(board, hall, now, utc_offset_s);
    if (view->off) {
        view->page = view->pages = 1;
        return;
    }
    text_copy(view->hall, sizeof view->hall,
              lang_text_pick(hall->names, hall->names_count, first_language(hall)->tag));
    if (board_knows_time(board, now.wall)) {
        write_clock(first_language(hall), now, utc_offset_s, view);
    }
    make_hero(board, hall, now.mono, view);
    join_label(hall, LABEL_CALLED, view->called, sizeof view->called);
    text_copy(view->called_first, sizeof view->called_first,
              first_language(hall)->labels[LABEL_CALLED]);
    make_rows(board, hall, now.mono, view);
    board_notice_words(board, now, view->notice);
    make_alarm(board, hall, now, utc_offset_s, view);
    make_urgent(board, hall, view);
}

bool view_has_words(const struct view *view) {
    bool words = false;
    for (size_t i = 0; i < view->rows_count; i++) {
        words = words || !label_is_number(view->rows[i].label);
    }
    return words;
}

static mono_ms pulse_deadline(const struct board *board, const struct hall *hall, mono_ms now) {
    mono_ms pulse_at = board->announcer.pulse_at;
    bool pulses = hall->policy.pulse && now - pulse_at < PULSE_MS && !board->urgent.active;
    if (!pulses || !has_card(board, hall, now)) {
        return MONO_NEVER;
    }
    return pulse_at + pulse_next(now - pulse_at);
}

mono_ms view_deadline(const struct board *board, const struct hall *hall, struct moment now) {
    mono_ms pulse = pulse_deadline(board, hall, now.mono);
    mono_ms rest = rest_deadline(board, hall, now.mono);
    pulse = rest < pulse ? rest : pulse;
    if (now.wall == TIME_UNKNOWN) {
        return pulse;
    }
    mono_ms minute = now.mono + (MS_PER_MINUTE - now.wall % MS_PER_MINUTE);
    return pulse < minute ? pulse : minute;
}

bool view_differs_by_pulse(const struct view *before, const struct view *after) {
    size_t from = offsetof(struct view, hero.pulse);
    size_t to = from + sizeof before->hero.pulse;
    return before->hero.pulse != after->hero.pulse && memcmp(before, after, from) == 0 &&
           memcmp((const char *)before + to, (const char *)after + to, sizeof *before - to) == 0;
}
