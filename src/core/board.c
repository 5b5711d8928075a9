/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The board's front door: one input or one deadline at a time. Calls have a room of their own
 * (board_calls.c), and so has what people ask from afar (board_remote.c); here are notices, the
 * urgent text, the link, heartbeats and the pager.
 *
 * Every entry ends with the same settling: rows that are over leave, the pages turn. So what is
 * true after an input is also true after a deadline, and a deadline that is served late does what
 * it would have done in time.
 *
 * Only board_tick begins something new with the voice: a burst may bring a call and take it back,
 * and a call that is gone by the end of the turn must not push another one off the card.
 */
#include "core/board.h"

#include "core/board_calls.h"
#include "core/board_notices.h"
#include "core/board_remote.h"
#include "system/check.h"

#include <string.h>

void board_init(struct board *board, struct moment now) {
    memset(board, 0, sizeof *board);
    for (size_t i = 0; i < HALLS_MAX; i++) {
        sender_init(&board->senders[i]);
    }
    board->link = LINK_STARTING;
    board->link_since = now.mono;
    board->urgent_repeat_at = MONO_NEVER;
    board->notice_page.flip_at = MONO_NEVER;
    board->pager.flip_at = MONO_NEVER;
    board->unmute_at = MONO_NEVER;
    board->volume_asked = VOLUME_UNASKED;
    announcer_init(&board->announcer, now.mono);
    board_set_page(board, 1, TEXT_BYTES);
}

bool notice_valid(const struct notice *notice, wall_ms now) {
    if (now == TIME_UNKNOWN) {
        return true;
    }
    return (notice->valid_from == TIME_UNKNOWN || now >= notice->valid_from) &&
           (notice->valid_until == TIME_UNKNOWN || now < notice->valid_until);
}

static const struct notice *find_notice(const struct board *board, size_t from, const char *id) {
    for (size_t i = 0; i < board->notices_count; i++) {
        const struct notice *notice = &board->notices[i];
        if (notice->from == from && strcmp(notice->id, id) == 0) {
            return notice;
        }
    }
    return NULL;
}

/* The words of a notice or of the urgent text, for the announcer; context is the board. */
static bool find_words(const void *context, const struct announcement *announcement,
                       const char *tag, char *out) {
    const struct board *board = context;
    const struct lang_text *texts = board->urgent.texts;
    size_t count = board->urgent.active ? board->urgent.texts_count : 0;
    if (announcement->kind == UTTERANCE_NOTICE) {
        const struct notice *notice = find_notice(board, announcement->from, announcement->id);
        texts = notice != NULL ? notice->texts : NULL;
        count = notice != NULL ? notice->texts_count : 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (language_tag_matches(texts[i].tag, tag)) {
            memcpy(out, texts[i].text, TEXT_BYTES);
            return true;
        }
    }
    return false;
}

static struct announcer_turn make_turn(const struct board *board, const struct hall *hall,
                                       mono_ms now, struct effects *effects) {
    return (struct announcer_turn){.hall = hall,
                                   .words = {.context = board, .find = find_words},
                                   .now = now,
                                   .effects = effects};
}

/* The loaded languages in which a text exists, in the hall's order. */
static void langs_of_texts(const struct hall *hall, const struct lang_text *texts, size_t count,
                           struct lang_list *langs) {
    langs->count = 0;
    for (size_t i = 0; i < hall->languages_count && langs->count < LANGS_PER_CALL_MAX; i++) {
        for (size_t j = 0; j < count; j++) {
            if (language_tag_matches(texts[j].tag, hall->languages[i].tag)) {
                memcpy(langs->tags[langs->count++], hall->languages[i].tag, LANG_BYTES);
                break;
            }
        }
    }
}

/* A notice that is new is spoken if it asks for it. */
static void take_notice(struct board *board, const struct notice *notice,
                        const struct announcer_turn *turn) {
    if (!board_put_notice(board, notice)) {
        return;
    }
    struct announcement announcement = {.kind = UTTERANCE_NOTICE, .from = notice->from};
    memcpy(announcement.id, notice->id, sizeof notice->id);
    langs_of_texts(turn->hall, notice->texts, notice->texts_count, &announcement.langs);
    if (notice->speak && notice->arrival.live && announcement.langs.count > 0) {
        (void)announcer_add(&board->announcer, &announcement, turn->now);
    }
}

static void announce_urgent(struct board *board, const struct announcer_turn *turn) {
    struct announcement announcement = {.kind = UTTERANCE_URGENT};
    langs_of_texts(turn->hall, board->urgent.texts, board->urgent.texts_count, &announcement.langs);
    announcer_hold(&board->announcer, turn, &announcement);
    board->urgent_repeat_at =
        board->urgent.repeat_ms > 0 ? turn->now + board->urgent.repeat_ms : MONO_NEVER;
}

/* A repetition waits for the one before it to end. */
static void repeat_urgent(struct board *board, const struct announcer_turn *turn) {
    const struct announcer *announcer = &board->announcer;
    if (announcer->state != ANNOUNCER_IDLE && announcer->current.kind == UTTERANCE_URGENT) {
        board->urgent_repeat_at = turn->now + board->urgent.repeat_ms;
    } else {
        announce_urgent(board, turn);
    }
}

/* An urgent text is spoken even when it was retained: it is a state, and it is on now. The same
 * text again (a reconnect replays it) changes nothing. */
static void take_urgent(struct board *board, const struct urgent *urgent,
                        const struct announcer_turn *turn) {
    bool same = board->urgent.active == urgent->active &&
                board->urgent.repeat_ms == urgent->repeat_ms &&
                board->urgent.texts_count == urgent->texts_count &&
                memcmp(board->urgent.texts, urgent->texts, sizeof urgent->texts) == 0;
    if (same) {
        return;
    }
    board->urgent = *urgent;
    if (urgent->active) {
        announce_urgent(board, turn);
    } else {
        board->urgent_repeat_at = MONO_NEVER;
        announcer_hold(&board->announcer, turn, NULL);
    }
}

/* Whether another hall's queue system lives says nothing of this one's, and its clock may differ.
 */
static void take_beat(struct board *board, const struct clock_beat *beat, mono_ms now) {
    for (size_t i = 0; i < HALLS_MAX; i++) {
        if (beat->halls[i].named) {
            sender_beat(&board->senders[i], beat->time, &beat->halls[i].last, now);
        }
    }
}

/* A link that was up was in contact until now, whether or not anything was said. */
static void take_link(struct board *board, const struct link_change *change, struct moment moment) {
    for (size_t i = 0; i < HALLS_MAX && change->state != board->link; i++) {
        if (board->link == LINK_UP) {
            board->senders[i].heard_wall = moment.wall;
        }
        sender_link(&board->senders[i], moment.mono);
    }
    if (change->state != board->link) {
        board->link_since = moment.mono;
    }
    board->link = change->state;
    board->met = board->met || change->state == LINK_UP;
}

/* The voice is lost when the loudspeaker says so, and also when an utterance failed as often as it
 * is tried (an engine that cannot speak: the chime alone is no call); it is well when the
 * loudspeaker says so, and after each utterance that was heard. */
static void take_voice(struct board *board, const struct voice_report *report,
                       const struct announcer_turn *turn) {
    struct announcer *announcer = &board->announcer;
    bool current = announcer->state == ANNOUNCER_SPEAKING && report->serial == announcer->serial;
    announcer_report(announcer, turn, report);
    bool given_up = current && report->kind == VOICE_FAILED && announcer->voice_well &&
                    announcer->state != ANNOUNCER_SPEAKING;
    if (report->kind == VOICE_LOST || given_up) {
        memcpy(board->voice_reason, report->reason, sizeof board->voice_reason);
    } else if (report->kind == VOICE_WELL ||
               (current && report->kind == VOICE_FINISHED && announcer->voice_well)) {
        board->voice_reason[0] = '\0';
    }
}

/* A voice that says nothing any more is as good as lost, until it says that it is well. */
static void note_hung(struct board *board) {
    static const char reason[] = "an utterance was given up: no report for 60 s";
    if (board->announcer.hung && board->voice_reason[0] == '\0') {
        memcpy(board->voice_reason, reason, sizeof reason);
    }
}

bool board_shows(const struct hall *hall, const struct call *call) {
    return group_has(&hall->group, halls_name(&hall->halls, call->from), call->counter);
}

size_t board_shown(const struct board *board, const struct hall *hall) {
    size_t shown = 0;
    for (size_t i = 0; i < board->calls_count; i++) {
        shown += board_shows(hall, &board->calls[i]);
    }
    return shown;
}

static size_t pages_of(const struct board *board, const struct hall *hall) {
    size_t rows = board->pager.rows_per_page;
    size_t pages = (board_shown(board, hall) + rows - 1) / rows;
    return pages > 0 ? pages : 1;
}

static void turn_pages(struct board *board, const struct hall *hall, mono_ms now) {
    const struct policy *policy = &hall->policy;
    struct pager *pager = &board->pager;
    size_t pages = pages_of(board, hall);
    if (pages == 1) {
        pager->page = 0;
        pager->next = 1;
        pager->flip_at = MONO_NEVER;
    } else if (pager->flip_at == MONO_NEVER) {
        pager->flip_at = now + policy->page_ms;
    } else if (now >= pager->flip_at) {
        bool goes_on = pager->page == 0 && pager->next < pages;
        pager->page = goes_on ? pager->next : pager->page + 1;
        pager->next = pager->page + 1;
        pager->flip_at = now + policy->page_ms;
    }
    if (pager->page >= pages) {
        pager->page = 0;
        pager->next = 1;
    }
}

static void settle(struct board *board, const struct hall *hall, struct moment now) {
    board_expire_calls(board, &hall->policy, now.mono);
    turn_pages(board, hall, now.mono);
    board_turn_notices(board, &hall->policy, now);
}

/* Whether an input tells that the queue system of a hall lives; the urgent text is the site's. */
static bool is_from(const struct input *input, size_t from) {
    switch (input->kind) {
    case INPUT_EVENT:
        return input->event.from == from;
    case INPUT_SNAPSHOT:
        return input->snapshot.from == from;
    case INPUT_NOTICE:
        return input->notice.from == from;
    case INPUT_CLOCK_BEAT:
        return input->beat.halls[from].named;
    case INPUT_URGENT:
        return true;
    default:
        return false;
    }
}

static void note_heard(struct board *board, const struct input *input, wall_ms wall) {
    for (size_t i = 0; i < HALLS_MAX; i++) {
        if (is_from(input, i)) {
            sender_heard(&board->senders[i], wall);
            board->met = true;
        }
    }
}

void board_apply(struct board *board, const struct hall *hall, const struct input *input,
                 struct moment now, struct effects *effects) {
    struct announcer_turn turn = make_turn(board, hall, now.mono, effects);
    note_heard(board, input, now.wall);
    switch (input->kind) {
    case INPUT_EVENT:
        board_take_event(board, &input->event, &turn);
        break;
    case INPUT_SNAPSHOT:
        board_take_snapshot(board, &input->snapshot, &turn);
        break;
    case INPUT_NOTICE:
        take_notice(board, &input->notice, &turn);
        break;
    case INPUT_URGENT:
        take_urgent(board, &input->urgent, &turn);
        break;
    case INPUT_CLOCK_BEAT:
        take_beat(board, &input->beat, now.mono);
        break;
    case INPUT_LINK:
        take_link(board, &input->link, now);
        break;
    case INPUT_VOICE:
        take_voice(board, &input->voice, &turn);
        break;
    case INPUT_SCREEN:
        board->announcer.screen_well = input->screen.well;
        memcpy(board->screen_reason, input->screen.reason, sizeof board->screen_reason);
        break;
    case INPUT_REMOTE:
        board_take_remote(board, &input->remote, now.wall, &turn);
        break;
    case INPUT_CLOCK_STATE:
        board->clock = input->clock_state;
        break;
    }
    settle(board, hall, now);
}

void board_tick(struct board *board, const struct hall *hall, struct moment now,
                struct effects *effects) {
    struct announcer_turn turn = make_turn(board, hall, now.mono, effects);
    board_expire_mute(board, &turn);
    if (now.mono >= board->urgent_repeat_at) {
        repeat_urgent(board, &turn);
    }
    announcer_step(&board->announcer, &turn);
    note_hung(board);
    settle(board, hall, now);
}

void board_set_page(struct board *board, size_t rows_per_page, size_t notice_characters) {
    CHECK(rows_per_page > 0 && notice_characters > 0);
    board->pager.rows_per_page = rows_per_page;
    board->pager.notice_characters = notice_characters;
    board->pager.page = 0;
    board->pager.next = 1;
    board->pager.flip_at = MONO_NEVER;
}

static mono_ms link_bad_at(const struct board *board) {
    switch (board->link) {
    case LINK_STARTING:
        return board->link_since + LINK_STARTING_GRACE_MS;
    case LINK_DOWN:
        return board->link_since + LINK_GRACE_MS;
    case LINK_UP:
        break;
    }
    mono_ms late_at = MONO_NEVER;
    for (size_t i = 0; i < HALLS_MAX; i++) {
        mono_ms at = sender_late_at(&board->senders[i]);
        late_at = at < late_at ? at : late_at;
    }
    return late_at;
}

bool board_link_bad(const struct board *board, mono_ms now) {
    return now >= link_bad_at(board);
}

bool board_beats_late(const struct board *board, size_t from, mono_ms now) {
    return board->link == LINK_UP && now >= sender_late_at(&board->senders[from]);
}

wall_ms board_heard_wall(const struct board *board, mono_ms now) {
    wall_ms last = TIME_UNKNOWN, missed = INT64_MAX;
    for (size_t i = 0; i < HALLS_MAX; i++) {
        wall_ms heard = board->senders[i].heard_wall;
        last = heard > last ? heard : last;
        missed = board_beats_late(board, i, now) && heard < missed ? heard : missed;
    }
    return missed != INT64_MAX ? missed : last;
}

bool board_knows_time(const struct board *board, wall_ms now) {
    return now != TIME_UNKNOWN && board->clock < CLOCK_DOUBTED;
}

bool board_starting(const struct board *board, mono_ms now) {
    return !board->met && board->calls_count == 0 && board_link_bad(board, now);
}

bool board_starts_soon(const struct board *board, mono_ms now) {
    return board->link == LINK_STARTING && now < board->link_since + LINK_STARTING_LONG_MS;
}

static void sooner(mono_ms *deadline, mono_ms candidate, mono_ms now) {
    if (candidate < *deadline) {
        *deadline = candidate > now ? candidate : now;
    }
}

mono_ms board_deadline(const struct board *board, const struct hall *hall, struct moment now) {
    const struct announcer *announcer = &board->announcer;
    mono_ms deadline = announcer_deadline(announcer, now.mono);
    mono_ms hero_ends = announcer->started_at + hall->policy.hero_min_ms;
    mono_ms link_bad = link_bad_at(board);

    sooner(&deadline, board_calls_deadline(board, hall, now.mono), now.mono);
    sooner(&deadline, board_notices_deadline(board, now), now.mono);
    sooner(&deadline, board->pager.flip_at, now.mono);
    sooner(&deadline, board->urgent_repeat_at, now.mono);
    sooner(&deadline, announcer_behind_at(announcer, &hall->policy), now.mono);
    sooner(&deadline, board->unmute_at, now.mono);
    bool has_hero = announcer->state == ANNOUNCER_IDLE && announcer->current.langs.count > 0;
    if (has_hero && hero_ends > now.mono) {
        sooner(&deadline, hero_ends, now.mono);
    }
    if (link_bad > now.mono) {
        sooner(&deadline, link_bad, now.mono);
    } else if (board_starts_soon(board, now.mono)) {
        sooner(&deadline, board->link_since + LINK_STARTING_LONG_MS, now.mono);
    }
    return deadline;
}
