"""Brokers that die, freeze or are not there, and messages that mean harm."""

import csv
import json
import time

import pytest

from hall import pages_seen, sleep_until_us
from place import SOURCE, Publisher, mono_us, wait_for

EVENT = "hall/main/event"
BROKER_PASSES_BYTES = 65536
LOGGED_AT_ONCE = 90    # a flood of refusals is counted, not logged line by line: log.h, log_gate
LOG_GATE_US = 10500000
ALARM = (0.055, 0.0, 0.86, 0.13)
STAFF = (0.58, 0.16, 0.99, 0.98)  # of a start screen, the words for staff


def event(number, **more):
    return json.dumps({"id": f"call-{number}", "n": 1, "ticket": f"A{number}", "counter": "3", **more})


def utc():
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03}Z"


def alarm_shown(hall, since_us):
    return [r for r in hall.trace("shown") if r["us"] >= since_us and r["alarm"]]


def link_up_since(hall, us):
    return any(r["us"] >= us and r["state"] == "up" for r in hall.trace("link"))


@pytest.mark.persistent
def test_a_killed_broker_leaves_the_calls_and_says_so(hall, broker, publisher):
    publisher.send(EVENT, event(101))
    first = hall.wait("speak", 5, ticket="A101")
    hall.wait("finished", 20, serial=first["serial"])
    killed = mono_us()
    broker.kill()
    alarm = wait_for(lambda: alarm_shown(hall, killed), 10, "the honest line")[-1]
    assert alarm["rows"] == ["A101"], "the last calls stay"
    broker.start()
    wait_for(lambda: link_up_since(hall, killed), 40, "the link is up again")
    wait_for(lambda: hall.trace("shown")[-1]["alarm"] == "", 10, "the line is gone")
    assert [r["ticket"] for r in hall.spoken()] == ["A101"], "nothing old was spoken"
    wait_for(publisher.client.is_connected, 20, "the publisher is back")
    publisher.send(EVENT, event(102))
    hall.wait("speak", 10, ticket="A102")
    wait_for(lambda: hall.trace("shown")[-1]["rows"][:1] == ["A102"], 5, "A102 on top of the list")


def frozen_broker(hall, broker, publisher, seconds):
    """Calls sent into a broker that has stopped: one outlives the stop, one does not. The queue
    system's beat tells the display how their clocks stand; without it a call that comes late over a
    link that never broke looks like a new one."""
    publisher.send("clock", json.dumps({"v": 1, "time": utc()}))
    publisher.send(EVENT, event(101))
    first = hall.wait("speak", 5, ticket="A101")
    hall.wait("finished", 20, serial=first["serial"])
    stopped = mono_us()
    broker.pause()
    publisher.send(EVENT, event(102, time=utc(), ttl=int(seconds / 2)))
    sleep_until_us(stopped + int((seconds - 1.5) * 1e6))
    publisher.send(EVENT, event(103, time=utc(), ttl=60))
    sleep_until_us(stopped + int(seconds * 1e6))
    broker.resume()
    return stopped


def prove_frozen(hall, seconds):
    wait_for(lambda: "A103" in pages_seen(hall, 0), 40, "what was sent meanwhile is in the list")
    hall.wait("speak", 10, ticket="A103")
    wait_for(lambda: hall.final(hall.spoken()[-1]["serial"]), 20, "A103 was spoken")
    assert "A102" not in [r["ticket"] for r in hall.spoken()], f"spoken though {seconds} s old"
    assert hall.process.poll() is None


def test_a_broker_frozen_for_a_moment_makes_nothing_stale_spoken(hall, broker, publisher):
    frozen_broker(hall, broker, publisher, 6)
    prove_frozen(hall, 6)


@pytest.mark.slow
def test_a_broker_frozen_for_30_seconds(hall, broker, publisher):
    stopped = frozen_broker(hall, broker, publisher, 30)
    assert alarm_shown(hall, stopped), "half a minute without a word must be told"
    wait_for(lambda: hall.trace("link")[-1]["state"] == "up", 60, "the link is up again")
    prove_frozen(hall, 30)


def test_a_start_without_a_broker(make_hall, broker, screen, tmp_path):
    broker.kill()
    hall = make_hall(ready=False)
    hall.wait("ready", 20)
    wait_for(lambda: alarm_shown(hall, 0), 20, "the honest line")
    assert len(screen.read(tmp_path, ALARM, mode=7)) > 10, "words, not only a colour"
    told = wait_for(lambda: [r for r in hall.trace("link") if r["reason"]], 20, "the reason")[-1]
    wait_for(lambda: hall.trace("shown")[-1]["start"] > 8, 10, "the start screen's facts")
    words = screen.read(tmp_path, STAFF, scale=1, mode=6)
    assert "hall main, site demo" in words and "refuses the connection" in words, words
    checked = [line for line in hall.call("check").stdout.splitlines() if line.split()[:2] == ["PROBLEM", "broker"]]
    assert checked and checked[0].endswith(told["reason"]), "check says it in the same words"
    began = mono_us()
    broker.start()
    wait_for(lambda: link_up_since(hall, began), 40, "the link is up")
    wait_for(lambda: hall.trace("shown")[-1]["start"] == 0, 10, "nothing of it is left")
    publisher = Publisher(broker)
    publisher.send(EVENT, event(101))
    hall.wait("speak", 10, ticket="A101")
    publisher.stop()


def hostile_messages():
    """(name, bytes, topic) of the messages that a display must refuse. What only a subscription can
    deliver (retained events) and topics that are not subscribed to are left to the unit tests."""
    folder = SOURCE / "tests/hostile"
    topics = {"event": EVENT, "board": "hall/main/board", "notice": "hall/main/notice/hostile",
              "urgent": "urgent", "clock": "clock",
              **{name: f"display/e2e/command/{name}" for name in ("mute", "volume", "repeat")}}
    with open(folder / "manifest.tsv", encoding="utf-8") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) < 3 or row[1] not in topics or row[2] in ("accepted", "retained", "topic"):
                continue
            payload = (folder / row[0]).read_bytes()
            # A broker that speaks MQTT 5 keeps what is larger than we asked for to itself.
            if len(payload) <= BROKER_PASSES_BYTES:
                yield row[0], payload, topics[row[1]]


def refused_count(publisher):
    """Messages refused, as the display's own status counts them."""
    for topic, payload in publisher.received.items():
        if topic.endswith("/state/status") and payload:
            counts = json.loads(payload).get("refused", {})
            return sum(counts.values()) if isinstance(counts, dict) else counts
    return -1


def test_hostile_messages_change_nothing(make_hall, publisher, screen, figure):
    hall = make_hall("calls.highlight_s=5")
    publisher.send(EVENT, event(101))
    first = hall.wait("speak", 5, ticket="A101")
    hall.wait("finished", 20, serial=first["serial"])
    wait_for(lambda: hall.trace("shown")[-1]["hero_state"] == "resting"
             and not any(row["fresh"] for row in hall.trace("shown")[-1]["row_details"]), 30,
             "the card rests and no row is new")
    messages = list(hostile_messages())
    sent = len(messages)
    assert sent >= 60
    before = screen.checksum(top=0.15)
    shown = len(hall.trace("shown"))
    for number, (_, payload, topic) in enumerate(messages):
        if number % LOGGED_AT_ONCE == LOGGED_AT_ONCE - 1:
            sleep_until_us(mono_us() + LOG_GATE_US)
        publisher.send(topic, payload)
    wait_for(lambda: len(hall.trace("refused")) >= sent, 20,
             f"{sent} refusals in the trace; last: {hall.trace()[-3:]}")
    wait_for(lambda: refused_count(publisher) >= sent, 70, f"{sent} refusals in the status")
    assert screen.checksum(top=0.15) == before, "the screen changed"
    assert [r["rows"] for r in hall.trace("shown")[shown:]] in ([], [["A101"]]), "the list changed"
    logged = hall.log().lower().count("refused")
    figure(f"hostile messages: {sent} sent, {len(hall.trace('refused'))} refused, {logged} lines logged")
    assert logged >= sent, "a refusal left no line in the log"
    assert [r["ticket"] for r in hall.spoken()] == ["A101"]
