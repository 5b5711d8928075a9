/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The nearest name for a mistyped one.
 *
 * The distance counts insertions, deletions, exchanges and swaps of neighbours (optimal string
 * alignment), because a swap is the commonest slip of a hurried typist. A candidate is near enough
 * when a third of the longer word's letters or fewer must change: "tls_hostt" finds its name and
 * "colour" is not turned into "volume". Names are ASCII and short; longer ones are never near.
 *
 * Considered and refused: matching by common beginnings, which misses a slip in the first letter.
 */
#include "config/suggest.h"

#include <string.h>

enum { COMPARED_MAX = 48 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t suggestion_distance(const char *a, const char *b) {
    size_t rows[3][COMPARED_MAX + 1];
    size_t length_a = strlen(a), length_b = strlen(b);
    if (length_a > COMPARED_MAX || length_b > COMPARED_MAX) {
        return COMPARED_MAX;
    }
    for (size_t j = 0; j <= length_b; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= length_a; i++) {
        const size_t *before = rows[(i - 1) % 3], *before_that = rows[(i + 1) % 3];
        size_t *row = rows[i % 3];
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t exchange = before[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(exchange, least(before[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before_that[j - 2] + 1);
            }
        }
    }
    return rows[length_a % 3][length_b];
}

void suggestion_init(struct suggestion *suggestion, const char *wanted) {
    suggestion->wanted = wanted;
    suggestion->best = NULL;
    suggestion->distance = COMPARED_MAX;
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate) {
    size_t distance = suggestion_distance(suggestion->wanted, candidate);
    size_t length = strlen(suggestion->wanted), other = strlen(candidate);
    size_t allowed = (length > other ? length : other) / 3;
    if (distance < suggestion->distance && distance <= (allowed > 1 ? allowed : 1)) {
        suggestion->best = candidate;
        suggestion->distance = distance;
    }
}
