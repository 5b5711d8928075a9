/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pages of notices.
 *
 * One page is one part of one notice in one of its languages: parts turn before languages,
 * languages before notices. A part is as much as the screen has room for at a size that can be read
 * from the last row, so a long notice takes longer, not smaller letters. While a notice is spoken
 * it is the one that is shown, in the language in which it is spoken, its parts at the speed of
 * speech.
 */
#include "core/board_notices.h"

#include "core/text.h"

#include <string.h>

/* How long a spoken word takes; speech.md: two to three words a second. */
enum { SPOKEN_WORD_MS = 430, READ_WORD_MS = 1000 };

static size_t notice_at(const struct board *board, size_t from, const char *id) {
    size_t at = 0;
    while (at < board->notices_count &&
           (board->notices[at].from != from || strcmp(board->notices[at].id, id) != 0)) {
        at++;
    }
    return at;
}

static void remove_notice(struct board *board, size_t index) {
    board->notices_count--;
    memmove(&board->notices[index], &board->notices[index + 1],
            (board->notices_count - index) * sizeof board->notices[0]);
}

/* By priority, newest first among equals. */
bool board_put_notice(struct board *board, const struct notice *notice) {
    size_t old = notice_at(board, notice->from, notice->id);
    if (old < board->notices_count) {
        remove_notice(board, old);
    }
    if (notice->texts_count == 0) {
        return false;
    }
    size_t place = 0;
    while (place < board->notices_count && board->notices[place].priority > notice->priority) {
        place++;
    }
    if (place == NOTICES_MAX) {
        return false;
    }
    size_t kept = board->notices_count < NOTICES_MAX ? board->notices_count : NOTICES_MAX - 1;
    memmove(&board->notices[place + 1], &board->notices[place],
            (kept - place) * sizeof board->notices[0]);
    board->notices[place] = *notice;
    board->notices_count = kept + 1;
    board->notice_page = (struct notice_page){.notice = place, .flip_at = MONO_NEVER};
    return true;
}

static const char *page_text(const struct board *board, const struct notice_page *page) {
    return board->notices[page->notice].texts[page->text].text;
}

static size_t next_valid_notice(const struct board *board, size_t from, wall_ms now) {
    for (size_t i = 0; i < board->notices_count; i++) {
        size_t index = (from + i) % board->notices_count;
        if (notice_valid(&board->notices[index], now)) {
            return index;
        }
    }
    return 0;
}

/* How long a page stays. Read: standards.md, "Reading time", max(8 s, 1 s a word). */
static int64_t page_ms(const struct board *board, const struct policy *policy, bool spoken) {
    char words[TEXT_BYTES];
    text_part(page_text(board, &board->notice_page), board->pager.notice_characters,
              board->notice_page.part, words);
    int64_t count = 1;
    for (const char *at = words; *at != '\0'; at++) {
        count += *at == ' ';
    }
    if (spoken) {
        return count * SPOKEN_WORD_MS;
    }
    int64_t reading_ms = count * READ_WORD_MS;
    return reading_ms > policy->page_ms ? reading_ms : policy->page_ms;
}

/* The page of the notice that is being spoken. False when none is. */
static bool spoken_page(const struct board *board, struct notice_page *page) {
    const struct announcer *announcer = &board->announcer;
    const struct announcement *current = &announcer->current;
    if (announcer->state != ANNOUNCER_SPEAKING || current->kind != UTTERANCE_NOTICE) {
        return false;
    }
    *page = (struct notice_page){.notice = notice_at(board, current->from, current->id),
                                 .flip_at = MONO_NEVER};
    if (page->notice == board->notices_count) {
        return false;
    }
    const struct notice *notice = &board->notices[page->notice];
    const char *tag = current->langs.tags[announcer->part % current->langs.count];
    const char *text = lang_text_pick(notice->texts, notice->texts_count, tag);
    while (notice->texts[page->text].text != text) {
        page->text++;
    }
    return true;
}

static size_t parts_of(const struct board *board, const struct notice_page *page) {
    char words[TEXT_BYTES];
    return text_part(page_text(board, page), board->pager.notice_characters, 0, words);
}

/* The page after the present one; the same again when there is no other. */
static void turn(struct board *board, wall_ms now) {
    struct notice_page *page = &board->notice_page;
    size_t from = page->notice % board->notices_count;
    page->flip_at = MONO_NEVER;
    page->part++;
    if (from == page->notice && page->text < board->notices[from].texts_count &&
        page->part < parts_of(board, page)) {
        return;
    }
    page->part = 0;
    page->text++;
    if (page->text >= board->notices[from].texts_count) {
        page->text = 0;
        from++;
    }
    page->notice = next_valid_notice(board, from, now);
    page->text = page->notice == from % board->notices_count ? page->text : 0;
}

/* After notices came and went the page may be none, or that of one whose time is over. */
static void mend_page(struct board *board, wall_ms now) {
    struct notice_page *page = &board->notice_page;
    bool there = page->notice < board->notices_count &&
                 page->text < board->notices[page->notice].texts_count &&
                 notice_valid(&board->notices[page->notice], now);
    if (there && page->part < parts_of(board, page)) {
        return;
    }
    size_t from = page->notice % board->notices_count;
    *page =
        (struct notice_page){.notice = next_valid_notice(board, from, now), .flip_at = MONO_NEVER};
}

static void expire(struct board *board, wall_ms now) {
    for (size_t i = board->notices_count; i-- > 0;) {
        const struct notice *notice = &board->notices[i];
        if (now != TIME_UNKNOWN && notice->valid_until != TIME_UNKNOWN &&
            now >= notice->valid_until) {
            remove_notice(board, i);
        }
    }
}

void board_turn_notices(struct board *board, const struct policy *policy, struct moment now) {
    struct notice_page *page = &board->notice_page;
    struct notice_page spoken;
    expire(board, now.wall);
    if (board->notices_count == 0) {
        *page = (struct notice_page){.flip_at = MONO_NEVER};
        return;
    }
    bool speaking = spoken_page(board, &spoken);
    bool due = page->flip_at != MONO_NEVER && now.mono >= page->flip_at;
    if (speaking && (page->notice != spoken.notice || page->text != spoken.text)) {
        *page = spoken;
    } else if (due && speaking) {
        bool more = page->part + 1 < parts_of(board, page);
        page->part += more ? 1 : 0;
        page->flip_at = MONO_NEVER;
    } else if (due) {
        turn(board, now.wall);
    }
    mend_page(board, now.wall);
    if (page->flip_at == MONO_NEVER) {
        page->flip_at = now.mono + page_ms(board, policy, speaking);
    }
}

/* Whether there is a second page. */
static bool turns(const struct board *board) {
    return board->notices_count > 1 ||
           (board->notices_count == 1 &&
            (board->notices[0].texts_count > 1 || parts_of(board, &board->notice_page) > 1));
}

static void sooner(mono_ms *deadline, struct moment now, wall_ms at) {
    if (at != TIME_UNKNOWN && at > now.wall && now.mono + (at - now.wall) < *deadline) {
        *deadline = now.mono + (at - now.wall);
    }
}

mono_ms board_notices_deadline(const struct board *board, struct moment now) {
    mono_ms deadline = turns(board) ? board->notice_page.flip_at : MONO_NEVER;
    for (size_t i = 0; i < board->notices_count && now.wall != TIME_UNKNOWN; i++) {
        sooner(&deadline, now, board->notices[i].valid_from);
        sooner(&deadline, now, board->notices[i].valid_until);
    }
    return deadline;
}

void board_notice_words(const struct board *board, struct moment now, char out[TEXT_BYTES]) {
    const struct notice_page *page = &board->notice_page;
    out[0] = '\0';
    if (page->notice < board->notices_count &&
        notice_valid(&board->notices[page->notice], now.wall) &&
        page->text < board->notices[page->notice].texts_count) {
        text_part(page_text(board, page), board->pager.notice_characters, page->part, out);
    }
}
