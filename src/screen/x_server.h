/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An X server that dies is an event, not the end of the process. Main thread.
 */
#ifndef HALLCALL_SCREEN_X_SERVER_H
#define HALLCALL_SCREEN_X_SERVER_H

#include <stdbool.h>

/* Whether a connection to an X server has broken since x_server_forget. */
bool x_server_lost(void);
/* Whether there has been a connection to an X server in this process. */
bool x_server_known(void);
/* Before a display is opened: what was lost before does not count any more. */
void x_server_forget(void);

#endif
