/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When the screen rests: it is black in the hours of a plan, while nobody needs it.
 *
 * A function of the board and the moment, so that there is no state which a jump of the clock, a
 * restart or a missed turn could leave wrong. Whoever calls at night means it: the voice goes on,
 * and a call, a notice that is spoken or an urgent text has its screen.
 */
#ifndef HALLCALL_CORE_REST_H
#define HALLCALL_CORE_REST_H

#include "core/board.h"

/* How long the screen stays on behind the least time that a call is listed: from the chair to the
 * counter and once more back to the screen; own. */
enum { REST_AWAKE_MS = 3 * 60 * 1000 };

/* Whether a clock is one to go black by. A battery clock is not: whether it is right nobody knows,
 * and the kernel has set this computer's clock by it, so that they agree in any case. */
bool rest_trusts(enum clock_state clock);
/* Whether the screen is black: the hall's plan says so at this hour, somebody vouches for its
 * clock, the broker has been there (whoever installs a display at night must see what it says), no
 * urgent text is up, and for a while nothing was called or spoken. utc_offset_s as for week_find.
 */
bool rest_now(const struct board *board, const struct hall *hall, struct moment now,
              int utc_offset_s);
/* When the last call or text no longer keeps it on; MONO_NEVER when none does, or when it ends by
 * itself. The hours of the plan begin and end on full minutes and are not looked at here. */
mono_ms rest_deadline(const struct board *board, const struct hall *hall, mono_ms now);

#endif
