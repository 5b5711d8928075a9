/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bank of recorded clips: a folder with a manifest, clips.ini.
 *
 * The manifest names the voice and says what is heard in each file:
 *
 *     [voice]
 *     language = en
 *     speaker = ...
 *     licence = ...
 *     [letters]
 *     a.flac = A          several letters that sound the same: A А
 *     [numbers]
 *     7.flac = 7
 *     7-last.flac = 7.    the same at the end of a sentence, if there is one
 *     100.flac = 100
 *     100-and.flac = 100+ the same before more of the number, if there is one
 *     oh.flac = oh
 *     [phrases]
 *     ticket.flac = Ticket
 *
 * A number without a clip of its own is put together from thousands, hundreds and what is left, 1
 * to 99. All files have one sample rate. After bank_prove it is never changed; any
 * thread may ask.
 */
#ifndef HALLCALL_VOICE_BANK_H
#define HALLCALL_VOICE_BANK_H

#include "config/diagnostics.h"
#include "core/phrase.h"
#include "core/written.h"
#include "voice/sound.h"

enum { BANK_PARTS_MAX = 3, BANK_TEXT_BYTES = 256 };

struct bank;
struct bank_clip;

/* A clip that is needed. */
struct bank_part {
    char kind;                    /* CLIP_PHRASE, CLIP_LETTER, CLIP_NUMBER */
    char text[BANK_TEXT_BYTES];   /* what is to be heard */
    const struct bank_clip *clip; /* NULL: the bank has none */
};

/* Reads a folder's manifest. NULL when anything is wrong with it; every fault is in diagnostics.
 * Main thread. */
struct bank *bank_create(const char *folder, const char *tag, struct diagnostics *diagnostics);
/* Reads each of its files once, before anything is said. False when one is no good; every fault is
 * in diagnostics. Blocks on the disk. */
bool bank_prove(struct bank *bank, struct diagnostics *diagnostics);
/* Accepts NULL. */
void bank_destroy(struct bank *bank);
size_t bank_clips(const struct bank *bank);
/* Which clips a token is put together from; last when it ends a sentence. Returns how many. */
size_t bank_parts(const struct bank *bank, const struct clip_token *token, bool last,
                  struct bank_part parts[BANK_PARTS_MAX]);
/* Whether a segment is one that clips can ever say: not a text from outside, nor phonemes alone. */
bool bank_can_say(const struct segment *segment);
/* Puts a segment together in a sound that is all zero. False with a reason (REASON_BYTES) that
 * names the first clip that is missing or cannot be read. Blocks on the disk. */
bool bank_say(const struct bank *bank, const struct segment *segment, struct sound *sound,
              char *reason);

#endif
