"""What the hall outlives (its display server), what a service manager is told, how it ends."""

import json
import os
import signal
import time

import pytest

from hall import likeness, sleep_until_us
from place import SANITIZED, Manager, Screen, mono_us, wait_for

EVENT = "hall/main/event"
BACK_S = 5               # a display that is there again has its picture within this
STOP_S = 5 if SANITIZED else 1
WATCHDOG_S = 2


def event(number):
    return json.dumps({"id": f"call-{number}", "n": 1, "ticket": f"A{number}", "counter": "3"})


@pytest.fixture
def manager():
    manager = Manager()
    yield manager
    manager.socket.close()


@pytest.fixture
def managed_hall(manager, make_hall, monkeypatch):
    """A hall started by a service manager that watches it; nobody else is (mosquitto and Xvfb would
    speak to it too)."""
    with monkeypatch.context() as patch:
        patch.setenv("NOTIFY_SOCKET", "@" + manager.name)
        patch.setenv("WATCHDOG_USEC", str(WATCHDOG_S * 1000000))
        patch.delenv("WATCHDOG_PID", raising=False)
        return make_hall()


@pytest.fixture
def screen(tmp_path):
    """In place of everybody's screen: one that may be killed."""
    screen = Screen(tmp_path)
    yield screen
    screen.stop()


def test_a_screen_that_rests_is_black_and_a_call_wakes_it(make_hall, screen, publisher):
    status = "hallcall/1/demo/display/e2e/state/status"
    hall = make_hall("display.off_schedule=mo-th 00:00-24:00, fr-su 00:00-24:00", "display.pixel_shift=yes")
    wait_for(lambda: hall.trace("shown")[-1]["off"], 10, "black by its timetable")
    wait_for(lambda: not screen.picture().any(), 5, "every pixel is black")
    wait_for(lambda: json.loads(publisher.received.get(status, '{"screen":{}}'))["screen"].get("off"), 10,
             "the status says so")
    publisher.send(EVENT, event(107))
    speak = hall.wait("speak", 5, ticket="A107")
    assert has_picture(screen), "the card is there before it is spoken"
    hall.wait("finished", 20, serial=speak["serial"])
    hall.wait("shown", 20, hero="A107", hero_state="resting")
    assert hall.trace("shown")[-1]["off"] == 0, "and stays, so that it can be looked at again"


def begin_speaking(hall, publisher, number):
    publisher.send(EVENT, event(number))
    serial = hall.wait("speak", 5, ticket=f"A{number}")["serial"]
    return hall.wait("started", 5, serial=serial)


def has_picture(screen):
    """Whether the header, the list or a card is there: more than one colour at sampled pixels."""
    return len(set(screen.pixels[::9, ::9].ravel().tolist())) > 4


def kill_and_bring_back(hall, manager, screen, folder, during=lambda: None):
    """Returns the new screen and how long its picture took, in seconds."""
    screen.kill()
    wait_for(lambda: "no screen: " in manager.status(), 3, "the loss is told")
    during()
    again = Screen(folder, display=screen.display)
    there = mono_us()
    try:
        wait_for(lambda: has_picture(again), BACK_S, "the picture is back")
        took_s = (mono_us() - there) / 1e6
        wait_for(lambda: manager.status().endswith("screen 1920x1080"), 3, "the new screen is told")
    except AssertionError:
        again.stop()
        raise
    assert hall.process.poll() is None, hall.log()
    return again, took_s


def test_a_display_server_that_dies_is_outlived(managed_hall, manager, publisher, screen, tmp_path, figure):
    hall = managed_hall
    wait_for(lambda: has_picture(screen), 5, "a picture")
    chime = hall.reference("--chime", "call")
    words = hall.reference("--counter", "3", "A101")[len(chime):]
    started = begin_speaking(hall, publisher, 101)

    def finish_speaking():
        publisher.send(EVENT, event(102))
        final = hall.wait("finished", 30, serial=started["serial"])
        heard = hall.loudspeaker.samples(started["at_us"], final["at_us"] + 100000)
        score, _ = likeness(heard, words)
        assert score > 0.9, f"the words suffered from the loss of the display ({score:.2f})"
        hall.wait("speak", 10, ticket="A102")

    second, first_s = kill_and_bring_back(hall, manager, screen, tmp_path, finish_speaking)
    try:
        assert "A102" in second.read(tmp_path).replace(" ", "")
        third, second_s = kill_and_bring_back(hall, manager, second, tmp_path)
        third.kill()
    finally:
        second.stop()
    figure(f"display server killed: picture {first_s:.2f} s and {second_s:.2f} s after the next one was there")
    assert manager.heard("READY=1") == ["READY=1"], "ready is said once"


def test_a_service_manager_is_told(managed_hall, manager, broker):
    hall = managed_hall
    wait_for(lambda: manager.status() == "STATUS=Link up; voice well; screen 1920x1080", 10,
             f"all is well, said {manager.said}")
    assert manager.heard("READY=1") == ["READY=1"]
    signs = len(manager.heard("WATCHDOG=1"))
    began = time.monotonic()
    wait_for(lambda: len(manager.heard("WATCHDOG=1")) >= signs + 4, WATCHDOG_S * 2.5, "signs of life")
    assert time.monotonic() - began > WATCHDOG_S, "more signs than half of the watchdog's time asks for"
    broker.kill()
    wait_for(lambda: manager.status().startswith("STATUS=Link down: "), 10, "the lost link is told")
    hall.process.send_signal(signal.SIGTERM)
    hall.process.wait(STOP_S * 2)
    assert manager.heard()[-1] == "STOPPING=1"
    hall.process = None


def stop_seconds(hall):
    began = time.monotonic()
    hall.process.send_signal(signal.SIGTERM)
    code = hall.process.wait(10)
    hall.process = None
    assert code == 0
    return time.monotonic() - began


def test_a_stop_in_mid_sentence(hall, publisher, figure):
    started = begin_speaking(hall, publisher, 101)
    sleep_until_us(started["at_us"] + 1500000)
    assert not hall.final(started["serial"]), "it has to be in mid-sentence"
    seconds = stop_seconds(hall)
    figure(f"stopped in mid-sentence in {seconds * 1000:.0f} ms")
    assert seconds < STOP_S


def test_a_stop_while_the_broker_is_frozen(hall, publisher, broker, figure):
    begin_speaking(hall, publisher, 101)
    broker.pause()
    seconds = stop_seconds(hall)
    figure(f"stopped with a frozen broker in {seconds * 1000:.0f} ms")
    assert seconds < STOP_S


def test_a_stop_while_connecting(make_hall, broker, figure):
    """A broker that was frozen before the start holds the link in its connecting phase."""
    broker.pause()
    hall = make_hall(ready=False)
    hall.wait("ready", 20)
    seconds = stop_seconds(hall)
    figure(f"stopped while connecting in {seconds * 1000:.0f} ms")
    assert seconds < STOP_S
