/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings of the place and its screen: [display], [hall], [ticket].
 *
 * Sizes of text are no settings: they follow from the screen and the distance (core/sheet.h), so
 * that nobody can make a board that the last row cannot read.
 */
#include "config/settings_parts.h"

_Static_assert(DRAFT(settings.display.height_px) == DRAFT(settings.display.width_px) + sizeof(int),
               "a size is two neighbouring numbers");

/* By quarters of a circle. */
static const char *const rotations[] = {"0", "90", "180", "270", NULL};

/* enum clock_choice */
static const char *const clock_choices[] = {"auto", "always", NULL};

static const struct setting table[] = {
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
     .kind = KIND_HALLS,
     .offset = DRAFT(settings.display.halls),
     .fallback = "main",
     .shown = true,
     .help = "The waiting hall in it, or up to 4 whose calls this display shows and speaks "
             "together (\"main, registry\"). The first is its own: \"hallcall call\" calls there. "
             "Tickets and counters of two halls may be alike, each hall is kept apart; give "
             "counters that visitors could confuse a label of their own ([counter HALL/ID])."},
    {.section = "display",
     .key = "id",
     .kind = KIND_NAME,
     .offset = DRAFT(settings.display.id),
     .room = NAME_BYTES,
     .fallback = "screen-1",
     .shown = true,
     .help = "This display. No two displays may have the same id at one broker."},
    {.section = "display",
     .key = "counters",
     .kind = KIND_GROUP,
     .offset = DRAFT(hall.group),
     .fallback = "",
     .example = "1, 2, 5-8",
     .help =
         "The counters whose calls this display shows and speaks, by the ids that calls use; a "
         "range is for plain numbers. Without any: all counters. With layout = counter, exactly "
         "one. Where hall names several halls each of these holds in all of them, or in one as "
         "HALL/ID (registry/4, registry/1-3); registry/* is all counters of that hall, and "
         "every hall must have one."},
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
     .key = "output",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.display.output),
     .room = DRAFT_ROOM(settings.display.output),
     .fallback = "",
     .example = "HDMI-1",
     .help =
         "The output that the screen is connected to, by the name that \"hallcall check\" lists. "
         "Without one, the first. While no screen is connected there the hall speaks and waits "
         "for it. Two screens on one computer are two displays: two programs, each with a "
         "configuration of its own."},
    {.section = "display",
     .key = "mode",
     .kind = KIND_MODE,
     .offset = DRAFT(settings.display.mode),
     .min = 180,
     .max = 16384,
     .fallback = "",
     .example = "1920x1080@60",
     .help =
         "The mode that the screen is driven in, where hallcall owns it (KMS/DRM). Without one, "
         "and when the screen has no such mode, it keeps the one that it has, which the log, "
         "the status and \"hallcall check\" tell. Under X11 and Wayland the mode is the "
         "desktop's: set it there."},
    {.section = "display",
     .key = "rotation",
     .kind = KIND_CHOICE,
     .choices = rotations,
     .offset = DRAFT(settings.display.turns),
     .fallback = "0",
     .example = "90",
     .help = "By how many degrees the picture is turned clockwise, for a screen that hangs on its "
             "side (90 or 270) or upside down (180)."},
    {.section = "display",
     .key = "layout",
     .kind = KIND_CHOICE,
     .choices = layout_names,
     .offset = DRAFT(settings.display.layout),
     .fallback = "main",
     .help = "What the screen is for. main: the call that is announced, large, and the list of "
             "calls beside it. list: the list only, for many counters. near: fewer and larger, for "
             "a lower screen to walk up to. counter: one counter's own display. bar: a stretched "
             "screen, with the call and the list side by side."},
    {.section = "display",
     .key = "diagonal_in",
     .kind = KIND_FRACTION,
     .offset = DRAFT(settings.display.diagonal_in),
     .min = 0,
     .max = 30000,
     .unit = "inches",
     .fallback = "0",
     .example = "55",
     .help = "The screen's diagonal in inches, as in its name. 0: as the display itself tells, "
             "which many get wrong."},
    {.section = "display",
     .key = "viewing_distance_m",
     .kind = KIND_FRACTION,
     .offset = DRAFT(settings.display.viewing_distance_m),
     .min = 0,
     .max = 10000,
     .unit = "metres",
     .fallback = "0", /* standards.md: sizes per metre of it */
     .example = "6",
     .help = "How far the farthest seat is from the screen. Everything is then large enough for "
             "it, or \"hallcall check\" says what to change. 0: six times the screen's short "
             "side."},
    {.section = "display",
     .key = "mount_top_mm",
     .kind = KIND_INTEGER,
     .offset = DRAFT(settings.display.mount_top_mm),
     .min = 0,
     .max = 10000,
     .unit = "millimetres",
     .fallback = "0",
     .example = "2200",
     .help = "How high above the floor the screen's upper edge is, so that the distance is taken "
             "from the eyes of a person who sits. 0: at the height of the eyes."},
    {.section = "display",
     .key = "theme",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.display.theme),
     .room = CONFIG_PATH_BYTES,
     .fallback = "night",
     .help = "Colours: the name of a theme that came with the program, or the path of a theme "
             "file. One whose colours are too alike to be read is refused."},
    {.section = "display",
     .key = "theme_schedule",
     .kind = KIND_THEMES,
     .offset = DRAFT(settings.display.theme_schedule),
     .fallback = "",
     .example = "07:00-19:00 day, 19:00-07:00 night",
     .help = "Other themes by weekday (mo tu we th fr sa su) and hour, by the hall's clock, "
             "written as [audio] volume_schedule is. The colours change while no call is being "
             "announced. Before the clock is known, theme holds."},
    {.section = "display",
     .key = "logo",
     .kind = KIND_TEXT,
     .offset = DRAFT(settings.display.logo),
     .room = CONFIG_PATH_BYTES,
     .fallback = "",
     .example = "/etc/hallcall/logo.png",
     .help = "The site's logo, a PNG picture of at most 4 MB, 4096 pixels a side and 4 million "
             "together, transparent where the header is to be seen. It stands left of the hall's "
             "name. The hall runs without one that cannot be read."},
    {.section = "display",
     .key = "clock",
     .kind = KIND_CHOICE,
     .choices = clock_choices,
     .offset = DRAFT(settings.display.clock),
     .fallback = "auto",
     .example = "always",
     .help = "When the time is shown and off_schedule holds. auto: while the computer's clock has "
             "been set by a time server (systemd-timesyncd) since it was switched on; the time is "
             "shown as well while it agrees with its battery clock. always: both, whenever it is "
             "set, for an office that has no time server and looks after its clock by hand, or "
             "that has another program for it."},
    {.section = "display",
     .key = "off_schedule",
     .kind = KIND_HOURS,
     .offset = DRAFT(hall.policy.off),
     .fallback = "",
     .example = "mo-fr 19:00-07:00, sa 00:00-24:00, su 00:00-24:00",
     .help = "When the screen is black, by weekday (mo tu we th fr sa su) and hour, by the hall's "
             "clock. It stays connected and nothing is switched. Calls are still spoken, and a "
             "call, a notice that is spoken or an urgent text wakes it: for calls [calls] "
             "listed_min_s and three minutes more. It is never black while nobody vouches for the "
             "clock (clock above; a battery does not), or before the broker has been found."},
    {.section = "display",
     .key = "pixel_shift",
     .kind = KIND_FLAG,
     .offset = DRAFT(settings.display.pixel_shift),
     .fallback = "no",
     .help = "Moves the whole picture by three pixels every two minutes, at most eight from the "
             "middle, while no call is being announced: for panels whose picture stays where it "
             "stood for years. Everything is laid out for a screen 15 pixels smaller."},
    {.section = "display",
     .key = "pulse",
     .kind = KIND_FLAG,
     .offset = DRAFT(hall.policy.pulse),
     .fallback = "yes",
     .help = "Whether a ring round the card of a new call breathes three times, once a second. The "
             "ticket and the counter stand still. With no, nothing on the screen moves."},
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
         "of them rhyme in one of the hall's languages or look alike on the screen; calls are not "
         "refused "
         "by it."},
};

const struct settings_part settings_screen = {table, sizeof table / sizeof table[0]};
