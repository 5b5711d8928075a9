"""What the language files say aloud and what they show are the same words."""

import re

import pytest

from speech import setting, spoken, tags, values


def words_of(tag, section, key):
    """A value as words: its written form where the spoken one is phonemes."""
    found = {name: value for part, name, value in values(tag) if part == section}
    return found.get(f"{key}.written", found[key])


def opening(tag, template):
    """The first segment of a template, without its punctuation."""
    return words_of(tag, "spoken", template).split(" | ")[0].strip("¡!.")


@pytest.mark.parametrize("tag", tags())
def test_what_comes_is_announced_by_the_words_on_the_screen(tag):
    """A visitor who hears "Notice" finds "Notice"; "Attention" may be said in a polite sentence, and
    the screen may shorten a word (Turkish "no")."""
    assert opening(tag, "call").strip(",،").startswith(words_of(tag, "screen", "ticket").removesuffix(" no"))
    assert opening(tag, "notice") == words_of(tag, "screen", "notice")
    assert opening(tag, "recall") == words_of(tag, "screen", "again")
    assert words_of(tag, "screen", "urgent").casefold() in opening(tag, "urgent").casefold()


@pytest.mark.parametrize("tag", tags())
def test_an_announcement_stands_apart_from_its_text(tag):
    """The lead-in is a sentence of its own, whatever number of sentences follows."""
    spoken = words_of(tag, "spoken", "notice")
    assert re.fullmatch(r"[^|{]+\. \| \{text\}", spoken), spoken


@pytest.mark.parametrize("tag", tags())
def test_nobody_hears_zeros_in_thousands(tag):
    """"Ten zero zero" is what nobody says for 1000, nor "ten zero seven" for 1007 where 107 is spoken
    whole."""
    whole = setting(tag, "digits") == "whole"
    numbers = [str(1000 * head + unit) for head in range(1, 10) for unit in (range(10) if whole else [0])]
    zero, *said = spoken(tag, [(number, "1") for number in ["0", *numbers]], "--codes")
    wrong = [(number, segments[0].text) for number, segments in zip(numbers, said)
             if zero[0].phonemes in segments[0].phonemes or re.search(r"\d \d", segments[0].text)]
    assert wrong == []


@pytest.mark.parametrize("tag", ("fr", "nl"))
def test_single_digits_keep_their_ends(tag):
    """Six, huit and zes lose their last sound before another digit in these voices."""
    digits = [*"0123456789"]
    numbers = ["10662", "66886", "98765", "67890"]
    said = [segments[0].phonemes for segments in spoken(tag, [(n, "1") for n in digits + numbers], "--codes")]
    alone = dict(zip(digits, said))
    assert [" ".join(name.split()) for name in said[10:]] == [" ".join(alone[digit] for digit in n) for n in numbers]
