"""One call, ten calls, many calls: from the broker's bytes to pixels and samples."""

import json
import random
import subprocess

import pytest

from hall import (SKEW_MS_MAX, SKEW_MS_MIN, likeness, onset_us, pages_seen, read_wav)
from place import RATE_HZ, SANITIZED, Watcher, mono_us, wait_for

EVENT = "hall/main/event"


def event(number, counter=None, **more):
    return json.dumps({"id": f"call-{number}", "n": 1, "ticket": f"A{number}",
                       "counter": str(counter or number % 10 + 1), **more})


def reference(hall, tmp_path, *words):
    """What a loudspeaker should play, made without one by the same program."""
    path = tmp_path / f"reference-{len(list(tmp_path.glob('reference-*')))}.wav"
    result = hall.call("speak", "--output", str(path), *words)
    assert result.returncode == 0, result.stderr
    return read_wav(path)


@pytest.mark.smoke
def test_a_call_by_hand_is_shown_and_spoken_at_the_same_moment(hall, broker, screen, tmp_path, figure):
    chime = reference(hall, tmp_path, "--chime", "call")
    watcher = Watcher(screen)
    watcher.start()
    began = mono_us()
    subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(broker.port), "-q", "1",
                    "-t", "hallcall/1/demo/hall/main/event", "-m", '{"ticket":"A107","counter":"4"}'],
                   check=True)
    started = hall.wait("started", 5)
    shown = hall.wait("shown", 5, hero="A107")
    assert shown["hero_state"] == "calling" and shown["rows"] == ["A107"]
    hall.wait("finished", 30, serial=started["serial"])
    finished = hall.final(started["serial"])[0]["at_us"]
    watcher.stop()

    heard = hall.loudspeaker.samples(began, finished + 100000)
    score, place = likeness(heard, chime)
    assert score > 0.9, f"no chime in what was heard ({score:.2f})"
    words = reference(hall, tmp_path, "--counter", "4", "A107")
    # With the chime before it; what follows the chime is the words.
    score, _ = likeness(heard, words[len(chime):])
    assert score > 0.9, f"the words heard are not those of `hallcall speak` ({score:.2f})"

    pixels = watcher.settled_us(began, shown["us"] + 150000)
    sound = onset_us(heard, began)
    skew_ms = (pixels - sound) / 1000
    figure(f"one call: pixels {(pixels - began) / 1000:.1f} ms, first sample {(sound - began) / 1000:.1f} ms "
           f"after mosquitto_pub began; skew {skew_ms:+.1f} ms; chime at {place * 1000 / RATE_HZ:.0f} ms")
    if not SANITIZED:
        assert SKEW_MS_MIN <= skew_ms <= SKEW_MS_MAX
        assert abs(started["at_us"] - sound) < 15000, "what the voice reports is not what was heard"
    read = screen.read(tmp_path, (0.0, 0.1, 0.65, 0.95), scale=3)
    assert "A107" in read.replace(" ", "") and "4" in read.replace("A107", ""), read
    assert hall.mismatches() == []


def test_ten_calls_within_100_ms_are_ten_rows_and_ten_utterances(hall, publisher, figure):
    began = mono_us()
    for number in range(101, 111):
        publisher.send(EVENT, event(number))
    sent_ms = (mono_us() - began) / 1000
    assert sent_ms < 100
    wanted = [f"A{number}" for number in range(101, 111)]
    wait_for(lambda: pages_seen(hall, began) == set(wanted), 30, "ten rows over the pages")
    full = next(r for r in hall.trace("shown") if r["us"] >= began and len(r["rows"]) > 1)
    figure(f"ten calls: sent in {sent_ms:.0f} ms, first full page after {(full['us'] - began) / 1000:.0f} ms, "
           f"{hall.trace('shown')[-1]['pages']} pages")
    hall.wait_spoken(10, 120)
    assert [r["ticket"] for r in hall.spoken()] == wanted
    assert len({r["serial"] for r in hall.spoken()}) == 10
    assert all(len(hall.final(r["serial"])) == 1 for r in hall.spoken())
    assert all(hall.final(r["serial"])[0]["what"] == "finished" for r in hall.spoken())
    assert hall.mismatches() == []


def random_calls(hall, publisher, count, seed):
    """Calls, now and then a withdrawal, in bursts: up to four calls wait for the voice."""
    chance = random.Random(seed)
    withdrawn = set()
    for number in range(100, 100 + count):
        publisher.send(EVENT, event(number, chance.randint(1, 12)))
        if chance.random() < 0.2:
            withdrawn.add(f"call-{chance.randint(100, number)}")
            publisher.send(EVENT, json.dumps({"type": "withdraw", "id": sorted(withdrawn)[-1]}))
        sent = {f"call-{n}" for n in range(100, number + 1)}
        most = chance.randint(0, 4)
        wait_for(lambda: len(sent - withdrawn - {r["id"] for r in hall.spoken()}) <= most, 60,
                 "calls are spoken")


def prove_random_calls(hall, publisher, count, figure):
    random_calls(hall, publisher, count, seed=count)
    wait_for(lambda: hall.final(hall.spoken()[-1]["serial"])
             and mono_us() - hall.trace("speak", "finished", "hushed")[-1]["us"] > 2000000, 60, "silence")
    ids = [r["id"] for r in hall.spoken() if r["n"] == 1]
    assert len(ids) == len(set(ids)), "something was spoken twice"
    bad = hall.mismatches()
    figure(f"random calls: {count} sent, {len(ids)} spoken, {len(bad)} moments of another card")
    assert bad == []


def test_the_card_always_shows_what_is_spoken(make_hall, publisher, figure):
    prove_random_calls(make_hall("calls.gap_ms=100"), publisher, 6, figure)


@pytest.mark.slow
def test_the_card_shows_what_is_spoken_for_200_calls(make_hall, publisher, figure):
    prove_random_calls(make_hall("calls.gap_ms=100"), publisher, 200, figure)


def test_a_duplicate_is_spoken_once_a_recall_again_a_withdrawn_call_never(
        hall, publisher, screen, tmp_path):
    publisher.send(EVENT, event(101, 1))
    publisher.send(EVENT, event(101, 1))
    publisher.send(EVENT, event(102, 2))
    hall.wait("speak", 5, ticket="A101")
    wait_for(lambda: "A102" in pages_seen(hall, 0), 5, "A102 in the list")
    publisher.send(EVENT, json.dumps({"type": "withdraw", "id": "call-102"}))
    publisher.send(EVENT, json.dumps({"type": "recall", "id": "call-101", "n": 2, "ticket": "A101",
                                      "counter": "1"}))
    recall = hall.wait("speak", 20, ticket="A101", n=2)
    assert recall["kind"] == "recall"
    wait_for(lambda: [r for r in hall.trace("shown") if r["hero"] == "A101" and r["hero_again"]], 5,
             "the card says that it is a recall")
    on_card = (0.33, 0.14, 0.545, 0.225)
    assert "again" in screen.read(tmp_path, on_card, scale=1, mode=7).lower(), "words that mark a recall"
    hall.wait("finished", 20, serial=recall["serial"])
    assert [(r["ticket"], r["n"]) for r in hall.spoken()] == [("A101", 1), ("A101", 2)]
    assert hall.trace("shown")[-1]["rows"] == ["A101"]
    assert hall.mismatches() == []
