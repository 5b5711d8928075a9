/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bank of recorded clips.
 *
 * The manifest goes from the file to what is heard in it, so that a phrase may be as long as it is
 * and a folder can be read aloud beside its list. All files are read once when the hall starts, so
 * that a broken one is told then and not in front of visitors; that may take seconds, so it is a
 * step of its own. After that they are read when they
 * are needed, from memory that the kernel keeps for them, some 5 ms a call.
 *
 * Considered and refused: all clips in our own memory (a full bank is 20 MB); file names that say
 * what is in them (a phrase is no file name, and small and capital letters are one on some disks).
 */
#include "voice/bank.h"

#include "config/ini.h"
#include "core/utf8.h"
#include "voice/level.h"
#include "voice/soundfile.h"

#include <stdlib.h>
#include <string.h>

enum {
    GUARD_MS = 10,         /* left of a clip's own silence; speech.md, "Clip bank" */
    LETTER_PAUSE_MS = 120, /* between two letters: as between counter and noun (phrase.c) */
    TOKEN_PAUSE_MS = 60    /* between two others */
};

struct bank_clip {
    char kind;
    char text[BANK_TEXT_BYTES];
    char file[INI_NAME_BYTES];
    int line; /* of the manifest */
};

struct bank {
    char folder[256];
    char manifest[512];
    int rate_hz;
    size_t count, room;
    struct bank_clip *clips;
};

/* A manifest being read. */
struct reading {
    struct bank *bank;
    struct ini ini;
    struct diagnostics *diagnostics;
};

static void tell(struct reading *reading, const struct ini_entry *entry, const char *words) {
    const char *key = entry->key[0] != '\0' ? entry->key : NULL;
    diagnostics_add(reading->diagnostics, reading->ini.path, entry->line, entry->section, key,
                    key != NULL ? entry->value : NULL, "%s", words);
}

static const struct bank_clip *find(const struct bank *bank, char kind, const char *text) {
    for (size_t i = 0; i < bank->count; i++) {
        if (bank->clips[i].kind == kind && strcmp(bank->clips[i].text, text) == 0) {
            return &bank->clips[i];
        }
    }
    return NULL;
}

static void add_clip(struct reading *reading, const struct ini_entry *entry, char kind,
                     const char *text) {
    struct bank *bank = reading->bank;
    if (entry->key[0] == '/' || strstr(entry->key, "..") != NULL) {
        tell(reading, entry, "expected a file in the same folder");
        return;
    }
    if (find(bank, kind, text) != NULL) {
        tell(reading, entry, "expected no other file of the same words");
        return;
    }
    if (bank->count == bank->room) {
        size_t room = bank->room == 0 ? 256 : bank->room * 2;
        struct bank_clip *grown = realloc(bank->clips, room * sizeof *grown);
        if (grown == NULL) {
            tell(reading, entry, "not enough memory");
            return;
        }
        bank->clips = grown;
        bank->room = room;
    }
    struct bank_clip *clip = &bank->clips[bank->count++];
    memset(clip, 0, sizeof *clip);
    clip->kind = kind;
    clip->line = entry->line;
    snprintf(clip->text, sizeof clip->text, "%s", text);
    snprintf(clip->file, sizeof clip->file, "%s", entry->key);
}

static void read_letters(struct reading *reading, const struct ini_entry *entry) {
    uint32_t codepoint;
    size_t bytes;
    for (const char *at = entry->value; *at != '\0'; at += bytes) {
        char letter[8] = "";
        bytes = utf8_read(at, &codepoint);
        if (bytes == 0 || (at[bytes] != ' ' && at[bytes] != '\0')) {
            tell(reading, entry, "expected letters with blanks between them");
            return;
        }
        memcpy(letter, at, bytes);
        add_clip(reading, entry, CLIP_LETTER, letter);
        bytes += strspn(at + bytes, " ");
    }
}

static void read_number(struct reading *reading, const struct ini_entry *entry) {
    size_t digits = strspn(entry->value, "0123456789");
    const char *after = entry->value + digits;
    bool plain = digits > 0 && digits <= 4 && (entry->value[0] != '0' || digits == 1);
    bool marked = *after == '\0' || strcmp(after, ".") == 0 || strcmp(after, "+") == 0;
    if ((!plain || !marked) && strcmp(entry->value, CLIP_OH) != 0) {
        tell(reading, entry,
             "expected a number from 0 to 9999, perhaps with \".\" or \"+\", or oh");
        return;
    }
    add_clip(reading, entry, CLIP_NUMBER, entry->value);
}

static void read_phrase(struct reading *reading, const struct ini_entry *entry) {
    char token[BANK_TEXT_BYTES];
    struct words words = words_start(token, sizeof token);
    if (!clips_phrase(entry->value, &words) || words.bytes == 0) {
        tell(reading, entry, "expected 1 to 250 bytes of words");
        return;
    }
    token[words.bytes - 1] = '\0';
    add_clip(reading, entry, CLIP_PHRASE, token + 1);
}

static void read_entry(struct reading *reading, const struct ini_entry *entry) {
    static const struct {
        const char *section;
        void (*read)(struct reading *, const struct ini_entry *);
    } readers[] = {{"letters", read_letters}, {"numbers", read_number}, {"phrases", read_phrase}};
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        if (strcmp(entry->section, readers[i].section) == 0) {
            if (entry->key[0] != '\0') {
                readers[i].read(reading, entry);
            }
            return;
        }
    }
    static const char *const keys[] = {"", "language", "speaker", "licence"};
    bool known = strcmp(entry->section, "voice") == 0;
    for (size_t i = 0; known && i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(entry->key, keys[i]) == 0) {
            return;
        }
    }
    tell(reading, entry,
         known ? "unknown key; expected language, speaker or licence"
               : "unknown section; expected voice, letters, numbers or phrases");
}

/* Who speaks and under which terms belongs to a recording of a person. */
static void check_voice(struct reading *reading, const char *tag) {
    static const char *const keys[] = {"language", "speaker", "licence"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct ini_entry *entry = ini_find(&reading->ini, "voice", keys[i]);
        if (entry == NULL || entry->value[0] == '\0') {
            diagnostics_add(reading->diagnostics, reading->ini.path, 0, "voice", keys[i], NULL,
                            "expected this key; it is missing");
        } else if (i == 0 && strcmp(entry->value, tag) != 0) {
            tell(reading, entry, "expected the language that the folder is configured for");
        }
    }
}

struct bank *bank_create(const char *folder, const char *tag, struct diagnostics *diagnostics) {
    size_t faults_before = diagnostics->count;
    struct bank *bank = calloc(1, sizeof *bank);
    if (bank == NULL) {
        diagnostics_add(diagnostics, folder, 0, NULL, NULL, NULL, "not enough memory");
        return NULL;
    }
    snprintf(bank->folder, sizeof bank->folder, "%s", folder);
    snprintf(bank->manifest, sizeof bank->manifest, "%s/clips.ini", bank->folder);
    struct reading reading = {.bank = bank, .diagnostics = diagnostics};
    if (ini_read(&reading.ini, bank->manifest, diagnostics)) {
        check_voice(&reading, tag);
    }
    for (size_t i = 0; i < reading.ini.count; i++) {
        read_entry(&reading, &reading.ini.entries[i]);
    }
    ini_finish(&reading.ini);
    if (diagnostics->count != faults_before) {
        bank_destroy(bank);
        return NULL;
    }
    return bank;
}

/* What is wrong with a clip's file, or NULL. reason is room for it. */
static const char *clip_error(struct bank *bank, const struct bank_clip *clip, char *reason) {
    char path[512];
    struct sound sound = {0};
    snprintf(path, sizeof path, "%s/%s", bank->folder, clip->file);
    if (!soundfile_read(path, &sound, reason)) {
        return reason;
    }
    size_t begin, end;
    level_trim(sound.samples, sound.count, 0, &begin, &end);
    bool same_rate = bank->rate_hz == 0 || bank->rate_hz == sound.rate_hz;
    bank->rate_hz = bank->rate_hz == 0 ? sound.rate_hz : bank->rate_hz;
    sound_finish(&sound);
    if (!same_rate) {
        return "expected the sample rate of the files before it";
    }
    return begin < end ? NULL : "expected a file that is not silent";
}

bool bank_prove(struct bank *bank, struct diagnostics *diagnostics) {
    size_t faults_before = diagnostics->count;
    for (size_t i = 0; i < bank->count; i++) {
        char reason[REASON_BYTES];
        const char *error = clip_error(bank, &bank->clips[i], reason);
        if (error != NULL) {
            diagnostics_add(diagnostics, bank->manifest, bank->clips[i].line, NULL,
                            bank->clips[i].file, bank->clips[i].text, "%s", error);
        }
    }
    return diagnostics->count == faults_before;
}

void bank_destroy(struct bank *bank) {
    if (bank != NULL) {
        free(bank->clips);
        free(bank);
    }
}

size_t bank_clips(const struct bank *bank) {
    return bank->count;
}

bool bank_can_say(const struct segment *segment) {
    return segment->clips[0] != '\0';
}

/* One part: the clip with the mark where there is one, else the plain clip. */
static void fill_part(const struct bank *bank, struct bank_part *part, char kind, char mark) {
    char marked[BANK_TEXT_BYTES + 2];
    part->kind = kind;
    part->clip = NULL;
    if (kind == CLIP_NUMBER && mark != '\0') {
        snprintf(marked, sizeof marked, "%s%c", part->text, mark);
        part->clip = find(bank, kind, marked);
    }
    if (part->clip == NULL) {
        part->clip = find(bank, kind, part->text);
    }
}

/* A number that has no clip of its own: "1107" from "1000", "100" and "7". */
static size_t split_number(const struct bank *bank, unsigned value, bool last,
                           struct bank_part parts[BANK_PARTS_MAX]) {
    size_t count = 0;
    for (unsigned place = 1000; value > 0; place = place == 1000 ? 100 : 1) {
        unsigned head = value / place * place;
        value -= head;
        if (head > 0) {
            snprintf(parts[count].text, sizeof parts[count].text, "%u", head);
            fill_part(bank, &parts[count], CLIP_NUMBER, value > 0 ? '+' : last ? '.' : '\0');
            count++;
        }
    }
    return count;
}

size_t bank_parts(const struct bank *bank, const struct clip_token *token, bool last,
                  struct bank_part parts[BANK_PARTS_MAX]) {
    snprintf(parts[0].text, sizeof parts[0].text, "%.*s", (int)token->bytes, token->text);
    fill_part(bank, &parts[0], token->kind, last ? '.' : '\0');
    bool number = token->kind == CLIP_NUMBER && token->bytes <= 4 && parts[0].text[0] != 'o';
    if (parts[0].clip == NULL && number && token->bytes > 2) {
        return split_number(bank, (unsigned)strtoul(parts[0].text, NULL, 10), last, parts);
    }
    return 1;
}

/* Appends a clip without the silence at its ends. */
static bool append_clip(const struct bank *bank, const struct bank_part *part, struct sound *sound,
                        char *reason) {
    struct sound clip = {0};
    char path[512];
    if (part->clip == NULL) {
        snprintf(reason, REASON_BYTES, "no clip of \"%.100s\"", part->text);
        return false;
    }
    snprintf(path, sizeof path, "%s/%s", bank->folder, part->clip->file);
    if (!soundfile_read(path, &clip, reason) || clip.rate_hz != bank->rate_hz) {
        sound_finish(&clip);
        snprintf(reason, REASON_BYTES, "the clip %s cannot be read any more", part->clip->file);
        return false;
    }
    size_t begin, end;
    level_trim(clip.samples, clip.count, (size_t)(clip.rate_hz * GUARD_MS / 1000), &begin, &end);
    bool good = sound_append(sound, clip.samples + begin, end - begin);
    if (!good) {
        snprintf(reason, REASON_BYTES, "the clips of one segment are too long");
    }
    sound_finish(&clip);
    return good;
}

static bool append_pause(const struct bank *bank, char before, char kind, struct sound *sound) {
    bool letters = before == CLIP_LETTER && kind == CLIP_LETTER;
    int pause_ms = before == '\0' ? 0 : letters ? LETTER_PAUSE_MS : TOKEN_PAUSE_MS;
    return sound_append(sound, NULL, (size_t)(bank->rate_hz * pause_ms / 1000));
}

bool bank_say(const struct bank *bank, const struct segment *segment, struct sound *sound,
              char *reason) {
    struct clip_token token;
    const char *at = segment->clips;
    size_t bytes = strlen(segment->written);
    bool falls = bytes > 0 && strchr(".!?", segment->written[bytes - 1]) != NULL;
    char before = '\0';
    sound->rate_hz = bank->rate_hz;
    while (clips_next(&at, &token)) {
        struct bank_part parts[BANK_PARTS_MAX];
        size_t count = bank_parts(bank, &token, falls && *at == '\0', parts);
        bool good = append_pause(bank, before, token.kind, sound);
        for (size_t i = 0; i < count && good; i++) {
            good = append_clip(bank, &parts[i], sound, reason);
        }
        if (!good) {
            sound_finish(sound);
            return false;
        }
        before = token.kind;
    }
    return true;
}
