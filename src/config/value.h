/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One value of one setting: from text into its field and back.
 */
#ifndef HALLCALL_CONFIG_VALUE_H
#define HALLCALL_CONFIG_VALUE_H

#include "config/settings.h"

enum { EXPECTED_BYTES = 160, VALUE_TEXT_BYTES = 512 };

/* A value as it would stand in a file. */
struct value_text {
    char tag[LANG_BYTES]; /* its language, "" for any */
    char text[VALUE_TEXT_BYTES];
};

/* Parses value into the setting's field of base (a struct draft, or a struct counter). tag is the
 * language of a KIND_TEXTS value, "" for any. On refusal the field is as before and expected
 * [EXPECTED_BYTES] says what would have been right: "a whole number of seconds from 5 to 120". An
 * errno that is a shortage (system/shortage.h) and was 0 before means that nobody can tell. */
bool value_parse(const struct setting *setting, void *base, const char *tag, const char *value,
                 char *expected);
/* Writes what a setting takes, in the same words. */
void value_describe(const struct setting *setting, char *expected);
/* Writes the field's value as it would stand in a file. index counts the texts of a KIND_TEXTS and
 * is 0 for all other kinds. Returns false, with both parts "", when there is no value of that
 * index. */
bool value_write(const struct setting *setting, const void *base, size_t index,
                 struct value_text *out);
/* Whether a text is a language tag: "uk", "de-AT". */
bool value_tag_valid(const char *tag);
/* Whether a text is a name: 1 to 32 of a-z 0-9 -. */
bool value_name_valid(const char *name);

#endif
