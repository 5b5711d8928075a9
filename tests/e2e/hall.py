"""The program under test, what it says it did (its trace), and what it really did (sound)."""

import json
import os
import re
import subprocess
import time

import numpy

import hung
from place import (BUILD, CHANNELS, PROGRAM, RATE_HZ, SANITIZED, SOURCE, end, mono_us, wait_for)

SKEW_MS_MAX = 45     # the picture may be this late (ITU-R BT.1359-1)
SKEW_MS_MIN = -125   # or this early
FRAME_MS = 20        # what the trace may differ between card and voice: one frame and a turn
HUSH_MS = 100        # a voice told to be quiet is (the project's own limit for mute and urgent)
QUIET = 8            # near-silence stays below this
FINAL = ("finished", "hushed", "failed")
COMPLAINTS = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:|check failed:")


class Loudspeaker:
    """The recording of an ALSA device of ours that plays in real time."""

    def __init__(self, folder):
        self.capture = folder / "heard.raw"
        self.sidecar = folder / "heard.raw.time"
        self.control = folder / "sink.control"
        self.config = folder / "asoundrc"
        template = (SOURCE / "tests/sink/asoundrc.in").read_text()
        for name, value in (("PLUGIN", BUILD / "tests/sink/libasound_module_pcm_hallsink.so"),
                            ("FILE", self.capture), ("CONTROL", self.control)):
            template = template.replace(f"@{name}@", str(value))
        self.config.write_text(template)

    def start_us(self):
        """CLOCK_MONOTONIC of the first sample."""
        text = wait_for(lambda: self.sidecar.exists() and self.sidecar.read_text(), 10,
                        "the sink's first sample")
        return int(re.search(r"start_ns (\d+)", text).group(1)) // 1000

    def samples(self, from_us, to_us):
        """Mono samples between two moments, after they have been played."""
        start = self.start_us()
        first = max(0, (from_us - start) * RATE_HZ // 1000000)
        last = (to_us - start) * RATE_HZ // 1000000
        size = last * CHANNELS * 2
        wait_for(lambda: self.capture.stat().st_size >= size, 5, "the sink has played so far")
        data = numpy.fromfile(self.capture, dtype="<i2", count=(last - first) * CHANNELS,
                              offset=first * CHANNELS * 2)
        return data.reshape(-1, CHANNELS).astype(numpy.float32).mean(axis=1)


def onset_us(samples, from_us):
    """When the first sample that is not near-silence was played; None when all is quiet. The first
    sample is looked for backwards from where it is plainly loud, since a chime begins softly."""
    loud = numpy.flatnonzero(numpy.abs(samples) > 200)
    if loud.size == 0:
        return None
    quiet = numpy.abs(samples[:loud[0]]) <= QUIET
    window = RATE_HZ // 1000  # a millisecond of quiet is before the sound
    run = numpy.convolve(quiet, numpy.ones(window), "valid") if quiet.size >= window else []
    ends = numpy.flatnonzero(numpy.asarray(run) >= window)
    first = ends[-1] + window if len(ends) else 0
    return from_us + first * 1000000 // RATE_HZ


def likeness(heard, wanted):
    """(normalised correlation at the best place, that place in samples)."""
    size = 1 << int(numpy.ceil(numpy.log2(len(heard) + len(wanted))))
    product = numpy.fft.irfft(numpy.fft.rfft(heard, size) * numpy.conj(numpy.fft.rfft(wanted, size)))
    places = product[:max(1, len(heard) - len(wanted) + 1)]
    energy = numpy.cumsum(numpy.concatenate([[0.0], heard.astype(numpy.float64) ** 2]))
    local = energy[len(wanted):][:len(places)] - energy[:len(places)]
    scores = places / numpy.sqrt(numpy.maximum(local, 1.0) * max(1.0, float((wanted ** 2).sum())))
    best = int(numpy.argmax(scores))
    return float(scores[best]), best


def read_wav(path):
    """A mono mix of a 16-bit wave file of ours."""
    data = path.read_bytes()
    at = data.index(b"data") + 8
    channels = int.from_bytes(data[22:24], "little")
    rate = int.from_bytes(data[24:28], "little")
    assert rate == RATE_HZ, rate
    samples = numpy.frombuffer(data[at:at + (len(data) - at) // (2 * channels) * 2 * channels], "<i2")
    return samples.reshape(-1, channels).astype(numpy.float32).mean(axis=1)


class Hall:
    """`hallcall run` with a trace, on a screen and a loudspeaker of the test's own."""

    def __init__(self, folder, broker, screen, sets=()):
        self.folder = folder
        self.screen = screen
        self.loudspeaker = Loudspeaker(folder)
        self.trace_path = folder / "trace.jsonl"
        self.log_path = folder / "hall.log"
        self.sets = [f"broker.url={broker.url}", "display.site=demo", "display.hall=main",
                     "display.id=e2e", "audio.device=hallsink",
                     "display.clock=always",  # a container's is synchronised by nobody
                     *sets]
        self.process = None
        self.read_bytes = 0
        self.seen = []

    def environment(self):
        clean = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "HALLCALL_SHARE")}
        return {**clean, "DISPLAY": self.screen.display, "SDL_VIDEODRIVER": "x11",
                "ALSA_CONFIG_PATH": str(self.loudspeaker.config),
                "HALLCALL_CONFIG": str(self.folder / "none.ini")}

    def command(self, *words):
        sets = [word for setting in self.sets for word in ("--set", setting)]
        return [str(PROGRAM), words[0], *sets, *words[1:]]

    def call(self, *words, seconds=60):
        """Another command of the program with the same settings."""
        (self.folder / "none.ini").touch()
        return subprocess.run(self.command(*words), env=self.environment(), capture_output=True,
                              text=True, timeout=seconds, check=False)

    def reference(self, *words):
        """What a loudspeaker should play, made without one by the same program."""
        path = self.folder / "reference.wav"
        result = self.call("speak", "--output", str(path), *words)
        assert result.returncode == 0, result.stderr
        return read_wav(path)

    def start(self, ready=True):
        (self.folder / "none.ini").touch()
        self.started_us = mono_us()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command("run", "--trace", str(self.trace_path)),
                                            env=self.environment(), stdout=log, stderr=log)
        if ready:
            self.wait("ready", 20)
            wait_for(lambda: any(r["state"] == "up" for r in self.trace("link")), 20, "the link is up")
        return self

    def trace(self, *whats):
        """Every record so far, of some kinds."""
        if self.trace_path.exists():
            with open(self.trace_path, "rb") as file:
                file.seek(self.read_bytes)
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    self.read_bytes += len(line)
                    record = json.loads(line)
                    if record["what"] == "shown":
                        record["row_details"] = record["rows"]
                        record["rows"] = [row["ticket"] for row in record["rows"]]
                    self.seen.append(record)
        return [r for r in self.seen if not whats or r["what"] in whats]

    def wait(self, what, seconds, **members):
        """The first record of a kind with these members."""
        def first():
            assert self.process.poll() is None, "the hall ended:\n" + self.log()
            return next((r for r in self.trace(what)
                         if all(r.get(k) == v for k, v in members.items())), None)
        return wait_for(first, seconds, lambda: f"{what} {members}; last: {self.seen[-3:]}")

    def spoken(self):
        """The utterances asked for, in order."""
        return self.trace("speak")

    def final(self, serial):
        return [r for r in self.trace(*FINAL) if r["serial"] == serial]

    def wait_spoken(self, count, seconds):
        """Until count utterances have had their final report."""
        wait_for(lambda: len(self.trace(*FINAL)) >= count, seconds, f"{count} utterances done")

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def mismatches(self):
        """Moments at which the card did not show the call being spoken."""
        shown = self.trace("shown")
        bad = []
        for speak in self.spoken():
            if speak["kind"] not in ("call", "recall"):
                continue
            begun = [r["at_us"] for r in self.trace("started") if r["serial"] == speak["serial"]]
            ended = self.final(speak["serial"])
            if not begun or not ended:
                continue
            slack = FRAME_MS * 1000 * (10 if SANITIZED else 1)
            fades = HUSH_MS * 1000 if ended[0]["what"] == "hushed" else 0
            bad += card_differs(shown, speak["ticket"], begun[0] + slack,
                                ended[0]["at_us"] - max(slack, fades))
        return bad

    def stop(self):
        """Ends it as a service manager would and asks that nothing went wrong inside."""
        if self.process is None:
            return
        alive = self.process.poll() is None
        code = end(self.process)
        complaint = COMPLAINTS.search(self.log())
        assert complaint is None, self.log()
        assert alive and code == 0, f"exit code {code}\n{self.log()}"


def tell_what_happened(request, halls, screen, folder):
    """Where a test failed: the screen, each hall's threads, its log and its trace's end."""
    report = getattr(request.node, "report_call", None)
    if report is None or not report.failed:
        return
    screen.save(folder / "screen.png")
    for hall in halls:
        if hall.process is not None and hall.process.poll() is None:
            print(hung.where(hall.process.pid))
        print(f"--- {hall.log_path} (screen.png and trace.jsonl beside it)")
        print("\n".join(hall.log().splitlines()[-40:]))
        print("--- the trace's end")
        for record in hall.trace()[-25:]:
            print({k: v for k, v in record.items() if k != "row_details"})


def card_differs(shown, ticket, from_us, to_us):
    """Records of a card in effect between two moments that is not this ticket's."""
    bad = []
    for i, record in enumerate(shown):
        until = shown[i + 1]["us"] if i + 1 < len(shown) else to_us
        if record["us"] < to_us and until > from_us and record["hero"] != ticket:
            bad.append((ticket, record))
    return bad


def pages_seen(hall, since_us):
    """Tickets listed over all pages since a moment."""
    return {t for r in hall.trace("shown") if r["us"] >= since_us for t in r["rows"]}


def sleep_until_us(us):
    """For moments that are defined by time itself (an age), never for something to happen."""
    time.sleep(max(0, us - mono_us()) / 1e6)
