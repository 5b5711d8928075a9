/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of keys, passwords and certificates that the link is configured with. Internal to
 * feed/.
 */
#ifndef HALLCALL_FEED_SECRETS_H
#define HALLCALL_FEED_SECRETS_H

#include "feed/link.h"

enum { PASSWORD_BYTES = 257 };

/* Makes the paths of options real: "credential:NAME" becomes that file in the folder that the
 * service manager gives in CREDENTIALS_DIRECTORY. Then looks at each: a regular file that can be
 * read, which not everyone may write, nor read when it is a secret. False with a reason
 * (REASON_BYTES) that names the key, the file, its mode and the one expected. */
bool secrets_check(struct link_options *options, char *reason);
/* Reads the first line of options->password_file, "" when there is none. False with a reason. The
 * caller wipes password. */
bool secrets_read_password(const struct link_options *options, char password[PASSWORD_BYTES],
                           char *reason);

#endif
