/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking up a hall among the few of one display.
 *
 * Considered and refused: carrying the name with every call. A place is compared with one number,
 * and cannot name a hall that the display does not have.
 */
#include "core/halls.h"

#include <string.h>

size_t halls_find(const struct halls *halls, const char *name) {
    size_t from = 0;
    while (from < halls->count && strcmp(halls->names[from], name) != 0) {
        from++;
    }
    return from;
}

const char *halls_name(const struct halls *halls, size_t from) {
    return from < halls->count ? halls->names[from] : "";
}
