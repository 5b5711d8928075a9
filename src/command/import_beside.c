/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See import_beside.h. What was read is what is looked at and what is installed: the bytes in
 * memory, so that nothing can be swapped on the partition in between.
 *
 * A path (/etc/ssl/ca.crt) or a credential is not looked at: it is another's, perhaps of a service
 * that has not made it yet, and `hallcall check` tells of it.
 *
 * Considered and refused: the dates of a certificate. A board without a clock of its own does not
 * know the day at this point of its start.
 */
#include "command/import_beside.h"

#include "feed/tls_probe.h"
#include "screen/logo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { BESIDE_BYTES_MAX = LOGO_BYTES_MAX, PLACE_BYTES = 200 };

void import_beside_read(const struct import_place *place, const struct import_text *made, int to,
                        struct import_beside *beside, struct diagnostics *diagnostics) {
    for (size_t i = 0; i < made->files_count; i++) {
        const struct import_file *file = &made->files[i];
        char reason[FILE_REASON_BYTES];
        if (file_read(place->folder, file->name, BESIDE_BYTES_MAX, &beside->texts[i], reason)) {
            continue;
        }
        struct stat facts;
        bool absent = errno == ENOENT;
        bool came_before = absent && fstatat(to, file->name, &facts, AT_SYMLINK_NOFOLLOW) == 0;
        if (!came_before) {
            bool shown = strcmp(file->key, "password_file") != 0;
            diagnostics_add(
                diagnostics, place->name, file->line, file->section, file->key,
                shown ? file->name : NULL,
                "expected a file of that name beside %s, or a path that begins with /%s%s",
                place->name, absent ? "" : "; what is there ", absent ? "" : reason);
        }
    }
}

/* The content that a setting will have: what was brought, else *before, read from `to` (which stays
 * empty when it is not for us to read). */
static struct tls_text text_of(const struct import_beside *beside, const struct import_text *made,
                               int to, enum import_setting setting, struct file_text *before) {
    char reason[FILE_REASON_BYTES];
    size_t which = made->uses[setting].file;
    if (which == 0) {
        return (struct tls_text){.bytes = NULL};
    }
    const struct file_text *text = &beside->texts[which - 1];
    if (text->bytes == NULL) {
        (void)file_read(to, made->files[which - 1].name, BESIDE_BYTES_MAX, before, reason);
        text = before;
    }
    return (struct tls_text){.bytes = text->bytes, .count = text->count};
}

static void check_certificates(const struct import_beside *beside, const struct import_text *made,
                               int to, const char *name, struct diagnostics *diagnostics) {
    static const enum import_setting settings[TLS_FILES] = {
        [TLS_CA] = IMPORT_CA, [TLS_CERT] = IMPORT_CERT, [TLS_KEY] = IMPORT_KEY};
    struct file_text before[TLS_FILES] = {{.bytes = NULL}};
    struct tls_text texts[TLS_FILES];
    const char *words = "", *section;
    enum tls_file bad = TLS_FILES;
    bool looked = true;
    for (int i = 0; i < TLS_FILES; i++) {
        texts[i] = text_of(beside, made, to, settings[i], &before[i]);
    }
    /* One mistake hides no other: the file that is bad is left out, and the rest looked at again.
     */
    while ((looked = tls_probe_files(texts, &bad, &words)) && bad != TLS_FILES) {
        enum import_setting setting = settings[bad];
        const char *key = import_text_key(setting, &section);
        diagnostics_add(diagnostics, name, made->uses[setting].line, section, key,
                        made->files[made->uses[setting].file - 1].name, "it %s", words);
        texts[bad].bytes = NULL;
    }
    if (!looked) {
        diagnostics_unreadable(diagnostics, name, ENOMEM);
    }
    for (int i = 0; i < TLS_FILES; i++) {
        if (before[i].bytes != NULL) {
            explicit_bzero(before[i].bytes, before[i].count);
        }
        file_release(&before[i]);
    }
}

static void check_logo(const struct import_beside *beside, const struct import_text *made,
                       const char *name, struct diagnostics *diagnostics) {
    char place[PLACE_BYTES];
    size_t which = made->uses[IMPORT_LOGO].file;
    if (which == 0 || beside->texts[which - 1].bytes == NULL) {
        return;
    }
    const struct file_text *text = &beside->texts[which - 1];
    snprintf(place, sizeof place, "%s:%d: [display] logo: \"%s\"", name,
             made->uses[IMPORT_LOGO].line, made->files[which - 1].name);
    logo_destroy(logo_decode(text->bytes, text->count, place, diagnostics));
}

void import_beside_check(const struct import_beside *beside, const struct import_text *made, int to,
                         const char *name, struct diagnostics *diagnostics) {
    check_certificates(beside, made, to, name, diagnostics);
    check_logo(beside, made, name, diagnostics);
}

void import_beside_release(struct import_beside *beside) {
    for (size_t i = 0; i < IMPORT_FILES_MAX; i++) {
        if (beside->texts[i].bytes != NULL) {
            explicit_bzero(beside->texts[i].bytes, beside->texts[i].count);
        }
        file_release(&beside->texts[i]);
    }
}
