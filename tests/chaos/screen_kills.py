#!/usr/bin/python3
"""Kills the display server under the display again and again, while calls are spoken.

Each time a call is in mid-sentence and another one comes while there is no screen: both must be heard
whole. The server is started again at once or some seconds later; how long the display takes to have
its picture there, and whether it is the right one, is read from the new server's pixels. Afterwards
nothing may have been left behind: file descriptors, threads, memory.
"""

import argparse
import os
import pathlib
import random
import sys
import time

from listening import HeardHall, StaffRoom
from parts import Broker, Screen, mono_us, percentile, say, scratch, table, verdict, wait_for

BACK_SECONDS = 5
TOLD_SECONDS = 3
AWAY_SECONDS = (0.0, 4.0)
SOUND_SECONDS = 1     # from a call to its sound, with and without a screen
WARM_ROUNDS = 3       # what is left behind is counted from here on
GROWTH_KB = 100       # a round, and 1 MB besides
SIZE = 1280, 720


def has_picture(screen):
    """Whether there is more than an empty screen."""
    return len(set(screen.pixels[::9, ::9].ravel().tolist())) > 4


def used(pid):
    """(file descriptors, threads, PSS in kB) of the display without its speech engine."""
    folder = pathlib.Path(f"/proc/{pid}")
    pss = next(line for line in (folder / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return len(list((folder / "fd").iterdir())), len(list((folder / "task").iterdir())), int(pss.split()[1])


class Theatre:
    """A hall whose screen is taken away and given back."""

    def __init__(self, folder):
        self.folder = folder
        # A number of its own: while it is dead, whoever asks for a free one would get it.
        self.screen = Screen(folder, *SIZE, display=f":{1000 + os.getpid() % 30000}")
        self.broker = Broker(folder).start()
        self.hall = HeardHall(folder, self.broker, self.screen, ["calls.gap_ms=0"]).start()
        self.staff = StaffRoom(self.broker, "screen")
        self.chance = random.Random(1)
        self.times = {what: [] for what in ("told", "told again", "picture", "sound", "sound without")}
        self.used = []
        self.problems = []

    def call(self, what):
        """A call, and how soon it sounded."""
        event = self.staff.call()
        self.times[what].append((self.hall.reported("started", event, 10) - event["us"]) / 1e6)
        return event

    def kill(self):
        """Kills the server; answers when."""
        killed = mono_us()
        self.screen.kill()
        # What was left of the old picture may not be taken for a new one.
        (self.folder / "Xvfb_screen0").unlink()
        self.times["told"].append((self.staff.told("screen", killed, False) - killed) / 1e6)
        return killed

    def bring_back(self):
        """The server is there again: the picture, and what is on it."""
        self.screen = Screen(self.folder, *SIZE, display=self.screen.display)
        there = mono_us()
        wait_for(lambda: has_picture(self.screen), BACK_SECONDS, "the picture is back")
        self.times["picture"].append((mono_us() - there) / 1e6)
        self.times["told again"].append((self.staff.told("screen", there, True) - there) / 1e6)

    def reads(self, *tickets):
        seen = []

        def read():
            seen.append(self.screen.read(self.folder, scale=1).replace(" ", "").upper())
            return all(ticket in seen[-1] for ticket in tickets)
        try:
            wait_for(read, BACK_SECONDS, f"{tickets} on the new screen")
        except AssertionError:
            self.screen.save(self.folder / "screen.png")
            self.problems.append(f"{tickets} cannot be read on the new screen (screen.png) but {seen[-1]}")

    def round(self):
        hall = self.hall
        wait_for(hall.voice_is_free, 40, "the voice is free")
        first = self.call("sound")
        time.sleep(self.chance.uniform(0, 2.5))
        self.kill()
        ended = hall.reported("finished", first, 20)
        # What is called without a screen is said once more; that would keep the next one waiting.
        wait_for(hall.voice_is_free, 40, "the voice is free")
        second = self.call("sound without")
        time.sleep(self.chance.uniform(*AWAY_SECONDS))
        self.bring_back()
        self.reads(first["ticket"], second["ticket"])
        assert hall.process.poll() is None, hall.log()[-400:]
        count = hall.times_heard(first, ended + 200000)
        if count != 1:
            self.problems.append(f"{first['ticket']} was heard {count} times while the screen was lost")
        count = hall.times_heard(second, hall.reported("finished", second, 20) + 200000)
        if count != 1:
            self.problems.append(f"{second['ticket']}, called without a screen, was heard {count} times")
        for event in (first, second):
            self.staff.withdraw(event)
        self.used.append(used(hall.process.pid))

    def judge(self):
        for what, most in (("told", TOLD_SECONDS), ("told again", TOLD_SECONDS + BACK_SECONDS),
                           ("picture", BACK_SECONDS), ("sound", SOUND_SECONDS), ("sound without", SOUND_SECONDS)):
            self.problems += [f"{what}: only after {s:.1f} s" for s in self.times[what] if s > most]
        if len(self.used) > WARM_ROUNDS + 1:
            before, after = self.used[WARM_ROUNDS], self.used[-1]
            rounds = len(self.used) - 1 - WARM_ROUNDS
            if after[0] > before[0] or after[1] > before[1]:
                self.problems.append(f"descriptors and threads grew from {before[:2]} to {after[:2]}")
            if after[2] - before[2] > GROWTH_KB * rounds + 1000:
                self.problems.append(f"memory grew by {after[2] - before[2]} kB in {rounds} rounds")

    def stop(self):
        self.staff.stop()
        try:
            self.hall.stop()
        except AssertionError as error:
            self.problems.append(str(error)[-400:])
        self.broker.stop()
        self.screen.stop()


def spread(values):
    return "%.2f s, %.2f s" % (percentile(values, 0.5), percentile(values, 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10)
    arguments = parser.parse_args()
    folder = scratch("screen-kills")
    theatre = Theatre(folder)
    try:
        for number in range(arguments.kills):
            theatre.round()
            say(f"screen kills: {number + 1} of {arguments.kills}: %d descriptors, %d threads, %d kB" % theatre.used[-1])
    except AssertionError as error:
        theatre.problems.append(f"kill {len(theatre.used) + 1}: {str(error)[-500:]}")
    theatre.stop()
    theatre.judge()
    say(f"logs and traces: {folder}")
    times = theatre.times
    after = [theatre.used[min(WARM_ROUNDS, len(theatre.used) - 1)], theatre.used[-1]] if theatre.used else []
    table(f"display server killed {len(theatre.used)} times (median, worst)", [
        ("staff told that the screen is lost after", spread(times["told"])),
        ("picture on the new server after", spread(times["picture"])),
        ("staff told of the new screen after", spread(times["told again"])),
        ("call to sound, with a screen", spread(times["sound"])),
        ("call to sound, without one", spread(times["sound without"])),
        *((f"descriptors, threads, memory {when}", "%d, %d, %d kB" % some)
          for when, some in zip(("early", "at the end"), after))])
    return verdict(theatre.problems)


if __name__ == "__main__":
    sys.exit(main())
