/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hall tells staff how it is: the status message.
 */
#ifndef HALLCALL_COMMAND_REPORT_H
#define HALLCALL_COMMAND_REPORT_H

#include "command/running.h"

/* Makes the status of this moment and gives it to the link, if that is up; sets when the next one
 * is due. */
void report_status(struct running *running, struct moment now);

#endif
