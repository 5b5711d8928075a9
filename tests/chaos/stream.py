"""A steady stream of calls at one display, and an oracle for what became of them.

A call is withdrawn as soon as it is being spoken, so that the voice is free for the next one.
"""

import time

from broker_kills import FRESH_SECONDS, SLACK_US, Watch
from parts import mono_us

SETS = ["audio.device=none", "calls.gap_ms=0", f"calls.fresh_s={FRESH_SECONDS}"]


class Stream:
    def __init__(self, hall, queue, every_seconds):
        self.hall = hall
        self.queue = queue
        self.every_us = int(every_seconds * 1e6)
        self.watch = Watch(hall)
        self.calls, self.open = {}, {}
        self.links, self.shown = [], []  # what was told since the start; Watch forgets the rest
        self.call_at = 0

    def look(self):
        for record in self.hall.trace("link", "shown"):
            kept = self.links if record["what"] == "link" else self.shown
            kept.append({k: v for k, v in record.items() if k != "row_details"})
        self.watch.look()

    def step(self):
        assert self.hall.process.poll() is None, "the hall ended: " + self.hall.log()[-300:]
        self.look()
        now = mono_us()
        if now >= self.call_at:
            ticket = f"K{len(self.calls) + 1:05}"
            self.calls[ticket] = self.open[ticket] = self.queue.send(
                {"id": ticket, "ticket": ticket, "counter": str(len(self.calls) % 12 + 1)})
            self.call_at = now + self.every_us
        for ticket in [t for t in self.open if t in self.watch.started]:
            self.queue.send({"type": "withdraw", "id": ticket})
            del self.open[ticket]

    def until(self, condition, seconds, what):
        """Calls go on until a condition; answers its value."""
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}; {self.links[-3:]}"
            self.step()
            time.sleep(0.02)
        return value

    def for_seconds(self, seconds):
        end_us = mono_us() + int(seconds * 1e6)
        self.until(lambda: mono_us() >= end_us, seconds + 5, "time")

    def drain(self):
        """No more calls: until nothing is wrong any more and what was begun is spoken."""
        self.call_at = 1 << 62
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and (
                self.judge()[2] or any(t not in self.watch.started for t in self.watch.spoken)):
            self.step()
            time.sleep(0.02)

    def linked(self, state, since_us):
        return next((r for r in self.links if r["us"] > since_us and r["state"] == state), None)

    def judge(self):
        """(rows for a table, late calls, what was wrong)."""
        fresh = late = 0
        problems = []
        for ticket, message in self.calls.items():
            listed, spoken = self.watch.listed.get(ticket), self.watch.spoken.get(ticket, [])
            if listed is None or len(spoken) > 1:
                problems.append(f"{ticket}: shown at {listed}, spoken {len(spoken)} times")
                continue
            age_us = listed - message.made_us
            words = f"{ticket}: {age_us / 1e6:.1f} s old when shown"
            if age_us < FRESH_SECONDS * 1e6 - SLACK_US:
                fresh += 1
                problems += [] if spoken else [f"{words}, not spoken"]
            elif age_us > FRESH_SECONDS * 1e6 + SLACK_US:
                late += 1
                problems += [f"{words}, yet spoken"] if spoken else []
        shown = sum(t in self.watch.listed for t in self.calls)
        return [("calls made, shown", f"{len(self.calls)}, {shown}"),
                ("fresh when shown (spoken once), late (silent)", f"{fresh}, {late}")], late, problems
