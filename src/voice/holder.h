/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which program has a sound device open, as the kernel tells it: of a device that takes one program
 * only, whoever finds it busy can say whether that is the hall itself.
 *
 * Everything is read below a root, so that a test can have programs. Any thread.
 */
#ifndef HALLCALL_VOICE_HOLDER_H
#define HALLCALL_VOICE_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

enum { HOLDERS_MAX = 16, HOLDER_BYTES = 8192, HOLDER_WORDS_MAX = 160 };

/* A program's command line; words are in bytes. */
struct holder {
    char bytes[HOLDER_BYTES];
    int words_count;
    char *words[HOLDER_WORDS_MAX + 1]; /* the one behind the last is NULL, as of main */
};

/* The threads that have a playback device open: of the card that an ALSA name names (device_card),
 * else of any card. Returns how many. */
size_t holders_list(const char *root, const char *device, long threads[HOLDERS_MAX]);
/* The command line of a thread's program. False when it has gone, hides it, or it is too long. */
bool holder_read(const char *root, long thread, struct holder *holder);

#endif
