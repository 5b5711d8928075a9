/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a language says of calls, for the programs beside this one: `spoken LANGUAGE.ini < calls`.
 *
 * Reads "ticket<TAB>counter" lines and answers each with one line per segment, as the hall's own
 * phrases, engine and player make them: role, silence before it in ms, length in ms, words, IPA;
 * then an empty line. A call that cannot be said ends the program with 1 and the reason.
 *
 * --codes leaves out the label, the destination, resampling and levelling (the lengths are then
 * those of the raw speech), which is ten times faster: tens of thousands of numbers. --fresh N
 * gives the engine a new child after N calls: it is not always the same in a process that has
 * spoken before. --brief has the calls said as while many wait.
 *
 * Considered and refused: libespeak-ng from Python (the template, the letters' names and the digit
 * styles would be written a second time).
 */
#include "config/language_file.h"
#include "system/clock.h"
#include "voice/player.h"
#include "voice/protocol.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 256, WAIT_MS_MAX = 100 };

static const char *const roles[] = {"label", "letters", "number", "destination", "counter", "text"};

static struct hall hall;
static bool brief;
static struct source *source;
static const struct outside_options no_others;
static struct clip chimes[CHIME_KINDS];
static char phonemes[SEGMENTS_MAX][PHONEMES_BYTES];
static int64_t lasts_ms[SEGMENTS_MAX];

static void fail(const char *what, const char *why) {
    (void)fprintf(stderr, "spoken: %s: %s\n", what, why);
    exit(1);
}

static void wait_for_engine(void) {
    int fds[SOURCE_FDS];
    source_fds(source, fds);
    struct pollfd waker = {.fd = fds[0], .events = POLLIN};
    (void)poll(&waker, 1, WAIT_MS_MAX);
}

/* Through the player, as the hall hears it. */
static void say(const struct script *script) {
    static struct player player;
    player_init(&player, source, chimes, 1.0F);
    (void)player_begin(&player, script, 0, clock_mono_us());
    while (!player_complete(&player)) {
        size_t taken = player.taken;
        (void)player_turn(&player, 0, clock_mono_us());
        if (player.taken > taken) {
            memcpy(phonemes[taken], source_phonemes(source), PHONEMES_BYTES);
        }
        if (!player_complete(&player)) {
            wait_for_engine();
        }
    }
    if (player.words_failed) {
        fail(script->voice, player.reason);
    }
    for (size_t i = 0; i < player.stream.count; i++) {
        if (player.segments[i] >= 0) {
            lasts_ms[player.segments[i]] =
                (int64_t)player.stream.pieces[i].clip.count * 1000 / STREAM_RATE_HZ;
        }
    }
    player_finish(&player);
    memset(&player, 0, sizeof player);
}

static bool is_code(const struct segment *segment) {
    return segment->role == SEGMENT_LETTERS || segment->role == SEGMENT_NUMBER ||
           segment->role == SEGMENT_COUNTER;
}

/* The engine alone, for letters, numbers and the counter. */
static void ask(const struct script *script) {
    for (size_t i = 0; i < script->segments_count; i++) {
        enum engine_state state;
        if (!is_code(&script->segments[i])) {
            continue;
        }
        source_ask(source, script, i, clock_mono_us());
        while ((state = source_turn(source, clock_mono_us())) == ENGINE_BUSY) {
            wait_for_engine();
        }
        if (state != ENGINE_DONE) {
            fail(script->segments[i].text, source_reason(source));
        }
        struct speech speech = source_speech(source);
        lasts_ms[i] = speech.rate_hz > 0 ? (int64_t)speech.count * 1000 / speech.rate_hz : 0;
        memcpy(phonemes[i], source_phonemes(source), PHONEMES_BYTES);
    }
}

static void print_segments(const struct script *script, bool whole) {
    for (size_t i = 0; i < script->segments_count; i++) {
        const struct segment *segment = &script->segments[i];
        if (!whole && !is_code(segment)) {
            continue;
        }
        printf("%s\t%d\t%lld\t%s\t%s\n", roles[segment->role], segment->pause_ms,
               (long long)lasts_ms[i], segment->text, phonemes[i]);
    }
    putchar('\n');
}

static void answer(char *line, bool whole) {
    struct utterance utterance = {.serial = 1, .kind = UTTERANCE_CALL, .brisk = brief};
    struct script script;
    char *counter = strchr(line, '\t');
    line[strcspn(line, "\n")] = '\0';
    if (counter == NULL) {
        fail(line, "expected a ticket, a tabulator and a counter");
    }
    *counter++ = '\0';
    memcpy(utterance.lang, hall.languages[0].tag, sizeof utterance.lang);
    if (strlen(line) >= sizeof utterance.ticket || strlen(counter) >= sizeof utterance.counter) {
        fail(line, "too long");
    }
    memcpy(utterance.ticket, line, strlen(line) + 1);
    memcpy(utterance.counter, counter, strlen(counter) + 1);
    if (!phrase_make(&hall, &utterance, &script)) {
        fail(line, "nothing would be said");
    }
    (whole ? say : ask)(&script);
    print_segments(&script, whole);
}

static void read_language(const char *path) {
    static struct diagnostics diagnostics;
    char tag[LANG_BYTES] = "";
    const char *name = strrchr(path, '/');
    name = name != NULL ? name + 1 : path;
    size_t bytes = strcspn(name, ".");
    memcpy(tag, name, bytes < sizeof tag ? bytes : sizeof tag - 1);
    hall.languages_count = 1;
    if (!language_file_read(path, tag, &hall.languages[0], &diagnostics)) {
        fail(path, diagnostics.lines[0]);
    }
}

int main(int argc, char **argv) {
    bool whole = true;
    long fresh = 0, said = 0;
    const char *build = getenv("HALLCALL_BUILD");
    char path[512], line[LINE_BYTES];
    snprintf(path, sizeof path, "%s/hallcall", build != NULL ? build : "build");
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--codes") == 0) {
            whole = false;
        } else if (strcmp(argv[i], "--brief") == 0) {
            brief = true;
        } else if (strcmp(argv[i], "--fresh") == 0 && i + 1 < argc) {
            fresh = strtol(argv[++i], NULL, 10);
        } else {
            read_language(argv[i]);
        }
    }
    source = source_create(path, &no_others);
    while (source != NULL && fgets(line, sizeof line, stdin) != NULL) {
        if (fresh > 0 && said > 0 && said % fresh == 0) {
            source_destroy(source);
            source = source_create(path, &no_others);
        }
        answer(line, whole);
        said++;
    }
    source_destroy(source);
    return source != NULL && fflush(stdout) == 0 ? 0 : 1;
}
