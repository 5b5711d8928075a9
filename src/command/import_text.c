/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See import_text.h. The lines that need changing are found by the reader of every configuration
 * (config/ini.h), so that this file and that one cannot disagree about what a line is.
 *
 * Only names without a slash stand for files beside the boot file: a path means what it says, on
 * this machine. A theme's name without a slash is one that came with the program, so a theme of the
 * site's own is not brought this way.
 *
 * Considered and refused: installing the values in force as the program would print them. Staff
 * who look into /etc/hallcall/hallcall.ini would not find their own comments and order again.
 */
#include "command/import_text.h"

#include "config/ini.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD_FILE "password"

static const struct {
    const char *section, *key;
    bool secret;
} beside[IMPORT_FILES_MAX] = {[IMPORT_CA] = {"broker", "ca_file", false},
                              [IMPORT_CERT] = {"broker", "cert_file", false},
                              [IMPORT_KEY] = {"broker", "key_file", true},
                              [IMPORT_PASSWORD] = {"broker", "password_file", true},
                              [IMPORT_LOGO] = {"display", "logo", false}};

/* One making. */
struct making {
    const struct file_text *boot;
    const char *to;
    struct import_text *made;
    struct ini ini;
    struct diagnostics *diagnostics;
    size_t at; /* of the line being looked at, in boot */
    int line;
};

static const struct ini_entry *entry_at(const struct ini *ini, int line) {
    for (size_t i = 0; i < ini->count; i++) {
        if (ini->entries[i].line == line && ini->entries[i].key[0] != '\0') {
            return &ini->entries[i];
        }
    }
    return NULL;
}

static bool is_setting(const struct ini_entry *entry, const char *section, const char *key) {
    return strcmp(entry->section, section) == 0 && strcmp(entry->key, key) == 0;
}

static bool name_allowed(const char *name) {
    static const char *const own[] = {"hallcall.ini", PASSWORD_FILE};
    size_t length = strlen(name);
    size_t bytes = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789._-");
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (strcasecmp(name, own[i]) == 0) {
            return false;
        }
    }
    bool kept = length >= 4 && strcasecmp(name + length - 4, IMPORT_OLD) == 0;
    return name[0] != '.' && !kept && bytes == length && length < IMPORT_NAME_BYTES;
}

/* A file that two settings name is as secret as the one that asks for more. */
static void note_file(struct making *making, size_t which, const struct ini_entry *entry) {
    struct import_text *made = making->made;
    made->uses[which].line = entry->line;
    for (size_t i = 0; i < made->files_count; i++) {
        if (strcmp(made->files[i].name, entry->value) == 0) {
            made->files[i].secret = made->files[i].secret || beside[which].secret;
            made->uses[which].file = i + 1;
            return;
        }
    }
    made->uses[which].file = made->files_count + 1;
    struct import_file *file = &made->files[made->files_count++];
    *file = (struct import_file){.secret = beside[which].secret,
                                 .line = entry->line,
                                 .section = beside[which].section,
                                 .key = beside[which].key};
    snprintf(file->name, sizeof file->name, "%s", entry->value);
}

/* The new line for a setting whose value is a file beside the boot file; false when it is none. */
static bool move_file(struct making *making, const struct ini_entry *entry, char *line,
                      size_t line_bytes) {
    const char *value = entry->value;
    for (size_t i = 0; i < IMPORT_FILES_MAX; i++) {
        if (!is_setting(entry, beside[i].section, beside[i].key) || value[0] == '\0' ||
            strchr(value, '/') != NULL || strncmp(value, "credential:", 11) == 0) {
            continue;
        }
        if (!name_allowed(value)) {
            diagnostics_add(making->diagnostics, making->ini.path, entry->line, entry->section,
                            entry->key, beside[i].secret ? NULL : value,
                            "expected the name of a file beside this one (letters, digits, . _ -, "
                            "not ending in " IMPORT_OLD "), or a path that begins with /");
            return false;
        }
        note_file(making, i, entry);
        snprintf(line, line_bytes, "%s = %s/%s", entry->key, making->to, value);
        return true;
    }
    return false;
}

/* The new line for the password. */
static bool move_password(struct making *making, const struct ini_entry *entry, size_t bytes,
                          char *line, size_t line_bytes) {
    struct import_text *made = making->made;
    if (!is_setting(entry, "broker", "password")) {
        return false;
    }
    const struct ini_entry *file = ini_find(&making->ini, "broker", "password_file");
    if (file != NULL) {
        diagnostics_add(making->diagnostics, making->ini.path, entry->line, "broker", "password",
                        NULL, "expected password or password_file, one of the two");
    } else if (entry->value[0] == '\0' || strlen(entry->value) >= sizeof made->password) {
        diagnostics_add(making->diagnostics, making->ini.path, entry->line, "broker", "password",
                        NULL, "expected a password of 1 to %d bytes", IMPORT_PASSWORD_BYTES - 1);
    }
    snprintf(made->password, sizeof made->password, "%.256s", entry->value);
    made->has_password = true;
    made->password_at = making->at;
    made->password_bytes = bytes;
    /* Told above, and not once more as a key that is there twice. */
    snprintf(line, line_bytes, "%s%s/" PASSWORD_FILE,
             file != NULL ? "# " : "password_file = ", making->to);
    return true;
}

/* Copies or replaces one line. */
static void write_line(struct making *making, size_t bytes, FILE *out) {
    char line[INI_LINE_BYTES_MAX + 1];
    const char *from = making->boot->bytes + making->at;
    const struct ini_entry *entry = entry_at(&making->ini, making->line);
    size_t kept = bytes > 0 && from[bytes - 1] == '\r' ? bytes - 1 : bytes;
    if (entry != NULL && (move_password(making, entry, kept, line, sizeof line) ||
                          move_file(making, entry, line, sizeof line))) {
        fputs(line, out);
        return;
    }
    size_t mark = making->line == 1 && kept >= 3 && memcmp(from, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    fwrite(from + mark, 1, kept - mark, out);
}

static bool write_lines(struct making *making) {
    struct import_text *made = making->made;
    FILE *out = open_memstream(&made->text.bytes, &made->text.count);
    if (out == NULL) {
        return false;
    }
    const char *bytes = making->boot->bytes;
    size_t count = making->boot->count;
    while (making->at < count) {
        const char *end = memchr(bytes + making->at, '\n', count - making->at);
        size_t length = end != NULL ? (size_t)(end - bytes) - making->at : count - making->at;
        making->line++;
        write_line(making, length, out);
        fputc('\n', out);
        making->at += length + 1;
    }
    return fclose(out) == 0;
}

static bool read_entries(struct making *making, const char *name) {
    /* The same faults are told again, with the others, when the made text is read. */
    struct diagnostics *unread = calloc(1, sizeof *unread);
    const struct file_text *boot = making->boot;
    FILE *stream =
        boot->count > 0 ? fmemopen(boot->bytes, boot->count, "re") : fopen("/dev/null", "re");
    bool good = unread != NULL && stream != NULL;
    if (good) {
        (void)ini_read_stream(&making->ini, stream, name, unread);
        good = !unread->shortage;
    }
    if (stream != NULL) {
        fclose(stream);
    }
    free(unread);
    return good;
}

bool import_text_make(const struct file_text *boot, const char *name, const char *to,
                      struct import_text *made, struct diagnostics *diagnostics) {
    struct making making = {.boot = boot, .to = to, .made = made, .diagnostics = diagnostics};
    *made = (struct import_text){.has_password = false};
    bool good = read_entries(&making, name) && write_lines(&making);
    const struct ini *ini = &making.ini;
    const struct ini_entry *user = good ? ini_find(ini, "broker", "username") : NULL;
    made->wants_password = user != NULL && user->value[0] != '\0' && !made->has_password &&
                           ini_find(ini, "broker", "password_file") == NULL;
    for (size_t i = 0; i < making.ini.count; i++) {
        explicit_bzero(making.ini.entries[i].value, sizeof making.ini.entries[i].value);
    }
    ini_finish(&making.ini);
    return good;
}

bool import_text_keep_password(struct import_text *made, const char *to) {
    static const char before[] = "\n# The password that was brought here before.\n"
                                 "[broker]\npassword_file = ";
    size_t more = sizeof before + strlen(to) + sizeof "/" PASSWORD_FILE "\n";
    char *grown = realloc(made->text.bytes, made->text.count + more);
    if (grown == NULL) {
        return false;
    }
    made->text.bytes = grown;
    made->text.count +=
        (size_t)snprintf(grown + made->text.count, more, "%s%s/" PASSWORD_FILE "\n", before, to);
    return true;
}

const char *import_text_key(enum import_setting setting, const char **section) {
    *section = beside[setting].section;
    return beside[setting].key;
}

void import_text_blank(char *out, size_t bytes) {
    static const char *const words[] = {"# The password was here. It is on the display now.",
                                        "# The password is on the display.", "# password moved",
                                        "# moved"};
    const char *comment = words[0];
    for (size_t i = 1; i < sizeof words / sizeof words[0] && strlen(comment) > bytes; i++) {
        comment = words[i];
    }
    size_t length = strlen(comment) < bytes ? strlen(comment) : bytes;
    memset(out, ' ', bytes);
    memcpy(out, comment, length);
}

void import_text_release(struct import_text *made) {
    explicit_bzero(made->password, sizeof made->password);
    file_release(&made->text);
}
