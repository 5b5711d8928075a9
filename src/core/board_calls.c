/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of the board: from events and snapshots to the list, and to the announcer.
 *
 * Identity. A call is known by its hall and its id there; an event without one is known by its
 * ticket (contract rule 9) under the made-up id "=TICKET", which no real id can be, since '=' is
 * not allowed in one. The number n counts the times it was called. (id, n) pairs that were accepted
 * are remembered in a ring, whether they were spoken or were too old to be: a redelivery is neither
 * shown nor said again.
 *
 * Rows are few (at most 200) and change a few times a minute, so the list is a plain array, newest
 * first, and every lookup is a walk. Considered and refused: a hash map and a linked list, which
 * would save microseconds and cost the property that a board can be copied and compared.
 */
#include "core/board_calls.h"

#include "system/check.h"

#include <stdio.h>
#include <string.h>

void board_pick_langs(const struct hall *hall, const struct lang_list *asked,
                      struct lang_list *langs) {
    memset(langs, 0, sizeof *langs);
    for (size_t i = 0; i < asked->count + hall_own_languages(hall); i++) {
        bool own = i < asked->count;
        const struct language *language =
            own ? hall_language(hall, asked->tags[i]) : &hall->languages[i - asked->count];
        bool listed = language == NULL;
        for (size_t j = 0; j < langs->count && !listed; j++) {
            listed = strcmp(langs->tags[j], language->tag) == 0;
        }
        if (!listed && langs->count < LANGS_PER_CALL_MAX) {
            memcpy(langs->tags[langs->count++], language->tag, LANG_BYTES);
        }
    }
}

static bool has_id(const struct call *call, size_t from, const char *id) {
    return call->from == from && strcmp(call->id, id) == 0;
}

static size_t find_id(const struct board *board, size_t from, const char *id) {
    size_t i = 0;
    while (i < board->calls_count && !has_id(&board->calls[i], from, id)) {
        i++;
    }
    return i;
}

static bool has_ticket(const struct call *call, size_t from, const char *ticket) {
    return call->from == from && strcmp(call->ticket, ticket) == 0;
}

static size_t find_ticket(const struct board *board, size_t from, const char *ticket) {
    size_t i = 0;
    while (i < board->calls_count && !has_ticket(&board->calls[i], from, ticket)) {
        i++;
    }
    return i;
}

/* The row an event speaks of, or calls_count. An id decides; without one, the ticket. */
static size_t find_row(const struct board *board, const struct event *event) {
    return event->id[0] != '\0' ? find_id(board, event->from, event->id)
                                : find_ticket(board, event->from, event->ticket);
}

static void remove_row(struct board *board, size_t index) {
    CHECK(index < board->calls_count);
    board->calls_count--;
    memmove(&board->calls[index], &board->calls[index + 1],
            (board->calls_count - index) * sizeof board->calls[0]);
    memset(&board->calls[board->calls_count], 0, sizeof board->calls[0]);
}

/* The row that leaves a full list: the oldest that this display does not show, else the oldest. */
static size_t row_to_drop(const struct board *board, const struct hall *hall) {
    size_t i = board->calls_count;
    while (i-- > 0) {
        if (!board_shows(hall, &board->calls[i])) {
            return i;
        }
    }
    return board->calls_count - 1;
}

/* Returns the place behind the new row. What is not shown here takes the place of nothing that is.
 */
static size_t insert_row(struct board *board, const struct hall *hall, size_t index,
                         const struct call *call) {
    if (board->calls_count == CALLS_MAX) {
        size_t drop = row_to_drop(board, hall);
        if (!board_shows(hall, call) && board_shows(hall, &board->calls[drop])) {
            return index;
        }
        remove_row(board, drop);
        index -= drop < index;
    }
    CHECK(index <= board->calls_count);
    memmove(&board->calls[index + 1], &board->calls[index],
            (board->calls_count - index) * sizeof board->calls[0]);
    board->calls[index] = *call;
    board->calls_count++;
    return index + 1;
}

/* Whether what is remembered is of this call, and not of yesterday's. */
static bool known_live(const struct known *known, const struct call *call, mono_ms now) {
    return now - known->at < SPOKEN_MEMORY_MS && known->from == call->from &&
           strcmp(known->id, call->id) == 0;
}

static bool is_known(const struct board *board, const struct call *call, mono_ms now) {
    for (size_t i = 0; i < board->known_count; i++) {
        if (board->known[i].n == call->n && known_live(&board->known[i], call, now)) {
            return true;
        }
    }
    return false;
}

static uint32_t last_known_n(const struct board *board, const struct call *call, mono_ms now) {
    uint32_t last = 0;
    for (size_t i = 0; i < board->known_count; i++) {
        if (board->known[i].n > last && known_live(&board->known[i], call, now)) {
            last = board->known[i].n;
        }
    }
    return last;
}

static void remember(struct board *board, const struct call *call, mono_ms now) {
    struct known *slot = &board->known[board->known_next];
    memcpy(slot->id, call->id, sizeof slot->id);
    slot->from = call->from;
    slot->n = call->n;
    slot->at = now;
    slot->ended_seq = -1;
    board->known_next = (board->known_next + 1) % SPOKEN_MAX;
    if (board->known_count < SPOKEN_MAX) {
        board->known_count++;
    }
}

/* Whatever is known of a call ended at this place of the sequence. */
static void remember_end(struct board *board, const struct call *call, int64_t seq, mono_ms now) {
    for (size_t i = 0; i < board->known_count; i++) {
        if (known_live(&board->known[i], call, now)) {
            board->known[i].ended_seq = seq;
        }
    }
}

static bool ended_after(const struct board *board, const struct call *call, int64_t seq,
                        mono_ms now) {
    bool after = false;
    for (size_t i = 0; i < board->known_count && !after; i++) {
        after = board->known[i].ended_seq > seq && known_live(&board->known[i], call, now);
    }
    return after;
}

/* Its hall, and the event's own id or one made of its ticket. */
static void name_call(struct call *call, const struct event *event) {
    call->from = event->from;
    if (event->id[0] != '\0') {
        memcpy(call->id, event->id, sizeof call->id);
    } else {
        snprintf(call->id, sizeof call->id, "=%s", event->ticket);
    }
}

/* Whether an event that may not be told by its (id, n) is one that was applied before, once more:
 * by its place in the sequence, if both have one; else if it is flagged by the broker and like what
 * was applied last to its call, whose row may have left or come back with a snapshot. The flag
 * alone proves nothing: the first transmission may never have arrived. */
static bool is_redelivery(const struct board *board, const struct event *event,
                          const struct call *row, const struct call *call, uint32_t last) {
    bool flagged = event->arrival.redelivered;
    const struct numbering *newest = &board->senders[event->from].newest;
    int64_t applied = row != NULL ? row->seq : newest->seq;
    const char *epoch = row != NULL ? row->epoch : newest->epoch;
    bool same = event->seq >= 0 && applied >= 0 && strcmp(epoch, event->epoch) == 0;
    if (!call->unnumbered || (same && event->seq > applied)) {
        return false;
    }
    if (same && row != NULL && row->announced) {
        return event->seq == applied || flagged;
    }
    bool like_last = row == NULL || !row->announced || (row->unnumbered && row->n == last);
    return flagged && last > 0 && like_last;
}

/* Fills id, n and again of a call from its event and from the row it already has (or NULL). False
 * when it is one we know: a redelivery. */
static bool identify(const struct board *board, const struct event *event, const struct call *row,
                     struct call *call, mono_ms now) {
    bool recall = event->type == EVENT_RECALL;
    name_call(call, event);
    if (event->id[0] == '\0' && row != NULL) {
        memcpy(call->id, row->id, sizeof call->id);
    }
    uint32_t last = last_known_n(board, call, now);
    if (event->n > 0) {
        call->n = event->n;
    } else if (recall) {
        call->n = last > 0 ? last + 1 : 2;
    } else {
        call->n = event->id[0] != '\0' ? 1 : last + 1;
    }
    call->unnumbered = event->n == 0 && (recall || event->id[0] == '\0');
    bool called_before = call->unnumbered && !recall ? row != NULL && row->announced : call->n > 1;
    call->again = recall || called_before;
    return !is_redelivery(board, event, row, call, last) && !is_known(board, call, now);
}

/* A counter of a hall calls another ticket, or is closed. */
static void supersede(struct board *board, size_t from, const char *counter) {
    for (size_t i = 0; i < board->calls_count; i++) {
        struct call *call = &board->calls[i];
        if (call->from == from && strcmp(call->counter, counter) == 0) {
            call->superseded = true;
        }
    }
}

/* A withdrawn or repeated event's row becomes the newest; there is one row per call and ticket. */
static void list_call(struct board *board, const struct hall *hall, const struct call *call) {
    size_t row = find_id(board, call->from, call->id);
    if (row < board->calls_count) {
        remove_row(board, row);
    }
    row = find_ticket(board, call->from, call->ticket);
    if (row < board->calls_count) {
        remove_row(board, row);
    }
    supersede(board, call->from, call->counter);
    (void)insert_row(board, hall, 0, call);
    if (board_shows(hall, call)) {
        board->pager.page = 0;
        board->pager.flip_at = MONO_NEVER;
    }
}

/* A call to a counter of another display: known of, and gone from here at once, in mid-word, if it
 * was here. */
static void take_elsewhere(struct board *board, const struct call *call,
                           const struct announcer_turn *turn) {
    size_t same_ticket = find_ticket(board, call->from, call->ticket);
    bool here = false;
    for (size_t i = 0; i < board->calls_count; i++) {
        const struct call *row = &board->calls[i];
        here = here || ((i == same_ticket || has_id(row, call->from, call->id)) &&
                        board_shows(turn->hall, row));
    }
    board->counts.elsewhere++;
    board->counts.gone += here;
    announcer_cancel(&board->announcer, turn, call->from, call->id, true);
    if (same_ticket < board->calls_count) {
        announcer_cancel(&board->announcer, turn, call->from, board->calls[same_ticket].id, true);
    }
    list_call(board, turn->hall, call);
}

static int64_t ttl_of(const struct event *event, const struct policy *policy) {
    return event->ttl_ms >= 0 ? event->ttl_ms : policy->ttl_default_ms;
}

static void announce_call(struct board *board, const struct call *call, const struct event *event,
                          int64_t age_ms, const struct announcer_turn *turn) {
    const struct policy *policy = &turn->hall->policy;
    int64_t ttl = ttl_of(event, policy);
    struct announcement announcement = {
        .kind = call->again ? UTTERANCE_RECALL : UTTERANCE_CALL,
        .from = call->from,
        .n = call->n,
        .spoken = event->spoken,
        .langs = call->langs,
        .moved = call->moved,
        .priority = call->priority,
        .age_ms = age_ms,
        .ttl_ms = ttl < policy->fresh_max_ms ? ttl : policy->fresh_max_ms,
    };
    memcpy(announcement.id, call->id, sizeof announcement.id);
    memcpy(announcement.ticket, call->ticket, sizeof announcement.ticket);
    memcpy(announcement.counter, call->counter, sizeof announcement.counter);
    memcpy(announcement.label, call->label, sizeof announcement.label);

    if (announcement.age_ms >= announcement.ttl_ms) {
        board->counts.stale++;
        effects_unheard(turn->effects, UNHEARD_STALE, call->from, call->id, call->n);
        return;
    }
    announcer_cancel(&board->announcer, turn, call->from, call->id, false);
    announcer_drop_repeats(&board->announcer, turn);
    if (!announcer_add(&board->announcer, &announcement, turn->now)) {
        board->announcer.unspoken++;
        effects_unheard(turn->effects, UNHEARD_FULL, call->from, call->id, call->n);
    }
}

static void fill_call(struct call *call, const struct event *event, const struct hall *hall,
                      mono_ms now) {
    memcpy(call->ticket, event->ticket, sizeof call->ticket);
    memcpy(call->counter, event->counter, sizeof call->counter);
    memcpy(call->label, event->label, sizeof call->label);
    memcpy(call->epoch, event->epoch, sizeof call->epoch);
    board_pick_langs(hall, &event->langs, &call->langs);
    call->priority = event->priority;
    call->seq = event->seq;
    call->called_at = now;
}

/* What a call has from the row that its ticket has: a recall by hand names the ticket alone. */
static void inherit(struct call *call, const struct call *before, bool same_call) {
    if (call->counter[0] == '\0') {
        memcpy(call->counter, before->counter, sizeof call->counter);
        memcpy(call->label, before->label, sizeof call->label);
    }
    call->moved = strcmp(call->counter, before->counter) != 0 || (same_call && before->moved);
    call->priority = call->priority || (same_call && before->priority);
}

static void take_call(struct board *board, const struct event *event, int64_t age_ms,
                      const struct announcer_turn *turn) {
    size_t index = find_row(board, event);
    const struct call *row = index < board->calls_count ? &board->calls[index] : NULL;
    struct call call = {0};

    if (!identify(board, event, row, &call, turn->now)) {
        board->counts.duplicates++;
        return;
    }
    remember(board, &call, turn->now);
    fill_call(&call, event, turn->hall, turn->now);
    size_t before = row != NULL ? index : find_ticket(board, call.from, call.ticket);
    if (before < board->calls_count) {
        inherit(&call, &board->calls[before], row != NULL);
    }
    bool here = board_shows(turn->hall, &call);
    if (row == NULL && sender_covers(&board->senders[event->from], event->epoch, event->seq)) {
        board->counts.stale += here;
        board->counts.elsewhere += !here;
        return;
    }
    call.announced = true;
    if (!here) {
        take_elsewhere(board, &call, turn);
        return;
    }
    board->counts.calls++;
    list_call(board, turn->hall, &call);
    announce_call(board, &call, event, age_ms, turn);
}

/* Withdrawn, served or not there: out of the queue; a withdrawn call also leaves the list and is
 * cut in mid-word, the others keep their row for its minimum time. */
static void take_end(struct board *board, const struct event *event,
                     const struct announcer_turn *turn) {
    size_t index = find_row(board, event);
    bool withdrawn = event->type == EVENT_WITHDRAW;
    struct call call;
    name_call(&call, event);
    if (index < board->calls_count) {
        memcpy(call.id, board->calls[index].id, sizeof call.id);
    }
    /* Its row may have left a full list while it still waits for the voice. */
    announcer_cancel(&board->announcer, turn, call.from, call.id, withdrawn);
    if (index == board->calls_count) {
        return;
    }
    /* A row that came with a snapshot is not known yet, and must not come back with an old one. */
    if (!is_known(board, &board->calls[index], turn->now)) {
        remember(board, &board->calls[index], turn->now);
    }
    remember_end(board, &call, event->seq, turn->now);
    if (withdrawn) {
        remove_row(board, index);
    } else {
        board->calls[index].ended = true;
    }
}

void board_take_event(struct board *board, const struct event *event,
                      const struct announcer_turn *turn) {
    /* What is never said teaches the sender's clock as well. */
    struct sender *sender = &board->senders[event->from];
    int64_t age_ms =
        freshness_age(&sender->base, event, ttl_of(event, &turn->hall->policy), turn->now);
    if (event->type == EVENT_CALL || event->type == EVENT_RECALL) {
        take_call(board, event, age_ms, turn);
    } else {
        take_end(board, event, turn);
    }
    sender_note(sender, event->epoch, event->seq);
}

/* Whether a row of its hall that a snapshot does not hold is newer than the snapshot. */
static bool outlives(const struct call *call, const struct snapshot *snapshot, mono_ms now) {
    if (call->seq >= 0 && snapshot->seq >= 0 && strcmp(call->epoch, snapshot->epoch) == 0) {
        return call->seq > snapshot->seq;
    }
    return call->announced && now - call->called_at < UNNUMBERED_RACE_MS;
}

static bool snapshot_holds(const struct snapshot *snapshot, const struct call *call) {
    if (call->from != snapshot->from) {
        return false;
    }
    for (size_t i = 0; i < snapshot->calls_count; i++) {
        const struct event *event = &snapshot->calls[i];
        bool same = event->id[0] != '\0' && strcmp(event->id, call->id) == 0;
        if (same || strcmp(event->ticket, call->ticket) == 0) {
            return true;
        }
    }
    return false;
}

static void end_missing_rows(struct board *board, const struct snapshot *snapshot,
                             const struct announcer_turn *turn) {
    for (size_t i = 0; i < board->calls_count; i++) {
        struct call *call = &board->calls[i];
        if (call->from == snapshot->from && !snapshot_holds(snapshot, call) &&
            !outlives(call, snapshot, turn->now)) {
            call->ended = true;
            announcer_cancel(&board->announcer, turn, call->from, call->id, false);
        }
    }
}

/* Whether a call of a snapshot is one that has left the list for a newer reason than the snapshot
 * knows: a reconnect replays the retained one, however old. It may also name a recall that never
 * came here, older than the end that did. */
static bool left_since(const struct board *board, const struct snapshot *snapshot,
                       const struct call *call, mono_ms now) {
    return sender_is_past(&board->senders[snapshot->from], snapshot->epoch, snapshot->seq) &&
           (last_known_n(board, call, now) >= call->n ||
            ended_after(board, call, snapshot->seq, now));
}

/* Whether a snapshot knows better than a row where its ticket is called to. Without numbers to
 * compare, a replayed snapshot may be older than the row: it is believed when nobody is on the way
 * any more. */
static bool knows_place(const struct snapshot *snapshot, const struct call *row,
                        const struct announcer_turn *turn) {
    if (row->seq >= 0 && snapshot->seq >= 0 && strcmp(row->epoch, snapshot->epoch) == 0) {
        return row->seq <= snapshot->seq;
    }
    return !row->announced || turn->now - row->called_at >= turn->hall->policy.listed_min_ms;
}

/* The ticket was called to another counter, and that call never came here. */
static void move_call(struct board *board, struct call *row, const struct event *event,
                      const struct announcer_turn *turn) {
    if (strcmp(row->counter, event->counter) == 0) {
        return;
    }
    memcpy(row->counter, event->counter, sizeof row->counter);
    memcpy(row->label, event->label, sizeof row->label);
    row->moved = true;
    if (board_shows(turn->hall, row)) {
        announcer_redirect(&board->announcer, row->from, row->id, row->counter, row->label);
    } else {
        announcer_cancel(&board->announcer, turn, row->from, row->id, true);
    }
}

/* A row whose recall never came here, perhaps to another counter. A row that is newer than the
 * snapshot knows better. */
static void update_row(struct board *board, struct call *row, const struct event *event,
                       const struct snapshot *snapshot, const struct announcer_turn *turn) {
    bool recalled = event->n > row->n && strcmp(row->id, event->id) == 0;
    bool older = event->n > 0 && event->n < row->n;
    if (recalled) {
        row->again = true;
        row->n = event->n;
    }
    if (!older && (recalled || knows_place(snapshot, row, turn))) {
        row->priority = row->priority || event->priority;
        move_call(board, row, event, turn);
    }
}

/* Whether a row may come from a snapshot: of a full list it takes the place of its own hall's
 * oldest or of what is not shown, for what another hall has called is no business of this one's. */
static bool has_room(const struct board *board, const struct hall *hall, size_t from) {
    if (board->calls_count < CALLS_MAX) {
        return true;
    }
    const struct call *dropped = &board->calls[row_to_drop(board, hall)];
    return dropped->from == from || !board_shows(hall, dropped);
}

/* A call of the snapshot that has no row yet gets one behind `place`, the row of the call before
 * it. Returns its place. */
static size_t merge_call(struct board *board, const struct snapshot *snapshot, size_t number,
                         size_t place, const struct announcer_turn *turn) {
    const struct event *event = &snapshot->calls[number];
    size_t index = find_row(board, event);
    if (index == board->calls_count) {
        index = find_ticket(board, event->from, event->ticket);
    }
    if (index < board->calls_count) {
        update_row(board, &board->calls[index], event, snapshot, turn);
        return index + 1;
    }
    struct call call = {0};
    name_call(&call, event);
    call.n = event->n > 0 ? event->n : 1;
    call.again = call.n > 1;
    if (left_since(board, snapshot, &call, turn->now)) {
        return place;
    }
    fill_call(&call, event, turn->hall, turn->now);
    place = place < board->calls_count ? place : board->calls_count;
    bool fits = place < CALLS_MAX && has_room(board, turn->hall, call.from);
    return fits ? insert_row(board, turn->hall, place, &call) : place;
}

/* The place of the first row that a snapshot holds; when there is none, the head of the list, but
 * behind what other halls have called meanwhile. */
static size_t first_place(const struct board *board, const struct snapshot *snapshot) {
    size_t place = 0;
    for (size_t i = 0; i < board->calls_count; i++) {
        if (snapshot_holds(snapshot, &board->calls[i])) {
            return i;
        }
    }
    while (place < board->calls_count && board->calls[place].from != snapshot->from &&
           board->calls[place].announced) {
        place++;
    }
    return place;
}

void board_take_snapshot(struct board *board, const struct snapshot *snapshot,
                         const struct announcer_turn *turn) {
    if (!sender_take_snapshot(&board->senders[snapshot->from], snapshot->epoch, snapshot->seq)) {
        return;
    }
    end_missing_rows(board, snapshot, turn);
    size_t place = first_place(board, snapshot);
    for (size_t i = 0; i < snapshot->calls_count; i++) {
        place = merge_call(board, snapshot, i, place, turn);
    }
    for (size_t i = 0; i < snapshot->closed_count; i++) {
        supersede(board, snapshot->from, snapshot->closed[i]);
    }
}

/* When a row leaves the list. */
static mono_ms leaves_at(const struct call *call, const struct policy *policy) {
    bool over = call->ended || call->superseded;
    return call->called_at + (over ? policy->listed_min_ms : policy->listed_max_ms);
}

void board_expire_calls(struct board *board, const struct policy *policy, mono_ms now) {
    for (size_t i = board->calls_count; i-- > 0;) {
        bool current =
            announcer_is_current(&board->announcer, board->calls[i].from, board->calls[i].id);
        if (!current && now >= leaves_at(&board->calls[i], policy)) {
            remove_row(board, i);
        }
    }
}

mono_ms board_calls_deadline(const struct board *board, const struct hall *hall, mono_ms now) {
    const struct policy *policy = &hall->policy;
    mono_ms deadline = MONO_NEVER;
    for (size_t i = 0; i < board->calls_count; i++) {
        const struct call *call = &board->calls[i];
        if (!board_shows(hall, call)) {
            continue; /* nobody sees it leave */
        }
        mono_ms leaves = leaves_at(call, policy);
        mono_ms dims = call->announced ? call->called_at + policy->highlight_ms : MONO_NEVER;
        if (leaves > now && leaves < deadline) {
            deadline = leaves;
        }
        if (dims > now && dims < deadline) {
            deadline = dims;
        }
    }
    return deadline;
}
