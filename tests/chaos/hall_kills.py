#!/usr/bin/python3
"""Kills the display itself again and again while calls come; its journal brings the board back.

The broker stays and keeps the session, so what is called while the display is dead comes afterwards.
After each restart the first frame is compared with what the display had accepted before the kill: its
own log says what that was, line by line. What was accepted within UNWRITTEN_US before the kill may be
missing, since it is written a moment after it was accepted; what the broker sent before the first
frame may be there already. Over all runs no (id, n) may be spoken twice. SQLite's own check is run
on a copy of what the kill left, so that the display does its own recovery.
"""

import argparse
import random
import re
import shutil
import sqlite3
import sys
import time

from parts import (Broker, Hall, Screen, mono_us, percentile, read_trace, say, scratch, table, verdict,
                   wait_for)
from queue_system import QueueSystem

LISTED = 5           # fits on one page, so that the trace names every row
ACCEPTED = re.compile(r'(call|withdraw) ticket="([^"]*)" counter=\S* id="([^"]+)"')
RUN_SECONDS = (0.0, 2.5)
UNWRITTEN_US = 100000


def board_from_log(lines, board):
    """Applies what a log says was accepted; answers the boards after each event, newest last."""
    boards = [list(board)]
    for line in lines:
        match = ACCEPTED.search(line)
        if not match:
            continue
        kind, ticket, identity = match.groups()
        number = int(identity.rsplit("-", 1)[1])
        rows = list(boards[-1])
        name = f"J{number:05}"
        if kind == "call" and name not in rows:
            assert ticket == name, line
            rows.insert(0, name)
        elif kind == "withdraw" and name in rows:
            rows.remove(name)
        boards.append(rows)
    return boards


def same(rows, shown):
    """Whether a frame shows this board; of a board of several pages the first."""
    part = rows[:len(shown["rows"])] if shown["pages"] > 1 else rows
    return part == shown["rows"]


class Clinic:
    """A display that is killed, and what it had done before."""

    def __init__(self, folder, screen, seed):
        self.folder = folder
        self.chance = random.Random(seed)
        self.broker = Broker(folder).start()
        self.journal = folder / "journal.db"
        self.hall = Hall(folder, self.broker, screen,
                         ["audio.device=none", "calls.gap_ms=0", f"journal.path={self.journal}",
                          "calls.listed_max_min=1440", "broker.session_expiry_s=3600"])
        self.queue = QueueSystem(self.broker.port)
        self.numbers = []
        self.made = 0
        self.log_read = 0
        self.log_lines = []  # of this run, not yet applied to the board
        self.killed_us = 0
        self.board = []
        self.spoken = {}
        self.starts = []
        self.last_trace = []
        self.counts = dict.fromkeys(("kills", "whole", "last missing", "events missing", "wrong",
                                     "damaged", "twice", "spoken", "lost", "stuck"), 0)
        self.problems = []

    def start(self):
        """A run with a trace of its own, whose first frame is waited for."""
        number = self.counts["kills"]
        self.hall.trace_path = self.folder / f"trace-{number}.jsonl"
        self.hall.read_bytes = 0
        self.hall.seen = []
        began = mono_us()
        self.hall.start(ready=False)
        ready = self.hall.wait("ready", 20)
        self.starts.append((ready["us"] - began) / 1000)

    def new_log(self):
        data = self.hall.log_path.read_bytes()[self.log_read:]
        whole = data[:data.rfind(b"\n") + 1]
        self.log_read += len(whole)
        return whole.decode(errors="replace").splitlines()

    def call(self):
        self.made += 1
        self.numbers.append(self.made)
        # Each from a counter of its own: a counter's next call would let its last one leave the list.
        self.queue.send({"id": f"call-{self.made}", "ticket": f"J{self.made:05}",
                         "counter": str(self.made)})
        if len(self.numbers) > LISTED:
            gone = self.numbers.pop(self.chance.randrange(len(self.numbers) - 1))
            self.queue.send({"type": "withdraw", "id": f"call-{gone}"})

    def live(self):
        """Calls for a random time, then the kill at whatever moment that is."""
        until = mono_us() + int(self.chance.uniform(*RUN_SECONDS) * 1e6)
        while mono_us() < until:
            if self.chance.random() < 0.15:
                self.call()
            assert self.hall.process.poll() is None, "the hall ended by itself:\n" + self.hall.log()[-500:]
            time.sleep(0.03)
        if self.chance.random() < 0.5:
            # Half of the kills come within milliseconds of a call, where it hurts most.
            self.call()
            time.sleep(self.chance.uniform(0, 0.06))

    def kill(self):
        self.hall.process.kill()
        self.killed_us = mono_us()
        self.hall.process.wait()
        self.counts["kills"] += 1
        self.last_trace = read_trace(self.hall.trace_path)
        self.note_spoken(self.last_trace)
        self.check_integrity()

    def note_spoken(self, records):
        for record in records:
            if record["what"] == "speak":
                key = (record["id"], record["n"])
                self.spoken[key] = self.spoken.get(key, 0) + 1
                if self.spoken[key] == 2:
                    self.problems.append(f"{key} spoken twice, the second time before kill "
                                         f"{self.counts['kills']}")

    def check_integrity(self):
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for path in self.folder.glob("journal.db*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, copy / path.name)
        database = sqlite3.connect(copy / "journal.db")
        answer = database.execute("PRAGMA integrity_check").fetchall()
        database.close()
        if answer != [("ok",)]:
            self.counts["damaged"] += 1
            self.problems.append(f"kill {self.counts['kills']}: integrity_check says {answer[:3]}")

    def compare(self):
        """The first frame after a kill with what had been accepted before it, less what was not
        written yet, plus what came before the frame."""
        boards = board_from_log(self.log_lines, self.board)
        self.log_lines = self.new_log()
        events = [line for line in self.log_lines if ACCEPTED.search(line)]
        trace = self.hall.trace()
        at = next(i for i, record in enumerate(trace) if record["what"] == "shown")
        first = trace[at]
        came = sum(record["what"] == "received" for record in trace[:at])
        unwritten = sum(record["what"] == "received" and record["us"] > self.killed_us - UNWRITTEN_US
                        for record in self.last_trace)
        for back in range(min(unwritten, len(boards) - 1) + 1):
            board = boards[-1 - back]
            if any(same(rows, first) for rows in board_from_log(events[:came], board)):
                self.counts["last missing" if back else "whole"] += 1
                self.counts["events missing"] += back
                self.board = board
                return
        self.counts["wrong"] += 1
        self.problems.append(f"kill {self.counts['kills']}: shown {first['rows']}, accepted {boards[-1]}")
        self.board = first["rows"]

    def run(self, kills):
        self.start()
        wait_for(lambda: any(r["state"] == "up" for r in self.hall.trace("link")), 20, "the link is up")
        self.queue.start()
        while self.counts["kills"] < kills:
            self.live()
            self.kill()
            self.log_lines += self.new_log()
            self.start()
            self.compare()
            if self.counts["kills"] % 25 == 0:
                say(f"hall kills: {self.counts['kills']} of {kills}, {self.made} calls")
        self.settle()

    def settle(self):
        """At the end everything comes through: the board is what the queue system means."""
        self.call()
        last = f"call-{self.made}"
        wait_for(lambda: any(r["id"] == last for r in self.hall.spoken()), 60, "the last call is spoken")
        wanted = {f"J{number:05}" for number in self.numbers}
        shown = set(self.hall.trace("shown")[-1]["rows"])
        self.counts["lost"] = len(wanted - shown)
        self.counts["stuck"] = len(shown - wanted)

    def stop(self):
        try:
            self.hall.stop()
        except AssertionError as error:
            self.problems.append(str(error)[-400:])
        self.note_spoken(self.hall.trace())
        self.counts["twice"] = sum(count > 1 for count in self.spoken.values())
        self.counts["spoken"] = len(self.spoken)
        self.queue.stop()
        self.broker.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folder = scratch("hall-kills")
    screen = Screen(folder, 1280, 720)
    clinic = Clinic(folder, screen, arguments.seed)
    began = time.monotonic()
    try:
        clinic.run(arguments.kills)
    except AssertionError as error:
        clinic.problems.append(str(error)[-600:])
    clinic.stop()
    screen.stop()
    say(f"logs and traces: {folder}")
    counts = clinic.counts
    table(f"hall kills: {(time.monotonic() - began) / 60:.1f} minutes", [
        ("display killed (SIGKILL)", counts["kills"]),
        ("start to first frame: median, p99", "%.0f, %.0f ms" % (
            percentile(clinic.starts, 0.5), percentile(clinic.starts, 0.99))),
        ("board back whole", counts["whole"]),
        ("board back less what came in the last 0.1 s", "%d (%d events)" % (
            counts["last missing"], counts["events missing"])),
        ("board back wrong", counts["wrong"]),
        ("in the end: calls not listed, withdrawn ones listed", f"{counts['lost']}, {counts['stuck']}"),
        ("calls made, spoken", f"{clinic.made}, {counts['spoken']}"),
        ("spoken twice, over all runs", counts["twice"]),
        ("journal damaged (integrity_check)", counts["damaged"])])
    return verdict(clinic.problems)


if __name__ == "__main__":
    sys.exit(main())
