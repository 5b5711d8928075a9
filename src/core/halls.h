/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The halls of a site whose calls one display shows and speaks.
 *
 * Plain value. Messages, calls and what is said carry the place of their hall in it ("from"); its
 * name is needed where something is kept or written. The first is the display's own, where one name
 * is needed.
 */
#ifndef HALLCALL_CORE_HALLS_H
#define HALLCALL_CORE_HALLS_H

#include "core/limits.h"

#include <stddef.h>

struct halls {
    size_t count; /* at least 1 */
    char names[HALLS_MAX][NAME_BYTES];
};

/* The place of a hall, halls->count when it is none of them. */
size_t halls_find(const struct halls *halls, const char *name);
/* The name of the hall at a place, "" when there is none. Never NULL. */
const char *halls_name(const struct halls *halls, size_t from);

#endif
