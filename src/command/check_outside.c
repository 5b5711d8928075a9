/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The voices other than eSpeak NG, tried.
 *
 * A bank is asked for every word that the site's tickets and counters can need (vocabulary.h), so
 * the list of what is missing is the list of what to record. It is told by kind, letters and
 * numbers on one line each, because a bank that was just begun lacks a hundred of them.
 */
#include "command/checking.h"

#include "command/vocabulary.h"
#include "command/wiring.h"
#include "system/clock.h"
#include "voice/bank.h"
#include "voice/program.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MISSING_MAX = 1200, PHRASES_TOLD_MAX = 40, LINE_BYTES = 400, TRY_US = 30000000 };

struct trying {
    struct checking *checking;
    const struct outside_voice *voice;
    struct bank *bank;
    size_t missing_count;
    struct bank_part missing[MISSING_MAX];
    bool unwritten; /* something has only phonemes */
    char unwritten_text[SEGMENT_BYTES];
};

__attribute__((format(printf, 3, 4))) static void tell(const struct trying *trying, bool well,
                                                       const char *format, ...) {
    char words[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    checking_tell(trying->checking, well ? VERDICT_OK : VERDICT_PROBLEM, "own voice", "%s", words);
}

static void note_missing(struct trying *trying, const struct bank_part *part) {
    for (size_t i = 0; i < trying->missing_count; i++) {
        if (trying->missing[i].kind == part->kind &&
            strcmp(trying->missing[i].text, part->text) == 0) {
            return;
        }
    }
    if (trying->missing_count < MISSING_MAX) {
        trying->missing[trying->missing_count++] = *part;
    }
}

static void try_segment(void *context, const struct segment *segment) {
    struct trying *trying = context;
    struct clip_token token;
    const char *at = segment->clips;
    if (segment->written[0] == '\0') {
        trying->unwritten = true;
        memcpy(trying->unwritten_text, segment->text, sizeof trying->unwritten_text);
    }
    while (trying->bank != NULL && clips_next(&at, &token)) {
        struct bank_part parts[BANK_PARTS_MAX];
        size_t count = bank_parts(trying->bank, &token, false, parts);
        for (size_t i = 0; i < count; i++) {
            if (parts[i].clip == NULL) {
                note_missing(trying, &parts[i]);
            }
        }
    }
}

static int by_number(const void *a, const void *b) {
    const struct bank_part *left = a, *right = b;
    long difference = strtol(left->text, NULL, 10) - strtol(right->text, NULL, 10);
    return left->kind != right->kind ? left->kind - right->kind : (int)difference;
}

/* Appends to a line that has LINE_BYTES; what does not fit is left out. */
static void append(char *line, const char *text) {
    size_t used = strlen(line);
    if (used + strlen(text) < LINE_BYTES - 48) {
        snprintf(line + used, LINE_BYTES - used, "%s", text);
    }
}

/* Letters one by one, numbers in ranges. missing is sorted. */
static void tell_kind(const struct trying *trying, char kind, const char *what) {
    char line[LINE_BYTES] = "", part[BANK_TEXT_BYTES + 16];
    size_t count = 0;
    for (size_t i = 0; i < trying->missing_count; i++) {
        const struct bank_part *first = &trying->missing[i];
        if (first->kind != kind) {
            continue;
        }
        size_t last = i;
        while (kind == CLIP_NUMBER && last + 1 < trying->missing_count &&
               strtol(trying->missing[last + 1].text, NULL, 10) ==
                   strtol(trying->missing[last].text, NULL, 10) + 1) {
            last++;
        }
        count += last - i + 1;
        snprintf(part, sizeof part, "%s%s%s%s", line[0] != '\0' ? " " : "", first->text,
                 last > i ? "-" : "", last > i ? trying->missing[last].text : "");
        append(line, part);
        i = last;
    }
    if (count > 0) {
        tell(trying, false, "%s: %zu %s without a clip: %s", trying->voice->tag, count, what, line);
    }
}

static void tell_phrases(const struct trying *trying) {
    size_t told = 0;
    for (size_t i = 0; i < trying->missing_count && told < PHRASES_TOLD_MAX; i++) {
        if (trying->missing[i].kind == CLIP_PHRASE) {
            tell(trying, false, "%s: no clip of \"%s\"", trying->voice->tag,
                 trying->missing[i].text);
            told++;
        }
    }
}

static void tell_diagnostics(const struct trying *trying, const struct diagnostics *diagnostics) {
    for (size_t i = 0; i < diagnostics->count && i < DIAGNOSTICS_MAX; i++) {
        tell(trying, false, "%s", diagnostics->lines[i]);
    }
}

static void try_bank(struct trying *trying) {
    struct diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    if (diagnostics == NULL) {
        tell(trying, false, "no memory for the clips");
        return;
    }
    trying->bank = bank_create(trying->voice->clips, trying->voice->tag, diagnostics);
    bool good = trying->bank != NULL && bank_prove(trying->bank, diagnostics);
    tell_diagnostics(trying, diagnostics);
    free(diagnostics);
    if (trying->bank == NULL) {
        return;
    }
    vocabulary_walk(&trying->checking->config, trying->voice->tag, try_segment, trying);
    qsort(trying->missing, trying->missing_count, sizeof trying->missing[0], by_number);
    tell_phrases(trying);
    tell_kind(trying, CLIP_LETTER, "letters");
    tell_kind(trying, CLIP_NUMBER, "numbers");
    if (good && trying->missing_count == 0) {
        tell(trying, true, "%s: %zu clips in %s, every call can be said", trying->voice->tag,
             bank_clips(trying->bank), trying->voice->clips);
    }
    bank_destroy(trying->bank);
    trying->bank = NULL;
}

/* Has the program say a segment. Its time is added up; false with a reason. */
static bool try_text(const struct program *program, const char *text, int64_t *took_us,
                     char *reason) {
    struct sound sound = {0};
    int64_t begun_us = clock_mono_us();
    struct program_task task = {.text = text, .deadline_us = begun_us + TRY_US, .stop_fd = -1};
    bool good = program_speak(program, &task, &sound, reason) == PROGRAM_DONE;
    *took_us += clock_mono_us() - begun_us;
    if (good && sound.count == 0) {
        snprintf(reason, REASON_BYTES, "it made no sound");
        good = false;
    }
    sound_finish(&sound);
    return good;
}

static void try_program(struct trying *trying) {
    const struct outside_voice *voice = trying->voice;
    struct utterance utterance = {.serial = 1, .ticket = "107", .counter = "4"};
    struct script script;
    struct program program;
    char reason[REASON_BYTES] = "the command must begin with the path of a program";
    int64_t took_us = 0;
    memcpy(utterance.lang, voice->tag, sizeof utterance.lang);
    bool good = phrase_make(&trying->checking->config.hall, &utterance, &script) &&
                program_init(&program, voice->command, voice->raw_rate_hz);
    for (size_t i = 0; i < script.segments_count && good; i++) {
        good = script.segments[i].written[0] == '\0' ||
               try_text(&program, script.segments[i].written, &took_us, reason);
    }
    if (!good) {
        tell(trying, false, "%s: %s: %s", voice->tag, voice->command, reason);
        return;
    }
    vocabulary_walk(&trying->checking->config, voice->tag, try_segment, trying);
    if (trying->unwritten) {
        return;
    }
    bool slow = took_us > (int64_t)voice->limit_ms * 1000;
    tell(trying, true, "%s: the program makes a call in %.1f s%s", voice->tag,
         (double)took_us / 1000000.0,
         slow ? ", later than limit_ms: only what was made ahead will be heard" : "");
}

void checking_outside(struct checking *checking) {
    struct voice_options options;
    wire_voice(&checking->config.settings, &options);
    for (size_t i = 0; i < options.outside.voices_count; i++) {
        struct trying *trying = calloc(1, sizeof *trying);
        if (trying == NULL) {
            checking_tell(checking, VERDICT_PROBLEM, "own voice", "not enough memory");
            return;
        }
        trying->checking = checking;
        trying->voice = &options.outside.voices[i];
        if (trying->voice->clips[0] != '\0') {
            try_bank(trying);
        } else {
            try_program(trying);
        }
        if (trying->unwritten) {
            tell(trying, false,
                 "%s: the language's file has only phonemes for \"%s\": add .written",
                 trying->voice->tag, trying->unwritten_text);
        }
        free(trying);
    }
}
