/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A group of a hall's counters: those whose calls one display shows and speaks.
 *
 * Plain value; a group without any span is all counters of the hall.
 */
#ifndef HALLCALL_CORE_GROUP_H
#define HALLCALL_CORE_GROUP_H

#include "core/limits.h"

#include <stdbool.h>
#include <stddef.h>

enum { GROUP_SPANS_MAX = 32, GROUP_NUMBER_NONE = -1 };

/* One counter, or counters with plain numbers in a row. */
struct counter_span {
    char id[NAME_BYTES]; /* "" when the numbers say it */
    int first, last;     /* both GROUP_NUMBER_NONE when the id says it */
};

struct counter_group {
    size_t count;
    struct counter_span spans[GROUP_SPANS_MAX];
};

/* The number of an id that is a plain one, as a person counts: "5", not "05" or "5a"; at most nine
 * digits. GROUP_NUMBER_NONE when it is none. */
int group_number(const char *id);
/* Whether a counter is in a group. A call that names no counter ("") is everybody's. */
bool group_has(const struct counter_group *group, const char *id);
/* Whether a group is exactly one counter. */
bool group_is_one(const struct counter_group *group);
/* Writes its id; "" when the group is not one counter. */
void group_one(const struct counter_group *group, char id[NAME_BYTES]);

#endif
