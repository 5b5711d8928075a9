"""Voices other than eSpeak NG: recorded clips and programs, and eSpeak NG in their place when they
cannot say a call, as a whole."""

import json
import os
import re
import resource
import stat

import pytest

from bank import PROGRAM, VOICE, at_hall_rate, clip, file_of, make_bank
from hall import likeness
from place import SANITIZED, wait_for

EVENT = "hall/main/event"
SAME = 0.9       # a clip that was heard is at least so much like itself
OTHER = 0.6      # the same word in another voice at most
WORDS = ("Ticket", "Please go to counter")


def call(hall, publisher, ticket):
    """Calls a ticket and waits until it was heard; returns its sound."""
    publisher.send(EVENT, json.dumps({"ticket": ticket, "counter": "4"}))
    serial = hall.wait("speak", 10, ticket=ticket)["serial"]
    begun = hall.wait("started", 10, serial=serial)["at_us"]
    ended = hall.wait("finished", 30, serial=serial)["at_us"]
    return hall.loudspeaker.samples(begun, ended)


def likenesses(sound, bank, words=WORDS):
    return [likeness(sound.astype(float), clip(file_of(bank, word)))[0] for word in words]


def voice_told(publisher, **members):
    """The status' line about English, once it says this."""
    def told():
        for topic, payload in publisher.received.items():
            if topic.endswith("/state/status") and payload:
                line = next(v for v in json.loads(payload)["voices"] if v["lang"] == "en")
                return line if all(line[k] == v for k, v in members.items()) else None
        return None
    return wait_for(told, 10, f"the status says {members}")


def script(folder, name, lines):
    """A program of the test's own."""
    path = folder / name
    path.write_text("#!/bin/sh\n" + lines + "\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def good_lines():
    return f"exec {PROGRAM} -v {VOICE} --stdin --stdout"


def test_calls_are_heard_as_clips_or_wholly_as_espeak(make_hall, publisher, tmp_path, figure):
    bank = make_bank(tmp_path / "bank")
    hall = make_hall(f"voice en.clips={bank}")
    voice_told(publisher, chosen="clips", speaks="clips", reason="")

    heard = likenesses(call(hall, publisher, "A45"), bank, (*WORDS, "A", "45", "4"))
    figure("clips heard, likeness to the recording: " + " ".join(f"{x:.3f}" for x in heard))
    assert min(heard) >= SAME

    heard = likenesses(call(hall, publisher, "D45"), bank)
    figure("no clip of D, likeness to the recording: " + " ".join(f"{x:.3f}" for x in heard))
    assert max(heard) <= OTHER, "a call was said in two voices"
    voice_told(publisher, chosen="clips", speaks="espeak", fallbacks=1, reason='no clip of "D"')

    assert min(likenesses(call(hall, publisher, "B107"), bank)) >= SAME
    voice_told(publisher, speaks="clips", fallbacks=1, reason="")
    file_of(bank, "Ticket").unlink()
    assert max(likenesses(call(hall, publisher, "A46"), bank, WORDS[1:])) <= OTHER
    voice_told(publisher, speaks="espeak", fallbacks=2)


def test_a_broken_bank_is_told_and_espeak_speaks(make_hall, publisher, tmp_path):
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "clips.ini").write_text("[voice]\nlanguage = en\nspeaker = S\nlicence = L\n"
                                    "[letters]\na.wav = A\n")
    (bank / "a.wav").write_text("no sound")
    hall = make_hall(f"voice en.clips={bank}")
    line = voice_told(publisher, chosen="clips", speaks="espeak")
    assert "a.wav" in line["reason"]
    assert abs(call(hall, publisher, "A45")).max() > 1000


def kept(cache, text):
    """What a program once wrote for a text."""
    data = next(d for d in (p.read_bytes() for p in cache.iterdir()) if f"\n{text}\n".encode() in d)
    head, samples = data.split(f"\n{text}\n".encode())[1].split(b"\n", 1)
    rate, count = head.split()
    return at_hall_rate(samples[:int(count) * 2], int(rate))


def test_a_program_speaks_and_is_remembered(make_hall, publisher, tmp_path, figure):
    program = script(tmp_path, "engine", f"cat > {tmp_path}/asked; {good_lines()} < {tmp_path}/asked")
    cache = tmp_path / "cache"
    hall = make_hall(f"voice en.command={program}", f"audio.cache={cache}", "counter 4.label=4",
                     r"ticket.pattern=^[AB][0-9]{1,2}$")
    # Letters, numbers and phrases are said ahead: A, B, 0 to 99 with the counter's, four phrases.
    wait_for(lambda: len(list(cache.glob("*.speech"))) >= 106, 90, "the words of the site are kept")
    sound = call(hall, publisher, "A45").astype(float)
    heard = []
    for text in ("Ticket,", "45.", "Please go to counter"):
        heard.append(likeness(sound, kept(cache, text))[0])
    figure("a program heard, likeness to what it wrote: " + " ".join(f"{x:.3f}" for x in heard))
    assert min(heard) >= SAME
    voice_told(publisher, chosen="command", speaks="command", fallbacks=0)

    # What it said is kept: those tickets need the program no more.
    script(tmp_path, "engine", "echo out of memory >&2; exit 3")
    call(hall, publisher, "B46")
    voice_told(publisher, speaks="command", fallbacks=0)
    publisher.send(EVENT, json.dumps({"ticket": "A47", "counter": "4", "label": "Information"}))
    serial = hall.wait("speak", 10, ticket="A47")["serial"]
    hall.wait("finished", 30, serial=serial)
    voice_told(publisher, speaks="espeak", fallbacks=1)
    wait_for(lambda: "out of memory" in hall.log(), 5, "why is in the log")


@pytest.mark.parametrize("name, lines, reason", [
    ("hangs", "sleep 600", "not ready in time"),
    pytest.param("crashes", "kill -SEGV $$", "died of signal 11", marks=pytest.mark.slow),
    pytest.param("nonsense", "head -c 300000 /dev/urandom", "no WAV file", marks=pytest.mark.slow),
    pytest.param("silent", "exit 0", "no WAV file", marks=pytest.mark.slow),
    pytest.param("endless", "cat /dev/zero", "does not end", marks=pytest.mark.slow),
    pytest.param("missing", None, "cannot be started", marks=pytest.mark.slow)])
def test_a_bad_program_costs_no_call(make_hall, publisher, tmp_path, name, lines, reason, figure):
    limit_ms = 2500
    program = tmp_path / name if lines is None else script(tmp_path, name, lines)
    hall = make_hall(f"voice en.command={program}", f"voice en.limit_ms={limit_ms}",
                     "audio.cache=off")
    for number in range(45, 48):
        assert abs(call(hall, publisher, f"A{number}")).max() > 1000
    starts = [r["at_us"] for r in hall.trace("started")]
    words = [next(r["at_us"] for r in hall.trace("segment") if r["at_us"] >= at) for at in starts]
    late_ms = max(word - at for word, at in zip(words, starts)) / 1000
    figure(f"{name}: words at most {late_ms:.0f} ms after the chime's first sample")
    if not SANITIZED:
        assert late_ms <= limit_ms + 700
    line = voice_told(publisher, speaks="espeak", fallbacks=3)
    assert reason in line["reason"] and "rests" in line["reason"], line
    # While it rests it is not asked.
    call(hall, publisher, "A48")
    last = hall.trace("started")[-1]["at_us"]
    word = next(r["at_us"] for r in hall.trace("segment") if r["at_us"] >= last)
    figure(f"{name}: while it rests, words {(word - last) / 1000:.0f} ms after the first sample")
    assert word - last < limit_ms * 1000 or SANITIZED
    voice_told(publisher, fallbacks=4)
    assert not running(program), "the program outlived its call"


def running(program):
    """Whether any process runs a program by this path."""
    for folder in os.listdir("/proc"):
        try:
            with open(f"/proc/{folder}/cmdline", "rb") as file:
                if str(program).encode() in file.read().split(b"\0"):
                    return True
        except (OSError, ValueError):
            continue
    return False


def test_speak_explains_a_slow_program_and_waits_without_turning(make_hall, tmp_path):
    program = script(tmp_path, "slow", f"sleep 1.5; {good_lines()}")
    hall = make_hall(f"voice en.command={program}", "audio.cache=off")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = hall.call("speak", "A107", "--counter", "4", "--explain", "--output", str(tmp_path / "call.wav"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert said.returncode == 0 and said.stdout.startswith("voice of [voice en]\n"), said
    words = int(re.search(r"^(\d+) words at -\d+\.\d LUFS, \d+ words a minute without the pauses$", said.stdout, re.M)[1])
    assert words == len("Ticket, A, 1 oh 7. Please go to counter 4.".split()), said.stdout
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert cpu_s < 1 or SANITIZED, f"{cpu_s:.1f} s of a processor for a program that sleeps"


def test_a_program_says_in_one_breath_what_espeak_says_in_parts(make_hall, tmp_path):
    asked = tmp_path / "asked"
    program = script(tmp_path, "engine", f"cat > {tmp_path}/now; cat {tmp_path}/now >> {asked}; "
                                         f"{good_lines()} < {tmp_path}/now")
    hall = make_hall("hall.languages=uk", "audio.cache=off")
    words = "Пройдіть до вікна 12 на 2 поверсі. Каса 7 зачинена."

    def parts(*settings):
        said = hall.call("speak", "--text", words, "--explain", "--output", str(tmp_path / "text.wav"), *settings)
        assert said.returncode == 0, said
        return re.findall(r"^ +\d+\.\d{3} +\d+\.\d{3} +\d+ +text +(.*)$", said.stdout, re.M)

    assert len(parts()) > 4
    assert parts("--set", f"voice uk.command={program}") == [words]
    assert asked.read_text(encoding="utf-8").splitlines()[1:] == [words]


def test_check_lists_what_to_record(make_hall, tmp_path):
    bank = make_bank(tmp_path / "bank", letters="A")
    hall = make_hall(f"voice en.clips={bank}", r"ticket.pattern=^[A-C][0-9]{1,3}$",
                     "counter 4.label=Information")
    checked = hall.call("check")
    told = [line for line in checked.stdout.splitlines() if "own voice" in line]
    assert checked.returncode == 1
    assert len(told) == 2, told
    assert told[0].endswith('en: no clip of "Information"')
    assert told[1].endswith("en: 2 letters without a clip: B C")
