#!/usr/bin/python3
"""Breaks what makes the sound, again and again, while calls go on.

Loudspeaker and engine are broken in the ways of FAULTS: the device is the ALSA sink of the tests, the
engine is the display's own child. In each round a call is broken in mid-sentence (or finds the part
broken), others come meanwhile, and one more comes in the moment of healing. What the sink recorded is
searched for the words of each: nothing may be heard whole twice, and what was too old may not be heard
at all. The list's latency (publish -> pixel, tests/bench/latency.c) is measured with the same load
without a fault just before, and with it.
"""

import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

from listening import HeardHall, StaffRoom
from parts import (BUILD, EVENT, PREFIX, Broker, Screen, mono_us, onset_us, percentile, say, scratch, table,
                   verdict, wait_for)

BACK_SECONDS = 5
LOST_SECONDS = 7     # a device that stands still is opened once more, and each time given 2 s
OUT_SECONDS = (0.5, 3.0)
# Now and then it stays out for so long that the display looks for it at its slowest.
LONG_OUT_EVERY = 5
LONG_OUT_SECONDS = (8.0, 14.0)
STALE_TTL_SECONDS = 2
CALM_SECONDS = 1.5
# The list may be no later with broken sound than without; what a loaded machine adds to either is
# not the display's doing.
LATENCY_SLACK_MS = 20


class Fault:
    """A word for the sink, and what the display must say of it."""

    first = False     # broken before the call comes, not in mid-sentence
    lost = True       # the display must say that the voice is lost

    def __init__(self, word, told):
        self.word = word
        self.told = told

    def inject(self, bench):
        bench.control.write_text(self.word)

    def heal(self, bench):
        bench.control.unlink()


class Busy(Fault):
    """Another program takes the device in the moment in which it comes back."""

    def inject(self, bench):
        bench.control.write_text("enodev")
        bench.hall.wait_since("lost", mono_us() - 1000, LOST_SECONDS)
        bench.control.write_text("busy")


class Passing(Fault):
    """Over before anybody could help: the call goes on or begins again."""

    lost = False


class Starved(Passing):
    """The display gets no processor for so long that the queue of sound runs dry."""

    def inject(self, bench):
        bench.hall.process.send_signal(signal.SIGSTOP)
        time.sleep(0.9)
        bench.hall.process.send_signal(signal.SIGCONT)

    def heal(self, bench):
        pass


class Engine(Passing):
    """A signal for the engine's process within 30 ms of a call, or before it (SIGSTOP)."""

    def __init__(self, number, told):
        super().__init__("", told)
        self.number = number
        self.first = number == signal.SIGSTOP

    def inject(self, bench):
        os.kill(wait_for(bench.engine, 5, "the engine runs"), self.number)

    def heal(self, bench):
        pass


class LateCard(Fault):
    """The display is started without its card, whose very name ALSA learns only when it is there."""

    first = True

    def inject(self, bench):
        bench.restart_without_card()

    def heal(self, bench):
        bench.card.write_text(bench.card_text)


FAULTS = {"unplugged": Fault("enodev", "there is no such device"),
          "busy": Busy("busy", "in use by another program"),
          "stalled": Fault("stall", "it has stopped playing"),
          "late card": LateCard("", "there is no such device"),
          "xrun": Passing("xrun", "sound ran dry"),
          "suspended": Passing("suspend", "it was put to sleep"),
          "driver hung": Passing("hang", "sound ran dry"),
          "starved": Starved("", "sound ran dry"),
          "engine hung": Engine(signal.SIGSTOP, "did not answer within 2000 ms"),
          "engine killed": Engine(signal.SIGKILL, "the speech engine died"),
          "engine crashed": Engine(signal.SIGSEGV, "the speech engine died")}


class Latency:
    """The bench's own watch of the pixels: of the list, as the card follows the voice."""

    TOP, LEFT = "0.15", "0.6"

    def __init__(self, broker, screen):
        self.process = subprocess.Popen(
            [BUILD / "tests/bench/latency", str(broker.port), screen.folder / "Xvfb_screen0", self.TOP, self.LEFT],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DISPLAY": screen.display})

    def send(self, message):
        """Milliseconds from the publish until all of the picture is as it stays."""
        self.process.stdin.write(f"{PREFIX}/{EVENT} {json.dumps(message)}\n")
        self.process.stdin.flush()
        began, _, done, _ = map(int, self.process.stdout.readline().split())
        assert done >= 0, f"{message} changed nothing on the screen"
        return (done - began) / 1000

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Bench:
    """A hall whose sound can be broken, and a list whose latency is measured."""

    def __init__(self, folder, screen):
        self.folder = folder
        self.broker = Broker(folder).start()
        self.hall = HeardHall(folder, self.broker, screen, ["calls.gap_ms=0"])
        self.control = self.hall.loudspeaker.control
        # The card's own configuration comes with the card.
        self.card = self.hall.loudspeaker.config
        self.card_text = self.card.read_text()
        self.hall.loudspeaker.config = folder / "alsa.conf"
        self.hall.loudspeaker.config.write_text(
            f'@hooks [ {{ func load files [ "{self.card}" ] errors false }} ]\n')
        self.hall.start()
        self.staff = StaffRoom(self.broker, "sound")
        self.latency = Latency(self.broker, screen)
        self.chance = random.Random(1)
        self.problems = []
        self.dry = 0  # rounds in which the machine was too busy for the sound

    def restart_without_card(self):
        self.hall.stop()
        self.card.unlink()
        self.hall.trace_path = self.folder / f"trace-{self.staff.number}.jsonl"
        self.hall.read_bytes, self.hall.seen = 0, []
        self.hall.start()

    def engine(self):
        """The process id of the engine's child."""
        children = [child for task in pathlib.Path(f"/proc/{self.hall.process.pid}/task").iterdir()
                    for child in (task / "children").read_text().split()]
        return int(children[0]) if children else None

    def calls_for(self, seconds):
        """Calls at random moments, withdrawn again; their latencies in milliseconds."""
        until = mono_us() + int(seconds * 1e6)
        latencies = []
        while mono_us() < until:
            time.sleep(self.chance.uniform(0.1, 0.3))
            event = self.staff.event()
            latencies.append(self.latency.send(event))
            self.latency.send({"type": "withdraw", "id": event["id"]})
        return latencies

    def stop(self):
        self.latency.stop()
        self.staff.stop()
        try:
            self.hall.stop()
        except AssertionError as error:
            self.problems.append(str(error)[-400:])
        self.broker.stop()


class Round:
    """One fault, once."""

    def __init__(self, bench, name, out_seconds):
        self.bench = bench
        self.name = name
        self.fault = FAULTS[name]
        self.out_seconds = out_seconds
        self.lost_s = self.staff_s = self.well_s = self.back_s = None
        self.calm, self.troubled = [], []

    def begin(self):
        """The call that suffers; answers it with the moment of the fault."""
        bench = self.bench
        if self.fault.first:
            began = mono_us()
            self.fault.inject(bench)
            return bench.staff.call(), began
        victim = bench.staff.call()
        wait_for(lambda: bench.hall.serials(victim), 10, "the call is spoken")
        time.sleep(bench.chance.uniform(0, 0.03 if isinstance(self.fault, Engine) else 2.5))
        began = mono_us()
        self.fault.inject(bench)
        return victim, began

    def suffer(self, began):
        """While it is broken: the staff is told, calls go on. Answers a call that gets too old."""
        bench, stale = self.bench, None
        if self.fault.lost:
            lost = bench.hall.wait_since("lost", began, LOST_SECONDS)
            self.lost_s = (lost["us"] - began) / 1e6
            self.staff_s = (bench.staff.told("voice", began, False, self.fault.told) - lost["us"]) / 1e6
            if self.out_seconds > STALE_TTL_SECONDS + 1:
                stale = bench.staff.call(ttl=STALE_TTL_SECONDS)
        self.troubled = bench.calls_for(self.out_seconds)
        return stale

    def run(self):
        bench, hall = self.bench, self.bench.hall
        wait_for(hall.voice_is_free, 30, "the voice is free")
        self.calm = bench.calls_for(CALM_SECONDS)
        wait_for(hall.voice_is_free, 30, "the voice is free")
        logged = len(hall.log())
        victim, began = self.begin()
        stale = self.suffer(began)
        healed = mono_us()
        self.fault.heal(bench)
        after = bench.staff.call()
        until = hall.reported("finished", after, 40) + 200000
        assert self.fault.told in hall.log()[logged:], f"the log does not say {self.fault.told}"
        if self.fault.lost:
            self.well_s = (bench.staff.told("voice", healed, True) - healed) / 1e6
            self.back_s = (onset_us(hall.loudspeaker.samples(healed, until), healed) - healed) / 1e6
        else:
            self.back_s = max(0, (hall.reported("finished", victim, 1) - victim["us"]) / 1e6 -
                              hall.normal_seconds(victim))
        dry = "sound ran dry" in hall.log()[logged:]
        self.judge(victim, stale, after, until, dry)
        for event in (victim, after, *([stale] if stale else [])):
            bench.staff.withdraw(event)

    def judge(self, victim, stale, after, until, dry):
        bench = self.bench
        wrong = [f"heard again only after {self.back_s:.1f} s"] if self.back_s > BACK_SECONDS else []
        count = bench.hall.times_heard(victim, until)
        # An xrun is a short gap in the first half of the words, and they go on after it. So is what
        # a busy machine does to the sound; the hall says so itself.
        gap = self.name == "xrun" or dry
        bench.dry += 1 if dry else 0
        whole = count or (gap and bench.hall.times_heard(victim, until, 0.5) == 1)
        if count > 1 or not (whole or self.fault.lost):
            wrong.append(f"the broken call {victim['ticket']} was heard {count} times")
        count = bench.hall.times_heard(after, until)
        if count != 1 and not (dry and bench.hall.times_heard(after, until, 0.5) == 1):
            wrong.append(f"the call {after['ticket']} after it was heard {count} times")
        if stale and (bench.hall.serials(stale) or bench.hall.times_heard(stale, until)):
            wrong.append(f"{stale['ticket']} was spoken though too old")
        bench.problems += [f"{self.name}: {problem}" for problem in wrong]


def spread(values, form="%.2f"):
    values = [value for value in values if value is not None]
    return " / ".join(form % percentile(values, part) for part in (0.5, 1)) if values else "-"


def report(rounds):
    print("\nsound broken on purpose, seconds: median / worst")
    print(f"  {'fault':<15}{'times':>5}  {'voice lost':<13}{'staff told':<13}{'staff: well':<13}"
          f"{'heard again':<13}list p99, ms")
    for name in dict.fromkeys(each.name for each in rounds):
        some = [each for each in rounds if each.name == name]
        columns = [spread([getattr(each, what) for each in some])
                   for what in ("lost_s", "staff_s", "well_s", "back_s")]
        late = percentile([ms for each in some for ms in each.troubled], 0.99)
        print(f"  {name:<15}{len(some):>5}  " + "".join(f"{column:<13}" for column in columns) + f"{late:.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2, help="of each fault")
    parser.add_argument("--faults", default=",".join(FAULTS),
                        help="some of these, or how their names begin: " + ", ".join(FAULTS))
    arguments = parser.parse_args()
    folder = scratch("sound")
    screen = Screen(folder)
    bench = Bench(folder, screen)
    rounds = []
    names = [name for name in FAULTS if name.startswith(tuple(arguments.faults.split(",")))]
    try:
        for number in range(arguments.rounds * len(names)):
            name = names[number % len(names)]
            long = FAULTS[name].lost and number // len(names) % LONG_OUT_EVERY == 0
            out = LONG_OUT_SECONDS if long else OUT_SECONDS
            rounds.append(Round(bench, name, bench.chance.uniform(*out)))
            rounds[-1].run()
            say(f"sound: {number + 1} of {arguments.rounds * len(names)}, {rounds[-1].name}")
    except AssertionError as error:
        bench.problems.append(f"{rounds[-1].name}: {str(error)[-500:]}")
    bench.stop()
    screen.stop()
    calm = [ms for each in rounds for ms in each.calm]
    troubled = [ms for each in rounds for ms in each.troubled]
    say(f"logs and traces: {folder}")
    report(rounds)
    say(f"rounds in which the sound ran dry, the machine being busy: {bench.dry}")
    table("the list, publish -> pixel, in the same run", [
        (what, "%d calls: p50 %.1f, p99 %.1f ms" % (len(some), percentile(some, 0.5), percentile(some, 0.99)))
        for what, some in (("without faults", calm), ("with faults", troubled))])
    if percentile(troubled, 0.99) > percentile(calm, 0.99) + LATENCY_SLACK_MS:
        bench.problems.append("the list is later with faults than without")
    return verdict(bench.problems)


if __name__ == "__main__":
    sys.exit(main())
