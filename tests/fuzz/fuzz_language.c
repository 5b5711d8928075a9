/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a language file; one that is accepted can be spoken.
 */
#include "config/language_file.h"
#include "core/phrase.h"
#include "core/utf8.h"
#include "system/check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every bracket of phonemes that opens closes. */
static void check_brackets(const char *text) {
    const char *open = strstr(text, "[[");
    while (open != NULL) {
        const char *close = strstr(open, "]]");
        CHECK(close != NULL);
        open = strstr(close, "[[");
    }
}

static void check_speech(const struct language *language) {
    static struct hall hall;
    static struct script script;
    static const char *const tickets[] = {"A107", "1042", "ÄЖ-7", "12345678", "3B"};
    hall.languages[0] = *language;
    hall.languages_count = 1;
    for (size_t i = 0; i < sizeof tickets / sizeof tickets[0]; i++) {
        struct utterance utterance = {.serial = 1,
                                      .kind = i % 2 ? UTTERANCE_CALL : UTTERANCE_RECALL};
        memcpy(utterance.lang, language->tag, sizeof utterance.lang);
        memcpy(utterance.ticket, tickets[i], strlen(tickets[i]) + 1);
        memcpy(utterance.counter, "12", 3);
        hall.noun = (enum noun)(i % NOUN_KINDS);
        CHECK(phrase_make(&hall, &utterance, &script));
        CHECK(script.segments_count > 0 && script.segments_count <= SEGMENTS_MAX);
        for (size_t j = 0; j < script.segments_count; j++) {
            CHECK(utf8_valid(script.segments[j].text));
            check_brackets(script.segments[j].text);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct diagnostics diagnostics;
    static struct language language;
    memset(&diagnostics, 0, sizeof diagnostics);
    memset(&language, 0, sizeof language);
    FILE *stream = fmemopen((void *)(uintptr_t)data, size, "r");
    if (stream == NULL) {
        return 0;
    }
    bool good = language_file_read_stream(stream, "fuzz.ini", "en", &language, &diagnostics);
    fclose(stream);
    CHECK(good == (diagnostics.count == 0));
    if (!good) {
        CHECK(language.tag[0] == '\0');
        return 0;
    }
    CHECK(language.letters_count <= LETTERS_MAX);
    check_speech(&language);
    return 0;
}
