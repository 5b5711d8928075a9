/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The oracle's eyes: what is on the screen against what was read and what is being said.
 *
 * The pages of a list are looked at all at once, by asking for the view of each: a visitor sees
 * them one after the other, and none may miss a call. That is dear, so it is done in turns that
 * have read something, and now and then.
 */
#include "actors.h"
#include "chance.h"
#include "marks.h"
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HERO_MIN_MS = 8000,
    SILENT_MIN_MS = 6000, /* without a voice, when a notice waits as well */
    HIGHLIGHT_MS = 20000,
    LISTED_MIN_MS = 60000,
    HONEST_MS = 15000,
    PULSE_WINDOW_MS = 1000, /* two flashes in it at most: NDA Ireland, standards.md */
    MOTION_MS = 5000,       /* WCAG 2.2, 2.2.2 */
    REST_MS = 500,          /* nothing moved for so long: what moves then is another motion */
    SAVED_MS = 4000,        /* rows this old when the program was killed must be back */
    FULL_CHECKED = 100,     /* of a full list, the newest must be there */
    PAGES_DEAR = 20,
    LOOK_EACH = 32
};

/* What the list says of a visitor. */
struct seen {
    bool listed, fresh, again, moved;
    int desk;
};

static struct seen seen[VISITORS_MAX];

static int desk_of(const char *label) {
    int desk = 0;
    for (const char *at = label; *at >= '0' && *at <= '9'; at++) {
        desk = desk * 10 + (*at - '0');
    }
    return desk > OFFICE_LABELS ? desk - OFFICE_LABELS - 1 : desk - 1;
}

static int hall_of(const char *label) {
    return strtol(label, NULL, 10) > OFFICE_LABELS ? 1 : 0;
}

static void see_row(const struct view_row *row) {
    int visitor = office_visitor(row->ticket, hall_of(row->label));
    if (visitor == NOBODY) {
        world_fail("only what was called", "%s is listed", row->ticket);
        return;
    }
    if (seen[visitor].listed) {
        world_fail("one row for each call", "%s is listed twice", row->ticket);
    }
    int desk = desk_of(row->label);
    if (!plan_shows(&world.plan, desk)) {
        world_fail("only its own counters", "%s is listed at counter %s of another display",
                   row->ticket, row->label);
    }
    seen[visitor] = (struct seen){.listed = true,
                                  .fresh = row->fresh,
                                  .again = row->again[0] != '\0',
                                  .moved = row->moved[0] != '\0',
                                  .desk = desk};
    if (seen[visitor].moved && !office_moved(visitor)) {
        world_fail("a new counter says so", "%s has always been called to one", row->ticket);
    }
}

/* Looks at every page. Returns how many rows there are. */
static size_t see_pages(void) {
    static struct view view;
    struct board *board = &world.running->board;
    struct moment now = {world_mono(), world_wall()};
    size_t page = board->pager.page, rows = 0, pages = 1;
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < pages; i++) {
        board->pager.page = i;
        view_make(board, &world.running->config.hall, now, 0, &view);
        pages = view.pages;
        for (size_t j = 0; j < view.rows_count; j++) {
            see_row(&view.rows[j]);
        }
        rows += view.rows_count;
    }
    board->pager.page = page;
    return rows;
}

/* Whether a call is still on: it is the last one of its visitor, its counter has called nobody else
 * since, and the office has not ended it.
 * Without numbers a snapshot from before it may be believed, and what comes out of order may end
 * it. */
static bool still_on(const struct told *told) {
    int hall = plan_hall(&world.plan, told->visitor);
    const struct posting *message = &world.messages[told->message];
    bool orderly = world.plan.manners.seqs && !plan_has(&world.plan, FAULT_REORDERED) &&
                   !plan_has(&world.plan, FAULT_TWICE) && oracle.full_ms < 0;
    return orderly && told->incarnation == world.incarnation &&
           office_current(hall, message->desk) == told->visitor &&
           office_called_ms(told->visitor) == message->made_ms;
}

/* Whether this call must be a row now. */
static bool must_be_listed(const struct told *told) {
    const struct file *file = &oracle.files[told->visitor];
    bool newest = file->told == (int64_t)(told - oracle.told);
    bool young = world.now_ms - told->read_ms < LISTED_MIN_MS || still_on(told);
    bool sound =
        told->show && newest && young && !file->withdrawn && !file->confused && !file->moved;
    if (told->incarnation == world.incarnation) {
        return sound;
    }
    bool kept = journal_kept() && !plan_has(&world.plan, FAULT_JOURNAL_BROKEN) &&
                !plan_has(&world.plan, FAULT_JOURNAL_SLOW);
    return sound && kept && told->incarnation + 1 == world.incarnation &&
           oracle.killed_ms - told->read_ms >= SAVED_MS;
}

/* Whether the office has called this visitor to a desk later, as a snapshot may know. */
static bool sent_on(const struct told *told, int desk) {
    bool found = false;
    for (size_t i = told->message + 1; i < world.messages_count && !found; i++) {
        const struct posting *later = &world.messages[i];
        found = later->kind == MESSAGE_EVENT && later->type <= EVENT_RECALL &&
                later->visitor == told->visitor && later->desk == desk;
    }
    return found;
}

static void check_row(const struct told *told) {
    const struct seen *row = &seen[told->visitor];
    const struct posting *message = &world.messages[told->message];
    const char *ticket = office_ticket(told->visitor);
    if (!row->listed) {
        world_fail("every call is visible", "%s was read %lld ms ago and is on no page", ticket,
                   (long long)(world.now_ms - told->read_ms));
    } else if (row->desk != message->desk && !sent_on(told, row->desk)) {
        world_fail("every call is visible", "%s is sent to counter %d instead of %d", ticket,
                   row->desk + 1, message->desk + 1);
    } else if (told->incarnation == world.incarnation && !row->fresh &&
               world.now_ms - told->read_ms < HIGHLIGHT_MS) {
        world_fail("highlighted for 20 s", "%s is not, %lld ms after it was read", ticket,
                   (long long)(world.now_ms - told->read_ms));
    } else if (told->again && !row->again) {
        world_fail("a recall says so", "the row of %s does not", ticket);
    } else if (told->moved && !row->moved) {
        world_fail("a new counter says so", "the row of %s does not", ticket);
    } else if (told->moved) {
        mark(MARK_MOVED);
    }
}

/* Who was called to another display's counter is on no page here. A minute later a snapshot without
 * numbers is believed, however old. */
static void check_away(const struct file *file, int visitor) {
    const struct told *told = file->told >= 0 ? &oracle.told[file->told] : NULL;
    bool young = told != NULL && world.now_ms - told->read_ms < LISTED_MIN_MS;
    bool certain = young && told->incarnation == world.incarnation && !file->confused &&
                   !file->moved && !file->revived && !file->withdrawn;
    if (certain && !told->ours && seen[visitor].listed) {
        world_fail("only its own counters", "%s is listed after it was called elsewhere",
                   office_ticket(visitor));
    }
}

/* A newer snapshot has said where a ticket is called to. */
static void check_moved(const struct file *file, int visitor) {
    const struct seen *row = &seen[visitor];
    bool certain = file->moved_to != NOBODY && !file->confused;
    if (certain && row->listed && row->desk != file->moved_to) {
        world_fail("every call is visible", "%s is sent to counter %d, a snapshot said %d",
                   office_ticket(visitor), row->desk + 1, file->moved_to + 1);
    }
}

static void check_list(void) {
    size_t checked = 0;
    bool full = oracle.full_ms >= 0 && world.now_ms - oracle.full_ms < LISTED_MIN_MS;
    size_t most = full ? FULL_CHECKED : oracle.told_count;
    (void)see_pages();
    for (size_t i = oracle.told_count; i-- > 0 && checked < most;) {
        const struct told *told = &oracle.told[i];
        if (must_be_listed(told)) {
            check_row(told);
        }
        checked++;
    }
    bool numbered = world.plan.manners.seqs; /* else a replay cannot be told from news */
    for (int i = 0; i < VISITORS_MAX; i++) {
        const struct file *file = &oracle.files[i];
        bool certain = file->withdrawn && !file->confused && file->told >= 0 &&
                       oracle.told[file->told].incarnation == world.incarnation;
        if (seen[i].listed && certain && !(file->revived && !numbered)) {
            world_fail("taken back", "%s is listed after it was withdrawn", office_ticket(i));
        }
        check_away(file, i);
        check_moved(file, i);
        if (seen[i].listed && file->told < 0) {
            mark(MARK_SNAPSHOT_ROW);
        }
        if (seen[i].listed && i > 0 && seen[i - 1].listed &&
            strcmp(office_ticket(i), office_ticket(i - 1)) == 0) {
            mark(MARK_SAME_TICKET);
        }
    }
}

/* Card and voice say the same. */
static void check_hero(const struct view *view) {
    const struct utterance_truth *speaking = &oracle.speaking;
    if (!speaking->active || speaking->told < 0) {
        return;
    }
    if (view->hero.state != HERO_CALLING ||
        strcmp(view->hero.ticket, speaking->utterance.ticket) != 0 ||
        hall_of(view->hero.lines[0].label) != (int)speaking->utterance.from) {
        world_fail("hero and voice agree", "the voice says %s, the card shows %s%s",
                   speaking->utterance.ticket, view->hero.ticket,
                   view->hero.state == HERO_CALLING ? "" : " at rest");
    }
}

/* The card, called or at rest, is of a counter that the display shows. */
static void check_card(const struct view *view) {
    if (view->hero.lines_count > 0 &&
        !plan_shows(&world.plan, desk_of(view->hero.lines[0].label))) {
        world_fail("only its own counters", "the card sends %s to counter %s of another display",
                   view->hero.ticket, view->hero.lines[0].label);
    }
}

/* Whether a call may leave the card before its time. */
static bool may_leave(int visitor, int64_t shown_ms) {
    const struct file *file = &oracle.files[visitor];
    bool full = oracle.full_ms >= 0 && world.now_ms - oracle.full_ms < LISTED_MIN_MS;
    if (full || file->told < 0 || file->ended || file->confused || oracle.disturbed ||
        oracle.urgent) {
        return true;
    }
    const struct told *last = &oracle.told[file->told];
    if (!last->ours || file->moved) {
        return true;
    }
    bool silent = oracle.voice_lost || last->may_retry;
    if (last->again && !last->started) {
        return true; /* its own recall waits */
    }
    return (silent && shown_ms >= SILENT_MIN_MS) || last->incarnation != world.incarnation ||
           last->read_ms + LISTED_MIN_MS <= world.now_ms;
}

static int visitor_on_card(const struct view *view) {
    int hall = hall_of(view->hero.lines[0].label);
    return view->hero.state == HERO_CALLING ? office_visitor(view->hero.ticket, hall) : NOBODY;
}

/* Until the lead-in is over the card calls nobody new, and does not show the call that waits. A
 * recall may wait for whom the card shows at rest, and a screen that comes back shows whom the hall
 * called without it. */
static void check_lead_in(const struct view *view) {
    int64_t left_ms = oracle.awake_ms - world.now_ms;
    int calling = visitor_on_card(view);
    if (left_ms <= 0 || oracle.urgent) {
        return;
    }
    int shown = view->hero.ticket[0] != '\0'
                    ? office_visitor(view->hero.ticket, hall_of(view->hero.lines[0].label))
                    : NOBODY;
    const struct told *told = shown != NOBODY && oracle.files[shown].told >= 0
                                  ? &oracle.told[oracle.files[shown].told]
                                  : NULL;
    bool waits = told != NULL && oracle_due(told) && !told->again;
    bool new = calling != NOBODY &&calling != oracle.card && !oracle.blind;
    if (waits || new) {
        world_fail("card and voice wait for the lead-in",
                   "%s is on the card %lld ms before its end", view->hero.ticket,
                   (long long)left_ms);
    }
}

static void note_card(int visitor) {
    if (visitor != NOBODY && visitor != oracle.card_before) {
        oracle.card_before = visitor;
        oracle.card_ms = world.now_ms;
        oracle.card_excused = false;
    }
    oracle.card = visitor;
    oracle.disturbed = false;
}

/* A frame that the display holds on to has taken the last call off the card all the same: what is
 * taken back before it is through leaves the card to nobody. */
void oracle_shown(const struct view *view) {
    int visitor = visitor_on_card(view);
    world.digest = chance_hash(world.digest, view, sizeof *view);
    check_lead_in(view);
    if (visitor != NOBODY && visitor != oracle.card) {
        note_card(visitor);
        oracle.disturbed = oracle.blind;
    }
}

/* A call stays on the card for 8 s while nobody waits: it may give way to another call, not to
 * rest. */
static void check_dwell(const struct view *view) {
    int visitor = visitor_on_card(view);
    int64_t shown_ms = world.now_ms - oracle.card_ms;
    if (visitor == oracle.card) {
        return;
    }
    /* Who rested early for a good reason may come back for a moment and rest again. */
    oracle.card_excused = oracle.card_excused || oracle.disturbed;
    bool rests = oracle.card != NOBODY && visitor == NOBODY && !oracle.card_excused;
    if (rests && shown_ms < HERO_MIN_MS && !may_leave(oracle.card, shown_ms)) {
        world_fail("on the card for 8 s", "%s was there for %lld ms only",
                   office_ticket(oracle.card), (long long)shown_ms);
    }
    note_card(visitor);
}

/* The ring round a new call: within the flash rules, and never a long motion. */
static void check_pulse(const struct view_hero *hero) {
    int64_t now_ms = world.now_ms;
    if (hero->pulse == oracle.pulse) {
        return;
    }
    bool grows = hero->pulse > oracle.pulse;
    bool begins = grows && (!oracle.pulse_grows || oracle.pulse == 0);
    if (now_ms - oracle.pulse_ms >= REST_MS) {
        oracle.pulse_motion_ms = now_ms;
    }
    if (hero->pulse > 0 && hero->state != HERO_CALLING) {
        world_fail("the pulse is calm", "a card at rest pulses");
    } else if (now_ms - oracle.pulse_motion_ms > MOTION_MS) {
        world_fail("the pulse is calm", "it moves for more than %d ms", MOTION_MS);
    } else if (begins && oracle.pulse_rises_ms[0] >= 0 &&
               now_ms - oracle.pulse_rises_ms[0] < PULSE_WINDOW_MS) {
        world_fail("the pulse is calm", "three flashes within %lld ms",
                   (long long)(now_ms - oracle.pulse_rises_ms[0]));
    }
    if (begins) {
        mark(MARK_PULSE);
        oracle.pulse_rises_ms[0] = oracle.pulse_rises_ms[1];
        oracle.pulse_rises_ms[1] = now_ms;
    }
    oracle.pulse = hero->pulse;
    oracle.pulse_grows = grows;
    oracle.pulse_ms = now_ms;
}

/* What is longest ago: the last heartbeat of an office that sends them, or the link's change. */
static bool last_heard(int64_t *heard_ms) {
    bool beats = false;
    int64_t latest_ms = INT64_MIN;
    *heard_ms = INT64_MAX;
    for (int i = 0; i < world.plan.manners.halls; i++) {
        int64_t beat_ms = oracle.hearings[i].beat_ms;
        beats = beats || beat_ms >= 0;
        *heard_ms = beat_ms >= 0 && beat_ms < *heard_ms ? beat_ms : *heard_ms;
        latest_ms = beat_ms > latest_ms ? beat_ms : latest_ms;
    }
    *heard_ms = !beats || *heard_ms < oracle.link_ms ? oracle.link_ms : *heard_ms;
    if (latest_ms - *heard_ms > HONEST_MS) {
        mark(MARK_ONE_HALL_SILENT);
    }
    return beats;
}

static void check_honesty(const struct view *view) {
    int64_t now_ms = world.now_ms;
    int64_t unheard = broker_unheard_since();
    bool alarm = view->alarm == ALARM_LINK;
    int64_t honest_ms = HONEST_MS + (plan_has(&world.plan, FAULT_SCREEN_STALLS) ? STALL_MS_MAX : 0);
    int64_t heard_ms;
    bool beats = last_heard(&heard_ms);
    if (alarm) {
        mark(MARK_LINK_ALARM);
    }
    if (unheard != MONO_NEVER && !alarm && now_ms - unheard > honest_ms &&
        now_ms - oracle.alive_ms > honest_ms) {
        world_fail("the link is told honestly", "the broker is out of reach for %lld ms",
                   (long long)(now_ms - unheard));
    } else if (oracle.link == LINK_UP && beats && now_ms - heard_ms > honest_ms + 100) {
        mark(MARK_BEATS_LATE);
        if (!alarm) {
            world_fail("the link is told honestly", "no heartbeat for %lld ms",
                       (long long)(now_ms - heard_ms));
        }
    } else if (oracle.link == LINK_UP && alarm && now_ms - oracle.link_ms > HONEST_MS &&
               (!beats || now_ms - heard_ms < HONEST_MS - 1000)) {
        world_fail("the link is told honestly", "an alarm although all is well");
    }
}

void oracle_check_view(void) {
    const struct running *running = world.running;
    size_t rows = running->board.pager.rows_per_page;
    bool dear = running->board.calls_count > rows * PAGES_DEAR;
    if (running->screen == NULL || !running->shown) {
        oracle.card = NOBODY;
        oracle.blind = true;
        return;
    }
    check_hero(&running->view);
    check_card(&running->view);
    check_dwell(&running->view);
    check_pulse(&running->view.hero);
    oracle.disturbed = oracle.disturbed || oracle.blind;
    oracle.blind = false;
    check_honesty(&running->view);
    if (running->view.pages > 1) {
        mark(MARK_PAGED);
        if (running->view.page == 1 && oracle.page == running->view.pages) {
            mark(MARK_PAGER_WRAPPED);
        }
        oracle.page = running->view.page;
    }
    if (world.turns % LOOK_EACH == 0 || (oracle.read_something && !dear)) {
        check_list();
    }
}

/* After everything has healed, with a snapshot read and old rows gone: the list is the truth. */
void oracle_end(void) {
    if (world.running == NULL || world.failed) {
        return;
    }
    if (oracle_waits()) {
        world_fail("a first utterance is never shed", "a call was never spoken");
    }
    if (!world.plan.manners.snapshots || world.running->screen == NULL) {
        return;
    }
    (void)see_pages();
    for (int i = 0; i < DESKS_MAX * world.plan.manners.halls; i++) {
        int desk = i % DESKS_MAX;
        int visitor = office_current(i / DESKS_MAX, desk);
        bool ours = visitor != NOBODY && plan_shows(&world.plan, desk);
        if (ours && (!seen[visitor].listed || seen[visitor].desk != desk)) {
            world_fail("in the end the board is the truth", "%s at counter %d is not listed",
                       office_ticket(visitor), desk + 1);
        }
    }
    for (int visitor = 0; visitor < VISITORS_MAX; visitor++) {
        int desk = seen[visitor].desk;
        int hall = plan_hall(&world.plan, visitor);
        if (seen[visitor].listed && (desk < 0 || office_current(hall, desk) != visitor)) {
            world_fail("in the end the board is the truth", "%s is still listed",
                       office_ticket(visitor));
        }
    }
    mark(MARK_HEALED_EQUAL);
}
