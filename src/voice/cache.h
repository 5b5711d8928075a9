/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program said, kept on disk: a folder of bounded size.
 *
 * A file is found by a hash of who says what (the command and its rate, and the text) and holds
 * both, so that two texts of one hash are never taken for each other. Files are written aside and
 * renamed; one that a power cut left broken is not believed. When the folder is full, the files
 * that were not used for longest go. One thread.
 */
#ifndef HALLCALL_VOICE_CACHE_H
#define HALLCALL_VOICE_CACHE_H

#include "voice/sound.h"

enum { CACHE_DIR_BYTES = 256 };

struct cache {
    char dir[CACHE_DIR_BYTES]; /* "": nothing is kept */
    int64_t bytes_max, bytes;
};

/* Uses a folder, made when it is not there; "" keeps nothing. False with a reason (REASON_BYTES)
 * when it cannot be used; then nothing is kept. */
bool cache_init(struct cache *cache, const char *dir, int megabytes, char *reason);
/* Whether there is a file for a text. */
bool cache_has(const struct cache *cache, const char *who, const char *text);
/* Reads it into a sound that is all zero. False when it is not there or broken. */
bool cache_load(const struct cache *cache, const char *who, const char *text, struct sound *sound);
/* Keeps a sound; what cannot be written is not kept. */
void cache_store(struct cache *cache, const char *who, const char *text, const struct sound *sound);

#endif
