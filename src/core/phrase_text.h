/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text from outside (a notice, an urgent text, an event's own words for its ticket), segment by
 * segment.
 *
 * What the engine could read as a command is taken away first, so all phonemes in what comes out
 * are of the site or the language file. Put in, in this order of rank:
 * - what the site has a [say] for, wherever it stands as whole words, capitals as written; not of
 *   one letter alone, which names a ticket's letter and is a word of many languages;
 * - numbers from 0 to 9999 for which the language file has phonemes. Only those that stand alone:
 *   after a blank or an opening mark, before a blank or a closing mark, not beside another number.
 *   So nothing of "9:00", "01.12.", "3,5", "9-18", "5-й", "12 %" without its blank, "10 000" or a
 *   telephone number is touched. The form is that of the file, as the engine's own is the same for
 *   every number: "15 березня" gets the cardinal from both;
 * - nouns that the file has in phonemes and in words, where a form of several words stands ("към
 *   гише"), and one of a single word behind the word that is before {noun} in the template: "до
 *   вікна". Elsewhere the same letters can be another form ("усі вікна" has another stress).
 */
#ifndef HALLCALL_CORE_PHRASE_TEXT_H
#define HALLCALL_CORE_PHRASE_TEXT_H

#include "core/hall.h"
#include "core/words.h"

enum {
    PHRASE_PIECE_BYTES = SEGMENT_BYTES - 1, /* of one segment */
    PHRASE_PIECES_MAX = 5                   /* of a text that nothing is put into */
};

/* Where the last segment ended. */
enum phrase_break { BREAK_WORD, BREAK_PIECE, BREAK_SENTENCE };

struct phrase_text {
    const struct hall *hall;
    const struct language *language;
    size_t at;        /* said so far, of clean */
    size_t piece_end; /* what is said without a pause of ours ends here */
    enum phrase_break ended;
    char clean[TEXT_BYTES];
};

void phrase_text_start(struct phrase_text *text, const struct hall *hall,
                       const struct language *language, const char *outside);
/* Appends the next segment: as eSpeak NG says it and as it is written. Without own it is as it
 * stands, so that at most PHRASE_PIECES_MAX segments are left, with one more where the last was cut
 * within a piece. False, with nothing appended, at the end. Where the language has another voice
 * for phonemes, a segment holds only words of one of the two. */
bool phrase_text_next(struct phrase_text *text, bool own, struct words *spoken,
                      struct words *written);
/* Whether the last segment was the last. */
bool phrase_text_ended(const struct phrase_text *text);

#endif
