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

static bool is_numbered(const struct counter_span *span) {
    return span->first != GROUP_NUMBER_NONE;
}

static bool is_all(const struct counter_span *span) {
    return strcmp(span->id, GROUP_ALL) == 0;
}

static bool holds_in(const struct counter_span *span, const char *hall) {
    return span->hall[0] == '\0' || strcmp(span->hall, hall) == 0;
}

bool group_spans_meet(const struct counter_span *one, const struct counter_span *other) {
    if (!holds_in(one, other->hall) && !holds_in(other, one->hall)) {
        return false;
    }
    if (is_all(one) || is_all(other)) {
        return true;
    }
    if (is_numbered(one) && is_numbered(other)) {
        return one->first <= other->last && other->first <= one->last;
    }
    return is_numbered(one) == is_numbered(other) && strcmp(one->id, other->id) == 0;
}

bool group_has(const struct counter_group *group, const char *hall, const char *id) {
    int number = group_number(id);
    bool has = group->count == 0 || id[0] == '\0';
    for (size_t i = 0; i < group->count && !has; i++) {
        const struct counter_span *span = &group->spans[i];
        bool named = is_all(span) || strcmp(span->id, id) == 0;
        bool numbered = number >= span->first && number <= span->last;
        has = holds_in(span, hall) && (is_numbered(span) ? numbered : named);
    }
    return has;
}

bool group_has_hall(const struct counter_group *group, const char *hall) {
    bool has = group->count == 0;
    for (size_t i = 0; i < group->count && !has; i++) {
        has = holds_in(&group->spans[i], hall);
    }
    return has;
}

bool group_is_one(const struct counter_group *group, const struct halls *halls) {
    const struct counter_span *span = &group->spans[0];
    return group->count == 1 && span->first == span->last && !is_all(span) &&
           (halls->count == 1 || span->hall[0] != '\0');
}

size_t group_one(const struct counter_group *group, const struct halls *halls,
                 char id[NAME_BYTES]) {
    const struct counter_span *span = &group->spans[0];
    id[0] = '\0';
    if (!group_is_one(group, halls)) {
        return 0;
    }
    if (is_numbered(span)) {
        snprintf(id, NAME_BYTES, "%d", span->first);
    } else {
        memcpy(id, span->id, sizeof span->id);
    }
    return span->hall[0] != '\0' ? halls_find(halls, span->hall) : 0;
}
