/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `hallcall check` has in hand while it goes round, and how it tells what it found.
 */
#ifndef HALLCALL_COMMAND_CHECKING_H
#define HALLCALL_COMMAND_CHECKING_H

#include "config/config.h"
#include "screen/faces.h"
#include "screen/outputs.h"

#include <stdbool.h>

enum verdict {
    VERDICT_OK,
    VERDICT_WARNING, /* it works, but visitors would fare better otherwise */
    VERDICT_PROBLEM  /* the exit code tells of it */
};

struct checking {
    struct config config;
    bool well;        /* no problem so far */
    const char *root; /* of the machine's small files; NULL: its own (system/parts.h) */
};

/* Prints one line. */
__attribute__((format(printf, 4, 5))) void checking_tell(struct checking *checking,
                                                         enum verdict verdict, const char *what,
                                                         const char *format, ...);
/* Prints a problem for each diagnostic that was kept. */
void checking_diagnostics(struct checking *checking, const char *what,
                          const struct diagnostics *diagnostics);
/* Tells whose calls this display shows, and which counters of its halls look alike. */
void checking_halls(struct checking *checking);
/* Reads every theme that the display uses in the course of a week, and its logo. */
void checking_look(struct checking *checking);
/* Speaks with every language: a call, numbers, the letters that this site's tickets can have; and
 * compares the prefixes that the site names. */
void checking_voices(struct checking *checking);
/* Sets what this site shows in its faces: names the characters that none of them has, and compares
 * the prefixes that the site names with one another and with the figures. */
void checking_type(struct checking *checking, struct faces *faces);
/* Tells from how far the screen can be read. output may be NULL: nobody could be asked. */
void checking_reach(struct checking *checking, const struct output *output);
/* Lists the outputs that a monitor is connected to and tells which one this display uses. */
void checking_display(struct checking *checking);
/* Tells the computer's network, clock, name and number, and how hot it is, as far as it says. */
void checking_machine(struct checking *checking);
/* Plays on every configured output, and lists the sound devices that there are. */
void checking_sound(struct checking *checking);
/* Tries the voices other than eSpeak NG: each clip of a bank is read, and those that calls of the
 * site lack are listed; a program says a call. */
void checking_outside(struct checking *checking);

#endif
