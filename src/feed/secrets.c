/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See secrets.h. A secret that everyone on the machine may read is refused and not merely warned
 * of: whoever reads a display's key can be that display.
 *
 * Group read is allowed, since root often owns the file and the service's group reads it.
 *
 * Considered and refused: taking files of fixed names from the credentials' folder by themselves.
 * Then one line in a unit would silently win over what the configuration says.
 */
#include "feed/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char credential[] = "credential:";

/* Replaces "credential:NAME" by the file's path. */
static bool find(const char *key, char path[LINK_PATH_BYTES], char *reason) {
    const char *name = path + sizeof credential - 1;
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char found[LINK_PATH_BYTES];
    if (strncmp(path, credential, sizeof credential - 1) != 0) {
        return true;
    }
    if (folder == NULL || folder[0] != '/') {
        snprintf(reason, REASON_BYTES,
                 "[broker] %s: \"%.60s\" is only there in a service with LoadCredential=", key,
                 path);
        return false;
    }
    int bytes = snprintf(found, sizeof found, "%s/%s", folder, name);
    if (name[0] == '\0' || strchr(name, '/') != NULL || bytes < 0 ||
        (size_t)bytes >= sizeof found) {
        snprintf(reason, REASON_BYTES, "[broker] %s: \"%.60s\": expected credential:NAME", key,
                 path);
        return false;
    }
    memcpy(path, found, (size_t)bytes + 1);
    return true;
}

/* What a file may be and what it is. */
static bool check_facts(const char *key, const char *path, bool secret, char *reason) {
    struct stat facts;
    if (stat(path, &facts) != 0 || access(path, R_OK) != 0) {
        char buffer[64];
        snprintf(reason, REASON_BYTES, "[broker] %s: \"%.70s\" cannot be read: %.40s", key, path,
                 strerror_r(errno, buffer, sizeof buffer));
        return false;
    }
    if (!S_ISREG(facts.st_mode)) {
        snprintf(reason, REASON_BYTES, "[broker] %s: \"%.80s\" is no file", key, path);
        return false;
    }
    unsigned mode = (unsigned)facts.st_mode & 07777;
    if ((mode & (secret ? S_IRWXO : S_IWOTH)) != 0) {
        snprintf(reason, REASON_BYTES,
                 "[broker] %s: \"%.70s\" has mode %04o, open to everyone: expected %s", key, path,
                 mode, secret ? "0600 or 0640" : "0644");
        return false;
    }
    return true;
}

bool secrets_check(struct link_options *options, char *reason) {
    const struct {
        const char *key;
        char *path;
        bool secret;
    } files[] = {{"password_file", options->password_file, true},
                 {"ca_file", options->ca_file, false},
                 {"cert_file", options->cert_file, false},
                 {"key_file", options->key_file, true}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].path[0] != '\0' &&
            (!find(files[i].key, files[i].path, reason) ||
             !check_facts(files[i].key, files[i].path, files[i].secret, reason))) {
            return false;
        }
    }
    return true;
}

bool secrets_read_password(const struct link_options *options, char password[PASSWORD_BYTES],
                           char *reason) {
    password[0] = '\0';
    if (options->password_file[0] == '\0') {
        return true;
    }
    int fd = open(options->password_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t length = fd >= 0 ? read(fd, password, PASSWORD_BYTES - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    if (length < 0) {
        snprintf(reason, REASON_BYTES, "[broker] password_file: \"%.80s\" cannot be read",
                 options->password_file);
        return false;
    }
    password[length] = '\0';
    password[strcspn(password, "\r\n")] = '\0';
    return true;
}
