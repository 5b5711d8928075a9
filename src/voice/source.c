/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a script's words come from.
 *
 * Considered and refused: asking both voices and taking what comes first (eSpeak NG always would);
 * falling back by the word (two voices in one call, and the one that is missing is the number).
 */
#include "voice/source.h"

#include "system/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct source {
    struct engine *engine;
    struct outside *outside;
    const struct script *script; /* borrowed */
    size_t segment;
    bool is_outside; /* another voice speaks this script */
    bool asked;      /* of it, a segment that was not taken yet */
    bool ready;      /* and the answer is there */
    char fallback[REASON_BYTES];
};

struct source *source_create(const char *engine_path, const struct outside_options *options) {
    struct source *source = calloc(1, sizeof *source);
    if (source == NULL) {
        return NULL;
    }
    source->engine = engine_create(engine_path);
    source->outside = outside_create(options);
    if (source->engine == NULL || source->outside == NULL) {
        source_destroy(source);
        return NULL;
    }
    return source;
}

void source_destroy(struct source *source) {
    if (source != NULL) {
        engine_destroy(source->engine);
        outside_destroy(source->outside);
        free(source);
    }
}

void source_ask(struct source *source, const struct script *script, size_t segment,
                int64_t now_us) {
    source->script = script;
    source->segment = segment;
    if (segment == 0) {
        source->fallback[0] = '\0';
        source->is_outside = outside_ask(source->outside, script, now_us);
    }
    source->asked = source->is_outside;
    source->ready = source->is_outside && segment > 0;
    if (!source->is_outside) {
        engine_ask(source->engine, script, segment, now_us);
    }
}

void source_forget(struct source *source) {
    engine_forget(source->engine);
    outside_forget(source->outside);
    source->script = NULL;
    source->is_outside = source->asked = source->ready = false;
}

enum engine_state source_turn(struct source *source, int64_t now_us) {
    enum engine_state engine = engine_turn(source->engine, now_us);
    if (!source->is_outside) {
        return engine;
    }
    enum engine_state state = outside_turn(source->outside, now_us);
    if (state == ENGINE_FAILED) {
        snprintf(source->fallback, sizeof source->fallback, "%s", outside_reason(source->outside));
        log_line(LOG_INFO, "voice", "serial=%u lang=%s is spoken by eSpeak NG: %s",
                 source->script->serial, source->script->lang, source->fallback);
        source->is_outside = source->asked = false;
        engine_ask(source->engine, source->script, source->segment, now_us);
        return engine_turn(source->engine, now_us);
    }
    source->ready = source->asked && state == ENGINE_DONE;
    return state;
}

struct speech source_speech(struct source *source) {
    source->asked = source->ready = false;
    return source->is_outside ? outside_speech(source->outside, source->segment)
                              : engine_speech(source->engine);
}

const char *source_phonemes(const struct source *source) {
    return source->is_outside ? "" : engine_phonemes(source->engine);
}

const char *source_reason(const struct source *source) {
    return engine_reason(source->engine);
}

const char *source_fallback(const struct source *source) {
    return source->fallback;
}

bool source_is_outside(const struct source *source) {
    return source->is_outside;
}

void source_fds(const struct source *source, int fds[SOURCE_FDS]) {
    fds[0] = engine_fd(source->engine);
    fds[1] = outside_fd(source->outside);
}

int64_t source_deadline_us(const struct source *source) {
    int64_t engine_us = engine_deadline_us(source->engine);
    int64_t outside_us = source->ready ? 0 : outside_deadline_us(source->outside);
    return outside_us < engine_us ? outside_us : engine_us;
}

bool source_news(struct source *source, struct speaker *speaker) {
    return outside_news(source->outside, speaker);
}
