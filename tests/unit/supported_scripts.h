/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The characters that every text of a supported script is made of; each must have a face.
 */
#ifndef HALLCALL_TESTS_SUPPORTED_SCRIPTS_H
#define HALLCALL_TESTS_SUPPORTED_SCRIPTS_H

#include <stddef.h>
#include <stdint.h>

static const struct {
    uint32_t first, last;
} supported_ranges[] = {
    {0x20, 0x7E},     {0xA0, 0xAC},     {0xAE, 0x17F},    {0x218, 0x21B},   {0x391, 0x3A1},
    {0x3A3, 0x3CE},   {0x400, 0x45F},   {0x490, 0x491},   {0x5D0, 0x5EA},   {0x621, 0x63A},
    {0x641, 0x652},   {0x660, 0x669},   {0x60C, 0x60C},   {0x61F, 0x61F},   {0x1E80, 0x1E85},
    {0x2010, 0x2015}, {0x2018, 0x201E}, {0x2026, 0x2026}, {0x20AC, 0x20AC},
};

enum { SUPPORTED_RANGES = sizeof supported_ranges / sizeof supported_ranges[0] };

/* One of them, for any two numbers. */
static inline uint32_t supported_character(uint64_t range, uint64_t offset) {
    range %= SUPPORTED_RANGES;
    uint64_t count = supported_ranges[range].last - supported_ranges[range].first + 1;
    return supported_ranges[range].first + (uint32_t)(offset % count);
}

#endif
