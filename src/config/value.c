/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One value of one setting.
 *
 * Each kind has a parser that either fills the field or leaves it alone; what was expected is
 * written from the table by value_describe, so the error message, the example file and the manual
 * can never disagree. Numbers are read to the last character: "10s" is no number of seconds.
 *
 * A regular expression is tried in a UTF-8 locale of its own, whatever the process runs in, because
 * the ranges of a ticket pattern may hold letters beyond ASCII.
 */
#include "config/value.h"

#include "config/hours.h"
#include "config/lists.h"
#include "config/themes.h"
#include "config/volumes.h"
#include "core/text.h"
#include "core/words.h"
#include "system/check.h"

#include <errno.h>
#include <locale.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

static const char *const level_names[] = {"err", "warn", "info", "debug"};
enum { LEVELS = 4, NOT_FOUND = -1 };

_Static_assert(offsetof(struct lang_text, text) == LANG_BYTES, "texts follow their tag at once");

static int find_name(const char *const *names, int count, const char *name) {
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    return NOT_FOUND;
}

static bool copy_text(const struct setting *setting, char *field, const char *value) {
    size_t bytes = strlen(value);
    if (bytes >= setting->room) {
        return false;
    }
    memcpy(field, value, bytes + 1);
    return true;
}

bool value_name_valid(const char *name) {
    size_t bytes = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return name[bytes] == '\0' && bytes > 0 && bytes < NAME_BYTES;
}

bool value_tag_valid(const char *tag) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    static const char rest[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    size_t primary = strspn(tag, letters);
    if (primary < 2 || primary > 3 || strlen(tag) >= LANG_BYTES) {
        return false;
    }
    const char *more = tag + primary;
    return *more == '\0' || (*more == '-' && more[1] != '\0' && more[strspn(more, rest)] == '\0');
}

/* A decimal number of at most 9 digits, whole text. */
static bool read_number(const char *text, int min, int max, int *number) {
    const char *digits = text[0] == '-' ? text + 1 : text;
    size_t count = strspn(digits, "0123456789");
    if (count == 0 || count > 9 || digits[count] != '\0') {
        return false;
    }
    long value = strtol(text, NULL, 10);
    if (value < min || value > max) {
        return false;
    }
    *number = (int)value;
    return true;
}

/* scheme://host[:port]; the port that is left out is written in. */
static bool parse_url(const struct setting *setting, char *field, const char *value) {
    bool tls = strncmp(value, "mqtts://", 8) == 0;
    if (!tls && strncmp(value, "mqtt://", 7) != 0) {
        return false;
    }
    const char *host = value + (tls ? 8 : 7);
    size_t host_bytes = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    if (host_bytes > strlen(host) || host_bytes == 0 || strpbrk(host, "/@?# \t") != NULL) {
        return false;
    }
    const char *port = host + host_bytes;
    int number = tls ? 8883 : 1883;
    if (*port != '\0' && (*port != ':' || !read_number(port + 1, 1, 65535, &number))) {
        return false;
    }
    char url[CONFIG_PATH_BYTES];
    int bytes = snprintf(url, sizeof url, "%.*s:%d", (int)(port - value), value, number);
    return bytes > 0 && (size_t)bytes < sizeof url && copy_text(setting, field, url);
}

/* Whether a pattern is one that regcomp can be trusted with: glibc unrolls repetitions, and a few
 * stacked ones ("++++", "((a+)+)+", "{99}{99}") cost it gigabytes and minutes. No ticket needs more
 * than a single repetition of a character or of a flat group. */
static bool pattern_is_tame(const char *value) {
    bool repeated = false; /* the last thing was a repetition */
    bool in_group = false, repeats_in_group = false;
    for (const char *at = value; *at != '\0'; at++) {
        bool repeats = strchr("*+?{", *at) != NULL;
        if (repeats && (repeated || (at > value && at[-1] == ')' && repeats_in_group))) {
            return false;
        }
        if ((*at == '(' && in_group) || (*at == '{' && strtol(at + 1, NULL, 10) > TICKET_BYTES)) {
            return false;
        }
        in_group = *at == '(' || (in_group && *at != ')');
        repeats_in_group = *at != '(' && (repeats_in_group || repeats);
        if (*at == '[') {
            at += strcspn(at + 2, "]") + 2; /* a bracket may begin with ']' or hold anything */
        } else if (*at == '{') {
            const char *comma = at + strcspn(at, ",}");
            if (*comma == ',' && strtol(comma + 1, NULL, 10) > TICKET_BYTES) {
                return false;
            }
            at += strcspn(at, "}");
        } else if (*at == '\\' && at[1] != '\0') {
            at++;
        }
        if (*at == '\0') {
            return false;
        }
        repeated = repeats;
    }
    return true;
}

static bool parse_pattern(const struct setting *setting, char *field, const char *value) {
    locale_t utf8 = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = utf8 != (locale_t)0 ? uselocale(utf8) : (locale_t)0;
    regex_t pattern;
    bool tame = value[0] != '\0' && pattern_is_tame(value);
    int result = tame ? regcomp(&pattern, value, REG_EXTENDED | REG_NOSUB) : REG_BADPAT;
    if (result == 0) {
        regfree(&pattern);
    }
    if (utf8 != (locale_t)0) {
        uselocale(before);
        freelocale(utf8);
    }
    errno = result == REG_ESPACE ? ENOMEM : errno;
    return result == 0 && copy_text(setting, field, value);
}

static bool parse_flag(bool *field, const char *value) {
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on"};
    int found = find_name(words, 6, value);
    if (found == NOT_FOUND) {
        return false;
    }
    *field = found % 2 == 1;
    return true;
}

static bool parse_size(const struct setting *setting, int field[2], const char *value) {
    if (value[0] == '\0') {
        field[0] = field[1] = 0;
        return true;
    }
    char width[8];
    size_t bytes = strcspn(value, "x");
    if (bytes >= sizeof width || value[bytes] == '\0') {
        return false;
    }
    memcpy(width, value, bytes);
    width[bytes] = '\0';
    int pixels[2];
    if (!read_number(width, setting->min, setting->max, &pixels[0]) ||
        !read_number(value + bytes + 1, setting->min, setting->max, &pixels[1])) {
        return false;
    }
    memcpy(field, pixels, sizeof pixels);
    return true;
}

/* "1920x1080@60", the rate left out for any. */
static bool parse_mode(const struct setting *setting, struct display_mode *field,
                       const char *value) {
    char size[16];
    int pixels[2], hz = 0;
    size_t bytes = strcspn(value, "@");
    if (bytes >= sizeof size ||
        (value[bytes] == '@' && (bytes == 0 || !read_number(value + bytes + 1, 1, 240, &hz)))) {
        return false;
    }
    memcpy(size, value, bytes);
    size[bytes] = '\0';
    if (!parse_size(setting, pixels, size)) {
        return false;
    }
    *field = (struct display_mode){pixels[0], pixels[1], hz};
    return true;
}

/* A decimal with at most two places: "-0.5". */
static bool parse_fraction(const struct setting *setting, float *field, const char *value) {
    const char *digits = value[0] == '-' ? value + 1 : value;
    size_t whole = strspn(digits, "0123456789");
    const char *point = digits + whole;
    size_t places = *point == '.' ? strspn(point + 1, "0123456789") : 0;
    const char *end = *point == '.' ? point + 1 + places : point;
    if (whole == 0 || whole > 3 || *end != '\0' || (*point == '.' && places == 0) || places > 2) {
        return false;
    }
    int hundredths = (int)strtol(digits, NULL, 10) * 100;
    for (size_t i = 0; i < places; i++) {
        hundredths += (point[1 + i] - '0') * (i == 0 ? 10 : 1);
    }
    hundredths = value[0] == '-' ? -hundredths : hundredths;
    if (hundredths < setting->min || hundredths > setting->max) {
        return false;
    }
    *field = (float)hundredths / 100.0F;
    return true;
}

/* Sets the text of a tag; the one for any language comes first. */
static bool parse_texts(const struct setting *setting, void *base, const char *tag,
                        const char *value) {
    char *array = (char *)base + setting->offset;
    size_t *count = (size_t *)(void *)((char *)base + setting->count_offset);
    if (strlen(value) >= setting->room || value[0] == '\0' ||
        (setting->kind == KIND_SPOKEN && !words_balanced(value))) {
        return false;
    }
    size_t at = 0;
    while (at < *count && strcmp(array + at * setting->stride, tag) != 0) {
        at++;
    }
    if (at == *count) {
        if (*count == LANGUAGES_MAX) {
            return false;
        }
        if (tag[0] == '\0') {
            memmove(array + setting->stride, array, *count * setting->stride);
            at = 0;
        }
        (*count)++;
    }
    char *element = array + at * setting->stride;
    memset(element, 0, setting->stride);
    memcpy(element, tag, strlen(tag) + 1);
    memcpy(element + LANG_BYTES, value, strlen(value) + 1);
    return true;
}

static bool parse_noun(enum noun *field, const char *value) {
    enum noun noun = noun_from_name(value);
    if (noun == NOUN_KINDS) {
        return false;
    }
    *field = noun;
    return true;
}

/* Every enumeration is stored as an int; a choice's number is its place in the list. */
static bool parse_choice(const struct setting *setting, int *field, const char *value) {
    for (int i = 0; setting->choices[i] != NULL; i++) {
        if (strcmp(setting->choices[i], value) == 0) {
            *field = i;
            return true;
        }
    }
    return false;
}

static bool parse_floor(int *field, const char *value) {
    if (strcmp(value, "none") == 0) {
        *field = FLOOR_NONE;
        return true;
    }
    return read_number(value, FLOOR_MIN, FLOOR_MAX, field);
}

static bool parse_number(const struct setting *setting, void *field, const char *value) {
    int number;
    if (!read_number(value, setting->min, setting->max, &number)) {
        return false;
    }
    if (setting->kind == KIND_INTEGER) {
        *(int *)field = number;
    } else {
        *(int64_t *)field = (int64_t)number * setting->unit_ms;
    }
    return true;
}

static bool parse_field(const struct setting *setting, void *field, const char *value) {
    switch (setting->kind) {
    case KIND_TEXT:
        return copy_text(setting, field, value);
    case KIND_NAME:
        return value_name_valid(value) && copy_text(setting, field, value);
    case KIND_URL:
        return parse_url(setting, field, value);
    case KIND_PATTERN:
        return parse_pattern(setting, field, value);
    case KIND_LEVEL:
        return find_name(level_names, LEVELS, value) != NOT_FOUND &&
               copy_text(setting, field, value);
    case KIND_INTEGER:
    case KIND_DURATION:
        return parse_number(setting, field, value);
    case KIND_FLAG:
        return parse_flag(field, value);
    case KIND_SIZE:
        return parse_size(setting, field, value);
    case KIND_FRACTION:
        return parse_fraction(setting, field, value);
    case KIND_TAGS:
        return lists_parse_tags(value, setting->min == 0, field);
    case KIND_PREFIXES:
        return lists_parse_prefixes(value, field);
    case KIND_GROUP:
        return lists_parse_group(value, field);
    case KIND_HALLS:
        return lists_parse_halls(value, field);
    case KIND_NOUN:
        return parse_noun(field, value);
    case KIND_CHOICE:
        return parse_choice(setting, field, value);
    case KIND_FLOOR:
        return parse_floor(field, value);
    case KIND_VOLUMES:
        return volumes_parse(value, field);
    case KIND_THEMES:
        return themes_parse(value, field);
    case KIND_HOURS:
        return hours_parse(value, field);
    case KIND_MODE:
        return parse_mode(setting, field, value);
    case KIND_TEXTS:
    case KIND_SPOKEN:
        break;
    }
    return false;
}

bool value_parse(const struct setting *setting, void *base, const char *tag, const char *value,
                 char *expected) {
    bool texts = setting_has_languages(setting);
    CHECK(texts || tag[0] == '\0');
    bool good = texts ? parse_texts(setting, base, tag, value)
                      : parse_field(setting, (char *)base + setting->offset, value);
    if (!good) {
        value_describe(setting, expected);
    }
    return good;
}

static void describe_number(const struct setting *setting, char *expected) {
    const char *unit = setting->unit;
    snprintf(expected, EXPECTED_BYTES, "a whole number%s%s from %d to %d", unit ? " of " : "",
             unit ? unit : "", setting->min, setting->max);
}

/* "none, left or right" */
static void describe_choice(const struct setting *setting, char *expected) {
    expected[0] = '\0';
    for (size_t i = 0; setting->choices[i] != NULL; i++) {
        const char *before = setting->choices[i + 1] != NULL ? ", " : " or ";
        text_append(expected, EXPECTED_BYTES, i > 0 ? before : "");
        text_append(expected, EXPECTED_BYTES, setting->choices[i]);
    }
}

void value_describe(const struct setting *setting, char *expected) {
    static const char *const words[] = {
        [KIND_NAME] = "1 to 32 of the characters a-z 0-9 -",
        [KIND_URL] = "mqtt://host:port, or mqtts://host:port for TLS, and nothing behind it",
        [KIND_PATTERN] = "an extended regular expression",
        [KIND_LEVEL] = "err, warn, info or debug",
        [KIND_FLAG] = "yes or no",
        [KIND_TAGS] = NULL,
        [KIND_PREFIXES] = "up to 26 different prefixes of 1 to 4 capitals or digits: \"A, KB\"",
        [KIND_GROUP] =
            "up to 32 different counters or ranges of plain numbers: \"1, 5-8, registry/2-4\"",
        [KIND_HALLS] = "1 to 4 different names of the characters a-z 0-9 -, such as \"main\"",
        [KIND_NOUN] = "counter, window, desk, room, door or office",
        [KIND_FLOOR] = "none, or a whole number from -3 to 9",
        [KIND_VOLUMES] =
            "up to 16 of [days] [hours] percent, such as \"mo-fr 07:00-09:00 80, sa 70\"",
        [KIND_THEMES] = "up to 16 of [days] [hours] theme, such as \"07:00-19:00 day, sa night\"",
        [KIND_HOURS] =
            "up to 16 of [days] hours, not all week, such as \"20:00-06:00, su 00:00-24:00\"",
        [KIND_MODE] = "width x height, and the rate if it matters, such as 1920x1080@60",
        [KIND_SPOKEN] = NULL,
        [KIND_TEXTS] = NULL,
    };
    switch (setting->kind) {
    case KIND_INTEGER:
    case KIND_DURATION:
        describe_number(setting, expected);
        return;
    case KIND_CHOICE:
        describe_choice(setting, expected);
        return;
    case KIND_FRACTION:
        snprintf(expected, EXPECTED_BYTES, "a number from %d to %d with at most two decimals",
                 setting->min / 100, setting->max / 100);
        return;
    case KIND_SIZE:
        snprintf(expected, EXPECTED_BYTES,
                 "width x height such as 1280x720, each from %d to %d pixels, or nothing",
                 setting->min, setting->max);
        return;
    case KIND_TEXT:
        snprintf(expected, EXPECTED_BYTES, "at most %zu bytes of text", setting->room - 1);
        return;
    case KIND_TAGS:
        snprintf(expected, EXPECTED_BYTES, "%sup to %d different language tags such as \"en, uk\"",
                 setting->min == 0 ? "none, or " : "", LANGUAGES_MAX);
        return;
    case KIND_SPOKEN:
        snprintf(expected, EXPECTED_BYTES, "1 to %zu bytes of words or [[phonemes]]",
                 setting->room - 1);
        return;
    case KIND_TEXTS:
        snprintf(expected, EXPECTED_BYTES, "1 to %zu bytes of text, in at most %d languages",
                 setting->room - 1, LANGUAGES_MAX);
        return;
    default:
        snprintf(expected, EXPECTED_BYTES, "%s", words[setting->kind]);
        return;
    }
}

static void write_mode(const struct display_mode *mode, char *out, size_t out_bytes) {
    out[0] = '\0';
    if (mode->width > 0) {
        snprintf(out, out_bytes, mode->hz > 0 ? "%dx%d@%d" : "%dx%d", mode->width, mode->height,
                 mode->hz);
    }
}

static void write_field(const struct setting *setting, const void *field, char *out,
                        size_t out_bytes) {
    const int *pixels = field;
    const int *floor = field;
    switch (setting->kind) {
    case KIND_INTEGER:
        snprintf(out, out_bytes, "%d", *(const int *)field);
        return;
    case KIND_DURATION:
        snprintf(out, out_bytes, "%lld", (long long)(*(const int64_t *)field / setting->unit_ms));
        return;
    case KIND_FLAG:
        snprintf(out, out_bytes, "%s", *(const bool *)field ? "yes" : "no");
        return;
    case KIND_SIZE:
        out[0] = '\0';
        if (pixels[0] > 0) {
            snprintf(out, out_bytes, "%dx%d", pixels[0], pixels[1]);
        }
        return;
    case KIND_FRACTION:
        snprintf(out, out_bytes, "%.2f", (double)*(const float *)field);
        return;
    case KIND_TAGS:
        lists_write_tags(field, out, out_bytes);
        return;
    case KIND_PREFIXES:
        lists_write_prefixes(field, out, out_bytes);
        return;
    case KIND_GROUP:
        lists_write_group(field, out, out_bytes);
        return;
    case KIND_HALLS:
        lists_write_halls(field, out, out_bytes);
        return;
    case KIND_VOLUMES:
        volumes_write(field, out, out_bytes);
        return;
    case KIND_THEMES:
        themes_write(field, out, out_bytes);
        return;
    case KIND_HOURS:
        hours_write(field, out, out_bytes);
        return;
    case KIND_MODE:
        write_mode(field, out, out_bytes);
        return;
    case KIND_NOUN:
        snprintf(out, out_bytes, "%s", noun_name(*(const enum noun *)field));
        return;
    case KIND_FLOOR:
        snprintf(out, out_bytes, *floor == FLOOR_NONE ? "none" : "%d", *floor);
        return;
    case KIND_CHOICE:
        snprintf(out, out_bytes, "%s", setting->choices[*(const int *)field]);
        return;
    default:
        snprintf(out, out_bytes, "%s", (const char *)field);
        return;
    }
}

bool value_write(const struct setting *setting, const void *base, size_t index,
                 struct value_text *out) {
    const char *field = (const char *)base + setting->offset;
    memset(out, 0, sizeof *out);
    if (!setting_has_languages(setting)) {
        if (index == 0) {
            write_field(setting, field, out->text, sizeof out->text);
        }
        return index == 0;
    }
    const void *count = (const char *)base + setting->count_offset;
    if (index >= *(const size_t *)count) {
        return false;
    }
    const char *element = field + index * setting->stride;
    memcpy(out->tag, element, sizeof out->tag);
    snprintf(out->text, sizeof out->text, "%s", element + LANG_BYTES);
    return true;
}
