/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking up what a hall knows: counters, languages, labels.
 *
 * Lists are searched from the front: at most COUNTERS_MAX counters and a handful of languages, a
 * few times per call. An index was refused, because a hall is a plain value that is filled once and
 * compared, and an index beside the data can be wrong.
 *
 * A tag that is equal wins over one that only names the same language, so a hall may have "de" and
 * "de-AT" side by side.
 */
#include "core/hall.h"

#include <string.h>

const struct counter *hall_counter(const struct hall *hall, size_t from, const char *id) {
    const char *name = halls_name(&hall->halls, from);
    const struct counter *general = NULL;
    for (size_t i = 0; i < hall->counters_count; i++) {
        const struct counter *counter = &hall->counters[i];
        if (strcmp(counter->id, id) != 0) {
            continue;
        }
        if (counter->hall[0] == '\0') {
            general = counter;
        } else if (strcmp(counter->hall, name) == 0) {
            return counter;
        }
    }
    return general;
}

size_t hall_own_languages(const struct hall *hall) {
    return hall->languages_count - hall->on_request;
}

const struct language *hall_language(const struct hall *hall, const char *tag) {
    const struct language *near = NULL;
    for (size_t i = 0; i < hall->languages_count; i++) {
        const struct language *language = &hall->languages[i];
        if (strcmp(language->tag, tag) == 0) {
            return language;
        }
        if (near == NULL && language_tag_matches(language->tag, tag)) {
            near = language;
        }
    }
    return near;
}

/* How well an entry's tag fits: equal, same language, for any language, or not at all. */
enum fit { FIT_NONE, FIT_ANY, FIT_NEAR, FIT_EQUAL };

static enum fit tag_fit(const char *entry, const char *wanted) {
    if (strcmp(entry, wanted) == 0) {
        return FIT_EQUAL;
    }
    if (language_tag_matches(entry, wanted)) {
        return FIT_NEAR;
    }
    return entry[0] == '\0' ? FIT_ANY : FIT_NONE;
}

const char *hall_counter_label(const struct hall *hall, size_t from, const char *id,
                               const char *override, const char *tag) {
    if (override[0] != '\0') {
        return override;
    }
    const struct counter *counter = hall_counter(hall, from, id);
    const char *best = id;
    enum fit best_fit = FIT_NONE;
    for (size_t i = 0; counter != NULL && i < counter->labels_count; i++) {
        enum fit fit = tag_fit(counter->labels[i].tag, tag);
        if (fit > best_fit) {
            best = counter->labels[i].text;
            best_fit = fit;
        }
    }
    return best;
}

bool label_is_number(const char *label) {
    size_t characters = 0;
    bool digit = false;
    bool blank = false;
    for (; *label != '\0' && characters <= 6; label++) {
        characters += ((unsigned char)*label & 0xC0u) != 0x80u;
        digit = digit || (*label >= '0' && *label <= '9');
        blank = blank || *label == ' ';
    }
    return characters <= 4 || (characters <= 6 && digit && !blank);
}

bool hall_has_words(const struct hall *hall) {
    for (size_t i = 0; i < hall->counters_count; i++) {
        const struct counter *counter = &hall->counters[i];
        for (size_t j = 0; j < counter->labels_count; j++) {
            if (!label_is_number(counter->labels[j].text)) {
                return true;
            }
        }
    }
    return false;
}

const char *hall_saying(const struct hall *hall, const char *shown, size_t bytes, const char *tag) {
    for (size_t i = 0; i < hall->sayings_count; i++) {
        const struct saying *saying = &hall->sayings[i];
        if (strncmp(saying->shown, shown, bytes) != 0 || saying->shown[bytes] != '\0') {
            continue;
        }
        for (size_t j = saying->spoken_count; j-- > 0;) { /* the one for any language comes last */
            if (saying->spoken[j].tag[0] == '\0' ||
                language_tag_matches(saying->spoken[j].tag, tag)) {
                return saying->spoken[j].text;
            }
        }
    }
    return NULL;
}

size_t hall_ways(const struct hall *hall, const struct counter *counter,
                 enum way ways[COUNTER_WAYS_MAX]) {
    static const enum way of_direction[] = {
        [DIRECTION_LEFT] = WAY_LEFT, [DIRECTION_RIGHT] = WAY_RIGHT, [DIRECTION_UP] = WAY_UP,
        [DIRECTION_DOWN] = WAY_DOWN, [DIRECTION_AHEAD] = WAY_AHEAD,
    };
    size_t count = 0;
    if (counter == NULL || !hall->policy.say_ways) {
        return 0;
    }
    if (counter->floor != FLOOR_NONE) {
        ways[count++] = (enum way)(WAY_FLOORS + counter->floor - FLOOR_MIN);
    }
    if (counter->direction != DIRECTION_NONE) {
        ways[count++] = of_direction[counter->direction];
    }
    return count;
}

const char *lang_text_pick(const struct lang_text *texts, size_t count, const char *tag) {
    const char *best = count > 0 ? texts[0].text : "";
    enum fit best_fit = FIT_NONE;
    for (size_t i = 0; i < count; i++) {
        enum fit fit = tag_fit(texts[i].tag, tag);
        if (fit > best_fit) {
            best = texts[i].text;
            best_fit = fit;
        }
    }
    return best;
}
