/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Halving: large pieces of the plan are left out first, then smaller ones, down to single items,
 * and each piece stays out if the same rule is still broken. Items own their chance, so leaving one
 * out does not change what the others do (plan.h).
 *
 * Considered and refused: delta debugging in full, with complements: a failing story is a few
 * hundred items and halving ends with about five, which a person can read.
 */
#include "shrink.h"

#include "world.h"

#include <string.h>

enum { LIVES_MAX = 600 };

static bool still_fails(const struct plan *plan, const char *rule) {
    world_live(plan, false);
    return world.failed && strcmp(world.rule, rule) == 0;
}

/* Leaves out the items from first on; returns whether there were any. */
static bool leave_out(struct plan *plan, size_t first, size_t count) {
    bool any = false;
    for (size_t i = first; i < first + count && i < plan->items_count; i++) {
        any = any || !plan->items[i].off;
        plan->items[i].off = true;
    }
    return any;
}

/* Leaves out one piece for good if the rule is still broken without it. Returns whether it was
 * worth a life to find out. */
static bool try_piece(struct plan *plan, const char *rule, size_t first, size_t count) {
    static struct plan tried;
    tried = *plan;
    if (!leave_out(&tried, first, count)) {
        return false;
    }
    if (still_fails(&tried, rule)) {
        *plan = tried;
    }
    return true;
}

size_t shrink(struct plan *plan, const char *rule) {
    char kept_rule[RULE_BYTES];
    int lives = 0;
    memcpy(kept_rule, rule, sizeof kept_rule);
    for (size_t piece = plan->items_count; piece > 0; piece /= 2) {
        for (size_t first = 0; first < plan->items_count && lives < LIVES_MAX; first += piece) {
            lives += try_piece(plan, kept_rule, first, piece);
        }
    }
    size_t left = 0;
    for (size_t i = 0; i < plan->items_count; i++) {
        left += !plan->items[i].off;
    }
    return left;
}
