"""`hallcall check` on the voices: what a site's tickets sound and look like."""

import os
import re
import subprocess

import pytest

import ukrainian
from place import PROGRAM, SOURCE, Publisher

pytestmark = pytest.mark.aside
COMPUTER = ("network", "address", "clock", "temperature", "power")


@pytest.fixture
def share(tmp_path):
    """A share folder of its own, in which a test may write languages."""
    folder = tmp_path / "share"
    (folder / "languages").mkdir(parents=True)
    for name, source in (("themes", "config/themes"), ("sounds", "sounds"), ("fonts", "fonts")):
        (folder / name).symlink_to(SOURCE / source)
    for file in (SOURCE / "config/languages").glob("*.ini"):
        (folder / "languages" / file.name).symlink_to(file)
    return folder


@pytest.fixture
def check(share, broker):
    """A function that runs `hallcall check` with settings; returns (exit code, lines). The queue system keeps a board."""
    publisher = Publisher(broker)
    publisher.send("hall/main/board", '{"v":1,"calls":[]}', retain=True).wait_for_publish(10)
    publisher.stop()

    def run(*sets, config="/dev/null"):
        command = [PROGRAM, "check", "--config", config]
        for text in (f"broker.url=mqtt://127.0.0.1:{broker.port}", "audio.device=none", *sets):
            command += ["--set", text]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60,
                              env={**os.environ, "HALLCALL_SHARE": str(share)})
        return done.returncode, [line.split(None, 2) for line in done.stdout.splitlines()]
    return run


@pytest.fixture
def check_file(check, tmp_path):
    """The same with sections of a configuration file in place of settings."""
    def run(sections):
        config = tmp_path / "hall.ini"
        config.write_text(sections)
        return check(config=config)
    return run


def lines_of(lines, verdict, what):
    return [words for found, about, words in lines if (found, about) == (verdict, what)]


def verdicts(lines):
    """Of all that is the program's doing, which the computer that runs the test is not; devices are only listed."""
    return {line[0] for line in lines if line[1] not in COMPUTER} - {"device"}


def rhymes_of(lines):
    return [words for words in lines_of(lines, "WARNING", "prefixes") if "sounds like" in words]


def hebrew(share, template="מספר, | {letters} | {number}. | {noun} | {counter}."):
    """en.ini with the Hebrew voice and words; letters by names in its script."""
    text = (SOURCE / "config/languages/en.ini").read_text()
    text = re.sub(r"^voice = .*$", "voice = sem/he", text, flags=re.M)
    text = re.sub(r"^tag = .*$", "tag = he", text, flags=re.M)
    text = re.sub(r"^(call|recall) = .*$", rf"\1 = {template}", text, flags=re.M)
    text = re.sub(r"^(\w+\.spoken) = .*$", r"\1 = דלפק", text, flags=re.M)
    text = re.sub(r"^oh = .*$", "", text, flags=re.M)
    text = text.replace("[letters]\n", "[letters]\nA = אָלֶף\n")
    (share / "languages/he.ini").write_text(text)


def test_all_is_well_with_letters_that_differ(check):
    code, lines = check("hall.languages=en, de, uk", "ticket.prefixes=F, L, M, R, X")
    assert code == 0 and verdicts(lines) == {"ok"}, lines
    assert {"network", "address", "clock", "computer", "program"} <= {line[1] for line in lines}
    assert [words.split(":")[0] for words in lines_of(lines, "ok", "voice")] == ["en", "de", "uk"]


def test_closed_hours_need_a_clock_that_somebody_vouches_for(check):
    code, lines = check("display.off_schedule=20:00-06:00")
    synchronised = lines_of(lines, "ok", "clock")[:1] and lines_of(lines, "ok", "clock")[0].startswith("synchronised")
    warned = lines_of(lines, "WARNING", "hours")
    assert code == 0 and (synchronised or "set [display] clock = always" in warned[0]), lines
    _, lines = check("display.off_schedule=20:00-06:00", "display.clock=always")
    assert not lines_of(lines, "WARNING", "hours")


def test_rhymes_are_warned_of(check):
    code, lines = check("hall.languages=en", "ticket.prefixes=B, C, D, E, G, P, T, V, F, M, H, X, W, Z")
    assert code == 0, "a warning is no problem"
    (words,) = rhymes_of(lines)
    assert words.startswith("en: B sounds like C, D, E, G, P, T, V:")


def test_each_language_has_its_own_rhymes(check):
    """Z is zed in English and zet in German; Q, Austrian kve, rhymes with B only there."""
    _, lines = check("hall.languages=en, de", "ticket.prefixes=B, Q")
    (words,) = rhymes_of(lines)
    assert words.startswith("de: B sounds like Q:")


def test_the_sites_own_word_ends_a_rhyme(check_file):
    """[say D] gives it another name; a rhyme is looked for in what is really said."""
    code, lines = check_file("[ticket]\nprefixes = D, T\n[say D]\nspoken = delta\n")
    assert code == 0 and verdicts(lines) == {"ok"}, lines


def test_look_alikes_are_warned_of(check):
    _, lines = check("hall.languages=uk", "ticket.prefixes=В, B, S, 5, O",
                     "ticket.pattern=^[A-ZВ0-9]{1,6}$")
    warned = lines_of(lines, "WARNING", "prefixes")
    assert [words for words in warned if "look alike" in words] == ["В and B look alike on screen and ticket"]
    assert [words.split(":")[0] for words in warned if "figure" in words] == [
        "В looks like the figure 8 before a number", "B looks like the figure 8 before a number",
        "S looks like the figure 8 before a number"]


def test_faces_without_a_character_are_named(check, share):
    """In a name and in a language file: each is told with the file to look at."""
    code, lines = check("hall.name=Ratusz 市役所", "hall.languages=en")
    assert code == 1
    assert [words.split(":")[:2] for words in lines_of(lines, "PROBLEM", "faces")] == [
        ["names, labels and prefixes", " no installed face has 市 (U+5E02)"]]
    text = (SOURCE / "config/languages/en.ini").read_text().replace("called = Called", "called = Called ꩜")
    (share / "languages/en.ini").unlink()
    (share / "languages/en.ini").write_text(text)
    code, lines = check("hall.languages=en")
    assert code == 1
    (words,) = lines_of(lines, "PROBLEM", "faces")
    assert words.startswith("languages/en.ini: no installed face has ꩜ (U+AA5C)")


def test_arabic_and_hebrew_are_drawn(check):
    _, lines = check("hall.name=מתנ״ס العربية", "hall.languages=ar, en")
    assert lines_of(lines, "PROBLEM", "faces") == [] and lines_of(lines, "ok", "faces") != []


def test_a_prefix_that_the_pattern_refuses_is_a_problem(check):
    code, lines = check("hall.languages=en", "ticket.prefixes=A, M", "ticket.pattern=^A[0-9]+$")
    assert code == 1
    assert lines_of(lines, "PROBLEM", "prefixes") == ["[ticket] pattern refuses M1, so calls with the prefix M"]


def test_a_silent_language_is_refused(check, share):
    """The Hebrew voice of eSpeak NG 1.51 makes no sound of numbers; that of 1.52 does."""
    hebrew(share)
    code, lines = check("hall.languages=en, he")
    if not ukrainian.Engine().version.startswith("1.51"):
        assert code == 0 and len(lines_of(lines, "ok", "voice")) == 2
        return
    assert code == 1
    (words,) = lines_of(lines, "PROBLEM", "voice")
    assert words.startswith("he: the engine is silent with the voice sem/he at \"1") and "leave this language out" in words
    assert lines_of(lines, "ok", "voice")[0].startswith("en:"), "the other language is not blamed"


def test_silent_letters_and_numbers_are_a_problem(check, share):
    file = share / "languages/pl.ini"
    text = file.read_text().replace("[letters]\n", "[letters]\nR = [[_]]\n").replace(
        "[spoken]\n", "[numbers]\n40 = [[_]]\n\n[spoken]\n")
    file.unlink()
    file.write_text(text)
    code, lines = check("hall.languages=pl")
    assert code == 1
    assert lines_of(lines, "PROBLEM", "voice") == [
        "pl: silent: 40, R: name them under [letters] or [numbers] of languages/pl.ini"]


def test_letters_in_another_voice_are_warned_of(check, share):
    """A language file that does not name the Cyrillic letters, where the pattern takes them."""
    file = share / "languages/nl.ini"
    text = "".join(line for line in file.read_text().splitlines(True) if not line.startswith(("Ж = ", "Ш = ")))
    file.unlink()
    file.write_text(text)
    code, lines = check("hall.languages=nl")
    (words,) = lines_of(lines, "WARNING", "voice")
    assert code == 0 and words.startswith("nl: said in another language's voice: Ж, Ш: name them under [letters]")
    _, lines = check("hall.languages=nl", "ticket.pattern=^[A-Z]?[0-9]{1,4}$")
    assert lines_of(lines, "WARNING", "voice") == [], "this site prints no Cyrillic letters"
    _, lines = check("hall.languages=nl", "ticket.prefixes=A, M")
    assert lines_of(lines, "WARNING", "voice") == [], "nor does this one"


def test_words_of_the_site_in_another_voice_are_warned_of(check_file, share):
    """Labels, [say] and nouns that a Cyrillic voice leaves to an English one; what the site wrote for it is well."""
    code, lines = check_file("[hall]\nlanguages = en, uk\n[say VIP]\nspoken = vee eye pea\n"
                             "[say Desk]\nspoken.en = desk\nspoken.uk = stil\n"
                             "[counter info]\nlabel = Info\n[counter front]\n[counter 7]\nlabel = 12A\n"
                             "[counter main/side]\nlabel.uk = Lobby\n")
    assert code == 0, lines
    assert lines_of(lines, "WARNING", "voice") == [
        f"uk: {key}: \"{words}\" is said in another language's voice: {remedy}" for key, words, remedy in (
            ("[counter info] label", "Info",
             "write label.uk in the letters of that language, or [say Info] with spoken.uk"),
            ("[counter front]", "front",
             "write label.uk in the letters of that language, or [say front] with spoken.uk"),
            ("[counter main/side] label.uk", "Lobby",
             "write label.uk in the letters of that language, or [say Lobby] with spoken.uk"),
            ("[say VIP] spoken", "vee eye pea",
             "write spoken.uk in the letters of that language, or as [[phonemes]]"),
            ("[say Desk] spoken.uk", "stil",
             "write spoken.uk in the letters of that language, or as [[phonemes]]"))]
    code, lines = check_file("[hall]\nlanguages = en, uk\n[say VIP]\nspoken = vee eye pea\nspoken.uk = ві-ай-пі\n"
                             "[say Info]\nspoken.uk = [['info]]\n[counter info]\nlabel = Info\n"
                             "[counter side]\nlabel = Lobby\nlabel.uk = Хол\n")
    assert code == 0 and lines_of(lines, "WARNING", "voice") == []


def test_a_noun_in_another_voice_is_warned_of(check_file, share):
    file = share / "languages/uk.ini"
    text = re.sub(r"^desk.spoken = .*$", "desk.spoken = desk", file.read_text(), flags=re.M)
    file.unlink()
    file.write_text(text)
    code, lines = check_file("[hall]\nlanguages = uk\n")
    assert code == 0 and lines_of(lines, "WARNING", "voice") == [], "nothing here is a desk"
    code, lines = check_file("[hall]\nlanguages = uk\n[counter 3]\nnoun = desk\n")
    (words,) = lines_of(lines, "WARNING", "voice")
    assert code == 0 and words.startswith("uk: languages/uk.ini: [nouns] desk.spoken: \"desk\" is said in another")


def test_every_language_that_comes_along_passes(check):
    tags = sorted(path.stem for path in (SOURCE / "config/languages").glob("*.ini"))
    for first in range(0, len(tags), 8):
        some = tags[first:first + 8]
        code, lines = check(f"hall.languages={', '.join(some)}")
        assert code == 0 and verdicts(lines) == {"ok"}, lines
        assert len(lines_of(lines, "ok", "voice")) == len(some)


@pytest.mark.parametrize("layout, metres, verdict, words", [
    ("main", 4, "ok", "readable from all seats to 4.0 m"), ("main", 7, "WARNING", "the list stands below the call"),
    ("main", 10, "WARNING", "they take turns"), ("counter", 10, "WARNING", "nothing else fits beside the call"),
    ("main", 20, "PROBLEM", "not to 20.0 m ([display] viewing_distance_m): take a screen of 80 inches")])
def test_the_reach_of_a_screen_is_told(check, layout, metres, verdict, words):
    code, lines = check("display.size=1920x1080", "display.diagonal_in=55", f"display.viewing_distance_m={metres}",
                        f"display.layout={layout}", "display.counters=4")
    assert [said for said in lines_of(lines, verdict, "reach") if words in said], lines_of(lines, verdict, "reach") or lines
    assert (code == 0) == (verdict != "PROBLEM")
