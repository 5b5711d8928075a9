/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Moments across boots.
 *
 * Within one boot CLOCK_MONOTONIC goes on when the program is killed and started again, so a stored
 * time means exactly what it meant; the kernel's boot id says whether it is the same boot. Across
 * boots only the walls are left, and a machine without a clock battery wakes up with a wrong one:
 * their difference is believed when it is not negative and at most a day.
 *
 * The boot id is a random UUID; its first 60 bits are kept, as a number, since each known call
 * carries one. Considered and refused: the boot's wall time (kernel btime), which moves when the
 * clock is set.
 */
#include "journal/stamp.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { BOOT_DIGITS = 15 }; /* 60 bits: never negative */

int64_t stamp_boot(void) {
    char text[64], digits[BOOT_DIGITS + 1];
    size_t count = 0;
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    ssize_t bytes = read(fd, text, sizeof text);
    close(fd);
    for (ssize_t i = 0; i < bytes && count < BOOT_DIGITS; i++) {
        if (text[i] != '-') {
            digits[count++] = text[i];
        }
    }
    digits[count] = '\0';
    return count == BOOT_DIGITS ? (int64_t)strtoll(digits, NULL, 16) : 0;
}

struct stamp stamp_make(int64_t boot, mono_ms at, struct moment now) {
    return (struct stamp){.boot = boot,
                          .mono = at,
                          .wall =
                              now.wall == TIME_UNKNOWN ? TIME_UNKNOWN : now.wall - (now.mono - at)};
}

bool stamp_read(const struct stamp *stamp, int64_t boot, struct moment now, mono_ms *at) {
    if (boot != 0 && stamp->boot == boot && stamp->mono <= now.mono) {
        *at = stamp->mono;
        return true;
    }
    bool walls = stamp->wall > 0 && now.wall != TIME_UNKNOWN && stamp->wall <= now.wall;
    if (walls && now.wall - stamp->wall <= STAMP_TRUST_MS) {
        *at = now.mono - (now.wall - stamp->wall);
        return true;
    }
    *at = now.mono - STAMP_LONG_AGO_MS;
    return false;
}
