/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paho's MQTTAsync: its calls and its callbacks, and nothing else.
 *
 * The library is 1.3.12 in Debian 12; what it does and does not do was measured, and shapes this
 * file: both outcomes of every request are hooked (with only one, some failures are told twice or
 * not at all), a refusal's code is looked for in two places, one subscribeMany per connection and
 * no unsubscribe, no automatic reconnect (it waits on the wall clock), no persistence (it buys a
 * receiver nothing and wears the SD card), no sending while disconnected (the outbox is ours).
 *
 * Both TLS checks are on: enableServerCertAuth alone accepts a certificate made out to another
 * host, verify alone accepts an unknown authority. The cipher string takes back the security level
 * that Paho lowers. There is no switch to turn any of it off.
 *
 * A handle's lock is held around every hook, so that once `closed` is set under it no hook runs and
 * none will. Paho is never called with it held.
 */
#include "feed/paho.h"

#include "system/clock.h"
#include "system/log.h"

#include <MQTTAsync.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    MAXIMUM_PACKET_BYTES = PAYLOAD_BYTES_MAX + 1024, /* with topic and properties */
    DISCONNECT_TIMEOUT_MS = 200,
    PAHO_NAP_US = 100000,    /* what its receive thread sleeps after a second without a packet */
    PAHO_NAP_GAP_US = 500000 /* see usleep below */
};

struct paho {
    struct paho_setup setup;
    MQTTAsync handle;
    int version; /* of the connection being made or standing; set before connect */
    pthread_mutex_t lock;
    bool closed;                 /* lock: hooks are over */
    char tls_text[REASON_BYTES]; /* lock: OpenSSL's last words since connect */
};

/* Whether this is Paho's receive thread: hooks of messages and connections run in it. */
static _Thread_local bool receives;

/*
 * Paho's only way to sleep, taken over. Its receive thread polls the sockets for a second and, when
 * nothing came, calls usleep(100000) before it polls again (MQTTAsync_cycle): in a quiet hall one
 * message in eleven came up to 100 ms late, and the rate of calls in a real hall makes it likelier
 * still. The poll has already waited, so this nap is left out there. Never twice within half a
 * second: without a socket Paho's poll returns at once, and then the nap is what keeps it from
 * spinning.
 */
int usleep(useconds_t duration_us) {
    static _Thread_local int64_t left_out_us;
    int64_t now_us = clock_mono_us();
    if (receives && duration_us == PAHO_NAP_US && now_us - left_out_us >= PAHO_NAP_GAP_US) {
        left_out_us = now_us;
        return 0;
    }
    struct timespec duration = {.tv_sec = (time_t)(duration_us / 1000000),
                                .tv_nsec = (long)(duration_us % 1000000) * 1000};
    return nanosleep(&duration, NULL);
}

static void send_report(struct paho *paho, struct paho_report *report) {
    report->from = paho;
    pthread_mutex_lock(&paho->lock);
    if (!paho->closed) {
        paho->setup.hooks.report(paho->setup.hooks.context, report);
    }
    pthread_mutex_unlock(&paho->lock);
}

static int64_t expiry_left_ms(MQTTAsync_message *message) {
    const enum MQTTPropertyCodes expiry = MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL;
    if (!MQTTProperties_hasProperty(&message->properties, expiry)) {
        return -1;
    }
    /* The value is 32 bits wide and comes in an int that may have turned negative. */
    return 1000 * (int64_t)(uint32_t)MQTTProperties_getNumericValue(&message->properties, expiry);
}

static int on_message(void *context, char *topic, int topic_bytes, MQTTAsync_message *message) {
    struct paho *paho = context;
    receives = true;
    struct paho_message copy = {
        .topic = topic,
        .topic_bytes = topic_bytes > 0 ? (size_t)topic_bytes : strlen(topic),
        .payload = message->payload,
        .payload_bytes = (size_t)message->payloadlen,
        .retained = message->retained != 0,
        .redelivered = message->dup != 0,
        .expiry_left_ms = expiry_left_ms(message),
    };
    pthread_mutex_lock(&paho->lock);
    bool taken = paho->closed || paho->setup.hooks.message(paho->setup.hooks.context, &copy);
    pthread_mutex_unlock(&paho->lock);
    if (!taken) {
        return 0; /* Paho keeps it and offers it again, before what came later */
    }
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
}

static void on_lost(void *context, char *cause) {
    struct paho_report report = {.kind = PAHO_LOST};
    snprintf(report.text, sizeof report.text, "%s", cause != NULL ? cause : "");
    send_report(context, &report);
}

static void on_disconnected(void *context, MQTTProperties *properties,
                            enum MQTTReasonCodes reason_code) {
    (void)properties;
    struct paho_report report = {.kind = PAHO_LOST, .code = (int)reason_code};
    snprintf(report.text, sizeof report.text, "DISCONNECT %d", (int)reason_code);
    send_report(context, &report);
}

static int on_tls_text(const char *text, size_t bytes, void *context) {
    struct paho *paho = context;
    pthread_mutex_lock(&paho->lock);
    snprintf(paho->tls_text, sizeof paho->tls_text, "%.*s", (int)(bytes < 160 ? bytes : 160), text);
    pthread_mutex_unlock(&paho->lock);
    return 1;
}

static void on_connect(void *context, MQTTAsync_successData *data) {
    receives = true;
    struct paho_report report = {.kind = PAHO_CONNECTED, .version = 4};
    report.session_present = data != NULL && data->alt.connect.sessionPresent != 0;
    send_report(context, &report);
}

static void on_connect5(void *context, MQTTAsync_successData5 *data) {
    receives = true;
    struct paho_report report = {.kind = PAHO_CONNECTED, .version = 5};
    report.session_present = data != NULL && data->alt.connect.sessionPresent != 0;
    send_report(context, &report);
}

/* The two shapes of a failure as one. In 1.3.12 a CONNACK's reason is in `code`, later in
 * `reasonCode`. */
static void fill_failure(struct paho_report *report, const MQTTAsync_failureData *data) {
    if (data != NULL) {
        report->token = data->token;
        report->code = data->code;
        snprintf(report->text, sizeof report->text, "%s",
                 data->message != NULL ? data->message : "");
    }
}

static void fill_failure5(struct paho_report *report, const MQTTAsync_failureData5 *data) {
    if (data != NULL) {
        report->token = data->token;
        report->code = (int)data->reasonCode > 0 ? (int)data->reasonCode : data->code;
        snprintf(report->text, sizeof report->text, "%s",
                 data->message != NULL ? data->message : "");
    }
}

/* Adds what OpenSSL said, if it said anything. */
static void send_refusal(struct paho *paho, struct paho_report *report) {
    pthread_mutex_lock(&paho->lock);
    size_t length = strlen(report->text);
    if (paho->tls_text[0] != '\0') {
        snprintf(report->text + length, sizeof report->text - length, ": %s", paho->tls_text);
    }
    pthread_mutex_unlock(&paho->lock);
    send_report(paho, report);
}

static void on_refused(void *context, MQTTAsync_failureData *data) {
    struct paho_report report = {.kind = PAHO_REFUSED, .code = -1};
    fill_failure(&report, data);
    send_refusal(context, &report);
}

static void on_refused5(void *context, MQTTAsync_failureData5 *data) {
    struct paho_report report = {.kind = PAHO_REFUSED, .code = -1};
    fill_failure5(&report, data);
    send_refusal(context, &report);
}

static void on_subscribed(void *context, MQTTAsync_successData *data) {
    struct paho *paho = context;
    struct paho_report report = {.kind = PAHO_SUBSCRIBED,
                                 .codes_count = paho->setup.options->topics_count};
    for (size_t i = 0; data != NULL && i < report.codes_count; i++) {
        int granted = report.codes_count == 1 ? data->alt.qos : data->alt.qosList[i];
        report.codes[i] = (unsigned char)granted;
    }
    send_report(paho, &report);
}

static void on_subscribed5(void *context, MQTTAsync_successData5 *data) {
    struct paho_report report = {.kind = PAHO_SUBSCRIBED, .codes_count = 1};
    if (data != NULL && data->alt.sub.reasonCodeCount > 1) {
        report.codes_count = (size_t)data->alt.sub.reasonCodeCount;
        for (size_t i = 0; i < report.codes_count && i < LINK_TOPICS_MAX; i++) {
            report.codes[i] = (unsigned char)data->alt.sub.reasonCodes[i];
        }
    } else if (data != NULL) {
        report.codes[0] = (unsigned char)data->reasonCode;
    }
    send_report(context, &report);
}

static void on_subscribe_failed(void *context, MQTTAsync_failureData *data) {
    struct paho_report report = {.kind = PAHO_SUBSCRIBE_FAILED};
    fill_failure(&report, data);
    send_report(context, &report);
}

static void on_subscribe_failed5(void *context, MQTTAsync_failureData5 *data) {
    struct paho_report report = {.kind = PAHO_SUBSCRIBE_FAILED};
    fill_failure5(&report, data);
    send_report(context, &report);
}

static void on_sent(void *context, MQTTAsync_successData *data) {
    struct paho_report report = {.kind = PAHO_SENT, .token = data != NULL ? data->token : 0};
    send_report(context, &report);
}

static void on_sent5(void *context, MQTTAsync_successData5 *data) {
    struct paho_report report = {.kind = PAHO_SENT};
    if (data != NULL) {
        report.token = data->token;
        report.code = (int)data->reasonCode;
        report.kind = report.code >= 0x80 ? PAHO_SEND_FAILED : PAHO_SENT;
    }
    send_report(context, &report);
}

static void on_send_failed(void *context, MQTTAsync_failureData *data) {
    struct paho_report report = {.kind = PAHO_SEND_FAILED};
    fill_failure(&report, data);
    send_report(context, &report);
}

static void on_send_failed5(void *context, MQTTAsync_failureData5 *data) {
    struct paho_report report = {.kind = PAHO_SEND_FAILED};
    fill_failure5(&report, data);
    send_report(context, &report);
}

static void on_disconnect_done(void *context, MQTTAsync_successData *data) {
    (void)data;
    struct paho_report report = {.kind = PAHO_DISCONNECTED};
    send_report(context, &report);
}

static void on_disconnect_failed(void *context, MQTTAsync_failureData *data) {
    (void)data;
    on_disconnect_done(context, NULL);
}

static void on_disconnect_done5(void *context, MQTTAsync_successData5 *data) {
    (void)data;
    on_disconnect_done(context, NULL);
}

static void on_disconnect_failed5(void *context, MQTTAsync_failureData5 *data) {
    (void)data;
    on_disconnect_done(context, NULL);
}

static bool create_handle(struct paho *paho) {
    char uri[HOST_PORT_BYTES + 8];
    const struct broker_address *address = paho->setup.address;
    snprintf(uri, sizeof uri, "%s%s", address->tls ? "ssl://" : "tcp://", address->host_port);
    MQTTAsync_createOptions options = MQTTAsync_createOptions_initializer5;
    options.sendWhileDisconnected = 0;
    if (MQTTAsync_createWithOptions(&paho->handle, uri, paho->setup.options->client_id,
                                    MQTTCLIENT_PERSISTENCE_NONE, NULL,
                                    &options) != MQTTASYNC_SUCCESS) {
        return false;
    }
    MQTTAsync_setCallbacks(paho->handle, paho, on_lost, on_message, NULL);
    MQTTAsync_setDisconnected(paho->handle, paho, on_disconnected);
    return true;
}

struct paho *paho_create(const struct paho_setup *setup) {
    struct paho *paho = calloc(1, sizeof *paho);
    if (paho == NULL) {
        return NULL;
    }
    paho->setup = *setup;
    pthread_mutex_init(&paho->lock, NULL);
    if (!create_handle(paho)) {
        pthread_mutex_destroy(&paho->lock);
        free(paho);
        return NULL;
    }
    return paho;
}

static const char *path_or_null(const char *path) {
    return path[0] != '\0' ? path : NULL;
}

static void fill_tls(struct paho *paho, MQTTAsync_SSLOptions *tls) {
    const struct link_options *options = paho->setup.options;
    tls->trustStore = path_or_null(options->ca_file);
    tls->disableDefaultTrustStore = options->ca_file[0] != '\0';
    tls->keyStore = path_or_null(options->cert_file);
    tls->privateKey = path_or_null(options->key_file);
    tls->privateKeyPassword = ""; /* else OpenSSL asks whoever sits at the terminal for one */
    tls->enabledCipherSuites = "DEFAULT:@SECLEVEL=2";
    tls->enableServerCertAuth = 1;
    tls->verify = 1;
    tls->ssl_error_cb = on_tls_text;
    tls->ssl_error_context = paho;
}

static void add_number(MQTTProperties *properties, enum MQTTPropertyCodes code, unsigned value) {
    MQTTProperty property = {.identifier = code};
    if (code == MQTTPROPERTY_CODE_RECEIVE_MAXIMUM) {
        property.value.integer2 = (unsigned short)value;
    } else {
        property.value.integer4 = value;
    }
    MQTTProperties_add(properties, &property);
}

/* What differs between the two versions of the protocol. */
static void fill_version(struct paho *paho, MQTTAsync_connectOptions *connect,
                         MQTTProperties *properties, MQTTProperties *will_properties) {
    unsigned expiry_s = (unsigned)paho->setup.options->session_expiry_s;
    if (paho->version != 5) {
        connect->MQTTVersion = MQTTVERSION_3_1_1;
        connect->cleansession = expiry_s == 0;
        connect->onSuccess = on_connect;
        connect->onFailure = on_refused;
        return;
    }
    connect->cleanstart = expiry_s == 0;
    connect->onSuccess5 = on_connect5;
    connect->onFailure5 = on_refused5;
    add_number(properties, MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, expiry_s);
    add_number(properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM, PAHO_IN_FLIGHT_MAX);
    add_number(properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE, MAXIMUM_PACKET_BYTES);
    connect->connectProperties = properties;
    if (connect->will != NULL) {
        add_number(will_properties, MQTTPROPERTY_CODE_WILL_DELAY_INTERVAL, PAHO_WILL_DELAY_S);
        connect->willProperties = will_properties;
    }
}

static void *end_at_once(void *context) {
    return context;
}

/* Paho starts two threads with its first connection and does not look whether it got them: without
 * them it would neither connect nor give up, for ever. So it is only asked when there are some. */
static bool threads_left(void) {
    pthread_t threads[2];
    int started = 0;
    while (started < 2 && pthread_create(&threads[started], NULL, end_at_once, NULL) == 0) {
        started++;
    }
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    return started == 2;
}

bool paho_connect(struct paho *paho, int version) {
    if (!threads_left()) {
        return false;
    }
    const struct link_options *options = paho->setup.options;
    MQTTAsync_connectOptions initial4 = MQTTAsync_connectOptions_initializer;
    MQTTAsync_connectOptions initial5 = MQTTAsync_connectOptions_initializer5;
    MQTTAsync_connectOptions connect = version == 5 ? initial5 : initial4;
    MQTTAsync_willOptions will = MQTTAsync_willOptions_initializer;
    MQTTAsync_SSLOptions tls = MQTTAsync_SSLOptions_initializer;
    MQTTProperties properties = MQTTProperties_initializer;
    MQTTProperties will_properties = MQTTProperties_initializer;
    paho->version = version;
    pthread_mutex_lock(&paho->lock);
    paho->tls_text[0] = '\0';
    pthread_mutex_unlock(&paho->lock);
    connect.keepAliveInterval = options->keepalive_s;
    connect.connectTimeout = PAHO_CONNECT_TIMEOUT_S;
    connect.context = paho;
    connect.username = path_or_null(options->username);
    connect.password = path_or_null(paho->setup.password);
    if (options->online_topic[0] != '\0') {
        will.topicName = options->online_topic;
        will.message = "offline";
        will.retained = 1;
        will.qos = 1;
        connect.will = &will;
    }
    if (paho->setup.address->tls) {
        fill_tls(paho, &tls);
        connect.ssl = &tls;
    }
    fill_version(paho, &connect, &properties, &will_properties);
    int rc = MQTTAsync_connect(paho->handle, &connect);
    MQTTProperties_free(&properties);
    MQTTProperties_free(&will_properties);
    return rc == MQTTASYNC_SUCCESS;
}

bool paho_subscribe(struct paho *paho) {
    const struct link_options *options = paho->setup.options;
    MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;
    char *topics[LINK_TOPICS_MAX];
    int qos[LINK_TOPICS_MAX];
    for (size_t i = 0; i < options->topics_count; i++) {
        topics[i] = (char *)options->topics[i];
        qos[i] = 1;
    }
    response.context = paho;
    if (paho->version == 5) {
        response.onSuccess5 = on_subscribed5;
        response.onFailure5 = on_subscribe_failed5;
    } else {
        response.onSuccess = on_subscribed;
        response.onFailure = on_subscribe_failed;
    }
    return MQTTAsync_subscribeMany(paho->handle, (int)options->topics_count, topics, qos,
                                   &response) == MQTTASYNC_SUCCESS;
}

bool paho_publish(struct paho *paho, const struct publication *publication, int *token) {
    MQTTAsync_message message = MQTTAsync_message_initializer;
    MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;
    message.payload = (void *)publication->payload;
    message.payloadlen = (int)publication->payload_bytes;
    message.qos = publication->qos;
    message.retained = publication->retained;
    response.context = paho;
    if (paho->version == 5) {
        response.onSuccess5 = on_sent5;
        response.onFailure5 = on_send_failed5;
        if (publication->expiry_s > 0) {
            add_number(&message.properties, MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL,
                       publication->expiry_s);
        }
    } else {
        response.onSuccess = on_sent;
        response.onFailure = on_send_failed;
    }
    int rc = MQTTAsync_sendMessage(paho->handle, publication->topic, &message, &response);
    MQTTProperties_free(&message.properties);
    *token = response.token;
    return rc == MQTTASYNC_SUCCESS;
}

bool paho_disconnect(struct paho *paho) {
    MQTTAsync_disconnectOptions initial4 = MQTTAsync_disconnectOptions_initializer;
    MQTTAsync_disconnectOptions initial5 = MQTTAsync_disconnectOptions_initializer5;
    MQTTAsync_disconnectOptions options = paho->version == 5 ? initial5 : initial4;
    options.timeout = DISCONNECT_TIMEOUT_MS;
    options.context = paho;
    if (paho->version == 5) {
        options.onSuccess5 = on_disconnect_done5;
        options.onFailure5 = on_disconnect_failed5;
    } else {
        options.onSuccess = on_disconnect_done;
        options.onFailure = on_disconnect_failed;
    }
    return MQTTAsync_disconnect(paho->handle, &options) == MQTTASYNC_SUCCESS;
}

/* From here on no hook runs: a hook that is running is waited for. */
static void close_hooks(struct paho *paho) {
    pthread_mutex_lock(&paho->lock);
    paho->closed = true;
    pthread_mutex_unlock(&paho->lock);
}

void paho_destroy(struct paho *paho) {
    if (paho == NULL) {
        return;
    }
    close_hooks(paho);
    MQTTAsync_destroy(&paho->handle);
    pthread_mutex_destroy(&paho->lock);
    free(paho);
}

static void *destroy_thread(void *paho) {
    paho_destroy(paho);
    return NULL;
}

void paho_abandon(struct paho *paho) {
    pthread_t thread;
    close_hooks(paho);
    if (pthread_create(&thread, NULL, destroy_thread, paho) == 0) {
        pthread_detach(thread);
    } else {
        log_line(LOG_WARN, "link", "no thread to end a broken connection with: it is left behind");
    }
}
