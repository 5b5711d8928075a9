/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rendered spans of text, kept by font, direction, size and words.
 *
 * The unit is whatever text.c asks for: a run of words ("Counter"), or one character of a ticket.
 * Coverage is a quarter of the size of coloured pixels and serves every colour. A fixed table of
 * slots with the byte budget on top: no growth after start beyond the budget, and a look-up is a
 * hash and one comparison.
 *
 * Refused: an atlas (packing and fragmentation for a few hundred entries), keeping scaled copies.
 */
#include "screen/masks.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1024, BUCKETS = 1024, NONE = -1 };

struct slot {
    uint64_t hash;
    int font, cap_px, per_cent;
    bool from_right;
    char *text; /* NULL: the slot is free */
    size_t bytes;
    struct glyphs glyphs;
    int chain; /* next slot of the bucket, or of the free list */
    int newer, older;
};

struct masks {
    struct faces *faces;
    size_t bytes, bytes_max;
    int newest, oldest, free;
    int buckets[BUCKETS];
    struct slot slots[SLOTS];
};

static uint64_t hash_key(const struct span *span, int cap_px) {
    uint64_t hash = 14695981039346656037u ^ (uint64_t)span->font ^ ((uint64_t)cap_px << 8) ^
                    ((uint64_t)span->from_right << 7) ^ ((uint64_t)span->per_cent << 24);
    for (const char *text = span->text; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    }
    return hash ^ (hash >> 29);
}

struct masks *masks_create(struct faces *faces, size_t bytes_max) {
    struct masks *masks = calloc(1, sizeof *masks);
    if (masks == NULL) {
        return NULL;
    }
    masks->faces = faces;
    masks->bytes_max = bytes_max;
    masks->newest = masks->oldest = NONE;
    for (int i = 0; i < BUCKETS; i++) {
        masks->buckets[i] = NONE;
    }
    for (int i = 0; i < SLOTS; i++) {
        masks->slots[i].chain = i + 1 < SLOTS ? i + 1 : NONE;
    }
    return masks;
}

void masks_destroy(struct masks *masks) {
    if (masks == NULL) {
        return;
    }
    for (int i = 0; i < SLOTS; i++) {
        free(masks->slots[i].text);
        free(masks->slots[i].glyphs.bytes);
    }
    free(masks);
}

static void unlink_slot(struct masks *masks, int number) {
    struct slot *slot = &masks->slots[number];
    if (slot->newer != NONE) {
        masks->slots[slot->newer].older = slot->older;
    } else {
        masks->newest = slot->older;
    }
    if (slot->older != NONE) {
        masks->slots[slot->older].newer = slot->newer;
    } else {
        masks->oldest = slot->newer;
    }
}

static void link_newest(struct masks *masks, int number) {
    struct slot *slot = &masks->slots[number];
    slot->newer = NONE;
    slot->older = masks->newest;
    if (masks->newest != NONE) {
        masks->slots[masks->newest].newer = number;
    } else {
        masks->oldest = number;
    }
    masks->newest = number;
}

static void forget_oldest(struct masks *masks) {
    int number = masks->oldest;
    struct slot *slot = &masks->slots[number];
    int *link = &masks->buckets[slot->hash % BUCKETS];
    while (*link != number) {
        link = &masks->slots[*link].chain;
    }
    *link = slot->chain;
    unlink_slot(masks, number);
    masks->bytes -= slot->bytes;
    free(slot->text);
    free(slot->glyphs.bytes);
    *slot = (struct slot){.chain = masks->free};
    masks->free = number;
}

static int find(const struct masks *masks, uint64_t hash, const struct span *span, int cap_px) {
    int number = masks->buckets[hash % BUCKETS];
    while (number != NONE) {
        const struct slot *slot = &masks->slots[number];
        if (slot->hash == hash && slot->font == span->font && slot->cap_px == cap_px &&
            slot->per_cent == span->per_cent && slot->from_right == span->from_right &&
            strcmp(slot->text, span->text) == 0) {
            return number;
        }
        number = slot->chain;
    }
    return NONE;
}

const struct glyphs *masks_get(struct masks *masks, const struct span *span, int cap_px) {
    uint64_t hash = hash_key(span, cap_px);
    int number = find(masks, hash, span, cap_px);
    if (number != NONE) {
        unlink_slot(masks, number);
        link_newest(masks, number);
        return &masks->slots[number].glyphs;
    }
    struct glyphs glyphs;
    char *copy = strdup(span->text);
    if (copy == NULL) {
        faces_fall_short(masks->faces);
        return NULL;
    }
    if (!faces_render(masks->faces, span, cap_px, &glyphs)) {
        free(copy);
        return NULL;
    }
    size_t bytes = (size_t)glyphs.width * (size_t)glyphs.height + strlen(span->text) + 1;
    while (masks->oldest != NONE &&
           (masks->free == NONE || masks->bytes + bytes > masks->bytes_max)) {
        forget_oldest(masks);
    }
    number = masks->free;
    struct slot *slot = &masks->slots[number];
    masks->free = slot->chain;
    int *bucket = &masks->buckets[hash % BUCKETS];
    *slot = (struct slot){.hash = hash,
                          .font = span->font,
                          .cap_px = cap_px,
                          .per_cent = span->per_cent,
                          .from_right = span->from_right,
                          .text = copy,
                          .bytes = bytes,
                          .glyphs = glyphs,
                          .chain = *bucket,
                          .newer = NONE,
                          .older = NONE};
    *bucket = number;
    link_newest(masks, number);
    masks->bytes += bytes;
    return &slot->glyphs;
}

size_t masks_bytes(const struct masks *masks) {
    return masks->bytes;
}
