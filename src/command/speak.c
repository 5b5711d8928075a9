/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hallcall speak: a call, a text or a chime, to the loudspeaker or into a WAV file.
 *
 * Both go the hall's own way: the phrases, the engine, the stream and the voice thread are those of
 * `run`, so what is heard here is what visitors will hear, and a file is that same stream written
 * down. So a site can judge a language, a rate or a chime before anything hangs on a wall.
 *
 * Considered and refused: SSML or raw engine options (they would make sounds that no hall can).
 */
#include "command/command.h"
#include "command/wiring.h"
#include "voice/recording.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* A person at a command line wants to hear the voice, however long it takes for its words. */
enum { WAIT_MS = 90000, PATIENCE_MS = 30000, LABEL_WIDTH = 12 };

struct speak_arguments {
    const char *hall, *lang, *counter, *text, *chime, *output;
    const char *ticket; /* NULL: none */
    bool explain;
};

struct speaking {
    struct config config;
    struct voice_options options;
    struct utterance utterance;
    struct script script;
};

static bool copy(char *out, size_t out_bytes, const char *text, const char *what) {
    size_t bytes = strlen(text) + 1;
    if (bytes > out_bytes) {
        (void)fprintf(stderr, "hallcall speak: the %s is longer than %zu bytes\n", what,
                      out_bytes - 1);
        return false;
    }
    memcpy(out, text, bytes);
    return true;
}

static bool choose_chime(const struct speak_arguments *arguments, enum chime *chime) {
    static const char *const names[CHIME_KINDS] = {"none", "call", "notice", "urgent", "brief"};
    *chime = arguments->ticket != NULL ? CHIME_CALL
             : arguments->text != NULL ? CHIME_NOTICE
                                       : CHIME_NONE;
    if (arguments->chime == NULL) {
        return true;
    }
    for (int i = 0; i < CHIME_KINDS; i++) {
        if (strcmp(arguments->chime, names[i]) == 0) {
            *chime = (enum chime)i;
            return true;
        }
    }
    (void)fprintf(stderr,
                  "hallcall speak: --chime: expected none, call, brief, notice or urgent\n");
    return false;
}

/* With its chime a call is brief as a whole. */
static void choose_words(struct utterance *utterance) {
    if (utterance->kind == UTTERANCE_CALL && utterance->chime == CHIME_BRIEF) {
        utterance->chime = CHIME_CALL;
        utterance->brisk = true;
    }
}

static bool choose_language(const struct hall *hall, const char *tag, struct utterance *utterance) {
    const struct language *language = tag != NULL ? hall_language(hall, tag) : &hall->languages[0];
    if (language == NULL) {
        (void)fprintf(stderr, "hallcall speak: --lang %s: not one of [hall] languages\n", tag);
        return false;
    }
    return copy(utterance->lang, sizeof utterance->lang, language->tag, "language tag");
}

static bool choose_hall(const struct halls *halls, const char *name, struct utterance *utterance) {
    utterance->from = name != NULL ? halls_find(halls, name) : 0;
    if (utterance->from == halls->count) {
        (void)fprintf(stderr, "hallcall speak: --hall %s: not one of [display] hall\n", name);
    }
    return utterance->from < halls->count;
}

/* What is to be said, as the announcer would put it. */
static bool make_utterance(struct speaking *speaking, const struct speak_arguments *arguments) {
    struct utterance *utterance = &speaking->utterance;
    *utterance = (struct utterance){.serial = 1};
    bool call = arguments->ticket != NULL;
    const char *counter = arguments->counter != NULL ? arguments->counter : "1";
    utterance->kind = call ? UTTERANCE_CALL : UTTERANCE_NOTICE;
    if (!choose_chime(arguments, &utterance->chime)) {
        return false;
    }
    choose_words(utterance);
    return choose_hall(&speaking->config.settings.display.halls, arguments->hall, utterance) &&
           choose_language(&speaking->config.hall, arguments->lang, utterance) &&
           copy(utterance->ticket, sizeof utterance->ticket, call ? arguments->ticket : "",
                "ticket") &&
           copy(utterance->counter, sizeof utterance->counter, call ? counter : "", "counter") &&
           copy(utterance->text, sizeof utterance->text, call ? "" : arguments->text, "text");
}

static bool make_script(struct speaking *speaking, const struct speak_arguments *arguments) {
    if (arguments->ticket == NULL && arguments->text == NULL) {
        speaking->script = (struct script){.serial = 1};
        return choose_chime(arguments, &speaking->script.chime);
    }
    if (!make_utterance(speaking, arguments)) {
        return false;
    }
    if (!phrase_make(&speaking->config.hall, &speaking->utterance, &speaking->script)) {
        (void)fprintf(stderr, "hallcall speak: nothing in that can be said\n");
        return false;
    }
    return true;
}

/* How many words a text of IPA, or of plain words, has: groups between blanks, but for the mark of
 * a change of voice "(en)". */
static size_t count_words(const char *text) {
    size_t count = 0;
    for (const char *at = text + strspn(text, " "); *at != '\0'; at += strspn(at, " ")) {
        count += *at != '(' ? 1 : 0;
        at += strcspn(at, " ");
    }
    return count;
}

static void explain_piece(const struct recording *recording, size_t index) {
    static const char *const roles[] = {"label",       "letters", "number",
                                        "destination", "counter", "text"};
    const struct player *player = &recording->player;
    const struct piece *piece = &player->stream.pieces[index];
    int at = player->segments[index];
    const struct segment *segment = at >= 0 ? &player->script.segments[at] : NULL;
    printf("%8.3f %8.3f %8d  %-*s %s", (double)piece->start / STREAM_RATE_HZ,
           (double)piece->clip.count / STREAM_RATE_HZ, segment != NULL ? segment->pause_ms : 0,
           LABEL_WIDTH, segment != NULL ? roles[segment->role] : "chime",
           segment == NULL         ? ""
           : recording->is_outside ? segment->written
                                   : segment->text);
    if (segment != NULL && !recording->is_outside) {
        printf("  /%s/", recording->phonemes[at]);
    }
    putchar('\n');
}

/* A line for each piece: when it begins, how long it lasts, the silence before it, its words and
 * its phonemes; then what a meter and a stopwatch say of the whole. */
static void explain(const struct recording *recording) {
    const struct player *player = &recording->player;
    const struct script *script = &player->script;
    struct recording_figures figures = recording_measure(recording);
    size_t words = 0;
    int64_t spoken = 0;
    if (recording->is_outside) {
        printf("voice of [voice %s]\n", script->lang);
    } else if (script->segments_count > 0) {
        printf("voice %s, rate %d\n", script->voice, script->rate);
    }
    if (recording->fallback[0] != '\0') {
        printf("in place of [voice %s]: %s\n", script->lang, recording->fallback);
    }
    printf("%8s %8s %8s  %-*s words /phonemes/\n", "at s", "lasts s", "pause ms", LABEL_WIDTH,
           "what");
    for (size_t i = 0; i < player->stream.count; i++) {
        explain_piece(recording, i);
        if (player->segments[i] >= 0) {
            int at = player->segments[i];
            words += count_words(recording->is_outside ? script->segments[at].written
                                                       : recording->phonemes[at]);
            spoken += (int64_t)player->stream.pieces[i].clip.count;
        }
    }
    printf("%8.3f s in all, %.1f LUFS, true peak %.1f dBTP\n",
           (double)player->stream.end / STREAM_RATE_HZ, figures.lufs, figures.peak_dbtp);
    if (words > 0) {
        printf("%zu words at %.1f LUFS, %.0f words a minute without the pauses\n", words,
               figures.words_lufs, (double)words * 60.0 * STREAM_RATE_HZ / (double)spoken);
    }
}

static bool save(const struct recording *recording, const char *path) {
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wbe");
    bool good = file != NULL && recording_save(recording, file);
    if (file == stdout) {
        good = fflush(stdout) == 0 && good;
    } else if (file != NULL) {
        good = fclose(file) == 0 && good;
    }
    if (!good) {
        (void)fprintf(stderr, "hallcall speak: %s: %s\n", path, strerror(errno));
    }
    return good;
}

/* Explains and writes the file. */
static bool record(const struct speaking *speaking, const struct speak_arguments *arguments) {
    struct recording *recording = malloc(sizeof *recording);
    char reason[REASON_BYTES] = "";
    if (recording == NULL) {
        return false;
    }
    bool good = recording_make(recording, &speaking->options, &speaking->script, reason);
    if (!good) {
        (void)fprintf(stderr, "hallcall speak: %s\n", reason);
    } else if (arguments->explain) {
        explain(recording);
    }
    if (good && arguments->output != NULL) {
        good = save(recording, arguments->output);
    }
    recording_finish(recording);
    free(recording);
    return good;
}

/* Waits for the script's final report. True when it was heard. */
static bool await_report(struct inbox *inbox) {
    struct pollfd waker = {.fd = inbox_fd(inbox), .events = POLLIN};
    while (poll(&waker, 1, WAIT_MS) > 0) {
        struct letter letter;
        while (inbox_take(inbox, &letter)) {
            switch (letter.kind == LETTER_VOICE ? letter.voice.kind : VOICE_WELL) {
            case VOICE_FINISHED:
                return true;
            case VOICE_HUSHED:
            case VOICE_FAILED:
            case VOICE_LOST:
                (void)fprintf(stderr, "hallcall speak: %s\n", letter.voice.reason);
                return false;
            default:
                break;
            }
        }
    }
    (void)fprintf(stderr, "hallcall speak: the sound device does not answer\n");
    return false;
}

static bool play(const struct speaking *speaking) {
    char reason[REASON_BYTES] = "not enough memory or descriptors";
    struct inbox *inbox = inbox_create();
    struct voice *voice = inbox != NULL ? voice_create(&speaking->options, inbox, reason) : NULL;
    bool good = false;
    if (voice == NULL) {
        (void)fprintf(stderr, "hallcall speak: %s\n", reason);
    } else {
        voice_speak(voice, &speaking->script);
        good = await_report(inbox);
    }
    voice_destroy(voice);
    inbox_destroy(inbox);
    return good;
}

static int speak(struct speaking *speaking, const struct speak_arguments *arguments) {
    wire_voice(&speaking->config.settings, &speaking->options);
    speaking->options.second_device[0] = '\0'; /* its device is asked for by name */
    for (size_t i = 0; i < speaking->options.outside.voices_count; i++) {
        speaking->options.outside.voices[i].limit_ms = PATIENCE_MS;
    }
    if (!make_script(speaking, arguments)) {
        return EXIT_USAGE;
    }
    bool good = true;
    if (arguments->explain || arguments->output != NULL) {
        good = record(speaking, arguments);
    }
    if (good && arguments->output == NULL) {
        good = play(speaking);
    }
    return good ? EXIT_OK : EXIT_RUNTIME;
}

/* One thing to say: a ticket, a text, or a chime alone. */
static bool arguments_valid(const struct speak_arguments *arguments, int operands) {
    bool ticket = arguments->ticket != NULL, text = arguments->text != NULL;
    if (operands > 1 || (ticket && text) || (!ticket && !text && arguments->chime == NULL)) {
        (void)fprintf(stderr, "hallcall speak: expected one TICKET, --text WORDS or --chime NAME\n"
                              "Try \"hallcall speak --help\".\n");
        return false;
    }
    return true;
}

static int speak_run(int argc, char **argv) {
    struct speak_arguments arguments = {0};
    const struct option_spec specs[] = {
        {"--hall", true, &arguments.hall, NULL},        {"--lang", true, &arguments.lang, NULL},
        {"--counter", true, &arguments.counter, NULL},  {"--text", true, &arguments.text, NULL},
        {"--chime", true, &arguments.chime, NULL},      {"--output", true, &arguments.output, NULL},
        {"--explain", false, NULL, &arguments.explain}, {.name = NULL},
    };
    struct common_options common;
    if (!options_parse(&command_speak, argc, argv, specs, &common)) {
        return common.code;
    }
    arguments.ticket = common.operands < argc ? argv[common.operands] : NULL;
    if (!arguments_valid(&arguments, argc - common.operands)) {
        return EXIT_USAGE;
    }
    struct speaking *speaking = calloc(1, sizeof *speaking);
    if (speaking == NULL) {
        return command_no_memory();
    }
    bool loaded = options_load(&common, &speaking->config);
    int code = common.code;
    if (loaded) {
        code = speak(speaking, &arguments);
    }
    free(speaking);
    return code;
}

const struct command command_speak = {
    .name = "speak",
    .summary = "say a call or a text, to the loudspeaker or into a file",
    .usage =
        "usage: hallcall speak TICKET [--counter ID] [--hall NAME] [--lang TAG] [--chime NAME]\n"
        "       hallcall speak --text WORDS [--lang TAG] [--chime NAME]\n"
        "       hallcall speak --chime NAME\n"
        "                      [--output FILE.wav] [--explain]\n"
        "                      [--config FILE] [--set section.key=value ...]\n"
        "\n"
        "Says it as a hall would, on the loudspeaker of [audio] device.\n"
        "\n"
        "  --counter ID   where the ticket is called to (default 1)\n"
        "  --hall NAME    as of this hall, where the display shows several (default: its first)\n"
        "  --lang TAG     one of the hall's languages (default: the first)\n"
        "  --text WORDS   a text as of a notice, in place of a ticket\n"
        "  --chime NAME   none, call, brief, notice or urgent; alone: only the chime;\n"
        "                 brief: the call as it is said while many wait\n"
        "  --output FILE  write 48 kHz stereo WAV in place of playing; - is standard output\n"
        "  --explain      print each part with its words, phonemes, pause and length, and\n"
        "                 loudness, peak and speed of the whole\n"
        "\n"
        "Example: hallcall speak A107 --counter 4 --explain --output a107.wav\n",
    .run = speak_run,
};
