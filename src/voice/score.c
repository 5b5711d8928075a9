/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a chime's score: one thing a line, every number with its unit in its name.
 *
 * Parsed into a fresh value and handed over only when all of it is good. Numbers are read by hand:
 * strtod obeys the locale, and a hall in Germany must not expect "0,5". The limits keep a score a
 * chime: at most 3 s, notes between 200 and 3000 Hz, attacks of 10 ms or more (a faster one is a
 * click, and startles).
 *
 * Considered and refused: sound files as chimes (their level, length and rate would be anybody's
 * guess, and a repository is no place for recordings); a synthesis language.
 */
#include "voice/score.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct reader {
    const char *at, *end; /* what is left of the line */
    int line;
    char *reason;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct reader *reader, const char *format,
                                                       ...) {
    char words[REASON_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    snprintf(reader->reason, REASON_BYTES, "line %d: %.140s", reader->line, words);
    return false;
}

static void skip_blanks(struct reader *reader) {
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t')) {
        reader->at++;
    }
}

/* Takes word if it comes next. */
static bool take(struct reader *reader, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0) {
        return false;
    }
    reader->at += length;
    return true;
}

static bool take_number(struct reader *reader, float low, float high, float *value) {
    bool negative = take(reader, "-");
    double number = 0.0, scale = 1.0;
    int digits = 0;
    bool fraction = false;
    for (; reader->at < reader->end; reader->at++) {
        char c = *reader->at;
        if (c == '.' && !fraction) {
            fraction = true;
        } else if (c >= '0' && c <= '9' && digits < 9) {
            number = number * 10.0 + (c - '0');
            scale *= fraction ? 10.0 : 1.0;
            digits++;
        } else {
            break;
        }
    }
    number = (negative ? -number : number) / scale;
    if (digits == 0 || number < (double)low || number > (double)high) {
        return fail(reader, "expected a number from %g to %g", (double)low, (double)high);
    }
    *value = (float)number;
    return true;
}

/* A pitch name ("F#5", "Bb4"; A4 is 440 Hz, equal temperament) or a frequency in hertz. */
static bool take_pitch(struct reader *reader, float *hz) {
    static const int semitones['G' - 'A' + 1] = {9, 11, 0, 2, 4, 5, 7};
    if (reader->at < reader->end && *reader->at >= 'A' && *reader->at <= 'G') {
        int semitone = semitones[*reader->at - 'A'];
        reader->at++;
        semitone += take(reader, "#") ? 1 : 0;
        semitone -= take(reader, "b") ? 1 : 0;
        float octave = 0.0F;
        if (!take_number(reader, 3.0F, 7.0F, &octave)) {
            return false;
        }
        *hz = 440.0F * powf(2.0F, (float)(semitone - 9) / 12.0F + octave - 4.0F);
    } else if (!take_number(reader, 1.0F, 20000.0F, hz)) {
        return false;
    }
    if (*hz < 200.0F || *hz > 3000.0F) {
        return fail(reader, "expected a pitch from 200 to 3000 Hz");
    }
    return true;
}

static bool read_partials(struct reader *reader, struct score *score) {
    score->partials_count = 0;
    skip_blanks(reader);
    while (reader->at < reader->end) {
        if (score->partials_count == SCORE_PARTIALS_MAX) {
            return fail(reader, "expected at most %d partials", SCORE_PARTIALS_MAX);
        }
        struct partial *partial = &score->partials[score->partials_count++];
        if (!take_number(reader, 0.25F, 16.0F, &partial->ratio)) {
            return false;
        }
        if (!take(reader, ":")) {
            return fail(reader, "expected ratio:level, such as 2:-12");
        }
        if (!take_number(reader, -80.0F, 0.0F, &partial->level_db)) {
            return false;
        }
        skip_blanks(reader);
    }
    return score->partials_count > 0 || fail(reader, "expected partials, such as 1:0 2:-12");
}

static bool read_note_field(struct reader *reader, struct note *note) {
    if (take(reader, "start_ms=")) {
        return take_number(reader, 0.0F, SCORE_LENGTH_MS_MAX, &note->start_ms);
    }
    if (take(reader, "pitch=")) {
        return take_pitch(reader, &note->pitch_hz);
    }
    if (take(reader, "length_ms=")) {
        return take_number(reader, 50.0F, SCORE_LENGTH_MS_MAX, &note->length_ms);
    }
    if (take(reader, "level_db=")) {
        return take_number(reader, -40.0F, 0.0F, &note->level_db);
    }
    if (take(reader, "attack_ms=")) {
        return take_number(reader, 10.0F, 200.0F, &note->attack_ms);
    }
    if (take(reader, "decay_ms=")) {
        return take_number(reader, 20.0F, SCORE_LENGTH_MS_MAX, &note->decay_ms);
    }
    return fail(reader, "expected start_ms= pitch= length_ms= level_db= attack_ms= or decay_ms=");
}

static bool read_note(struct reader *reader, struct score *score) {
    if (score->notes_count == SCORE_NOTES_MAX) {
        return fail(reader, "expected at most %d notes", SCORE_NOTES_MAX);
    }
    struct note note = {.attack_ms = 12.0F, .decay_ms = 400.0F};
    skip_blanks(reader);
    while (reader->at < reader->end) {
        if (!read_note_field(reader, &note)) {
            return false;
        }
        if (reader->at < reader->end && *reader->at != ' ' && *reader->at != '\t') {
            return fail(reader, "expected a blank after each value");
        }
        skip_blanks(reader);
    }
    if (note.pitch_hz <= 0.0F || note.length_ms <= 0.0F) {
        return fail(reader, "expected a note to have pitch= and length_ms=");
    }
    score->notes[score->notes_count++] = note;
    return true;
}

static bool read_line(struct reader *reader, struct score *score) {
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at == '#') {
        return true;
    }
    if (take(reader, "length_ms ")) {
        skip_blanks(reader);
        return take_number(reader, 100.0F, SCORE_LENGTH_MS_MAX, &score->length_ms) &&
               (reader->at == reader->end || fail(reader, "expected nothing after the length"));
    }
    if (take(reader, "partials ")) {
        return read_partials(reader, score);
    }
    if (take(reader, "note ")) {
        return read_note(reader, score);
    }
    return fail(reader, "expected length_ms, partials, note or a # comment");
}

bool score_parse(const char *text, size_t bytes, struct score *score, char *reason) {
    struct score fresh = {.partials_count = 1, .partials = {{.ratio = 1.0F}}};
    struct reader reader = {.reason = reason};
    const char *end = text + bytes;
    for (const char *start = text; start < end;) {
        const char *newline = memchr(start, '\n', (size_t)(end - start));
        reader.at = start;
        reader.end = newline != NULL ? newline : end;
        start = newline != NULL ? newline + 1 : end;
        reader.line++;
        while (reader.end > reader.at && strchr(" \t\r", reader.end[-1]) != NULL &&
               reader.end[-1] != '\0') {
            reader.end--;
        }
        if (!read_line(&reader, &fresh)) {
            return false;
        }
    }
    if (fresh.length_ms <= 0.0F) {
        return fail(&reader, "expected a length_ms line");
    }
    if (fresh.notes_count == 0) {
        return fail(&reader, "expected a note");
    }
    *score = fresh;
    return true;
}

bool score_read(const char *path, struct score *score, char *reason) {
    char text[SCORE_BYTES_MAX + 1];
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(reason, REASON_BYTES, "%.80s: cannot be read: %.40s", path, strerror(errno));
        return false;
    }
    size_t bytes = fread(text, 1, sizeof text, file);
    fclose(file);
    if (bytes > SCORE_BYTES_MAX) {
        snprintf(reason, REASON_BYTES, "%.110s: larger than %d bytes", path, SCORE_BYTES_MAX);
        return false;
    }
    char words[REASON_BYTES];
    if (!score_parse(text, bytes, score, words)) {
        snprintf(reason, REASON_BYTES, "%.80s: %.78s", path, words);
        return false;
    }
    return true;
}
