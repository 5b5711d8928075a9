/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See fallback.h. The last good configuration is kept in $STATE_DIRECTORY as the settings in force,
 * --set included, written only when they have changed. It holds no secret, as no configuration
 * does.
 *
 * A file that was refused is looked at each two seconds, by its facts; it is read when they have
 * changed, and the hall begins anew in the same process when it is good. inotify was refused: it
 * watches an inode, and an editor writes another one.
 *
 * Mistakes of the boot partition's file are read from where hallcall-import.service leaves them.
 * They concern the default configuration only: a hall that was given another file is left alone.
 */
#include "command/fallback.h"

#include "command/wiring.h"
#include "core/text.h"
#include "core/utf8.h"
#include "system/files.h"
#include "system/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IMPORT_ERRORS "/run/hallcall-import/errors"
#define LAST_GOOD "last-good.ini"

enum { STATE_PATH_BYTES = 256, SETTINGS_BYTES_MAX = 4 << 20, ERRORS_BYTES_MAX = 1 << 17 };

/* --- lines -------------------------------------------------------------------------------------
 */

static size_t lines_count(const struct trouble *trouble) {
    size_t count = 0;
    while (count < VIEW_TROUBLE_MAX && trouble->lines[count][0] != '\0') {
        count++;
    }
    return count;
}

/* Adds a line of text that somebody else has written. */
static void add_line(struct trouble *trouble, const char *text, size_t bytes) {
    char line[TEXT_BYTES + 4]; /* longer than the room by a character, so that it is cut there */
    size_t count = lines_count(trouble);
    if (count == VIEW_TROUBLE_MAX || bytes == 0) {
        return;
    }
    snprintf(line, sizeof line, "%.*s", (int)(bytes < sizeof line ? bytes : sizeof line), text);
    text_copy(trouble->lines[count], TEXT_BYTES, line);
    if (!utf8_valid(trouble->lines[count])) {
        text_copy(trouble->lines[count], TEXT_BYTES, "(a line that cannot be shown)");
    }
}

static void add(struct trouble *trouble, const char *text) {
    add_line(trouble, text, strlen(text));
}

/* --- the boot partition ------------------------------------------------------------------------
 */

/* Whether there is something wrong with its file; its mistakes into trouble. */
static bool read_import(struct trouble *trouble) {
    const char *path = getenv("HALLCALL_IMPORT_ERRORS");
    struct file_text text;
    char reason[FILE_REASON_BYTES];
    memset(trouble, 0, sizeof *trouble);
    path = path != NULL && path[0] != '\0' ? path : IMPORT_ERRORS;
    if (!file_read(AT_FDCWD, path, ERRORS_BYTES_MAX, &text, reason)) {
        return false;
    }
    for (const char *at = text.bytes; *at != '\0';) {
        size_t bytes = strcspn(at, "\n");
        add_line(trouble, at, bytes);
        at += bytes + (at[bytes] != '\0' ? 1 : 0);
    }
    file_release(&text);
    return trouble->lines[0][0] != '\0';
}

/* --- the last good configuration ---------------------------------------------------------------
 */

static bool state_folder(char path[STATE_PATH_BYTES]) {
    const char *folders = getenv("STATE_DIRECTORY");
    int length = folders != NULL ? (int)strcspn(folders, ":") : 0;
    int bytes = snprintf(path, STATE_PATH_BYTES, "%.*s", length, folders != NULL ? folders : "");
    return length > 0 && bytes == length;
}

static void keep(const struct config *config) {
    char path[STATE_PATH_BYTES], reason[FILE_REASON_BYTES] = "out of memory";
    const struct file_rights rights = {0600, (gid_t)-1};
    struct file_text text = {NULL, 0}, before = {NULL, 0};
    int folder = state_folder(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    FILE *out = folder >= 0 ? open_memstream(&text.bytes, &text.count) : NULL;
    bool good = out != NULL;
    if (good) {
        config_write_settings(out, config);
        good = fclose(out) == 0;
    }
    if (good &&
        !(file_read(folder, LAST_GOOD, SETTINGS_BYTES_MAX, &before, reason) &&
          before.count == text.count && memcmp(before.bytes, text.bytes, text.count) == 0)) {
        good = file_replace(folder, LAST_GOOD, &text, &rights, reason);
    }
    if (folder >= 0 && !good) {
        log_line(LOG_WARN, "config", "the good configuration is not kept: %s", reason);
    }
    if (folder >= 0) {
        close(folder);
    }
    free(text.bytes);
    free(before.bytes);
}

/* Another configuration than the file's: which, in words, or NULL when there is none. */
static const char *take_other(struct config *config) {
    char path[STATE_PATH_BYTES * 2], folder[STATE_PATH_BYTES];
    struct diagnostics *unread = calloc(1, sizeof *unread);
    const char *words = NULL;
    if (unread == NULL) {
        return NULL;
    }
    bool kept = state_folder(folder);
    snprintf(path, sizeof path, "%s/" LAST_GOOD, folder);
    if (kept && access(path, R_OK) == 0 && config_load(path, NULL, 0, config, unread) &&
        wire_themes_good(&config->settings, unread)) {
        words = "the last good configuration is in use";
    } else if (config_load_text("defaults", "", 0, config, unread)) {
        words = "the settings that the program brings are in use";
    }
    free(unread);
    return words;
}

/* --- loading -----------------------------------------------------------------------------------
 */

static void note_facts(struct fallback *fallback) {
    if (stat(config_file(fallback->common->config_path), &fallback->seen) != 0) {
        memset(&fallback->seen, 0, sizeof fallback->seen);
    }
}

static bool facts_changed(const struct fallback *fallback) {
    struct stat now = {.st_ino = 0};
    const struct stat *seen = &fallback->seen;
    (void)stat(config_file(fallback->common->config_path), &now);
    return now.st_ino != seen->st_ino || now.st_size != seen->st_size ||
           now.st_mtim.tv_sec != seen->st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != seen->st_mtim.tv_nsec || now.st_mode != seen->st_mode;
}

/* The mistakes, under a head that says what is used meanwhile. */
static void note_mistakes(struct fallback *fallback, const struct diagnostics *diagnostics,
                          const char *used) {
    char head[TEXT_BYTES];
    size_t kept = diagnostics->count < DIAGNOSTICS_MAX ? diagnostics->count : DIAGNOSTICS_MAX;
    memset(&fallback->own, 0, sizeof fallback->own);
    snprintf(head, sizeof head, "The configuration has %zu %s and is not used; %s.",
             diagnostics->count, diagnostics->count == 1 ? "mistake" : "mistakes", used);
    add(&fallback->own, head);
    for (size_t i = 0; i < kept; i++) {
        add(&fallback->own, diagnostics->lines[i]);
    }
}

static bool read_own(struct fallback *fallback, struct config *config,
                     struct diagnostics *diagnostics) {
    const struct common_options *common = fallback->common;
    note_facts(fallback);
    bool good =
        config_load(common->config_path, common->sets, common->sets_count, config, diagnostics) &&
        wire_themes_good(&config->settings, diagnostics);
    diagnostics_print(diagnostics, stderr);
    return good;
}

/* What there is instead of a configuration with mistakes. */
static bool use_other(struct fallback *fallback, const struct diagnostics *diagnostics,
                      struct config *config) {
    const char *socket = getenv("NOTIFY_SOCKET");
    bool service = socket != NULL && socket[0] != '\0';
    const char *used = service && !diagnostics->shortage ? take_other(config) : NULL;
    if (used == NULL) {
        return false;
    }
    fallback->refused = true;
    note_mistakes(fallback, diagnostics, used);
    log_line(LOG_ERR, "config", "not used: %zu mistakes; %s", diagnostics->count, used);
    return true;
}

bool fallback_load(struct fallback *fallback, struct common_options *common,
                   struct config *config) {
    struct diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    if (diagnostics == NULL) {
        common->code = command_no_memory();
        return false;
    }
    *fallback = (struct fallback){.common = common};
    bool good = read_own(fallback, config, diagnostics);
    if (good) {
        keep(config);
    }
    bool usable = good || use_other(fallback, diagnostics, config);
    common->code = usable ? EXIT_OK : diagnostics->shortage ? EXIT_RUNTIME : EXIT_CONFIG;
    free(diagnostics);
    return usable;
}

/* --- afterwards --------------------------------------------------------------------------------
 */

/* Reads a refused file that has changed. */
static void read_again(struct fallback *fallback) {
    struct diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    struct config *config = calloc(1, sizeof *config);
    if (diagnostics != NULL && config != NULL) {
        fallback->again = read_own(fallback, config, diagnostics);
        if (!fallback->again) {
            note_mistakes(fallback, diagnostics, "the one before is in use");
        }
    }
    free(diagnostics);
    free(config);
}

bool fallback_look(struct fallback *fallback, mono_ms now) {
    if (now < fallback->look_at) {
        return false;
    }
    struct trouble *own = malloc(sizeof *own), *other = malloc(sizeof *other);
    bool changed = false;
    if (own != NULL && other != NULL) {
        *own = fallback->own;
        *other = fallback->other;
        bool wrong = fallback->common->config_path == NULL && read_import(&fallback->other);
        bool mended = !wrong && other->lines[0][0] != '\0';
        if (fallback->refused && facts_changed(fallback)) {
            read_again(fallback);
        }
        fallback->again = fallback->again || (mended && facts_changed(fallback));
        changed = memcmp(own, &fallback->own, sizeof *own) != 0 ||
                  memcmp(other, &fallback->other, sizeof *other) != 0;
    }
    free(own);
    free(other);
    bool hurry = fallback->refused || fallback->other.lines[0][0] != '\0';
    fallback->look_at = now + (hurry ? FALLBACK_HURRY_MS : FALLBACK_LOOK_MS);
    return changed;
}

void fallback_lines(const struct fallback *fallback, const char *safe, struct trouble *lines) {
    const struct trouble *const parts[] = {&fallback->own, &fallback->other};
    memset(lines, 0, sizeof *lines);
    if (safe[0] != '\0') {
        char head[TEXT_BYTES];
        snprintf(head, sizeof head,
                 "Safe mode: this display %s. Its own theme, logo, layout, voices and sound device "
                 "are tried again after an hour.",
                 safe);
        add(lines, head);
    }
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < lines_count(parts[i]); j++) {
            add(lines, parts[i]->lines[j]);
        }
    }
    if (lines->lines[0][0] != '\0') {
        char first[TEXT_BYTES] = "For staff: ";
        text_append(first, sizeof first, lines->lines[0]);
        memcpy(lines->lines[0], first, sizeof first);
    }
}

void fallback_words(const struct fallback *fallback, char words[REASON_BYTES]) {
    const char *line = fallback->refused ? fallback->own.lines[0] : fallback->other.lines[0];
    text_copy(words, REASON_BYTES, line);
}
