"""Eyes and ears of the tests: tesseract reads what a monitor shows, and a WAV file is cut into sounds and silence."""

import io
import re
import subprocess
import wave

import numpy
from PIL import Image, ImageOps

RATE_HZ = 48000
HEADER_BYTES = 44
QUIET = 60            # hallcall's near-silence is softer by far, speech louder
WINDOW_S = 0.02
GAP_S = 1.2           # a longer silence parts two announcements; the longest pause within one is half a second


CARD = (0.03, 0.26, 0.55, 0.58)  # where the ticket of the last call stands in layout main, in parts of the screen
TICKET_SCALE = 0.2    # tesseract wants capitals of some 30 px


def read(image):
    """Words that are to be seen, in one line, small letters."""
    grey = _dark_on_light(image)
    grey = grey.resize((grey.width * 2, grey.height * 2), Image.LANCZOS)
    return re.sub(r"\s+", " ", _tesseract(grey, "--psm", "11")).strip().lower()


def ticket(image):
    """The ticket on the card. Among words tesseract takes K774 for a word of its own, so it gets one line of letters and
    figures."""
    width, height = image.size
    grey = _dark_on_light(image.crop([int(part * side) for part, side in zip(CARD, (width, height, width, height))]))
    grey = grey.resize((int(grey.width * TICKET_SCALE), int(grey.height * TICKET_SCALE)), Image.LANCZOS)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return _tesseract(ImageOps.expand(grey, 10, 255), "--psm", "7", "-c", f"tessedit_char_whitelist={letters}",
                      "-c", "load_system_dawg=0", "-c", "load_freq_dawg=0").strip()


def _dark_on_light(image):
    grey = ImageOps.grayscale(image)
    return ImageOps.invert(grey) if numpy.asarray(grey).mean() < 128 else grey


def _tesseract(image, *options):
    done = subprocess.run(["tesseract", "stdin", "stdout", "-l", "eng", *options], input=_png(image),
                          capture_output=True, timeout=120, check=True)
    return done.stdout.decode(errors="replace")


def _png(image):
    buffer = io.BytesIO()
    image.save(buffer, "png")
    return buffer.getvalue()


def black(image):
    """Whether nothing at all is to be seen."""
    return int(numpy.asarray(image).max()) < 8


def drawn(image):
    """The share of pixels that differ from the most frequent colour."""
    pixels = numpy.asarray(image).reshape(-1, 3).astype(numpy.uint32)
    values = (pixels[:, 0] << 16) | (pixels[:, 1] << 8) | pixels[:, 2]
    return 1.0 - numpy.bincount(numpy.unique(values, return_inverse=True)[1]).max() / values.size


def same(image, other, but_rows=0):
    """The share of pixels that are the same in two pictures; the upper rows, where the clock is, may be left out."""
    a, b = (numpy.asarray(picture)[but_rows:] for picture in (image, other))
    return 0.0 if a.shape != b.shape else float((a == b).all(axis=2).mean())


def played(path, from_byte=HEADER_BYTES):
    """Mono samples of a WAV file that QEMU may still be writing."""
    with open(path, "rb") as file:
        file.seek(max(HEADER_BYTES, from_byte))
        data = file.read()
    return numpy.frombuffer(data[:len(data) // 4 * 4], "<i2").reshape(-1, 2).astype(numpy.float32).mean(axis=1)


def sounds(samples):
    """(start, end) in seconds of each stretch of sound, from its first to its last loud window."""
    window = int(RATE_HZ * WINDOW_S)
    count = len(samples) // window
    if count == 0:
        return []
    level = numpy.sqrt((samples[:count * window].reshape(count, window) ** 2).mean(axis=1))
    found = []
    for i in numpy.flatnonzero(level > QUIET):
        start, end = i * WINDOW_S, (i + 1) * WINDOW_S
        if found and start - found[-1][1] < GAP_S:
            found[-1][1] = end
        else:
            found.append([start, end])
    return [tuple(span) for span in found]


def in_band(samples, low_hz, high_hz):
    """The share of a sound's energy between two frequencies."""
    power = numpy.abs(numpy.fft.rfft(samples)) ** 2
    frequencies = numpy.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    return float(power[(frequencies >= low_hz) & (frequencies < high_hz)].sum() / max(power.sum(), 1e-9))


def write(path, samples):
    """A WAV file for people to listen to."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
