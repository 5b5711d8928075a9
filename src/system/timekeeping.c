/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three witnesses, the surest first.
 *
 * The kernel: whoever sets the clock by a time server clears STA_UNSYNC. It comes back when the
 * server has been silent for some hours, and then the file of systemd-timesyncd still says that the
 * clock was right in this boot: it has drifted by seconds, not by days. In the shipped service the
 * kernel cannot be asked at all, because asking is the call that sets a clock, which its walls
 * refuse (ProtectClock=): there the file is the witness. At last the battery clock,
 * if the machine has one and it agrees: one without a battery stands in 1970 and does not. So an
 * office without a time server has its clock on the wall when the machine keeps the time itself.
 *
 * Refused: asking timedated over D-Bus (a socket and a parser for one bit that the kernel tells
 * anybody), the queue system's clock as a fourth witness (it is a message, and what it is worth
 * would depend on whose it is).
 */
#include "system/timekeeping.h"

#include "system/parts.h"

#include <sys/timex.h>
#include <unistd.h>

/* Battery clocks tell whole seconds, and drift until they are next written. */
enum { BATTERY_APART_S = 60 };

static bool kernel_synchronised(void) {
    struct timex now = {.modes = 0};
    return adjtimex(&now) >= 0 && (now.status & STA_UNSYNC) == 0;
}

static bool was_synchronised(const char *root) {
    char path[PART_PATH_BYTES];
    return part_path(root, "/run/systemd/timesync", "synchronized", path) &&
           access(path, F_OK) == 0;
}

static bool battery_agrees(const char *root, wall_ms wall) {
    char path[PART_PATH_BYTES];
    long seconds = 0;
    if (!part_path(root, "/sys/class/rtc/rtc0", "since_epoch", path) ||
        !part_number(path, &seconds)) {
        return false;
    }
    int64_t apart_s = wall / 1000 - seconds;
    return apart_s <= BATTERY_APART_S && apart_s >= -BATTERY_APART_S;
}

enum clock_state timekeeping_judge(const char *root, bool synchronised, wall_ms wall) {
    if (wall == TIME_UNKNOWN) {
        return CLOCK_UNSET;
    }
    if (synchronised || was_synchronised(root)) {
        return CLOCK_SYNCHRONISED;
    }
    return battery_agrees(root, wall) ? CLOCK_BATTERY : CLOCK_DOUBTED;
}

enum clock_state timekeeping_read(const char *root, wall_ms wall) {
    return timekeeping_judge(root, kernel_synchronised(), wall);
}
