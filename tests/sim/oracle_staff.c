/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The oracle as the hall's staff: what they are told against what is wrong.
 *
 * They are told twice: by the status message, while the broker can be reached, and by the line that
 * the service manager shows. A claim of either may differ from what the hall has been told by its
 * parts for five seconds, plus what a stalled display takes. Between well and broken there is
 * "either": an utterance that failed once proves nothing.
 */
#include "actors.h"
#include "command/manager.h"
#include "marks.h"
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOLD_WITHIN_MS = 5000,
    LAG_MS = 30000,         /* voice_lag_s as it is by default */
    LAG_COARSE_MS = 100,    /* of the figure in the status */
    NOBODY_WAITS_MS = 20000 /* a voice that has been free for so long has nobody waiting */
};

enum claim { CLAIM_VOICE, CLAIM_BEHIND, CLAIM_JOURNAL, CLAIM_LINK, CLAIM_KINDS };
enum channel { CHANNEL_STATUS, CHANNEL_LINE, CHANNEL_KINDS };

static const char *const claim_names[CLAIM_KINDS] = {
    [CLAIM_VOICE] = "the voice",
    [CLAIM_BEHIND] = "the voice's lag",
    [CLAIM_JOURNAL] = "the journal",
    [CLAIM_LINK] = "the link",
};

static struct {
    enum trouble voice;
    unsigned failures; /* of one utterance in a row */
    size_t failed_from;
    char failed_id[ID_BYTES], failed_lang[LANG_BYTES];
    bool published;
    bool said[CHANNEL_KINDS][CLAIM_KINDS];        /* that it is not well */
    int64_t wrong_ms[CHANNEL_KINDS][CLAIM_KINDS]; /* the claim is wrong since then; -1 */
    bool behind_seen;
    uint64_t turns; /* when the line was read last */
} staff;

void oracle_staff_started(void) {
    memset(&staff, 0, sizeof staff);
    memset(staff.wrong_ms, 0xFF, sizeof staff.wrong_ms);
    staff.voice = TROUBLE_UNSURE;
}

void oracle_staff_voice(const struct voice_report *report, bool mine) {
    const struct utterance *utterance = &oracle.speaking.utterance;
    bool same = staff.failures > 0 && staff.failed_from == utterance->from &&
                strcmp(staff.failed_id, utterance->id) == 0 &&
                strcmp(staff.failed_lang, utterance->lang) == 0;
    if (report->kind == VOICE_WELL || (report->kind == VOICE_FINISHED && mine)) {
        staff.voice = oracle.voice_lost ? TROUBLE_YES : TROUBLE_NO;
        staff.failures = 0;
    } else if (report->kind == VOICE_LOST) {
        staff.voice = TROUBLE_YES;
    } else if (report->kind == VOICE_FAILED && mine && staff.voice != TROUBLE_YES) {
        staff.failures = same ? staff.failures + 1 : 1;
        staff.failed_from = utterance->from;
        memcpy(staff.failed_id, utterance->id, sizeof staff.failed_id);
        memcpy(staff.failed_lang, utterance->lang, sizeof staff.failed_lang);
        bool given_up = staff.failures >= 2 && oracle.speaking.told >= 0;
        staff.voice = given_up ? TROUBLE_YES : TROUBLE_UNSURE;
        if (given_up) {
            mark(MARK_VOICE_GIVEN_UP);
        }
    }
}

void oracle_staff_hung(enum trouble trouble) {
    staff.voice = staff.voice == TROUBLE_YES ? TROUBLE_YES : trouble;
}

/* How long the oldest call that must be spoken has been waiting, not counting the first few; 0 when
 * none does. */
static int64_t longest_wait(size_t passed_over) {
    for (size_t i = oracle.next_due; i < oracle.told_count; i++) {
        if (oracle_due(&oracle.told[i]) && passed_over-- == 0) {
            return world.now_ms - oracle.told[i].read_ms;
        }
    }
    return 0;
}

static enum trouble lag_trouble(void) {
    bool free = !oracle.speaking.active && !oracle.voice_lost && !oracle.urgent;
    if (longest_wait(0) >= LAG_MS) {
        return TROUBLE_YES;
    }
    return free && world.now_ms - oracle.quiet_since_ms > NOBODY_WAITS_MS ? TROUBLE_NO
                                                                          : TROUBLE_UNSURE;
}

static enum trouble trouble_of(enum claim claim) {
    switch (claim) {
    case CLAIM_VOICE:
        return staff.voice;
    case CLAIM_BEHIND:
        return lag_trouble();
    case CLAIM_JOURNAL:
        if (!journal_kept()) {
            return TROUBLE_UNSURE;
        }
        return journal_trouble() ? TROUBLE_YES : TROUBLE_NO;
    default:
        return oracle.link != LINK_UP ? TROUBLE_YES : TROUBLE_NO;
    }
}

/* What stands behind the first `key` that follows the name of a group. */
static const char *member(const char *json, const char *group, const char *key) {
    const char *at = strstr(json, group);
    at = at != NULL ? strstr(at, key) : NULL;
    return at != NULL ? at + strlen(key) : "";
}

static bool is_false(const char *value) {
    return strncmp(value, "false", 5) == 0;
}

void oracle_published(const char *payload, size_t payload_bytes) {
    char json[4096];
    int length = snprintf(json, sizeof json, "%.*s", (int)payload_bytes, payload);
    bool *said = staff.said[CHANNEL_STATUS];
    staff.published = length > 0;
    said[CLAIM_VOICE] = is_false(member(json, "\"voice\":", "\"well\":"));
    said[CLAIM_BEHIND] = !is_false(member(json, "\"voice\":", "\"behind\":"));
    said[CLAIM_JOURNAL] = is_false(member(json, "\"journal\":", "\"well\":"));
    said[CLAIM_LINK] = is_false(member(json, "\"link\":", "\"up\":"));
    long long lag_ms = strtoll(member(json, "\"voice\":", "\"lag_ms\":"), NULL, 10);
    /* While the voice says nothing, the first one may be on its way to it. */
    int64_t wait_ms = longest_wait(oracle.speaking.active ? 0 : 1);
    if (lag_ms < wait_ms - LAG_COARSE_MS) {
        world_fail("the voice's lag is told", "%lld ms, but a call waits since %lld ms", lag_ms,
                   (long long)wait_ms);
    }
}

static void read_line(void) {
    char words[SERVICE_WORDS_BYTES];
    bool *said = staff.said[CHANNEL_LINE];
    manager_words(world.running, words);
    said[CLAIM_VOICE] = strstr(words, "voice well") == NULL;
    said[CLAIM_BEHIND] = strstr(words, "calls wait too long") != NULL;
    said[CLAIM_JOURNAL] = strstr(words, "journal not kept") != NULL;
    said[CLAIM_LINK] = strstr(words, "Link up") == NULL;
}

/* One claim on one channel: wrong for too long? */
static void check_claim(enum channel channel, enum claim claim, enum trouble truth) {
    int64_t *wrong_ms = &staff.wrong_ms[channel][claim];
    bool said = staff.said[channel][claim];
    bool asked = channel == CHANNEL_LINE || oracle.link == LINK_UP;
    bool silent = channel == CHANNEL_STATUS && !staff.published;
    bool right = truth == TROUBLE_UNSURE || (said == (truth == TROUBLE_YES) && !silent);
    int64_t stall_ms = plan_has(&world.plan, FAULT_SCREEN_STALLS) ? STALL_MS_MAX : 0;
    if (!asked || right) {
        *wrong_ms = -1;
    } else if (*wrong_ms < 0) {
        *wrong_ms = world.now_ms;
    } else if (world.now_ms - *wrong_ms > TOLD_WITHIN_MS + stall_ms) {
        world_fail(claim == CLAIM_BEHIND ? "the voice's lag is told" : "staff are told within 5 s",
                   "%s is %s, the %s says %s since %lld ms", claim_names[claim],
                   truth == TROUBLE_YES ? "broken" : "well",
                   channel == CHANNEL_LINE ? "manager's line" : "status",
                   silent ? "nothing"
                   : said ? "broken"
                          : "well",
                   (long long)(world.now_ms - *wrong_ms));
    }
}

static void note_marks(const bool *said, const enum trouble *truth) {
    static const enum mark told[CLAIM_KINDS] = {[CLAIM_VOICE] = MARK_STAFF_VOICE,
                                                [CLAIM_BEHIND] = MARK_STAFF_BEHIND,
                                                [CLAIM_JOURNAL] = MARK_STAFF_JOURNAL,
                                                [CLAIM_LINK] = MARK_STAFF_LINK};
    for (enum claim claim = 0; claim < CLAIM_KINDS; claim++) {
        if (truth[claim] == TROUBLE_YES && said[claim]) {
            mark(told[claim]);
        }
    }
    if (staff.behind_seen && truth[CLAIM_BEHIND] == TROUBLE_NO && !said[CLAIM_BEHIND]) {
        mark(MARK_STAFF_CAUGHT_UP);
        staff.behind_seen = false;
    }
    staff.behind_seen = staff.behind_seen || said[CLAIM_BEHIND];
}

void oracle_staff_watch(void) {
    enum trouble truth[CLAIM_KINDS];
    if (staff.turns != world.turns) { /* only a turn changes it */
        staff.turns = world.turns;
        read_line();
    }
    for (enum claim claim = 0; claim < CLAIM_KINDS; claim++) {
        truth[claim] = trouble_of(claim);
        check_claim(CHANNEL_STATUS, claim, truth[claim]);
        check_claim(CHANNEL_LINE, claim, truth[claim]);
    }
    note_marks(staff.said[CHANNEL_LINE], truth);
}
