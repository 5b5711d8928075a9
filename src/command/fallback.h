/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration that a hall runs with, whatever state its file is in, and what staff are to
 * know of that.
 *
 * Under a service manager a file with mistakes does not blacken the screen: the last configuration
 * that was good is used, else the defaults, and the mistakes are shown. A person at a terminal gets
 * the mistakes and exit code 78. Main thread.
 */
#ifndef HALLCALL_COMMAND_FALLBACK_H
#define HALLCALL_COMMAND_FALLBACK_H

#include "command/command.h"
#include "core/moment.h"
#include "core/view.h"

#include <sys/stat.h>

enum {
    FALLBACK_LOOK_MS = 60000, /* while all is well: for mistakes of an import by hand */
    FALLBACK_HURRY_MS = 2000  /* while something is wrong: for its end */
};

struct trouble {
    char lines[VIEW_TROUBLE_MAX][TEXT_BYTES]; /* "" behind the last */
};

struct fallback {
    const struct common_options *common;
    struct stat seen;     /* of the configuration's file, as it was read; st_ino 0: not there */
    bool refused;         /* it has mistakes: another configuration is in use */
    struct trouble own;   /* its mistakes */
    struct trouble other; /* those of the file on the boot partition */
    mono_ms look_at;
    bool again; /* there is a good one now: the hall is to begin anew */
};

/* Loads the configuration to run with. False when common->code is to be returned, as options_load.
 */
bool fallback_load(struct fallback *fallback, struct common_options *common, struct config *config);
/* Looks, when it is due, whether the file or the state of the boot partition has changed. True when
 * fallback_lines have changed. */
bool fallback_look(struct fallback *fallback, mono_ms now);
/* What is shown to staff; safe is why the hall is in safe mode, "" when it is not. */
void fallback_lines(const struct fallback *fallback, const char *safe, struct trouble *lines);
/* The same in one line for status and service manager, "" when the file is in use. */
void fallback_words(const struct fallback *fallback, char words[REASON_BYTES]);

#endif
