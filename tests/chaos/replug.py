#!/usr/bin/python3
"""Pulls the loudspeaker out and puts it back again and again, while calls go on.

The device is the ALSA sink of the tests, whose "enodev" is what a pulled USB or HDMI plug looks like
to a program. For each round is measured how soon the voice says that it is lost and that it is well
again, how soon the retained status says so, and how soon a call is really heard in what the sink
recorded. The list's latency (from publishing a call until the frame that lists it) is measured in
the same run, first without any fault and then with them.
"""

import argparse
import json
import random
import sys
import time

from parts import (EVENT, Broker, Hall, Publisher, Screen, mono_us, onset_us, percentile, say, scratch,
                   table, verdict, wait_for)

BACK_SECONDS = 5
OUT_SECONDS = (0.3, 3.0)
# Now and then it stays out for so long that the display looks for it at its slowest.
LONG_OUT_EVERY = 5
LONG_OUT_SECONDS = (12.0, 18.0)
STATUS_SECONDS = 5
# The list may be no later with a broken loudspeaker than without; what a loaded machine adds to
# either is not the display's doing.
LATENCY_SLACK_MS = 20


class Bench:
    """A hall with a loudspeaker that can be pulled, and a list whose latency is measured."""

    def __init__(self, folder, screen):
        self.broker = Broker(folder).start()
        self.hall = Hall(folder, self.broker, screen, ["calls.gap_ms=0"])
        self.hall.start()
        self.publisher = Publisher(self.broker)
        self.control = self.hall.loudspeaker.control
        self.chance = random.Random(1)
        self.number = 0
        self.times = {"lost": [], "status lost": [], "well": [], "status well": [], "heard": []}
        self.problems = []

    def call(self):
        """Publishes a call; answers (ticket, milliseconds until the frame that lists it)."""
        self.number += 1
        ticket = f"R{self.number:04}"
        began = mono_us()
        self.publisher.send(EVENT, json.dumps({"id": f"replug-{self.number}", "ticket": ticket,
                                               "counter": str(self.number % 9 + 1)}))
        shown = wait_for(lambda: next((r for r in self.hall.trace("shown")[-6:]
                                       if r["us"] >= began and ticket in r["rows"]), None), 10,
                         f"{ticket} in the list")
        return ticket, (shown["us"] - began) / 1000

    def withdraw(self):
        self.publisher.send(EVENT, json.dumps({"type": "withdraw", "id": f"replug-{self.number}"}))

    def calls_for(self, seconds):
        """Calls at random moments; their latencies in milliseconds."""
        until = mono_us() + int(seconds * 1e6)
        latencies = []
        while mono_us() < until:
            time.sleep(self.chance.uniform(0.1, 0.4))
            latencies.append(self.call()[1])
            self.withdraw()
        return latencies

    def voice(self, what, since_us, seconds):
        """Seconds from a moment until the voice said that it is lost or well, or a problem."""
        record = wait_for(lambda: next((r for r in self.hall.trace(what) if r["us"] >= since_us), None),
                          seconds, f"the voice is {what}")
        return (record["us"] - since_us) / 1e6

    def status(self, well, since_us):
        def says():
            texts = [p for t, p in self.publisher.received.items() if t.endswith("/state/status")]
            voice = json.loads(texts[-1])["voice"] if texts and texts[-1] else None
            return voice and voice["well"] == well and (well or voice["reason"])
        wait_for(says, STATUS_SECONDS, f"the status says well={well}")
        return (mono_us() - since_us) / 1e6

    def heard(self, since_us):
        """Seconds from a moment until the next call was heard as sound."""
        ticket, _ = self.call()
        started = wait_for(lambda: self.started(ticket), BACK_SECONDS + 5, f"{ticket} is begun")
        samples = self.hall.loudspeaker.samples(since_us, started + 400000)
        onset = onset_us(samples, since_us)
        assert onset is not None, f"{ticket}: nothing was heard"
        self.withdraw()
        return (onset - since_us) / 1e6

    def started(self, ticket):
        serials = {r["serial"] for r in self.hall.trace("speak")[-8:] if r["ticket"] == ticket}
        return next((r["at_us"] for r in self.hall.trace("started")[-8:] if r["serial"] in serials), None)

    def round(self, number):
        """One unplugging and replugging; latencies meanwhile."""
        out = LONG_OUT_SECONDS if number % LONG_OUT_EVERY == 0 else OUT_SECONDS
        pulled = mono_us()
        self.control.write_text("enodev")
        self.times["lost"].append(self.voice("lost", pulled, 5))
        self.times["status lost"].append(self.status(False, pulled))
        latencies = self.calls_for(self.chance.uniform(*out))
        put_back = mono_us()
        self.control.unlink()
        self.times["well"].append(self.voice("well", put_back, BACK_SECONDS + 5))
        self.times["heard"].append(self.heard(put_back))
        self.times["status well"].append(self.status(True, put_back))
        return latencies + self.calls_for(0.5)

    def stop(self):
        self.publisher.stop()
        try:
            self.hall.stop()
        except AssertionError as error:
            self.problems.append(str(error)[-400:])
        self.broker.stop()

    def judge(self, calm, troubled):
        for name in ("well", "heard"):
            self.problems += [f"{name} again only after {s:.1f} s" for s in self.times[name]
                              if s > BACK_SECONDS]
        if percentile(troubled, 0.99) > percentile(calm, 0.99) + LATENCY_SLACK_MS:
            self.problems.append("the list is later with faults than without")


def spread(values, form):
    return ", ".join(form % percentile(values, part) for part in (0.5, 0.99, 1)) if values else "none"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calm", type=int, default=0, help="calls without faults (20 a round)")
    arguments = parser.parse_args()
    folder = scratch("replug")
    screen = Screen(folder)
    bench = Bench(folder, screen)
    calm, troubled, rounds = [], [], 0
    try:
        wanted = arguments.calm or 20 * arguments.rounds
        while len(calm) < wanted:
            calm += bench.calls_for(2)
        for rounds in range(1, arguments.rounds + 1):
            troubled += bench.round(rounds)
            say(f"replug: {rounds} of {arguments.rounds}")
    except AssertionError as error:
        bench.problems.append(f"round {rounds + 1}: {str(error)[:500]}")
    bench.stop()
    screen.stop()
    bench.judge(calm, troubled)
    say(f"logs and traces: {folder}")
    table(f"loudspeaker pulled out and put back {rounds} times (median, p99, worst)", [
        ("voice says it is lost after", spread(bench.times["lost"], "%.2f s")),
        ("status says so after", spread(bench.times["status lost"], "%.2f s")),
        ("voice says it is well after", spread(bench.times["well"], "%.2f s")),
        ("a call is heard again after", spread(bench.times["heard"], "%.2f s")),
        ("status says well after", spread(bench.times["status well"], "%.2f s")),
        (f"list latency without faults, {len(calm)} calls", spread(calm, "%.1f ms")),
        (f"list latency with faults, {len(troubled)} calls", spread(troubled, "%.1f ms"))])
    return verdict(bench.problems)


if __name__ == "__main__":
    sys.exit(main())
