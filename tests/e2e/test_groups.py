"""Two displays of one hall, each for a group of its counters, and tickets that move between them."""

import json

import pytest

from hall import Hall
from place import Screen, wait_for

EVENT = "hall/main/event"
STATUS = "hallcall/1/demo/display/{}/state/status"


@pytest.fixture
def halls(tmp_path, broker):
    """The left display is for counters 1 to 4, the right one for 5, 6 and the reception."""
    made = []
    for name, counters in (("left", "1-4"), ("right", "5, 6, reception")):
        folder = tmp_path / name
        folder.mkdir()
        sets = [f"display.id={name}", f"display.counters={counters}",
                f"journal.path={folder / 'journal.db'}"]
        made.append((Hall(folder, broker, Screen(folder), sets)))
    yield [hall.start() for hall in made]
    for hall in made:
        hall.stop()
        hall.screen.stop()


def call(publisher, seq, ticket, counter, **more):
    publisher.send(EVENT, json.dumps({"id": f"id-{ticket}", "n": 1, "ticket": ticket, "seq": seq,
                                      "counter": counter, "epoch": "day", **more}))


def rows(hall):
    shown = hall.trace("shown")
    return shown[-1]["rows"] if shown else []


def status(publisher, name):
    """A new one, asked for by a command."""
    topic = STATUS.format(name)
    publisher.received.pop(topic, None)
    publisher.send(f"display/{name}/command/volume", '{"percent":50}')
    wait_for(lambda: topic in publisher.received, 10, f"the status of {name}")
    return json.loads(publisher.received[topic])


def test_each_display_shows_and_speaks_its_own_calls(halls, publisher):
    left, right = halls
    call(publisher, 1, "A101", "2")
    call(publisher, 2, "A102", "5")
    call(publisher, 3, "A103", "reception")
    left.wait("started", 20)
    right.wait_spoken(2, 30)
    left.wait_spoken(1, 30)
    assert rows(left) == ["A101"]
    assert rows(right) == ["A103", "A102"]
    assert [spoken["ticket"] for spoken in left.spoken()] == ["A101"]
    assert [spoken["ticket"] for spoken in right.spoken()] == ["A102", "A103"]
    for hall in halls:
        assert not hall.mismatches()
    for name, received, elsewhere in (("left", 1, 2), ("right", 2, 1)):
        calls = status(publisher, name)["calls"]
        assert (calls["received"], calls["elsewhere"], calls["listed"]) == (received, elsewhere, received)
        assert (calls["missed"], calls["stale"], calls["duplicates"]) == (0, 0, 0)


def test_a_ticket_moves_from_one_display_to_the_other(halls, publisher):
    left, right = halls
    call(publisher, 1, "A104", "3")
    begun = left.wait("started", 20)
    call(publisher, 2, "A104", "6", n=2, type="recall")
    right.wait("started", 20)
    wait_for(lambda: left.final(begun["serial"]), 10, "the left voice stops")
    assert left.final(begun["serial"])[0]["what"] == "hushed"
    assert rows(left) == [] and rows(right) == ["A104"]
    assert right.trace("shown")[-1]["hero"] == "A104"
    assert [spoken["kind"] for spoken in right.spoken()][:1] == ["recall"]
    assert len(left.spoken()) == 1

    call(publisher, 3, "A104", "4", n=3, type="recall")
    wait_for(lambda: rows(left) == ["A104"] and rows(right) == [], 10, "it comes back")
    left.wait("speak", 10, kind="recall", ticket="A104")
    told = right.call("journal").stdout
    assert "A104" in told and "called to a counter that this display does not show" in told


def test_a_late_display_takes_its_part_of_the_board(halls, publisher):
    left, right = halls
    publisher.send("hall/main/board", json.dumps(
        {"seq": 9, "epoch": "day", "calls": [{"ticket": "A106", "counter": "6"},
                                             {"ticket": "A105", "counter": "1"}]}), retain=True)
    wait_for(lambda: rows(left) == ["A105"] and rows(right) == ["A106"], 10, "both boards")
    call(publisher, 12, "A107", "6")  # 10 and 11 are lost for both
    wait_for(lambda: rows(right) == ["A107", "A106"], 10, "the call")
    for name in ("left", "right"):
        assert status(publisher, name)["calls"]["missed"] == 2
    assert rows(left) == ["A105"]
