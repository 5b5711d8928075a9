"""A loudspeaker that is not there yet, and a speech engine that hangs."""

import json
import os
import pathlib
import signal

import pytest

from hall import Hall, likeness, onset_us
from place import SANITIZED, mono_us, wait_for

EVENT = "hall/main/event"
BACK_S = 5
ENGINE_S = 2   # what an answer may take: engine.h


def event(number):
    return json.dumps({"id": f"call-{number}", "n": 1, "ticket": f"A{number}", "counter": "3"})


def voice_told(publisher):
    """What the display's status says of its voice."""
    texts = [p for topic, p in publisher.received.items() if topic.endswith("/state/status") and p]
    return json.loads(texts[-1])["voice"] if texts else {"well": None, "reason": ""}


@pytest.fixture
def hall_without_card(tmp_path, broker, screen):
    """A hall whose card, and what ALSA knows of it, come later: .plug_in() puts it there."""
    hall = Hall(tmp_path, broker, screen)
    card = hall.loudspeaker.config
    text = card.read_text()
    card.unlink()
    hall.loudspeaker.config = tmp_path / "alsa.conf"
    hall.loudspeaker.config.write_text(f'@hooks [ {{ func load files [ "{card}" ] errors false }} ]\n')
    hall.plug_in = lambda: card.write_text(text)
    yield hall.start()
    hall.stop()


def test_a_card_that_comes_later_speaks_the_call_that_waits(hall_without_card, publisher, figure):
    hall = hall_without_card
    wait_for(lambda: "there is no such device" in voice_told(publisher)["reason"], 5, "staff are told")
    publisher.send(EVENT, event(101))
    hall.wait("shown", 5, hero="A101", alarm="voice")
    plugged = mono_us()
    hall.plug_in()
    speak = hall.wait("speak", BACK_S + 1, ticket="A101")
    started = hall.wait("started", 5, serial=speak["serial"])
    hall.wait("finished", 20, serial=speak["serial"])
    heard = onset_us(hall.loudspeaker.samples(plugged, started["at_us"] + 500000), plugged)
    figure(f"card plugged in after the start: heard after {(heard - plugged) / 1e6:.2f} s")
    assert SANITIZED or heard - plugged < BACK_S * 1000000
    wait_for(lambda: voice_told(publisher)["well"], 5, "staff are told that it is well")
    assert len(hall.spoken()) == 1, "spoken once"


def engine_of(hall):
    tasks = pathlib.Path(f"/proc/{hall.process.pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def test_a_hung_engine_costs_no_call(hall, publisher, figure):
    chime = hall.reference("--chime", "call")
    wanted = hall.reference("--counter", "3", "A101")[len(chime):]  # with the pause before the words
    os.kill(wait_for(lambda: engine_of(hall), 5, "the engine runs")[0], signal.SIGSTOP)
    publisher.send(EVENT, event(101))
    speak = hall.wait("speak", 5, ticket="A101")
    started = hall.wait("started", 5, serial=speak["serial"])
    words = hall.wait("segment", ENGINE_S + 5, serial=speak["serial"])
    finished = hall.wait("finished", 20, serial=speak["serial"])
    assert "did not answer within 2000 ms" in hall.log(), "staff can read why"
    chime_us = words["at_us"] - started["at_us"]
    figure(f"engine hung: words {chime_us / 1e6:.2f} s after the chime began")
    assert SANITIZED or chime_us < (ENGINE_S + 1) * 1000000
    heard = hall.loudspeaker.samples(words["at_us"] - 400000, finished["at_us"] + 100000)
    score, _ = likeness(heard, wanted)
    assert score > 0.9, f"the words are not what they should be ({score:.2f})"
    assert len(hall.spoken()) == 1, "spoken once"
