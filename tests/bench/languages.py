#!/usr/bin/python3
"""From the publish to the first sample in every language, and with five languages configured.

The chime does not wait for the words, so a language should make no difference; this shows it. As in
bench.py calls come while the voice is free, on a screen of 1920x1080, and are withdrawn again. Here
they are withdrawn after the first words, so that a language whose words came late would be seen: the
last column is from the first sample to the words: 1.15 s of chime and 0.4 s of silence by design.
"""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))
from bench import Latency, call, commit, machine, percentile, voice_is_free  # noqa: E402
from hall import Hall, onset_us  # noqa: E402
from place import SOURCE, Broker, Screen, wait_for  # noqa: E402

GOAL_MS = 30
FIVE = "uk, en, hu, de, tr"
WORDS_SECONDS = 2.2     # the chime, its pause and the first words


def measure(folder, broker, screen, languages, count):
    """[(first sample after the publish, skew, chime's end to words)] in ms."""
    place = folder / languages.replace(", ", "-")
    place.mkdir()
    hall = Hall(place, broker, screen, [f"hall.languages={languages}"]).start()
    latency = Latency(broker, screen)
    chance = random.Random(2)
    figures = []
    try:
        time.sleep(1.5)
        for number in range(count):
            time.sleep(chance.uniform(0.6, 1.2))
            began, _, done = latency.send("hall/main/event", call(number))
            time.sleep(WORDS_SECONDS)
            latency.send("hall/main/event", {"type": "withdraw", "id": f"bench-{number}"})
            wait_for(lambda: voice_is_free(hall), 20, "the voice is free")
            sound = onset_us(hall.loudspeaker.samples(began, began + 300000), began)
            serial = hall.trace("speak")[-1]["serial"]
            segments = [r["at_us"] for r in hall.trace("segment") if r["serial"] == serial]
            started = next(r["at_us"] for r in hall.trace("started") if r["serial"] == serial)
            figures.append(((sound - began) / 1000, (done - sound) / 1000, (segments[0] - started) / 1000))
    finally:
        latency.stop()
        hall.stop()
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=10, help="in each language")
    arguments = parser.parse_args()
    tags = sorted(path.stem for path in (SOURCE / "config/languages").glob("*.ini"))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hallcall-bench-"))
    parts, good = [], True
    try:
        parts.append(Screen(folder))
        parts.append(Broker(folder).start())
        print(f"hallcall {commit()}, {time.strftime('%Y-%m-%d')}, {machine()}, {arguments.calls} calls each\n")
        print(f"| {'languages':18} | publish -> first sample, ms | skew, ms (worst)  | start -> words, ms  |")
        print(f"|{'-' * 20}|{'-' * 29}|{'-' * 19}|{'-' * 20}|")
        for languages in (*tags, FIVE):
            figures = measure(folder, parts[1], parts[0], languages, arguments.calls)
            sounds, skews, words = zip(*figures)
            middle = percentile(sounds, .5)
            good = good and middle <= GOAL_MS
            worst = max(skews, key=abs)
            print(f"| {languages:18} | p50 {middle:5.1f}, worst {max(sounds):6.1f}    | {worst:+17.1f} | "
                  f"{percentile(words, .5):18.0f} |", flush=True)
        print(f"\nverdict: {'ok' if good else 'FAILED'} (p50 at most {GOAL_MS} ms everywhere)")
        return 0 if good else 1
    finally:
        for part in reversed(parts):
            part.stop()
        subprocess.run(["rm", "-rf", folder], check=False)


if __name__ == "__main__":
    sys.exit(main())
