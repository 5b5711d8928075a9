/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall check`: whose calls a display shows, and whether a visitor could go to the wrong hall.
 *
 * Two halls may both have a counter 4; on one screen it is then better called "Registry 4". What is
 * compared is what visitors read: noun and label, in each language, of the counters that the
 * configuration names, in sections or in the group. Counters that it does not name are not known
 * here, so with several halls the way to tell them apart is said in any case.
 *
 * Considered and refused: comparing the counters of the boards at the broker. They are there only
 * while somebody works at them, and a check in the evening would find nothing.
 */
#include "command/checking.h"
#include "config/lists.h"
#include "config/value.h"

#include <stdio.h>
#include <string.h>

enum { RANGE_MAX = 999, TOLD_MAX = 8 };

/* Looking for counters of two halls that look alike. */
struct comparison {
    struct checking *checking;
    size_t one, other; /* places of the halls */
    size_t found;
};

static bool shown(const struct hall *hall, size_t from, const char *id) {
    return group_has(&hall->group, halls_name(&hall->halls, from), id);
}

static enum noun noun_of(const struct hall *hall, size_t from, const char *id) {
    const struct counter *counter = hall_counter(hall, from, id);
    return counter != NULL ? counter->noun : hall->noun;
}

/* The first language in which two counters are called the same; NULL when there is none. */
static const struct language *alike(const struct comparison *comparison, const char *id,
                                    const char *other_id) {
    const struct hall *hall = &comparison->checking->config.hall;
    size_t one = comparison->one, other = comparison->other;
    if (noun_of(hall, one, id) != noun_of(hall, other, other_id)) {
        return NULL;
    }
    for (size_t i = 0; i < hall->languages_count; i++) {
        const char *tag = hall->languages[i].tag;
        if (strcmp(hall_counter_label(hall, one, id, "", tag),
                   hall_counter_label(hall, other, other_id, "", tag)) == 0) {
            return &hall->languages[i];
        }
    }
    return NULL;
}

static void compare(struct comparison *comparison, const char *id, const char *other_id) {
    const struct hall *hall = &comparison->checking->config.hall;
    if (!shown(hall, comparison->one, id) || !shown(hall, comparison->other, other_id)) {
        return;
    }
    const struct language *language = alike(comparison, id, other_id);
    if (language == NULL || comparison->found++ >= TOLD_MAX) {
        return;
    }
    const char *one = halls_name(&hall->halls, comparison->one);
    const char *other = halls_name(&hall->halls, comparison->other);
    const char *noun = language->nouns[noun_of(hall, comparison->one, id)].screen;
    checking_tell(
        comparison->checking, VERDICT_WARNING, "halls",
        "%s/%s and %s/%s are both shown as \"%s %s\": visitors could go to the wrong one; "
        "give one a label in [counter %s/%s]",
        one, id, other, other_id, noun,
        hall_counter_label(hall, comparison->one, id, "", language->tag), other, other_id);
}

/* The counters that the configuration names, by their sections and by the group; "" ends them. A
 * counter may come twice. */
static const char *known_counter(const struct hall *hall, size_t index, char id[NAME_BYTES]) {
    if (index < hall->counters_count) {
        return hall->counters[index].id;
    }
    index -= hall->counters_count;
    for (size_t i = 0; i < hall->group.count; i++) {
        const struct counter_span *span = &hall->group.spans[i];
        bool numbered = span->first != GROUP_NUMBER_NONE;
        int last = span->last < span->first + RANGE_MAX ? span->last : span->first + RANGE_MAX;
        size_t ids = numbered ? (size_t)(last - span->first) + 1 : 1;
        if (index < ids && numbered) {
            snprintf(id, NAME_BYTES, "%d", span->first + (int)index);
            return id;
        }
        if (index < ids) {
            return span->id;
        }
        index -= ids;
    }
    return "";
}

/* Whether a counter came before in the row of those that are known. */
static bool came_before(const struct hall *hall, size_t index, const char *id) {
    char other[NAME_BYTES];
    for (size_t i = 0; i < index; i++) {
        if (strcmp(known_counter(hall, i, other), id) == 0) {
            return true;
        }
    }
    return false;
}

static void compare_halls(struct comparison *comparison) {
    const struct hall *hall = &comparison->checking->config.hall;
    char room[NAME_BYTES], other_room[NAME_BYTES];
    const char *id, *other;
    for (size_t i = 0; (id = known_counter(hall, i, room))[0] != '\0'; i++) {
        if (strcmp(id, GROUP_ALL) == 0 || came_before(hall, i, id)) {
            continue;
        }
        compare(comparison, id, id);
        for (size_t j = 0; j < hall->counters_count; j++) {
            other = known_counter(hall, j, other_room);
            if (strcmp(other, id) != 0 && !came_before(hall, j, other)) {
                compare(comparison, id, other);
            }
        }
    }
}

static void compare_all(struct checking *checking) {
    const struct halls *halls = &checking->config.hall.halls;
    struct comparison comparison = {.checking = checking};
    for (size_t i = 0; i < halls->count; i++) {
        for (size_t j = i + 1; j < halls->count; j++) {
            comparison.one = i;
            comparison.other = j;
            compare_halls(&comparison);
        }
    }
    if (comparison.found > TOLD_MAX) {
        checking_tell(checking, VERDICT_WARNING, "halls", "and %zu more that are shown alike",
                      comparison.found - TOLD_MAX);
    } else if (comparison.found == 0) {
        checking_tell(
            checking, VERDICT_OK, "halls",
            "a counter without a section is shown by its id: one that two halls have needs "
            "a label in [counter HALL/ID]");
    }
}

void checking_halls(struct checking *checking) {
    const struct settings *settings = &checking->config.settings;
    const struct counter_group *group = &checking->config.hall.group;
    char names[HALLS_MAX * (NAME_BYTES + 2)], counters[VALUE_TEXT_BYTES];
    bool several = settings->display.halls.count > 1;
    lists_write_halls(&settings->display.halls, names, sizeof names);
    checking_tell(checking, VERDICT_OK, "configuration", "%s, display %s in hall%s %s",
                  settings->display.site, settings->display.id, several ? "s" : "", names);
    if (group->count > 0) {
        lists_write_group(group, counters, sizeof counters);
        checking_tell(checking, VERDICT_OK, "counters", "only calls to %s are shown and spoken",
                      counters);
    }
    if (several) {
        compare_all(checking);
    }
}
