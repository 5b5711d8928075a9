/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The voice (voice/voice.h) in virtual time: it takes a script, and reports as the real one does,
 * unless a fault makes it slow, fail, fall silent, end early, or report for what is long over.
 *
 * One script at a time; a second one while the first is being said and was not hushed is the very
 * thing that must never happen ("talked over"), and is told to the oracle.
 */
#include "actors.h"
#include "chance.h"
#include "marks.h"
#include "oracle.h"
#include "voice/voice.h"

#include <stdio.h>
#include <string.h>

struct voice {
    struct inbox *inbox;
};

static struct {
    struct voice voice;
    bool running, lost;
    uint32_t serial; /* being said; 0: nothing */
    bool hushed;     /* its end was asked for */
    bool hangs;      /* and will not come */
    int64_t spoken_ms;
    uint64_t chance;
} state;

void voice_reset(void) {
    memset(&state, 0, sizeof state);
    state.chance = chance_mix(world.plan.seed, 31, 0);
}

static int64_t draw(int64_t low, int64_t high) {
    return chance_between(&state.chance, low, high);
}

static bool strikes(enum fault fault) {
    unsigned percent = plan_fault(&world.plan, fault, world.now_ms);
    return percent > 0 && chance_hits(&state.chance, percent);
}

static void report(enum voice_report_kind kind, uint32_t serial) {
    struct letter letter = {.kind = LETTER_VOICE, .at_us = world_mono() * 1000};
    letter.voice.kind = kind;
    letter.voice.serial = serial;
    letter.voice.at_us = letter.at_us;
    if (kind == VOICE_LOST || kind == VOICE_FAILED) {
        snprintf(letter.voice.reason, sizeof letter.voice.reason, "the loudspeaker is gone");
    }
    inbox_put(state.voice.inbox, &letter);
}

/* The end of a script: exactly one, and only while it is the current one. */
static void conclude(enum voice_report_kind kind, uint32_t serial) {
    if (serial == state.serial) {
        state.serial = 0;
        report(kind, serial);
    }
}

static void lose(void) {
    if (!state.running || state.lost) {
        return;
    }
    state.lost = true;
    report(VOICE_LOST, 0);
    if (state.serial != 0 && !state.hangs) {
        mark(MARK_VOICE_LOST_SPEAKING);
        conclude(VOICE_FAILED, state.serial);
    }
}

/* The device is tried again and again until it opens. */
static void check_device(void) {
    if (!state.running) {
        return;
    }
    if (plan_fault(&world.plan, FAULT_VOICE_LOST, world.now_ms) > 0) {
        lose();
        world_schedule(plan_fault_end(&world.plan, FAULT_VOICE_LOST, world.now_ms) + draw(0, 4000),
                       HAPPEN_VOICE_CHECK, 0, 0);
    } else if (state.lost) {
        state.lost = false;
        report(VOICE_WELL, 0);
    }
}

void voice_fault(const struct item *item) {
    if (item->fault == FAULT_VOICE_LOST) {
        check_device();
    }
}

/* a holds the kind, and the incarnation that asked. */
static int64_t kind_now(enum voice_report_kind kind) {
    return (int64_t)world.incarnation * 16 + (int64_t)kind;
}

static void report_at(int64_t at_ms, enum voice_report_kind kind, uint32_t serial) {
    world_schedule(at_ms, HAPPEN_VOICE, kind_now(kind), serial);
}

void voice_happen(enum happening what, int64_t a, int64_t b) {
    enum voice_report_kind kind = (enum voice_report_kind)(a % 16);
    uint32_t serial = (uint32_t)b;
    if (what == HAPPEN_VOICE_CHECK) {
        check_device();
        return;
    }
    if (!state.running || a / 16 != world.incarnation) {
        return;
    }
    if (kind == VOICE_WELL) {
        if (!state.lost) {
            report(kind, 0);
        }
    } else if (kind == VOICE_STARTED) {
        if (serial == state.serial) {
            report(kind, serial);
        }
    } else if (serial != state.serial) {
        if (kind == VOICE_SEGMENT) { /* stands for a report of an utterance long over */
            mark(MARK_OLD_REPORT);
            report(draw(0, 1) == 0 ? VOICE_FINISHED : VOICE_FAILED, serial);
        }
    } else if (kind != VOICE_SEGMENT) {
        conclude(kind, serial);
    }
}

static void begin(uint32_t serial) {
    int64_t now_ms = world.now_ms;
    int64_t lasts_ms = draw(1800, 4500);
    state.serial = serial;
    state.hushed = false;
    state.hangs = false;
    state.spoken_ms = now_ms;
    if (state.lost) {
        report_at(now_ms + 1, VOICE_FAILED, serial);
        return;
    }
    if (strikes(FAULT_VOICE_HANGS)) {
        state.hangs = true;
        world_tell("voice: will hang");
        return;
    }
    if (strikes(FAULT_VOICE_FAILS)) {
        report_at(now_ms + draw(1, 1500), VOICE_FAILED, serial);
        return;
    }
    lasts_ms = strikes(FAULT_VOICE_SLOW) ? lasts_ms * draw(2, 5) : lasts_ms;
    lasts_ms = strikes(FAULT_VOICE_EARLY) ? draw(20, 200) : lasts_ms;
    report_at(now_ms + draw(10, 40), VOICE_STARTED, serial);
    report_at(now_ms + lasts_ms, VOICE_FINISHED, serial);
    if (serial > 1 && strikes(FAULT_VOICE_OLD)) {
        uint32_t old = serial > 3 ? serial - (uint32_t)draw(1, 3) : 1;
        report_at(now_ms + draw(0, lasts_ms), VOICE_SEGMENT, old);
    }
}

void voice_speak(struct voice *voice, const struct script *script) {
    (void)voice;
    if (world_struck()) {
        return;
    }
    bool hung = state.hangs && world.now_ms >= state.spoken_ms + 60000;
    if (state.serial != 0 && !state.hushed && !hung) {
        world_fail("talked over", "utterance %u was handed out while %u was being said",
                   script->serial, state.serial);
    }
    oracle_spoken(script->serial);
    begin(script->serial);
    world_spoke();
}

void voice_hush(struct voice *voice) {
    (void)voice;
    if (world_struck()) {
        return;
    }
    oracle_hushed();
    state.hushed = true;
    if (state.serial != 0 && !state.hangs) {
        report_at(world.now_ms + draw(1, 100), VOICE_HUSHED, state.serial);
    } else if (state.serial != 0 && draw(0, 1) == 0) {
        report_at(world.now_ms + draw(100, 90000), VOICE_HUSHED, state.serial);
    }
}

void voice_set_volume(struct voice *voice, int percent) {
    (void)voice;
    (void)percent;
}

void voice_wake(struct voice *voice, int lead_in_ms) {
    (void)voice;
    oracle_woken(lead_in_ms);
    if (state.serial != 0 && !state.hushed && !state.hangs) {
        world_fail("talked over", "a lead-in while utterance %u was being said", state.serial);
    }
}

void voice_rest(struct voice *voice, bool rest) {
    (void)voice;
    if (rest && state.serial != 0 && !state.hushed && !state.hangs) {
        world_fail("the voice rests", "it was to rest while utterance %u was being said",
                   state.serial);
    }
}

void voice_gone(void) {
    state.running = false;
    state.serial = 0;
}

struct voice *voice_create(const struct voice_options *options, struct inbox *inbox, char *reason) {
    (void)options;
    (void)reason;
    state.running = true;
    state.lost = false;
    state.serial = 0;
    state.hangs = false;
    state.voice.inbox = inbox;
    if (plan_fault(&world.plan, FAULT_VOICE_LOST, world.now_ms) > 0) {
        world_schedule(world.now_ms + draw(1, 200), HAPPEN_VOICE_CHECK, 0, 0);
    } else {
        report_at(world.now_ms + draw(1, 300), VOICE_WELL, 0);
    }
    return &state.voice;
}

void voice_destroy(struct voice *voice) {
    (void)voice;
}

int64_t voice_alive_us(const struct voice *voice) {
    (void)voice;
    return world_mono() * 1000;
}
