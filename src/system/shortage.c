/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which errors are shortages: one switch.
 *
 * EACCES, ENOENT and the like are somebody's to mend, and trying again does not help.
 * Considered and refused: a module of its own in front of malloc and open, which the libraries that
 * run short with us would not use.
 */
#include "system/shortage.h"

#include <errno.h>

bool shortage(int error) {
    switch (error) {
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case ENOSPC:
    case EIO:
        return true;
    default:
        return false;
    }
}
