/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chance from one seed: splitmix64, and hashes of it. The same seed tells the same story on every
 * machine.
 */
#ifndef HALLCALL_SIM_CHANCE_H
#define HALLCALL_SIM_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The next 64 bits; moves *state on. */
uint64_t chance_next(uint64_t *state);
/* Bits that depend on all three and on nothing else: what happens to one thing does not change when
 * another is left out, without which a failing story could not be shortened. */
uint64_t chance_mix(uint64_t seed, uint64_t a, uint64_t b);
/* A number from low to high, both included. */
int64_t chance_between(uint64_t *state, int64_t low, int64_t high);
/* True in `percent` of 100. */
bool chance_hits(uint64_t *state, unsigned percent);
/* Adds bytes to a running hash. */
uint64_t chance_hash(uint64_t hash, const void *bytes, size_t count);

#endif
