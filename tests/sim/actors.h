/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the world tells its actors: the office, the broker with the link, the voice, the journal.
 */
#ifndef HALLCALL_SIM_ACTORS_H
#define HALLCALL_SIM_ACTORS_H

#include "world.h"

/* A new story begins: forget the last one. */
void office_reset(void);
void broker_reset(void);
void voice_reset(void);
void journal_reset(void);

/* An item of the plan is due. */
void office_act(size_t index);
void broker_fault(const struct item *item);
void voice_fault(const struct item *item);
void journal_fault(const struct item *item);

void office_beat(int hall);
/* Another queue system's heartbeat: none of our hall's business. */
void office_neighbour(void);
void office_snapshot(bool asked, int hall);
/* The ticket of a visitor, in one of a few texts that stay valid for a moment. */
const char *office_ticket(int visitor);
/* Whom a ticket of a hall belongs to; NOBODY. */
int office_visitor(const char *ticket, int hall);
/* Whom a counter of a hall has called and not yet ended; NOBODY. */
int office_current(int hall, int desk);
/* When a visitor was called or recalled last. */
int64_t office_called_ms(int visitor);
/* Whether the visitor's events carry an id. */
bool office_has_id(int visitor);
/* Whether this visitor has been called to more than one counter. */
bool office_moved(int visitor);

/* A message reaches the broker. */
void broker_take(size_t message);
void broker_happen(enum happening what, int64_t a, int64_t b);
/* Since when the display truly cannot hear the broker; MONO_NEVER while it can. */
int64_t broker_unheard_since(void);
/* How many letters with messages this run of the program was given. */
uint64_t broker_letters(void);
/* Which message the letter stamped at_us is, and how it came. NULL for none. */
const struct posting *broker_letter(int64_t at_us, struct arrival *arrival, size_t *index);
/* The program is gone: its connection breaks. */
void broker_client_gone(void);

void voice_happen(enum happening what, int64_t a, int64_t b);
void voice_gone(void);
void journal_happen(enum happening what, int64_t a, int64_t b);
void journal_gone(void);
/* Whether it has said that nothing is stored. */
bool journal_trouble(void);
/* Whether this program keeps a journal at all. */
bool journal_kept(void);

#endif
