/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An INI file as a list of entries with their places.
 *
 * inih cuts lines into sections, keys and values; this file's reader stands before it and looks at
 * each line first. What inih would misread is told here with its line number and given to inih as
 * an empty line: a line that is neither setting nor heading, one that is too long for its buffers
 * (inih would cut names silently), bytes that are not UTF-8 or control characters. The reader
 * counts lines, which inih's handler does not learn, and takes away indentation, which inih takes
 * for a continuation of the line before. So inih never sees a fault, and all faults of a file come
 * out in one pass.
 *
 * inih's switches are process-wide variables; they are set before each use, always to the same
 * values, and by this file only. Main thread only.
 *
 * Considered and refused: handing each setting to a callback as it is read. A list can be searched
 * for duplicates and required keys, and checks can come in any order.
 */
#include "config/ini.h"

#include "core/utf8.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NO_MEMORY = -2 }; /* what inih answers then */

/* One reading of a stream. */
struct reading {
    struct ini *ini;
    FILE *stream;
    struct diagnostics *diagnostics;
    char *line; /* getline's buffer */
    size_t line_bytes;
    int number; /* of the line, from 1 */
    size_t faults_before;
    int error; /* an errno: something else than the file's text is wrong; 0: nothing */
    char section[INI_NAME_BYTES];
};

__attribute__((format(printf, 2, 3))) static void tell(struct reading *reading, const char *format,
                                                       ...) {
    char words[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    const char *section = reading->section[0] != '\0' ? reading->section : NULL;
    diagnostics_add(reading->diagnostics, reading->ini->path, reading->number, section, NULL, NULL,
                    "%s", words);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Copies without blanks at the ends and with single blanks inside. False when it does not fit. */
static bool copy_name(const char *from, size_t bytes, char out[INI_NAME_BYTES]) {
    size_t used = 0;
    for (size_t i = 0; i < bytes; i++) {
        bool blank = is_blank(from[i]);
        if (blank && (used == 0 || out[used - 1] == ' ')) {
            continue;
        }
        if (used + 1 >= INI_NAME_BYTES) {
            return false;
        }
        out[used++] = blank ? ' ' : from[i];
    }
    while (used > 0 && out[used - 1] == ' ') {
        used--;
    }
    out[used] = '\0';
    return true;
}

/* What is wrong with the characters of a line, or NULL. */
static const char *characters_error(const char *line) {
    if (!utf8_valid(line)) {
        return "is not UTF-8; save the file as UTF-8";
    }
    for (const unsigned char *byte = (const unsigned char *)line; *byte != '\0'; byte++) {
        bool c1 = byte[0] == 0xC2 && byte[1] < 0xA0;
        if ((*byte < 0x20 && *byte != '\t') || *byte == 0x7F || c1) {
            return "holds a control character";
        }
    }
    return NULL;
}

static struct ini_entry *append(struct ini *ini) {
    /* Grown in steps that double, from 64; count is a power of two exactly when it is full. */
    if (ini->count == 0 || (ini->count >= 64 && (ini->count & (ini->count - 1)) == 0)) {
        size_t room = ini->count == 0 ? 64 : ini->count * 2;
        struct ini_entry *grown = realloc(ini->entries, room * sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        ini->entries = grown;
    }
    struct ini_entry *entry = &ini->entries[ini->count++];
    memset(entry, 0, sizeof *entry);
    return entry;
}

static void add_entry(struct reading *reading, const char *key, const char *value) {
    if (reading->ini->count == INI_ENTRIES_MAX) {
        tell(reading, "expected at most %d settings in one file", INI_ENTRIES_MAX);
        return;
    }
    struct ini_entry *entry = append(reading->ini);
    if (entry == NULL) {
        reading->error = ENOMEM;
        return;
    }
    entry->line = reading->number;
    memcpy(entry->section, reading->section, sizeof entry->section);
    memcpy(entry->key, key, strlen(key) + 1);
    memcpy(entry->value, value, strlen(value) + 1);
}

/* Reads "[name]", after which only a comment may follow. */
static bool read_heading(struct reading *reading, const char *line) {
    const char *end = strchr(line, ']');
    const char *rest = end != NULL ? end + 1 : NULL;
    while (rest != NULL && is_blank(*rest)) {
        rest++;
    }
    char name[INI_NAME_BYTES];
    if (rest == NULL || (*rest != '\0' && *rest != '#' && *rest != ';')) {
        tell(reading, "expected a heading of the form [section]");
        return false;
    }
    if (!copy_name(line + 1, (size_t)(end - line - 1), name) || name[0] == '\0') {
        tell(reading, "expected a section name of 1 to %d bytes", INI_NAME_BYTES - 1);
        return false;
    }
    memcpy(reading->section, name, sizeof reading->section);
    add_entry(reading, "", "");
    return true;
}

static bool check_setting(struct reading *reading, const char *line) {
    size_t key_bytes = strcspn(line, "=:");
    char key[INI_NAME_BYTES];
    if (line[key_bytes] == '\0') {
        tell(reading, "expected \"key = value\" or a [section] heading");
        return false;
    }
    if (!copy_name(line, key_bytes, key) || key[0] == '\0') {
        tell(reading, "expected a key of 1 to %d bytes before \"%c\"", INI_NAME_BYTES - 1,
             line[key_bytes]);
        return false;
    }
    const char *value = line + key_bytes + 1;
    value += strspn(value, " \t");
    if (strlen(value) >= INI_VALUE_BYTES) {
        tell(reading, "the value is too long: expected at most %d bytes", INI_VALUE_BYTES - 1);
        return false;
    }
    return true;
}

/* Takes the end of a line and blanks before it away. */
static void trim_end(char *line) {
    size_t bytes = strlen(line);
    while (bytes > 0 && strchr(" \t\r\n", line[bytes - 1]) != NULL) {
        bytes--;
    }
    line[bytes] = '\0';
}

/* Looks at one line; returns what inih is to see of it. */
static const char *examine(struct reading *reading, size_t bytes) {
    char *line = reading->line;
    if (strlen(line) != bytes) {
        tell(reading, "the line holds a NUL byte");
        return "";
    }
    trim_end(line);
    if (reading->number == 1 && strncmp(line, "\xEF\xBB\xBF", 3) == 0) {
        line += 3;
    }
    line += strspn(line, " \t");
    const char *error = characters_error(line);
    if (error != NULL) {
        tell(reading, "the line %s", error);
        return "";
    }
    if (line[0] == '\0' || line[0] == '#' || line[0] == ';') {
        return "";
    }
    if (strlen(line) > INI_LINE_BYTES_MAX) {
        tell(reading, "the line is too long: expected at most %d bytes", INI_LINE_BYTES_MAX);
        return "";
    }
    bool good = line[0] == '[' ? read_heading(reading, line) : check_setting(reading, line);
    return good ? line : "";
}

/* inih's reader: one line into out, in the manner of fgets. */
static char *next_line(char *out, int out_bytes, void *context) {
    struct reading *reading = context;
    ssize_t bytes = getline(&reading->line, &reading->line_bytes, reading->stream);
    if (bytes < 0) {
        /* getline also ends when it gets no memory, which the stream does not know as an error. */
        bool end = feof(reading->stream) != 0;
        reading->error = end ? reading->error : errno;
        return NULL;
    }
    reading->number++;
    snprintf(out, (size_t)out_bytes, "%s\n", examine(reading, (size_t)bytes));
    return out;
}

/* inih's handler: one setting. */
static int take_setting(void *context, const char *section, const char *name, const char *value) {
    struct reading *reading = context;
    (void)section; /* Ours has its blanks in order. */
    char key[INI_NAME_BYTES];
    copy_name(name, strlen(name), key);
    const struct ini *ini = reading->ini;
    const struct ini_entry *before = ini_find(ini, reading->section, key);
    if (before != NULL) {
        /* Without the value, which may be a secret. */
        diagnostics_add(reading->diagnostics, ini->path, reading->number, reading->section, key,
                        NULL, "expected this key once; it is already set in line %d", before->line);
        return 1;
    }
    add_entry(reading, key, value);
    return 1;
}

bool ini_read_stream(struct ini *ini, FILE *stream, const char *path,
                     struct diagnostics *diagnostics) {
    memset(ini, 0, sizeof *ini);
    snprintf(ini->path, sizeof ini->path, "%s", path);
    ini_use_stack = false;
    ini_max_line = INI_LINE_BYTES_MAX + 3;
    ini_initial_alloc = INI_LINE_BYTES_MAX + 3;
    ini_allow_multiline = false;
    ini_allow_inline_comments = false;
    struct reading reading = {.ini = ini,
                              .stream = stream,
                              .diagnostics = diagnostics,
                              .faults_before = diagnostics->count};
    int result = ini_parse_stream(next_line, &reading, take_setting, &reading);
    free(reading.line);
    if (result == NO_MEMORY) {
        reading.error = ENOMEM;
    }
    if (reading.error != 0) {
        diagnostics_unreadable(diagnostics, path, reading.error);
    } else if (result != 0) {
        /* Our reader lets no fault through, so this is a rule of inih unknown to us. */
        diagnostics_add(diagnostics, path, result > 0 ? result : 0, NULL, NULL, NULL,
                        "the file could not be read");
    }
    return diagnostics->count == reading.faults_before;
}

bool ini_read(struct ini *ini, const char *path, struct diagnostics *diagnostics) {
    FILE *stream = fopen(path, "re");
    if (stream == NULL) {
        memset(ini, 0, sizeof *ini);
        snprintf(ini->path, sizeof ini->path, "%s", path);
        diagnostics_unreadable(diagnostics, path, errno);
        return false;
    }
    bool good = ini_read_stream(ini, stream, path, diagnostics);
    fclose(stream);
    return good;
}

bool ini_read_setting(const char *text, int number, struct ini_entry *entry,
                      struct diagnostics *diagnostics) {
    memset(entry, 0, sizeof *entry);
    entry->line = number;
    const char *equals = strchr(text, '=');
    const char *dot = strchr(text, '.');
    if (equals == NULL || dot == NULL || dot > equals ||
        !copy_name(text, (size_t)(dot - text), entry->section) || entry->section[0] == '\0' ||
        !copy_name(dot + 1, (size_t)(equals - dot - 1), entry->key) || entry->key[0] == '\0') {
        diagnostics_add(diagnostics, "--set", number, NULL, NULL, text,
                        "expected section.key=value");
        return false;
    }
    const char *value = equals + 1 + strspn(equals + 1, " \t");
    const char *error = characters_error(text);
    if (error != NULL || strlen(value) >= INI_VALUE_BYTES) {
        diagnostics_add(diagnostics, "--set", number, entry->section, entry->key, value,
                        "the value %s", error != NULL ? error : "is too long");
        return false;
    }
    snprintf(entry->value, sizeof entry->value, "%s", value);
    trim_end(entry->value);
    return true;
}

const struct ini_entry *ini_find(const struct ini *ini, const char *section, const char *key) {
    for (size_t i = 0; i < ini->count; i++) {
        const struct ini_entry *entry = &ini->entries[i];
        /* Most entries differ in the key. */
        if (strcmp(entry->key, key) == 0 && strcmp(entry->section, section) == 0) {
            return entry;
        }
    }
    return NULL;
}

void ini_finish(struct ini *ini) {
    free(ini->entries);
    ini->entries = NULL;
    ini->count = 0;
}
