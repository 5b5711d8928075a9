"""A loudspeaker that is not there yet, a screen that is unplugged, closed hours, and a speech engine that hangs."""

import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest

from hall import SKEW_MS_MAX, SKEW_MS_MIN, Hall, likeness, onset_us
from place import RATE_HZ, SANITIZED, SOURCE, mono_us, wait_for

sys.path.append(str(SOURCE / "tests/chaos"))
import namespaces  # noqa: E402 pylint: disable=wrong-import-position

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


@pytest.fixture
def hall_with_connector(tmp_path, broker, screen):
    """A hall whose sound goes through HDMI-A-1; .plug("connected") is what the kernel says of that from now on."""
    inside = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--mount"]
    classes = tmp_path / "class"
    status = classes / "drm/card1-HDMI-A-1/status"
    status.parent.mkdir(parents=True)
    mount = f"mount --bind {classes} /sys/class"
    attempt = subprocess.run([*inside, "sh", "-c", mount], capture_output=True, text=True, check=False)
    if attempt.returncode != 0:
        pytest.skip(f"{namespaces.SKIPPED}: {attempt.stderr.strip()}")
    hall = Hall(tmp_path, broker, screen, ["audio.connector=HDMI-A-1"])
    words = hall.command
    hall.command = lambda *own: [*inside, "sh", "-c", f'{mount} && exec "$@"', "sh", *words(*own)]
    hall.plug = lambda state: status.write_text(state + "\n")
    hall.plug("connected")
    yield hall.start()
    hall.stop()


def test_a_screen_that_is_unplugged(hall_with_connector, publisher, figure):
    """Its sound is closed and lost at once; the call that was cut is said again, and the one that came meanwhile, once each."""
    hall = hall_with_connector
    publisher.send(EVENT, event(101))
    first = hall.wait("speak", 5, ticket="A101")
    hall.wait("started", 5, serial=first["serial"])
    unplugged = mono_us()
    hall.plug("disconnected")
    lost = hall.wait("lost", 5)
    figure(f"screen unplugged: sound closed after {(lost['us'] - unplugged) / 1e6:.2f} s")
    assert SANITIZED or lost["us"] - unplugged < 1100000
    assert "the screen that carries the sound is not connected (HDMI-A-1)" in lost["reason"]
    wait_for(lambda: "screen that carries" in voice_told(publisher)["reason"], 5, "staff are told")
    hall.wait("shown", 5, hero="A101", alarm="voice")
    publisher.send(EVENT, event(102))
    wait_for(lambda: "A102" in hall.trace("shown")[-1]["rows"], 5, "the list goes on")
    plugged = mono_us()
    hall.plug("connected")
    wait_for(lambda: voice_told(publisher)["well"], 5, "staff are told that it is well")
    second = hall.wait("speak", 10, ticket="A102")
    hall.wait("finished", 20, serial=second["serial"])
    again = [r for r in hall.spoken() if r["ticket"] == "A101"]
    assert [r["ticket"] for r in hall.spoken()] == ["A101", "A101", "A102"], "the first one was cut"
    figure(f"screen plugged in: the call that waited is spoken after {(again[-1]['us'] - plugged) / 1e6:.2f} s")
    assert [r["what"] for r in hall.final(first["serial"])] == ["failed"]
    assert [r["what"] for r in hall.final(again[-1]["serial"])] == ["finished"]


def test_closed_hours_close_the_sound(make_hall, publisher, figure):
    """The call that wakes the screen opens it, and is heard when it is seen."""
    hall = make_hall("display.off_schedule=mo-th 00:00-24:00, fr-su 00:00-24:00", "calls.listed_min_s=10")
    happened = hall.loudspeaker.capture.with_suffix(".raw.events")
    wait_for(lambda: hall.trace("shown")[-1]["off"], 10, "black by its timetable")
    wait_for(lambda: happened.exists() and happened.read_text().endswith(" stop\n"), 5, "closed")
    publisher.send(EVENT, event(107))
    speak = hall.wait("speak", 5, ticket="A107")
    started = hall.wait("started", 5, serial=speak["serial"])
    hall.wait("finished", 20, serial=speak["serial"])
    (card,) = [r for r in hall.trace("shown") if r["hero"] == "A107" and r["us"] <= started["us"]][:1]
    heard = onset_us(hall.loudspeaker.samples(card["us"] - 100000, started["at_us"] + 500000), card["us"] - 100000)
    figure(f"out of the closed hours: heard {(heard - card['us']) / 1000:.1f} ms after it is shown")
    assert SANITIZED or SKEW_MS_MIN < (card["us"] - heard) / 1000 < SKEW_MS_MAX
    assert not hall.trace("lost") and voice_told(publisher)["well"], "nothing was lost"


def test_a_lead_in_delays_card_and_voice_together(make_hall, publisher, figure):
    """A soft noise at once, the row as well; the card and the chime later, and nothing of that for a call that follows."""
    lead_in_ms = 1500
    hall = make_hall(f"audio.lead_in_ms={lead_in_ms}")
    hall.wait("well", 10)
    sent = mono_us()
    publisher.send(EVENT, event(101))
    listed = wait_for(lambda: [r for r in hall.trace("shown") if r["rows"] == ["A101"]], 5, "the row does not wait")[0]
    assert listed["hero"] == ""
    speak = hall.wait("speak", 5, ticket="A101")
    started = hall.wait("started", 5, serial=speak["serial"])
    card = hall.wait("shown", 5, hero="A101")
    noise = abs(hall.loudspeaker.samples(sent, started["at_us"] - 10000))
    assert (noise > 5).any(), "nothing before the chime"
    noise_ms = (noise > 5).argmax() * 1000 / RATE_HZ
    card_ms = (card["us"] - sent) / 1000
    figure(f"lead-in of {lead_in_ms} ms: noise {noise_ms:.0f} ms after the publish, the card after {card_ms:.0f} ms, heard "
           f"{(started['at_us'] - card['us']) / 1000:.1f} ms after it is shown")
    # On a busy machine all of it is late; the noise has most of the lead-in in any case.
    assert noise_ms < card_ms - lead_in_ms / 2
    assert card_ms >= lead_in_ms
    assert SANITIZED or SKEW_MS_MIN < (card["us"] - started["at_us"]) / 1000 < SKEW_MS_MAX
    soft = noise[RATE_HZ * 3 // 10:]
    assert 5 < soft.max() < 40 and (soft > 5).mean() > 0.5, "a soft noise is played meanwhile"
    hall.wait("finished", 20, serial=speak["serial"])
    publisher.send(EVENT, event(102))
    row = wait_for(lambda: [r for r in hall.trace("shown") if "A102" in r["rows"]], 5, "A102 is listed")[0]
    card = hall.wait("shown", 5, hero="A102")
    assert SANITIZED or (card["us"] - row["us"]) / 1000 < 1000, "the loudspeaker is awake"


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
