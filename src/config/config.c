/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a file and --set to a checked configuration.
 *
 * The file and the command line become two lists of entries; both go through the same steps into a
 * draft, the command line last, so that it wins. Then what only makes sense together is checked and
 * the language files are read. Nobody sees the draft until all of it is good. Faults are told in
 * the order of the file, each once: a misspelt section is told at its heading and its settings are
 * passed over.
 *
 * Considered and refused: a folder of fragments beside the file. One display has one short file; a
 * fleet's differences are a --set or a generated file.
 */
#include "config/config.h"

#include "config/elements.h"
#include "config/ini.h"
#include "config/language_file.h"
#include "config/settings.h"
#include "config/share.h"
#include "config/suggest.h"
#include "config/value.h"
#include "system/check.h"
#include "system/shortage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_FILE "/etc/hallcall/hallcall.ini"

/* The window when one is wanted and its size is not said. */
enum { WINDOW_WIDTH_PX = 1280, WINDOW_HEIGHT_PX = 720 };

struct loading {
    struct draft draft;
    struct diagnostics *diagnostics;
    struct ini lists[2]; /* the file, then --set */
};
enum { LIST_FILE, LIST_SETS, LISTS };

static bool is_set(const struct ini *list) {
    return strcmp(list->path, "--set") == 0;
}

/* Whether a value may hold a password, though none belongs into a configuration: what is wrong with
 * it is told without it. */
static bool may_be_secret(const struct ini_entry *entry) {
    return strcasestr(entry->key, "pass") != NULL || strcasestr(entry->key, "word") != NULL ||
           strcasestr(entry->key, "secret") != NULL ||
           (strcmp(entry->key, "url") == 0 && strchr(entry->value, '@') != NULL);
}

static void tell(struct loading *loading, const struct ini *list, const struct ini_entry *entry,
                 const char *words) {
    const char *key = entry->key[0] != '\0' ? entry->key : NULL;
    const char *section = entry->section[0] != '\0' ? entry->section : NULL;
    diagnostics_add(loading->diagnostics, list->path, entry->line, section, key,
                    key != NULL && !may_be_secret(entry) ? entry->value : NULL, "%s", words);
}

/* Adds ", did you mean "x"?" when there is something near. */
static void add_guess(char *words, size_t words_bytes, const struct suggestion *suggestion) {
    size_t used = strlen(words);
    if (suggestion->best != NULL) {
        snprintf(words + used, words_bytes - used, "; did you mean \"%s\"?", suggestion->best);
    }
}

static void tell_unknown_section(struct loading *loading, const struct ini *list,
                                 const struct ini_entry *entry) {
    char words[200] = "unknown section";
    struct suggestion suggestion;
    char first[INI_NAME_BYTES];
    snprintf(first, sizeof first, "%s", entry->section);
    bool blank = strchr(first, ' ') != NULL;
    first[strcspn(first, " ")] = '\0';
    suggestion_init(&suggestion, first);
    for (size_t i = 0; i < sections_count; i++) {
        suggestion_offer(&suggestion, sections_table[i].name);
    }
    bool counter = suggestion.best != NULL && strcmp(suggestion.best, "counter") == 0;
    if (counter && loading->draft.config.hall.counters_count == COUNTERS_MAX) {
        snprintf(words, sizeof words, "expected at most %d counters", COUNTERS_MAX);
    } else if (counter) {
        snprintf(words, sizeof words,
                 "expected [counter ID] or [counter HALL/ID], each 1 to 32 of a-z 0-9 -");
    } else if (suggestion.best != NULL && strcmp(suggestion.best, "say") == 0) {
        snprintf(words, sizeof words, "expected [say TEXT], the text of 1 to %d bytes, %d at most",
                 NAME_BYTES - 1, SAYINGS_MAX);
    } else if (suggestion.best != NULL && strcmp(suggestion.best, "voice") == 0) {
        snprintf(words, sizeof words, "expected [voice LANGUAGE], a tag such as uk, %d at most",
                 LANGUAGES_MAX);
    } else if (!blank) {
        add_guess(words, sizeof words, &suggestion);
    }
    tell(loading, list, entry, words);
}

static void tell_unknown_key(struct loading *loading, const struct ini *list,
                             const struct ini_entry *entry, const char *section) {
    char words[200] = "unknown key";
    struct suggestion suggestion;
    suggestion_init(&suggestion, entry->key);
    const struct setting *elsewhere = NULL;
    const struct setting *setting;
    for (size_t i = 0; (setting = settings_at(i)) != NULL; i++) {
        if (strcmp(setting->section, section) == 0) {
            suggestion_offer(&suggestion, setting->key);
        } else if (strcmp(setting->key, entry->key) == 0) {
            elsewhere = setting;
        }
    }
    if (strcmp(section, "broker") == 0 && strcmp(entry->key, "password") == 0) {
        snprintf(words, sizeof words,
                 "expected password_file = FILE; only the hallcall.ini of the boot partition may "
                 "hold a password itself, once (hallcall import)");
    } else if (elsewhere != NULL) {
        snprintf(words, sizeof words, "unknown key here; it belongs to [%s]", elsewhere->section);
    } else {
        add_guess(words, sizeof words, &suggestion);
    }
    tell(loading, list, entry, words);
}

/* A section of the file: which of the table it is, and what its settings are fields of. */
struct place {
    const char *section;
    void *base; /* NULL: there is no such section */
};

static struct place find_place(struct loading *loading, const char *heading) {
    struct hall *hall = &loading->draft.config.hall;
    const struct section *section = settings_section(heading);
    if (section != NULL) {
        bool one = section->example == NULL;
        return (struct place){section->name, one ? &loading->draft : NULL};
    }
    struct counter *counter = elements_counter(hall, heading);
    if (counter != NULL) {
        return (struct place){"counter", counter};
    }
    struct saying *saying = elements_saying(hall, heading);
    if (saying != NULL) {
        return (struct place){"say", saying};
    }
    return (struct place){"voice", elements_voice(&loading->draft.config.settings, heading)};
}

/* Cuts "label.uk" into key and tag; tag "" without a dot. */
static const struct setting *find_setting(const char *section, const char *key, const char **tag) {
    char name[INI_NAME_BYTES];
    size_t bytes = strcspn(key, ".");
    memcpy(name, key, bytes);
    name[bytes] = '\0';
    *tag = key[bytes] == '.' ? key + bytes + 1 : "";
    const struct setting *setting = settings_find(section, name);
    bool dotted = key[bytes] == '.';
    return setting != NULL && dotted && !setting_has_languages(setting) ? NULL : setting;
}

static void apply_value(struct loading *loading, const struct ini *list,
                        const struct ini_entry *entry, struct place place) {
    const char *tag;
    const struct setting *setting = find_setting(place.section, entry->key, &tag);
    if (setting == NULL) {
        tell_unknown_key(loading, list, entry, place.section);
        return;
    }
    if (strchr(entry->key, '.') != NULL && !value_tag_valid(tag)) {
        tell(loading, list, entry, "expected a language tag such as uk behind the dot");
        return;
    }
    char expected[EXPECTED_BYTES], words[EXPECTED_BYTES + 16];
    errno = 0;
    if (value_parse(setting, place.base, tag, entry->value, expected)) {
        return;
    }
    if (shortage(errno)) {
        diagnostics_unreadable(loading->diagnostics, list->path, errno);
    } else {
        snprintf(words, sizeof words, "expected %s", expected);
        tell(loading, list, entry, words);
    }
}

static void apply_entry(struct loading *loading, const struct ini *list,
                        const struct ini_entry *entry) {
    if (entry->section[0] == '\0') {
        tell(loading, list, entry, "expected a [section] heading before the first setting");
        return;
    }
    struct place place = find_place(loading, entry->section);
    bool heading = entry->key[0] == '\0';
    if (place.base == NULL) {
        if (heading || is_set(list)) {
            tell_unknown_section(loading, list, entry);
        }
    } else if (!heading) {
        apply_value(loading, list, entry, place);
    }
}

static void apply_lists(struct loading *loading) {
    for (size_t i = 0; i < LISTS; i++) {
        for (size_t j = 0; j < loading->lists[i].count; j++) {
            apply_entry(loading, &loading->lists[i], &loading->lists[i].entries[j]);
        }
    }
}

/* Tells a fault at the place where a setting was set last, or of the whole file. */
static void tell_setting(struct loading *loading, const char *section, const char *key,
                         const char *words) {
    for (size_t i = LISTS; i-- > 0;) {
        const struct ini *list = &loading->lists[i];
        const struct ini_entry *entry = ini_find(list, section, key);
        if (entry != NULL) {
            tell(loading, list, entry, words);
            return;
        }
    }
    diagnostics_add(loading->diagnostics, loading->lists[LIST_FILE].path, 0, section, key, NULL,
                    "%s", words);
}

/* A password that was written where its file's name belongs would be told as a file that is not
 * there. */
static bool names_secret(const char *path) {
    return path[0] == '\0' || path[0] == '/' || strncmp(path, "credential:", 11) == 0;
}

static void check_secrets(struct loading *loading) {
    static const char words[] = "expected a path that begins with /, or credential:NAME";
    const struct settings *settings = &loading->draft.config.settings;
    if (!names_secret(settings->broker.password_file)) {
        tell_setting(loading, "broker", "password_file", words);
    }
    if (!names_secret(settings->broker.key_file)) {
        tell_setting(loading, "broker", "key_file", words);
    }
}

static void check_broker(struct loading *loading) {
    const struct settings *settings = &loading->draft.config.settings;
    bool tls = strncmp(settings->broker.url, "mqtts://", 8) == 0;
    bool ca = settings->broker.ca_file[0] != '\0', cert = settings->broker.cert_file[0] != '\0';
    bool key = settings->broker.key_file[0] != '\0';
    if (cert && !key) {
        tell_setting(loading, "broker", "cert_file", "expected a key_file as well");
    }
    if (key && !cert) {
        tell_setting(loading, "broker", "key_file", "expected a cert_file as well");
    }
    if (!tls && (ca || cert || key)) {
        tell_setting(loading, "broker", "url",
                     "expected mqtts://, because certificates are configured");
    }
    if (settings->broker.password_file[0] != '\0' && settings->broker.username[0] == '\0') {
        tell_setting(loading, "broker", "password_file", "expected a username as well");
    }
    check_secrets(loading);
}

/* Tells a fault of a whole section at the place where it is met first. */
static void tell_section(struct loading *loading, const char *section, const char *words) {
    for (size_t i = 0; i < LISTS; i++) {
        const struct ini *list = &loading->lists[i];
        for (size_t j = 0; j < list->count; j++) {
            if (strcmp(list->entries[j].section, section) == 0) {
                tell(loading, list, &list->entries[j], words);
                return;
            }
        }
    }
}

/* Each hall of a group is one of the display's, and each of these has counters in it. */
static void check_group(struct loading *loading) {
    const struct counter_group *group = &loading->draft.config.hall.group;
    const struct halls *halls = &loading->draft.config.settings.display.halls;
    char words[NAME_BYTES + 120];
    for (size_t i = 0; i < group->count; i++) {
        const char *name = group->spans[i].hall;
        if (name[0] != '\0' && halls_find(halls, name) == halls->count) {
            snprintf(words, sizeof words,
                     "expected a hall of [display] hall before the slash, not %s", name);
            tell_setting(loading, "display", "counters", words);
        }
    }
    for (size_t i = 0; i < halls->count; i++) {
        const char *name = halls->names[i];
        if (!group_has_hall(group, name)) {
            snprintf(words, sizeof words,
                     "expected a counter of every hall: add %s/* or leave %s out of [display] hall",
                     name, name);
            tell_setting(loading, "display", "counters", words);
        }
    }
}

/* [counter HALL/ID] is of a hall of the display. */
static void check_counters(struct loading *loading) {
    const struct hall *hall = &loading->draft.config.hall;
    const struct halls *halls = &loading->draft.config.settings.display.halls;
    for (size_t i = 0; i < hall->counters_count; i++) {
        const struct counter *counter = &hall->counters[i];
        if (counter->hall[0] != '\0' && halls_find(halls, counter->hall) == halls->count) {
            char section[INI_NAME_BYTES];
            snprintf(section, sizeof section, "counter %s/%s", counter->hall, counter->id);
            tell_section(loading, section, "expected a hall of [display] hall before the slash");
        }
    }
}

static void check_display(struct loading *loading) {
    const struct counter_group *group = &loading->draft.config.hall.group;
    const struct settings *settings = &loading->draft.config.settings;
    bool one = settings->display.layout == LAYOUT_COUNTER;
    if (one && !group_is_one(group, &settings->display.halls)) {
        tell_setting(loading, "display", group->count > 0 ? "counters" : "layout",
                     settings->display.halls.count > 1
                         ? "expected exactly one counter as HALL/ID in [display] counters, because "
                           "[display] layout is counter"
                         : "expected exactly one counter in [display] counters, because [display] "
                           "layout is counter");
        return;
    }
    if (!one) {
        check_group(loading);
    }
    check_counters(loading);
}

static void check_calls(struct loading *loading) {
    const struct policy *policy = &loading->draft.config.hall.policy;
    if (policy->listed_max_ms < policy->listed_min_ms) {
        tell_setting(loading, "calls", "listed_max_min", "expected no less than listed_min_s");
    }
}

static void check_audio(struct loading *loading) {
    const struct settings *settings = &loading->draft.config.settings;
    const struct volume_plan *volume = &settings->audio.volume;
    if (strcmp(settings->audio.second_device, settings->audio.device) == 0) {
        tell_setting(loading, "audio", "second_device", "expected another device than device");
    }
    if (volume->min > volume->max) {
        tell_setting(loading, "audio", "volume_min", "expected no more than volume_max");
    }
}

/* What is wrong with the choice of a voice, or NULL; *key is where. */
static const char *voice_error(const struct loading *loading, const struct voice_choice *choice,
                               const char **key) {
    bool clips = choice->clips[0] != '\0', command = choice->command[0] != '\0';
    bool spoken = false;
    for (size_t i = 0; i < loading->draft.languages.count; i++) {
        spoken = spoken || strcmp(loading->draft.languages.tags[i], choice->tag) == 0;
    }
    for (size_t i = 0; i < loading->draft.ticket_languages.count; i++) {
        spoken = spoken || strcmp(loading->draft.ticket_languages.tags[i], choice->tag) == 0;
    }
    *key = clips ? "clips" : "command";
    if (clips == command) {
        return "expected clips or command, one of the two";
    }
    if (!spoken) {
        return "expected a language that [hall] languages names";
    }
    if (command && choice->command[0] != '/') {
        return "expected the path of a program, beginning with /";
    }
    *key = "rate";
    return choice->rate_hz > 0 && choice->rate_hz < 8000 ? "expected 0, or 8000 to 48000" : NULL;
}

static void check_voices(struct loading *loading) {
    const struct settings *settings = &loading->draft.config.settings;
    for (size_t i = 0; i < settings->voices_count; i++) {
        char section[INI_NAME_BYTES];
        const char *key;
        const char *error = voice_error(loading, &settings->voices[i], &key);
        if (error != NULL) {
            snprintf(section, sizeof section, "voice %s", settings->voices[i].tag);
            tell_setting(loading, section, key, error);
        }
    }
}

/* Whether texts in a language can ever be used: it is loaded, or could be. */
static bool tag_usable(const struct loading *loading, const char *tag) {
    char name[LANG_BYTES + 8], path[CONFIG_PATH_BYTES];
    for (size_t i = 0; i < loading->draft.languages.count; i++) {
        if (language_tag_matches(loading->draft.languages.tags[i], tag)) {
            return true;
        }
    }
    snprintf(name, sizeof name, "%s.ini", tag);
    return share_path(&loading->draft.config.settings, SHARE_LANGUAGES, name, path);
}

static void check_tags(struct loading *loading) {
    for (size_t i = 0; i < LISTS; i++) {
        const struct ini *list = &loading->lists[i];
        for (size_t j = 0; j < list->count; j++) {
            const char *dot = strchr(list->entries[j].key, '.');
            if (dot != NULL && value_tag_valid(dot + 1) && !tag_usable(loading, dot + 1)) {
                tell(loading, list, &list->entries[j],
                     "expected a language that there is a file for behind the dot");
            }
        }
    }
}

static void load_language(struct loading *loading, const char *key, const char *tag) {
    struct hall *hall = &loading->draft.config.hall;
    char name[LANG_BYTES + 8], path[CONFIG_PATH_BYTES], words[CONFIG_PATH_BYTES + 80];
    if (hall->languages_count == LANGUAGES_MAX) {
        tell_setting(loading, "hall", key, "expected at most 8 languages in all");
        return;
    }
    snprintf(name, sizeof name, "%s.ini", tag);
    if (!share_path(&loading->draft.config.settings, SHARE_LANGUAGES, name, path)) {
        snprintf(words, sizeof words, "expected a language that has a file; there is no %s", path);
        tell_setting(loading, "hall", key, words);
        return;
    }
    struct language *language = &hall->languages[hall->languages_count];
    if (language_file_read(path, tag, language, loading->diagnostics)) {
        hall->languages_count++;
    }
}

static void load_languages(struct loading *loading) {
    struct hall *hall = &loading->draft.config.hall;
    const struct tag_list *own = &loading->draft.languages;
    const struct tag_list *more = &loading->draft.ticket_languages;
    for (size_t i = 0; i < own->count; i++) {
        load_language(loading, "languages", own->tags[i]);
    }
    size_t before = hall->languages_count;
    for (size_t i = 0; i < more->count; i++) {
        if (hall_language(hall, more->tags[i]) != NULL) {
            tell_setting(loading, "hall", "ticket_languages",
                         "expected languages that [hall] languages does not have");
        } else {
            load_language(loading, "ticket_languages", more->tags[i]);
        }
    }
    hall->on_request = hall->languages_count - before;
}

/* Fills what follows from other settings. */
static void complete(struct config *config) {
    struct hall *hall = &config->hall;
    memcpy(hall->site, config->settings.display.site, sizeof hall->site);
    hall->halls = config->settings.display.halls;
    memcpy(hall->display, config->settings.display.id, sizeof hall->display);
    for (size_t i = 0; i < hall->counters_count; i++) {
        if (hall->counters[i].noun == NOUN_KINDS) {
            hall->counters[i].noun = hall->noun;
        }
    }
    if (config->settings.display.width_px > 0) {
        config->settings.display.windowed = true;
    } else if (config->settings.display.windowed) {
        config->settings.display.width_px = WINDOW_WIDTH_PX;
        config->settings.display.height_px = WINDOW_HEIGHT_PX;
    }
}

const char *config_file(const char *path) {
    if (path == NULL) {
        path = getenv("HALLCALL_CONFIG");
        path = path != NULL && path[0] != '\0' ? path : DEFAULT_FILE;
    }
    return path;
}

static void read_file(struct loading *loading, const char *path) {
    path = config_file(path);
    if (strcmp(path, DEFAULT_FILE) != 0 || access(path, F_OK) == 0) {
        ini_read(&loading->lists[LIST_FILE], path, loading->diagnostics);
    } else {
        snprintf(loading->lists[LIST_FILE].path, sizeof loading->lists[LIST_FILE].path, "defaults");
    }
}

/* --set as a list of entries; its lines count the --set from 1. */
static void read_sets(struct loading *loading, const char *const *sets, size_t sets_count) {
    struct ini *list = &loading->lists[LIST_SETS];
    snprintf(list->path, sizeof list->path, "--set");
    list->entries = calloc(sets_count > 0 ? sets_count : 1, sizeof *list->entries);
    if (list->entries == NULL) {
        diagnostics_unreadable(loading->diagnostics, list->path, ENOMEM);
    }
    for (size_t i = 0; list->entries != NULL && i < sets_count; i++) {
        struct ini_entry *entry = &list->entries[list->count];
        if (ini_read_setting(sets[i], (int)i + 1, entry, loading->diagnostics)) {
            list->count++;
        }
    }
}

/* The text of a file that is in memory already. */
static void read_text(struct loading *loading, const char *name, const char *text, size_t bytes) {
    /* fmemopen takes no empty text; it never writes to one that is opened for reading. */
    FILE *stream = bytes > 0 ? fmemopen((char *)text, bytes, "re") : fopen("/dev/null", "re");
    if (stream == NULL) {
        snprintf(loading->lists[LIST_FILE].path, sizeof loading->lists[LIST_FILE].path, "%s", name);
        diagnostics_unreadable(loading->diagnostics, name, errno);
        return;
    }
    ini_read_stream(&loading->lists[LIST_FILE], stream, name, loading->diagnostics);
    fclose(stream);
}

static struct loading *begin(struct diagnostics *diagnostics) {
    struct loading *loading = calloc(1, sizeof *loading);
    if (loading == NULL) {
        diagnostics_unreadable(diagnostics, "the configuration", ENOMEM);
        return NULL;
    }
    loading->diagnostics = diagnostics;
    if (!settings_defaults(NULL, &loading->draft)) {
        diagnostics_unreadable(diagnostics, "the settings' defaults", ENOMEM);
    }
    share_find(loading->draft.config.settings.share_dir);
    return loading;
}

/* From the two lists to a configuration; releases loading. */
static bool end(struct loading *loading, size_t faults_before, struct config *config) {
    apply_lists(loading);
    check_broker(loading);
    check_display(loading);
    check_calls(loading);
    check_audio(loading);
    check_tags(loading);
    check_voices(loading);
    load_languages(loading);
    bool good = loading->diagnostics->count == faults_before;
    if (good) {
        complete(&loading->draft.config);
        *config = loading->draft.config;
    }
    ini_finish(&loading->lists[LIST_FILE]);
    ini_finish(&loading->lists[LIST_SETS]);
    free(loading);
    return good;
}

bool config_load(const char *path, const char *const *sets, size_t sets_count,
                 struct config *config, struct diagnostics *diagnostics) {
    size_t faults_before = diagnostics->count;
    struct loading *loading = begin(diagnostics);
    if (loading == NULL) {
        return false;
    }
    read_file(loading, path);
    read_sets(loading, sets, sets_count);
    return end(loading, faults_before, config);
}

bool config_load_text(const char *name, const char *text, size_t bytes, struct config *config,
                      struct diagnostics *diagnostics) {
    size_t faults_before = diagnostics->count;
    struct loading *loading = begin(diagnostics);
    if (loading == NULL) {
        return false;
    }
    read_text(loading, name, text, bytes);
    read_sets(loading, NULL, 0);
    return end(loading, faults_before, config);
}
