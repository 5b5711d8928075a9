/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall import`: the configuration that staff put on the boot partition becomes this display's.
 *
 * hallcall-import.service runs it before the hall. The file stays where it is and as it is, but for
 * its secrets, because whoever edits it once edits it again. What was taken over is remembered as
 * one number of the file and of those that it names (remember, below): only when that differs is it
 * taken over again, so that changes on the display itself are not undone by an old file.
 *
 * The order makes a power cut harmless at any point: first what the configuration refers to, then
 * the configuration (renamed into place), then the secrets leave the partition, last the memory. A
 * cut before the last step does the same once more.
 *
 * Where /etc is kept in memory (an overlay over a root that is never written) the secrets stay on
 * the partition: taken away they would be lost with the next power cut.
 *
 * Considered and refused: taking over the good lines of a bad file (a display of another hall);
 * renaming the file after the import (the next person finds nothing to edit).
 */
#include "command/command.h"
#include "command/import_beside.h"
#include "command/import_list.h"
#include "command/import_place.h"
#include "command/wiring.h"
#include "config/diagnostics.h"
#include "system/log.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define CONFIG_FILE "hallcall.ini"
#define PASSWORD_FILE "password"

enum {
    BEFORE_BYTES_MAX = 4 << 20, /* of a file that is replaced: the largest logo */
    MEMORY_BYTES = 32,
    WORDS_BYTES = 1500
};

static const char usage[] =
    "usage: hallcall import [--from FOLDER] [--to FOLDER] [--secrets auto|move|keep]\n"
    "\n"
    "Takes over the hallcall.ini that staff put on the boot partition: checks all of it, and the\n"
    "certificates, key and logo beside it, and, if they are good, installs them, moves password "
    "and\n"
    "key to this machine and leaves a report beside it.\n"
    "\n"
    "  --from FOLDER    where it is; without it /boot/firmware, else /boot\n"
    "  --to FOLDER      where it goes; without it /etc/hallcall\n"
    "  --secrets move   take password and key off the partition; keep: leave them there; auto "
    "(the\n"
    "                   default): move, unless what is written to --to is lost at a restart\n"
    "\n"
    "Exits 0 when it was taken over, is already in use or not there, 78 when it has mistakes, 1 "
    "when\n"
    "it could not be taken over.\n";

struct importing {
    struct common_options common;
    const char *to_path, *state_path, *run_path;
    struct import_place place;
    int to; /* descriptors of folders */
    bool keep_secrets;
    gid_t group; /* that may read it, (gid_t)-1: there is no such group */
    struct file_text boot;
    struct import_text made;
    struct import_beside beside;
    struct diagnostics diagnostics;
    bool broken;             /* no mistake in the file: it could not be taken over */
    char words[WORDS_BYTES]; /* of the report: what was done */
};

__attribute__((format(printf, 2, 3))) static void say(struct importing *importing,
                                                      const char *format, ...) {
    char line[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t used = strlen(importing->words);
    snprintf(importing->words + used, sizeof importing->words - used, "- %s\n", line);
    log_line(LOG_INFO, "import", "%s", line);
}

/* A failure that is nobody's mistake in the file. */
static bool fail(struct importing *importing, const char *name, const char *reason) {
    char path[320];
    snprintf(path, sizeof path, "%s/%s", importing->to_path, name);
    diagnostics_add(&importing->diagnostics, path, 0, NULL, NULL, NULL, "%s", reason);
    importing->broken = true;
    return false;
}

/* --- what is on the partition ------------------------------------------------------------------
 */

static bool is_utf16(const struct file_text *text) {
    const unsigned char *bytes = (const unsigned char *)text->bytes;
    return text->count >= 2 &&
           ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF));
}

static bool read_boot(struct importing *importing) {
    const struct import_place *place = &importing->place;
    char reason[FILE_REASON_BYTES];
    const char *words = reason;
    bool good = file_read(place->folder, place->name, IMPORT_BYTES_MAX, &importing->boot, reason);
    if (good && is_utf16(&importing->boot)) {
        words = "is UTF-16 (\"Unicode\" in some editors): save it as UTF-8";
        good = false;
    }
    if (!good) {
        diagnostics_add(&importing->diagnostics, place->name, 0, NULL, NULL, NULL, "%s", words);
        return false;
    }
    if (!import_text_make(&importing->boot, place->name, importing->to_path, &importing->made,
                          &importing->diagnostics)) {
        return fail(importing, CONFIG_FILE, "out of memory");
    }
    import_beside_read(place, &importing->made, importing->to, &importing->beside,
                       &importing->diagnostics);
    return true;
}

static bool has_password_from_before(const struct importing *importing) {
    struct stat facts;
    return importing->made.wants_password &&
           fstatat(importing->to, PASSWORD_FILE, &facts, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The whole file, as every other configuration is read, and what lies beside it. */
static bool check(struct importing *importing) {
    struct import_text *made = &importing->made;
    struct config *config = calloc(1, sizeof *config);
    if (config == NULL || (has_password_from_before(importing) &&
                           !import_text_keep_password(made, importing->to_path))) {
        free(config);
        return fail(importing, CONFIG_FILE, "out of memory");
    }
    if (config_load_text(importing->place.name, made->text.bytes, made->text.count, config,
                         &importing->diagnostics)) {
        (void)wire_themes_good(&config->settings, &importing->diagnostics);
    }
    free(config);
    import_beside_check(&importing->beside, made, importing->to, importing->place.name,
                        &importing->diagnostics);
    importing->broken = importing->diagnostics.shortage;
    return importing->diagnostics.count == 0;
}

/* --- what was taken over before ----------------------------------------------------------------
 */

/* FNV-1a: no secret and no adversary, who would have the card anyway. */
static uint64_t mix(uint64_t sum, const void *bytes, size_t count) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++) {
        sum = (sum ^ at[i]) * UINT64_C(0x100000001B3);
    }
    return sum;
}

/* One number of everything that was read, written in digits. */
static void number(const struct importing *importing, char digits[MEMORY_BYTES]) {
    uint64_t sum = mix(UINT64_C(0xCBF29CE484222325), importing->boot.bytes, importing->boot.count);
    for (size_t i = 0; i < importing->made.files_count; i++) {
        const struct file_text *text = &importing->beside.texts[i];
        const char *name = importing->made.files[i].name;
        sum = mix(sum, name, strlen(name) + 1);
        sum = mix(sum, text->bytes != NULL ? "+" : "-", 2);
        sum = text->bytes != NULL ? mix(sum, text->bytes, text->count) : sum;
    }
    snprintf(digits, MEMORY_BYTES, "%016llx\n", (unsigned long long)sum);
}

static int open_folder(const char *path) {
    (void)mkdir(path, 0755);
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Whether this very file was taken over, and what came of it is still there. */
static bool known(const struct importing *importing) {
    char digits[MEMORY_BYTES], reason[FILE_REASON_BYTES];
    struct file_text memory;
    int folder = open(importing->state_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool there = folder >= 0 && faccessat(importing->to, CONFIG_FILE, F_OK, 0) == 0 &&
                 file_read(folder, "imported", MEMORY_BYTES, &memory, reason);
    number(importing, digits);
    bool same = there && strcmp(memory.bytes, digits) == 0;
    if (there) {
        file_release(&memory);
    }
    if (folder >= 0) {
        close(folder);
    }
    return same;
}

static void release(struct importing *importing) {
    if (importing->boot.bytes != NULL) {
        explicit_bzero(importing->boot.bytes, importing->boot.count);
    }
    file_release(&importing->boot);
    import_beside_release(&importing->beside);
    import_text_release(&importing->made);
}

/* Reads the partition once more, as it has been left, and remembers that. */
static void remember(struct importing *importing) {
    char digits[MEMORY_BYTES], reason[FILE_REASON_BYTES] = "";
    const struct file_rights rights = {0644, (gid_t)-1};
    int folder = open_folder(importing->state_path);
    release(importing);
    bool good = folder >= 0 && read_boot(importing);
    if (good) {
        number(importing, digits);
        const struct file_text text = {digits, strlen(digits)};
        good = file_replace(folder, "imported", &text, &rights, reason);
    }
    if (folder >= 0) {
        close(folder);
    }
    if (!good) {
        log_line(LOG_WARN, "import", "it will be taken over again at the next start: %s %s",
                 importing->state_path, reason[0] != '\0' ? reason : strerror(errno));
    }
}

/* --- taking over -------------------------------------------------------------------------------
 */

/* What is replaced by something else is kept under another name. */
static void keep_before(struct importing *importing, const char *name,
                        const struct file_text *text) {
    char old[IMPORT_NAME_BYTES + sizeof IMPORT_OLD], reason[FILE_REASON_BYTES];
    struct file_text before;
    bool there = file_read(importing->to, name, BEFORE_BYTES_MAX, &before, reason);
    bool same =
        there && before.count == text->count && memcmp(before.bytes, text->bytes, text->count) == 0;
    if (there) {
        explicit_bzero(before.bytes, before.count);
    }
    file_release(&before);
    if (!there || same) {
        return;
    }
    snprintf(old, sizeof old, "%s" IMPORT_OLD, name);
    (void)unlinkat(importing->to, old, 0);
    if (linkat(importing->to, name, importing->to, old, 0) != 0) {
        log_line(LOG_WARN, "import", "%s as it was before is not kept: %s", name, strerror(errno));
    }
}

/* There is the old one or the new one at every moment. The configuration is not open to all: a
 * comment in it may hold what a line of it once did. */
static bool install(struct importing *importing, const char *name, const struct file_text *text,
                    bool open_to_all) {
    const struct file_rights rights = {open_to_all ? 0644 : 0640, importing->group};
    char reason[FILE_REASON_BYTES];
    keep_before(importing, name, text);
    return file_replace(importing->to, name, text, &rights, reason) ||
           fail(importing, name, reason);
}

/* What will be ours, before it is there. */
static void list(const struct importing *importing) {
    const char *names[IMPORT_FILES_MAX + 1];
    char reason[FILE_REASON_BYTES] = "";
    size_t count = 0;
    for (size_t i = 0; i < importing->made.files_count; i++) {
        if (importing->beside.texts[i].bytes != NULL) {
            names[count++] = importing->made.files[i].name;
        }
    }
    if (importing->made.has_password) {
        names[count++] = PASSWORD_FILE;
    }
    int folder = open_folder(importing->state_path);
    if (folder < 0 || !import_list_add(folder, importing->to_path, names, count, reason)) {
        log_line(LOG_WARN, "import", "a purge will not remove what is brought now: %s %s",
                 importing->state_path, reason[0] != '\0' ? reason : strerror(errno));
    }
    if (folder >= 0) {
        close(folder);
    }
}

static bool install_beside(struct importing *importing) {
    for (size_t i = 0; i < importing->made.files_count; i++) {
        const struct import_file *file = &importing->made.files[i];
        const struct file_text *text = &importing->beside.texts[i];
        if (text->bytes != NULL && !install(importing, file->name, text, !file->secret)) {
            return false;
        }
        say(importing,
            text->bytes != NULL ? "%s was copied to the display."
                                : "%s: the one that the display has is used.",
            file->name);
    }
    return true;
}

static bool install_password(struct importing *importing) {
    char line[IMPORT_PASSWORD_BYTES + 1];
    if (!importing->made.has_password) {
        if (has_password_from_before(importing)) {
            say(importing, "The password that the display has is used.");
        }
        return true;
    }
    snprintf(line, sizeof line, "%s\n", importing->made.password);
    const struct file_text text = {line, strlen(line)};
    bool good = install(importing, PASSWORD_FILE, &text, false);
    explicit_bzero(line, sizeof line);
    return good;
}

/* From the partition, once they are on the machine. Whether one has left it. */
static bool move_secret(struct importing *importing, const char *name, bool removed) {
    if (importing->keep_secrets) {
        say(importing,
            "%s stays on the card too, because this display forgets what is written to it when it "
            "is switched off.",
            name);
    } else if (removed) {
        say(importing, "%s was moved to the display and overwritten here.", name);
    } else {
        say(importing, "%s IS STILL ON THE CARD and could not be taken off: %s", name,
            strerror(errno));
    }
    return removed;
}

static void move_secrets(struct importing *importing) {
    const struct import_text *made = &importing->made;
    const struct import_place *place = &importing->place;
    bool keep = importing->keep_secrets, moved = false;
    if (made->has_password) {
        bool removed = !keep && import_place_blank(place, made);
        moved = move_secret(importing, "The password", removed);
    }
    for (size_t i = 0; i < made->files_count; i++) {
        const struct import_file *file = &made->files[i];
        const struct file_text *text = &importing->beside.texts[i];
        if (file->secret && text->bytes != NULL) {
            bool removed = !keep && import_place_remove(place, file->name, text->count);
            moved = move_secret(importing, file->name, removed) || moved;
        }
    }
    if (moved) {
        say(importing, "A flash card may keep old content where nobody can overwrite it: before it "
                       "is given away, change the password or key at the broker.");
    }
}

static bool take_over(struct importing *importing) {
    list(importing);
    if (!install_beside(importing) || !install_password(importing) ||
        !install(importing, CONFIG_FILE, &importing->made.text, false)) {
        return false;
    }
    move_secrets(importing);
    return true;
}

/* --- telling -----------------------------------------------------------------------------------
 */

/* What the hall shows to staff, or nothing any more. */
static void tell_hall(const struct importing *importing, const char *words) {
    char reason[FILE_REASON_BYTES] = "";
    const struct file_rights rights = {0644, (gid_t)-1};
    const struct file_text text = {(char *)words, words != NULL ? strlen(words) : 0};
    int folder = open_folder(importing->run_path);
    bool good = folder >= 0;
    if (good && words != NULL) {
        good = file_replace(folder, "errors", &text, &rights, reason);
    } else if (good) {
        good = unlinkat(folder, "errors", 0) == 0 || errno == ENOENT;
    }
    if (!good) {
        log_line(LOG_WARN, "import", "the hall cannot be told: %s: %s", importing->run_path,
                 reason[0] != '\0' ? reason : strerror(errno));
    }
    if (folder >= 0) {
        close(folder);
    }
}

static void report(const struct importing *importing, const char *words) {
    if (!import_place_report(&importing->place, words)) {
        log_line(LOG_WARN, "import", "no report was left in %s: %s", importing->place.path,
                 strerror(errno));
    }
}

static void tell_success(struct importing *importing) {
    char words[WORDS_BYTES + 600];
    snprintf(
        words, sizeof words,
        "%s was ACCEPTED and is in use on this display.\n\n%s%s"
        "To change something, edit %s here and start the display again. Without an edit here,\n"
        "what is changed on the display itself (%s/%s) stays.\n",
        importing->place.name, importing->words, importing->words[0] != '\0' ? "\n" : "",
        importing->place.name, importing->to_path, CONFIG_FILE);
    report(importing, words);
    tell_hall(importing, NULL);
    log_line(LOG_INFO, "import", "taken over from %s/%s", importing->place.path,
             importing->place.name);
}

/* Writes every fault, each on a line of its own, behind a head. */
static void print_faults(const struct importing *importing, FILE *out, const char *after) {
    const struct diagnostics *diagnostics = &importing->diagnostics;
    const char *what = importing->broken ? "reason" : "mistake";
    fprintf(
        out, "%s on the card %s: %zu %s%s. The display goes on with the configuration it had.%s",
        importing->place.name, importing->broken ? "could not be taken over" : "was not accepted",
        diagnostics->count, what, diagnostics->count == 1 ? "" : "s", after);
    diagnostics_print(diagnostics, out);
}

static int tell_failure(struct importing *importing) {
    char *shown = NULL, *left = NULL;
    size_t bytes;
    FILE *out = open_memstream(&shown, &bytes);
    if (out != NULL) {
        print_faults(importing, out, "\n");
        if (fclose(out) == 0) {
            tell_hall(importing, shown);
        }
    }
    out = open_memstream(&left, &bytes);
    if (out != NULL) {
        print_faults(importing, out, "\n\n");
        fputs("\nPut it right, save it as plain text (UTF-8) and start the display again.\n", out);
        if (fclose(out) == 0) {
            report(importing, left);
        }
    }
    free(shown);
    free(left);
    diagnostics_print(&importing->diagnostics, stderr);
    log_line(LOG_ERR, "import", "not taken over from %s/%s reasons=%zu", importing->place.path,
             importing->place.name, importing->diagnostics.count);
    return importing->broken ? EXIT_RUNTIME : EXIT_CONFIG;
}

/* --- the command -------------------------------------------------------------------------------
 */

static int import(struct importing *importing) {
    bool read = importing->diagnostics.count == 0 && read_boot(importing);
    if (read && importing->diagnostics.count == 0 && known(importing)) {
        log_line(LOG_INFO, "import", "%s/%s is as it was taken over before", importing->place.path,
                 importing->place.name);
        tell_hall(importing, NULL);
        return EXIT_OK;
    }
    if (!read || !check(importing) || !take_over(importing)) {
        return tell_failure(importing);
    }
    tell_success(importing);
    remember(importing);
    return EXIT_OK;
}

/* A folder in memory, or over one. */
static bool is_lost_at_restart(int folder) {
    enum { OVERLAY = 0x794C7630, TMPFS = 0x01021994, RAMFS = (int)0x858458F6 };
    struct statfs facts;
    return fstatfs(folder, &facts) == 0 &&
           ((int)facts.f_type == OVERLAY || (int)facts.f_type == TMPFS ||
            (int)facts.f_type == RAMFS);
}

/* Finds the partition. */
static enum import_found find(struct importing *importing, const char *from) {
    static const char *const places[] = {"/boot/firmware", "/boot"};
    char reason[FILE_REASON_BYTES];
    enum import_found found = IMPORT_NOTHING;
    size_t count = from != NULL ? 1 : sizeof places / sizeof places[0];
    for (size_t i = 0; i < count && found == IMPORT_NOTHING; i++) {
        found = import_place_open(from != NULL ? from : places[i], &importing->place, reason);
    }
    if (found == IMPORT_SEVERAL) {
        diagnostics_add(&importing->diagnostics, importing->place.name, 0, NULL, NULL, NULL, "%s",
                        reason);
    }
    return found;
}

static const char *folder_of(const char *name, const char *usual) {
    const char *given = getenv(name);
    return given != NULL && given[0] == '/' ? given : usual;
}

/* The first of two imports at once goes before the second. */
static bool open_target(struct importing *importing) {
    const struct group *group = getgrnam("hallcall");
    importing->group = group != NULL ? group->gr_gid : (gid_t)-1;
    importing->to = open_folder(importing->to_path);
    return importing->to >= 0 && flock(importing->to, LOCK_EX) == 0;
}

static int run_import(struct importing *importing, const char *from, const char *secrets) {
    int code = EXIT_OK;
    if (find(importing, from) == IMPORT_NOTHING) {
        log_line(LOG_INFO, "import", "there is no hallcall.ini on the boot partition");
        tell_hall(importing, NULL);
        return EXIT_OK;
    }
    if (open_target(importing)) {
        bool lost = is_lost_at_restart(importing->to);
        importing->keep_secrets =
            strcmp(secrets, "keep") == 0 || (strcmp(secrets, "auto") == 0 && lost);
        code = import(importing);
    } else {
        (void)fail(importing, "", strerror(errno));
        code = tell_failure(importing);
    }
    if (importing->to >= 0) {
        close(importing->to);
    }
    import_place_close(&importing->place);
    return code;
}

static int run(int argc, char **argv) {
    const char *from = NULL, *to = "/etc/hallcall", *secrets = "auto";
    const struct option_spec specs[] = {
        {.name = "--from", .takes_value = true, .value = &from},
        {.name = "--to", .takes_value = true, .value = &to},
        {.name = "--secrets", .takes_value = true, .value = &secrets},
        {.name = NULL}};
    struct importing *importing = calloc(1, sizeof *importing);
    if (importing == NULL) {
        return command_no_memory();
    }
    bool parsed = options_parse(&command_import, argc, argv, specs, &importing->common);
    int code = importing->common.code;
    bool usable = strcmp(secrets, "auto") == 0 || strcmp(secrets, "move") == 0 ||
                  strcmp(secrets, "keep") == 0;
    if (parsed && (importing->common.operands != argc || !usable || to[0] != '/' ||
                   importing->common.config_path != NULL || importing->common.sets_count > 0)) {
        fputs("hallcall import: expected no more than --from, --to /FOLDER and --secrets\n",
              stderr);
        code = EXIT_USAGE;
    } else if (parsed) {
        importing->to_path = to;
        importing->to = importing->place.folder = -1;
        importing->state_path = folder_of("STATE_DIRECTORY", "/var/lib/hallcall-import");
        importing->run_path = folder_of("RUNTIME_DIRECTORY", "/run/hallcall-import");
        code = run_import(importing, from, secrets);
    }
    release(importing);
    free(importing);
    return code;
}

const struct command command_import = {
    .name = "import",
    .summary = "take over the hallcall.ini of the boot partition",
    .usage = usage,
    .run = run,
};
