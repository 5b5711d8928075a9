#!/usr/bin/python3
"""Takes the picture away in mid-sentence, in every way but the display server's death.

The mode changes; the output is switched off and on; the renderer's device is reset, its targets are,
it dies. Each time the picture must be there again within 2 s of there being a place for it, must be
the right one, and the sentence must be heard as if nothing had happened: whole, once, without a gap.
"""

import argparse
import random
import subprocess
import sys
import time

import numpy

from listening import RATE_HZ, HeardHall, StaffRoom
from parts import BUILD, Broker, Screen, mono_us, percentile, say, scratch, table, verdict, wait_for

BACK_SECONDS = 2
QUIET = 8              # near-silence stays below this
GAP_MS_MAX = 30        # own: more silence in a row than the same words have without a fault
AWAY_SECONDS = 1.0     # of an output that is switched off
SIZES = (1280, 720), (1920, 1080)
SHIM = BUILD / "tests/chaos/render_shim.so"
RENDERER_FAULTS = {"device reset": b"d", "targets reset": b"t", "renderer dead": b"x"}
FAULTS = ("mode", "output off and on", *RENDERER_FAULTS)


def longest_quiet_ms(samples):
    """The longest near-silence between two sounds."""
    loud = numpy.flatnonzero(numpy.abs(samples) > QUIET)
    return float(numpy.diff(loud).max()) * 1000 / RATE_HZ if loud.size > 1 else float("inf")


class Stage:
    """A hall on a screen whose modes, output and renderer are played with."""

    def __init__(self, folder, renderer):
        folder.mkdir()
        self.folder = folder
        self.screen = Screen(folder, *SIZES[1])
        self.mode = SIZES[1]
        self.xrandr("--newmode", "1280x720", "60", *(str(n) for n in (1280,) * 4 + (720,) * 4))
        self.xrandr("--addmode", "screen", "1280x720")
        self.broker = Broker(folder).start()
        self.command = folder / "render.command"
        self.command.write_bytes(b"\0")
        self.hall = HeardHall(folder, self.broker, self.screen, ["calls.gap_ms=0", "display.id=stage"])
        if renderer:
            ours = self.hall.environment()
            ours.update(LD_PRELOAD=str(SHIM), HALLCALL_RENDER_FILE=str(self.command), SDL_RENDER_DRIVER="opengles2")
            self.hall.environment = lambda: ours
        self.hall.start()
        self.staff = StaffRoom(self.broker, folder.name)
        self.chance = random.Random(1)
        self.problems = []

    def xrandr(self, *words):
        subprocess.run(["xrandr", "--display", self.screen.display, *words], check=True, capture_output=True)

    def set_mode(self, size):
        self.xrandr("--output", "screen", "--mode", "%dx%d" % size)
        self.mode = size

    def filled(self):
        """Whether a picture reaches all edges of the mode."""
        width, height = self.mode
        pixels = numpy.array(self.screen.pixels[:height, :width]) & 0xffffff
        edges = numpy.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        return bool((edges != 0).all()) and len(set(pixels[::9, ::9].ravel().tolist())) > 4

    def opened(self):
        return self.hall.log().count("display open ")

    def picture_again(self, since_us, opened):
        """Seconds until a new window has its first picture, and that is all of the mode."""
        wait_for(lambda: self.opened() > opened, 2 * BACK_SECONDS, "the window is opened again")
        wait_for(self.filled, 2 * BACK_SECONDS, "the picture fills the mode")
        return (mono_us() - since_us) / 1e6

    def change_mode(self):
        opened, began = self.opened(), mono_us()
        self.set_mode(SIZES[SIZES[0] == self.mode])
        return self.picture_again(began, opened)

    def switch_off_and_on(self):
        self.xrandr("--output", "screen", "--off", "--fb", "%dx%d" % self.mode)
        wait_for(lambda: not self.filled(), BACK_SECONDS, "the picture is away")
        time.sleep(self.chance.uniform(0, AWAY_SECONDS))
        opened, began = self.opened(), mono_us()
        self.set_mode(self.mode)
        return self.picture_again(began, opened)

    def lose_renderer(self, command):
        """A dead renderer is found out by the next picture; a reset says so itself."""
        losses = self.hall.log().count("no picture: ")
        with open(self.command, "r+b") as file:
            file.write(command)
        wait_for(lambda: not self.filled(), 2 * BACK_SECONDS, "the picture is away")
        if command == RENDERER_FAULTS["renderer dead"]:
            wait_for(lambda: self.hall.log().count("no picture: ") > losses, 2 * BACK_SECONDS, "the loss is noticed")
        began = mono_us()
        wait_for(self.filled, 2 * BACK_SECONDS, "the picture is back")
        return (mono_us() - began) / 1e6

    def break_it(self, fault):
        if fault == "mode":
            return self.change_mode()
        if fault == "output off and on":
            return self.switch_off_and_on()
        return self.lose_renderer(RENDERER_FAULTS[fault])

    def reads(self, ticket):
        width, height = self.screen.size
        region = (0, 0, self.mode[0] / width, self.mode[1] / height)
        seen = self.screen.read(self.folder, region, scale=1).replace(" ", "").upper()
        if ticket not in seen:
            self.screen.save(self.folder / "screen.png")
            self.problems.append(f"{ticket} cannot be read ({self.folder}/screen.png) but {seen}")

    def hears(self, fault, event, ended):
        """What was spoken during the fault: once, and no quieter in between than without one."""
        count = self.hall.times_heard(event, ended + 200000)
        if count != 1:
            self.problems.append(f"{fault}: {event['ticket']} was heard {count} times")
        wanted = self.hall.reference("--counter", event["counter"], event["ticket"])
        heard = self.hall.loudspeaker.samples(self.hall.reported("started", event, 1), ended)
        gap_ms = longest_quiet_ms(heard) - longest_quiet_ms(wanted)
        if gap_ms > GAP_MS_MAX:
            self.problems.append(f"{fault}: {event['ticket']} has a gap of {gap_ms:.0f} ms more than it should")
        return gap_ms

    def round(self, fault):
        """(seconds without a picture, milliseconds of silence too many)"""
        wait_for(self.hall.voice_is_free, 40, "the voice is free")
        event = self.staff.call()
        self.hall.reported("started", event, 5)
        time.sleep(self.chance.uniform(0.2, 1))
        seconds = self.break_it(fault)
        if seconds > BACK_SECONDS:
            self.problems.append(f"{fault}: a picture only after {seconds:.1f} s")
        ended = self.hall.reported("finished", event, 20)
        self.reads(event["ticket"])
        gap_ms = self.hears(fault, event, ended)
        self.staff.withdraw(event)
        return seconds, gap_ms

    def stop(self):
        self.staff.stop()
        try:
            self.hall.stop()
        except AssertionError as error:
            self.problems.append(str(error)[-400:])
        self.broker.stop()
        self.screen.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=FAULTS)
    arguments = parser.parse_args()
    folder = scratch("display")
    problems, rows = [], []
    for fault in arguments.faults:
        stage = Stage(folder / fault.replace(" ", "-"), fault in RENDERER_FAULTS)
        results = []
        try:
            for _ in range(arguments.rounds):
                results.append(stage.round(fault))
        except AssertionError as error:
            stage.problems.append(f"{fault}, round {len(results) + 1}: {str(error)[-500:]}")
        stage.stop()
        problems += stage.problems
        say(f"display: {fault}: {len(results)} rounds")
        seconds, gaps = zip(*results) if results else ((), ())
        rows.append((fault, "picture after %.2f s, %.2f s; silence of %+.0f ms at most" % (
            percentile(seconds, 0.5), percentile(seconds, 1), max(gaps, default=float("nan")))))
    say(f"logs and traces: {folder}")
    table(f"picture taken away in mid-sentence, {arguments.rounds} times each (median, worst)", rows)
    return verdict(problems)


if __name__ == "__main__":
    sys.exit(main())
