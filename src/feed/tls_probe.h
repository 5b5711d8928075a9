/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of the things that can be wrong with TLS is wrong, in words for staff. tls_probe.c is the
 * only file that includes OpenSSL's headers.
 */
#ifndef HALLCALL_FEED_TLS_PROBE_H
#define HALLCALL_FEED_TLS_PROBE_H

#include "feed/broker_address.h"
#include "feed/link.h"

/* The three files of [broker]; TLS_FILES: none of them. */
enum tls_file { TLS_CA, TLS_CERT, TLS_KEY, TLS_FILES };

/* The content of one of them, borrowed. bytes NULL: it is not looked at. */
struct tls_text {
    const void *bytes;
    size_t count;
};

/* Shakes hands over fd, a socket connected to address that does not block and stays the caller's,
 * with the files of options. Takes 3 s at most. words is "" when both sides are content with each
 * other. Network thread only. */
void tls_probe_explain(const struct broker_address *address, const struct link_options *options,
                       int fd, char words[REASON_BYTES]);

/* Until when the first certificate in a file is valid. until is "" when it holds none; path may be
 * "". */
void tls_probe_until(const char *path, struct link_validity *validity);
/* The same of the certificate that lasts longest of all in the file. */
void tls_probe_until_last(const char *path, struct link_validity *validity);
/* Loads authority, certificate and key as a connection would, without one. *bad is the first that
 * is not what it should be, a key that is not the certificate's among them, and words (lasting)
 * what is wrong with it; TLS_FILES when all are good. False when they could not be looked at:
 * memory, descriptors or /proc are missing. */
bool tls_probe_files(const struct tls_text texts[TLS_FILES], enum tls_file *bad,
                     const char **words);

#endif
