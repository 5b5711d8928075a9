/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters with names. A run of many seeds that leaves one at zero fails: a simulator that never
 * reaches a situation says nothing about it, and a change to the plans can lose one unnoticed.
 */
#include "marks.h"

static uint64_t counts[MARK_KINDS];

static const char *const names[MARK_KINDS] = {
    [MARK_DUPLICATE_DROPPED] = "duplicate dropped",
    [MARK_REDELIVERED_UNNAMED] = "event without id redelivered",
    [MARK_STALE_REFUSED] = "stale call refused",
    [MARK_STALE_AFTER_OUTAGE] = "call grown stale in an outage",
    [MARK_FRESH_AFTER_OUTAGE] = "call spoken after an outage",
    [MARK_UNKNOWN_AGE] = "age unknown",
    [MARK_SHED_LANGUAGE] = "second language shed",
    [MARK_SHED_CHIME] = "brisk call",
    [MARK_SHED_REPEAT] = "repetition shed",
    [MARK_SECOND_LANGUAGE] = "second language spoken",
    [MARK_REPEATED] = "repetition spoken",
    [MARK_LEAD_IN] = "lead-in before a call",
    [MARK_RECALL_SPOKEN] = "recall spoken",
    [MARK_WITHDRAWN_WAITING] = "withdrawn while waiting",
    [MARK_WITHDRAWN_SPEAKING] = "withdrawn while spoken",
    [MARK_URGENT_SPOKEN] = "urgent text spoken",
    [MARK_URGENT_INTERRUPTS] = "urgent text interrupts a call",
    [MARK_CALL_AFTER_URGENT] = "interrupted call said afterwards",
    [MARK_NOTICE_SPOKEN] = "notice spoken",
    [MARK_KILLED_SPEAKING] = "killed while speaking",
    [MARK_KILLED_IN_TURN] = "killed in mid-turn",
    [MARK_RESTORED] = "rows restored after a start",
    [MARK_MARK_WAITED] = "utterance waited for its mark",
    [MARK_PAGED] = "list paged",
    [MARK_PAGER_WRAPPED] = "pager wrapped",
    [MARK_LIST_FULL] = "list full",
    [MARK_QUEUE_LONG] = "a hundred waiting",
    [MARK_QUEUE_FULL] = "queue for the voice full",
    [MARK_INBOX_OVERFLOW] = "inbox overflowed",
    [MARK_OFFICE_STEP_LEARNT] = "office clock step learnt",
    [MARK_SNAPSHOT_OLDER] = "snapshot older than an event",
    [MARK_SNAPSHOT_ROW] = "row from a snapshot",
    [MARK_SESSION_LOST] = "session lost with messages in it",
    [MARK_EXPIRED_AT_BROKER] = "expired at the broker",
    [MARK_OFFICE_BURST] = "office's backlog in one burst",
    [MARK_VOICE_HUNG] = "hung voice timed out",
    [MARK_VOICE_RETRIED] = "failed utterance tried again",
    [MARK_VOICE_LOST_SPEAKING] = "voice lost while speaking",
    [MARK_OLD_REPORT] = "report for an old utterance",
    [MARK_SCREEN_LOST] = "screen lost",
    [MARK_SCREEN_LOST_REPEATS] = "said once more without a screen",
    [MARK_SCREEN_STALLED] = "screen stalled",
    [MARK_LINK_ALARM] = "link alarm shown",
    [MARK_BEATS_LATE] = "alarm for missing heartbeats",
    [MARK_RUBBISH_REFUSED] = "rubbish refused",
    [MARK_JOURNAL_KEPT] = "journal kept",
    [MARK_HEALED_EQUAL] = "board equals the truth at the end",
    [MARK_VOICE_GIVEN_UP] = "utterance given up",
    [MARK_STAFF_VOICE] = "staff told of the voice",
    [MARK_STAFF_BEHIND] = "staff told of the voice's lag",
    [MARK_STAFF_CAUGHT_UP] = "staff told that it has caught up",
    [MARK_STAFF_JOURNAL] = "staff told of the journal",
    [MARK_STAFF_LINK] = "staff told of the link",
    [MARK_ELSEWHERE] = "call to a counter of another display",
    [MARK_MOVED_AWAY] = "ticket moved to another display in mid-call",
    [MARK_MOVED_IN] = "ticket moved here from another display",
    [MARK_MOVED_BY_SNAPSHOT] = "ticket moved by a snapshot",
    [MARK_NEIGHBOUR] = "only another hall's heartbeats",
    [MARK_PULSE] = "a new call pulsed",
    [MARK_MOVED] = "called to another counter",
    [MARK_SAME_TICKET] = "one ticket in two halls",
    [MARK_ONE_HALL_SILENT] = "one hall silent, another heard",
};

void mark(enum mark which) {
    counts[which]++;
}

uint64_t mark_count(enum mark which) {
    return counts[which];
}

void mark_add(enum mark which, uint64_t count) {
    counts[which] += count;
}

const char *mark_name(enum mark which) {
    return names[which];
}

bool mark_needs_journal(enum mark which) {
    return which == MARK_RESTORED || which == MARK_MARK_WAITED || which == MARK_JOURNAL_KEPT ||
           which == MARK_STAFF_JOURNAL;
}
