"""A bank of recorded clips for tests, spoken by the espeak-ng program with a voice that no hall uses."""

import subprocess

import numpy

from place import RATE_HZ

PROGRAM = "/usr/bin/espeak-ng"
VOICE = "en-us+f3"
PHRASES = ("Ticket", "Please go to counter", "counter", "Called again")
LETTERS = "AB"
NUMBERS = (*range(100), *range(100, 1000, 100))


def speak(path, text):
    subprocess.run([PROGRAM, "-v", VOICE, "-w", str(path), text], check=True, timeout=20)


def make_bank(folder, letters=LETTERS):
    """The manifest and a file for each word; returns the folder."""
    folder.mkdir()
    lines = ["[voice]", "language = en", "speaker = a program", "licence = CC0-1.0"]
    for section, words in (("letters", letters), ("numbers", [*NUMBERS, "oh"]), ("phrases", PHRASES)):
        lines.append(f"[{section}]")
        for number, word in enumerate(words):
            name = f"{section}-{number}.wav"
            speak(folder / name, str(word))
            lines.append(f"{name} = {word}")
    (folder / "clips.ini").write_text("\n".join(lines) + "\n")
    return folder


def file_of(folder, word):
    """The file in which a word is heard."""
    lines = (folder / "clips.ini").read_text().splitlines()
    return folder / next(line for line in lines if line.endswith(f" = {word}")).split(" = ")[0]


def clip(path):
    """The sound of a clip."""
    data = path.read_bytes()
    return at_hall_rate(data[44:len(data) // 2 * 2], int.from_bytes(data[24:28], "little"))


def at_hall_rate(data, rate):
    """16-bit samples at the rate of the hall, without the silence at their ends."""
    samples = numpy.frombuffer(data, "<i2").astype(numpy.float64)
    loud = numpy.flatnonzero(numpy.abs(samples) > 60)
    samples = samples[loud[0]:loud[-1] + 1]
    count = len(samples) * RATE_HZ // rate
    spectrum = numpy.zeros(count // 2 + 1, complex)
    own = numpy.fft.rfft(samples)
    spectrum[:len(own)] = own[:len(spectrum)]
    return numpy.fft.irfft(spectrum, count)
