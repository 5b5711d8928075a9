/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See plan.h. A plan is drawn in three strokes: the hall's manners, its traffic as the lives of
 * visitors (called, perhaps called again, then served, absent or withdrawn), and a random subset of
 * faults at random rates, all of which end at heal_ms.
 *
 * Rare worlds are drawn on purpose, because a fair lottery would need a million seeds to show them:
 * one seed in forty calls more visitors at once than a list can hold.
 */
#include "plan.h"

#include "chance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLOOD_VISITORS = 290 };

/* A plan on its way, with its stream of chance. */
struct drawing {
    struct plan *plan;
    uint64_t chance;
};

static const char *const fault_names[FAULT_KINDS] = {
    [FAULT_BROKER_DOWN] = "broker down",        [FAULT_NETWORK_HOLE] = "network hole",
    [FAULT_FLAPPING] = "connection flaps",      [FAULT_SESSION_LOST] = "session lost",
    [FAULT_ACK_LOST] = "acknowledgements lost", [FAULT_TWICE] = "sent twice",
    [FAULT_REORDERED] = "redelivery reordered", [FAULT_DELAYED] = "delayed",
    [FAULT_OFFICE_OUT] = "office offline",      [FAULT_OFFICE_STEP] = "office clock steps",
    [FAULT_WALL_STEP] = "wall clock steps",     [FAULT_HOSTILE] = "rubbish between messages",
    [FAULT_VOICE_SLOW] = "voice slow",          [FAULT_VOICE_FAILS] = "voice fails",
    [FAULT_VOICE_LOST] = "voice lost",          [FAULT_VOICE_HANGS] = "voice hangs",
    [FAULT_VOICE_EARLY] = "voice ends early",   [FAULT_VOICE_OLD] = "reports for old utterances",
    [FAULT_SCREEN_STALLS] = "screen stalls",    [FAULT_SCREEN_LOST] = "screen lost",
    [FAULT_JOURNAL_SLOW] = "journal slow",      [FAULT_JOURNAL_BROKEN] = "journal broken",
};

static int64_t draw(struct drawing *drawing, int64_t low, int64_t high) {
    return chance_between(&drawing->chance, low, high);
}

static bool hits(struct drawing *drawing, unsigned percent) {
    return chance_hits(&drawing->chance, percent);
}

static struct item *add(struct drawing *drawing, enum item_kind kind, int64_t at_ms) {
    static struct item spare;
    struct plan *plan = drawing->plan;
    struct item *item = plan->items_count < ITEMS_MAX ? &plan->items[plan->items_count++] : &spare;
    *item = (struct item){.kind = kind, .at_ms = at_ms, .chance = chance_next(&drawing->chance)};
    return item;
}

static void draw_manners(struct drawing *drawing) {
    static const int ttls_s[] = {-1, -1, 10, 30, 60, 300};
    struct manners *manners = &drawing->plan->manners;
    manners->desks =
        hits(drawing, 30) ? (int)draw(drawing, 1, 3) : (int)draw(drawing, 2, DESKS_MAX);
    manners->kills = hits(drawing, 30);
    manners->ids = manners->kills || hits(drawing, 70);
    manners->mixed_ids = !manners->ids && hits(drawing, 50);
    manners->numbers = manners->kills || hits(drawing, 60);
    manners->seqs = hits(drawing, 70);
    manners->times = hits(drawing, 70);
    manners->expiry = hits(drawing, 60);
    manners->beats = hits(drawing, 65);
    manners->snapshots = hits(drawing, 60);
    manners->snapshot_ms = draw(drawing, 5000, 60000);
    manners->ttl_s = ttls_s[draw(drawing, 0, 5)];
    manners->repeat = hits(drawing, 60) ? 0 : (int)draw(drawing, 1, 2);
    manners->languages = (int)draw(drawing, 1, 3);
    manners->rows = (int)draw(drawing, 1, 14);
    manners->journal = hits(drawing, 85);
}

/* Has a stream of chance of its own, so that halls without it are as they were before there was
 * such a thing. */
static void draw_group(struct drawing *drawing) {
    struct manners *manners = &drawing->plan->manners;
    uint64_t chance = chance_mix(drawing->plan->seed, 1, 12);
    manners->shown_last = DESKS_MAX - 1;
    if (chance_hits(&chance, 25) && manners->desks > 1) {
        manners->shown_first = (int)chance_between(&chance, 0, manners->desks - 1);
        manners->shown_last =
            (int)chance_between(&chance, manners->shown_first, manners->desks - 1);
        manners->moves = true;
    }
    manners->moves = manners->moves || chance_hits(&chance, 10);
    manners->neighbour = chance_hits(&chance, 15);
}

/* A television that has to be woken; from a stream of its own as well. */
static void draw_lead_in(struct drawing *drawing) {
    uint64_t chance = chance_mix(drawing->plan->seed, 1, 14);
    drawing->plan->manners.lead_in_ms =
        chance_hits(&chance, 25) ? (int)chance_between(&chance, 1, 3000) : 0;
}

/* A display of two halls; from a stream of its own as well. */
static void draw_halls(struct drawing *drawing) {
    struct manners *manners = &drawing->plan->manners;
    uint64_t chance = chance_mix(drawing->plan->seed, 1, 13);
    manners->halls = chance_hits(&chance, 30) ? OFFICES_MAX : 1;
    manners->cut_off = manners->halls > 1 ? (int)chance_between(&chance, 0, OFFICES_MAX) : 0;
    manners->same_epoch = chance_hits(&chance, 70);
}

/* Every third recall sends its visitor on. */
static void draw_moves(struct drawing *drawing) {
    struct plan *plan = drawing->plan;
    int desks[VISITORS_MAX] = {0};
    uint64_t chance = chance_mix(plan->seed, 1, 4);
    for (size_t i = 0; i < plan->items_count; i++) {
        struct item *item = &plan->items[i];
        bool moves = item->kind == ITEM_RECALL && plan->manners.moves && chance_hits(&chance, 33);
        if (item->kind == ITEM_CALL) {
            desks[item->visitor] = item->desk;
        } else if (moves) {
            desks[item->visitor] = (int)chance_between(&chance, 0, plan->manners.desks - 1);
        }
        if (item->kind == ITEM_RECALL) {
            item->desk = desks[item->visitor];
        }
    }
}

/* From the first call of a visitor to the end, whatever it is. Returns when the desk is free. */
static int64_t live(struct drawing *drawing, int visitor, int desk, int64_t at_ms) {
    struct item *call = add(drawing, ITEM_CALL, at_ms);
    call->visitor = visitor;
    call->desk = desk;
    while (hits(drawing, 20)) {
        at_ms += hits(drawing, 10) ? draw(drawing, 0, 500) : draw(drawing, 3000, 60000);
        add(drawing, ITEM_RECALL, at_ms)->visitor = visitor;
    }
    at_ms += hits(drawing, 15) ? draw(drawing, 50, 3000) : draw(drawing, 8000, 90000);
    static const enum item_kind ends[] = {ITEM_SERVED, ITEM_SERVED, ITEM_SERVED, ITEM_NO_SHOW,
                                          ITEM_WITHDRAW};
    if (hits(drawing, 85)) {
        add(drawing, ends[draw(drawing, 0, 4)], at_ms)->visitor = visitor;
    }
    return at_ms + draw(drawing, 500, 20000);
}

static void draw_traffic(struct drawing *drawing) {
    int64_t free_at[OFFICES_MAX][DESKS_MAX];
    struct plan *plan = drawing->plan;
    int desks = plan->manners.desks;
    int visitors = (int)draw(drawing, 3, 60);
    for (int i = 0; i < desks * plan->manners.halls; i++) {
        free_at[i / desks][i % desks] = draw(drawing, 200, 20000);
    }
    for (int visitor = 0; visitor < visitors; visitor++) {
        int64_t *free_here = free_at[plan_hall(plan, visitor)];
        int desk = 0;
        for (int i = 1; i < desks; i++) {
            desk = free_here[i] < free_here[desk] ? i : desk;
        }
        if (free_here[desk] >= plan->stop_ms) {
            return;
        }
        free_here[desk] = live(drawing, visitor, desk, free_here[desk]);
    }
}

/* Every counter calls at once, again and again: lists, queues and inboxes overflow. */
static void draw_flood(struct drawing *drawing) {
    int64_t at_ms = draw(drawing, 5000, 30000);
    for (int i = 0; i < FLOOD_VISITORS; i++) {
        struct item *call = add(drawing, ITEM_CALL, at_ms);
        call->visitor = VISITORS_MAX - FLOOD_VISITORS + i;
        call->desk = (int)draw(drawing, 0, drawing->plan->manners.desks - 1);
        at_ms += draw(drawing, 0, 60);
    }
}

static void draw_texts(struct drawing *drawing) {
    struct plan *plan = drawing->plan;
    for (int64_t i = hits(drawing, 50) ? draw(drawing, 1, 4) : 0; i > 0; i--) {
        add(drawing, ITEM_NOTICE, draw(drawing, 1000, plan->stop_ms));
    }
    if (hits(drawing, 25)) {
        int64_t at_ms = draw(drawing, 3000, plan->heal_ms);
        add(drawing, ITEM_URGENT, at_ms);
        add(drawing, ITEM_CLEAR, at_ms + draw(drawing, 500, 40000));
    }
}

static void draw_fault(struct drawing *drawing, enum fault fault) {
    struct plan *plan = drawing->plan;
    bool outage = fault == FAULT_BROKER_DOWN || fault == FAULT_NETWORK_HOLE;
    for (int64_t i = draw(drawing, 1, 3); i > 0; i--) {
        int64_t at_ms = hits(drawing, 20) ? 0 : draw(drawing, 0, plan->heal_ms - 1000);
        struct item *item = add(drawing, ITEM_FAULT, at_ms);
        item->fault = fault;
        item->percent = (unsigned)draw(drawing, 3, 60);
        item->lasts_ms = draw(drawing, 500, outage ? 120000 : 60000);
        if (at_ms + item->lasts_ms > plan->heal_ms) {
            item->lasts_ms = plan->heal_ms - at_ms;
        }
    }
}

/* Half of the kills are aimed at the moment in which a call is read, shown and begun, which lasts
 * for a hundredth of a second and would hardly ever be hit. */
static int64_t draw_kill(struct drawing *drawing) {
    struct plan *plan = drawing->plan;
    int64_t at_ms = draw(drawing, 500, plan->heal_ms);
    const struct item *near = &plan->items[draw(drawing, 0, (int64_t)plan->items_count - 1)];
    bool aimed = near->kind <= ITEM_RECALL && near->at_ms + 100 < plan->heal_ms;
    return aimed ? near->at_ms + draw(drawing, 0, 80) : at_ms;
}

static void draw_faults(struct drawing *drawing) {
    struct plan *plan = drawing->plan;
    unsigned rate = hits(drawing, 10) ? 0 : (unsigned)draw(drawing, 5, 40);
    for (enum fault fault = 0; fault < FAULT_KINDS; fault++) {
        if (hits(drawing, rate)) {
            draw_fault(drawing, fault);
        }
    }
    for (int64_t i = plan->manners.kills ? draw(drawing, 1, 3) : 0; i > 0; i--) {
        struct item *item = add(drawing, ITEM_KILL, draw_kill(drawing));
        item->lasts_ms = draw(drawing, 100, 8000);
    }
}

static int by_time(const void *a, const void *b) {
    const struct item *first = a, *second = b;
    if (first->at_ms != second->at_ms) {
        return first->at_ms < second->at_ms ? -1 : 1;
    }
    return (first->chance > second->chance) - (first->chance < second->chance);
}

void plan_make(struct plan *plan, uint64_t seed) {
    struct drawing drawing = {.plan = plan, .chance = chance_mix(seed, 1, 2)};
    memset(plan, 0, sizeof *plan);
    plan->seed = seed;
    plan->heal_ms = draw(&drawing, 30000, 240000);
    plan->stop_ms = plan->heal_ms + CALM_MS;
    draw_manners(&drawing);
    draw_group(&drawing);
    draw_halls(&drawing);
    draw_lead_in(&drawing);
    draw_traffic(&drawing);
    if (hits(&drawing, 3)) {
        draw_flood(&drawing);
    }
    draw_texts(&drawing);
    draw_faults(&drawing);
    qsort(plan->items, plan->items_count, sizeof plan->items[0], by_time);
    draw_moves(&drawing);
    plan->last_ms = plan->items_count > 0 ? plan->items[plan->items_count - 1].at_ms : 0;
    for (size_t i = 0; i < plan->items_count && plan->faults_count < FAULTS_MAX; i++) {
        if (plan->items[i].kind == ITEM_FAULT) {
            plan->faults[plan->faults_count++] = i;
        }
    }
}

static const struct item *fault_on(const struct plan *plan, enum fault fault, int64_t at_ms) {
    for (size_t i = 0; i < plan->faults_count; i++) {
        const struct item *item = &plan->items[plan->faults[i]];
        if (item->fault == fault && !item->off && at_ms >= item->at_ms &&
            at_ms < item->at_ms + item->lasts_ms) {
            return item;
        }
    }
    return NULL;
}

unsigned plan_fault(const struct plan *plan, enum fault fault, int64_t at_ms) {
    const struct item *item = at_ms < plan->heal_ms ? fault_on(plan, fault, at_ms) : NULL;
    return item != NULL ? item->percent : 0;
}

int64_t plan_fault_end(const struct plan *plan, enum fault fault, int64_t at_ms) {
    const struct item *item;
    while (at_ms < plan->heal_ms && (item = fault_on(plan, fault, at_ms)) != NULL) {
        at_ms = item->at_ms + item->lasts_ms;
    }
    return at_ms;
}

bool plan_has(const struct plan *plan, enum fault fault) {
    for (size_t i = 0; i < plan->faults_count; i++) {
        const struct item *item = &plan->items[plan->faults[i]];
        if (item->fault == fault && !item->off) {
            return true;
        }
    }
    return false;
}

bool plan_shows(const struct plan *plan, int desk) {
    return desk >= plan->manners.shown_first && desk <= plan->manners.shown_last;
}

int plan_hall(const struct plan *plan, int visitor) {
    return visitor % plan->manners.halls;
}

int plan_number(const struct plan *plan, int visitor) {
    return visitor / plan->manners.halls;
}

const char *plan_fault_name(enum fault fault) {
    return fault_names[fault];
}

void plan_describe(const struct item *item, char *out, size_t out_bytes) {
    static const char *const kinds[ITEM_KINDS] = {
        [ITEM_CALL] = "call",     [ITEM_RECALL] = "recall",   [ITEM_WITHDRAW] = "withdraw",
        [ITEM_SERVED] = "served", [ITEM_NO_SHOW] = "no-show", [ITEM_NOTICE] = "notice",
        [ITEM_URGENT] = "urgent", [ITEM_CLEAR] = "clear",     [ITEM_FAULT] = "fault",
        [ITEM_KILL] = "SIGKILL"};
    double at_s = (double)item->at_ms / 1000, lasts_s = (double)item->lasts_ms / 1000;
    if (item->kind == ITEM_FAULT) {
        snprintf(out, out_bytes, "%9.3f %s for %.1f s, %u %%", at_s, fault_names[item->fault],
                 lasts_s, item->percent);
    } else if (item->kind == ITEM_KILL) {
        snprintf(out, out_bytes, "%9.3f SIGKILL, started again after %.1f s", at_s, lasts_s);
    } else if (item->kind >= ITEM_NOTICE) {
        snprintf(out, out_bytes, "%9.3f %s", at_s, kinds[item->kind]);
    } else {
        snprintf(out, out_bytes, "%9.3f %s visitor %d%s%.0d", at_s, kinds[item->kind],
                 item->visitor, item->kind <= ITEM_RECALL ? " to counter " : "",
                 item->kind <= ITEM_RECALL ? item->desk + 1 : 0);
    }
}
