/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder of the test's own with sound files, scripts and banks of clips in it.
 */
#ifndef HALLCALL_TESTS_OWN_VOICE_FIXTURE_H
#define HALLCALL_TESTS_OWN_VOICE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "voice/bank.h"
#include "voice/wav.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 400, RATE_HZ = 22050, TONE_SAMPLES = 2205 };

static char folder[64];

static const char *path_of(const char *name) {
    static char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/hallcall-own-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static void remove_all(const char *dir) {
    DIR *open = opendir(dir);
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        char path[PATH_BYTES + 300];
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (entry->d_name[0] != '.' && unlink(path) != 0) {
            remove_all(path);
        }
    }
    if (open != NULL) {
        closedir(open);
    }
    (void)rmdir(dir);
}

static int remove_folder(void **state) {
    (void)state;
    remove_all(folder);
    return 0;
}

static void put(unsigned char *at, uint32_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        at[i] = (unsigned char)(value >> 8 * i);
    }
}

/* A WAV file of a square wave in memory: 44 bytes and the samples. */
static size_t make_wav(unsigned char *out, unsigned channels, uint32_t rate_hz, size_t frames) {
    size_t bytes = frames * channels * 2;
    memset(out, 0, WAV_HEADER_BYTES);
    memcpy(out, "RIFF", 4);
    put(out + 4, (uint32_t)bytes + 36, 4);
    memcpy(out + 8, "WAVEfmt ", 8);
    put(out + 16, 16, 4);
    put(out + 20, 1, 2);
    put(out + 22, channels, 2);
    put(out + 24, rate_hz, 4);
    put(out + 28, rate_hz * channels * 2, 4);
    put(out + 32, channels * 2, 2);
    put(out + 34, 16, 2);
    memcpy(out + 36, "data", 4);
    put(out + 40, (uint32_t)bytes, 4);
    for (size_t i = 0; i < frames * channels; i++) {
        put(out + WAV_HEADER_BYTES + 2 * i, i / channels / 20 % 2 == 0 ? 8000 : 65536 - 8000, 2);
    }
    return WAV_HEADER_BYTES + bytes;
}

static void write_file(const char *name, const void *bytes, size_t count) {
    FILE *file = fopen(path_of(name), "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void write_wav(const char *name, uint32_t rate_hz, size_t frames) {
    unsigned char *wav = malloc(WAV_HEADER_BYTES + frames * 2);
    assert_non_null(wav);
    write_file(name, wav, make_wav(wav, 1, rate_hz, frames));
    free(wav);
}

static void write_text(const char *name, const char *text) {
    write_file(name, text, strlen(text));
}

#define HEAD "[voice]\nlanguage = en\nspeaker = S\nlicence = L\n"

static inline struct bank *make_bank(const char *words) {
    static struct diagnostics diagnostics;
    char text[2000];
    memset(&diagnostics, 0, sizeof diagnostics);
    snprintf(text, sizeof text, HEAD "%s", words);
    write_text("clips.ini", text);
    struct bank *bank = bank_create(folder, "en", &diagnostics);
    assert_non_null(bank);
    assert_true(bank_prove(bank, &diagnostics));
    return bank;
}

#endif
