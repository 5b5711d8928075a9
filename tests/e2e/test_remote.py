"""What people ask of a display from afar, and the second output: by what is really heard."""

import json

import numpy
import pytest

from hall import Loudspeaker, likeness, read_wav
from place import RATE_HZ, SANITIZED, mono_us, wait_for

EVENT = "hall/main/event"
COMMAND = "display/e2e/command"
STATUS = "hallcall/1/demo/display/e2e/state/status"
SILENT_MS_MAX = 100
QUIET = 8


def call(publisher, number, counter):
    publisher.send(EVENT, json.dumps({"id": f"call-{number}", "ticket": f"A{number}",
                                      "counter": str(counter)}))


def status(publisher):
    return json.loads(publisher.received.get(STATUS, b"{}") or b"{}")


def heard_call(hall, publisher, number, counter):
    call(publisher, number, counter)
    speak = hall.wait("speak", 10, ticket=f"A{number}")
    hall.wait("finished", 30, serial=speak["serial"])
    return speak


@pytest.mark.smoke
def test_a_mute_is_obeyed_in_mid_word_and_ends(hall, publisher, figure):
    call(publisher, 107, 4)
    started = hall.wait("started", 5)
    # In the middle of the ticket: its part has begun and its destination has not.
    hall.wait("segment", 10, serial=started["serial"])
    wait_for(lambda: mono_us() > hall.trace("segment")[-1]["at_us"] + 300000, 5, "words are heard")
    asked = mono_us()
    publisher.send(f"{COMMAND}/mute", '{"minutes":5}')
    hall.wait("hushed", 5, serial=started["serial"])
    heard = hall.loudspeaker.samples(asked - 200000, asked + 1000000)
    loud = numpy.flatnonzero(numpy.abs(heard) > QUIET)
    silent_ms = loud[-1] * 1000 / RATE_HZ - 200
    figure(f"mute: silent {silent_ms:.1f} ms after it was published")
    assert numpy.abs(heard[:RATE_HZ // 5]).max() > 200, "it was not in mid-word"
    if not SANITIZED:
        assert silent_ms <= SILENT_MS_MAX
    wait_for(lambda: status(publisher).get("voice", {}).get("muted"), 10, "the status says muted")
    assert status(publisher)["voice"]["muted_until"]
    # Calls go on on the screen, in words that say so, and are not spoken.
    call(publisher, 108, 5)
    shown = hall.wait("shown", 20, hero="A108")
    assert shown["hero_state"] == "calling" and shown["alarm"]
    assert [r["ticket"] for r in hall.spoken()] == ["A107"]
    result = hall.call("mute", "0")
    assert result.returncode == 0 and "speaks again" in result.stdout, result.stderr
    speak = hall.wait("speak", 10, ticket="A108")  # still on the card, and fresh
    hall.wait("finished", 30, serial=speak["serial"])
    assert not hall.trace("shown")[-1]["alarm"]
    wait_for(lambda: not status(publisher)["voice"]["muted"], 10, "the status says it speaks")


def test_a_repeat_yields_to_a_new_call(hall, publisher, figure):
    heard_call(hall, publisher, 101, 1)
    heard_call(hall, publisher, 102, 2)
    rows = [r for r in hall.trace("shown")][-1]["rows"]
    result = hall.call("repeat", "2")
    assert result.returncode == 0, result.stderr
    wait_for(lambda: len(hall.spoken()) == 3, 10, "the repeat is spoken")
    repeat = hall.spoken()[2]
    assert (repeat["ticket"], repeat["kind"]) == ("A102", "recall")
    hall.wait("started", 10, serial=repeat["serial"])
    shown = hall.trace("shown")[-1]
    assert shown["rows"] == rows and shown["hero"] == "A102"
    assert not any(row["again"] for row in shown["row_details"]), "a row was changed"
    asked = mono_us()
    call(publisher, 103, 3)
    speak = hall.wait("speak", 5, ticket="A103")
    hall.wait("hushed", 5, serial=repeat["serial"])
    started = hall.wait("started", 10, serial=speak["serial"])
    figure(f"repeat: a new call is heard {(started['at_us'] - asked) / 1000:.1f} ms after it was published")
    hall.wait("finished", 30, serial=speak["serial"])
    assert [r["ticket"] for r in hall.spoken()] == ["A101", "A102", "A102", "A103"]
    assert hall.mismatches() == []


def test_a_retained_command_is_refused(make_hall, publisher):
    publisher.send(f"{COMMAND}/mute", '{"minutes":5}', retain=True)
    hall = make_hall()
    refused = hall.wait("refused", 10)
    assert refused["topic"].endswith("/command/mute") and refused["refusal"] == "retained"
    heard_call(hall, publisher, 107, 4)
    assert not status(publisher)["voice"]["muted"]
    publisher.send(f"{COMMAND}/mute", "", retain=True)


def test_volume_has_a_floor_and_the_second_output_does_not_follow(make_hall, publisher, tmp_path, figure):
    hall = make_hall("audio.volume=50", "audio.volume_min=40", "audio.second_device=hallsink2")
    second = Loudspeaker(tmp_path)
    second.capture = tmp_path / "heard.raw.second"
    second.sidecar = tmp_path / "heard.raw.second.time"
    wait_for(lambda: status(publisher).get("voice", {}).get("second", {}).get("well"), 30, "it plays")
    path = tmp_path / "chime.wav"
    assert hall.call("speak", "--output", str(path), "--chime", "call", "--set",
                     "audio.volume=100").returncode == 0
    chime = read_wav(path)
    levels = []
    for number, command in ((101, None), (102, '{"percent":10}'), (103, '{"reset":true}')):
        if command:
            publisher.send(f"{COMMAND}/volume", command)
            wanted = 40 if "10" in command else 50
            wait_for(lambda: status(publisher)["voice"]["volume_percent"] == wanted, 10, "the volume")
        speak = heard_call(hall, publisher, number, 1)
        at = next(r for r in hall.trace("started") if r["serial"] == speak["serial"])["at_us"]
        length_us = len(chime) * 1000000 // RATE_HZ
        here = hall.loudspeaker.samples(at - 20000, at + length_us + 60000)
        there = second.samples(at - 20000, at + length_us + 60000)
        for heard in (here, there):
            score, _ = likeness(heard, chime)
            assert score > 0.9, f"no chime ({score:.2f})"
        levels.append((numpy.abs(here).max() / numpy.abs(chime).max(),
                       numpy.abs(there).max() / numpy.abs(chime).max()))
    figure("volume 50, 10 (floor 40), reset: " +
           ", ".join(f"loudspeaker {a:.3f}, second output {b:.3f}" for a, b in levels))
    for (here, there), percent in zip(levels, (50, 40, 50)):
        assert abs(here - (percent / 100) ** 3) < 0.02
        assert abs(there - 1) < 0.02
