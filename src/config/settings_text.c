/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of settings as text: the commented example file, the settings part of the manual, and
 * the settings in force.
 *
 * All are written from the table only, so they list exactly what the program reads. Lines are
 * folded here, because the table's help is one line each and its readers sit at narrow terminals.
 */
#include "config/config.h"
#include "config/settings.h"
#include "config/value.h"
#include "system/check.h"

#include <stdlib.h>
#include <string.h>

enum { FOLD_COLUMNS = 78 };

/* How much of a text goes on one line: up to the last blank that fits, or all of a long word. */
static size_t line_bytes(const char *text) {
    size_t bytes = strlen(text);
    if (bytes <= FOLD_COLUMNS) {
        return bytes;
    }
    bytes = FOLD_COLUMNS;
    while (bytes > 0 && text[bytes] != ' ') {
        bytes--;
    }
    return bytes > 0 ? bytes : strcspn(text, " ");
}

/* Writes text folded at blanks, each line behind "# ". */
static void write_comment(FILE *out, const char *text) {
    while (*text != '\0') {
        size_t bytes = line_bytes(text);
        fprintf(out, "# %.*s\n", (int)bytes, text);
        text += bytes;
        text += *text == ' ' ? 1 : 0;
    }
}

static bool of_section(const struct setting *setting, const struct section *section) {
    return strcmp(setting->section, section->name) == 0;
}

/* Whether what a setting takes is not clear from its help alone. */
static bool needs_description(const struct setting *setting) {
    switch (setting->kind) {
    case KIND_TEXT:
    case KIND_TEXTS:
    case KIND_SPOKEN:
    case KIND_URL:
    case KIND_LEVEL:
    case KIND_PATTERN:
        return false;
    default:
        return true;
    }
}

/* The default as a reader understands it. */
static const char *default_words(const struct setting *setting) {
    if (strcmp(setting->section, "counter") == 0 && setting->kind == KIND_NOUN) {
        return "what [hall] noun says";
    }
    bool none = setting->fallback == NULL || setting->fallback[0] == '\0';
    return none ? "none" : setting->fallback;
}

static void write_example_setting(FILE *out, const struct setting *setting) {
    char expected[EXPECTED_BYTES], line[EXPECTED_BYTES * 4];
    value_describe(setting, expected);
    fputc('\n', out);
    write_comment(out, setting->help);
    bool described = needs_description(setting);
    snprintf(line, sizeof line, "%s%s%sDefault: %s", described ? "Expected: " : "",
             described ? expected : "", described ? ". " : "",
             setting->kind == KIND_PATTERN ? "as below" : default_words(setting));
    write_comment(out, line);
    const char *value = setting->example != NULL ? setting->example : setting->fallback;
    fprintf(out, "%s%s = %s\n", setting->shown ? "" : "#", setting->key, value);
    if (setting_has_languages(setting)) {
        fprintf(out, "#%s.en = %s\n", setting->key, setting->example);
    }
}

void config_write_example(FILE *out) {
    fputs("# hallcall.ini: the settings of one display.\n"
          "#\n"
          "# Every setting is listed. One with a \"#\" in front of it is not used, and its\n"
          "# default counts; take the \"#\" away and change what stands behind the \"=\". A\n"
          "# \"#\" opens a comment only at the start of a line. \"hallcall check\" tells whether\n"
          "# all is well, and hallcall.ini(5) says more.\n",
          out);
    for (size_t i = 0; i < sections_count; i++) {
        const struct section *section = &sections_table[i];
        const struct setting *setting;
        fputc('\n', out);
        write_comment(out, section->help);
        fprintf(out, "%s%s\n", section->example != NULL ? "#" : "",
                section->example != NULL ? section->example : section->heading);
        for (size_t j = 0; (setting = settings_at(j)) != NULL; j++) {
            if (of_section(setting, section)) {
                write_example_setting(out, setting);
            }
        }
    }
}

/* Writes text with the characters that scdoc gives a meaning to escaped. */
static void write_scdoc(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (strchr("\\*_<>[]#~.", *text) != NULL && *text != '\0') {
            fputc('\\', out);
        }
        fputc(*text, out);
    }
}

static void write_manual_setting(FILE *out, const struct setting *setting) {
    char expected[EXPECTED_BYTES];
    value_describe(setting, expected);
    fputs("*", out);
    write_scdoc(out, setting->key);
    fputs("*", out);
    if (setting_has_languages(setting)) {
        fputs(", *", out);
        write_scdoc(out, setting->key);
        fputs("\\.LANGUAGE*", out);
    }
    fputs("\n\t", out);
    write_scdoc(out, setting->help);
    if (needs_description(setting)) {
        fputs("++\nExpected: ", out);
        write_scdoc(out, expected);
        fputc('.', out);
    }
    fputs("++\nDefault: ", out);
    write_scdoc(out, default_words(setting));
    fputs("\n\n", out);
}

void config_write_manual(FILE *out) {
    for (size_t i = 0; i < sections_count; i++) {
        const struct section *section = &sections_table[i];
        const struct setting *setting;
        fprintf(out, "## %s\n\n", section->heading); /* scdoc takes a heading as it is. */
        write_scdoc(out, section->help);
        fputs("\n\n", out);
        for (size_t j = 0; (setting = settings_at(j)) != NULL; j++) {
            if (of_section(setting, section)) {
                write_manual_setting(out, setting);
            }
        }
    }
}

/* One setting with the value it has in base; a text once per language. */
static void write_value(FILE *out, const struct setting *setting, const void *base) {
    struct value_text value;
    for (size_t i = 0; value_write(setting, base, i, &value); i++) {
        fprintf(out, "%s%s%s = %s\n", setting->key, value.tag[0] != '\0' ? "." : "", value.tag,
                value.text);
    }
}

static void write_values(FILE *out, const char *section, const void *base) {
    const struct setting *setting;
    for (size_t i = 0; (setting = settings_at(i)) != NULL; i++) {
        if (strcmp(setting->section, section) == 0) {
            write_value(out, setting, base);
        }
    }
}

void config_write_settings(FILE *out, const struct config *config) {
    struct draft *draft = calloc(1, sizeof *draft);
    CHECK(draft != NULL);
    draft->config = *config;
    const struct hall *hall = &config->hall;
    for (size_t i = 0; i < hall->languages_count; i++) {
        bool own = i < hall_own_languages(hall);
        struct tag_list *list = own ? &draft->languages : &draft->ticket_languages;
        memcpy(list->tags[list->count++], hall->languages[i].tag, LANG_BYTES);
    }
    for (size_t i = 0; i < sections_count; i++) {
        if (sections_table[i].example == NULL) {
            fprintf(out, "%s%s\n", i > 0 ? "\n" : "", sections_table[i].heading);
            write_values(out, sections_table[i].name, draft);
        }
    }
    for (size_t i = 0; i < hall->counters_count; i++) {
        const struct counter *counter = &hall->counters[i];
        fprintf(out, "\n[counter %s%s%s]\n", counter->hall, counter->hall[0] != '\0' ? "/" : "",
                counter->id);
        write_values(out, "counter", &hall->counters[i]);
    }
    for (size_t i = 0; i < hall->sayings_count; i++) {
        fprintf(out, "\n[say %s]\n", hall->sayings[i].shown);
        write_values(out, "say", &hall->sayings[i]);
    }
    for (size_t i = 0; i < config->settings.voices_count; i++) {
        fprintf(out, "\n[voice %s]\n", config->settings.voices[i].tag);
        write_values(out, "voice", &config->settings.voices[i]);
    }
    free(draft);
}
