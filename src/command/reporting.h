/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a running hall says about itself in its status. Main thread.
 */
#ifndef HALLCALL_COMMAND_REPORTING_H
#define HALLCALL_COMMAND_REPORTING_H

#include "command/running.h"
#include "feed/status.h"

/* Of a screen whose picture lacks something. */
extern const char reporting_incomplete[];

/* Fills the status of this moment; its texts are borrowed from *running. */
void reporting_fill(const struct running *running, struct moment now, struct status *status);

#endif
