"""Every word of Ukrainian that hallcall says itself, as the engine really pronounces it."""

import re

import pytest

import ukrainian
from ukrainian import ACUTE, SOUNDS, Engine, entries, golden, ipa_for, phonemes_for, transcribe, values


@pytest.fixture(scope="module")
def engine():
    engine = Engine()
    assert engine.version.startswith(ukrainian.VERSIONS), "the phonemes were compared with other versions"
    return engine


def test_the_golden_file_names_every_entry():
    assert list(golden()) and golden().keys() == entries().keys()


def test_every_spoken_value_is_phonemes_alone():
    """A raw word would be read by the voice's Russian rules; only outside text may be."""
    checked = 0
    for section, key, value in values():
        if ukrainian.is_spoken(section, key):
            rest = re.sub(r"\[\[.*?\]\]|\{[a-z]+\}|[ |.,!]", "", value)
            assert rest == "", f"[{section}] {key}: {rest} is not given as phonemes"
            checked += 1
    assert checked > 120


def test_the_norm_follows_from_the_written_word():
    wrong = [(name, norm, transcribe(written)) for name, (written, norm) in golden().items()
             if transcribe(written) != norm]
    assert wrong == []


def test_the_file_has_the_nearest_phonemes():
    spoken = entries()
    wrong = [(name, spoken[name], phonemes_for(norm)) for name, (_, norm) in golden().items()
             if spoken[name] != phonemes_for(norm)]
    assert wrong == []


def test_the_engine_says_them(engine):
    spoken = entries()
    wrong = []
    for name, (written, norm) in golden().items():
        said = engine.ipa_of(spoken[name], written)
        if said != ipa_for(norm):
            wrong.append((name, said, ipa_for(norm)))
    assert wrong == []


def test_letters_of_an_alphabet_differ(engine):
    """Within the Ukrainian alphabet and within the Latin one, as one hears them."""
    spoken = entries()
    for alphabet in ("АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        said = [engine.ipa(f"[[{spoken['letters ' + letter]}]]") for letter in alphabet]
        assert len(set(said)) == len(alphabet)


def test_neighbours_leave_each_other_alone(engine):
    """Every two number words that can stand side by side sound as each does alone: no voicing, no
    softening across the gap, no stress lost."""
    spoken = {int(name.split()[1]): piece for name, piece in entries().items() if name.startswith("numbers ")}
    alone = {value: engine.ipa(f"[[{piece}]]") for value, piece in spoken.items()}
    pairs = [(head, tail) for head in spoken for tail in spoken if tail > 0 and (
        head >= 1000 > tail or 100 <= head < 1000 and tail < 100 or 20 <= head < 100 and tail < 10)]
    assert len(pairs) == 9 * 36 + 9 * 27 + 8 * 9
    wrong = []
    for head, tail in pairs:
        said = engine.ipa(f"[[{spoken[head]}]] [[{spoken[tail]}]]")
        if said != f"{alone[head]} {alone[tail]}":
            wrong.append((head, tail, said))
    assert wrong == []


def test_whole_calls_keep_their_words(engine):
    """The template's segments with each noun between their brackets."""
    spoken = entries()
    go, number = spoken["spoken call 2"], spoken["spoken call 3"]
    norms = golden()
    nouns = [name for name in spoken if name.startswith("nouns ")]
    assert len(nouns) == 6
    for noun in nouns:
        said = engine.ipa(f"[[{go}]] [[{spoken[noun]}]] [[{number}]]")
        expected = " ".join(ipa_for(norms[name][1]) for name in ("spoken call 2", noun, "spoken call 3"))
        assert said == expected


@pytest.mark.parametrize("written, expected", [
    ("оди́н", "ɔdˈɪn"), ("шістна́дцять", "ʃisnˈadʲt͡sʲatʲ"), ("шістдеся́т", "ʃizdɛsʲˈat"),
    ("п'ятдеся́т", "pjaddɛsʲˈat"), ("дев'яно́сто", "dɛu̯janˈɔstɔ"), ("дві́сті", "dʋˈisʲtʲi"),
    ("ува́га", "uʋˈaɦa"), ("схо́дами вниз", "sxˈɔdamɪ u̯nˈɪz"), ("ща", "ʃt͡ʃˈa"), ("до вікна́", "dɔ ʋiknˈa"),
])
def test_the_rules_themselves(written, expected):
    assert transcribe(written) == expected


@pytest.mark.parametrize("written", ["один", "о́ди́н", "ы"])
def test_the_rules_refuse(written):
    with pytest.raises(ValueError):
        transcribe(written)


def test_the_voice_alone_is_not_ukrainian(engine):
    """Why all this: should a version get these right by itself, the strings are no longer needed."""
    for written in ("оди́н", "чоти́ри", "ти́сяча", "вікна́"):
        assert engine.ipa(written.replace(ACUTE, "")) != ipa_for(transcribe(written))


def test_each_sound_has_a_phoneme_of_its_own():
    assert len({phoneme for _, _, _, phoneme, _, _ in SOUNDS}) == len(SOUNDS)


def without_before(page):
    """The page without the voice's own reading, which differs between versions."""
    rows = [re.split(r"(?<!\\)\|", line) for line in page.splitlines()]
    return [row[:5] + row[6:] for row in rows]


def test_the_page_is_up_to_date(engine):
    now, page = ukrainian.page(engine), ukrainian.PAGE.read_text()
    assert without_before(page) == without_before(now), "run `make golden`"
    if engine.version.startswith(ukrainian.PAGE_VERSION):
        assert page == now, "run `make golden`"
