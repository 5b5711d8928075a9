"""A hall that is as busy as a voice can bear, in two languages with repetitions."""

import json
import os
import random
import time

import pytest

from place import mono_us, wait_for

EVENT = "hall/main/event"
CALLS_PER_MINUTE = 12
LAG_S = 30          # [calls] voice_lag_s, its default
ROUNDS = 2          # calls.repeat=1
LANGUAGES = 2


def call_for(hall, publisher, minutes, seed):
    """Calls at the rate, each somewhere in its own five seconds. Returns when each was sent."""
    chance = random.Random(seed)
    slot = 60 / CALLS_PER_MINUTE
    began, sent = mono_us(), {}
    for number in range(int(minutes * CALLS_PER_MINUTE)):
        at = began + int((number + chance.random()) * slot * 1e6)
        time.sleep(max(0, at - mono_us()) / 1e6)
        assert hall.process.poll() is None, hall.log()
        sent[f"call-{number}"] = mono_us()
        publisher.send(EVENT, json.dumps({"id": f"call-{number}", "ticket": f"{chance.choice('AFHK')}{100 + number}",
                                          "counter": str(chance.randint(1, 12))}))
    return sent


def prove_busy(make_hall, publisher, minutes, figure):
    hall = make_hall("hall.languages=en, uk", f"calls.repeat={ROUNDS - 1}")
    sent = call_for(hall, publisher, minutes, seed=12)
    wait_for(lambda: {r["id"] for r in hall.spoken()} == set(sent), 120, "each call's first utterance")
    wait_for(lambda: len(hall.trace("finished", "hushed", "failed")) == len(hall.spoken())
             and mono_us() - hall.trace("speak", "finished", "hushed")[-1]["us"] > 3000000, 120, "silence")
    first = {}
    for record in hall.spoken():
        first.setdefault(record["id"], record)
    started = {r["serial"]: r["at_us"] for r in hall.trace("started")}
    lags = sorted((started[record["serial"]] - sent[id]) / 1e6 for id, record in first.items())
    status = json.loads(wait_for(lambda: publisher.received.get("hallcall/1/demo/display/e2e/state/status"), 5,
                                 "a status"))
    publisher.received.clear()
    status = json.loads(wait_for(lambda: publisher.received.get("hallcall/1/demo/display/e2e/state/status"), 75,
                                 "the next status"))
    shed = {name: status["calls"][name] for name in ("shed_repeats", "shed_languages", "shed_chimes")}
    figure(f"{CALLS_PER_MINUTE} calls a minute for {minutes} minutes: {len(sent)} calls, {len(hall.spoken())} utterances; "
           f"first sample after {lags[len(lags) // 2]:.1f} s (median), {lags[-1]:.1f} s (worst); {shed}")
    assert [r["id"] for r in first.values()] == sorted(sent, key=sent.get), "in the order of the calls"
    assert lags[-1] <= LAG_S
    assert hall.trace("hushed", "failed") == [], "an utterance was cut"
    assert len(hall.spoken()) + shed["shed_repeats"] + shed["shed_languages"] == len(sent) * LANGUAGES * ROUNDS
    assert hall.mismatches() == []


@pytest.mark.slow
def test_twelve_calls_a_minute_for_half_an_hour(make_hall, publisher, figure):
    prove_busy(make_hall, publisher, float(os.environ.get("HALLCALL_BUSY_MINUTES", "30")), figure)
