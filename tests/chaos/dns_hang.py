#!/usr/bin/python3
"""A display whose name server has stopped answering: honest, never late, ends at once, gets well.

In namespaces of our own /etc/resolv.conf names three servers on the loopback that take every question
and answer none: a lookup then takes half a minute and cannot be cut short. That happens once before
a display's first connection and once after the broker was restarted; in both the display must say so
on the screen and in its log, turn its pages in time, and be connected soon after the servers answer.
Between, displays are asked to end at various moments of a lookup.
"""

import argparse
import json
import re
import socket
import struct
import sys
import threading
import time

import namespaces
from parts import (EVENT, Broker, Hall, Publisher, Screen, end, mono_us, percentile, say, scratch, table,
                   verdict, wait_for)

NAME = "broker.hall.test"
SERVERS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
HONEST_SECONDS = 15
STOP_SECONDS = 1.0
HEAL_SECONDS = 30
PAGE_LATE_MS = 100
PAGES_CALLS = 30  # more than any page holds
TYPE_A = 1


class NameServer(threading.Thread):
    """Answers every question about an address with 127.0.0.1, or nobody at all."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        self.answering = True
        self.questions = 0
        self.start()

    def run(self):
        while True:
            question, who = self.socket.recvfrom(512)
            self.questions += 1
            if self.answering:
                self.socket.sendto(self.answer(question), who)

    @staticmethod
    def answer(question):
        name_end = question.index(b"\0", 12) + 1
        kind = struct.unpack(">H", question[name_end:name_end + 2])[0]
        record = b"\xc0\x0c" + struct.pack(">HHIH", TYPE_A, 1, 1, 4) + socket.inet_aton("127.0.0.1")
        records = [record] if kind == TYPE_A else []
        head = question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(records), 0, 0)
        return head + question[12:name_end + 4] + b"".join(records)


class Names:
    """The machine's three name servers."""

    def __init__(self, folder):
        (folder / "resolv.conf").write_text("".join(f"nameserver {a}\n" for a in SERVERS))
        (folder / "nsswitch.conf").write_text("hosts: files dns\n")
        for file in ("resolv.conf", "nsswitch.conf"):
            namespaces.run("mount", "--bind", str(folder / file), f"/etc/{file}")
        self.servers = [NameServer(address) for address in SERVERS]

    def answer(self, answering):
        for server in self.servers:
            server.answering = answering

    def questions(self):
        return sum(server.questions for server in self.servers)


class Outage:
    def __init__(self, folder):
        self.folder = folder
        self.names = Names(folder)
        self.screen = Screen(folder, 640, 360)
        self.broker = Broker(folder, persistent=True).start()
        self.rows = []
        self.problems = []
        self.count = 0

    def hall(self, name):
        folder = self.folder / name
        folder.mkdir()
        return Hall(folder, self.broker, self.screen,
                    ["audio.device=none", f"broker.url=mqtt://{NAME}:{self.broker.port}",
                     f"display.id={name}"])

    def check(self, right, what):
        if not right:
            self.problems.append(what)

    def told(self, hall, since_us, what):
        """The reason given after a moment, on the screen and in the log."""
        def reason():
            return next((r for r in hall.trace("link") if r["us"] > since_us and r["state"] != "up"
                         and re.search("name", r["reason"])), None)
        record = wait_for(reason, 40, f"{what}: a word about names; told: {hall.trace('link')[-3:]}")
        self.check(record["reason"] in hall.log(), f"{what}: the reason is not in the log")
        return (record["us"] - since_us) / 1e6

    def alarm(self, hall, since_us):
        shown = wait_for(lambda: next((r for r in hall.trace("shown") if r["us"] > since_us
                                       and r["alarm"]), None), 40, "the honest line")
        return (shown["us"] - since_us) / 1e6

    def up(self, hall, since_us):
        record = wait_for(lambda: next((r for r in hall.trace("link") if r["us"] > since_us
                                        and r["state"] == "up"), None), 90,
                          f"the link is up; told: {hall.trace('link')[-3:]}")
        return (record["us"] - since_us) / 1e6

    def honest(self, what, hall, since_us):
        alarm, told = self.alarm(hall, since_us), self.told(hall, since_us, what)
        self.rows.append((f"{what}: told on the screen, in the log", f"{alarm:.1f}, {told:.1f} s"))
        self.check(max(alarm, told) <= HONEST_SECONDS, f"{what}: told after {alarm:.1f}, {told:.1f} s")

    def heal(self, what, hall):
        answered = mono_us()
        self.names.answer(True)
        seconds = self.up(hall, answered)
        self.rows.append((f"{what}: link up after the servers answer", f"{seconds:.1f} s"))
        self.check(seconds <= HEAL_SECONDS, f"{what}: the link was up only after {seconds:.1f} s")

    def at_start(self):
        self.names.answer(False)
        hall = self.hall("starting")
        hall.start(ready=False)
        ready = hall.wait("ready", 20)
        self.rows.append(("at start: first picture", f"{(ready['us'] - hall.started_us) / 1e3:.0f} ms"))
        self.honest("at start", hall, hall.started_us)
        self.heal("at start", hall)
        return hall

    def calls(self, publisher, count):
        for _ in range(count):
            self.count += 1
            publisher.send(EVENT, json.dumps({"id": f"c{self.count}", "ticket": f"A{self.count:03}",
                                              "counter": str(self.count % 12 + 1)}))

    def later(self, hall, hold_s):
        """The broker is restarted while names cannot be looked up."""
        publisher = Publisher(self.broker)
        self.calls(publisher, PAGES_CALLS)
        wait_for(lambda: len([r for r in hall.trace("received") if r["topic"].endswith(EVENT)])
                 == PAGES_CALLS, 10, "every call has come")
        publisher.stop()
        self.names.answer(False)
        asked = self.names.questions()
        lost = mono_us()
        self.broker.kill()
        self.broker.start()
        self.honest("after a restart of the broker", hall, lost)
        wait_for(lambda: mono_us() > lost + hold_s * 1e6, hold_s + 5, "the outage's end")
        self.check(self.names.questions() > asked, "no name was looked up: the outage was none")
        self.pages(hall, lost)
        self.heal("after a restart of the broker", hall)
        publisher = Publisher(self.broker)
        self.calls(publisher, 1)
        wait_for(lambda: f"A{self.count:03}" in hall.trace("shown")[-1]["rows"], 10, "a call is shown")
        publisher.stop()
        hall.stop()

    def pages(self, hall, since_us):
        """How late pages were turned during the outage, against the steady rhythm of their own."""
        turns = []
        for record in hall.trace("shown"):
            if record["us"] > since_us and (not turns or turns[-1][1] != record["rows"]):
                turns.append((record["us"], record["rows"]))
        gaps = [(b[0] - a[0]) / 1e3 for a, b in zip(turns[1:], turns[2:])]
        self.check(len(gaps) >= 2, f"pages were turned {len(turns)} times only")
        late = max(gaps, default=0) - percentile(gaps, 0.5)
        self.rows.append(("pages turned in the outage, worst lateness", f"{len(turns)}, {late:.0f} ms"))
        self.check(late < PAGE_LATE_MS, f"a page was turned {late:.0f} ms late")

    def ends(self, count):
        """SIGTERM at various moments of a lookup."""
        self.names.answer(False)
        times = []
        for number in range(count):
            hall = self.hall(f"ends-{number}")
            hall.start(ready=False)
            hall.wait("ready", 20)
            time.sleep(1 + number * 2.7)
            began = time.monotonic()
            code = end(hall.process)
            times.append(time.monotonic() - began)
            self.check(code == 0, f"exit code {code} after SIGTERM")
        self.rows.append((f"ended after SIGTERM, {count} times, worst", f"{max(times) * 1000:.0f} ms"))
        self.check(max(times) <= STOP_SECONDS, f"the end took {max(times):.2f} s")

    def stop(self):
        self.broker.stop()
        self.screen.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hold", type=float, default=45, help="seconds of the longer outage")
    parser.add_argument("--ends", type=int, default=8, help="how many displays are asked to end")
    parser.add_argument("--short", action="store_true", help="one start, one end")
    arguments = parser.parse_args()
    namespaces.enter()
    outage = Outage(scratch("dns-hang"))
    try:
        hall = outage.at_start()
        if arguments.short:
            hall.stop()
            outage.ends(1)
        else:
            outage.later(hall, arguments.hold)
            outage.ends(arguments.ends)
    except AssertionError as error:
        outage.problems.append(str(error)[:600])
    outage.stop()
    say(f"logs and traces: {outage.folder}")
    table("name servers that do not answer", outage.rows)
    return verdict(outage.problems)


if __name__ == "__main__":
    sys.exit(main())
