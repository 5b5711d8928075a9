/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The nearest name for a mistyped one: "did you mean ...".
 */
#ifndef HALLCALL_CONFIG_SUGGEST_H
#define HALLCALL_CONFIG_SUGGEST_H

#include <stddef.h>

/* The best of many, found by offering them one after the other. */
struct suggestion {
    const char *wanted; /* borrowed */
    const char *best;   /* NULL: nothing is near enough */
    size_t distance;
};

void suggestion_init(struct suggestion *suggestion, const char *wanted);
/* Keeps candidate (borrowed) when it is nearer than what was offered before. */
void suggestion_offer(struct suggestion *suggestion, const char *candidate);
/* How many single letters must be typed, left out, exchanged or swapped with their neighbour. */
size_t suggestion_distance(const char *a, const char *b);

#endif
