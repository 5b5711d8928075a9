#!/usr/bin/python3
"""The display's wall clock is stepped while calls come in: an hour, a day, to 1970, and back.

A preloaded shim (clock_shim.c) shifts the wall clock of the display alone, by what a file says; the
monotonic clock goes on. After each step calls must be shown at once, spoken once and not be taken for
old, the clock on the screen must follow (in 1970 there is none), and a broker that dies meanwhile must
be found again. The journal must tell the calls in the order in which they came.
"""

import argparse
import json
import mmap
import sqlite3
import struct
import sys
import time

from parts import (BUILD, Broker, Hall, Publisher, Screen, mono_us, say, scratch, table, verdict)
from queue_system import QueueSystem
from stream import SETS, Stream

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
CALL_SECONDS = 0.7
BEAT_SECONDS = 5
BACK_SECONDS = 30
QUIET_SECONDS = 25
FOLLOWS_SECONDS = 61  # the clock on the screen is looked at once a minute when nothing else happens
LATE_MS = 3000        # a call's way to the screen, on a busy machine


def to_1970_ms():
    return -int(time.time() * 1000) + 60000


# "1970" is any step that makes the time one that cannot be now.
STEPS = (("+1 h", lambda: HOUR_MS), ("back by 1 h", lambda: 0), ("-1 h", lambda: -HOUR_MS),
         ("+1 day", lambda: DAY_MS), ("-1 day", lambda: -DAY_MS), ("to 1970", to_1970_ms),
         ("from 1970 to now", lambda: 0))


class Clock:
    """The file that the shim looks at."""

    def __init__(self, folder):
        self.path = folder / "clock"
        self.path.write_bytes(bytes(8))
        with open(self.path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), 8)
        self.offset_ms = 0

    def step(self, offset_ms):
        self.offset_ms = offset_ms
        self.page[:] = struct.pack("=q", offset_ms)
        return mono_us()

    def shown(self, at_us):
        """What the clock on the screen may say at a moment: the minute may have just begun."""
        wall = time.time() + (at_us - mono_us()) / 1e6 + self.offset_ms / 1000
        if wall < 1704067200:
            return {""}
        return {time.strftime("%H:%M", time.localtime(wall + s)) for s in (-1, 0)}


class SteppedHall(Hall):
    def __init__(self, folder, broker, screen, clock):
        super().__init__(folder, broker, screen, [*SETS, f"journal.path={folder / 'journal.db'}"])
        self.clock = clock

    def environment(self):
        return {**super().environment(), "LD_PRELOAD": str(BUILD / "tests/chaos/clock_shim.so"),
                "HALLCALL_CLOCK_FILE": str(self.clock.path)}


class Stepped:
    def __init__(self, folder, screen):
        self.clock = Clock(folder)
        self.broker = Broker(folder, persistent=True).start()
        self.hall = SteppedHall(folder, self.broker, screen, self.clock)
        self.publisher = Publisher(self.broker, client_id="clock")
        self.queue = QueueSystem(self.broker.port)
        self.stream = Stream(self.hall, self.queue, CALL_SECONDS)
        self.beat_at = 0
        self.unknown = []  # calls made while no time was known
        self.rows, self.problems = [], []

    def start(self):
        self.hall.start()
        self.queue.start()
        self.go_on(3)

    def go_on(self, seconds):
        """Calls and heartbeats."""
        until = mono_us() + int(seconds * 1e6)
        while mono_us() < until:
            if mono_us() >= self.beat_at:
                self.publisher.send("clock", json.dumps({"time": time.strftime("%FT%TZ", time.gmtime())}))
                self.beat_at = mono_us() + BEAT_SECONDS * 1000000
            self.stream.for_seconds(0.2)

    def step(self, name, offset_ms, seconds):
        before = set(self.stream.calls)
        stepped = self.clock.step(offset_ms)
        self.go_on(seconds)
        if offset_ms < -2 * DAY_MS:
            self.unknown = sorted(set(self.stream.calls) - before)
        frames = [r for r in self.stream.shown if r["us"] > stepped + 200000]
        if not frames:
            self.problems.append(f"{name}: nothing was shown after the step")
        for frame in frames:
            wanted = self.clock.shown(frame["us"])
            if frame["clock"] not in wanted:
                self.problems.append(f"{name}: the screen says {frame['clock']!r}, not {wanted}")
        if self.stream.linked("down", stepped):
            self.problems.append(f"{name}: the link was lost")
        late = [t for t in set(self.stream.calls) - before if t in self.stream.watch.listed
                and self.stream.watch.listed[t] - self.stream.calls[t].made_us > LATE_MS * 1000]
        if late:
            self.problems.append(f"{name}: late on the screen: {late}")
        self.rows.append((f"{name}: the screen's clock", frames[-1]["clock"] or "none" if frames else "?"))

    def quiet_step(self, name, offset_ms):
        """No calls, nothing spoken: seconds until the clock on the screen follows."""
        self.stream.call_at = 1 << 62
        self.stream.for_seconds(QUIET_SECONDS)
        began = self.clock.step(offset_ms)

        def follows():
            return next((r for r in self.stream.shown if r["us"] > began
                         and r["clock"] in self.clock.shown(r["us"])), None)
        frame = self.stream.until(follows, FOLLOWS_SECONDS + 5, f"{name}: the clock follows")
        seconds = (frame["us"] - began) / 1e6
        self.rows.append((f"{name}, no call: the clock follows", f"{seconds:.1f} s"))
        if seconds > FOLLOWS_SECONDS:
            self.problems.append(f"{name}: the clock followed after {seconds:.1f} s")
        self.stream.call_at = 0

    def broker_dies(self, name, offset_ms):
        """Right after a step."""
        self.clock.step(offset_ms)
        lost = mono_us()
        self.broker.kill()
        self.broker.start()
        up = self.stream.until(lambda: self.stream.linked("up", lost), BACK_SECONDS, "the link is up")
        self.rows.append((f"{name} and the broker restarted: link up",
                          f"{(up['us'] - lost) / 1e6:.1f} s"))

    def judge(self):
        self.stream.drain()
        rows, late, problems = self.stream.judge()
        self.rows += rows
        self.problems += problems
        if late:
            self.problems.append(f"{late} calls came late to the screen")
        self.hall.stop()
        self.read_journal()

    def read_journal(self):
        """What was written down of each call, in the order of writing. The command leaves out what has
        no time unless a ticket is named, so it is asked about the calls of 1970 by name."""
        self.clock.step(0)
        with sqlite3.connect(f"file:{self.hall.folder / 'journal.db'}?mode=ro", uri=True) as journal:
            (check,), = journal.execute("PRAGMA integrity_check")
            tickets = [t for t, in journal.execute(
                "SELECT ticket FROM history WHERE step = 0 ORDER BY number")]
        received = list(dict.fromkeys(tickets))
        self.rows.append(("journal: calls received, in order", f"{len(received)}, "
                          f"{received == list(self.stream.calls)}"))
        if check != "ok" or received != list(self.stream.calls):
            self.problems.append(f"the journal ({check}) has {received[:12]}...")
        for ticket in self.unknown:
            story = json.loads(self.hall.call("journal", ticket, "--format", "json").stdout)
            steps = [record["step"] for record in story][:3]
            if steps != ["received", "shown", "heard"]:
                self.problems.append(f"the journal tells of {ticket} in 1970: {steps}")

    def stop(self):
        if self.hall.process:
            self.hall.process.kill()
            self.hall.process.wait()
        self.queue.stop()
        self.publisher.stop()
        self.broker.stop()


def run(trial, seconds, quiet):
    """Every step with calls; the last two by themselves, and with a broker that dies."""
    trial.start()
    for name, offset in STEPS:
        trial.step(name, offset(), seconds)
    if quiet:
        trial.quiet_step("+1 h", HOUR_MS)
        trial.clock.step(to_1970_ms())
        trial.go_on(seconds)
        trial.quiet_step("from 1970 to now", 0)
        trial.broker_dies("-1 day", -DAY_MS)
        trial.broker_dies("+1 day", DAY_MS)
    trial.judge()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=6, help="of calls after each step")
    arguments = parser.parse_args()
    folder = scratch("clock-steps")
    screen = Screen(folder, 640, 360)
    trial = Stepped(folder, screen)
    try:
        run(trial, arguments.seconds, quiet=True)
    except AssertionError as error:
        trial.problems.append(str(error)[:600])
    trial.stop()
    screen.stop()
    say(f"logs and traces: {folder}")
    table("steps of the wall clock", trial.rows)
    return verdict(trial.problems)


if __name__ == "__main__":
    sys.exit(main())
