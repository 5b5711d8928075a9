/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Members of a JSON object: types, ranges and cleaning in one place.
 *
 * contract.c says which members a message has; this file says what each kind of value may be. Every
 * reader fails through reading_refuse, so a refusal always carries the member's name and what was
 * expected, and never the sender's bytes (reasons go to the log and the staff line as they are).
 *
 * Numbers are strict (7, not "7") except where integrators of queue systems have been seen to send
 * either: ticket and counter. Texts are cleaned, ids are refused when cleaning would change them.
 *
 * Considered and refused: json_unpack. It is shorter, but cannot tell absent from wrong, nor say
 * which member was at fault in words that help an integrator.
 */
#include "feed/contract_members.h"

#include "feed/text.h"
#include "feed/timestamp.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool reading_refuse(struct reading *reading, enum refusal refusal, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reading->reason, REASON_BYTES, format, arguments);
    va_end(arguments);
    reading->refusal = refusal;
    return false;
}

bool member_object_sound(struct reading *reading, const json_t *object, const char *what) {
    if (!json_is_object(object)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "%s: expected an object", what);
    }
    if (json_object_size(object) > MEMBERS_MAX) {
        return reading_refuse(reading, REFUSAL_LIMIT, "%s: more than %d members", what,
                              MEMBERS_MAX);
    }
    return true;
}

bool member_whole(struct reading *reading, const json_t *object, const char *key,
                  struct whole_range range, int64_t *value) {
    const json_t *member = json_object_get(object, key);
    if (member == NULL) {
        return true;
    }
    if (!json_is_integer(member) || json_integer_value(member) < range.min ||
        json_integer_value(member) > range.max) {
        return reading_refuse(reading, REFUSAL_MEMBER,
                              "%s: expected a whole number from %" PRId64 " to %" PRId64, key,
                              range.min, range.max);
    }
    *value = json_integer_value(member);
    return true;
}

bool member_seconds(struct reading *reading, const json_t *object, const char *key,
                    struct whole_range range_s, int64_t *value_ms) {
    const json_t *member = json_object_get(object, key);
    if (member == NULL) {
        return true;
    }
    double seconds = json_is_number(member) ? json_number_value(member) : -1.0;
    if (!(seconds >= (double)range_s.min && seconds <= (double)range_s.max)) {
        return reading_refuse(reading, REFUSAL_MEMBER,
                              "%s: expected seconds from %" PRId64 " to %" PRId64, key, range_s.min,
                              range_s.max);
    }
    *value_ms = llround(seconds * 1000.0);
    return true;
}

bool member_boolean(struct reading *reading, const json_t *object, const char *key, bool *value) {
    const json_t *member = json_object_get(object, key);
    if (member == NULL) {
        return true;
    }
    if (!json_is_boolean(member)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "%s: expected true or false", key);
    }
    *value = json_is_true(member);
    return true;
}

bool member_time(struct reading *reading, const json_t *object, const char *key, wall_ms *value) {
    *value = TIME_UNKNOWN;
    const json_t *member = json_object_get(object, key);
    if (member == NULL) {
        return true;
    }
    if (!json_is_string(member) || !timestamp_read(json_string_value(member), value)) {
        return reading_refuse(reading, REFUSAL_MEMBER,
                              "%s: expected a time such as 2026-11-22T08:15:30Z", key);
    }
    return true;
}

bool member_word(struct reading *reading, const json_t *object, const char *key, char *out,
                 size_t bytes) {
    out[0] = '\0';
    const json_t *member = json_object_get(object, key);
    if (member == NULL) {
        return true;
    }
    const char *word = json_string_value(member);
    if (word == NULL || word[0] == '\0' || !text_clean(word, false, out, bytes) ||
        strcmp(word, out) != 0) {
        return reading_refuse(reading, REFUSAL_MEMBER,
                              "%s: expected a string of 1 to %zu bytes without blanks around it or "
                              "invisible characters",
                              key, bytes - 1);
    }
    return true;
}

/* eSpeak reads [[double brackets]] as phonemes: a text from outside must not reach that mode. The
 * second bracket goes; what is left looks the same to a reader. */
static void break_speech_brackets(char *text) {
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        bool doubled = (*from == '[' || *from == ']') && to > text && to[-1] == *from;
        if (!doubled) {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* Scripts in which U+200C and U+200D change what a word means. */
static bool needs_joiners(const char *tag) {
    static const char *const tags[] = {"ar", "as", "bn", "ckb", "fa", "gu", "hi", "km",
                                       "kn", "ku", "ml", "mr",  "my", "ne", "or", "pa",
                                       "ps", "sd", "si", "ta",  "te", "ug", "ur"};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (language_tag_matches(tag, tags[i])) {
            return true;
        }
    }
    return false;
}

/* One text for people. tag decides about joiners; key names it in the reason. */
static bool clean_text(struct reading *reading, const json_t *value, const char *tag, char *out,
                       size_t bytes) {
    if (!json_is_string(value)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "text: expected a string");
    }
    if (!text_clean(json_string_value(value), needs_joiners(tag), out, bytes)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "text: expected at most %zu bytes",
                              bytes - 1);
    }
    break_speech_brackets(out);
    return true;
}

bool member_text(struct reading *reading, const json_t *object, const char *key, char *out,
                 size_t bytes) {
    out[0] = '\0';
    const json_t *member = json_object_get(object, key);
    return member == NULL || clean_text(reading, member, "", out, bytes);
}

/* A string, or a small whole number as decimal text. False when it is neither or does not fit. */
static bool string_or_number(const json_t *member, char *out, size_t bytes) {
    if (json_is_integer(member)) {
        json_int_t number = json_integer_value(member);
        int length = snprintf(out, bytes, "%" JSON_INTEGER_FORMAT, number);
        return number >= 0 && length > 0 && (size_t)length < bytes;
    }
    return json_is_string(member) && text_clean_ticket(json_string_value(member), out, bytes);
}

static size_t characters_in(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return count;
}

bool member_ticket(struct reading *reading, const json_t *object, const char *key,
                   char out[TICKET_BYTES]) {
    out[0] = '\0';
    const json_t *member = json_object_get(object, key);
    if (member == NULL) {
        return true;
    }
    if (!json_is_string(member) && !json_is_integer(member)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "%s: expected a string or a number", key);
    }
    if (!string_or_number(member, out, TICKET_BYTES) || out[0] == '\0' ||
        characters_in(out) > TICKET_CHARACTERS || !contract_takes_ticket(reading->contract, out)) {
        return reading_refuse(reading, REFUSAL_TICKET,
                              "%s: expected 1 to %d characters matching [ticket] pattern, in one "
                              "script",
                              key, TICKET_CHARACTERS);
    }
    return true;
}

bool member_counter(struct reading *reading, const json_t *object, const char *key,
                    char out[NAME_BYTES]) {
    out[0] = '\0';
    const json_t *member = json_object_get(object, key);
    if (member == NULL) {
        return true;
    }
    if (!json_is_string(member) && !json_is_integer(member)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "%s: expected a string or a number", key);
    }
    bool clean = string_or_number(member, out, NAME_BYTES);
    for (char *c = out; clean && *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    if (!clean || !topic_name_valid(out)) {
        return reading_refuse(reading, REFUSAL_COUNTER,
                              "%s: expected 1 to %d of a-z, 0-9 and - (what is shown can be given "
                              "as label)",
                              key, NAME_BYTES - 1);
    }
    return true;
}

/* [A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?, as long as it fits in LANG_BYTES. */
static bool tag_valid(const char *tag) {
    static const char alphanumeric[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t letters = strspn(tag, alphanumeric);
    size_t digits_at = strcspn(tag, "0123456789-");
    if (letters < 2 || letters > 3 || digits_at != letters) {
        return false;
    }
    if (tag[letters] == '\0') {
        return true;
    }
    size_t rest = strspn(tag + letters + 1, alphanumeric);
    return tag[letters] == '-' && rest >= 2 && rest <= 8 && tag[letters + 1 + rest] == '\0' &&
           letters + 1 + rest < LANG_BYTES;
}

static bool add_lang(struct reading *reading, const json_t *value, struct lang_list *langs) {
    const char *tag = json_string_value(value);
    if (tag == NULL || !tag_valid(tag)) {
        return reading_refuse(reading, REFUSAL_MEMBER,
                              "lang: expected tags such as \"uk\" or \"de-AT\"");
    }
    for (size_t i = 0; i < langs->count; i++) {
        if (strcmp(langs->tags[i], tag) == 0) {
            return true;
        }
    }
    snprintf(langs->tags[langs->count++], LANG_BYTES, "%s", tag);
    return true;
}

bool member_langs(struct reading *reading, const json_t *object, struct lang_list *langs) {
    langs->count = 0;
    const json_t *member = json_object_get(object, "lang");
    if (member == NULL) {
        return true;
    }
    if (!json_is_array(member)) {
        return add_lang(reading, member, langs);
    }
    if (json_array_size(member) > LANGS_PER_CALL_MAX) {
        return reading_refuse(reading, REFUSAL_LIMIT, "lang: more than %d languages",
                              LANGS_PER_CALL_MAX);
    }
    for (size_t i = 0; i < json_array_size(member); i++) {
        if (!add_lang(reading, json_array_get(member, i), langs)) {
            return false;
        }
    }
    return true;
}

static bool add_text(struct reading *reading, const char *tag, const json_t *value,
                     struct lang_text *entry) {
    snprintf(entry->tag, sizeof entry->tag, "%s", tag);
    if (!clean_text(reading, value, tag, entry->text, sizeof entry->text)) {
        return false;
    }
    return entry->text[0] != '\0' ||
           reading_refuse(reading, REFUSAL_MEMBER, "text: nothing visible in it");
}

static bool read_texts_object(struct reading *reading, json_t *object,
                              struct lang_text texts[LANGUAGES_MAX], size_t *count) {
    if (!member_object_sound(reading, object, "texts")) {
        return false;
    }
    if (json_object_size(object) > LANGUAGES_MAX) {
        return reading_refuse(reading, REFUSAL_LIMIT, "texts: more than %d languages",
                              LANGUAGES_MAX);
    }
    const char *tag;
    json_t *value;
    json_object_foreach(object, tag, value) {
        if (!tag_valid(tag)) {
            return reading_refuse(reading, REFUSAL_MEMBER,
                                  "texts: expected tags such as \"uk\" or \"de-AT\"");
        }
        if (!add_text(reading, tag, value, &texts[*count])) {
            return false;
        }
        (*count)++;
    }
    return true;
}

bool member_texts(struct reading *reading, const json_t *object,
                  struct lang_text texts[LANGUAGES_MAX], size_t *count) {
    *count = 0;
    const json_t *shorthand = json_object_get(object, "text");
    json_t *per_language = json_object_get(object, "texts");
    if (shorthand != NULL && per_language != NULL) {
        return reading_refuse(reading, REFUSAL_MEMBER, "expected text or texts, not both");
    }
    if (shorthand != NULL) {
        *count = 1;
        return add_text(reading, "", shorthand, &texts[0]);
    }
    return per_language == NULL || read_texts_object(reading, per_language, texts, count);
}

static bool add_spoken(struct reading *reading, const char *tag, const json_t *value,
                       struct spoken_ticket *spoken) {
    char *text = spoken->texts[spoken->count].text;
    if (!clean_text(reading, value, tag, text, SPOKEN_BYTES)) {
        return false;
    }
    snprintf(spoken->texts[spoken->count++].tag, LANG_BYTES, "%s", tag);
    return text[0] != '\0' ||
           reading_refuse(reading, REFUSAL_MEMBER, "spoken: nothing visible in it");
}

bool member_spoken(struct reading *reading, const json_t *object, struct spoken_ticket *spoken) {
    json_t *member = json_object_get(object, "spoken");
    const char *tag;
    json_t *value;
    if (!json_is_object(member)) {
        return member == NULL || add_spoken(reading, "", member, spoken);
    }
    if (!member_object_sound(reading, member, "spoken")) {
        return false;
    }
    if (json_object_size(member) > LANGS_PER_CALL_MAX) {
        return reading_refuse(reading, REFUSAL_LIMIT, "spoken: more than %d languages",
                              LANGS_PER_CALL_MAX);
    }
    json_object_foreach(member, tag, value) {
        if (!tag_valid(tag)) {
            return reading_refuse(reading, REFUSAL_MEMBER,
                                  "spoken: expected tags such as \"uk\" or \"de-AT\"");
        }
        if (!add_spoken(reading, tag, value, spoken)) {
            return false;
        }
    }
    return true;
}
