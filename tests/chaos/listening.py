"""What is heard, seen from outside: the words in what the sink recorded, and what staff are told."""

import json

import numpy

from parts import EVENT, Hall, Publisher, mono_us, wait_for

# Measured: the same words are alike by 0.96 and more, nine tenths of them by 0.87, others by 0.65.
LIKE = 0.9
RATE_HZ = 48000
FRAME, HOP = 1024, 480
BANDS = numpy.unique(numpy.geomspace(3, 170, 25).astype(int))  # 140 Hz to 8 kHz
STATUS_SECONDS = 5


def spectrum(samples):
    """Loudness in bands each 10 ms: eSpeak never makes the same samples of the same words twice."""
    frames = numpy.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP] * numpy.hanning(FRAME)
    return numpy.add.reduceat(numpy.abs(numpy.fft.rfft(frames, axis=1)), BANDS, axis=1)[:, :-1] ** 0.3


def count_of(wanted, heard):
    """How often words are found whole in what was heard."""
    wanted, heard = spectrum(wanted), spectrum(heard)
    wanted, heard = wanted - wanted.mean(axis=0), heard - wanted.mean(axis=0)
    size = 1 << int(numpy.ceil(numpy.log2(len(heard) + len(wanted))))
    product = numpy.fft.irfft(numpy.fft.rfft(heard, size, axis=0) *
                              numpy.conj(numpy.fft.rfft(wanted, size, axis=0)), axis=0).sum(axis=1)
    energy = numpy.cumsum(numpy.concatenate([[0.0], (heard ** 2).sum(axis=1)]))
    local = energy[len(wanted):] - energy[:-len(wanted)]
    alike = numpy.flatnonzero(product[:len(local)] > LIKE * numpy.sqrt(local * (wanted ** 2).sum()))
    return int(alike.size > 0) + int(numpy.count_nonzero(numpy.diff(alike) > 20))


class HeardHall(Hall):
    """A hall whose words are looked for in what its loudspeaker played."""

    def wait_since(self, what, since_us, seconds):
        return wait_for(lambda: next((r for r in self.trace(what) if r["us"] >= since_us), None), seconds,
                        f"the voice is {what}")

    def serials(self, event):
        return [r["serial"] for r in self.trace("speak") if r["id"] == event["id"]]

    def reported(self, what, event, seconds):
        """When a call was "started" or "finished" for the first time, by the display's own report."""
        record = wait_for(lambda: next((r for r in self.trace(what) if r["serial"] in self.serials(event)),
                                       None), seconds, f"{event['ticket']} is {what}")
        return record["at_us"]

    def voice_is_free(self):
        return len(self.trace("speak")) == len(self.trace("finished", "hushed", "failed"))

    def times_heard(self, event, until_us, from_part=0.0):
        """How often the words of a call (or what comes after a part of them) were heard whole."""
        chime = len(self.reference("--chime", "call"))
        words = self.reference("--counter", event["counter"], event["ticket"])[chime:]
        heard = self.loudspeaker.samples(event["us"], until_us)
        return count_of(words[int(from_part * len(words)):], heard) if len(heard) > len(words) else 0

    def normal_seconds(self, event):
        return len(self.reference("--counter", event["counter"], event["ticket"])) / RATE_HZ


class StaffRoom(Publisher):
    """The queue system, which also keeps what the display's status said, and when."""

    def __init__(self, broker, prefix):
        self.statuses = []
        self.number = 0
        self.name = prefix
        super().__init__(broker)

    def on_message(self, client, data, message):
        super().on_message(client, data, message)
        if message.topic.endswith("/state/status") and message.payload:
            self.statuses.append((mono_us(), json.loads(message.payload)))

    def told(self, part, since_us, well, words=""):
        """When the first status since a moment came that says so of the "voice" or the "screen"."""
        return wait_for(lambda: next((us for us, status in list(self.statuses) if us >= since_us
                                      and status[part]["well"] == well and words in status[part]["reason"]),
                                     None), STATUS_SECONDS, f"the status says {part} well={well} {words}")

    def event(self, **more):
        """A call that sounds unlike the one before, of letters that Tesseract reads."""
        self.number += 1
        ticket = f"{'BDHKNR'[self.number % 6]}{self.number * 37 % 900 + 100}"
        return {"id": f"{self.name}-{self.number}", "ticket": ticket,
                "counter": str(self.number % 9 + 1), **more}

    def call(self, **more):
        """Publishes a call; answers it with the moment."""
        event = self.event(**more)
        self.send(EVENT, json.dumps(event))
        return {**event, "us": mono_us()}

    def withdraw(self, event):
        self.send(EVENT, json.dumps({"type": "withdraw", "id": event["id"]}))
