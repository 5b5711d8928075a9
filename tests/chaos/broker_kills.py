#!/usr/bin/python3
"""Kills the broker again and again during a stream of calls; no call may be lost, none said twice.

Several lanes run side by side, each a mosquitto with its store on the disk, a queue system that
sends until it is acknowledged, and a display, so that the minutes of waiting for reconnections
overlap. A call is withdrawn once it has been called out (or, when it came too late for that, once it
was listed), so that the voice is free for the next one: a stream of thousands would otherwise be
spoken for half a day.

The oracle reads the display's trace, and knows when each call was made. Older than `fresh_s` when it
arrived: must be listed and silent. Younger: listed and spoken exactly once. Message Expiry counts in
whole seconds and arrival is only seen by its effect, so within SLACK of the border both are right.
"""

import argparse
import random
import sys
import threading
import time

from parts import Broker, Hall, Screen, mono_us, percentile, say, scratch, table, verdict
from queue_system import TTL_SECONDS, QueueSystem

FRESH_SECONDS = 10
SLACK_US = 1500000
DRAIN_SECONDS = TTL_SECONDS - 20
# After three losses within 10 s of connecting the display suspects another one with its id and waits
# 10 to 20 s: most kills come later than that, some do not.
STEADY_SECONDS = (10.2, 13.0)
HASTY_PART = 0.1
# Most brokers are back at once, as a service manager does it; some stay away for so long that the
# first calls made meanwhile are too old to be spoken.
LONG_OUTAGE_PART = 0.3
LONG_OUTAGE_SECONDS = (8.0, 25.0)


class Watch:
    """What became of each call, read from the trace as it grows."""

    def __init__(self, hall):
        self.hall = hall
        self.listed = {}
        self.spoken = {}
        self.started = {}
        self.serials = {}
        self.ups = []

    def look(self):
        """Reads on; what was read is forgotten, since a trace of hours does not fit in memory."""
        for record in self.hall.trace():
            what = record["what"]
            if what == "shown":
                for ticket in [*record["rows"], record["hero"]]:
                    self.listed.setdefault(ticket, record["us"])
            elif what == "speak":
                self.spoken.setdefault(record["ticket"], []).append(record["us"])
                self.serials[record["serial"]] = record["ticket"]
            elif what == "started" and record["serial"] in self.serials:
                self.started.setdefault(self.serials[record["serial"]], record["us"])
            elif what == "link" and record["state"] == "up":
                self.ups.append(record["us"])
        self.hall.seen.clear()


class Lane:
    """One broker that is killed, one queue system, one display."""

    def __init__(self, folder, screen, number, sizes):
        folder.mkdir()
        self.kills_wanted, self.calls_wanted = sizes
        self.chance = random.Random(number)
        self.broker = Broker(folder, persistent=True).start()
        self.hall = Hall(folder, self.broker, screen,
                         ["audio.device=none", "calls.gap_ms=0", f"calls.fresh_s={FRESH_SECONDS}",
                          "broker.session_expiry_s=3600", f"display.id=lane-{number}"])
        self.queue = QueueSystem(self.broker.port)
        self.watch = Watch(self.hall)
        self.calls = {}
        self.open = {}
        self.kills = self.next_id = 0
        self.kill_at = self.restart_at = 0
        self.dead = None    # (links up so far, when) while nobody knows of a new broker
        self.recoveries = []
        self.problems = []
        self.thread = threading.Thread(target=self.guarded, daemon=True)

    def guarded(self):
        try:
            self.run()
        except Exception as error:  # A lane that breaks is told, the others go on.
            self.problems.append(f"{self.hall.folder}: {type(error).__name__}: {str(error)[:400]}")

    def call(self):
        self.next_id += 1
        ticket = f"K{self.next_id:05}"
        self.calls[ticket] = self.queue.send({"id": f"call-{self.next_id}", "ticket": ticket,
                                              "counter": str(self.next_id % 12 + 1)})
        self.open[ticket] = self.calls[ticket]

    def withdraw_done(self):
        now = mono_us()
        for ticket, message in list(self.open.items()):
            begun = ticket in self.watch.started
            listed = self.watch.listed.get(ticket)
            # A call that is listed but silent for so long came too late, or the oracle will tell.
            passed_over = listed and now - listed > 5000000 and not self.voice_busy()
            if begun or passed_over:
                self.queue.send({"type": "withdraw", "id": message.event["id"]})
                del self.open[ticket]

    def voice_busy(self):
        return any(t not in self.watch.started for t in self.watch.spoken)

    def pace_seconds(self):
        """So that the calls are spread over the kills."""
        kills, calls = self.kills_wanted - self.kills, self.calls_wanted - self.next_id
        return self.chance.expovariate(max(calls, 1) / (max(kills, 0.3) * 18))

    def next_kill_us(self):
        hasty = self.chance.random() < HASTY_PART
        seconds = self.chance.uniform(*((0.0, 3.0) if hasty else STEADY_SECONDS))
        return self.watch.ups[-1] + int(seconds * 1e6)

    def kill(self):
        self.dead = (len(self.watch.ups), 0)
        self.broker.kill()
        self.kills += 1
        long = self.chance.random() < LONG_OUTAGE_PART
        seconds = self.chance.uniform(*LONG_OUTAGE_SECONDS) if long else 0
        self.restart_at = mono_us() + int(seconds * 1e6)

    def step_broker(self, now):
        """Kills it when it is time, starts it again, and notes how soon the display was back."""
        if self.dead is None:
            if now >= self.kill_at and self.kills < self.kills_wanted:
                self.kill()
        elif self.dead[1] == 0:
            if now >= self.restart_at:
                self.broker.start()
                self.dead = (self.dead[0], mono_us())
        elif len(self.watch.ups) > self.dead[0]:
            self.recoveries.append((self.watch.ups[-1] - self.dead[1]) / 1e6)
            self.dead = None
            self.kill_at = self.next_kill_us()

    def run(self):
        self.hall.start()
        self.queue.start()
        self.watch.look()
        call_at = mono_us()
        self.kill_at = self.next_kill_us()
        while self.kills < self.kills_wanted or self.next_id < self.calls_wanted or self.dead:
            assert self.hall.process.poll() is None, "the hall ended: " + self.hall.log()[-300:]
            self.watch.look()
            self.withdraw_done()
            now = mono_us()
            if now >= call_at and self.next_id < self.calls_wanted:
                self.call()
                call_at = now + int(self.pace_seconds() * 1e6)
            self.step_broker(now)
            time.sleep(0.02)
        self.drain()

    def drain(self):
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.open and time.monotonic() < deadline:
            self.watch.look()
            self.withdraw_done()
            time.sleep(0.05)

    def stop(self):
        try:
            self.hall.stop()
        except AssertionError as error:
            self.problems.append(str(error)[:400])
        self.queue.stop()
        self.broker.stop()
        self.watch.look()


class Oracle:
    """Counts over all lanes, and says what was wrong."""

    def __init__(self):
        self.calls = self.listed = self.once = self.twice = 0
        self.fresh = self.late = self.border = self.fresh_silent = self.stale_spoken = 0
        self.problems = []

    def judge(self, lane):
        for ticket, message in lane.calls.items():
            self.calls += 1
            where = f"{lane.hall.folder.name} {ticket}"
            spoken = lane.watch.spoken.get(ticket, [])
            listed = lane.watch.listed.get(ticket)
            self.once += len(spoken) == 1
            if len(spoken) > 1:
                self.twice += 1
                self.problems.append(f"{where}: spoken {len(spoken)} times")
            if listed is None:
                self.problems.append(f"{where}: never shown")
                continue
            self.listed += 1
            self.judge_age(where, listed - message.made_us, spoken)

    def judge_age(self, where, age_us, spoken):
        border = FRESH_SECONDS * 1000000
        if age_us < border - SLACK_US:
            self.fresh += 1
            if not spoken:
                self.fresh_silent += 1
                self.problems.append(f"{where}: {age_us / 1e6:.1f} s old when shown, not spoken")
        elif age_us > border + SLACK_US:
            self.late += 1
            if spoken:
                self.stale_spoken += 1
                self.problems.append(f"{where}: {age_us / 1e6:.1f} s old when shown, yet spoken")
        else:
            self.border += 1


def report(lanes, seconds):
    oracle = Oracle()
    for lane in lanes:
        oracle.judge(lane)
        oracle.problems += lane.problems
    recoveries = [r for lane in lanes for r in lane.recoveries]
    sendings = sum(lane.queue.sendings for lane in lanes)
    messages = sum(len(lane.queue.messages) for lane in lanes)
    table(f"broker kills: {len(lanes)} lanes, {seconds / 60:.1f} minutes", [
        ("broker killed (SIGKILL)", sum(lane.kills for lane in lanes)),
        ("link up again: median, p99, worst", "%.1f, %.1f, %.1f s" % (
            percentile(recoveries, 0.5), percentile(recoveries, 0.99), percentile(recoveries, 1))),
        ("messages made, sent more than once", f"{messages}, {sendings - messages}"),
        ("calls made", oracle.calls),
        ("shown", oracle.listed),
        ("fresh when shown (under %d s)" % FRESH_SECONDS, oracle.fresh),
        ("  of these not spoken", oracle.fresh_silent),
        ("late when shown", oracle.late),
        ("  of these spoken (stale)", oracle.stale_spoken),
        ("at the border, either is right", oracle.border),
        ("spoken once", oracle.once),
        ("spoken twice or more", oracle.twice)])
    return verdict(oracle.problems)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--calls", type=int, default=120)
    parser.add_argument("--lanes", type=int, default=4)
    arguments = parser.parse_args()
    folder = scratch("broker-kills")
    screen = Screen(folder, 640, 360)
    count = arguments.lanes
    sizes = [(arguments.kills // count + (i < arguments.kills % count),
              arguments.calls // count + (i < arguments.calls % count)) for i in range(count)]
    lanes = [Lane(folder / f"lane-{i}", screen, i, sizes[i]) for i in range(count)]
    began = time.monotonic()
    for lane in lanes:
        lane.thread.start()
    while running := [lane for lane in lanes if lane.thread.is_alive()]:
        running[0].thread.join(20)
        say(f"broker kills: {sum(lane.kills for lane in lanes)} kills, "
            f"{sum(lane.next_id for lane in lanes)} calls, {time.monotonic() - began:.0f} s")
    for lane in lanes:
        lane.stop()
    screen.stop()
    say(f"logs and traces: {folder}")
    return report(lanes, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
