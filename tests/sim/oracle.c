/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The oracle's books about the voice: what it was given, when, and what became of it.
 *
 * The rules: spoken once, in the order of acceptance, never stale, never after it was taken back,
 * never over another, never while an urgent text holds the voice, after a silence never before the
 * loudspeaker is awake; a first utterance is never left out, and nobody waits while the voice could
 * speak.
 */
#include "oracle.h"

#include "actors.h"
#include "chance.h"
#include "marks.h"

#include <stdlib.h>
#include <string.h>

enum {
    MARGIN_MS = 1500,
    IDLE_MS_MAX = 15000, /* a call that failed may be on the card in silence for 12 s */
    HANG_MS_MAX = 60000,
    SILENCE_MS = 6000, /* after which the loudspeaker has to be woken */
    ROWS_LEFT = 10,
    HANDED_OUT_MS = 50 /* on its way to the voice, which a served visitor does not stop */
};

struct oracle oracle;

void oracle_reset(void) {
    size_t messages = MESSAGES_MAX;
    memset(oracle.message_read, 0, messages * sizeof oracle.message_read[0]);
    memset(oracle.files, 0, sizeof oracle.files);
    oracle.told_count = 0;
    oracle.killed_ms = oracle.full_ms = -1;
    for (size_t i = 0; i < OFFICES_MAX; i++) {
        oracle.hearings[i] = (struct hearing){.snapshot_seq = -1, .event_seq = -1};
    }
    for (size_t i = 0; i < VISITORS_MAX; i++) {
        oracle.files[i].told = -1;
        oracle.files[i].newest_made_ms = -1;
    }
}

void oracle_started(void) {
    oracle.pulse = 0;
    oracle.pulse_ms = INT64_MIN / 2; /* at rest for long */
    oracle.pulse_rises_ms[0] = oracle.pulse_rises_ms[1] = -1;
    for (size_t i = 0; i < VISITORS_MAX; i++) {
        oracle.files[i].last_n = 0;
        oracle.files[i].moved_to = NOBODY;
        oracle.files[i].confused = oracle.files[i].confused || !office_has_id((int)i);
    }
    if (world.incarnation == 1) {
        for (size_t i = 0; i < VISITORS_MAX; i++) {
            oracle.files[i].confused = false;
        }
    }
    oracle.speaking.active = false;
    oracle.planned.serial = 0;
    oracle.awake_ms = -1;
    oracle.last_started = -1;
    oracle.card = oracle.card_before = NOBODY;
    oracle.disturbed = oracle.card_excused = false;
    oracle.next_due = oracle.told_count;
    oracle.voice_lost = oracle.urgent = false;
    oracle.outage_since_ms = -1;
    oracle.outage_total_ms = 0;
    oracle.link = LINK_STARTING;
    oracle.link_ms = oracle.alive_ms = oracle.quiet_since_ms = world.now_ms;
    for (size_t i = 0; i < OFFICES_MAX; i++) {
        struct hearing *hearing = &oracle.hearings[i];
        hearing->beat_ms = -1;
        hearing->delays_count = hearing->delays_next = hearing->samples_since_step = 0;
        hearing->step_ms = world.office_stepped_ms[i];
        hearing->late_in_row = 0;
        hearing->doubt = false;
    }
    oracle.reading = NULL;
    oracle.received = 0;
    oracle.read_something = false;
    oracle.screen_lost_ever = false;
    oracle.page = 0;
    oracle_staff_started();
}

void oracle_killed(void) {
    oracle.killed_ms = world.now_ms;
    if (oracle.speaking.active) {
        mark(MARK_KILLED_SPEAKING);
        oracle.speaking.active = false;
    }
}

int64_t oracle_outage(void) {
    int64_t running = oracle.outage_since_ms < 0 ? 0 : world.now_ms - oracle.outage_since_ms;
    return oracle.outage_total_ms + running;
}

static void note_outage(void) {
    bool outage = oracle.voice_lost || oracle.urgent;
    if (outage && oracle.outage_since_ms < 0) {
        oracle.outage_since_ms = world.now_ms;
    } else if (!outage && oracle.outage_since_ms >= 0) {
        oracle.outage_total_ms += world.now_ms - oracle.outage_since_ms;
        oracle.outage_since_ms = -1;
    }
    oracle.disturbed = true;
    oracle.quiet_since_ms = world.now_ms;
}

void oracle_urgent_changed(bool active) {
    if (active != oracle.urgent) {
        oracle.urgent = active;
        note_outage();
    }
}

/* Whether this call still has to be spoken: nothing has happened that excuses the hall. */
bool oracle_due(const struct told *told) {
    return told->incarnation == world.incarnation && told->say == SAY_MUST && !told->started &&
           !told->over && oracle_outage() == told->outage_ms &&
           !oracle.files[told->visitor].confused;
}

/* Whether one that was read before a moment still has to be spoken. */
static bool waits_since(int64_t moment_ms) {
    for (size_t i = oracle.next_due; i < oracle.told_count; i++) {
        if (oracle.told[i].read_ms < moment_ms && oracle_due(&oracle.told[i])) {
            return true;
        }
    }
    return false;
}

bool oracle_waits(void) {
    return waits_since(INT64_MAX);
}

/* Whether the visitor is the one whose call goes on in another language. */
static bool goes_on(const struct utterance *utterance, int visitor) {
    return utterance->chime == CHIME_NONE && oracle.last_started >= 0 &&
           oracle.told[oracle.last_started].visitor == visitor;
}

/* How well a call of a confused visitor fits: one that may be said before one that may not, and
 * then one that was not begun. */
static int fit_of(const struct told *told) {
    return 2 * (told->say != SAY_NOT) + !told->started;
}

/* By number; of a visitor with whom nothing is certain any more, the newest of those that fit best
 * if numbers are only counted, or if the one of that number must not be spoken. */
static int64_t find_told(const struct utterance *utterance) {
    int visitor = office_visitor(utterance->ticket, (int)utterance->from);
    int64_t best = -1;
    if (visitor != NOBODY && goes_on(utterance, visitor)) {
        return oracle.last_started;
    }
    for (size_t i = oracle.told_count; visitor != NOBODY && i-- > 0;) {
        const struct told *told = &oracle.told[i];
        if (told->visitor != visitor || told->incarnation != world.incarnation) {
            continue;
        }
        bool confused = oracle.files[visitor].confused;
        bool counted = confused && !office_has_id(visitor);
        bool speakable = !confused || told->say != SAY_NOT;
        if (speakable && !counted && told->n == utterance->n) {
            return (int64_t)i;
        }
        bool better = best < 0 || fit_of(told) > fit_of(&oracle.told[best]);
        best = better ? (int64_t)i : best;
    }
    return visitor != NOBODY && oracle.files[visitor].confused ? best : -1;
}

static unsigned *heard_in(struct told *told, const char *tag) {
    size_t i = 0;
    while (i < told->langs_count && strcmp(told->langs[i].tag, tag) != 0) {
        i++;
    }
    if (i == told->langs_count && told->langs_count < ORACLE_LANGS) {
        memcpy(told->langs[i].tag, tag, LANG_BYTES);
        told->langs[i].heard = 0;
        told->langs_count++;
    }
    return &told->langs[i < ORACLE_LANGS ? i : ORACLE_LANGS - 1].heard;
}

/* Where in the line a call stood. Nobody can tell which call of a confused visitor is the one that
 * is spoken, so it is the first one that it can be. */
static size_t place_in_line(size_t index) {
    int visitor = oracle.told[index].visitor;
    size_t first = oracle.next_due < index ? oracle.next_due : index;
    while (first < index && (oracle.told[first].visitor != visitor || oracle.told[first].started)) {
        first++;
    }
    return oracle.files[visitor].confused ? first : index;
}

/* Nobody who was accepted before may still be waiting for a first word. */
static void check_order(size_t index, const char *ticket) {
    for (size_t i = oracle.next_due; i < index; i++) {
        const struct told *told = &oracle.told[i];
        if (oracle_due(told)) {
            world_fail("order of acceptance", "%s is spoken while %s, accepted before, still waits",
                       ticket, office_ticket(told->visitor));
            return;
        }
    }
    oracle.next_due = index > oracle.next_due ? index : oracle.next_due;
}

static void check_fresh(const struct told *told, const char *ticket) {
    int64_t outage_ms = oracle_outage() - told->outage_ms;
    if (told->say == SAY_NOT) {
        world_fail("nothing stale aloud",
                   "%s is spoken although it was %lld ms old when it was read (limit %lld ms)",
                   ticket, (long long)(told->read_ms - world.messages[told->message].made_ms),
                   (long long)told->limit_ms);
    } else if (told->age_ms + outage_ms >= told->limit_ms + MARGIN_MS) {
        world_fail("nothing stale aloud", "%s is spoken after an outage of %lld ms", ticket,
                   (long long)outage_ms);
    }
    if (outage_ms > 0) {
        mark(MARK_FRESH_AFTER_OUTAGE);
    }
}

static void check_restart(const struct told *told, const char *ticket) {
    bool sound = journal_kept() && !plan_has(&world.plan, FAULT_JOURNAL_BROKEN) &&
                 !plan_has(&world.plan, FAULT_JOURNAL_SLOW);
    if (told->started_before && sound) {
        world_fail("nothing twice", "%s was spoken before the program was killed", ticket);
    }
}

static void check_place(const struct told *told, const struct utterance *utterance) {
    int desk = (int)strtol(utterance->counter, NULL, 10) - 1;
    if (!plan_shows(&world.plan, desk)) {
        world_fail("only its own counters", "%s is sent to counter %s of another display",
                   utterance->ticket, utterance->counter);
    } else if (told->away && !oracle.files[told->visitor].confused) {
        world_fail("only its own counters", "%s is spoken after it was called elsewhere",
                   utterance->ticket);
    }
}

/* The first utterance of a call, with its chime. */
static void check_start(size_t index, const struct utterance *utterance) {
    struct told *told = &oracle.told[index];
    const char *ticket = utterance->ticket;
    const unsigned *heard = heard_in(told, utterance->lang);
    if (told->started && (!told->may_retry || *heard > 0)) {
        world_fail("nothing twice", "%s, number %u, is announced a second time", ticket, told->n);
    }
    bool withdrawn = oracle.files[told->visitor].withdrawn;
    int64_t grace_ms =
        HANDED_OUT_MS + (plan_has(&world.plan, FAULT_SCREEN_STALLS) ? STALL_MS_MAX : 0);
    bool late = withdrawn || world.now_ms - told->over_ms > grace_ms;
    if (told->over && late) {
        world_fail("taken back", "%s is spoken after it was withdrawn or served", ticket);
    }
    if (oracle.urgent) {
        world_fail("urgent holds the voice", "%s is spoken while an urgent text is on", ticket);
    }
    check_fresh(told, ticket);
    check_restart(told, ticket);
    if (!told->started) {
        check_order(place_in_line(index), ticket);
    } else {
        mark(told->cut ? MARK_CALL_AFTER_URGENT : MARK_VOICE_RETRIED);
    }
    if (utterance->kind == UTTERANCE_RECALL) {
        mark(MARK_RECALL_SPOKEN);
    } else if (told->again) {
        world_fail("a recall says so", "%s is spoken as a first call", ticket);
    }
    told->started = true;
    told->cut = false;
    oracle.last_started = (int64_t)index;
}

/* Another language, or once more. */
static void check_continued(size_t index, const struct utterance *utterance) {
    struct told *told = &oracle.told[index];
    const unsigned *heard = heard_in(told, utterance->lang);
    unsigned rounds = told->rounds + (oracle.screen_lost_ever ? 1 : 0);
    if ((int64_t)index != oracle.last_started) {
        world_fail("nothing twice", "%s goes on after another was begun", utterance->ticket);
    }
    if (*heard >= rounds) {
        world_fail("nothing twice", "%s is said %u times in %s", utterance->ticket, *heard + 1,
                   utterance->lang);
    }
    if (*heard > 0) {
        mark(*heard >= told->rounds ? MARK_SCREEN_LOST_REPEATS : MARK_REPEATED);
        if (waits_since(world.now_ms - HANDED_OUT_MS)) {
            world_fail("overload", "%s is repeated while others wait for their first call",
                       utterance->ticket);
        }
    } else {
        mark(MARK_SECOND_LANGUAGE);
    }
}

void oracle_planned(const struct utterance *utterance) {
    oracle.planned = *utterance;
}

/* Words for a loudspeaker that was silent come when its lead-in is over. A call that had the card
 * without a voice, or is tried again, waits no more. */
static void check_awake(const struct utterance *utterance) {
    int64_t since_ms =
        oracle.quiet_since_ms > oracle.awake_ms ? oracle.quiet_since_ms : oracle.awake_ms;
    int64_t stall_ms = plan_has(&world.plan, FAULT_SCREEN_STALLS) ? STALL_MS_MAX : 0;
    if (world.plan.manners.lead_in_ms == 0 || utterance->chime == CHIME_NONE) {
        return;
    }
    if (world.now_ms < oracle.awake_ms) {
        world_fail("card and voice wait for the lead-in", "%s is spoken %lld ms before its end",
                   utterance->ticket, (long long)(oracle.awake_ms - world.now_ms));
    } else if (world.now_ms - since_ms > SILENCE_MS + HANDED_OUT_MS + stall_ms) {
        world_fail("card and voice wait for the lead-in", "%s has none after %lld ms of silence",
                   utterance->ticket, (long long)(world.now_ms - since_ms));
    }
}

void oracle_woken(int lead_in_ms) {
    mark(MARK_LEAD_IN);
    world_tell("voice: a lead-in of %d ms", lead_in_ms);
    oracle.awake_ms = world.now_ms + lead_in_ms;
}

void oracle_spoken(uint32_t serial) {
    const struct utterance *utterance = &oracle.planned;
    bool call = utterance->kind == UTTERANCE_CALL || utterance->kind == UTTERANCE_RECALL;
    if (utterance->serial != serial) {
        world_fail("one voice", "utterance %u was not announced to the trace", serial);
        return;
    }
    world.digest = chance_hash(world.digest, utterance, sizeof *utterance);
    world_tell("voice: %u %s %s in %s%s", serial, call ? "call" : "text", utterance->ticket,
               utterance->lang, utterance->chime == CHIME_NONE ? ", continued" : "");
    oracle.speaking = (struct utterance_truth){
        .utterance = *utterance, .told = -1, .since_ms = world.now_ms, .active = true};
    check_awake(utterance);
    if (!call) {
        oracle.disturbed = true;
        mark(utterance->kind == UTTERANCE_NOTICE ? MARK_NOTICE_SPOKEN : MARK_URGENT_SPOKEN);
        return;
    }
    int64_t told = find_told(utterance);
    if (told < 0) {
        world_fail("only what was called", "%s, number %u, is spoken and was never read",
                   utterance->ticket, utterance->n);
        return;
    }
    oracle.speaking.told = told;
    check_place(&oracle.told[told], utterance);
    if (utterance->chime != CHIME_NONE) {
        check_start((size_t)told, utterance);
    } else {
        check_continued((size_t)told, utterance);
    }
    oracle.told[told].may_retry = false;
}

static void not_heard(void) {
    if (oracle.speaking.active && oracle.speaking.told >= 0) {
        oracle.told[oracle.speaking.told].may_retry = true;
    }
    oracle.speaking.active = false;
    oracle.quiet_since_ms = world.now_ms;
}

void oracle_hushed(void) {
    const struct utterance_truth *speaking = &oracle.speaking;
    int64_t lasted_ms = speaking->active ? world.now_ms - speaking->since_ms : 0;
    if (lasted_ms >= HANG_MS_MAX - HANDED_OUT_MS) {
        bool asked = speaking->told < 0 || oracle.told[speaking->told].over || oracle.urgent;
        mark(MARK_VOICE_HUNG);
        oracle_staff_hung(asked ? TROUBLE_UNSURE : TROUBLE_YES);
    } else if (lasted_ms >= HANG_MS_MAX - HANDED_OUT_MS - STALL_MS_MAX) {
        oracle_staff_hung(TROUBLE_UNSURE); /* a stalled display may have kept it back */
    }
    if (speaking->active && speaking->told >= 0 && oracle.urgent) {
        mark(MARK_URGENT_INTERRUPTS);
        oracle.told[speaking->told].cut = true;
    }
    not_heard();
}

void oracle_reported(const struct voice_report *report) {
    bool mine = oracle.speaking.active && report->serial == oracle.speaking.utterance.serial;
    switch (report->kind) {
    case VOICE_WELL:
    case VOICE_LOST:
        world_tell("voice: %s", report->kind == VOICE_WELL ? "well" : "lost");
        oracle.voice_lost = report->kind == VOICE_LOST;
        oracle.awake_ms = oracle.voice_lost ? -1 : oracle.awake_ms;
        note_outage();
        break;
    case VOICE_FINISHED:
        if (mine) {
            if (oracle.speaking.told >= 0) {
                ++*heard_in(&oracle.told[oracle.speaking.told], oracle.speaking.utterance.lang);
            }
            oracle.speaking.active = false;
            oracle.quiet_since_ms = world.now_ms;
        }
        break;
    case VOICE_FAILED:
    case VOICE_HUSHED:
        if (mine) {
            world_tell("voice: %u not heard", report->serial);
            not_heard();
        }
        break;
    default:
        break;
    }
    oracle_staff_voice(report, mine);
}

void oracle_link(const struct link_change *change) {
    if (change->state != oracle.link) {
        oracle.link_ms = world.now_ms;
    }
    oracle.link = change->state;
}

void oracle_watch(void) {
    const struct utterance_truth *speaking = &oracle.speaking;
    if (world.running == NULL || world.now_ms < world.busy_until_ms) {
        oracle.blind = true;
        return;
    }
    if (speaking->active && world.now_ms - speaking->since_ms > HANG_MS_MAX + 5000) {
        world_fail("a hung voice is given up", "utterance %u for %lld ms",
                   speaking->utterance.serial, (long long)(world.now_ms - speaking->since_ms));
    }
    bool free = !speaking->active && !oracle.voice_lost && !oracle.urgent;
    int64_t idle_ms_max = IDLE_MS_MAX + world.plan.manners.lead_in_ms;
    if (free && world.now_ms - oracle.quiet_since_ms > idle_ms_max) {
        for (size_t i = oracle.next_due; i < oracle.told_count; i++) {
            const struct told *told = &oracle.told[i];
            if (oracle_due(told) && world.now_ms - told->read_ms > idle_ms_max) {
                world_fail("a first utterance is never shed", "%s waits and the voice is idle",
                           office_ticket(told->visitor));
                return;
            }
        }
    }
    oracle_check_view();
    oracle_staff_watch();
}

void oracle_turn(void) {
    const struct board *board = &world.running->board;
    if (oracle.reading != NULL && oracle.reading->kind == MESSAGE_RUBBISH && !oracle.refused) {
        world_fail("rubbish is refused", "accepted: %.*s", (int)oracle.reading->payload_bytes,
                   oracle.reading->payload);
    }
    oracle.reading = NULL;
    uint64_t handled = oracle.received + inbox_dropped(world.running->inbox);
    if (!world_letters_wait() && handled != broker_letters()) {
        world_fail("no message is lost", "%llu came, %llu were read or dropped by a full inbox",
                   (unsigned long long)broker_letters(), (unsigned long long)handled);
    }
    if (world.running->screen == NULL) {
        oracle.screen_lost_ever = true;
    }
    if (board->announcer.waiting > ANNOUNCEMENTS_MAX || board->calls_count > CALLS_MAX) {
        world_fail("bounded queues", "%zu wait, %zu are listed", board->announcer.waiting,
                   board->calls_count);
    }
    if (board->calls_count >= CALLS_MAX - ROWS_LEFT) { /* it may have been full within the turn */
        oracle.full_ms = world.now_ms;
        mark(MARK_LIST_FULL);
    }
    if (board->announcer.waiting > 100) {
        mark(MARK_QUEUE_LONG);
    }
    oracle_watch();
    oracle.read_something = false;
}
