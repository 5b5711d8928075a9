/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Marks: rare situations that a run must have reached, or it was too kind to prove anything.
 */
#ifndef HALLCALL_SIM_MARKS_H
#define HALLCALL_SIM_MARKS_H

#include <stdbool.h>
#include <stdint.h>

enum mark {
    MARK_DUPLICATE_DROPPED,
    MARK_REDELIVERED_UNNAMED, /* an event without id came again, flagged */
    MARK_STALE_REFUSED,
    MARK_STALE_AFTER_OUTAGE,
    MARK_FRESH_AFTER_OUTAGE, /* a call waited out a lost voice and was spoken */
    MARK_UNKNOWN_AGE,        /* came from a backlog without any witness of its age */
    MARK_SHED_LANGUAGE,
    MARK_SHED_CHIME,
    MARK_SHED_REPEAT,
    MARK_SECOND_LANGUAGE,
    MARK_REPEATED,
    MARK_LEAD_IN,
    MARK_RECALL_SPOKEN,
    MARK_WITHDRAWN_WAITING, /* taken back before its turn */
    MARK_WITHDRAWN_SPEAKING,
    MARK_URGENT_SPOKEN,
    MARK_URGENT_INTERRUPTS,
    MARK_CALL_AFTER_URGENT, /* and the call it cut was said afterwards */
    MARK_NOTICE_SPOKEN,
    MARK_KILLED_SPEAKING,
    MARK_KILLED_IN_TURN,
    MARK_RESTORED,    /* rows were back after a start */
    MARK_MARK_WAITED, /* an utterance waited for its mark longer than is allowed */
    MARK_PAGED,
    MARK_PAGER_WRAPPED,
    MARK_LIST_FULL,
    MARK_QUEUE_LONG, /* more than a hundred waited for the voice */
    MARK_QUEUE_FULL,
    MARK_INBOX_OVERFLOW,
    MARK_OFFICE_STEP_LEARNT,
    MARK_SNAPSHOT_OLDER, /* than an event that was read before it */
    MARK_SNAPSHOT_ROW,   /* a call known from a snapshot only */
    MARK_SESSION_LOST,
    MARK_EXPIRED_AT_BROKER,
    MARK_OFFICE_BURST,
    MARK_VOICE_HUNG,
    MARK_VOICE_RETRIED,
    MARK_VOICE_LOST_SPEAKING,
    MARK_OLD_REPORT,
    MARK_SCREEN_LOST,
    MARK_SCREEN_LOST_REPEATS,
    MARK_SCREEN_STALLED,
    MARK_LINK_ALARM,
    MARK_BEATS_LATE, /* the alarm came although the connection stood */
    MARK_RUBBISH_REFUSED,
    MARK_JOURNAL_KEPT,    /* the program keeps one; without it, what needs one is not asked for */
    MARK_HEALED_EQUAL,    /* the board was compared with the truth at the end */
    MARK_VOICE_GIVEN_UP,  /* an utterance failed as often as it is tried */
    MARK_STAFF_VOICE,     /* staff were told of a broken voice */
    MARK_STAFF_BEHIND,    /* of calls that wait too long for it */
    MARK_STAFF_CAUGHT_UP, /* and that they do so no longer */
    MARK_STAFF_JOURNAL,
    MARK_STAFF_LINK,
    MARK_ELSEWHERE,  /* a call to a counter of another display */
    MARK_MOVED_AWAY, /* a ticket that waited or was spoken was called to such a counter */
    MARK_MOVED_IN,   /* and one came from there */
    MARK_MOVED_BY_SNAPSHOT,
    MARK_NEIGHBOUR,   /* a heartbeat of another hall's queue system, and none of ours for a while */
    MARK_PULSE,       /* the ring round a new call grew */
    MARK_MOVED,       /* a call to another counter than before */
    MARK_SAME_TICKET, /* listed in two halls at once */
    MARK_ONE_HALL_SILENT, /* heartbeats of one are missing while another's come */
    MARK_KINDS
};

void mark(enum mark which);
uint64_t mark_count(enum mark which);
void mark_add(enum mark which, uint64_t count);
const char *mark_name(enum mark which);
/* Whether the mark needs a journal to be reachable. */
bool mark_needs_journal(enum mark which);

#endif
