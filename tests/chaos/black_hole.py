#!/usr/bin/python3
"""A network that loses packets without a word, between a display and its broker.

The display is in a network of its own behind a cable: both directions lose everything, only one
does, or the cable is pulled at the far end. Calls go on being made. The display must say it on the
screen and in its log within 15 s, be connected soon after, show every call that the broker kept (its
session is of QoS 1), speak the fresh ones once and the late ones not at all.
"""

import argparse
import sys

import namespaces
from parts import Broker, Hall, Screen, mono_us, percentile, say, scratch, table, verdict
from queue_system import QueueSystem
from stream import SETS, Stream

HONEST_SECONDS = 15
HEAL_SECONDS = 30
CALL_SECONDS = 2.0
WELL_SECONDS = 8.0
WAYS = {  # to the display, from the display
    "both directions": (True, True),
    "to the display": (True, False),
    "from the display": (False, True),
    "cable": None}


class RoomHall(Hall):
    """A display behind the cable."""

    def __init__(self, folder, broker, screen, room):
        super().__init__(folder, broker, screen,
                         [*SETS, f"broker.url=mqtt://{namespaces.OURS}:{broker.port}"])
        self.room = room

    def command(self, *words):
        return [*self.room.inside(), *super().command(*words)]


class Hole:
    def __init__(self, folder, outage_s):
        self.outage_us = int(outage_s * 1e6)
        self.room = namespaces.Room()
        self.screen = Screen(folder, 640, 360)
        self.broker = Broker(folder, persistent=True)
        with open(self.broker.config, "a", encoding="ascii") as file:
            file.write(f"listener {self.broker.port} {namespaces.OURS}\n")
        self.broker.start()
        self.hall = RoomHall(folder, self.broker, self.screen, self.room)
        self.queue = QueueSystem(self.broker.port)
        self.stream = Stream(self.hall, self.queue, CALL_SECONDS)
        self.figures = {}
        self.problems = []

    def lose(self, way):
        if WAYS[way] is None:
            self.room.plug("down")
        else:
            self.room.lose(*WAYS[way])

    def heal(self):
        self.room.plug("up")
        self.room.hear()

    def told(self, since_us):
        """When both the screen and the log had said it."""
        alarm = next((r for r in self.stream.shown if r["us"] > since_us and r["alarm"]), None)
        down = self.stream.linked("down", since_us)
        if not alarm or not down:
            return None
        if down["reason"] not in self.hall.log():
            self.problems.append(f"not in the log: {down['reason']}")
        return max(alarm["us"], down["us"])

    def round(self, way):
        self.stream.for_seconds(WELL_SECONDS)
        began = mono_us()
        self.lose(way)
        told = self.stream.until(lambda: self.told(began), HONEST_SECONDS * 2,
                                 f"{way}: a word on the screen and in the log")
        self.note(way, "told after", (told - began) / 1e6, HONEST_SECONDS)
        self.stream.for_seconds(max(0, began + self.outage_us - mono_us()) / 1e6)
        healed = mono_us()
        self.heal()
        up = self.stream.until(lambda: self.stream.linked("up", healed), 90, f"{way}: the link is up")
        self.note(way, "well after", (up["us"] - healed) / 1e6, HEAL_SECONDS)

    def note(self, way, what, seconds, limit):
        self.figures.setdefault((way, what), []).append(seconds)
        if seconds > limit:
            self.problems.append(f"{way}: {what} {seconds:.1f} s")

    def run(self, ways, rounds):
        """Answers rows for the table."""
        self.hall.start()
        self.queue.start()
        for way in ways * rounds:
            self.round(way)
            say(f"black hole: {way}, {len(self.stream.calls)} calls")
        self.stream.drain()
        rows, late, problems = self.stream.judge()
        self.problems += problems
        if not late:
            self.problems.append("no call came late: the outages were none")
        self.hall.stop()
        return rows

    def stop(self):
        if self.hall.process:
            self.hall.process.kill()
            self.hall.process.wait()
        self.queue.stop()
        self.broker.stop()
        self.screen.stop()
        self.room.stop()

    def rows(self):
        return [(f"{way}: {what}, median, worst of {len(seconds)}",
                 "%.1f, %.1f s" % (percentile(seconds, 0.5), max(seconds)))
                for (way, what), seconds in self.figures.items()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--outage", type=float, default=30, help="seconds")
    parser.add_argument("--way", action="append", choices=sorted(WAYS))
    arguments = parser.parse_args()
    namespaces.enter()
    folder = scratch("black-hole")
    hole = Hole(folder, arguments.outage)
    rows = []
    try:
        rows = hole.run(arguments.way or list(WAYS), arguments.rounds)
    except AssertionError as error:
        hole.problems.append(str(error)[:600])
    hole.stop()
    say(f"logs and traces: {folder}")
    table("black hole", hole.rows() + rows)
    return verdict(hole.problems)


if __name__ == "__main__":
    sys.exit(main())
