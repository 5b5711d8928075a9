"""The phonemes of a call are turned back into its ticket and its counter, in every language.

Letters and numbers are learned one by one from calls that hold nothing else; no two of them may sound
alike (alphabets.same_letter has the rule). With that alone, phonemes of whole calls with random
tickets are decoded, segment by segment, and must give what was printed: letters in their order, and
numbers without leading zeros, which are not spoken.
"""

import concurrent.futures
import random

import pytest

from alphabets import ALPHABETS, same_letter
from speech import runs, spoken, tags

TAGS = tags()
NUMBER_END = 10000
RANDOM_CALLS = 40
# The engine is not always the same in a process that has spoken a lot; halls start it again too.
QUICK = ("--codes", "--fresh", "200")
SAMPLE = sorted({*range(0, 101), *range(200, NUMBER_END, 200), *range(101, NUMBER_END, 131)})


class Ear:
    """What has been learned of a language."""

    def __init__(self, tag):
        self.tag = tag
        self.letters = {}
        self.numbers = {}

    def learn_letters(self, letters):
        """Of one alphabet, in place of those before."""
        self.letters = {}
        for letter, segments in zip(letters, spoken(self.tag, [(letter, "1") for letter in letters], *QUICK)):
            names = [segment.phonemes for segment in segments if segment.role == "letters"]
            assert len(names) == 1 and names[0] and "(" not in names[0], f"{self.tag} {letter}: {names}"
            before = self.letters.setdefault(names[0], letter)
            assert before == letter or same_letter(before, letter), f"{self.tag}: {before}, {letter}: {names[0]}"

    def learn_numbers(self, numbers):
        """Each as a ticket "107-00107" and as a counter: leading zeros change nothing."""
        calls = [(f"{number}-{number:05d}", f"{number:04d}") for number in numbers]
        for number, segments in zip(numbers, spoken(self.tag, calls, *QUICK)):
            said = [segment.phonemes for segment in segments if segment.role in ("number", "counter")]
            assert len(said) == 3 and all(said) and "(" not in "".join(said), f"{self.tag} {number}: {said}"
            for phonemes in said:
                before = self.numbers.setdefault(phonemes, number)
                assert before == number, f"{self.tag}: {before} and {number}: {phonemes}"

    def words(self, phonemes):
        """All the ways to read a run of letters' names."""
        if not phonemes:
            return [""]
        return [letter + rest for name, letter in self.letters.items()
                if phonemes == name or phonemes.startswith(name + " ")
                for rest in self.words(phonemes[len(name) + 1:])]

    def decode(self, segments):
        """(ticket, counter) as lists of letters and numbers."""
        ticket, counter = [], []
        for segment in segments:
            if segment.role == "letters":
                ticket.append(self.words(segment.phonemes))
            elif segment.role == "number":
                ticket.append(self.numbers[segment.phonemes])
            elif segment.role == "counter":
                counter.append(self.numbers[segment.phonemes])
        return ticket, counter


def random_ticket(chance, letters, numbers):
    """As the default of [ticket] pattern has it: letters, a separator, a number, a Latin letter."""
    prefix = "".join(chance.choice(letters) for _ in range(chance.randint(0, 3)))
    number = str(chance.choice(numbers)).zfill(chance.randint(1, 5))
    return prefix + chance.choice(["", "-", " "]) + number + chance.choice(["", "", chance.choice(letters)])


def canonical(ticket):
    return [int(run) if run.isdigit() else run for run in runs(ticket)]


def heard_right(ear, ticket, counter, segments):
    heard, where = ear.decode(segments)
    printed = canonical(ticket)
    return where == [int(counter)] and len(heard) == len(printed) and all(
        want in got and len({key_of(ear, word) for word in got}) == 1 if isinstance(want, str) else want == got
        for got, want in zip(heard, printed))


def key_of(ear, word):
    """Letters that are one letter to their readers count as one."""
    return "".join(next(letter for letter in ear.letters.values() if letter == one or same_letter(letter, one))
                   for one in word)


def round_trip(tag, numbers):
    ear = Ear(tag)
    ear.learn_numbers(numbers)
    for letters in ALPHABETS:
        ear.learn_letters(letters)
        chance = random.Random(f"{tag} {letters}")
        learned = list(ear.letters.values())
        calls = [(random_ticket(chance, learned, numbers), str(chance.choice(numbers))) for _ in range(RANDOM_CALLS)]
        for (ticket, counter), segments in zip(calls, spoken(tag, calls, *QUICK)):
            assert heard_right(ear, ticket, counter, segments), \
                f"{tag}: {ticket} to {counter} was heard as {ear.decode(segments)}: {segments}"


def in_every_language(numbers):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        failures = [error for error in pool.map(lambda tag: failure_of(tag, numbers), TAGS) if error]
    assert failures == []


def failure_of(tag, numbers):
    try:
        round_trip(tag, numbers)
    except (AssertionError, KeyError) as error:
        return f"{tag}: {error}"
    return None


def test_a_sample_of_the_numbers_in_every_language():
    assert len(SAMPLE) > 200
    in_every_language(SAMPLE)


@pytest.mark.slow
def test_all_numbers_in_every_language():
    in_every_language(range(NUMBER_END))


def test_the_ear_notices():
    """The test itself: a wrong letter, order, number or counter is not heard as right."""
    ear = Ear("en")
    ear.learn_letters("ABC")
    ear.learn_numbers([1, 2, 12])
    (segments,) = spoken("en", [("AB12", "2")], *QUICK)
    assert heard_right(ear, "AB12", "2", segments) and heard_right(ear, "AB-0012", "02", segments)
    for ticket, counter in (("BA12", "2"), ("AB1", "2"), ("AB12", "1"), ("A12", "2"), ("12AB", "2"), ("AB2", "12")):
        assert not heard_right(ear, ticket, counter, segments)
