/*
 * One value of one setting: from text into its field and back.
 */
#ifndef HALLCALL_CONFIG_VALUE_H
#define HALLCALL_CONFIG_VALUE_H

#include "config/settings.h"

enum { EXPECTED_BYTES = 160 };

/* Parses value into the setting's field of base (a struct draft, or a struct counter). tag is the
 * language of a KIND_TEXTS value, "" for any. On refusal the field is as before and expected
 * [EXPECTED_BYTES] says what would have been right: "a whole number of seconds from 5 to 120". */
bool value_parse(const struct setting *setting, void *base, const char *tag, const char *value,
                 char *expected);
/* Writes what a setting takes, in the same words. */
void value_describe(const struct setting *setting, char *expected);
/* Writes the field's value as it would stand in a file into out; "" when a KIND_TEXTS has no text
 * for index. Returns false when there is no value of that index (0 for all kinds but KIND_TEXTS).
 * tag[LANG_BYTES] receives the language. */
bool value_write(const struct setting *setting, const void *base, size_t index, char *tag,
                 char *out, size_t out_bytes);
/* Whether a text is a language tag: "uk", "de-AT". */
bool value_tag_valid(const char *tag);

#endif
