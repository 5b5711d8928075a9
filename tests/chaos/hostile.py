#!/usr/bin/python3
"""A display in front of brokers that misbehave: it stays up, says why, and gets well by itself.

For each switch of hostile_broker.py a hall is started with that broker, the reason is waited for,
the broker goes on misbehaving for --hold seconds, is then replaced by mosquitto on the same port,
and the time until the link is up and a call is shown and spoken is measured. The hall is never
restarted. Prints a table.
"""

import argparse
import json
import re
import sys

from hostile_broker import CALL, SWITCHES, HostileBroker
from parts import (EVENT, Broker, Hall, Publisher, Screen, mono_us, say, scratch, verdict, wait_for)

RECOVERY_SECONDS = 30
# Where the display waits a minute before it tries again, because trying does harm or is no use.
BACKS_OFF = {"disconnect-taken-over": 70, "suback-refused": 70}
HANGS_UP = ("connack-too-short", "connack-other-packet", "not-mqtt", "closes-after-connect")
MEMORY_GROWS_KB = 32 * 1024

# What staff must be able to read, and within how many seconds; None: the call must come through.
REASONS = {
    "connack-not-authorised": ("does not let us in", 5),
    "connack-bad-password": ("user name or password", 5),
    "connack-unavailable": ("is not available now", 5),
    "connack-banned": ("has banned", 5),
    "connack-unknown-code": ("code 200", 5),
    "connack-too-short": ("broker|refuses|hangs up", 10),
    "connack-too-long": ("broker|refuses|hangs up", 10),
    "connack-other-packet": ("broker|refuses|hangs up", 10),
    "not-mqtt": ("broker|refuses|hangs up", 10),
    "closes-after-connect": ("hangs up without an answer", 10),
    "never-answers": ("does not answer", 15),
    "refuses-mqtt-5": (None, 10),
    "publish-before-suback": (None, 10),
    "byte-by-byte": (None, 15),
    "giant-length": ("lost|ended|hangs", 30),
    "endless-length": ("lost|ended|hangs", 30),
    "garbage": ("lost|ended|hangs", 30),
    "disconnect-taken-over": ("another display uses", 5),
    "disconnect-shutting-down": ("reason 139", 5),
    "rst-mid-packet": ("is lost", 5),
    "no-pingresp": ("is lost", 20),
    "suback-refused": ("refuses the topic", 5),
    "suback-never": ("does not answer our subscription", 20),
}
assert REASONS.keys() == SWITCHES.keys()


def resident_kb(hall):
    with open(f"/proc/{hall.process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


def reasons_of(hall):
    return [r["reason"] for r in hall.trace("link") if r["state"] != "up"]


class Misbehaviour:
    """One hall, one hostile broker, then a real one on the same port."""

    def __init__(self, folder, screen, switch):
        folder.mkdir(parents=True, exist_ok=True)
        self.switch = switch
        self.broker = Broker(folder)
        self.hostile = HostileBroker(self.broker.port, switch)
        self.hall = Hall(folder, self.broker, screen,
                         ["audio.device=none", "broker.keepalive_s=5", "calls.gap_ms=0"])
        self.publisher = None

    def suffer(self, hold_s=0):
        """Answers the reason that was told; the whole time the hall must stay up."""
        pattern, seconds = REASONS[self.switch]
        self.hostile.start()
        self.hall.start(ready=False)
        self.hall.wait("ready", 20)
        self.resident_kb = resident_kb(self.hall)
        if pattern is None:
            self.hall.wait("shown", seconds, hero=CALL["ticket"])
            told = "the call came through"
        else:
            told = wait_for(lambda: next((r for r in reasons_of(self.hall) if re.search(pattern, r)),
                                         None), seconds, f"{pattern}; told: {reasons_of(self.hall)}")
            assert told in self.hall.log(), "the reason is not in the log"
        self.endure(hold_s)
        grown = resident_kb(self.hall) - self.resident_kb
        assert grown < MEMORY_GROWS_KB, f"the broker made us take {grown} kB"
        return told

    def endure(self, hold_s):
        until = mono_us() + int(hold_s * 1e6)
        wait_for(lambda: self.hall.process.poll() is not None or mono_us() > until, hold_s + 5, "time")
        assert self.hall.process.poll() is None, "the hall ended:\n" + self.hall.log()

    def heal(self, seconds):
        """Seconds from the real broker's start until the link was up; then a call must work."""
        self.hostile.stop()
        began = mono_us()
        self.broker.start()
        up = wait_for(lambda: next((r for r in self.hall.trace("link")
                                    if r["us"] > began and r["state"] == "up"), None), seconds,
                      f"the link is up; told: {reasons_of(self.hall)[-3:]}")
        self.publisher = Publisher(self.broker)
        self.publisher.send(EVENT, json.dumps({"id": "after", "ticket": "A202", "counter": "5"}))
        self.hall.wait("shown", 10, hero="A202")
        self.hall.wait("speak", 5, ticket="A202")
        status = wait_for(self.status, 10, "a status")
        assert status["link"]["up"], status
        # Who hangs up may be an old broker: in that moment mosquitto is met with 3.1.1.
        assert status["link"]["mqtt"] == "5" or self.switch in HANGS_UP, status
        return (up["us"] - began) / 1e6

    def status(self):
        texts = [p for t, p in self.publisher.received.items() if t.endswith("/state/status") and p]
        return json.loads(texts[0]) if texts else None

    def stop(self):
        self.hostile.stop()
        if self.publisher:
            self.publisher.stop()
        try:
            self.hall.stop()
        finally:
            self.broker.stop()


def run_switch(folder, screen, switch, hold_s):
    """(recovery seconds, what was told)."""
    trial = Misbehaviour(folder / switch, screen, switch)
    try:
        told = trial.suffer(hold_s)
        back_off = hold_s > 0 or switch in BACKS_OFF
        return trial.heal(BACKS_OFF.get(switch, 70) if back_off else RECOVERY_SECONDS), told
    finally:
        trial.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hold", type=float, default=0, help="seconds of going on misbehaving")
    parser.add_argument("--switch", action="append", choices=sorted(SWITCHES))
    arguments = parser.parse_args()
    folder = scratch("hostile")
    screen = Screen(folder, 1280, 720)
    problems = []
    print(f"\nhostile broker ({arguments.hold:.0f} s longer): seconds until well again, what was told")
    for switch in arguments.switch or SWITCHES:
        try:
            seconds, told = run_switch(folder, screen, switch, arguments.hold)
            print(f"  {switch:<26} {seconds:5.1f} s  {told}", flush=True)
        except AssertionError as error:
            problems.append(f"{switch}: {str(error)[:600]}")
            print(f"  {switch:<26} FAILED", flush=True)
    screen.stop()
    say(f"logs and traces: {folder}")
    return verdict(problems)


if __name__ == "__main__":
    sys.exit(main())
