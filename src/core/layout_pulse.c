/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ring round the card of a new call, in the margin that the card has to its neighbours: the
 * card seems to breathe, and nothing that is read moves or changes its colour.
 *
 * It grows and shrinks with the square of a sine, so it starts and stops gently. A thin frame is
 * far below the area that counts as a flash at all (tests/unit/test_flash.c), and cheap: only its
 * sides are painted again.
 */
#include "core/layout_parts.h"
#include "core/pulse.h"

enum {
    REACH_PERCENT = 70, /* of the margin, at the highest level */
    UNDER_PX = 2        /* so far it lies under the card, whose edge is smooth */
};

static int least(int a, int b) {
    return a < b ? a : b;
}

void layout_pulse(struct pen *pen, int level, struct box card, int radius) {
    /* sin² of level * 12°, the highest as 1000 */
    static const int eased[PULSE_TOP + 1] = {0, 44, 167, 349, 558, 758, 914, 1000};
    if (level <= 0 || level > PULSE_TOP) {
        return;
    }
    int reach = per_mille(pen->margin * REACH_PERCENT / 100, eased[level]);
    int beside = least(card.x, pen->width - card.x - card.width);
    int above = least(card.y, pen->height - card.y - card.height);
    reach = least(reach, least(beside, above));
    if (reach <= 0 || card.width < 4 * radius || card.height < 4 * radius) {
        return;
    }
    int under = least(UNDER_PX, radius);
    pen_ring(pen, COLOUR_ACCENT, box_inset(card, -reach, -reach),
             (struct ring){radius + reach, reach + under});
}
