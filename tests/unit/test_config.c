/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From files and --set to a configuration: defaults, ranges, errors, and the texts made from the
 * table of settings.
 */
#include "config/ini.h"
#include "config/settings.h"
#include "config/share.h"
#include "config/value.h"
#include "config_fixture.h"

enum { SETS_ROOM = 8 };

static char source[CONFIG_PATH_BYTES];

static void test_defaults(void **state) {
    (void)state;
    assert_true(load(NULL, NULL));
    const struct settings *settings = &config.settings;
    assert_string_equal(settings->broker.url, "mqtt://127.0.0.1:1883");
    assert_string_equal(settings->broker.root, "hallcall");
    assert_int_equal(settings->broker.keepalive_s, 3);
    assert_string_equal(settings->display.site, "demo");
    assert_string_equal(settings->display.halls.names[0], "main");
    assert_string_equal(settings->display.id, "screen-1");
    assert_false(settings->display.windowed);
    assert_int_equal(settings->display.width_px, 0);
    assert_string_equal(settings->audio.device, "default");
    assert_int_equal(settings->audio.volume.percent, 100);
    assert_string_equal(settings->log.level, "info");
    const struct hall *hall = &config.hall;
    assert_string_equal(hall->site, "demo");
    assert_string_equal(hall->halls.names[0], "main");
    assert_string_equal(hall->display, "screen-1");
    assert_int_equal(hall->languages_count, 1);
    assert_string_equal(hall->languages[0].tag, "en");
    assert_int_equal(hall->noun, NOUN_COUNTER);
    assert_int_equal(hall->counters_count, 0);
    assert_int_equal(hall->policy.fresh_max_ms, 30000);
    assert_int_equal(hall->policy.listed_max_ms, 120 * 60000);
    assert_int_equal(hall->policy.gap_ms, 500);
    assert_int_equal(hall->policy.repeat, 0);
}

/* Whether a number is taken, with the limits that belong together out of its way. */
static bool number_taken(const struct setting *setting, int number) {
    char set[96];
    bool voice = strcmp(setting->section, "voice") == 0;
    snprintf(set, sizeof set, "%s%s.%s=%d", setting->section, voice ? " en" : "", setting->key,
             number);
    bool least = strcmp(setting->key, "listed_min_s") == 0;
    const char *const sets[] = {least ? "calls.listed_max_min=1440" : "calls.listed_min_s=10", set,
                                voice ? "voice en.command=/bin/cat" : NULL, NULL};
    return load(NULL, sets);
}

/* Every number of the table: the ends of its range are good, one beyond is not. */
static void test_ranges(void **state) {
    (void)state;
    size_t numbers = 0;
    const struct setting *setting;
    for (size_t i = 0; (setting = settings_at(i)) != NULL; i++) {
        if (setting->kind != KIND_INTEGER && setting->kind != KIND_DURATION) {
            continue;
        }
        numbers++;
        assert_false(number_taken(setting, setting->min - 1));
        assert_told("expected a whole number of ");
        assert_true(number_taken(setting, setting->min));
        assert_true(number_taken(setting, setting->max));
        assert_false(number_taken(setting, setting->max + 1));
    }
    assert_true(numbers >= 13);
}

static const struct {
    const char *set, *told; /* told NULL: good */
} value_cases[] = {
    {"broker.url=mqtt://h", NULL},
    {"broker.url=mqtts://h:1", NULL},
    {"broker.url=mqtt://[::1]:65535", NULL},
    {"broker.url=mqtt://h:0", "expected mqtt://host:port"},
    {"broker.url=mqtt://h:65536", "expected mqtt://host:port"},
    {"broker.url=mqtt://", "expected mqtt://host:port"},
    {"broker.url=mqtt://h/x", "expected mqtt://host:port"},
    {"broker.url=mqtt://u:p@h:1", "expected mqtt://host:port"},
    {"broker.url=mqtt://[::1", "expected mqtt://host:port"},
    {"broker.url=http://h:1", "[broker] url: \"http://h:1\": expected mqtt://host:port"},
    {"broker.root=a", NULL},
    {"broker.root=", "expected 1 to 32 of the characters a-z 0-9 -"},
    {"display.site=abcdefghijklmnopqrstuvwxyz-01234", NULL},
    {"display.site=abcdefghijklmnopqrstuvwxyz-012345", "expected 1 to 32"},
    {"display.site=Town", "expected 1 to 32"},
    {"display.site=a/b", "expected 1 to 32"},
    {"display.windowed=yes", NULL},
    {"display.windowed=off", NULL},
    {"display.windowed=Yes", "expected yes or no"},
    {"display.size=180x180", NULL},
    {"display.size=16384x180", NULL},
    {"display.size=179x180", "expected width x height"},
    {"display.size=180x16385", "expected width x height"},
    {"display.size=1280", "expected width x height"},
    {"display.size=1280x720x", "expected width x height"},
    {"hall.languages=uk,en", NULL},
    {"hall.languages=en,en", "expected up to 8 different language tags"},
    {"hall.languages=en,", "expected up to 8 different language tags"},
    {"hall.languages=", "expected up to 8 different language tags"},
    {"hall.languages=EN", "expected up to 8 different language tags"},
    {"hall.languages=qq", "there is no "},
    {"hall.languages=none", "expected up to 8 different language tags"},
    {"hall.ticket_languages=none", NULL},
    {"hall.ticket_languages=uk, tr", NULL},
    {"hall.ticket_languages=en", "expected languages that [hall] languages does not have"},
    {"hall.ticket_languages=qq", "there is no "},
    {"hall.ticket_languages=ar, bg, cs, de, el, es, et, fi", "expected at most 8 languages in all"},
    {"hall.noun=door", NULL},
    {"hall.noun=doors", "expected counter, window, desk, room, door or office"},
    {"hall.name=Office", NULL},
    {"hall.name=", "expected 1 to 96 bytes of text"},
    {"hall.name.uk=Центр", NULL},
    {"hall.name.qq=x", "expected a language that there is a file for"},
    {"hall.name.=x", "expected a language tag such as uk"},
    {"audio.volume=ten", "expected a whole number of percent from 0 to 100"},
    {"audio.volume=1e1", "expected a whole number of percent"},
    {"audio.volume=+1", "expected a whole number of percent"},
    {"audio.volume=99999999999999999999", "expected a whole number of percent"},
    {"audio.volume=", "expected a whole number of percent"},
    {"audio.volume_schedule=mo 8-9 50", "expected up to 16 of [days] [hours] percent, such as"},
    {"audio.volume_min=-1", "expected a whole number of percent from 0 to 100"},
    {"audio.volume_schedule=mo-fr 07:00-09:00 80, sa 70", NULL},
    {"audio.volume_max=5", NULL},
    {"audio.second_device=default", "expected another device than device"},
    {"audio.second_device=plughw:CARD=Loop", NULL},
    {"audio.volume.uk=1", "unknown key; did you mean \"volume\"?"},
    {"ticket.pattern=^[A-Z]+$", NULL},
    {"ticket.pattern=^[А-Я]+$", "expected an extended regular expression"},
    {"ticket.pattern=^[A-ZÄ]{0,4}[- ]?[0-9]{0,5}[A-Z]?$", NULL},
    {"ticket.pattern=^([A-Z][0-9]+|[]-]+)*$", "expected an extended regular expression"},
    {"ticket.pattern=^([A-Z][0-9]|B)+$", NULL},
    {"ticket.pattern=a++", "expected an extended regular expression"},
    {"ticket.pattern=a{2}*", "expected an extended regular expression"},
    {"ticket.pattern=a{0,99}", "expected an extended regular expression"},
    {"ticket.pattern=((a)b)", "expected an extended regular expression"},
    {"ticket.pattern=[a", "expected an extended regular expression"},
    {"ticket.pattern=(", "expected an extended regular expression"},
    {"ticket.pattern=", "expected an extended regular expression"},
    {"ticket.prefixes=A, KB,М ,Ґ, 8", NULL},
    {"ticket.prefixes=", NULL},
    {"ticket.prefixes=ABCD", NULL},
    {"ticket.prefixes=ABCDE", "expected up to 26 different prefixes of 1 to 4 capitals"},
    {"ticket.prefixes=A, A", "expected up to 26 different prefixes"},
    {"ticket.prefixes=A,", "expected up to 26 different prefixes"},
    {"ticket.prefixes=,A", "expected up to 26 different prefixes"},
    {"ticket.prefixes=A B", "expected up to 26 different prefixes"},
    {"ticket.prefixes=a", "expected up to 26 different prefixes"},
    {"ticket.prefixes=A-", "expected up to 26 different prefixes"},
    {"ticket.prefixes=\xFF", "the value is not UTF-8"},
    {"ticket.prefixes=A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q,R,S,T,U,V,W,X,Y,Z", NULL},
    {"ticket.prefixes=A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q,R,S,T,U,V,W,X,Y,Z,Ä",
     "expected up to 26 different prefixes"},
    {"display.counters=1, 2,5-8 ,vip,room-7, 05", NULL},
    {"display.counters=", NULL},
    {"display.counters=5-8,7", "expected up to 32 different counters or ranges of plain numbers"},
    {"display.layout=counter",
     "[display] layout: \"counter\": expected exactly one counter in [display] counters, because "
     "[display] layout is counter"},
    {"log.level=debug", NULL},
    {"log.level=loud", "expected err, warn, info or debug"},
    {"counter 4.pan=-1", NULL},
    {"counter 4.pan=0.25", NULL},
    {"counter 4.pan=1.01", "expected a number from -1 to 1"},
    {"counter 4.pan=0.255", "expected a number from -1 to 1"},
    {"counter 4.pan=.5", "expected a number from -1 to 1"},
    {"counter 4.direction=ahead", NULL},
    {"counter 4.direction=forward", "expected none, left, right, up, down or ahead"},
    {"counter 4.floor=-3", NULL},
    {"counter 4.floor=10", "expected none, or a whole number from -3 to 9"},
    {"counter 4.floor=2nd", "expected none, or a whole number from -3 to 9"},
    {"calls.ways=yes", NULL},
    {"voice en.clips=/etc/clips", NULL},
    {"voice en.command=/usr/bin/piper --model x", NULL},
    {"voice en.command=piper --model x", "expected the path of a program, beginning with /"},
    {"voice en.rate=22050", "expected clips or command, one of the two"},
    {"voice fr.clips=/etc/clips", "expected a language that [hall] languages names"},
    {"voice en.volume=1", "unknown key"},
    {"voice.clips=/etc/clips", "expected [voice LANGUAGE]"},
    {"voice English.clips=/etc/clips", "expected [voice LANGUAGE]"},
    {"voice en.rate=7999", "expected clips or command"},
    {"voice en.limit_ms=199", "expected a whole number of milliseconds from 200 to 10000"},
    {"say КТ.spoken=[[ka tE]]", NULL},
    {"say VIP.spoken.uk=вай", NULL},
    {"say VIP.spoken=[[oh", "expected 1 to 96 bytes of words or [[phonemes]]"},
    {"say VIP.label=x", "unknown key"},
    {"say.spoken=x", "expected [say TEXT]"},
    {"say 123456789012345678901234567890123.spoken=x", "expected [say TEXT]"},
    {"counter A.noun=door", "expected [counter ID]"},
    {"counter.noun=door", "expected [counter ID]"},
    {"countr 4.noun=door", "expected [counter ID]"},
    {"borker.url=mqtt://h:1", "unknown section; did you mean \"broker\"?"},
    {"xyzzy.url=mqtt://h:1", "[xyzzy] url: \"mqtt://h:1\": unknown section"},
    {"broker.ulr=mqtt://h:1", "unknown key; did you mean \"url\"?"},
    {"calls.volume=1", "unknown key here; it belongs to [audio]"},
    {"broker.cert_file=/x", "expected a key_file as well"},
    {"broker.key_file=/x", "expected a cert_file as well"},
    {"broker.ca_file=/x", "expected mqtts://"},
    {"broker.password_file=/x", "expected a username as well"},
    {"broker.password=x", "only the hallcall.ini of the boot partition may hold a password"},
};

static void test_values(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof value_cases / sizeof value_cases[0]; i++) {
        bool good = load_set(value_cases[i].set);
        if (good != (value_cases[i].told == NULL)) {
            fail_msg("%s: %s", value_cases[i].set, diagnostics.lines[0]);
        }
        if (!good) {
            assert_told(value_cases[i].told);
        }
    }
}

static void test_volume_bounds(void **state) {
    (void)state;
    const char *const sets[] = {"audio.volume_min=60", "audio.volume_max=59", NULL};
    assert_false(load(NULL, sets));
    assert_told("expected no more than volume_max");
    const char *const equal[] = {"audio.volume_min=60", "audio.volume_max=60", NULL};
    assert_true(load(NULL, equal));
}

static void test_text_lengths(void **state) {
    (void)state;
    char set[CONFIG_PATH_BYTES + 64];
    for (size_t extra = 0; extra <= 1; extra++) {
        int head = snprintf(set, sizeof set, "broker.ca_file=");
        memset(set + head, 'x', CONFIG_PATH_BYTES);
        set[head + CONFIG_PATH_BYTES - 1 + (int)extra] = '\0';
        const char *const sets[] = {"broker.url=mqtts://h", set, NULL};
        assert_int_equal(load(NULL, sets), extra == 0);
    }
}

static void test_url_gets_its_port(void **state) {
    (void)state;
    assert_true(load_set("broker.url=mqtts://broker.example"));
    assert_string_equal(config.settings.broker.url, "mqtts://broker.example:8883");
    assert_true(load_set("broker.url=mqtt://[fe80::1]"));
    assert_string_equal(config.settings.broker.url, "mqtt://[fe80::1]:1883");
}

static void test_size_means_a_window(void **state) {
    (void)state;
    assert_true(load_set("display.size=800x600"));
    assert_true(config.settings.display.windowed);
    assert_int_equal(config.settings.display.width_px, 800);
    assert_int_equal(config.settings.display.height_px, 600);
    assert_true(load_set("display.windowed=yes"));
    assert_int_equal(config.settings.display.width_px, 1280);
    assert_int_equal(config.settings.display.height_px, 720);
}

static void test_file_and_sets(void **state) {
    (void)state;
    const char *const sets[] = {"audio.volume=30", "audio.volume=40", "counter 4.label.uk=Б",
                                "counter 9.pan=-0.5", NULL};
    assert_true(load("[audio]\nvolume = 20\ndevice = hw:1\n[hall]\nnoun = room\nlanguages = uk, "
                     "en\nname.uk = Центр\nname = Office\n[counter 4]\nlabel = A\nlabel.uk = "
                     "А\ndirection = left\nway = upstairs\n[counter 5]\nnoun = door\n[counter 6]\n",
                     sets));
    const struct hall *hall = &config.hall;
    assert_int_equal(config.settings.audio.volume.percent, 40);
    assert_string_equal(config.settings.audio.device, "hw:1");
    assert_int_equal(hall->languages_count, 2);
    assert_string_equal(hall->languages[0].tag, "uk");
    assert_int_equal(hall->names_count, 2);
    assert_string_equal(hall->names[0].tag, "");
    assert_string_equal(lang_text_pick(hall->names, hall->names_count, "uk"), "Центр");
    assert_string_equal(lang_text_pick(hall->names, hall->names_count, "de"), "Office");
    assert_int_equal(hall->counters_count, 4);
    assert_int_equal(hall_counter(hall, 0, "4")->noun, NOUN_ROOM);
    assert_int_equal(hall_counter(hall, 0, "4")->direction, DIRECTION_LEFT);
    assert_int_equal(hall_counter(hall, 0, "5")->noun, NOUN_DOOR);
    assert_int_equal(hall_counter(hall, 0, "6")->noun, NOUN_ROOM);
    assert_true(hall_counter(hall, 0, "9")->pan == -0.5F);
    assert_null(hall_counter(hall, 0, "7"));
    assert_string_equal(hall_counter_label(hall, 0, "4", "", "uk"), "Б");
    assert_string_equal(hall_counter_label(hall, 0, "4", "", "en"), "A");
    assert_string_equal(hall_counter_label(hall, 0, "4", "Z", "en"), "Z");
    assert_string_equal(hall_counter_label(hall, 0, "5", "", "en"), "5");
    assert_string_equal(hall_counter_label(hall, 0, "77", "", "en"), "77");
}

static void test_all_errors_at_once(void **state) {
    (void)state;
    assert_true(load_set("audio.volume=55"));
    const char *const sets[] = {"audio.volume=x", "oops", NULL};
    assert_false(load("x = 1\n[audio]\nvolume = 110\nvolme = 3\njunk\n[borker]\nurl = "
                      "x\n[counter X]\nnoun = room\n[hall]\nlanguages = qq\n",
                      sets));
    assert_told(":1: x: \"1\": expected a [section] heading before the first setting");
    assert_told(":3: [audio] volume: \"110\": expected a whole number of percent from 0 to 100");
    assert_told(":4: [audio] volme: \"3\": unknown key; did you mean \"volume\"?");
    assert_told(":5: [audio]: expected \"key = value\"");
    assert_told(":6: [borker]: unknown section; did you mean \"broker\"?");
    assert_told(":8: [counter X]: expected [counter ID]");
    assert_told(":11: [hall] languages: \"qq\": expected a language that has a file");
    assert_told("--set:1: [audio] volume: \"x\"");
    assert_told("--set:2: \"oops\": expected section.key=value");
    assert_int_equal(diagnostics.count, 9);
    assert_int_equal(config.settings.audio.volume.percent, 55);
}

static void test_counters_limit(void **state) {
    (void)state;
    for (int extra = 0; extra <= 1; extra++) {
        char *text = NULL;
        size_t bytes = 0;
        FILE *out = open_memstream(&text, &bytes);
        for (int i = 0; i < COUNTERS_MAX + extra; i++) {
            fprintf(out, "[counter c-%d]\n", i);
        }
        fclose(out);
        assert_int_equal(load(text, NULL), extra == 0);
        if (extra > 0) {
            assert_told("[counter c-256]: expected at most 256 counters");
        }
        free(text);
    }
}

static void test_missing_file(void **state) {
    (void)state;
    memset(&diagnostics, 0, sizeof diagnostics);
    assert_false(config_load("/nonexistent.ini", NULL, 0, &config, &diagnostics));
    assert_told("/nonexistent.ini: cannot be read");
    setenv("HALLCALL_CONFIG", "/nonexistent-either.ini", 1);
    assert_false(load(NULL, NULL));
    assert_told("/nonexistent-either.ini: cannot be read");
    setenv("HALLCALL_CONFIG", "/dev/null", 1);
}

/* The worked examples are right, and all languages of every office we build for are there. */
static void test_sites(void **state) {
    (void)state;
    static const struct {
        const char *site;
        size_t languages, on_request;
    } sites[] = {{"demo", 2, 0},           {"lviv", 2, 0},       {"vilnius", 5, 4},
                 {"targu-secuiesc", 2, 0}, {"luleburgaz", 1, 0}, {"pernik", 1, 0},
                 {"vienna", 8, 7},         {"oulu", 2, 0}};
    for (size_t i = 0; i < sizeof sites / sizeof sites[0]; i++) {
        char path[CONFIG_PATH_BYTES + 64];
        snprintf(path, sizeof path, "%s/config/sites/%s.ini", source, sites[i].site);
        memset(&diagnostics, 0, sizeof diagnostics);
        if (!config_load(path, NULL, 0, &config, &diagnostics)) {
            fail_msg("%s", diagnostics.lines[0]);
        }
        assert_int_equal(config.hall.languages_count, sites[i].languages);
        assert_int_equal(config.hall.on_request, sites[i].on_request);
    }
}

static char *written(void (*write_text)(FILE *out)) {
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    write_text(out);
    fclose(out);
    return text;
}

static char *read_source(const char *name) {
    char path[CONFIG_PATH_BYTES + 64];
    snprintf(path, sizeof path, "%s/%s", source, name);
    FILE *in = fopen(path, "re");
    assert_non_null(in);
    char *text = NULL;
    size_t room = 0;
    assert_true(getdelim(&text, &room, '\0', in) > 0);
    fclose(in);
    return text;
}

static void test_example_is_checked_in(void **state) {
    (void)state;
    char *text = written(config_write_example), *file = read_source("config/hallcall.ini");
    assert_string_equal(text, file);
    assert_true(load(text, NULL));
    free(text);
    free(file);
}

/* The example with every setting switched on is right as well, and sets every key of the table. */
static void test_example_uncommented(void **state) {
    (void)state;
    char *text = written(config_write_example);
    char *open = text;
    for (char *at = text; *at != '\0'; at++) {
        bool setting =
            *at == '#' && (at == text || at[-1] == '\n') && at[1] != ' ' && at[1] != '\n';
        if (!setting) {
            *open++ = *at;
        }
    }
    *open = '\0';
    const char *const sets[] = {"broker.url=mqtts://h:8883", "voice en.clips=", NULL};
    if (!load(text, sets)) {
        fail_msg("%s", diagnostics.lines[0]);
    }
    const struct setting *setting;
    for (size_t i = 0; (setting = settings_at(i)) != NULL; i++) {
        char line[64];
        snprintf(line, sizeof line, "\n%s = ", setting->key);
        assert_non_null(strstr(text, line));
    }
    assert_int_equal(config.hall.counters_count, 1);
    free(text);
}

static void test_manual_names_every_setting(void **state) {
    (void)state;
    char *text = written(config_write_manual);
    for (size_t i = 0; i < sections_count; i++) {
        char heading[64];
        snprintf(heading, sizeof heading, "## %s\n", sections_table[i].heading);
        assert_non_null(strstr(text, heading));
    }
    size_t entries = 0;
    for (const char *at = text; (at = strstr(at, "\n*")) != NULL; at++) {
        entries++;
    }
    assert_true(entries > 0);
    assert_non_null(settings_at(entries - 1));
    assert_null(settings_at(entries));
    free(text);
}

static char *shown(void) {
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    config_write_settings(out, &config);
    fclose(out);
    return text;
}

/* What --show prints, read back, prints the same. */
static void test_show_reads_back(void **state) {
    (void)state;
    const char *const sets[] = {"hall.languages=uk, en",
                                "hall.name.uk=Центр",
                                "hall.name=Office",
                                "counter 4.pan=-0.25",
                                "counter 4.label=12",
                                "counter b.way.en=up",
                                "calls.listed_max_min=90",
                                "ticket.prefixes=A,ЯЮ",
                                "display.counters=1, 2, 5-8, vip",
                                NULL};
    assert_true(load(NULL, sets));
    char *first = shown();
    assert_non_null(strstr(first, "\nprefixes = A, ЯЮ\n"));
    assert_non_null(strstr(first, "\ncounters = 1,2,5-8,vip\n"));
    assert_non_null(strstr(first, "\nname.uk = Центр\n"));
    assert_non_null(strstr(first, "\npan = -0.25\n"));
    assert_non_null(strstr(first, "\nlisted_max_min = 90\n"));
    if (!load(first, NULL)) {
        fail_msg("%s", diagnostics.lines[0]);
    }
    char *second = shown();
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void test_share_paths(void **state) {
    (void)state;
    struct settings settings = {0};
    char path[CONFIG_PATH_BYTES];
    share_find(settings.share_dir);
    assert_string_equal(settings.share_dir, source);
    assert_true(share_path(&settings, SHARE_LANGUAGES, "en.ini", path));
    assert_non_null(strstr(path, "/config/languages/en.ini"));
    assert_false(share_path(&settings, SHARE_LANGUAGES, "qq.ini", path));
    assert_true(share_path(&settings, SHARE_LANGUAGES, "", path));
    assert_false(share_path(&settings, SHARE_LANGUAGES, "../hallcall.ini", path));
    assert_string_equal(path, "");
    snprintf(settings.share_dir, sizeof settings.share_dir, "/usr/share/nothing");
    assert_false(share_path(&settings, SHARE_SOUNDS, "call.score", path));
    assert_string_equal(path, "/usr/share/nothing/sounds/call.score");
}

static void test_tags(void **state) {
    (void)state;
    static const struct {
        const char *tag;
        bool valid;
    } cases[] = {{"uk", true},          {"de-AT", true},
                 {"ukr", true},         {"u", false},
                 {"ukra", false},       {"", false},
                 {"uk-", false},        {"UK", false},
                 {"zh-Hant-TW1", true}, {"zh-Hant-TW12", false},
                 {"uk_UA", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(value_tag_valid(cases[i].tag), cases[i].valid);
    }
}

static int set_up(void **state) {
    (void)state;
    const char *root = getenv("HALLCALL_SOURCE");
    snprintf(source, sizeof source, "%s", root != NULL ? root : ".");
    setenv("HALLCALL_SHARE", source, 1);
    setenv("HALLCALL_CONFIG", "/dev/null", 1); /* not what this machine has in /etc */
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_volume_bounds),
        cmocka_unit_test(test_sites),
        cmocka_unit_test(test_text_lengths),
        cmocka_unit_test(test_url_gets_its_port),
        cmocka_unit_test(test_size_means_a_window),
        cmocka_unit_test(test_file_and_sets),
        cmocka_unit_test(test_all_errors_at_once),
        cmocka_unit_test(test_counters_limit),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_example_is_checked_in),
        cmocka_unit_test(test_example_uncommented),
        cmocka_unit_test(test_manual_names_every_setting),
        cmocka_unit_test(test_show_reads_back),
        cmocka_unit_test(test_share_paths),
        cmocka_unit_test(test_tags),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
