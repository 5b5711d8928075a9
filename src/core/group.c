/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking up a counter in a group. Spans are few and are walked from the front.
 *
 * Considered and refused: writing a range out into single ids. "1-200" is what people mean, and it
 * would be longer than a hall has counters.
 */
#include "core/group.h"

#include <stdio.h>
#include <string.h>

enum { DIGITS_MAX = 9 };

int group_number(const char *id) {
    size_t digits = strspn(id, "0123456789");
    bool padded = id[0] == '0' && digits > 1;
    if (digits == 0 || digits > DIGITS_MAX || id[digits] != '\0' || padded) {
        return GROUP_NUMBER_NONE;
    }
    int number = 0;
    for (size_t i = 0; i < digits; i++) {
        number = number * 10 + (id[i] - '0');
    }
    return number;
}

bool group_has(const struct counter_group *group, const char *id) {
    int number = group_number(id);
    bool has = group->count == 0 || id[0] == '\0';
    for (size_t i = 0; i < group->count && !has; i++) {
        const struct counter_span *span = &group->spans[i];
        has = span->first == GROUP_NUMBER_NONE ? strcmp(span->id, id) == 0
                                               : number >= span->first && number <= span->last;
    }
    return has;
}

bool group_is_one(const struct counter_group *group) {
    return group->count == 1 && group->spans[0].first == group->spans[0].last;
}

void group_one(const struct counter_group *group, char id[NAME_BYTES]) {
    const struct counter_span *span = &group->spans[0];
    id[0] = '\0';
    if (group_is_one(group) && span->id[0] != '\0') {
        memcpy(id, span->id, sizeof span->id);
    } else if (group_is_one(group)) {
        snprintf(id, NAME_BYTES, "%d", span->first);
    }
}
