/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every maximum of the program that more than one file must agree on.
 *
 * A limit here is a promise about memory: core types are fixed arrays of these sizes, so nothing is
 * allocated after start and a flood can fill an array but not the machine. Text limits count bytes
 * of UTF-8 including the terminating NUL; a text that is too long is refused or cut at a character
 * border by whoever lets it in, never by whoever uses it.
 */
#ifndef HALLCALL_CORE_LIMITS_H
#define HALLCALL_CORE_LIMITS_H

enum {
    NAME_BYTES = 33,         /* site, hall, display, counter id: [a-z0-9-]{1,32} */
    HALLS_MAX = 4,           /* halls of one display */
    ID_BYTES = 65,           /* a call's id, chosen by the queue system */
    TICKET_BYTES = 33,       /* a ticket as printed: at most 8 characters of up to 4 bytes */
    TICKET_CHARACTERS = 8,   /* speech.md section 3: more is not a ticket */
    LABEL_BYTES = 97,        /* what a counter is called on the screen, a hall's name */
    PREFIXES_MAX = 26,       /* letters of a site's tickets, named for hallcall check */
    PREFIX_BYTES = 17,       /* one of them: at most 4 characters of up to 4 bytes */
    EPOCH_BYTES = 33,        /* the queue system's name for one numbering of seq, usually a date */
    SPOKEN_BYTES = 64,       /* an event's own words for its ticket, in one language */
    LANG_BYTES = 12,         /* a language tag: "uk", "de-AT" */
    LANGS_PER_CALL_MAX = 4,  /* languages one call is spoken in */
    LANGUAGES_MAX = 8,       /* language files loaded at once; texts per notice */
    COUNTERS_MAX = 256,      /* mqtt.md section 3.2 */
    SAYINGS_MAX = 64,        /* own words for what is shown, of one site */
    CALLS_MAX = 200,         /* calls listed at once; mqtt.md section 3.2 */
    SPOKEN_MAX = 1024,       /* (id, n) remembered as already announced or refused as stale */
    ANNOUNCEMENTS_MAX = 256, /* waiting to be spoken, half an hour of speech; what does not fit is
                                shown, and counted as unspoken */
    NOTICES_MAX = 16,        /* notices held at once */
    TEXT_BYTES = 481,        /* one language of a notice or an urgent text: 200 characters or so */
    REASON_BYTES = 161,      /* a plain-words reason for staff */
    SEGMENTS_MAX = 24,       /* engine calls in one utterance */
    SEGMENT_BYTES = 256,     /* text of one engine call */
    PAYLOAD_BYTES_MAX = 65536, /* larger MQTT messages are refused before parsing; mqtt.md 3.2 */
    TOPIC_BYTES = 256,
    INBOX_LETTERS_MAX = 256, /* messages from the other threads not yet read by main; mqtt.md 3.2 */
};

#endif
