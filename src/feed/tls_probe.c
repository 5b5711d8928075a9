/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A TLS handshake of our own, made only after Paho's has failed.
 *
 * Measured with Paho 1.3.12: an unknown authority, an expired certificate and one not yet valid all
 * give "TCP/TLS connect failure" and, through the error callback, "certificate verify failed"; a
 * wrong host and no or a revoked certificate of ours give the first alone; one of another authority
 * gives "TCP connect completion failure", as a broker of an older protocol does. Its trace is one
 * for the whole process and has no more to say. So the handshake is tried once more by ourselves,
 * with the same files, the same host and the same security level: OpenSSL then tells the result,
 * which certificate of the chain it is about, and the alert that the broker sent.
 *
 * A connection that works is never probed; a second handshake before each of them was refused,
 * because ten thousand displays that come back to a broker would cost it twice the time.
 *
 * In TLS 1.3 the broker judges our certificate after our side of the handshake is over, so its
 * alert is waited for.
 */
#include "feed/tls_probe.h"

#include "system/clock.h"
#include "system/log.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
    HANDSHAKE_WAIT_MS = 2000,
    ALERT_WAIT_MS = 1000, /* own: a round trip and the broker's judgement of our certificate */
    DATE_BYTES = 24,
    NAMES_BYTES = 56,
    NAMES_TOLD_MAX = 3,
    PATH_BYTES = 32
};

struct probe {
    const struct broker_address *address;
    const struct link_options *options;
    SSL_CTX *context;
    SSL *ssl;
    int verified;          /* X509_V_OK, or what is wrong with the broker's certificate */
    bool authority;        /* it is wrong with an authority's, further up the chain */
    bool wanted;           /* the broker has asked for a certificate of ours */
    char from[DATE_BYTES]; /* of that certificate */
    char until[DATE_BYTES];
    char names[NAMES_BYTES]; /* the hosts that it is made out to */
    char *words;
};

static void write_date(const ASN1_TIME *time, char date[DATE_BYTES]) {
    struct tm parts;
    date[0] = '\0';
    if (ASN1_TIME_to_tm(time, &parts) == 1) {
        strftime(date, DATE_BYTES, "%Y-%m-%d", &parts);
    }
}

/* This machine's own idea of the time, which is wrong on a board without a battery. */
static void write_clock(char date[DATE_BYTES]) {
    time_t now = time(NULL); /* OpenSSL judges by no other */
    struct tm parts;
    date[0] = '\0';
    if (localtime_r(&now, &parts) != NULL) {
        strftime(date, DATE_BYTES, "%Y-%m-%d %H:%M", &parts);
    }
}

static void add_name(char names[NAMES_BYTES], const void *text, size_t bytes) {
    size_t length = strlen(names);
    char quoted[NAMES_BYTES];
    log_quote(quoted, sizeof quoted, text, bytes);
    snprintf(names + length, NAMES_BYTES - length, "%s%s", length > 0 ? ", " : "", quoted);
}

/* The names and addresses of a certificate that nobody vouches for yet. */
static void write_names(const X509 *certificate, char names[NAMES_BYTES]) {
    GENERAL_NAMES *all = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    names[0] = '\0';
    for (int i = 0; i < sk_GENERAL_NAME_num(all) && i < NAMES_TOLD_MAX; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);
        char address[INET6_ADDRSTRLEN] = "";
        if (name->type == GEN_DNS) {
            add_name(names, ASN1_STRING_get0_data(name->d.dNSName),
                     (size_t)ASN1_STRING_length(name->d.dNSName));
        } else if (name->type == GEN_IPADD) {
            bool four = ASN1_STRING_length(name->d.iPAddress) == 4;
            bool six = ASN1_STRING_length(name->d.iPAddress) == 16;
            if (four || six) {
                inet_ntop(four ? AF_INET : AF_INET6, ASN1_STRING_get0_data(name->d.iPAddress),
                          address, sizeof address);
                add_name(names, address, strlen(address));
            }
        }
    }
    GENERAL_NAMES_free(all);
}

/* OpenSSL's own verification, whose result is kept. */
static int verify(X509_STORE_CTX *store, void *context) {
    struct probe *probe = context;
    int well = X509_verify_cert(store);
    const X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    probe->verified = well == 1 ? X509_V_OK : X509_STORE_CTX_get_error(store);
    probe->authority = X509_STORE_CTX_get_error_depth(store) > 0;
    if (well != 1 && certificate != NULL) {
        write_date(X509_get0_notBefore(certificate), probe->from);
        write_date(X509_get0_notAfter(certificate), probe->until);
        write_names(X509_STORE_CTX_get0_cert(store), probe->names);
    }
    return well;
}

/* Called when the broker asks for a certificate; which one is sent was decided before. */
static int note_wanted(SSL *ssl, void *context) {
    struct probe *probe = context;
    (void)ssl;
    probe->wanted = true;
    return 1;
}

/* A key that asks for a passphrase is one that nobody can type. */
static int no_passphrase(char *buffer, int bytes, int writing, void *context) {
    (void)buffer;
    (void)bytes;
    (void)writing;
    (void)context;
    return -1;
}

/* Gives a context the files of paths, "" for none, and its idea of what is too weak. Returns which
 * of them is not what it should be, with words, else TLS_FILES. */
static enum tls_file load(SSL_CTX *context, const char *const paths[TLS_FILES],
                          const char **words) {
    SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=2");
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    if (paths[TLS_CA][0] != '\0' &&
        SSL_CTX_load_verify_locations(context, paths[TLS_CA], NULL) != 1) {
        *words = "holds no certificate";
        return TLS_CA;
    }
    if (paths[TLS_CERT][0] != '\0' &&
        SSL_CTX_use_certificate_chain_file(context, paths[TLS_CERT]) != 1) {
        int reason = ERR_GET_REASON(ERR_peek_last_error());
        bool weak = reason == SSL_R_EE_KEY_TOO_SMALL || reason == SSL_R_CA_MD_TOO_WEAK;
        *words =
            weak ? "is too weak: at least RSA of 2048 bits with SHA-256" : "holds no certificate";
        return TLS_CERT;
    }
    if (paths[TLS_KEY][0] == '\0') {
        return TLS_FILES;
    }
    bool opened = SSL_CTX_use_PrivateKey_file(context, paths[TLS_KEY], SSL_FILETYPE_PEM) == 1;
    bool other = !opened && ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    if (!opened && !other) {
        *words = "holds no key that opens without a passphrase";
        return TLS_KEY;
    }
    /* A key of another kind than the certificate's is taken at first. */
    if (other || (paths[TLS_CERT][0] != '\0' && SSL_CTX_check_private_key(context) != 1)) {
        *words = "is not the key of cert_file";
        return TLS_KEY;
    }
    return TLS_FILES;
}

/* Our own files; false with words when one of them is not what it should be. */
static bool load_files(struct probe *probe) {
    static const char *const keys[TLS_FILES] = {"ca_file", "cert_file", "key_file"};
    const struct link_options *options = probe->options;
    const char *const paths[TLS_FILES] = {options->ca_file, options->cert_file, options->key_file};
    const char *words = "";
    if (options->ca_file[0] == '\0') {
        SSL_CTX_set_default_verify_paths(probe->context);
    }
    enum tls_file bad = load(probe->context, paths, &words);
    if (bad != TLS_FILES) {
        snprintf(probe->words, REASON_BYTES, "[broker] %s: \"%.80s\" %s", keys[bad], paths[bad],
                 words);
    }
    return bad == TLS_FILES;
}

static bool prepare(struct probe *probe, int fd) {
    const char *host = probe->address->host;
    SSL_CTX_set_verify(probe->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(probe->context, verify, probe);
    SSL_CTX_set_cert_cb(probe->context, note_wanted, probe);
    if (!load_files(probe)) {
        return false;
    }
    probe->ssl = SSL_new(probe->context);
    if (probe->ssl == NULL) {
        return false;
    }
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(probe->ssl), host) != 1) {
        SSL_set1_host(probe->ssl, host);
        SSL_set_tlsext_host_name(probe->ssl, host);
    }
    return SSL_set_fd(probe->ssl, fd) == 1;
}

/* Waits for what an unfinished step needs; false when it is over for good or time is up. */
static bool await_peer(const struct probe *probe, int result, mono_ms deadline) {
    int error = SSL_get_error(probe->ssl, result);
    mono_ms left = deadline - clock_mono_ms();
    struct pollfd wait = {.fd = SSL_get_fd(probe->ssl),
                          .events = error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN};
    if ((error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) || left <= 0) {
        return false;
    }
    return poll(&wait, 1, (int)left) == 1;
}

static bool still_waiting(const struct probe *probe, int result) {
    int error = SSL_get_error(probe->ssl, result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static void say_about_time(struct probe *probe) {
    char now[DATE_BYTES];
    const char *whose = probe->authority ? "its authority's certificate" : "its certificate";
    write_clock(now);
    if (probe->verified == X509_V_ERR_CERT_NOT_YET_VALID) {
        snprintf(probe->words, REASON_BYTES,
                 "broker %.30s: %s is not valid before %.10s, and this machine's clock says %.16s: "
                 "set the clock",
                 probe->address->host_port, whose, probe->from, now);
    } else {
        snprintf(probe->words, REASON_BYTES,
                 "broker %.36s: %s expired on %.10s: renew it (this machine's clock says %.16s)",
                 probe->address->host_port, whose, probe->until, now);
    }
}

static void say_not_trusted(struct probe *probe) {
    bool own = probe->options->ca_file[0] != '\0';
    snprintf(probe->words, REASON_BYTES,
             "broker %.50s: its certificate is of an unknown authority%s",
             probe->address->host_port,
             own ? ", not one in [broker] ca_file" : ": name yours in [broker] ca_file");
}

/* What is wrong with the broker's certificate. */
static void say_verified(struct probe *probe) {
    const char *host_port = probe->address->host_port;
    switch (probe->verified) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        say_about_time(probe);
        return;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        snprintf(probe->words, REASON_BYTES,
                 "broker %.40s: its certificate is made out to another host (%s)", host_port,
                 probe->names[0] != '\0' ? probe->names : "none is named");
        return;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_UNTRUSTED:
        say_not_trusted(probe);
        return;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        snprintf(
            probe->words, REASON_BYTES,
            "broker %.50s: its certificate is too weak: at least RSA of 2048 bits with SHA-256",
            host_port);
        return;
    default:
        snprintf(probe->words, REASON_BYTES, "broker %.50s: its certificate is refused: %.60s",
                 host_port, X509_verify_cert_error_string(probe->verified));
    }
}

/* Our certificate is out of its time by our own clock; words say so. */
static bool say_own_time(struct probe *probe) {
    const X509 *own = SSL_get_certificate(probe->ssl);
    char now[DATE_BYTES], date[DATE_BYTES];
    if (own == NULL) {
        return false;
    }
    write_clock(now);
    if (X509_cmp_current_time(X509_get0_notAfter(own)) < 0) {
        write_date(X509_get0_notAfter(own), date);
        snprintf(probe->words, REASON_BYTES,
                 "this display's certificate expired on %.10s: renew it (this machine's clock says "
                 "%.16s)",
                 date, now);
        return true;
    }
    if (X509_cmp_current_time(X509_get0_notBefore(own)) > 0) {
        write_date(X509_get0_notBefore(own), date);
        snprintf(probe->words, REASON_BYTES,
                 "this display's certificate is not valid before %.10s, and this machine's clock "
                 "says %.16s: set the clock",
                 date, now);
        return true;
    }
    return false;
}

/* The broker has refused our certificate, or that there is none. */
static void say_ours(struct probe *probe, int reason) {
    const char *host_port = probe->address->host_port;
    if (probe->options->cert_file[0] == '\0') {
        snprintf(probe->words, REASON_BYTES,
                 "broker %.50s wants a certificate of this display: set [broker] cert_file and "
                 "key_file",
                 host_port);
    } else if (say_own_time(probe)) {
        return;
    } else if (reason == SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED) {
        snprintf(probe->words, REASON_BYTES,
                 "broker %.50s: this display's certificate is revoked: have a new one made",
                 host_port);
    } else if (reason == SSL_R_TLSV1_ALERT_UNKNOWN_CA) {
        snprintf(probe->words, REASON_BYTES,
                 "broker %.50s does not know the authority of this display's certificate "
                 "([broker] cert_file)",
                 host_port);
    } else if (reason == SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED) {
        snprintf(probe->words, REASON_BYTES,
                 "broker %.50s calls this display's certificate expired, which it is not: its "
                 "clock, or its revocation list",
                 host_port);
    } else {
        snprintf(probe->words, REASON_BYTES,
                 "broker %.50s does not accept this display's certificate (%.50s)", host_port,
                 ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, reason)));
    }
}

/* Which alert the broker sent, or what else it sent in place of TLS. */
static void say_alert(struct probe *probe, unsigned long error) {
    const char *host_port = probe->address->host_port;
    int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
    if (reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE && !probe->wanted) {
        snprintf(probe->words, REASON_BYTES,
                 "broker %.50s and this display have no kind of TLS in common", host_port);
        return;
    }
    switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        say_ours(probe, reason);
        return;
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
        snprintf(probe->words, REASON_BYTES, "broker %.50s knows only TLS older than 1.2",
                 host_port);
        return;
    case 0:
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
        snprintf(probe->words, REASON_BYTES,
                 "broker %.50s does not speak TLS on this port: is it the port for mqtt://?",
                 host_port);
        return;
    default:
        snprintf(probe->words, REASON_BYTES, "broker %.50s: no TLS: %.80s", host_port,
                 ERR_reason_error_string(error));
    }
}

/* Our side of the handshake is over; waits for what the broker says of our certificate. One that
 * hangs up without an alert has another reason, which the handshake does not know. */
static void await_alert(struct probe *probe) {
    mono_ms deadline = clock_mono_ms() + ALERT_WAIT_MS;
    char byte;
    int result;
    do {
        ERR_clear_error();
        result = SSL_read(probe->ssl, &byte, 1);
    } while (result != 1 && await_peer(probe, result, deadline));
    unsigned long error = result != 1 ? ERR_peek_error() : 0;
    if (error != 0 && ERR_GET_REASON(error) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        say_alert(probe, error);
    }
}

static void shake_hands(struct probe *probe) {
    mono_ms deadline = clock_mono_ms() + HANDSHAKE_WAIT_MS;
    int result;
    do {
        ERR_clear_error();
        result = SSL_connect(probe->ssl);
    } while (result != 1 && await_peer(probe, result, deadline));
    if (result == 1) {
        await_alert(probe);
    } else if (still_waiting(probe, result)) {
        snprintf(probe->words, REASON_BYTES,
                 "broker %.60s takes the connection and then is silent: it hangs, or this is no "
                 "TLS port",
                 probe->address->host_port);
    } else if (probe->verified != X509_V_OK) {
        say_verified(probe);
    } else {
        say_alert(probe, ERR_peek_error());
    }
}

void tls_probe_explain(const struct broker_address *address, const struct link_options *options,
                       int fd, char words[REASON_BYTES]) {
    struct probe probe = {.address = address, .options = options, .words = words};
    words[0] = '\0';
    ERR_clear_error();
    probe.context = SSL_CTX_new(TLS_client_method());
    if (probe.context != NULL && prepare(&probe, fd)) {
        shake_hands(&probe);
    }
    SSL_free(probe.ssl);
    SSL_CTX_free(probe.context);
    ERR_clear_error();
}

static bool read_validity(X509 *certificate, struct link_validity *validity) {
    const ASN1_TIME *end = X509_get0_notAfter(certificate);
    struct tm parts;
    int seconds;
    return ASN1_TIME_to_tm(end, &parts) == 1 &&
           ASN1_TIME_diff(&validity->days_left, &seconds, NULL, end) == 1 &&
           strftime(validity->until, sizeof validity->until, "%Y-%m-%d", &parts) > 0;
}

/* Of the certificates at the start of a file, count at most. */
static void read_longest(const char *path, size_t count, struct link_validity *longest) {
    FILE *file = path[0] != '\0' ? fopen(path, "re") : NULL;
    X509 *certificate = NULL;
    *longest = (struct link_validity){0};
    while (file != NULL && count-- > 0 &&
           (certificate = PEM_read_X509(file, NULL, no_passphrase, NULL)) != NULL) {
        struct link_validity validity;
        bool first = longest->until[0] == '\0';
        if (read_validity(certificate, &validity) &&
            (first || validity.days_left > longest->days_left)) {
            *longest = validity;
        }
        X509_free(certificate);
    }
    if (file != NULL) {
        fclose(file);
    }
    ERR_clear_error();
}

void tls_probe_until(const char *path, struct link_validity *validity) {
    read_longest(path, 1, validity);
}

void tls_probe_until_last(const char *path, struct link_validity *validity) {
    read_longest(path, SIZE_MAX, validity);
}

/* A file that is nowhere but in memory, for functions that want a path. -1 with errno. */
static int hold(const struct tls_text *text, char path[PATH_BYTES]) {
    int fd = memfd_create("hallcall", MFD_CLOEXEC);
    const char *bytes = text->bytes;
    size_t put = 0;
    while (fd >= 0 && put < text->count) {
        ssize_t step = write(fd, bytes + put, text->count - put);
        if (step <= 0) {
            close(fd);
            return -1;
        }
        put += (size_t)step;
    }
    snprintf(path, PATH_BYTES, "/proc/self/fd/%d", fd);
    if (fd >= 0 && access(path, R_OK) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool tls_probe_files(const struct tls_text texts[TLS_FILES], enum tls_file *bad,
                     const char **words) {
    char places[TLS_FILES][PATH_BYTES] = {"", "", ""};
    const char *const paths[TLS_FILES] = {places[TLS_CA], places[TLS_CERT], places[TLS_KEY]};
    int held[TLS_FILES] = {-1, -1, -1};
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    bool good = context != NULL;
    for (int i = 0; i < TLS_FILES && good; i++) {
        held[i] = texts[i].bytes != NULL ? hold(&texts[i], places[i]) : -1;
        good = texts[i].bytes == NULL || held[i] >= 0;
    }
    ERR_clear_error();
    if (good) {
        *bad = load(context, paths, words);
    }
    for (int i = 0; i < TLS_FILES; i++) {
        if (held[i] >= 0) {
            close(held[i]);
        }
    }
    SSL_CTX_free(context);
    ERR_clear_error();
    return good;
}
