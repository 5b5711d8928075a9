#!/usr/bin/python3
"""Measures what the README promises and prints it as a table with machine and commit.

One hall on Xvfb at 1920x1080 with a full list and an ALSA device that plays in real time; the same
process is used for all, so that memory is that of a program which has worked. Calls come at random
gaps, each while the voice is free, and are withdrawn again: a call is then shown and spoken at once,
and 200 of them take minutes, not half an hour.

    publish -> pixel         until all of the screen below the clock is as it stays (latency.c)
    publish -> first sample  until the chime's first sample was played by the device
    skew                     pixel minus sample: negative when the picture is first

What a frame costs the processor, at 1080p and 4K, is measured by itself (frames.c).
"""

import argparse
import json
import os
import pathlib
import platform
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))
from hall import FINAL, Hall, onset_us  # noqa: E402
from place import BUILD, SOURCE, Broker, Publisher, Screen, mono_us, wait_for  # noqa: E402

PREFIX = "hallcall/1/demo/"
TOP = 0.15       # the header's clock is left out of "everything else is right"
STARTS = 10
IDLE_SECONDS = int(os.environ.get("BENCH_IDLE_SECONDS", "60"))
CALLS_BEFORE_MEMORY = 500
FRAME_MS_MAX = {"1920x1080": 8, "3840x2160": 25}


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def processes(pid):
    """The program and its children (the speech engine)."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def memory_kb(pid):
    total = 0
    for process in processes(pid):
        for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total


def work_done(pid):
    """(CPU seconds, times any thread went to sleep) since the start."""
    seconds = sleeps = 0
    for process in processes(pid):
        for task in pathlib.Path(f"/proc/{process}/task").iterdir():
            fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            for line in (task / "status").read_text().splitlines():
                if line.startswith("voluntary_ctxt_switches"):
                    sleeps += int(line.split()[1])
    return seconds, sleeps


class Latency:
    """The C program that publishes and watches."""

    def __init__(self, broker, screen):
        self.process = subprocess.Popen(
            [BUILD / "tests/bench/latency", str(broker.port), screen.folder / "Xvfb_screen0", str(TOP), "0"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DISPLAY": screen.display})

    def send(self, topic, message):
        """(publish, first change, all right) in microseconds; -1 where nothing changed."""
        self.process.stdin.write(f"{PREFIX}{topic} {json.dumps(message)}\n")
        self.process.stdin.flush()
        began, first, done, _ = map(int, self.process.stdout.readline().split())
        return began, first, done

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def call(number):
    return {"id": f"bench-{number}", "n": 1, "ticket": f"{'ABCD'[number % 4]}{100 + number % 900}",
            "counter": str(number % 12 + 1)}


def voice_is_free(hall):
    return len(hall.trace("speak")) == len(hall.trace(*FINAL))


def measure_calls(hall, latency, count):
    """[(publish, first change, all right)] of calls that were shown and spoken at once."""
    chance = random.Random(1)
    times = []
    for number in range(count):
        time.sleep(chance.uniform(0.6, 1.2))  # Longer than the pause between announcements.
        times.append(latency.send("hall/main/event", call(number)))
        time.sleep(0.25)  # So much chime is recorded before it is withdrawn.
        latency.send("hall/main/event", {"type": "withdraw", "id": f"bench-{number}"})
        wait_for(lambda: voice_is_free(hall), 20, "the voice is free")
        if number % 20 == 19:
            print(f"bench: {number + 1} of {count} calls", file=sys.stderr, flush=True)
    return times


def first_samples(hall, times):
    """When each call's chime began, None when it was not heard."""
    return [onset_us(hall.loudspeaker.samples(began, began + 230000), began) for began, _, _ in times]


def measure_starts(folder, broker, screen):
    """Milliseconds from exec to the first frame."""
    taken = []
    for number in range(STARTS):
        place = folder / f"start-{number}"
        place.mkdir()
        hall = Hall(place, broker, screen).start(ready=False)
        taken.append((hall.wait("ready", 10)["us"] - hall.started_us) / 1000)
        hall.stop()
    return taken


def measure_idle(hall):
    """CPU seconds and wakeups of a minute in which nobody is called."""
    wait_for(lambda: voice_is_free(hall) and mono_us() - hall.trace("shown")[-1]["us"] > 5000000, 180,
             "a quiet screen")
    before = work_done(hall.process.pid)
    time.sleep(IDLE_SECONDS)
    after = work_done(hall.process.pid)
    return tuple(b - a for a, b in zip(before, after))


def more_calls(hall, publisher, count):
    """Calls and withdrawals as fast as the screen follows, for the memory of a long day."""
    for number in range(1000, 1000 + count):
        publisher.send("hall/main/event", json.dumps(call(number)))
        publisher.send("hall/main/event", json.dumps({"type": "withdraw", "id": f"bench-{number}"}))
        time.sleep(0.02)
    wait_for(lambda: voice_is_free(hall), 60, "the voice is free")


def measure_frames():
    """{(size, what): (median, 99th percentile)} in milliseconds of one core (frames.c)."""
    done = subprocess.run([BUILD / "tests/bench/frames"], capture_output=True, text=True, check=True,
                          env={**os.environ, "HALLCALL_SOURCE": str(SOURCE)})
    lines = [line.split("|") for line in done.stdout.splitlines()]
    return {(size, what): (float(median) / 1000, float(worst) / 1000) for size, what, _, median, worst in lines}


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Xvfb 1920x1080, software"


def commit():
    words = subprocess.run(["git", "-C", SOURCE, "describe", "--always", "--dirty"],
                           capture_output=True, text=True, check=False).stdout.strip()
    return words or "unknown"


def row(what, measured, goal, good):
    print(f"| {what:34} | {measured:34} | {goal:26} | {'yes' if good else 'NO':5} |")
    return good


def frame_rows(frames):
    """The cost of a frame; the goal is that of a full repaint, turned or not."""
    names = {"1920x1080": "1080p", "3840x2160": "4K"}
    return [row(f"{names[size]} {what}", f"p50 {median:.1f}, p99 {worst:.1f} ms",
                f"p99 <= {FRAME_MS_MAX[size]} ms", worst <= FRAME_MS_MAX[size])
            for (size, what), (median, worst) in frames.items()]


def table(times, samples, starts, pss_kb, idle, frames):
    pixel = [(done - began) / 1000 for began, _, done in times if done >= 0]
    first = [(first - began) / 1000 for began, first, _ in times if first >= 0]
    sound = [(us - began) / 1000 for (began, _, _), us in zip(times, samples) if us]
    skew = [(done - us) / 1000 for (_, _, done), us in zip(times, samples) if us and done >= 0]
    lost = len(times) - len(pixel), len(times) - len(sound)
    print(f"\nhallcall {commit()}, {time.strftime('%Y-%m-%d')}, {machine()}, {len(times)} calls\n")
    print(f"| {'what':34} | {'measured':34} | {'goal':26} | {'met':5} |")
    print(f"|{'-' * 36}|{'-' * 36}|{'-' * 28}|{'-' * 7}|")

    def pair(values):
        return f"p50 {percentile(values, .5):.1f}, p99 {percentile(values, .99):.1f} ms"

    # Both ends of the skew count: the worst one in a hundred, whichever side it is on.
    low, high = percentile(skew, .005), percentile(skew, .995)
    good = [
        row("publish -> pixel", pair(pixel), "p50 <= 4, p99 <= 16 ms",
            percentile(pixel, .5) <= 4 and percentile(pixel, .99) <= 16),
        row("publish -> first dot", pair(first), "", True),
        row("publish -> first sample", pair(sound), "p50 <= 15 ms", percentile(sound, .5) <= 15),
        row("skew (pixel - sample)", f"p50 {percentile(skew, .5):+.1f}, 99 % in {low:+.1f} ... {high:+.1f} ms",
            "99 % within +-20 ms", low >= -20 and high <= 20),
        row("not shown, not heard", f"{lost[0]}, {lost[1]}", "0, 0", lost == (0, 0)),
        row("start -> first frame", f"p50 {percentile(starts, .5):.0f}, worst {max(starts):.0f} ms",
            "<= 150 ms", percentile(starts, .5) <= 150),
        row(f"memory after {CALLS_BEFORE_MEMORY} calls (PSS)", f"{pss_kb / 1024:.1f} MB", "<= 36 MB",
            pss_kb <= 36 * 1024),
        row("CPU in an idle minute", f"{idle[0]:.2f} s", "<= 0.1 s", idle[0] <= 0.1),
        row("wakeups in an idle minute", f"{idle[1]}", "<= 600", idle[1] <= 600),
        *frame_rows(frames),
    ]
    return all(good)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--keep", action="store_true", help="keep the folder with trace and sound")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hallcall-bench-"))
    parts = []
    try:
        screen = Screen(folder)
        parts.append(screen)
        broker = Broker(folder).start()
        parts.append(broker)
        starts = measure_starts(folder, broker, screen)
        publisher = Publisher(broker)
        parts.append(publisher)
        board = {"v": 1, "calls": [{**call(i), "id": f"board-{i}", "ticket": f"E{100 + i}"} for i in range(30)]}
        publisher.send("hall/main/board", json.dumps(board), retain=True).wait_for_publish()
        hall = Hall(folder, broker, screen).start()
        parts.append(hall)
        wait_for(lambda: any(r["rows"] for r in hall.trace("shown")), 10, "the board is shown")
        time.sleep(2)  # The program warms its glyphs while nothing happens, as in a hall.
        latency = Latency(broker, screen)
        parts.append(latency)
        times = measure_calls(hall, latency, arguments.calls)
        samples = first_samples(hall, times)
        more_calls(hall, publisher, max(0, CALLS_BEFORE_MEMORY - arguments.calls))
        pss_kb = memory_kb(hall.process.pid)
        idle = measure_idle(hall)
        return 0 if table(times, samples, starts, pss_kb, idle, measure_frames()) else 1
    finally:
        for part in reversed(parts):
            part.stop()
        if arguments.keep:
            print(f"bench: kept {folder}")
        else:
            subprocess.run(["rm", "-rf", folder], check=False)


if __name__ == "__main__":
    sys.exit(main())
