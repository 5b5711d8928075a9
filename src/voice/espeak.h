/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine child: the only place that knows eSpeak NG.
 */
#ifndef HALLCALL_VOICE_ESPEAK_H
#define HALLCALL_VOICE_ESPEAK_H

/* The whole life of `hallcall --voice-engine`: serves requests (protocol.h) on ENGINE_FD until the
 * other end is closed. Does not return to its caller's clean-up: it ends with _exit, because
 * terminating eSpeak NG 1.51 can hang. The return type lets main.c write `return espeak_main();`.
 */
int espeak_main(void);

#endif
