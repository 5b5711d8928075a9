/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program that reads text on its standard input and writes sound to its standard output.
 */
#ifndef HALLCALL_VOICE_PROGRAM_H
#define HALLCALL_VOICE_PROGRAM_H

#include "voice/sound.h"

enum { PROGRAM_COMMAND_BYTES = 512, PROGRAM_WORDS_MAX = 32 };

enum program_result {
    PROGRAM_DONE,
    PROGRAM_FAILED, /* it cannot be started, ended badly, was late, or wrote no sound */
    PROGRAM_STOPPED /* stop_fd became readable */
};

struct program {
    char words[PROGRAM_COMMAND_BYTES]; /* each terminated */
    char *arguments[PROGRAM_WORDS_MAX + 1];
    int raw_rate_hz; /* of samples without a header; 0: it must write WAV */
};

/* Cuts a command at its blanks. It is run as it stands, by no shell: its first word is the path of
 * the program, no word can hold a blank. False when it is empty, does not begin with "/", or has
 * too many words. *program must stay where it is. */
bool program_init(struct program *program, const char *command, int raw_rate_hz);
struct program_task {
    const char *text;
    int64_t deadline_us; /* CLOCK_MONOTONIC; it is killed then */
    int stop_fd;         /* and as soon as this is readable; -1: never */
};

/* Runs it once for a text, at low priority; however it ends, all that it started is killed. Waits.
 * The sound is all zero before, and stays so unless the result is PROGRAM_DONE; reason
 * (REASON_BYTES) is for staff. */
enum program_result program_speak(const struct program *program, const struct program_task *task,
                                  struct sound *sound, char *reason);

#endif
