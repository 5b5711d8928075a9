/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with a file, all of it, each with its place.
 *
 * Values come from files and command lines that may hold anything, and the lines are read on a
 * terminal: control bytes are shown as "?", and a value that is too long to be useful ends in
 * "...". More than DIAGNOSTICS_MAX faults are counted but not kept; nobody reads on after sixty.
 *
 * Considered and refused: structured diagnostics (path, line and reason as fields). Every reader so
 * far is a person.
 */
#include "config/diagnostics.h"

#include "core/utf8.h"
#include "system/shortage.h"

#include <stdarg.h>
#include <string.h>

enum { VALUE_SHOWN_BYTES = 120 };

/* A line being put together; what does not fit is left out. */
struct writer {
    char *at;
    size_t left; /* including the NUL */
};

static void write_text(struct writer *writer, const char *text, size_t bytes) {
    size_t fit = bytes < writer->left ? bytes : writer->left - 1;
    memcpy(writer->at, text, fit);
    writer->at += fit;
    writer->left -= fit;
    *writer->at = '\0';
}

static void write_string(struct writer *writer, const char *text) {
    write_text(writer, text, strlen(text));
}

/* Characters as they are, everything else as "?". */
static void write_outside(struct writer *writer, const char *text) {
    size_t shown = 0;
    while (*text != '\0' && shown < VALUE_SHOWN_BYTES) {
        uint32_t codepoint = 0;
        size_t length = utf8_read(text, &codepoint);
        bool printable = length > 0 && codepoint >= 0x20 && (codepoint < 0x7F || codepoint >= 0xA0);
        size_t step = length > 0 ? length : 1;
        write_text(writer, printable ? text : "?", printable ? length : 1);
        text += step;
        shown += step;
    }
    if (*text != '\0') {
        write_string(writer, "...");
    }
}

static void write_place(struct writer *writer, const char *path, int line) {
    write_outside(writer, path);
    if (line > 0) {
        char number[16];
        snprintf(number, sizeof number, ":%d", line);
        write_string(writer, number);
    }
    write_string(writer, ": ");
}

static void write_part(struct writer *writer, const char *before, const char *part,
                       const char *after) {
    if (part != NULL) {
        write_string(writer, before);
        write_outside(writer, part);
        write_string(writer, after);
    }
}

void diagnostics_add(struct diagnostics *diagnostics, const char *path, int line,
                     const char *section, const char *key, const char *value, const char *format,
                     ...) {
    size_t index = diagnostics->count++;
    if (index >= DIAGNOSTICS_MAX) {
        return;
    }
    struct writer writer = {.at = diagnostics->lines[index], .left = DIAGNOSTIC_BYTES};
    write_place(&writer, path, line);
    write_part(&writer, "[", section, key != NULL ? "] " : "]: ");
    write_part(&writer, "", key, ": ");
    write_part(&writer, "\"", value, "\": ");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(writer.at, writer.left, format, arguments);
    va_end(arguments);
}

void diagnostics_unreadable(struct diagnostics *diagnostics, const char *path, int error) {
    diagnostics->shortage = diagnostics->shortage || shortage(error);
    diagnostics_add(diagnostics, path, 0, NULL, NULL, NULL, "cannot be read: %s", strerror(error));
}

void diagnostics_print(const struct diagnostics *diagnostics, FILE *out) {
    size_t kept = diagnostics->count < DIAGNOSTICS_MAX ? diagnostics->count : DIAGNOSTICS_MAX;
    for (size_t i = 0; i < kept; i++) {
        fprintf(out, "%s\n", diagnostics->lines[i]);
    }
    if (kept < diagnostics->count) {
        fprintf(out, "... and %zu more\n", diagnostics->count - kept);
    }
}
