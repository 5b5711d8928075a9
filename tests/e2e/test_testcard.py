"""The test card: on the display that a hall would use, left and right from their sides, and how it ends."""

import ctypes
import os
import re
import signal
import subprocess

import numpy
import PIL.Image
import pytest

from hall import Loudspeaker
from place import CHANNELS, PROGRAM, RATE_HZ, SANITIZED, Screen, end, wait_for

LOUD = 1000             # a chime or a voice on its side, of 32767
QUIET = 8               # near-silence on the other one
ENDS_S = 20 if SANITIZED else 2
LOCAL = re.compile(r"inet6? ([0-9a-f.:]+)/")


class Card:
    """`hallcall testcard` on a screen and a loudspeaker of the test's own."""

    def __init__(self, folder, screen, *words):
        self.loudspeaker = Loudspeaker(folder)
        self.log = folder / "card.log"
        config = folder / "card.ini"
        config.write_text("[broker]\nurl = mqtt://127.0.0.1:1\n[display]\nsite = townhall\nhall = main\n"
                          "id = entrance-left\n[audio]\ndevice = hallsink\n")
        clean = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "HALLCALL_SHARE")}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "testcard", "--config", config, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**clean, "DISPLAY": screen.display, "SDL_VIDEODRIVER": "x11",
                     "ALSA_CONFIG_PATH": str(self.loudspeaker.config)})
        self.screen = screen

    def wait_shown(self):
        """Until the frame of the outermost pixels is there."""
        wait_for(lambda: self.process.poll() is not None or self.framed(), 20, "the test card is shown")
        assert self.process.poll() is None, self.log.read_text()
        return self

    def framed(self):
        pixels = numpy.array(self.screen.pixels) & 0xffffff
        edges = numpy.concatenate([pixels[0, 200:-200], pixels[-1, 200:-200], pixels[200:-200, 0], pixels[200:-200, -1]])
        return len(set(edges.tolist())) == 1 and edges[0] != pixels[3, 300]

    def heard(self):
        """Both channels of all that was played so far."""
        data = numpy.fromfile(self.loudspeaker.capture, dtype="<i2")
        return data[:data.size // CHANNELS * CHANNELS].reshape(-1, CHANNELS).astype(numpy.int32)


@pytest.fixture
def screen(tmp_path):
    screen = Screen(tmp_path)
    yield screen
    screen.stop()


@pytest.fixture
def show(tmp_path, screen):
    cards = []

    def start(*words):
        cards.append(Card(tmp_path, screen, *words))
        return cards[-1]

    yield start
    for card in cards:
        end(card.process)


def press_key(screen):
    """A key as a keyboard sends it, to the window that has the focus."""
    x11, xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(screen.display.encode()))
    assert display.value, "no display"
    code = x11.XKeysymToKeycode(display, ctypes.c_ulong(ord("k")))
    for down in (1, 0):
        xtst.XTestFakeKeyEvent(display, ctypes.c_uint(code), down, ctypes.c_ulong(0))
    x11.XCloseDisplay(display)


def my_addresses():
    said = subprocess.run(["ip", "-o", "addr", "show", "up", "scope", "global"], capture_output=True, text=True,
                          check=True).stdout
    return LOCAL.findall(said)


def test_card_says_which_display_this_is(show, tmp_path):
    card = show("--silent", "--set", "display.diagonal_in=55", "--set", "display.viewing_distance_m=4",
                "--set", "hall.languages=en,uk").wait_shown()
    read = card.screen.read(tmp_path, scale=1)
    for words in ("entrance-left", "townhall", "1920", "1080", "55.0 inches", "readable to 4.0 m", "A107", "Counter 4",
                  "//127.0.0.1:1", "ground", "urgent", "600", "900"):
        assert words in read, read
    for address in my_addresses()[:1]:
        assert address in read, read


def test_greys_are_sixteen_on_the_display(show):
    card = show("--silent").wait_shown()
    picture = card.screen.picture().astype(int)
    grey = (picture.max(axis=2) == picture.min(axis=2)) & (picture[..., 0] % 17 == 0)
    row = picture[numpy.argmax(grey.sum(axis=1)), :, 0]
    wide = [level for level in range(0, 256, 17) if (row == level).sum() >= 1920 // 16 * 8 // 10]
    assert wide == list(range(0, 256, 17))


def test_left_comes_from_the_left_and_right_from_the_right(show):
    card = show().wait_shown()

    def both():
        loud = numpy.abs(card.heard()) > LOUD if card.loudspeaker.capture.exists() else numpy.zeros((0, 2), bool)
        return loud[:, 0].any() and loud[:, 1].any()
    wait_for(both, 30, "both sides are heard")
    sound = numpy.abs(card.heard())
    left, right = (numpy.flatnonzero(sound[:, side] > LOUD) for side in range(CHANNELS))
    assert right[0] - left[0] > RATE_HZ, "a chime and a word are longer than a second"
    # While one side sounds the other is silent, and they do not mix.
    assert sound[left[0]:left[-1], 1].max() <= QUIET
    assert left[-1] < right[0]
    assert sound[right[0]:, 0].max() <= QUIET
    assert card.process.poll() is None, "the card stays after its sound"


def draw(tmp_path, *words):
    """The same card by --output."""
    path = tmp_path / "card.png"
    done = subprocess.run([PROGRAM, "testcard", "--config", tmp_path / "card.ini", "--output", path, *words],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return numpy.array(PIL.Image.open(path).convert("RGB"))


@pytest.mark.slow  # a busy machine draws one side and then the other too late to be seen
def test_side_that_is_heard_is_lit(show, screen, tmp_path):
    card = show().wait_shown()
    quiet = draw(tmp_path)

    def lit():
        """Which side differs from a card without sound; both have their fields in the right half."""
        differs = (screen.picture() != quiet).any(axis=2)
        left, right = differs[:, 1000:1400].sum(), differs[:, 1440:].sum()
        return "both" if left and right else "left" if left else "right" if right else "none"
    wait_for(lambda: lit() == "left", 20, "left is lit")
    wait_for(lambda: lit() == "right", 20, "right is lit")
    wait_for(lambda: lit() == "none", 20, "neither is lit after the sound")
    assert card.process.poll() is None


def test_silent_plays_nothing(show):
    card = show("--silent", "--seconds", "2").wait_shown()
    assert card.process.wait(20) == 0
    assert not card.loudspeaker.capture.exists()


@pytest.mark.parametrize("how", ["key", "SIGTERM", "SIGINT"])
def test_ends_when_asked(show, screen, how):
    card = show("--silent").wait_shown()
    if how == "key":
        press_key(screen)
    else:
        card.process.send_signal(getattr(signal, how))
    assert card.process.wait(ENDS_S) == 0, card.log.read_text()


def test_broken_loudspeaker_is_told_and_the_card_stays(show, tmp_path):
    (tmp_path / "sink.control").write_text("busy")
    card = show("--seconds", "8").wait_shown()
    wait_for(lambda: "no sound: " in card.log.read_text(), 10, "the loudspeaker's trouble is told")
    assert card.process.poll() is None
    assert card.process.wait(20) == 1


def test_without_a_display_it_says_so(tmp_path):
    environment = {**os.environ, "DISPLAY": ":999", "SDL_VIDEODRIVER": "x11"}
    done = subprocess.run([PROGRAM, "testcard", "--config", "/dev/null", "--silent"], env=environment,
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("hallcall testcard: "), done.stderr


def test_picture_is_that_of_the_display(show, screen, tmp_path):
    """What --output draws is what hangs there, but for what a display adds: the monitor's size and the sound."""
    card = show("--silent", "--set", "display.diagonal_in=43").wait_shown()
    assert numpy.array_equal(draw(tmp_path, "--set", "display.diagonal_in=43"), screen.picture())
    assert card.process.poll() is None


def test_turned_screen_has_the_turned_card(show, screen, tmp_path):
    words = ("--set", "display.diagonal_in=43", "--set", "display.rotation=90")
    show("--silent", *words).wait_shown()
    upright = draw(tmp_path, "--size", "1080x1920", *words)
    assert numpy.array_equal(numpy.rot90(upright, -1), screen.picture())


def test_display_that_comes_back_has_its_card(show, screen, tmp_path):
    card = show("--silent").wait_shown()
    screen.kill()
    wait_for(lambda: "no picture: " in card.log.read_text(), 10, "the lost display is told")
    folder = tmp_path / "again"
    folder.mkdir()
    again = Screen(folder, display=screen.display)
    try:
        card.screen = again
        card.wait_shown()
    finally:
        end(card.process)
        again.stop()
