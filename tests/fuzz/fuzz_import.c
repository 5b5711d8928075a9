/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the hallcall.ini of a boot partition.
 *
 * What is made of them has its lines where they were, so that mistakes are told with the lines that
 * staff see; a password that was taken out is in no line of it and its place is within the file;
 * what is written over it has its length.
 */
#include "command/import_text.h"
#include "config/ini.h"
#include "system/check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TO "/etc/hallcall"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t lines(const char *text, size_t bytes) {
    size_t count = 0;
    for (size_t i = 0; i < bytes; i++) {
        count += text[i] == '\n';
    }
    return count + (bytes > 0 && text[bytes - 1] != '\n');
}

static void check_password(const struct file_text *boot, const struct import_text *made) {
    char *line = malloc(made->password_bytes + 1);
    CHECK(line != NULL);
    CHECK(made->password_at + made->password_bytes <= boot->count);
    CHECK(memchr(boot->bytes + made->password_at, '\n', made->password_bytes) == NULL);
    CHECK(made->password_at == 0 || boot->bytes[made->password_at - 1] == '\n');
    CHECK(memmem(boot->bytes + made->password_at, made->password_bytes, made->password,
                 strlen(made->password)) != NULL);
    memset(line, '\n', made->password_bytes + 1);
    import_text_blank(line, made->password_bytes);
    CHECK(line[0] == '#' && strcspn(line, "\n") == made->password_bytes);
    free(line);
}

static void check_files(const struct import_text *made) {
    CHECK(made->files_count <= IMPORT_FILES_MAX);
    for (size_t i = 0; i < made->files_count; i++) {
        const char *name = made->files[i].name;
        CHECK(name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL);
        CHECK(strlen(name) < IMPORT_NAME_BYTES);
    }
    for (size_t i = 0; i < IMPORT_FILES_MAX; i++) {
        CHECK(made->uses[i].file <= made->files_count);
        CHECK(made->uses[i].file == 0 || made->uses[i].line > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct diagnostics diagnostics;
    struct import_text made;
    char *copy = malloc(size + 1);
    CHECK(copy != NULL);
    memcpy(copy, data, size);
    copy[size] = '\0';
    const struct file_text boot = {copy, size};
    memset(&diagnostics, 0, sizeof diagnostics);
    CHECK(import_text_make(&boot, "hallcall.ini", TO, &made, &diagnostics));
    CHECK(lines(made.text.bytes, made.text.count) == lines(boot.bytes, boot.count));
    if (made.has_password) {
        check_password(&boot, &made);
    }
    check_files(&made);
    CHECK(import_text_keep_password(&made, TO));
    import_text_release(&made);
    free(copy);
    return 0;
}
