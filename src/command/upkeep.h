/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a hall looks after besides its calls: its machine's clock and health, the facts on the start
 * screen, the place of the picture. Main thread.
 */
#ifndef HALLCALL_COMMAND_UPKEEP_H
#define HALLCALL_COMMAND_UPKEEP_H

#include "command/running.h"

enum {
    CLOCK_LOOK_MS = 1000,  /* whether the clock can be believed is asked at most so often */
    START_LOOK_MS = 3000,  /* addresses and cables, while the start screen is shown; own */
    HEALTH_LOOK_MS = 60000 /* temperature and power: the status's own pace */
};

extern const char upkeep_weak_power[]; /* what to do about it */

/* Fills clock and time of *facts by what the machine and the configuration say. */
void upkeep_judge_clock(const struct settings *settings, wall_ms wall, struct start_facts *facts);
/* Finds out whether the clock on the wall can be believed, and tells the board: at once when it has
 * been set or lost. At the beginning of a turn. */
void upkeep_clock(struct running *running, struct moment now);
/* Reads temperature and power when it is time; says once that the power is too weak, and once that
 * it is well again. */
void upkeep_health(struct running *running, mono_ms now);
/* Adds the words for staff to the next view, while the hall is starting. */
void upkeep_start(struct running *running, struct moment now);
/* Makes the sheet smaller where the picture moves about. After the size of the screen is known. */
void upkeep_size(struct running *running);
/* Moves on to the next place when it is time and no call is being announced; whether it did. */
bool upkeep_shift(struct running *running, mono_ms now);
/* Puts the scene at its place. */
void upkeep_place(struct running *running);
/* When something of this is due; MONO_NEVER when nothing is. */
mono_ms upkeep_deadline(const struct running *running, mono_ms now);

#endif
