#!/usr/bin/python3
"""Two displays with one id, and brokers that only look like that.

A broker throws out the older of two connections with one client id. Debian 12's mosquitto closes it
without a word (probed here with sockets of our own, and printed), so a display can only suspect it.
It must say so as a suspicion, wait a little, and be well soon after the other one is gone. A broker
that gives a reason of its own must never make it suspect another display.
"""

import argparse
import socket
import struct
import sys

from hostile_broker import HostileBroker, packet
from parts import EVENT, Broker, Hall, Publisher, Screen, mono_us, say, scratch, table, verdict, wait_for

SUSPICION = "perhaps another display uses the id"
CERTAINTY = "another display uses the id"
TOLD_SECONDS = 40
HEAL_SECONDS = 25  # the longest wait is 20 s
CONNECT, TAKEN_OVER = 1, 142
VERSIONS = {5: "5", 4: "3.1.1"}


def connect(port, version):
    """A connection of client "twin" that has been accepted."""
    sock = socket.create_connection(("127.0.0.1", port), 5)
    sock.settimeout(5)
    properties = b"\0" if version == 5 else b""
    sock.send(packet(CONNECT, struct.pack(">H4sBBH", 4, b"MQTT", version, 0, 10) + properties +
                     struct.pack(">H4s", 4, b"twin")))
    assert sock.recv(64)[:1] == b"\x20", "no CONNACK"
    return sock


def last_words(port, version):
    """What the broker says to a connection of this version when another one takes its id."""
    with connect(port, version) as old, connect(port, 5):
        heard = old.recv(64)
    if not heard:
        return "closes without a word"
    return f"DISCONNECT {heard[2]}" if heard[0] == 0xE0 and len(heard) > 2 else heard.hex()


def reasons(hall, since_us=0):
    return [r["reason"] for r in hall.trace("link") if r["us"] > since_us and r["state"] != "up"]


class Twins:
    def __init__(self, folder, screen):
        self.broker = Broker(folder).start()
        self.halls = []
        for name in ("first", "second"):
            (folder / name).mkdir(parents=True)
            self.halls.append(Hall(folder / name, self.broker, screen, ["audio.device=none"]))

    def quarrel(self):
        """(what was told, seconds until it was told, losses of both until then)."""
        self.halls[0].start()
        self.halls[1].start(ready=False)
        told = wait_for(lambda: next((r for hall in self.halls for r in reasons(hall)
                                      if CERTAINTY in r), None), TOLD_SECONDS, "a word on the id")
        seconds = (mono_us() - self.halls[1].started_us) / 1e6
        losses = sum(len(reasons(hall)) for hall in self.halls)
        assert any(told in hall.log() for hall in self.halls), "the log does not say it"
        return told, seconds, losses

    def heal(self):
        """The second display gets an id of its own: seconds until the first one is well."""
        self.halls[1].stop()
        gone = mono_us()
        hall = self.halls[0]
        wait_for(lambda: hall.trace("link")[-1]["state"] == "up", HEAL_SECONDS, "the link is up")
        seconds = (mono_us() - gone) / 1e6
        publisher = Publisher(self.broker)
        publisher.send(EVENT, '{"id": "after", "ticket": "A202", "counter": "5"}')
        hall.wait("shown", 10, hero="A202")
        hall.wait("speak", 5, ticket="A202")
        publisher.stop()
        return seconds

    def stop(self):
        for hall in self.halls:
            if hall.process and hall.process.poll() is None:
                hall.stop()
        self.broker.stop()


def endure(folder, screen, switch, seconds):
    """(connections made, all reasons told) of a display before a broker that ends connections."""
    folder.mkdir()
    broker = Broker(folder)
    hostile = HostileBroker(broker.port, switch).start()
    hall = Hall(folder, broker, screen, ["audio.device=none"])
    hall.start(ready=False)
    until = mono_us() + int(seconds * 1e6)
    try:
        wait_for(lambda: mono_us() > until or hall.process.poll() is not None, seconds + 5, "time")
        return hostile.connections, reasons(hall)
    finally:
        hostile.stop()
        hall.stop()


def other_brokers(folder, screen, seconds, rows, problems):
    for switch, suspects in (("disconnect-shutting-down", False), ("rst-mid-packet", True)):
        connections, told = endure(folder / switch, screen, switch, seconds)
        rows.append((f"{switch}: connections in {seconds:.0f} s, last words",
                     f"{connections}, {told[-1] if told else 'none'}"))
        if any(CERTAINTY in r and SUSPICION not in r for r in told):
            problems.append(f"{switch}: sure of what it cannot know: {told}")
        if any(SUSPICION in r for r in told) != suspects:
            problems.append(f"{switch}: told {told}")
        if connections < 3:
            problems.append(f"{switch}: only {connections} connections")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=40, help="before each broker of our own")
    arguments = parser.parse_args()
    folder = scratch("same-id")
    screen = Screen(folder, 640, 360)
    rows, problems = [], []
    twins = Twins(folder, screen)
    try:
        said = {version: last_words(twins.broker.port, version) for version in VERSIONS}
        rows += [(f"mosquitto to an MQTT {VERSIONS[v]} connection", words) for v, words in said.items()]
        told, seconds, losses = twins.quarrel()
        healed = twins.heal()
        rows += [("told", told), ("after", f"{seconds:.1f} s, {losses} losses"),
                 ("well after the other is gone", f"{healed:.1f} s")]
        if (said[5] == f"DISCONNECT {TAKEN_OVER}") == (SUSPICION in told):
            problems.append(f"mosquitto: {said[5]}, but told: {told}")
    except AssertionError as error:
        problems.append(str(error)[:600])
    finally:
        twins.stop()
    other_brokers(folder, screen, arguments.seconds, rows, problems)
    screen.stop()
    say(f"logs and traces: {folder}")
    table("two displays with one id", rows)
    return verdict(problems)


if __name__ == "__main__":
    sys.exit(main())
