/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists in one value. Items stand between commas, with blanks around them or not; what an item may
 * be is the business of its list.
 *
 * "5-8" in a group of counters is a range, although a counter could be called so: nobody writes a
 * range and means one counter. A slash parts hall and counter, because it parts them in the topics
 * too and neither name can hold one.
 */
#include "config/lists.h"

#include "config/value.h"
#include "core/text.h"
#include "core/utf8.h"

#include <stdio.h>
#include <string.h>

enum { PREFIX_CHARACTERS = 4 };

_Static_assert(PREFIX_BYTES > PREFIX_CHARACTERS * 4, "a prefix has room for any characters");

/* Adds one item to a list; false when it may not be there. An empty item is none. */
typedef bool (*item_adder)(void *list, const char *text, size_t bytes);

static bool add_items(const char *value, item_adder add, void *list) {
    for (;;) {
        value += strspn(value, " \t");
        size_t bytes = strcspn(value, ", \t");
        if (bytes == 0 || !add(list, value, bytes)) {
            return false;
        }
        value += bytes;
        value += strspn(value, " \t");
        if (*value == '\0') {
            return true;
        }
        if (*value++ != ',') {
            return false;
        }
    }
}

static bool is_blank(const char *value) {
    return value[strspn(value, " \t")] == '\0';
}

static bool add_tag(void *tags, const char *text, size_t bytes) {
    struct tag_list *list = tags;
    char tag[LANG_BYTES];
    if (bytes >= sizeof tag || list->count == LANGUAGES_MAX) {
        return false;
    }
    memcpy(tag, text, bytes);
    tag[bytes] = '\0';
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->tags[i], tag) == 0) {
            return false;
        }
    }
    memcpy(list->tags[list->count++], tag, bytes + 1);
    return value_tag_valid(tag);
}

bool lists_parse_tags(const char *value, bool may_be_none, struct tag_list *list) {
    struct tag_list read = {0};
    bool none = strcmp(value, "none") == 0;
    bool good = none ? may_be_none : add_items(value, add_tag, &read);
    if (good) {
        *list = read;
    }
    return good;
}

/* Capital letters and digits; letters beyond ASCII are taken as they are. */
static bool prefix_valid(const char *text, size_t bytes) {
    uint32_t codepoint = 0;
    size_t characters = 0;
    for (size_t at = 0; at < bytes; characters++) {
        size_t length = utf8_read(text + at, &codepoint);
        bool ascii =
            (codepoint >= 'A' && codepoint <= 'Z') || (codepoint >= '0' && codepoint <= '9');
        if (length == 0 || at + length > bytes || (codepoint < 0x80 && !ascii)) {
            return false;
        }
        at += length;
    }
    return characters >= 1 && characters <= PREFIX_CHARACTERS;
}

static bool add_prefix(void *prefixes, const char *text, size_t bytes) {
    struct prefix_list *list = prefixes;
    if (list->count == PREFIXES_MAX || !prefix_valid(text, bytes)) {
        return false;
    }
    char *prefix = list->prefixes[list->count];
    memcpy(prefix, text, bytes);
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->prefixes[i], prefix) == 0) {
            return false;
        }
    }
    list->count++;
    return true;
}

bool lists_parse_prefixes(const char *value, struct prefix_list *list) {
    struct prefix_list read = {0};
    bool good = is_blank(value) || add_items(value, add_prefix, &read);
    if (good) {
        *list = read;
    }
    return good;
}

/* Cuts "registry/" off an item; without one the span is of every hall. */
static bool take_hall(const char **text, size_t *bytes, struct counter_span *span) {
    const char *slash = memchr(*text, '/', *bytes);
    size_t length = slash != NULL ? (size_t)(slash - *text) : 0;
    if (slash == NULL) {
        return true;
    }
    if (length >= sizeof span->hall) {
        return false;
    }
    memcpy(span->hall, *text, length);
    *text += length + 1;
    *bytes -= length + 1;
    return value_name_valid(span->hall);
}

/* A range, a plain number or another id, of a hall or of every one; or all of a hall. False when it
 * is none of them. */
static bool read_span(const char *text, size_t bytes, struct counter_span *span) {
    *span = (struct counter_span){.first = GROUP_NUMBER_NONE, .last = GROUP_NUMBER_NONE};
    if (!take_hall(&text, &bytes, span) || bytes >= sizeof span->id) {
        return false;
    }
    char *dash = memchr(text, '-', bytes);
    memcpy(span->id, text, bytes);
    if (strspn(span->id, "0123456789-") == bytes && dash != NULL) {
        span->id[dash - text] = '\0';
        span->first = group_number(span->id);
        span->last = group_number(span->id + (dash - text) + 1);
        memset(span->id, 0, sizeof span->id);
        return span->first != GROUP_NUMBER_NONE && span->first < span->last;
    }
    span->first = span->last = group_number(span->id);
    if (span->first != GROUP_NUMBER_NONE) {
        memset(span->id, 0, sizeof span->id);
        return true;
    }
    return value_name_valid(span->id) ||
           (span->hall[0] != '\0' && strcmp(span->id, GROUP_ALL) == 0);
}

static bool add_span(void *group, const char *text, size_t bytes) {
    struct counter_group *list = group;
    struct counter_span added;
    if (list->count == GROUP_SPANS_MAX || !read_span(text, bytes, &added)) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (group_spans_meet(&added, &list->spans[i])) {
            return false;
        }
    }
    list->spans[list->count++] = added;
    return true;
}

bool lists_parse_group(const char *value, struct counter_group *list) {
    struct counter_group read = {0};
    bool good = is_blank(value) || add_items(value, add_span, &read);
    if (good) {
        *list = read;
    }
    return good;
}

static bool add_hall(void *halls, const char *text, size_t bytes) {
    struct halls *list = halls;
    char name[NAME_BYTES] = "";
    if (list->count == HALLS_MAX || bytes >= sizeof name) {
        return false;
    }
    memcpy(name, text, bytes);
    if (!value_name_valid(name) || halls_find(list, name) < list->count) {
        return false;
    }
    memcpy(list->names[list->count++], name, sizeof name);
    return true;
}

bool lists_parse_halls(const char *value, struct halls *list) {
    struct halls read = {0};
    bool good = add_items(value, add_hall, &read);
    if (good) {
        *list = read;
    }
    return good;
}

void lists_write_tags(const struct tag_list *list, char *out, size_t out_bytes) {
    out[0] = '\0';
    text_append(out, out_bytes, list->count == 0 ? "none" : "");
    for (size_t i = 0; i < list->count; i++) {
        text_append(out, out_bytes, i > 0 ? ", " : "");
        text_append(out, out_bytes, list->tags[i]);
    }
}

void lists_write_prefixes(const struct prefix_list *list, char *out, size_t out_bytes) {
    out[0] = '\0';
    for (size_t i = 0; i < list->count; i++) {
        text_append(out, out_bytes, i > 0 ? ", " : "");
        text_append(out, out_bytes, list->prefixes[i]);
    }
}

/* Without blanks, so that it is never longer than what was read. */
void lists_write_group(const struct counter_group *list, char *out, size_t out_bytes) {
    out[0] = '\0';
    for (size_t i = 0; i < list->count; i++) {
        const struct counter_span *span = &list->spans[i];
        char numbers[32];
        if (span->first == span->last) {
            snprintf(numbers, sizeof numbers, "%d", span->first);
        } else {
            snprintf(numbers, sizeof numbers, "%d-%d", span->first, span->last);
        }
        text_append(out, out_bytes, i > 0 ? "," : "");
        text_append(out, out_bytes, span->hall);
        text_append(out, out_bytes, span->hall[0] != '\0' ? "/" : "");
        text_append(out, out_bytes, span->id[0] != '\0' ? span->id : numbers);
    }
}

void lists_write_halls(const struct halls *list, char *out, size_t out_bytes) {
    out[0] = '\0';
    for (size_t i = 0; i < list->count; i++) {
        text_append(out, out_bytes, i > 0 ? ", " : "");
        text_append(out, out_bytes, list->names[i]);
    }
}
