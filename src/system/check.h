/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CHECK: our own bugs end the process at once, with place and condition.
 *
 * Always on, in every build. Never for anything that arrives from outside: bad data and broken
 * devices are survived (style.md, "Errors"). The service manager restarts us and the last board
 * comes back. Core files may use it: check_failed is on the lint's allow-list.
 */
#ifndef HALLCALL_SYSTEM_CHECK_H
#define HALLCALL_SYSTEM_CHECK_H

/* Writes "file:line: check failed: condition" to stderr and aborts. Any thread. */
_Noreturn void check_failed(const char *file, int line, const char *condition);

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition))

#endif
