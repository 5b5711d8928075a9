"""One display of two halls whose queue systems give the same tickets, ids, counters and numbers."""

import json

from place import wait_for

STATUS = "hallcall/1/demo/display/e2e/state/status"


def call(publisher, hall, seq, **more):
    publisher.send(f"hall/{hall}/event", json.dumps(
        {"id": "c1", "n": 1, "ticket": "A107", "counter": "4", "epoch": "day", "seq": seq, **more}))


def labels(hall):
    shown = hall.trace("shown")
    return [(row["ticket"], row["label"]) for row in shown[-1]["row_details"]] if shown else []


def test_the_same_ticket_in_two_halls_is_two_calls(make_hall, publisher, tmp_path):
    hall = make_hall("display.hall=main, registry", "counter registry/4.label=R4",
                     f"journal.path={tmp_path / 'journal.db'}")
    both = [("A107", "4"), ("A107", "R4")]
    call(publisher, "registry", 7)
    call(publisher, "main", 3)
    call(publisher, "registry", 7)  # once more, as a broker may
    wait_for(lambda: labels(hall) == both, 10, "both calls are listed")
    publisher.send("hall/registry/board", json.dumps(  # newer than both, and empty
        {"seq": 8, "epoch": "day", "calls": []}), retain=True)
    hall.wait_spoken(2, 30)
    assert [(said["from"], said["ticket"], said["counter"], said["kind"]) for said in hall.spoken()] == [
        (1, "A107", "4", "call"), (0, "A107", "4", "call")]
    assert not hall.mismatches()
    call(publisher, "main", 4, type="withdraw")
    wait_for(lambda: labels(hall) == both[1:], 10, "the withdrawn call leaves, the other one stays")

    publisher.received.pop(STATUS, None)
    publisher.send("display/e2e/command/volume", '{"percent":50}')
    status = wait_for(lambda: publisher.received.get(STATUS), 10, "a status")
    halls = json.loads(status)["halls"]
    assert [(h["hall"], h["heard"], h["missed"], h["listed"]) for h in halls] == [
        ("main", True, 0, 0), ("registry", True, 0, 1)]
    told = hall.call("journal").stdout
    assert "called to counter 4 in hall main" in told
    assert "called to counter R4 in hall registry" in told
    assert hall.call("call", "B1", "4", "--hall", "registry").returncode == 0
    wait_for(lambda: ("B1", "R4") in labels(hall), 10, "a clerk's call in the second hall")
    refused = hall.call("call", "B1", "4", "--hall", "cellar")
    assert refused.returncode == 64 and "expected a hall of [display] hall" in refused.stderr


def test_a_voice_is_tried_with_the_counters_of_its_hall(make_hall, tmp_path):
    hall = make_hall("display.hall=main, registry", "counter registry/4.label=East desk")
    words = ("speak", "A107", "--counter", "4", "--explain", "--output", str(tmp_path / "call.wav"))
    assert "East desk" not in hall.call(*words).stdout
    assert "East desk" in hall.call(*words, "--hall", "registry").stdout
    refused = hall.call(*words, "--hall", "cellar")
    assert refused.returncode == 64 and "--hall cellar: not one of [display] hall" in refused.stderr
