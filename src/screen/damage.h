/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damage: which pixels differ between two scenes.
 */
#ifndef HALLCALL_SCREEN_DAMAGE_H
#define HALLCALL_SCREEN_DAMAGE_H

#include "core/scene.h"

enum { DAMAGE_MAX = 24 };

struct damage {
    size_t count; /* boxes never overlap */
    struct box boxes[DAMAGE_MAX];
};

/* Boxes that together hold every pixel that may differ. Scenes of different size, or a NULL before,
 * are one box: everything. Nodes that both scenes have must stand in the same order in both, which
 * is how the layout makes them. */
void damage_between(const struct scene *before, const struct scene *after, struct damage *damage);

#endif
