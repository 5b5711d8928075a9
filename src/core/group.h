/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A group of counters: those whose calls one display shows and speaks.
 *
 * Plain value; a group without any span is all counters of all halls of the display. A span without
 * a hall is of every one of them.
 */
#ifndef HALLCALL_CORE_GROUP_H
#define HALLCALL_CORE_GROUP_H

#include "core/halls.h"

#include <stdbool.h>

enum { GROUP_SPANS_MAX = 32, GROUP_NUMBER_NONE = -1 };

/* Stands for every counter of a hall. */
#define GROUP_ALL "*"

/* One counter, counters with plain numbers in a row, or all. */
struct counter_span {
    char hall[NAME_BYTES]; /* "": of every hall */
    char id[NAME_BYTES];   /* "" when the numbers say it; GROUP_ALL */
    int first, last;       /* both GROUP_NUMBER_NONE when the id says it */
};

struct counter_group {
    size_t count;
    struct counter_span spans[GROUP_SPANS_MAX];
};

/* The number of an id that is a plain one, as a person counts: "5", not "05" or "5a"; at most nine
 * digits. GROUP_NUMBER_NONE when it is none. */
int group_number(const char *id);
/* Whether two spans have a counter in common, in some hall. */
bool group_spans_meet(const struct counter_span *one, const struct counter_span *other);
/* Whether a counter of a hall is in a group. A call that names no counter ("") is everybody's. */
bool group_has(const struct counter_group *group, const char *hall, const char *id);
/* Whether some counter of a hall is in a group. */
bool group_has_hall(const struct counter_group *group, const char *hall);
/* Whether a group is exactly one counter of one hall. */
bool group_is_one(const struct counter_group *group, const struct halls *halls);
/* Writes its id, "" when the group is not one counter. Returns the place of its hall. */
size_t group_one(const struct counter_group *group, const struct halls *halls, char id[NAME_BYTES]);

#endif
