/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hallcall journal: "when was A107 called, and was it heard?"
 *
 * The table is for a person and tells one line a call; CSV and JSON are for a spreadsheet or a
 * script and give every record as it was written, times in UTC. A made-up id of a call that had
 * none ("=A107") is left out of both: it is nobody's, and a spreadsheet would take it for a
 * formula. For the same reason no field of CSV begins with a character that opens one.
 *
 * It reads while the hall runs; nothing is locked. Considered and refused: answering over MQTT,
 * which would make a queue of visitors readable to whoever may subscribe.
 */
#include "command/command.h"
#include "command/story.h"
#include "command/wiring.h"
#include "core/text.h"
#include "feed/timestamp.h"
#include "journal/reading.h"
#include "system/clock.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "Usage: hallcall journal [TICKET] [--since TIME] [--format table|csv|json]\n"
    "                        [--file PATH] [--config FILE] [--set SECTION.KEY=VALUE]...\n"
    "\n"
    "Tells when a ticket was called, shown and heard, or why it was not. Without a ticket,\n"
    "everything that was called today.\n"
    "\n"
    "  --since TIME             today, 08:15, 2026-11-22, \"2026-11-22 08:15\" (local time), or a\n"
    "                           time with its zone as in 2026-11-22T08:15:00Z\n"
    "  --format FORMAT          table (one line a call), csv or json (all records, in UTC)\n"
    "  --file PATH              read this journal instead of the configured one\n"
    "  --config FILE            read this file instead of /etc/hallcall/hallcall.ini\n"
    "  --set SECTION.KEY=VALUE  set one value; wins over the file, may be repeated\n"
    "  --help                   this text\n";

static const char *const step_names[] = {[JOURNAL_RECEIVED] = "received",
                                         [JOURNAL_SHOWN] = "shown",
                                         [JOURNAL_HEARD] = "heard",
                                         [JOURNAL_NOT_HEARD] = "not-heard",
                                         [JOURNAL_ENDED] = "ended"};
static const char *const kind_names[] = {[UTTERANCE_CALL] = "call",
                                         [UTTERANCE_RECALL] = "recall",
                                         [UTTERANCE_NOTICE] = "notice",
                                         [UTTERANCE_URGENT] = "urgent"};

/* One run of the command. */
struct telling {
    struct config config;
    struct journal_query query;
    char path[JOURNAL_PATH_BYTES];
    char ticket[TICKET_BYTES];
    journal_reader *reader; /* of the format */
    struct stories stories;
    uint64_t records;
};

static int complain(const char *words, const char *value) {
    fprintf(stderr, "hallcall journal: %s%s%s\n", words, value[0] != '\0' ? ": " : "", value);
    return EXIT_USAGE;
}

/* --- when ------------------------------------------------------------------------------------ */

static bool midnight(struct tm *local) {
    struct moment now = clock_moment();
    time_t seconds = now.wall == TIME_UNKNOWN ? 0 : (time_t)(now.wall / 1000);
    if (now.wall == TIME_UNKNOWN || localtime_r(&seconds, local) == NULL) {
        return false;
    }
    local->tm_hour = local->tm_min = local->tm_sec = 0;
    return true;
}

/* Reads a local time of one of the accepted forms into what is midnight of today before. */
static bool read_local(const char *text, struct tm *local) {
    static const char *const forms[] = {"today", "%H:%M", "%Y-%m-%d", "%Y-%m-%d %H:%M",
                                        "%Y-%m-%dT%H:%M"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct tm attempt = *local;
        const char *end = strptime(text, forms[i], &attempt);
        if (end != NULL && *end == '\0') {
            *local = attempt;
            return true;
        }
    }
    return false;
}

static bool read_since(const char *text, wall_ms *since) {
    struct tm local;
    if (timestamp_read(text, since)) {
        return true;
    }
    if (!midnight(&local) || !read_local(text, &local)) {
        return false;
    }
    local.tm_isdst = -1;
    time_t seconds = mktime(&local);
    *since = (wall_ms)seconds * 1000;
    return seconds != (time_t)-1;
}

/* --- formats --------------------------------------------------------------------------------- */

/* "" for a time that is not known or that no calendar holds. */
static void write_time(wall_ms at, char out[TIMESTAMP_BYTES]) {
    const wall_ms end = INT64_C(253402300800000); /* the year 10000 */
    out[0] = '\0';
    if (at >= 0 && at < end) {
        timestamp_write(at, out);
    }
}

static const char *own_id(const struct journal_record *record) {
    return record->id[0] == '=' ? "" : record->id;
}

/* Quoted where it must be; a text that a spreadsheet could run is given a blank in front. */
static void print_csv(const char *text) {
    if (text[0] != '\0' && strchr("=+-@", text[0]) != NULL) {
        fputs("\" ", stdout);
    } else if (text[strcspn(text, "\",\r\n")] == '\0') {
        fputs(text, stdout);
        return;
    } else {
        putchar('"');
    }
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            putchar('"');
        }
        putchar(*text);
    }
    putchar('"');
}

static bool read_csv(void *context, const struct journal_record *record) {
    struct telling *telling = context;
    char time[TIMESTAMP_BYTES];
    write_time(record->at, time);
    printf("%s,%s,%s,", time, step_names[record->step], kind_names[record->kind]);
    print_csv(record->ticket);
    putchar(',');
    print_csv(record->counter);
    putchar(',');
    print_csv(own_id(record));
    printf(",%u,", record->n);
    print_csv(record->lang);
    putchar(',');
    if (record->latency_ms >= 0) {
        printf("%lld", (long long)record->latency_ms);
    }
    putchar(',');
    print_csv(record->reason);
    putchar(',');
    print_csv(record->hall);
    putchar('\n');
    telling->records++;
    return true;
}

/* Texts of the journal are UTF-8 without control characters. */
static void print_member(const char *name, const char *text) {
    if (text[0] == '\0') {
        return;
    }
    printf(",\"%s\":\"", name);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            putchar('\\');
        }
        putchar(*text);
    }
    putchar('"');
}

static bool read_json(void *context, const struct journal_record *record) {
    struct telling *telling = context;
    char time[TIMESTAMP_BYTES];
    write_time(record->at, time);
    fputs(telling->records > 0 ? ",\n{" : "\n{", stdout);
    printf("\"step\":\"%s\",\"kind\":\"%s\",\"n\":%u", step_names[record->step],
           kind_names[record->kind], record->n);
    print_member("time", time);
    print_member("id", own_id(record));
    print_member("ticket", record->ticket);
    print_member("counter", record->counter);
    print_member("lang", record->lang);
    if (record->latency_ms >= 0) {
        printf(",\"latency_ms\":%lld", (long long)record->latency_ms);
    }
    print_member("reason", record->reason);
    print_member("hall", record->hall);
    putchar('}');
    telling->records++;
    return true;
}

static bool read_table(void *context, const struct journal_record *record) {
    struct telling *telling = context;
    return stories_add(&telling->stories, record);
}

/* A heading where the day changes. */
static void print_day(wall_ms at, char day[64]) {
    char text[64] = "While the clock was not set";
    struct tm local;
    time_t seconds = at == TIME_UNKNOWN ? 0 : (time_t)(at / 1000);
    if (at != TIME_UNKNOWN && localtime_r(&seconds, &local) != NULL &&
        strftime(text, sizeof text, "%A, %d %B %Y", &local) == 0) {
        text[0] = '\0';
    }
    if (strcmp(text, day) != 0) {
        printf("%s%s\n", day[0] != '\0' ? "\n" : "", text);
        memcpy(day, text, sizeof text);
    }
}

/* What is said when nothing was found. */
static void print_nothing(const struct telling *telling) {
    char text[32] = "";
    struct tm local;
    time_t seconds = (time_t)(telling->query.since / 1000);
    printf("%s%s", telling->ticket[0] != '\0' ? telling->ticket : "Nothing",
           telling->ticket[0] != '\0' ? " was not called" : " was called");
    if (telling->query.since != TIME_UNKNOWN && localtime_r(&seconds, &local) != NULL &&
        strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local) > 0) {
        printf(" since %s", text);
    }
    puts(", as far as the journal goes back.");
}

static void print_table(const struct telling *telling) {
    char day[64] = "", words[STORY_BYTES], clock[16];
    for (size_t i = 0; i < telling->stories.count; i++) {
        const struct story *story = &telling->stories.list[i];
        print_day(story->at, day);
        story_tell(story, &telling->config.hall, words);
        printf("  %s  %s%s%s\n", story_clock(story->at, clock), story->ticket,
               story->ticket[0] != '\0' ? "  " : "", words);
    }
    if (telling->stories.count == 0) {
        print_nothing(telling);
    }
}

/* --- the command ----------------------------------------------------------------------------- */

static bool choose_format(struct telling *telling, const char *format) {
    static const struct {
        const char *name;
        journal_reader *reader;
    } formats[] = {{"table", read_table}, {"csv", read_csv}, {"json", read_json}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, format) == 0) {
            telling->reader = formats[i].reader;
        }
    }
    return telling->reader != NULL;
}

/* Tickets are kept in capital letters, and people type small ones. */
static bool read_ticket(struct telling *telling, const char *text) {
    if (text[0] == '\0' || strlen(text) >= sizeof telling->ticket) {
        return false;
    }
    for (size_t i = 0; text[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)text[i];
        telling->ticket[i] = byte < 0x80 ? (char)toupper(byte) : text[i];
    }
    return true;
}

/* The file that is named, or the one the hall writes. */
static bool choose_file(struct telling *telling, const char *file) {
    struct journal_options options;
    wire_journal(&telling->config.settings, &options);
    text_copy(telling->path, sizeof telling->path, file[0] != '\0' ? file : options.path);
    return telling->path[0] != '\0';
}

static int tell(struct telling *telling) {
    char reason[REASON_BYTES];
    telling->query.path = telling->path;
    telling->query.ticket = telling->ticket;
    if (telling->reader == read_csv) {
        puts("time,step,kind,ticket,counter,id,n,language,latency_ms,reason,hall");
    } else if (telling->reader == read_json) {
        putchar('[');
    }
    bool good = journal_read(&telling->query, telling->reader, telling, reason);
    if (telling->reader == read_json) {
        puts("\n]");
    } else if (telling->reader == read_table && good) {
        print_table(telling);
    }
    if (!good) {
        fprintf(stderr, "hallcall journal: %s\n", reason);
    }
    if (fflush(stdout) != 0) {
        fputs("hallcall journal: standard output cannot be written\n", stderr);
        good = false;
    }
    return good ? EXIT_OK : EXIT_RUNTIME;
}

static int prepare(struct telling *telling, struct common_options *common, const char *since,
                   const char *file) {
    if (since[0] == '\0') {
        since = telling->ticket[0] != '\0' ? "" : "today";
    }
    telling->query.since = TIME_UNKNOWN;
    if (since[0] != '\0' && !read_since(since, &telling->query.since)) {
        return complain("--since: expected today, a time or a date (see --help)", since);
    }
    if (!options_load(common, &telling->config)) {
        return common->code;
    }
    if (!choose_file(telling, file)) {
        fputs("hallcall journal: no journal is kept: set [journal] path, or name one with --file\n",
              stderr);
        return EXIT_RUNTIME;
    }
    return EXIT_OK;
}

static int run(int argc, char **argv) {
    const char *since = "", *format = "table", *file = "";
    const struct option_spec specs[] = {{.name = "--since", .takes_value = true, .value = &since},
                                        {.name = "--format", .takes_value = true, .value = &format},
                                        {.name = "--file", .takes_value = true, .value = &file},
                                        {.name = NULL}};
    struct common_options common;
    if (!options_parse(&command_journal, argc, argv, specs, &common)) {
        return common.code;
    }
    if (argc - common.operands > 1) {
        return complain("expected one ticket at most", "");
    }
    struct telling *telling = calloc(1, sizeof *telling);
    if (telling == NULL) {
        return command_no_memory();
    }
    int code = EXIT_OK;
    if (common.operands < argc && !read_ticket(telling, argv[common.operands])) {
        code = complain("expected a ticket", argv[common.operands]);
    } else if (!choose_format(telling, format)) {
        code = complain("--format: expected table, csv or json", format);
    } else {
        code = prepare(telling, &common, since, file);
    }
    if (code == EXIT_OK) {
        code = tell(telling);
    }
    stories_finish(&telling->stories);
    free(telling);
    return code;
}

const struct command command_journal = {
    .name = "journal",
    .summary = "tell when a ticket was called, shown and heard",
    .usage = usage,
    .run = run,
};
