/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The signals that ask us to end, as a descriptor.
 */
#ifndef HALLCALL_SYSTEM_SIGNALS_H
#define HALLCALL_SYSTEM_SIGNALS_H

/* Blocks SIGTERM and SIGINT in this thread, and so in every thread that it starts from now on, and
 * returns a descriptor that becomes readable when one of them comes: the caller closes it. -1 with
 * errno when there is none. */
int signals_open(void);

#endif
