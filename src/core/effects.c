/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Effects are values in fixed arrays: the core asks, the run loop acts. What is to be said is at
 * most a cut and one utterance a turn; calls that will not be heard can be many at once (a voice
 * that was lost for long), and only the first of them are told, because nothing depends on the
 * journal knowing each.
 */
#include "core/effects.h"

#include <string.h>

void effects_unheard(struct effects *effects, enum unheard_why why, size_t from, const char *id,
                     uint32_t n) {
    if (effects->unheard_count < UNHEARD_MAX) {
        struct unheard *unheard = &effects->unheard[effects->unheard_count++];
        *unheard = (struct unheard){.why = why, .from = from, .n = n};
        memcpy(unheard->id, id, sizeof unheard->id);
    }
}
