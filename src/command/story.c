/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A record says one thing that happened; a person asks about a call. Records are put together by
 * hall, id and number, going back from the newest story, because a queue system may use the same
 * ids again the next day. History may begin or end in the middle of a story (it is cut by age, and
 * a full disk leaves holes): then what is missing is said to be missing, never guessed.
 *
 * Languages are called what their own files call them, so nothing about any language stands here.
 * Considered and refused: telling the stories in SQL, which would be short and which nobody could
 * test without a disk.
 */
#include "command/story.h"

#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PIECE_BYTES = 320, FIRST_ROOM = 64 };

static struct story *find(struct stories *stories, const struct journal_record *record) {
    for (size_t i = stories->count; i-- > 0;) {
        struct story *story = &stories->list[i];
        bool same = story->n == record->n || record->step == JOURNAL_ENDED;
        if (same && strcmp(story->id, record->id) == 0 && strcmp(story->hall, record->hall) == 0) {
            return story;
        }
    }
    return NULL;
}

static struct story *begin(struct stories *stories, const struct journal_record *record) {
    if (stories->count == stories->room) {
        size_t room = stories->room > 0 ? stories->room * 2 : FIRST_ROOM;
        struct story *list = realloc(stories->list, room * sizeof *list);
        if (list == NULL) {
            return NULL;
        }
        stories->list = list;
        stories->room = room;
    }
    struct story *story = &stories->list[stories->count++];
    *story = (struct story){.kind = record->kind, .at = record->at, .n = record->n};
    memcpy(story->hall, record->hall, sizeof story->hall);
    memcpy(story->id, record->id, sizeof story->id);
    memcpy(story->ticket, record->ticket, sizeof story->ticket);
    memcpy(story->counter, record->counter, sizeof story->counter);
    return story;
}

static void add_heard(struct story *story, const struct journal_record *record) {
    if (story->heard_count < LANGS_PER_CALL_MAX) {
        size_t i = story->heard_count++;
        memcpy(story->heard[i].lang, record->lang, sizeof story->heard[i].lang);
        story->heard[i].at = record->at;
        story->heard[i].latency_ms = record->latency_ms;
    }
}

bool stories_add(struct stories *stories, const struct journal_record *record) {
    struct story *story = record->step == JOURNAL_RECEIVED ? NULL : find(stories, record);
    if (story == NULL) {
        story = begin(stories, record);
    }
    if (story == NULL) {
        return false;
    }
    switch (record->step) {
    case JOURNAL_RECEIVED:
        break;
    case JOURNAL_SHOWN:
        story->shown = true;
        story->shown_ms = record->latency_ms;
        break;
    case JOURNAL_HEARD:
        add_heard(story, record);
        break;
    case JOURNAL_NOT_HEARD:
        story->unheard = true;
        memcpy(story->unheard_reason, record->reason, sizeof story->unheard_reason);
        break;
    case JOURNAL_ENDED:
        story->ended = true;
        story->ended_at = record->at;
        memcpy(story->ended_reason, record->reason, sizeof story->ended_reason);
        break;
    }
    return true;
}

void stories_finish(struct stories *stories) {
    free(stories->list);
    *stories = (struct stories){.count = 0};
}

const char *story_clock(wall_ms at, char *out) {
    struct tm local;
    time_t seconds = at == TIME_UNKNOWN ? 0 : (time_t)(at / 1000);
    if (at == TIME_UNKNOWN || localtime_r(&seconds, &local) == NULL) {
        memcpy(out, "--:--:--", sizeof "--:--:--");
    } else {
        snprintf(out, 16, "%02d:%02d:%02d", local.tm_hour % 100, local.tm_min % 100,
                 local.tm_sec % 100);
    }
    return out;
}

/* A time span as a person would say it. */
static const char *span(int64_t ms, char out[32]) {
    if (ms < 1000) {
        snprintf(out, 32, "%lld ms", (long long)ms);
    } else if (ms < 10000) {
        snprintf(out, 32, "%lld.%lld s", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
    } else {
        snprintf(out, 32, "%lld s", (long long)(ms / 1000));
    }
    return out;
}

/* " in hall registry", where that does not go without saying. */
static void tell_hall(const struct story *story, const struct hall *hall, char *out,
                      size_t out_bytes) {
    bool own = hall->halls.count == 1 && strcmp(story->hall, halls_name(&hall->halls, 0)) == 0;
    out[0] = '\0';
    if (!own && story->hall[0] != '\0') {
        snprintf(out, out_bytes, " in hall %s", story->hall);
    }
}

static void tell_call(const struct story *story, const struct hall *hall, char *piece) {
    size_t from = halls_find(&hall->halls, story->hall);
    const struct counter *counter = hall_counter(hall, from, story->counter);
    enum noun noun = counter != NULL ? counter->noun : hall->noun;
    const char *label = hall_counter_label(hall, from, story->counter, "", hall->languages[0].tag);
    char where[NAME_BYTES + 16];
    tell_hall(story, hall, where, sizeof where);
    switch (story->kind) {
    case UTTERANCE_CALL:
    case UTTERANCE_RECALL:
        snprintf(piece, PIECE_BYTES, "called %sto %s %s%s",
                 story->kind == UTTERANCE_RECALL ? "again " : "", noun_name(noun), label, where);
        break;
    case UTTERANCE_NOTICE:
        snprintf(piece, PIECE_BYTES, "notice %s%s", story->id, where);
        break;
    case UTTERANCE_URGENT:
        snprintf(piece, PIECE_BYTES, "urgent text");
        break;
    }
}

static void tell_shown(const struct story *story, char *piece) {
    char after[32];
    if (!story->shown) {
        snprintf(piece, PIECE_BYTES, " · no record of it on the screen");
    } else if (story->shown_ms < 0) {
        snprintf(piece, PIECE_BYTES, " · shown");
    } else {
        snprintf(piece, PIECE_BYTES, " · shown after %s", span(story->shown_ms, after));
    }
}

/* One hearing: "in English at 08:15:30 (18 ms later)". */
static void tell_hearing(const struct story *story, size_t index, const struct hall *hall,
                         char *out) {
    char piece[PIECE_BYTES], clock[16], after[32];
    const char *tag = story->heard[index].lang;
    const struct language *language = hall_language(hall, tag);
    snprintf(piece, sizeof piece, "%s%s%s at %s", index > 0 ? ", " : "",
             tag[0] != '\0' ? "in " : "", language != NULL ? language->name : tag,
             story_clock(story->heard[index].at, clock));
    text_append(out, STORY_BYTES, piece);
    if (story->heard[index].latency_ms >= 0) {
        snprintf(piece, sizeof piece, " (%s later)", span(story->heard[index].latency_ms, after));
        text_append(out, STORY_BYTES, piece);
    }
}

static void tell_heard(const struct story *story, const struct hall *hall, char *out) {
    if (story->heard_count > 0) {
        text_append(out, STORY_BYTES, " · heard ");
    }
    for (size_t i = 0; i < story->heard_count; i++) {
        tell_hearing(story, i, hall, out);
    }
    if (story->unheard) {
        text_append(out, STORY_BYTES,
                    story->heard_count > 0 ? " · not heard to its end" : " · not heard");
        text_append(out, STORY_BYTES, story->unheard_reason[0] != '\0' ? ": " : "");
        text_append(out, STORY_BYTES, story->unheard_reason);
    } else if (story->heard_count == 0) {
        text_append(out, STORY_BYTES, " · no record of it being heard");
    }
}

void story_tell(const struct story *story, const struct hall *hall, char *out) {
    char piece[PIECE_BYTES], clock[16];
    out[0] = '\0';
    tell_call(story, hall, piece);
    text_append(out, STORY_BYTES, piece);
    tell_shown(story, piece);
    text_append(out, STORY_BYTES, piece);
    tell_heard(story, hall, out);
    if (story->ended) {
        snprintf(piece, sizeof piece, " · %s at %s",
                 story->ended_reason[0] != '\0' ? story->ended_reason : "ended",
                 story_clock(story->ended_at, clock));
        text_append(out, STORY_BYTES, piece);
    }
}
