/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Members of a JSON object, one reader per kind of value. Internal to feed/.
 *
 * Each reader returns true with the value, or with the member's default when it is absent; it
 * returns false after it has noted the refusal. Absence is thus never an error here: who needs a
 * member says so (reading_refuse with REFUSAL_MEMBER).
 */
#ifndef HALLCALL_FEED_CONTRACT_MEMBERS_H
#define HALLCALL_FEED_CONTRACT_MEMBERS_H

#include "feed/contract.h"

#include <jansson.h>

enum { MEMBERS_MAX = 256 }; /* per object that we read; mqtt.md 3.2 */

/* What goes along while one message is read. */
struct reading {
    const struct contract *contract;
    const struct arrival *arrival;
    size_t from;  /* the hall, of a hall's topic */
    char *reason; /* REASON_BYTES */
    enum refusal refusal;
};

/* A range of whole numbers, both ends included. */
struct whole_range {
    int64_t min, max;
};

/* Notes why and returns false, so that a reader can `return reading_refuse(...)`. */
__attribute__((format(printf, 3, 4))) bool
reading_refuse(struct reading *reading, enum refusal refusal, const char *format, ...);

/* The object itself: an object of at most MEMBERS_MAX members. what names it in the reason. */
bool member_object_sound(struct reading *reading, const json_t *object, const char *what);
/* A whole number in range; *value keeps what it was when the member is absent. */
bool member_whole(struct reading *reading, const json_t *object, const char *key,
                  struct whole_range range, int64_t *value);
/* Seconds, whole or not, from min to max, as milliseconds; *value is kept when absent. */
bool member_seconds(struct reading *reading, const json_t *object, const char *key,
                    struct whole_range range_s, int64_t *value_ms);
bool member_boolean(struct reading *reading, const json_t *object, const char *key, bool *value);
/* RFC 3339 with Z or an offset; *value is TIME_UNKNOWN when absent. */
bool member_time(struct reading *reading, const json_t *object, const char *key, wall_ms *value);
/* A word that is compared and never shown (id, epoch): 1 to bytes - 1 bytes that cleaning would not
 * change. "" when absent. */
bool member_word(struct reading *reading, const json_t *object, const char *key, char *out,
                 size_t bytes);
/* A text that people read, cleaned, with speech brackets broken up. "" when absent; a text that is
 * empty after cleaning counts as absent. */
bool member_text(struct reading *reading, const json_t *object, const char *key, char *out,
                 size_t bytes);
/* A ticket: string or whole number, cleaned, matching the site's pattern. "" when absent. */
bool member_ticket(struct reading *reading, const json_t *object, const char *key,
                   char out[TICKET_BYTES]);
/* A counter's id: string or whole number, lower case. "" when absent. */
bool member_counter(struct reading *reading, const json_t *object, const char *key,
                    char out[NAME_BYTES]);
/* A language tag or a list of them. */
bool member_langs(struct reading *reading, const json_t *object, struct lang_list *langs);
/* "spoken": words, or an object of words per language tag. */
bool member_spoken(struct reading *reading, const json_t *object, struct spoken_ticket *spoken);
/* "texts" ({"uk": ...}) or its shorthand "text": up to LANGUAGES_MAX of them. */
bool member_texts(struct reading *reading, const json_t *object,
                  struct lang_text texts[LANGUAGES_MAX], size_t *count);

#endif
