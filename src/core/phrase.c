/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An utterance as words, one segment per engine call.
 *
 * A template is walked once, segment by segment. A ticket is cut into runs of letters and digits;
 * the {letters} segment takes the first run if it is letters, the {number} segment the next if it
 * is digits, and what is left of a mixed ticket ("3B", "B12C") follows at once in its own order,
 * each run in the words of the segment of its kind. So the order on the paper is the order in the
 * ear, and a template needs to know nothing about mixed tickets.
 *
 * Silences are ours and not the engine's: exact, and the same in every language (speech.md, section
 * 6). Brackets of phonemes can only come from the language file, because every outside text loses
 * its brackets on the way (words.h); a segment says so itself by holding "[[".
 *
 * Considered and refused: one engine call per utterance with the pauses as punctuation. Commas are
 * as long as the voice likes, captions could not follow, and "A 42" is read as an article.
 */
#include "core/phrase.h"

#include "core/phrase_text.h"
#include "core/spelling.h"
#include "core/template.h"
#include "core/utf8.h"
#include "core/words.h"
#include "core/written.h"

#include <string.h>

/* standards.md, "Pauses" (own, recogniser-tested). */
enum {
    PAUSE_CHIME_MS = 400,       /* chime to words: 0.3 to 0.5 s */
    PAUSE_TICKET_MS = 150,      /* label to letters, or to a number without letters */
    PAUSE_NUMBER_MS = 250,      /* between letters and number */
    PAUSE_DESTINATION_MS = 500, /* ticket to destination */
    PAUSE_COUNTER_MS = 120,     /* within the destination */
    PAUSE_WAY_MS = 250,         /* counter to floor and direction (own) */
    PAUSE_SENTENCE_MS = 400,    /* between two pieces of a long text, after a sentence */
    PAUSE_PIECE_MS = 150,       /* the same, in mid-sentence */
    PAUSE_WORD_MS = 40,         /* the same, where only the voice changes */
    BRISK_PERCENT = 60          /* of each of them, while many wait; own */
};

/* What the placeholders of one script stand for. */
struct making {
    const struct hall *hall;
    const struct language *language;
    const struct utterance *utterance;
    const char *label; /* of the counter */
    enum noun noun;
    size_t parts_count;
    struct part parts[TEMPLATE_SEGMENTS_MAX];
    struct part written_parts[TEMPLATE_SEGMENTS_MAX];
    size_t runs_count, runs_said;
    struct spelling_run runs[SPELLING_RUNS_MAX];
    struct script *script;
};

/* One segment as each kind of voice gets it. */
struct forms {
    char text[SEGMENT_BYTES], written[SEGMENT_BYTES], clips[SEGMENT_BYTES];
};

static bool about_ticket(enum segment_role role) {
    return role == SEGMENT_LABEL || role == SEGMENT_LETTERS || role == SEGMENT_NUMBER;
}

enum said phrase_said(enum segment_role role) {
    if (role == SEGMENT_TEXT) {
        return SAID_NOTHING;
    }
    return about_ticket(role) ? SAID_TICKET : SAID_DESTINATION;
}

static int pause_before(const struct making *making, enum segment_role role) {
    const struct script *script = making->script;
    if (script->segments_count == 0) {
        bool chime = making->utterance->chime != CHIME_NONE;
        return chime ? PAUSE_CHIME_MS : (int)making->utterance->pause_ms;
    }
    enum segment_role before = script->segments[script->segments_count - 1].role;
    if (before == SEGMENT_TEXT || role == SEGMENT_TEXT) {
        return PAUSE_SENTENCE_MS;
    }
    bool label_first = before == SEGMENT_LABEL && !about_ticket(role);
    if (about_ticket(role) != about_ticket(before) && !label_first) {
        return PAUSE_DESTINATION_MS;
    }
    if (!about_ticket(role)) {
        return PAUSE_COUNTER_MS;
    }
    bool after_code = before == SEGMENT_LETTERS || before == SEGMENT_NUMBER;
    return after_code && role != SEGMENT_LABEL ? PAUSE_NUMBER_MS : PAUSE_TICKET_MS;
}

static void add_segment(struct making *making, enum segment_role role, int pause_ms,
                        const struct forms *forms) {
    struct script *script = making->script;
    if (forms->text[0] == '\0' || script->segments_count == SEGMENTS_MAX) {
        return;
    }
    struct segment *segment = &script->segments[script->segments_count++];
    segment->role = role;
    segment->pause_ms = making->utterance->brisk ? pause_ms * BRISK_PERCENT / 100 : pause_ms;
    segment->phonemes = strstr(forms->text, "[[") != NULL;
    memcpy(segment->text, forms->text, sizeof segment->text);
    memcpy(segment->written, forms->written, sizeof segment->written);
    memcpy(segment->clips, forms->clips, sizeof segment->clips);
}

/* Appends what the site says for something that is shown; false when it has no words for it. */
static bool put_saying(const struct making *making, const char *shown, size_t bytes,
                       struct words *words) {
    const char *spoken = hall_saying(making->hall, shown, bytes, making->language->tag);
    if (spoken != NULL) {
        words_put(words, spoken);
    }
    return spoken != NULL;
}

static void put_placeholder(const struct making *making, enum placeholder placeholder,
                            const struct spelling_run *run, struct words *words) {
    switch (placeholder) {
    case HOLDS_LETTERS:
        if (!put_saying(making, run->text, strlen(run->text), words)) {
            spelling_letters(making->language, run, words);
        } else {
            words_put(words, ",");
        }
        return;
    case HOLDS_NUMBER:
        spelling_number(making->language, run, words);
        return;
    case HOLDS_COUNTER:
        if (!put_saying(making, making->label, strlen(making->label), words)) {
            spelling_label(making->language, making->label, words);
        }
        return;
    case HOLDS_NOUN:
        words_put(words, making->language->nouns[making->noun].spoken);
        return;
    case HOLDS_TEXT:
    case HOLDS_KINDS:
        return;
    }
}

/* One character of the file's own words. Behind a placeholder punctuation takes the place of the
 * comma that closes a letter's name, so that "12 A," at the end of a sentence falls like one. */
static void put_literal(struct words *words, const struct part *part, size_t at) {
    const char *c = part->text + at;
    bool behind = at > 0 && c[-1] == '}';
    if (behind && words_last(words) == ',' && strchr(",.;:!?", *c) != NULL) {
        words->text[words->bytes - 1] = *c;
    } else {
        words_put_bytes(words, c, 1);
    }
}

/* The part's words with its placeholders filled in. run may be NULL when it holds none. Room for
 * the rest of the part is kept back from what a placeholder stands for, so that phoneme brackets
 * always close. */
static void speak_part(const struct making *making, const struct part *part,
                       const struct spelling_run *run, struct words *words) {
    size_t room = words->room;
    for (size_t i = 0; i < part->bytes;) {
        size_t bytes = 1;
        if (part->text[i] == '{') {
            enum placeholder found = template_placeholder(part->text + i, part->bytes - i, &bytes);
            words->room = room - (part->bytes - i - bytes);
            put_placeholder(making, found, run, words);
            words->room = room;
        } else {
            put_literal(words, part, i);
        }
        i += bytes;
    }
    words_trim(words);
}

/* What the site says for something that is shown, as words; NULL when it says nothing of its own.
 */
static const char *written_saying(const struct making *making, const char *shown) {
    const char *spoken = hall_saying(making->hall, shown, strlen(shown), making->language->tag);
    const char *written = spoken != NULL ? written_form(spoken, "") : NULL;
    return spoken != NULL && written == NULL ? shown : written;
}

/* What letters, number or counter are for other voices. False when it does not fit. */
static bool write_placeholder(const struct making *making, enum placeholder placeholder,
                              const struct spelling_run *run, struct words *words,
                              struct words *clips) {
    const struct language *language = making->language;
    if (placeholder == HOLDS_NUMBER) {
        written_number(language, run, words);
        return clips_number(language, run, clips);
    }
    const char *shown = placeholder == HOLDS_LETTERS ? run->text : making->label;
    const char *saying = written_saying(making, shown);
    if (saying != NULL) { /* what is shown may come from outside */
        char plain[LABEL_BYTES];
        struct words clean = words_start(plain, sizeof plain);
        words_put_outside(&clean, saying);
        words_put(words, plain);
        return clips_phrase(plain, clips);
    }
    if (placeholder == HOLDS_LETTERS) {
        written_letters(language, run, words);
        return clips_letters(run, clips);
    }
    written_label(language, shown, words);
    return clips_label(language, shown, clips);
}

/* A part for the other voices. False when it has no words or does not fit. */
static bool write_part(const struct making *making, size_t number, const struct spelling_run *run,
                       struct words *words, struct words *clips) {
    char text[SEGMENT_BYTES];
    struct words phrase = words_start(text, sizeof text); /* words between placeholders */
    const struct part *part = &making->written_parts[number];
    const struct noun_words *noun = &making->language->nouns[making->noun];
    const char *noun_written = written_form(noun->spoken, noun->written);
    bool good = !part->phonemes;
    for (size_t i = 0, bytes = 1; i < part->bytes && good; i += bytes, bytes = 1) {
        if (part->text[i] != '{') {
            put_literal(words, part, i);
            words_put_bytes(&phrase, part->text + i, 1);
            continue;
        }
        enum placeholder found = template_placeholder(part->text + i, part->bytes - i, &bytes);
        if (found == HOLDS_NOUN) {
            good = noun_written != NULL;
            words_put(words, good ? noun_written : "");
            words_put(&phrase, good ? noun_written : "");
        } else {
            good = clips_phrase(text, clips) && write_placeholder(making, found, run, words, clips);
            words_cut(&phrase, 0);
        }
    }
    words_trim(words);
    return good && clips_phrase(text, clips);
}

/* The part's words with its placeholders filled in, for each kind of voice. run may be NULL when it
 * holds none. */
static void fill_part(const struct making *making, const struct part *part,
                      const struct spelling_run *run, struct forms *forms) {
    struct words words = words_start(forms->text, sizeof forms->text);
    struct words written = words_start(forms->written, sizeof forms->written);
    struct words clips = words_start(forms->clips, sizeof forms->clips);
    speak_part(making, part, run, &words);
    if (!write_part(making, (size_t)(part - making->parts), run, &written, &clips)) {
        words_cut(&written, 0);
        words_cut(&clips, 0);
    }
}

/* A sentence that goes on does not fall. */
static void lift_end(char *text) {
    size_t bytes = strlen(text);
    if (bytes > 0 && text[bytes - 1] == '.') {
        text[bytes - 1] = ',';
    }
}

/* Says the next run of the ticket in the words of a part. */
static void say_run(struct making *making, const struct part *part) {
    struct forms forms;
    const struct spelling_run *run = &making->runs[making->runs_said++];
    enum segment_role role = run->digits ? SEGMENT_NUMBER : SEGMENT_LETTERS;
    fill_part(making, part, run, &forms);
    if (making->runs_said < making->runs_count) { /* The voice falls only at the ticket's end. */
        lift_end(forms.text);
        lift_end(forms.written);
    }
    add_segment(making, role, pause_before(making, role), &forms);
}

/* The first part that holds a placeholder, NULL when there is none. */
static const struct part *part_with(const struct making *making, enum placeholder placeholder) {
    for (size_t i = 0; i < making->parts_count; i++) {
        if (making->parts[i].holds[placeholder] > 0) {
            return &making->parts[i];
        }
    }
    return NULL;
}

/* Whether a text may take segments for the words of site and file: those that it needs as it stands
 * are kept back, and those of what follows it. */
static bool own_words_fit(const struct making *making, const struct part *part) {
    size_t behind = making->parts_count - (size_t)(part - making->parts); /* and the ways */
    return making->script->segments_count + 1 + PHRASE_PIECES_MAX + behind < SEGMENTS_MAX;
}

static int pause_behind(const struct phrase_text *text) {
    static const int pauses[] = {[BREAK_WORD] = PAUSE_WORD_MS,
                                 [BREAK_PIECE] = PAUSE_PIECE_MS,
                                 [BREAK_SENTENCE] = PAUSE_SENTENCE_MS};
    return pauses[text->ended];
}

/* The words of a part before its placeholder, or behind it. */
static void put_around(const struct part *part, bool behind, struct words *words) {
    size_t bytes = 1;
    bool passed = false;
    for (size_t i = 0; i < part->bytes; i += bytes, bytes = 1) {
        if (part->text[i] == '{') {
            (void)template_placeholder(part->text + i, part->bytes - i, &bytes);
            passed = true;
        } else if (passed == behind) {
            put_literal(words, part, i);
        }
    }
}

/* What stands between the last segment of a text and the next, where they are apart only for the
 * engine's voice; NULL where the text itself has an end. */
static const char *joint_before(const struct phrase_text *text) {
    if (text->at == 0 || text->ended != BREAK_WORD) {
        return NULL;
    }
    return text->clean[text->at - 1] == ' ' ? " " : "";
}

/* Moves what the last segment has for other voices into the one before it, which they say with it
 * in one breath. Leaves it where it does not fit. */
static void join_last(struct script *script, const char *joint) {
    struct segment *last = &script->segments[script->segments_count - 1], *whole = last - 1;
    while (whole->joined) {
        whole--;
    }
    bool words = whole->written[0] != '\0' && last->written[0] != '\0';
    size_t used = strlen(whole->written), between = strlen(joint), more = strlen(last->written);
    if (whole->role != last->role || !words || used + between + more >= sizeof whole->written) {
        return;
    }
    memcpy(whole->written + used, joint, between);
    memcpy(whole->written + used + between, last->written, more + 1);
    last->written[0] = '\0';
    last->joined = true;
    if (whole->clips[0] != '\0') {
        struct words clips = words_start(whole->clips, sizeof whole->clips);
        (void)clips_phrase(whole->written, &clips);
        last->clips[0] = '\0';
    }
}

/* Adds one segment of a text. */
static void add_piece(struct making *making, enum segment_role role, int pause_ms,
                      const char *joint, const struct forms *forms) {
    struct script *script = making->script;
    size_t before = script->segments_count;
    add_segment(making, role, pause_ms, forms);
    if (joint != NULL && before > 0 && script->segments_count > before) {
        join_last(script, joint);
    }
}

/* The event's own words in place of letters and number; for clips they are one phrase, where they
 * are said in one breath. */
static void say_spoken(struct making *making, const struct part *part) {
    struct phrase_text text;
    phrase_text_start(&text, making->hall, making->language, making->utterance->spoken);
    int pause_ms = pause_before(making, SEGMENT_NUMBER);
    bool first = true;
    do {
        struct forms forms = {.clips = ""};
        struct words words = words_start(forms.text, sizeof forms.text);
        struct words written = words_start(forms.written, sizeof forms.written);
        struct words clips = words_start(forms.clips, sizeof forms.clips);
        const char *joint = joint_before(&text);
        if (first) {
            put_around(part, false, &words);
            put_around(part, false, &written);
        }
        words.room = SEGMENT_BYTES - (part->bytes - words.bytes); /* for what stands behind */
        written.room = words.room;
        (void)phrase_text_next(&text, own_words_fit(making, part), &words, &written);
        words.room = written.room = SEGMENT_BYTES;
        if (phrase_text_ended(&text)) {
            put_around(part, true, &words);
            put_around(part, true, &written);
        }
        words_trim(&words);
        words_trim(&written);
        if (part->phonemes || !clips_phrase(forms.written, &clips)) {
            words_cut(&written, 0);
        }
        add_piece(making, SEGMENT_NUMBER, pause_ms, joint, &forms);
        pause_ms = pause_behind(&text);
        first = false;
    } while (!phrase_text_ended(&text));
}

/* Whether anything is left of a text from outside, other than marks. */
static bool can_be_said(const char *text) {
    struct spelling_run runs[SPELLING_RUNS_MAX];
    char clean[TEXT_BYTES];
    struct words words = words_start(clean, sizeof clean);
    words_put_outside(&words, text);
    return spelling_cut(clean, runs) > 0;
}

static void say_ticket(struct making *making, const struct part *part) {
    bool number = part->holds[HOLDS_NUMBER] > 0;
    if (can_be_said(making->utterance->spoken)) {
        if (number) {
            say_spoken(making, part);
        }
        return;
    }
    if (making->runs_said < making->runs_count &&
        making->runs[making->runs_said].digits == number) {
        say_run(making, part);
    }
    while (number && making->runs_said < making->runs_count) {
        bool digits = making->runs[making->runs_said].digits;
        const struct part *words = part_with(making, digits ? HOLDS_NUMBER : HOLDS_LETTERS);
        if (words == NULL) {
            return;
        }
        say_run(making, words);
    }
}

static void say_text(struct making *making, const struct part *part) {
    struct phrase_text text;
    phrase_text_start(&text, making->hall, making->language, making->utterance->text);
    int pause_ms = pause_before(making, SEGMENT_TEXT);
    while (!phrase_text_ended(&text)) {
        struct forms forms = {.clips = ""};
        struct words words = words_start(forms.text, sizeof forms.text);
        struct words written = words_start(forms.written, sizeof forms.written);
        const char *joint = joint_before(&text);
        (void)phrase_text_next(&text, own_words_fit(making, part), &words, &written);
        add_piece(making, SEGMENT_TEXT, pause_ms, joint, &forms);
        pause_ms = pause_behind(&text);
    }
}

static void say_plain(struct making *making, const struct part *part, bool after_ticket) {
    struct forms forms;
    enum segment_role role = after_ticket ? SEGMENT_DESTINATION : SEGMENT_LABEL;
    if (part->holds[HOLDS_COUNTER] > 0) {
        role = SEGMENT_COUNTER;
    }
    fill_part(making, part, NULL, &forms);
    add_segment(making, role, pause_before(making, role), &forms);
}

static void say_parts(struct making *making) {
    const struct part *number = part_with(making, HOLDS_NUMBER);
    for (size_t i = 0; i < making->parts_count; i++) {
        const struct part *part = &making->parts[i];
        if (part->holds[HOLDS_LETTERS] + part->holds[HOLDS_NUMBER] > 0) {
            say_ticket(making, part);
        } else if (part->holds[HOLDS_TEXT] > 0) {
            say_text(making, part);
        } else {
            say_plain(making, part, number == NULL || part > number);
        }
    }
}

/* "On the second floor, to the left." */
static void say_ways(struct making *making, const struct hall *hall,
                     const struct counter *counter) {
    struct forms forms;
    struct words words = words_start(forms.text, sizeof forms.text);
    struct words written = words_start(forms.written, sizeof forms.written);
    struct words clips = words_start(forms.clips, sizeof forms.clips);
    enum way ways[COUNTER_WAYS_MAX];
    size_t count = hall_ways(hall, counter, ways);
    for (size_t i = 0; i < count; i++) {
        const struct way_words *way = &making->language->ways[ways[i]];
        const char *plain = written_form(way->spoken, "");
        plain = plain != NULL ? plain : way->screen;
        words_put(&words, i > 0 ? ", " : "");
        words_put(&words, way->spoken);
        words_put(&written, i > 0 ? ", " : "");
        words_put(&written, plain);
        (void)clips_phrase(plain, &clips); /* two short phrases always fit */
    }
    words_put(&words, count > 0 ? "." : "");
    words_put(&written, ".");
    add_segment(making, SEGMENT_DESTINATION, PAUSE_WAY_MS, &forms);
}

/* While many wait a call is said in brief, and at its rate: words that are hurried are mistaken
 * (standards.md, "Rate"; en.ini has figures). A recall keeps the words that make it one. */
static enum spoken_template template_of(const struct utterance *utterance) {
    switch (utterance->kind) {
    case UTTERANCE_RECALL:
        return SPOKEN_RECALL;
    case UTTERANCE_NOTICE:
        return SPOKEN_NOTICE;
    case UTTERANCE_URGENT:
        return SPOKEN_URGENT;
    case UTTERANCE_CALL:
        break;
    }
    return utterance->brisk ? SPOKEN_BRIEF : SPOKEN_CALL;
}

/* Whether there is anything to announce: a frame of words around nothing is not said. */
static bool has_content(const struct making *making) {
    for (size_t i = 0; i < making->script->segments_count; i++) {
        enum segment_role role = making->script->segments[i].role;
        if (role != SEGMENT_LABEL && role != SEGMENT_DESTINATION) {
            return true;
        }
    }
    return false;
}

bool phrase_make(const struct hall *hall, const struct utterance *utterance,
                 struct script *script) {
    memset(script, 0, sizeof *script);
    script->serial = utterance->serial;
    bool brief = utterance->brisk && utterance->chime == CHIME_CALL;
    script->chime = brief ? CHIME_BRIEF : utterance->chime;
    const struct language *language = hall_language(hall, utterance->lang);
    if (language == NULL) {
        return false;
    }
    memcpy(script->lang, language->tag, sizeof script->lang);
    memcpy(script->voice, language->voice, sizeof script->voice);
    memcpy(script->phoneme_voice, language->phoneme_voice, sizeof script->phoneme_voice);
    script->rate = language->rate;
    const struct counter *counter = hall_counter(hall, utterance->from, utterance->counter);
    script->pan = counter != NULL ? counter->pan : 0.0F;

    struct making making = {
        .hall = hall, .language = language, .utterance = utterance, .script = script};
    making.noun = counter != NULL ? counter->noun : hall->noun;
    making.label = hall_counter_label(hall, utterance->from, utterance->counter, utterance->label,
                                      language->tag);
    enum spoken_template kind = template_of(utterance);
    size_t parts = template_cut(language->spoken[kind], making.parts);
    making.parts_count = parts < TEMPLATE_SEGMENTS_MAX ? parts : TEMPLATE_SEGMENTS_MAX;
    bool written = language->written[kind][0] != '\0';
    (void)template_cut(written ? language->written[kind] : language->spoken[kind],
                       making.written_parts);
    making.runs_count = spelling_cut(utterance->ticket, making.runs);
    say_parts(&making);
    if (making.runs_count > 0) {
        say_ways(&making, hall, counter);
    }
    if (!has_content(&making)) {
        script->segments_count = 0;
        return false;
    }
    return true;
}
