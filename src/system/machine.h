/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the machine is, for whoever stands in front of it: its name, its number, its sockets.
 */
#ifndef HALLCALL_SYSTEM_MACHINE_H
#define HALLCALL_SYSTEM_MACHINE_H

#include "core/start.h"

/* Fills host, serial, links and addresses of *facts, and nothing else of it; what the machine does
 * not tell is "" or not there. root is "" for the machine itself; names and addresses are always
 * the machine's own. Waits for nothing: no name is looked up. */
void machine_read(const char *root, struct start_facts *facts);

#endif
