/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall check`: the computer itself, in the very words of the start screen, which are made by
 * the same function; and how hot it is and whether its power holds, as the status tells.
 *
 * Nothing here is a problem by itself: a display without a time server shows calls, and one whose
 * cable is out is told by the broker's line what it cannot reach.
 */
#include "command/checking.h"
#include "command/upkeep.h"
#include "core/rest.h"
#include "core/text.h"
#include "system/clock.h"
#include "system/health.h"
#include "system/machine.h"

#include <string.h>

enum { HOT_MC = 80000 }; /* at which a Raspberry Pi begins to slow down */

static void tell_health(struct checking *checking) {
    struct health health;
    health_read("", &health);
    if (health.temperature_known) {
        bool hot = health.temperature_mc >= HOT_MC;
        checking_tell(checking, hot ? VERDICT_WARNING : VERDICT_OK, "temperature",
                      "%d degrees Celsius%s", health.temperature_mc / 1000,
                      hot ? ": it slows down, give it air" : "");
    }
    if (health.power_known) {
        checking_tell(checking, health.undervoltage ? VERDICT_WARNING : VERDICT_OK, "power", "%s",
                      health.undervoltage ? upkeep_weak_power : "strong enough");
    }
}

/* Closed hours by a clock for which nobody vouches would be kept on no day, and nobody knew why. */
static void tell_hours(struct checking *checking, enum clock_state clock) {
    if (checking->config.hall.policy.off.count > 0 && !rest_trusts(clock)) {
        checking_tell(checking, VERDICT_WARNING, "hours",
                      "[display] off_schedule is not kept while no time server has set the clock: "
                      "give the computer one, or look after its clock and set [display] clock = "
                      "always");
    }
}

void checking_machine(struct checking *checking) {
    struct start_facts facts;
    struct view_start start;
    const char *what = "";
    memset(&facts, 0, sizeof facts);
    machine_read("", &facts);
    text_copy(facts.version, sizeof facts.version, HALLCALL_VERSION);
    upkeep_judge_clock(&checking->config.settings, clock_moment().wall, &facts);
    start_lines(&facts, &start);
    for (size_t i = 0; i < start.lines_count; i++) {
        const struct start_line *line = &start.lines[i];
        what = line->name[0] != '\0' ? line->name : what;
        bool elsewhere = strcmp(what, "broker") == 0 || strcmp(what, "link") == 0 ||
                         strcmp(what, "sound") == 0; /* tried by others, not only asked */
        if (!elsewhere) {
            checking_tell(checking, line->trouble ? VERDICT_WARNING : VERDICT_OK, what, "%s",
                          line->value);
        }
    }
    tell_hours(checking, facts.clock);
    tell_health(checking);
}
