/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The announcer: see announcer.h for what it promises.
 *
 * Three states. IDLE: the next in line starts as soon as next_at has come. SPEAKING: one utterance
 * is with the voice and exactly one final report is awaited, with a deadline in case it never
 * comes. SILENT: the call is on the card without sound, either because the voice is lost or because
 * this utterance failed too often; if the voice returns while the call is fresh, it is spoken
 * after all.
 *
 * Reports are matched by serial: a report for an utterance that was cut is ignored, so a late one
 * can never end the wrong announcement.
 *
 * Considered and refused: giving the voice a whole announcement at once. It would have to be cut
 * again for a withdrawal, an urgent text or overload, and the card would have to guess what is
 * heard. Priorities within the queue: order is what visitors expect; only urgent texts overtake.
 */
#include "core/announcer.h"

#include "core/pulse.h"
#include "system/check.h"

#include <string.h>

static bool is_call(const struct announcement *announcement) {
    return announcement->kind == UTTERANCE_CALL || announcement->kind == UTTERANCE_RECALL;
}

/* Whether it matters that it is heard: what was announced before does not. */
static bool is_first_hand(const struct announcement *announcement) {
    return is_call(announcement) && !announcement->repeat;
}

/* Whether it is the call that an id of a hall names. */
static bool is_call_of(const struct announcement *announcement, size_t from, const char *id) {
    return is_call(announcement) && announcement->from == from && strcmp(announcement->id, id) == 0;
}

static struct announcement *queued(struct announcer *announcer, size_t index) {
    return &announcer->queue[(announcer->first + index) % ANNOUNCEMENTS_MAX];
}

static int64_t outage_total(const struct announcer *announcer, mono_ms now) {
    int64_t running = announcer->outage_since == MONO_NEVER ? 0 : now - announcer->outage_since;
    return announcer->outage_total_ms + running;
}

/* Starts or ends the count of time in which nothing can be spoken. */
static void note_outage(struct announcer *announcer, mono_ms now) {
    bool outage = !announcer->voice_well || announcer->muted || announcer->held;
    if (outage && announcer->outage_since == MONO_NEVER) {
        announcer->outage_since = now;
    } else if (!outage && announcer->outage_since != MONO_NEVER) {
        announcer->outage_total_ms += now - announcer->outage_since;
        announcer->outage_since = MONO_NEVER;
    }
}

static bool stale(const struct announcer *announcer, const struct announcement *announcement,
                  mono_ms now) {
    if (!is_call(announcement)) {
        return false;
    }
    int64_t outage = outage_total(announcer, now) - announcement->outage_mark_ms;
    return announcement->age_ms + outage >= announcement->ttl_ms;
}

static void emit(struct effects *effects, const struct effect *effect) {
    CHECK(effects->count < EFFECTS_MAX);
    effects->list[effects->count++] = *effect;
}

static void emit_hush(const struct announcer_turn *turn) {
    struct effect hush = {.kind = EFFECT_HUSH};
    emit(turn->effects, &hush);
}

static void call_unheard(const struct announcer_turn *turn, enum unheard_why why,
                         const struct announcement *announcement) {
    if (is_first_hand(announcement)) {
        effects_unheard(turn->effects, why, announcement->from, announcement->id, announcement->n);
    }
}

void announcer_init(struct announcer *announcer, mono_ms now) {
    memset(announcer, 0, sizeof *announcer);
    announcer->voice_well = true;
    announcer->screen_well = true;
    announcer->outage_since = MONO_NEVER;
    announcer->next_at = now;
    announcer->sounded_at = now - LEAD_IN_SILENCE_MS;
    announcer->pulse_at = now - PULSE_APART_MS;
}

bool announcer_add(struct announcer *announcer, const struct announcement *announcement,
                   mono_ms now) {
    CHECK(announcement->langs.count > 0);
    if (announcer->waiting == ANNOUNCEMENTS_MAX) {
        return false;
    }
    struct announcement *slot = queued(announcer, announcer->waiting++);
    *slot = *announcement;
    slot->queued_at = now;
    slot->outage_mark_ms = outage_total(announcer, now);
    return true;
}

/* Back to (or into) the front, with its own history. A full queue loses its last one, counted. */
static void put_first(struct announcer *announcer, const struct announcement *announcement) {
    if (announcer->waiting == ANNOUNCEMENTS_MAX) {
        announcer->waiting--;
        announcer->unspoken++;
    }
    announcer->first = (announcer->first + ANNOUNCEMENTS_MAX - 1) % ANNOUNCEMENTS_MAX;
    announcer->waiting++;
    *queued(announcer, 0) = *announcement;
}

static void take_out(struct announcer *announcer, size_t index) {
    for (size_t i = index; i + 1 < announcer->waiting; i++) {
        *queued(announcer, i) = *queued(announcer, i + 1);
    }
    announcer->waiting--;
}

/* The utterance that is with the voice has ended. */
static void note_sound(struct announcer *announcer, mono_ms now) {
    if (announcer->state == ANNOUNCER_SPEAKING) {
        announcer->sounded_at = now;
    }
}

static void finish_current(struct announcer *announcer, const struct announcer_turn *turn) {
    int64_t gap_ms = turn->hall->policy.gap_ms;
    note_sound(announcer, turn->now);
    if (announcer->waiting >= SHED_CHIME_AT && gap_ms > BRISK_GAP_MS) {
        gap_ms = BRISK_GAP_MS;
    }
    announcer->state = ANNOUNCER_IDLE;
    announcer->next_at = turn->now + gap_ms;
}

static size_t rounds(const struct announcer *announcer, const struct hall *hall) {
    size_t again = (size_t)hall->policy.repeat + (announcer->screen_well ? 0 : 1);
    return is_first_hand(&announcer->current) ? 1 + again : 1;
}

static size_t parts(const struct announcer *announcer, const struct hall *hall) {
    return announcer->current.langs.count * rounds(announcer, hall);
}

static enum chime chime_of(enum utterance_kind kind) {
    switch (kind) {
    case UTTERANCE_NOTICE:
        return CHIME_NOTICE;
    case UTTERANCE_URGENT:
        return CHIME_URGENT;
    case UTTERANCE_CALL:
    case UTTERANCE_RECALL:
        break;
    }
    return CHIME_CALL;
}

/* The event's own words for its ticket in a language, "" when it has none. */
static void pick_spoken(const struct spoken_ticket *spoken, const char *tag,
                        char out[SPOKEN_BYTES]) {
    out[0] = '\0';
    for (size_t i = 0; i < spoken->count; i++) {
        if (spoken->texts[i].tag[0] == '\0' || language_tag_matches(spoken->texts[i].tag, tag)) {
            memcpy(out, spoken->texts[i].text, SPOKEN_BYTES);
        }
    }
}

/* The current part as an utterance. False when its words are gone (a notice taken down). */
static bool compose(struct announcer *announcer, const struct announcer_turn *turn,
                    struct utterance *utterance) {
    const struct announcement *current = &announcer->current;
    size_t in_round = announcer->part % current->langs.count;

    memset(utterance, 0, sizeof *utterance);
    utterance->kind = current->kind;
    utterance->from = current->from;
    utterance->n = current->n;
    utterance->repeat = current->repeat;
    memcpy(utterance->id, current->id, sizeof utterance->id);
    memcpy(utterance->ticket, current->ticket, sizeof utterance->ticket);
    memcpy(utterance->counter, current->counter, sizeof utterance->counter);
    memcpy(utterance->label, current->label, sizeof utterance->label);
    memcpy(utterance->lang, current->langs.tags[in_round], sizeof utterance->lang);
    pick_spoken(&current->spoken, utterance->lang, utterance->spoken);
    utterance->brisk = is_call(current) && announcer->waiting >= SHED_CHIME_AT;
    if (announcer->part == 0) {
        utterance->chime = chime_of(current->kind);
    } else {
        utterance->pause_ms = in_round == 0 ? REPETITION_PAUSE_MS : SECOND_LANGUAGE_PAUSE_MS;
    }
    return is_call(current) ||
           turn->words.find(turn->words.context, current, utterance->lang, utterance->text);
}

/* Skips what overload sheds, counting it, from announcer->part on. */
static void shed(struct announcer *announcer, const struct announcer_turn *turn) {
    size_t langs = announcer->current.langs.count;
    size_t all = parts(announcer, turn->hall);
    while (announcer->part > 0 && announcer->part < all && is_call(&announcer->current)) {
        if (announcer->part >= langs && announcer->waiting > 0) {
            announcer->shed_repeats++;
        } else if (announcer->part < langs && announcer->waiting >= SHED_LANGUAGES_AT) {
            announcer->shed_languages++;
        } else {
            return;
        }
        announcer->part++;
    }
}

/* Hands out the current part, or the next one that can be said, or ends the announcement. */
static void speak_part(struct announcer *announcer, const struct announcer_turn *turn) {
    struct effect speak = {.kind = EFFECT_SPEAK};

    for (;; announcer->part++) {
        shed(announcer, turn);
        if (announcer->part >= parts(announcer, turn->hall)) {
            finish_current(announcer, turn);
            return;
        }
        if (compose(announcer, turn, &speak.utterance)) {
            break;
        }
    }
    announcer->shed_chimes += speak.utterance.brisk ? 1 : 0;
    announcer->last_serial = announcer->last_serial == UINT32_MAX ? 1 : announcer->last_serial + 1;
    announcer->serial = announcer->last_serial;
    speak.utterance.serial = announcer->serial;
    announcer->utterance_at = turn->now;
    announcer->caption = (struct caption){.count = 0};
    announcer->state = ANNOUNCER_SPEAKING;
    emit(turn->effects, &speak);
}

/* Whether the voice may say this now. */
static bool can_speak(const struct announcer *announcer, const struct announcement *announcement) {
    return announcer->voice_well && (!announcer->muted || announcement->kind == UTTERANCE_URGENT);
}

/* Goes on without sound. Only calls have the card; words of a notice stand in their own line. */
static void go_silent(struct announcer *announcer, const struct announcer_turn *turn) {
    note_sound(announcer, turn->now);
    if (is_call(&announcer->current)) {
        announcer->state = ANNOUNCER_SILENT;
    } else {
        finish_current(announcer, turn);
    }
}

/* Whether any of an announcement's words are still there: a notice may have been taken down. */
static bool has_words(const struct announcement *announcement, const struct announcer_turn *turn) {
    char text[TEXT_BYTES];
    bool found = is_call(announcement);
    for (size_t i = 0; i < announcement->langs.count && !found; i++) {
        found =
            turn->words.find(turn->words.context, announcement, announcement->langs.tags[i], text);
    }
    return found;
}

/* A call takes the card. A pulse that is still to come stays where it is. */
static void plan_pulse(struct announcer *announcer, mono_ms now) {
    mono_ms earliest = announcer->pulse_at + PULSE_APART_MS;
    if (announcer->pulse_at <= now) {
        mono_ms soonest = now + PULSE_DELAY_MS;
        announcer->pulse_at = soonest > earliest ? soonest : earliest;
    }
}

/* What will not be said never becomes the current one: the card keeps the call before it. */
static void start_next(struct announcer *announcer, const struct announcer_turn *turn) {
    const struct announcement *next = queued(announcer, 0);
    announcer->first = (announcer->first + 1) % ANNOUNCEMENTS_MAX;
    announcer->waiting--;
    bool too_old = can_speak(announcer, next) && stale(announcer, next, turn->now);
    announcer->stale += too_old && is_first_hand(next);
    if (too_old) {
        call_unheard(turn, UNHEARD_OUTAGE, next);
        return;
    }
    if (!has_words(next, turn)) {
        return;
    }
    announcer->current = *next;
    announcer->part = 0;
    announcer->attempts = 0;
    announcer->over = false;
    announcer->started_at = turn->now;
    if (is_call(next)) {
        plan_pulse(announcer, turn->now);
    }
    bool late = turn->now - next->queued_at >= turn->hall->policy.voice_lag_ms;
    announcer->late += is_first_hand(next) && late;
    if (can_speak(announcer, &announcer->current)) {
        speak_part(announcer, turn);
    } else {
        go_silent(announcer, turn);
    }
}

static bool may_start(struct announcer *announcer, mono_ms now) {
    return announcer->state == ANNOUNCER_IDLE && announcer->waiting > 0 &&
           now >= announcer->next_at &&
           (!announcer->held || queued(announcer, 0)->kind == UTTERANCE_URGENT);
}

/* Whether the next one has to wait for the loudspeaker, which is woken after a silence. */
static bool lead_in(struct announcer *announcer, const struct announcer_turn *turn) {
    struct effect wake = {.kind = EFFECT_WAKE};
    int64_t lead_in_ms = turn->hall->policy.lead_in_ms;
    bool silent = turn->now - announcer->sounded_at >= LEAD_IN_SILENCE_MS;
    if (lead_in_ms > 0 && silent && can_speak(announcer, queued(announcer, 0))) {
        announcer->sounded_at = turn->now + lead_in_ms;
        emit(turn->effects, &wake);
    }
    return announcer_leads_in(announcer, turn->now);
}

static mono_ms silent_until(const struct announcer *announcer) {
    return announcer->started_at + (announcer->waiting > 0 ? SILENT_HERO_BUSY_MS : SILENT_HERO_MS);
}

/* The current call was on the card only. */
static void count_silent(struct announcer *announcer, const struct announcer_turn *turn) {
    bool muted = announcer->muted && announcer->voice_well;
    uint64_t *count = muted ? &announcer->muted_calls : &announcer->unspoken;
    *count += is_first_hand(&announcer->current);
    call_unheard(turn, muted ? UNHEARD_MUTED : UNHEARD_FAILED, &announcer->current);
}

/* A silent call is spoken after all once the voice is back, or leaves the card in time. */
static void step_silent(struct announcer *announcer, const struct announcer_turn *turn) {
    bool speakable = can_speak(announcer, &announcer->current) &&
                     announcer->attempts < ATTEMPTS_MAX && !announcer->over;
    if (speakable && !stale(announcer, &announcer->current, turn->now)) {
        speak_part(announcer, turn);
    } else if (turn->now >= silent_until(announcer)) {
        if (announcer->part == 0) {
            count_silent(announcer, turn);
        }
        finish_current(announcer, turn);
    }
}

/* The call that waits longest for its first word; NULL when none does. */
static const struct announcement *oldest_call(const struct announcer *announcer) {
    for (size_t i = 0; i < announcer->waiting; i++) {
        const struct announcement *waiting =
            &announcer->queue[(announcer->first + i) % ANNOUNCEMENTS_MAX];
        if (is_first_hand(waiting)) {
            return waiting;
        }
    }
    return NULL;
}

int64_t announcer_lag(const struct announcer *announcer, mono_ms now) {
    const struct announcement *oldest = oldest_call(announcer);
    return oldest != NULL ? now - oldest->queued_at : 0;
}

mono_ms announcer_behind_at(const struct announcer *announcer, const struct policy *policy) {
    const struct announcement *oldest = oldest_call(announcer);
    bool will_be = oldest != NULL && !announcer->behind;
    return will_be ? oldest->queued_at + policy->voice_lag_ms : MONO_NEVER;
}

/* Well again at half the time, so that a queue that just keeps up does not say both in turn. */
static void note_lag(struct announcer *announcer, const struct announcer_turn *turn) {
    int64_t bound_ms = turn->hall->policy.voice_lag_ms;
    int64_t lag_ms = announcer_lag(announcer, turn->now);
    announcer->behind = lag_ms >= bound_ms || (announcer->behind && lag_ms >= bound_ms / 2);
}

void announcer_step(struct announcer *announcer, const struct announcer_turn *turn) {
    if (announcer->state == ANNOUNCER_SPEAKING &&
        turn->now >= announcer->utterance_at + UTTERANCE_MS_MAX) {
        emit_hush(turn);
        announcer->hung = true;
        announcer->attempts = ATTEMPTS_MAX;
        go_silent(announcer, turn);
    }
    if (announcer->state == ANNOUNCER_SILENT) {
        step_silent(announcer, turn);
    }
    while (may_start(announcer, turn->now) && !lead_in(announcer, turn)) {
        start_next(announcer, turn);
    }
    note_lag(announcer, turn);
}

/* This utterance was not heard. Tried again while the voice says it is well. */
static void utterance_failed(struct announcer *announcer, const struct announcer_turn *turn) {
    announcer->attempts++;
    if (announcer->voice_well && announcer->attempts < ATTEMPTS_MAX && !announcer->over) {
        speak_part(announcer, turn);
    } else {
        go_silent(announcer, turn);
    }
}

static void utterance_heard(struct announcer *announcer, const struct announcer_turn *turn) {
    if (announcer->part == 0 && is_first_hand(&announcer->current)) {
        announcer->spoken++;
    }
    announcer->hung = false;
    announcer->part++;
    announcer->attempts = 0;
    speak_part(announcer, turn);
}

static void voice_changed(struct announcer *announcer, bool well, mono_ms now) {
    announcer->voice_well = well;
    if (well) {
        announcer->hung = false;
        announcer->attempts = 0;
    }
    note_outage(announcer, now);
}

void announcer_report(struct announcer *announcer, const struct announcer_turn *turn,
                      const struct voice_report *report) {
    bool mine = announcer->state == ANNOUNCER_SPEAKING && report->serial == announcer->serial;

    switch (report->kind) {
    case VOICE_WELL:
    case VOICE_LOST:
        voice_changed(announcer, report->kind == VOICE_WELL, turn->now);
        break;
    case VOICE_FINISHED:
        if (mine) {
            utterance_heard(announcer, turn);
        }
        break;
    case VOICE_FAILED:
    case VOICE_HUSHED:
        if (mine) {
            utterance_failed(announcer, turn);
        }
        break;
    case VOICE_SEGMENT:
        if (mine && is_call(&announcer->current)) {
            caption_add(&announcer->caption, report->at_us / 1000, report->said);
        }
        break;
    case VOICE_STARTED:
        break;
    }
}

void announcer_cancel(struct announcer *announcer, const struct announcer_turn *turn, size_t from,
                      const char *id, bool hush) {
    for (size_t i = announcer->waiting; i-- > 0;) {
        const struct announcement *waiting = queued(announcer, i);
        if (is_call_of(waiting, from, id)) {
            call_unheard(turn, UNHEARD_OVER, waiting);
            take_out(announcer, i);
        }
    }
    if (!announcer_is_current(announcer, from, id)) {
        return;
    }
    if (announcer->state == ANNOUNCER_SPEAKING && !hush) {
        announcer->over = true; /* may end, but is not begun again */
        return;
    }
    if (announcer->state == ANNOUNCER_SPEAKING) {
        emit_hush(turn);
    }
    if (announcer->part == 0) {
        call_unheard(turn, UNHEARD_OVER, &announcer->current);
    }
    finish_current(announcer, turn);
}

void announcer_redirect(struct announcer *announcer, size_t from, const char *id,
                        const char *counter, const char *label) {
    for (size_t i = 0; i < announcer->waiting; i++) {
        struct announcement *waiting = queued(announcer, i);
        if (is_call_of(waiting, from, id)) {
            memcpy(waiting->counter, counter, sizeof waiting->counter);
            memcpy(waiting->label, label, sizeof waiting->label);
            waiting->moved = true;
        }
    }
    if (announcer->state == ANNOUNCER_SPEAKING && announcer_is_current(announcer, from, id)) {
        announcer->over = true;
    }
}

/* Cuts what is on, keeping a call that nobody has heard yet. */
static void interrupt(struct announcer *announcer, const struct announcer_turn *turn) {
    if (announcer->state == ANNOUNCER_IDLE) {
        return;
    }
    if (announcer->state == ANNOUNCER_SPEAKING) {
        emit_hush(turn);
    }
    note_sound(announcer, turn->now);
    if (is_first_hand(&announcer->current) && announcer->part == 0 && !announcer->over) {
        put_first(announcer, &announcer->current);
    }
    announcer->state = ANNOUNCER_IDLE;
}

static void drop_urgent(struct announcer *announcer) {
    for (size_t i = announcer->waiting; i-- > 0;) {
        if (queued(announcer, i)->kind == UTTERANCE_URGENT) {
            take_out(announcer, i);
        }
    }
}

void announcer_hold(struct announcer *announcer, const struct announcer_turn *turn,
                    const struct announcement *urgent) {
    drop_urgent(announcer);
    if (urgent != NULL ||
        (announcer->state != ANNOUNCER_IDLE && announcer->current.kind == UTTERANCE_URGENT)) {
        interrupt(announcer, turn);
    }
    announcer->held = urgent != NULL;
    announcer->next_at = turn->now;
    note_outage(announcer, turn->now);
    if (urgent != NULL && urgent->langs.count > 0) {
        put_first(announcer, urgent);
        queued(announcer, 0)->queued_at = turn->now;
    }
}

void announcer_mute(struct announcer *announcer, const struct announcer_turn *turn, bool muted) {
    announcer->muted = muted;
    note_outage(announcer, turn->now);
    if (announcer->state == ANNOUNCER_SPEAKING && !can_speak(announcer, &announcer->current)) {
        emit_hush(turn);
        go_silent(announcer, turn);
    }
}

void announcer_drop_repeats(struct announcer *announcer, const struct announcer_turn *turn) {
    for (size_t i = announcer->waiting; i-- > 0;) {
        if (queued(announcer, i)->repeat) {
            take_out(announcer, i);
        }
    }
    if (announcer->state != ANNOUNCER_IDLE && announcer->current.repeat) {
        interrupt(announcer, turn);
    }
}

enum said announcer_said(const struct announcer *announcer, mono_ms now) {
    bool speaking = announcer->state == ANNOUNCER_SPEAKING;
    return speaking ? caption_at(&announcer->caption, now) : SAID_NOTHING;
}

mono_ms announcer_deadline(const struct announcer *announcer, mono_ms now) {
    mono_ms hung_at = announcer->utterance_at + UTTERANCE_MS_MAX;
    mono_ms change_at = caption_next(&announcer->caption, now);
    switch (announcer->state) {
    case ANNOUNCER_SPEAKING:
        return change_at < hung_at ? change_at : hung_at;
    case ANNOUNCER_SILENT:
        return silent_until(announcer);
    case ANNOUNCER_IDLE:
        break;
    }
    bool can_start =
        announcer->waiting > 0 &&
        (!announcer->held || announcer->queue[announcer->first].kind == UTTERANCE_URGENT);
    bool waits = announcer_leads_in(announcer, now) && announcer->sounded_at > announcer->next_at;
    mono_ms start_at = waits ? announcer->sounded_at : announcer->next_at;
    return can_start ? start_at : MONO_NEVER;
}

bool announcer_leads_in(const struct announcer *announcer, mono_ms now) {
    return announcer->state == ANNOUNCER_IDLE && now < announcer->sounded_at &&
           announcer->waiting > 0 && can_speak(announcer, &announcer->queue[announcer->first]);
}

bool announcer_has(const struct announcer *announcer, size_t from, const char *id) {
    bool found = announcer_is_current(announcer, from, id);
    for (size_t i = 0; i < announcer->waiting && !found; i++) {
        const struct announcement *waiting =
            &announcer->queue[(announcer->first + i) % ANNOUNCEMENTS_MAX];
        found = is_call_of(waiting, from, id);
    }
    return found;
}

bool announcer_is_current(const struct announcer *announcer, size_t from, const char *id) {
    return announcer->state != ANNOUNCER_IDLE && is_call_of(&announcer->current, from, id);
}
