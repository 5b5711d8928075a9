/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as an INI file, and every entry of it as a setting.
 *
 * Whatever is read is within its limits, clean UTF-8, and set once; a file that is refused says
 * why. Values go through the table of settings into a draft: a refused one says what was expected.
 */
#include "config/ini.h"
#include "config/settings.h"
#include "config/value.h"
#include "core/utf8.h"
#include "system/check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t room) {
    CHECK(memchr(text, '\0', room) != NULL);
    CHECK(utf8_valid(text));
    for (const char *at = text; *at != '\0'; at++) {
        CHECK((unsigned char)*at >= 0x20 || *at == '\t');
    }
}

static void check_value(const struct ini_entry *entry) {
    static struct draft draft;
    static struct counter counter;
    char expected[EXPECTED_BYTES] = "";
    struct value_text out;
    const struct setting *setting = settings_find(entry->section, entry->key);
    if (setting == NULL) {
        return;
    }
    bool of_counter = strcmp(setting->section, "counter") == 0;
    void *base = of_counter ? (void *)&counter : (void *)&draft;
    if (!value_parse(setting, base, "", entry->value, expected)) {
        CHECK(expected[0] != '\0');
    } else {
        /* What was taken can be written, and what is written is taken. */
        CHECK(value_write(setting, base, 0, &out));
        CHECK(value_parse(setting, base, out.tag, out.text, expected));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct diagnostics diagnostics;
    struct ini ini;
    memset(&diagnostics, 0, sizeof diagnostics);
    FILE *stream = fmemopen((void *)(uintptr_t)data, size, "r");
    if (stream == NULL) {
        return 0;
    }
    bool good = ini_read_stream(&ini, stream, "fuzz.ini", &diagnostics);
    fclose(stream);
    CHECK(good == (diagnostics.count == 0));
    CHECK(ini.count <= INI_ENTRIES_MAX);
    for (size_t i = 0; i < ini.count; i++) {
        const struct ini_entry *entry = &ini.entries[i];
        check_text(entry->section, sizeof entry->section);
        check_text(entry->key, sizeof entry->key);
        check_text(entry->value, sizeof entry->value);
        if (entry->key[0] != '\0') {
            CHECK(ini_find(&ini, entry->section, entry->key) == entry);
            check_value(entry);
        }
    }
    for (size_t i = 0; i < diagnostics.count && i < DIAGNOSTICS_MAX; i++) {
        CHECK(strlen(diagnostics.lines[i]) < DIAGNOSTIC_BYTES);
    }
    ini_finish(&ini);
    return 0;
}
