/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See chance.h. splitmix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators")
 * because a state of one word can be split by hashing, so that every item of a story owns its own
 * stream. Considered and refused: random(3), whose numbers differ between C libraries.
 */
#include "chance.h"

#include <string.h>

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)

static uint64_t scramble(uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94D049BB133111EB);
    return bits ^ (bits >> 31);
}

uint64_t chance_next(uint64_t *state) {
    *state += GOLDEN;
    return scramble(*state);
}

uint64_t chance_mix(uint64_t seed, uint64_t a, uint64_t b) {
    return scramble(scramble(scramble(seed + GOLDEN) ^ (a * GOLDEN)) + b * GOLDEN + 1);
}

int64_t chance_between(uint64_t *state, int64_t low, int64_t high) {
    return low + (int64_t)(chance_next(state) % (uint64_t)(high - low + 1));
}

bool chance_hits(uint64_t *state, unsigned percent) {
    return chance_next(state) % 100 < percent;
}

uint64_t chance_hash(uint64_t hash, const void *bytes, size_t count) {
    const unsigned char *at = bytes;
    for (; count >= sizeof(uint64_t); at += sizeof(uint64_t), count -= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        hash = (hash ^ word) * GOLDEN;
        hash ^= hash >> 29;
    }
    for (; count > 0; at++, count--) {
        hash = (hash ^ *at) * GOLDEN;
    }
    return hash ^ (hash >> 32);
}
