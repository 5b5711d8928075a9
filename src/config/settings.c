/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of settings.
 *
 * A default is written as a person would write it and goes through the same parser, so a default
 * out of its own range cannot exist (settings_defaults checks). Where a number comes from stands
 * beside it: "std" is read in a standard, "own" is our engineering value (standards.md).
 *
 * Counters are sections of their own, one per counter, so that moving one is cutting and pasting a
 * few lines. A list of counters in one value was refused: nobody can read it back.
 */
#include "config/settings.h"

#include "config/value.h"
#include "system/check.h"
#include "system/shortage.h"

#include <errno.h>
#include <string.h>

#define DRAFT(member) offsetof(struct draft, config.member)
#define DRAFT_ROOM(member) sizeof(((struct draft *)0)->config.member)
#define COUNTER(member) offsetof(struct counter, member)
#define CHOICE(member) offsetof(struct voice_choice, member)
#define COUNTER_STRIDE(member) sizeof(((struct counter *)0)->member[0])

_Static_assert(DRAFT(settings.display.height_px) == DRAFT(settings.display.width_px) + sizeof(int),
               "a size is two neighbouring numbers");

const struct section sections_table[] = {
    {"broker", "[broker]", "The MQTT broker that calls come from.", NULL},
    {"display", "[display]",
     "Which hall this display stands in. The three names are parts of the MQTT topics: calls for "
     "this hall come on <root>/1/<site>/hall/<hall>/event.",
     NULL},
    {"hall", "[hall]", "What the hall is called and which languages it speaks.", NULL},
    {"calls", "[calls]", "How long calls stay and how often they are spoken.", NULL},
    {"audio", "[audio]", "The loudspeaker.", NULL},
    {"ticket", "[ticket]", "What a ticket looks like.", NULL},
    {"journal", "[journal]",
     "What was called, shown and heard, for \"hallcall journal\", and the board across a restart. "
     "No names of persons are kept.",
     NULL},
    {"log", "[log]", "The program's own log.", NULL},
    {"counter", "[counter ID]",
     "One section per counter, named with the id that calls use. Counters that are not listed "
     "are shown and spoken by their id. A text may be given once for all languages (label) and "
     "once per language (label.uk).",
     "[counter 4]"},
    {"say", "[say TEXT]",
     "One section for each thing that the voice should say in the site's own way: the letters of a "
     "ticket or a counter's label, in the heading exactly as they are shown.",
     "[say VIP]"},
    {"voice", "[voice LANGUAGE]",
     "One section for each language that another voice than eSpeak NG speaks: recorded clips or a "
     "program. What it cannot say in time, eSpeak NG says as a whole.",
     "[voice en]"},
};
const size_t sections_count = sizeof sections_table / sizeof sections_table[0];

const struct setting settings_table[] = {
    {.section = "broker",
     .key = "url",
     .kind = KIND_URL,
     .offset = DRAFT(settings.broker.url),
     .room = CONFIG_PATH_BYTES,
     .fallback = "mqtt://127.0.0.1:1883", /* own: a broker on the office's own box */
     .shown = true,
     .help = "Address of the broker: mqtt://host:port, or mqtts://host:port for TLS. Without a "
             "port, 1883 or 8883 is used."},
    {.section = "broker",
     .key = "root",
     .kind = KIND_NAME,
     .offset = DRAFT(settings.broker.root),
     .room = DRAFT_ROOM(settings.broker.root),
     .fallback = "hallcall",
     .help = "First part of every topic. Change it only if the queue system uses another one."},
    {.section = "broker",
     .key = "username",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.broker.username),
     .room = DRAFT_ROOM(settings.broker.username),
     .fallback = "",
     .example = "display-1",
     .help = "User name at the broker, if it asks for one."},
    {.section = "broker",
     .key = "password_file",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.broker.password_file),
     .room = CONFIG_PATH_BYTES,
     .fallback = "",
     .example = "/etc/hallcall/password",
     .help = "File whose first line is the password. Only this program's user should be able to "
             "read it."},
    {.section = "broker",
     .key = "ca_file",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.broker.ca_file),
     .room = CONFIG_PATH_BYTES,
     .fallback = "",
     .example = "/etc/hallcall/ca.pem",
     .help = "Certificates that the broker's own is checked against (PEM). Without it the "
             "system's are used."},
    {.section = "broker",
     .key = "cert_file",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.broker.cert_file),
     .room = CONFIG_PATH_BYTES,
     .fallback = "",
     .example = "/etc/hallcall/display.pem",
     .help = "This display's own certificate (PEM), if the broker asks for one."},
    {.section = "broker",
     .key = "key_file",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.broker.key_file),
     .room = CONFIG_PATH_BYTES,
     .fallback = "",
     .example = "/etc/hallcall/display.key",
     .help = "The private key of that certificate (PEM)."},
    {.section = "broker",
     .key = "keepalive_s",
     .kind = KIND_INTEGER,
     .offset = DRAFT(settings.broker.keepalive_s),
     .min = 3,
     .max = 120,
     .unit = "seconds",
     .fallback = "3", /* own, measured: with it a dead network is on the screen within 15 s */
     .help = "How often the connection is checked while nothing is sent. A broker that hangs is "
             "noticed after two and a half times this, and told visitors 4 s later."},
    {.section = "broker",
     .key = "session_expiry_s",
     .kind = KIND_INTEGER,
     .offset = DRAFT(settings.broker.session_expiry_s),
     .min = 0,
     .max = 86400,
     .unit = "seconds",
     .fallback = "300", /* own: longer than a restart, shorter than any call's use */
     .help = "How long the broker keeps calls for this display while it is away. 0: not at all."},
    {.section = "display",
     .key = "site",
     .kind = KIND_NAME,
     .offset = DRAFT(settings.display.site),
     .room = NAME_BYTES,
     .fallback = "demo",
     .shown = true,
     .help = "The building or office."},
    {.section = "display",
     .key = "hall",
     .kind = KIND_NAME,
     .offset = DRAFT(settings.display.hall),
     .room = NAME_BYTES,
     .fallback = "main",
     .shown = true,
     .help = "The waiting hall in it."},
    {.section = "display",
     .key = "id",
     .kind = KIND_NAME,
     .offset = DRAFT(settings.display.id),
     .room = NAME_BYTES,
     .fallback = "screen-1",
     .shown = true,
     .help = "This display. No two displays may have the same id at one broker."},
    {.section = "display",
     .key = "windowed",
     .kind = KIND_FLAG,
     .offset = DRAFT(settings.display.windowed),
     .fallback = "no",
     .help = "A window instead of the whole screen, for trying out."},
    {.section = "display",
     .key = "size",
     .kind = KIND_SIZE,
     .offset = DRAFT(settings.display.width_px),
     .min = 180, /* the layout's least height */
     .max = 16384,
     .fallback = "",
     .example = "1280x720",
     .help = "Size of the window in pixels. Giving one means a window; without one the whole "
             "screen is used, or a window of 1280x720."},
    {.section = "display",
     .key = "theme",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.display.theme),
     .room = CONFIG_PATH_BYTES,
     .fallback = "night",
     .help = "Colours: the name of a theme that came with the program, or the path of a theme "
             "file."},
    {.section = "hall",
     .key = "name",
     .kind = KIND_TEXTS,
     .offset = DRAFT(hall.names),
     .room = LABEL_BYTES,
     .count_offset = DRAFT(hall.names_count),
     .stride = sizeof(struct lang_text),
     .example = "Citizens' Office",
     .help = "The hall's name, at the top of the screen."},
    {.section = "hall",
     .key = "languages",
     .kind = KIND_TAGS,
     .offset = offsetof(struct draft, languages),
     .min = 1,
     .fallback = "en",
     .example = "en, uk",
     .help = "Languages in which every call is spoken, most important first. Each is a file in the "
             "languages folder. A call that names its visitor's languages is spoken in those "
             "first."},
    {.section = "hall",
     .key = "ticket_languages",
     .kind = KIND_TAGS,
     .offset = offsetof(struct draft, ticket_languages),
     .fallback = "none",
     .example = "tr, ar",
     .help = "More languages, for calls that ask for them; together with languages at most 8."},
    {.section = "hall",
     .key = "noun",
     .kind = KIND_NOUN,
     .offset = DRAFT(hall.noun),
     .fallback = "counter",
     .help = "What visitors are sent to, where a counter's own section says nothing else."},
    {.section = "calls",
     .key = "repeat",
     .kind = KIND_INTEGER,
     .offset = DRAFT(hall.policy.repeat),
     .min = 0,
     .max = 2,
     .unit = "times",
     .fallback = "0", /* own: standards.md, "Overload": two languages said twice take 25 s */
     .help = "How many times a call is spoken again after the first. With two languages the second "
             "is a repetition already. Left out while other calls wait."},
    {.section = "calls",
     .key = "ways",
     .kind = KIND_FLAG,
     .offset = DRAFT(hall.policy.say_ways),
     .fallback = "no", /* own: a second and a half for each call and language */
     .help =
         "Whether a counter's floor and direction are shown and spoken in words: \"on the second "
         "floor, to the left\". Without it there is only the arrow."},
    {.section = "calls",
     .key = "fresh_s",
     .kind = KIND_DURATION,
     .offset = DRAFT(hall.policy.fresh_max_ms),
     .min = 5,
     .max = 300,
     .unit_ms = 1000,
     .unit = "seconds",
     .fallback = "30", /* own: the contract's rule 1 */
     .help = "A call that arrives older than this is shown but not spoken."},
    {.section = "calls",
     .key = "ttl_s",
     .kind = KIND_DURATION,
     .offset = DRAFT(hall.policy.ttl_default_ms),
     .min = 5,
     .max = 3600,
     .unit_ms = 1000,
     .unit = "seconds",
     .fallback = "60", /* own */
     .help = "How long a call is worth announcing, when the call itself does not say."},
    {.section = "calls",
     .key = "hero_s",
     .kind = KIND_DURATION,
     .offset = DRAFT(hall.policy.hero_min_ms),
     .min = 3,
     .max = 60,
     .unit_ms = 1000,
     .unit = "seconds",
     .fallback = "8", /* own; no standard exists */
     .help = "How long a call stays on the large card at least, while no other waits."},
    {.section = "calls",
     .key = "highlight_s",
     .kind = KIND_DURATION,
     .offset = DRAFT(hall.policy.highlight_ms),
     .min = 5,
     .max = 300,
     .unit_ms = 1000,
     .unit = "seconds",
     .fallback = "20", /* own */
     .help = "How long a call is marked as new in the list."},
    {.section = "calls",
     .key = "listed_min_s",
     .kind = KIND_DURATION,
     .offset = DRAFT(hall.policy.listed_min_ms),
     .min = 10,
     .max = 3600,
     .unit_ms = 1000,
     .unit = "seconds",
     .fallback = "60", /* own */
     .help = "How long a call stays in the list at least, unless it is withdrawn."},
    {.section = "calls",
     .key = "listed_max_min",
     .kind = KIND_DURATION,
     .offset = DRAFT(hall.policy.listed_max_ms),
     .min = 1,
     .max = 1440,
     .unit_ms = 60000,
     .unit = "minutes",
     .fallback = "120", /* own */
     .help = "How long a call stays in the list at most."},
    {.section = "calls",
     .key = "page_s",
     .kind = KIND_DURATION,
     .offset = DRAFT(hall.policy.page_ms),
     .min = 4,
     .max = 60,
     .unit_ms = 1000,
     .unit = "seconds",
     .fallback = "8", /* own: three times the BBC's 0.3 s a word, for a page of eight words */
     .help = "How long a page of the list or of the notices is shown when there are several."},
    {.section = "calls",
     .key = "gap_ms",
     .kind = KIND_DURATION,
     .offset = DRAFT(hall.policy.gap_ms),
     .min = 0,
     .max = 5000,
     .unit_ms = 1,
     .unit = "milliseconds",
     .fallback = "500", /* own */
     .help = "Silence between two announcements."},
    {.section = "calls",
     .key = "voice_lag_s",
     .kind = KIND_DURATION,
     .offset = DRAFT(hall.policy.voice_lag_ms),
     .min = 5,
     .max = 600,
     .unit_ms = 1000,
     .unit = "seconds",
     .fallback = "30", /* own: five calls in one language wait */
     .help = "When a call waits longer than this to be spoken, the status and the log say so."},
    {.section = "audio",
     .key = "device",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.audio.device),
     .room = DRAFT_ROOM(settings.audio.device),
     .fallback = "default",
     .help = "ALSA name of the loudspeaker (\"hallcall check\" lists them), or none."},
    {.section = "audio",
     .key = "second_device",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.audio.second_device),
     .room = DRAFT_ROOM(settings.audio.second_device),
     .fallback = "",
     .example = "plughw:CARD=Device",
     .help =
         "ALSA name of a second output for a hearing loop or an Auracast transmitter: says what "
         "the loudspeaker says, from the middle and always at the calibrated level."},
    {.section = "audio",
     .key = "volume",
     .kind = KIND_INTEGER,
     .offset = DRAFT(settings.audio.volume.percent),
     .min = 0,
     .max = 100,
     .unit = "percent",
     .fallback = "100", /* -23 LUFS, EBU R 128 (2nd): the amplifier sets the hall's level */
     .help = "Volume. 100 is the calibrated level; set the amplifier for the hall and leave this."},
    {.section = "audio",
     .key = "volume_schedule",
     .kind = KIND_VOLUMES,
     .offset = DRAFT(settings.audio.volume),
     .fallback = "",
     .example = "mo-fr 07:00-09:00 80, sa 70, 22:00-06:00 40",
     .help = "Other volumes by weekday (mo tu we th fr sa su) and hour, by the hall's clock. The "
             "first that fits counts; without days every day, without hours all day. Hours past "
             "midnight belong to the day on which they begin."},
    {.section = "audio",
     .key = "volume_min",
     .kind = KIND_INTEGER,
     .offset = DRAFT(settings.audio.volume.min),
     .min = 0,
     .max = 100,
     .unit = "percent",
     .fallback = "0",
     .help = "The hall is never softer than this, whatever is configured above or asked for by "
             "command. A mute is another matter."},
    {.section = "audio",
     .key = "volume_max",
     .kind = KIND_INTEGER,
     .offset = DRAFT(settings.audio.volume.max),
     .min = 0,
     .max = 100,
     .unit = "percent",
     .fallback = "100",
     .help = "And never louder than this."},
    {.section = "audio",
     .key = "cache",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.audio.cache),
     .room = CONFIG_PATH_BYTES,
     .fallback = "",
     .example = "/var/cache/hallcall",
     .help = "Folder in which the speech of other programs is kept, or off. Without one it is "
             "\"speech\" in the folder that the service manager gives in STATE_DIRECTORY."},
    {.section = "audio",
     .key = "cache_mb",
     .kind = KIND_INTEGER,
     .offset = DRAFT(settings.audio.cache_mb),
     .min = 1,
     .max = 10000,
     .unit = "megabytes",
     .fallback = "200", /* own: 0 to 999, letters and phrases are some 60 MB a language */
     .help = "How large that folder grows; then what was not used for longest is removed."},
    {.section = "ticket",
     .key = "pattern",
     .kind = KIND_PATTERN,
     .offset = DRAFT(settings.ticket.pattern),
     .room = DRAFT_ROOM(settings.ticket.pattern),
     /* own: mqtt.md 3.2, with Cyrillic. Its letters are listed, because ranges of letters beyond
        ASCII need collation rules, which the C.UTF-8 locale has none of. */
     .fallback = "^[A-ZÄÖÜАБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ]{0,4}[- ]?[0-9]{0,5}[A-Z]?$",
     .help = "Extended regular expression that every ticket matches, in capital letters; calls of "
             "other tickets are refused. Ranges are for A-Z and 0-9; list other letters one by "
             "one."},
    {.section = "ticket",
     .key = "prefixes",
     .kind = KIND_PREFIXES,
     .offset = DRAFT(settings.ticket.prefixes),
     .fallback = "",
     .example = "A, K, M",
     .help =
         "What stands before the numbers of this site's tickets. \"hallcall check\" tells which "
         "of them rhyme in one of the hall's languages or look alike; calls are not refused "
         "by it."},
    {.section = "journal",
     .key = "path",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.journal.path),
     .room = CONFIG_PATH_BYTES,
     .fallback = "",
     .example = "/var/lib/hallcall/journal.db",
     .help = "File of the journal, or off. Without one it is journal.db in the folder that the "
             "service manager gives in STATE_DIRECTORY; started by hand, no journal is kept."},
    {.section = "journal",
     .key = "keep_days",
     .kind = KIND_INTEGER,
     .offset = DRAFT(settings.journal.keep_days),
     .min = 1,
     .max = 3650,
     .unit = "days",
     .fallback = "30", /* own: a complaint about a call comes within a month */
     .help = "How long history is kept."},
    {.section = "journal",
     .key = "keep_mb",
     .kind = KIND_INTEGER,
     .offset = DRAFT(settings.journal.keep_mb),
     .min = 1,
     .max = 10000,
     .unit = "megabytes",
     .fallback = "50", /* own: some 100,000 calls */
     .help = "How large the journal grows; then the oldest history is removed sooner."},
    {.section = "log",
     .key = "level",
     .kind = KIND_LEVEL,
     .offset = DRAFT(settings.log.level),
     .room = DRAFT_ROOM(settings.log.level),
     .fallback = "info",
     .help = "How much is logged: err (someone must come), warn (look later), info (changes), "
             "debug."},
    {.section = "counter",
     .key = "noun",
     .kind = KIND_NOUN,
     .offset = COUNTER(noun),
     .fallback = "counter",
     .example = "room",
     .help = "What this counter is, when it is not what [hall] noun says."},
    {.section = "counter",
     .key = "label",
     .kind = KIND_TEXTS,
     .offset = COUNTER(labels),
     .room = LABEL_BYTES,
     .count_offset = COUNTER(labels_count),
     .stride = COUNTER_STRIDE(labels),
     .example = "12A",
     .help = "What is shown and spoken in place of the id."},
    {.section = "counter",
     .key = "direction",
     .kind = KIND_DIRECTION,
     .offset = COUNTER(direction),
     .fallback = "none",
     .example = "left",
     .help = "Which way to go, seen from in front of the screen; up and down are stairs."},
    {.section = "counter",
     .key = "floor",
     .kind = KIND_FLOOR,
     .offset = COUNTER(floor),
     .fallback = "none",
     .example = "2",
     .help = "The floor it is on, counted from that of the entrance, which is 0. Told in words "
             "where [calls] ways says so."},
    {.section = "counter",
     .key = "way",
     .kind = KIND_TEXTS,
     .offset = COUNTER(ways),
     .room = LABEL_BYTES,
     .count_offset = COUNTER(ways_count),
     .stride = COUNTER_STRIDE(ways),
     .example = "2nd floor, to the left",
     .help = "Where it is, in the site's own words; shown below the counter, not spoken."},
    {.section = "counter",
     .key = "pan",
     .kind = KIND_FRACTION,
     .offset = COUNTER(pan),
     .min = -100,
     .max = 100,
     .fallback = "0.00",
     .example = "-0.50",
     .help = "From which side its calls sound: -1 is left, 0 the middle, 1 right."},
    {.section = "say",
     .key = "spoken",
     .kind = KIND_SPOKEN,
     .offset = offsetof(struct saying, spoken),
     .room = LABEL_BYTES,
     .count_offset = offsetof(struct saying, spoken_count),
     .stride = sizeof(((struct saying *)0)->spoken[0]),
     .example = "vee eye pea",
     .help = "What is said for it, in words or as eSpeak phonemes in [[double brackets]]."},
    {.section = "voice",
     .key = "clips",
     .kind = KIND_TEXT,
     .offset = CHOICE(clips),
     .room = CONFIG_PATH_BYTES,
     .fallback = "",
     .example = "/etc/hallcall/clips/en",
     .help =
         "Folder of recorded clips with their manifest, clips.ini. \"hallcall check\" lists the "
         "clips that are missing."},
    {.section = "voice",
     .key = "command",
     .kind = KIND_TEXT,
     .offset = CHOICE(command),
     .room = sizeof(((struct voice_choice *)0)->command),
     .fallback = "",
     .example = "/opt/piper/piper --model /opt/piper/en.onnx --output_raw",
     .help = "A program that reads text on its standard input and writes sound on its standard "
             "output, with its path and options. It is run by no shell; a blank parts two words."},
    {.section = "voice",
     .key = "rate",
     .kind = KIND_INTEGER,
     .offset = CHOICE(rate_hz),
     .max = 48000,
     .unit = "hertz",
     .fallback = "0",
     .example = "22050",
     .help = "Sample rate of a program that writes raw samples (mono, 16 bit). 0: it writes WAV."},
    {.section = "voice",
     .key = "limit_ms",
     .kind = KIND_INTEGER,
     .offset = CHOICE(limit_ms),
     .min = 200,
     .max = 10000,
     .unit = "milliseconds",
     .fallback = "2500", /* own: the chime and its pause take 1.9 s */
     .help = "How long a call may wait for this voice, counted from the start of the chime."},
};
const size_t settings_count = sizeof settings_table / sizeof settings_table[0];

const struct setting *settings_find(const char *section, const char *key) {
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *setting = &settings_table[i];
        if (strcmp(setting->section, section) == 0 && strcmp(setting->key, key) == 0) {
            return setting;
        }
    }
    return NULL;
}

const struct section *settings_section(const char *name) {
    for (size_t i = 0; i < sections_count; i++) {
        if (strcmp(sections_table[i].name, name) == 0) {
            return &sections_table[i];
        }
    }
    return NULL;
}

bool setting_has_languages(const struct setting *setting) {
    return setting->kind == KIND_TEXTS || setting->kind == KIND_SPOKEN;
}

bool settings_defaults(const char *section, void *base) {
    char expected[EXPECTED_BYTES];
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *setting = &settings_table[i];
        bool repeated = settings_section(setting->section)->example != NULL;
        bool wanted = section == NULL ? !repeated : strcmp(setting->section, section) == 0;
        errno = 0;
        if (setting->fallback != NULL && wanted &&
            !value_parse(setting, base, "", setting->fallback, expected)) {
            CHECK(shortage(errno));
            return false;
        }
    }
    return true;
}
