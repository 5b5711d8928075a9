"""Which output the picture is on, how it is turned there, and what an output may do meanwhile."""

import ctypes
import json
import os
import re
import subprocess

import numpy
import pytest

from hall import Hall
from place import PROGRAM, Screen, mono_us, wait_for

EVENT = "hall/main/event"
BACK_S = 2       # an output that is there again, or has another mode, has its picture within this
TURNS = {0: 0, 90: 1, 180: 2, 270: 3}


def event(number):
    return json.dumps({"id": f"call-{number}", "n": 1, "ticket": f"A{number}", "counter": "3"})


class Room:
    """Displays, each with a screen or a part of one, and one broker."""

    def __init__(self, folder, broker):
        self.folder, self.broker, self.parts = folder, broker, []

    def place(self, name):
        place = self.folder / name
        place.mkdir()
        return place

    def screen(self, name, width, height):
        self.parts.append(Screen(self.place(name), width, height))
        return self.parts[-1]

    def hall(self, name, screen, *sets, ready=True):
        self.parts.append(Hall(self.place(name), self.broker, screen, [*sets, f"display.id={name}"]))
        return self.parts[-1].start(ready)

    def stop(self):
        for part in reversed(self.parts):
            part.stop()


@pytest.fixture
def room(tmp_path, broker):
    room = Room(tmp_path, broker)
    yield room
    room.stop()


def xrandr(screen, *words):
    done = subprocess.run(["xrandr", "--display", screen.display, *words], capture_output=True, text=True, check=True)
    return done.stdout


def add_mode(screen, width, height):
    name = f"{width}x{height}"
    xrandr(screen, "--newmode", name, "60", *(str(n) for n in (width,) * 4 + (height,) * 4))
    xrandr(screen, "--addmode", "screen", name)


def split(screen, width, height):
    """Two monitors side by side, as an X server with two sockets has."""
    xrandr(screen, "--setmonitor", "LEFT", f"{width}/300x{height}/170+0+0", "screen")
    xrandr(screen, "--setmonitor", "RIGHT", f"{width}/1210x{height}/680+{width}+0", "none")


def part(screen, left, top, width, height):
    return numpy.array(screen.pixels[top:top + height, left:left + width]) & 0xffffff


def whole(screen):
    return numpy.array(screen.pixels) & 0xffffff


def has_picture(pixels):
    return len(set(pixels[::9, ::9].ravel().tolist())) > 4


def give_edid(screen, width_mm, height_mm, name="U28E590", maker="SAM"):
    """Writes an EDID to Xvfb's output, as a driver does that has read one."""
    block = bytearray(128)
    block[0:8] = b"\0\xff\xff\xff\xff\xff\xff\0"
    letters = [ord(letter) - 64 for letter in maker]
    block[8:10] = (letters[0] << 10 | letters[1] << 5 | letters[2]).to_bytes(2, "big")
    block[21:23] = bytes([width_mm // 10, height_mm // 10])
    block[54:56] = b"\x01\x1d"
    block[66:69] = bytes([width_mm & 255, height_mm & 255, width_mm >> 8 << 4 | height_mm >> 8])
    block[72:90] = b"\0\0\0\xfc\0" + (name + "\n").ljust(13).encode()
    block[127] = -sum(block) & 255
    x11, randr = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXrandr.so.2")
    pointer, number = ctypes.c_void_p, ctypes.c_ulong
    x11.XOpenDisplay.restype, x11.XDefaultRootWindow.restype, x11.XInternAtom.restype = pointer, number, number

    class Resources(ctypes.Structure):
        _fields_ = [("times", number * 2), ("crtcs_count", ctypes.c_int), ("crtcs", pointer),
                    ("outputs_count", ctypes.c_int), ("outputs", ctypes.POINTER(number))]

    randr.XRRGetScreenResources.restype = ctypes.POINTER(Resources)
    display = pointer(x11.XOpenDisplay(screen.display.encode()))
    resources = randr.XRRGetScreenResources(display, number(x11.XDefaultRootWindow(display)))
    edid = x11.XInternAtom(display, b"EDID", 0)
    integer = 19  # XA_INTEGER
    randr.XRRChangeOutputProperty(display, number(resources.contents.outputs[0]), number(edid), number(integer), 8, 0,
                                  bytes(block), len(block))
    x11.XCloseDisplay(display)


def check(screen, *sets):
    """(exit code, what `hallcall check` says of displays and outputs)."""
    command = [PROGRAM, "check", "--config", "/dev/null"]
    for text in ("broker.url=mqtt://127.0.0.1:1", "audio.device=none", *sets):
        command += ["--set", text]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, "DISPLAY": screen.display})
    return [line for line in done.stdout.splitlines() if re.match(r"\w* +(display|output) ", line)]


@pytest.mark.parametrize("rotation, way", [(90, "surface"), (180, "surface"), (270, "surface"),
                                           (0, "texture"), (90, "texture"), (270, "texture")])
def test_a_turned_picture_is_the_picture_turned(room, publisher, monkeypatch, rotation, way):
    """Beside a display of the same broker on a screen of the turned size, whose picture is straight."""
    width, height = (1280, 720) if rotation % 180 == 0 else (720, 1280)
    straight = room.screen("straight", width, height)
    turned = room.screen("turned", 1280, 720)
    room.hall("one", straight)
    if way == "texture":
        monkeypatch.setenv("SDL_RENDER_DRIVER", "opengles2")
    hall = room.hall("two", turned, f"display.rotation={rotation}")

    def equal():
        return numpy.array_equal(numpy.rot90(whole(straight), -TURNS[rotation]), whole(turned))
    wait_for(equal, 10, "the first picture")
    for number in (101, 102):
        publisher.send(EVENT, event(number))
        hall.wait("speak", 20, ticket=f"A{number}")
        wait_for(equal, 10, f"the picture of A{number}")
    assert has_picture(whole(turned))
    turned.save(room.folder / "turned.png")


def picture_seconds(screen, box, like=None):
    """Seconds until a part of the screen has a picture that fills it and stays; fails after BACK_S."""
    began = mono_us()
    left, top, width, height = box

    def there():
        pixels = part(screen, left, top, width, height)
        edges = numpy.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        filled = has_picture(pixels) and (edges != 0).all()
        return filled and (like is None or numpy.array_equal(pixels, like(pixels.shape)))
    wait_for(there, BACK_S, f"a picture in {box}")
    return (mono_us() - began) / 1e6


def heard_whole(hall, started):
    """Whether the words that began then were heard without a gap."""
    final = hall.wait("finished", 30, serial=started["serial"])
    samples = hall.loudspeaker.samples(started["at_us"], final["at_us"])
    return samples


def test_two_displays_on_one_server(room, publisher, figure):
    """Each has its own part, its own layout and id; each follows its own counter's calls."""
    screen = room.screen("screen", 1920, 720)
    split(screen, 960, 720)
    left = room.hall("left", screen, "display.output=LEFT")
    right = room.hall("right", screen, "display.output=RIGHT", "display.rotation=90")
    alone = room.screen("straight", 960, 720), room.screen("portrait", 720, 960)
    for number, straight in enumerate(alone):
        room.hall(f"alone-{number}", straight)
    publisher.send(EVENT, event(107))
    for hall in (left, right):
        hall.wait("speak", 5, ticket="A107")
    assert "open width=960 height=720" in left.log() and "open width=720 height=960" in right.log()
    for number, (straight, turns) in enumerate(zip(alone, (0, -1))):
        wait_for(lambda n=number, a=straight, t=turns: numpy.array_equal(
            part(screen, 960 * n, 0, 960, 720), numpy.rot90(whole(a), t)), 30, f"picture {number} as if it was alone")
    wait_for(lambda: all(publisher.received.get(f"hallcall/1/demo/display/{name}/state/online")
                         for name in ("left", "right")), 5, "both are online")
    screen.save(room.folder / "two.png")


def test_an_output_that_is_not_there(room, figure):
    """Staff are told with the list; the picture comes when the monitor does."""
    screen = room.screen("screen", 1920, 720)
    hall = room.hall("hall", screen, "display.output=RIGHT", ready=False)
    wait_for(lambda: 'no monitor at the output "RIGHT"; there is one at: screen' in hall.log(), 10, "the reason is logged")
    split(screen, 960, 720)
    figure(f"a monitor that is connected late: picture after {picture_seconds(screen, (960, 0, 960, 720)):.2f} s")
    assert not part(screen, 0, 0, 960, 720).any(), "the other monitor is another display's"
    assert hall.log().count("no monitor at the output") == 1, "said once"


def test_a_mode_that_changes(room, publisher, figure):
    screen = room.screen("screen", 1920, 1080)
    add_mode(screen, 1280, 720)
    hall = room.hall("hall", screen)
    publisher.send(EVENT, event(107))
    hall.wait("speak", 5, ticket="A107")
    for width, height in ((1280, 720), (1920, 1080)):
        xrandr(screen, "--output", "screen", "--mode", f"{width}x{height}")
        wait_for(lambda w=width, h=height: hall.log().rstrip().endswith(f"open width={w} height={h}"), BACK_S,
                 "the new mode is found out")
        figure(f"another mode, {width}x{height}: picture after {picture_seconds(screen, (0, 0, width, height)):.2f} s")
    assert len(hall.spoken()) == 1, "the call is not spoken once more"


def test_an_output_that_is_switched_off_and_on(room, publisher, figure):
    screen = room.screen("screen", 1280, 720)
    hall = room.hall("hall", screen, "display.output=screen")
    xrandr(screen, "--output", "screen", "--off", "--fb", "1280x720")
    wait_for(lambda: "no picture: " in hall.log(), 5, "the loss is logged")
    publisher.send(EVENT, event(107))
    hall.wait("speak", 5, ticket="A107")
    xrandr(screen, "--output", "screen", "--mode", "1280x720")
    figure(f"an output switched on again: picture after {picture_seconds(screen, (0, 0, 1280, 720)):.2f} s")
    assert "A107" in screen.read(room.folder, scale=1).replace(" ", "")


def test_check_lists_the_outputs(room):
    screen = room.screen("screen", 1920, 720)
    give_edid(screen, 1210, 680)
    assert check(screen) == ["ok       display        screen, 1920x720, 55 inches, Samsung U28E590"]
    split(screen, 960, 720)
    assert check(screen, "display.output=RIGHT") == [
        "ok       display        RIGHT, 960x720, 55 inches",
        "         output         LEFT, 960x720, 14 inches, Samsung U28E590"]
    assert check(screen, "display.output=HDMI-9")[0] == \
        'PROBLEM  display        [display] output: no monitor at "HDMI-9"; there is one at: LEFT, RIGHT'


def test_a_monitor_that_does_not_know_its_size(room):
    screen = room.screen("screen", 1280, 720)
    assert check(screen) == ["ok       display        screen, 1280x720, size not known"], \
        "the server's invention of 96 dots per inch is no size"
    give_edid(screen, 160, 90, name="SAMSUNG")
    assert check(screen) == [
        "ok       display        screen, 1280x720, size not known, Samsung",
        "WARNING  display        screen says that it is 16.0 x 9.0 cm, which is not believed: set [display] diagonal_in"]
    assert len(check(screen, "display.diagonal_in=55")) == 1, "nobody needs it"
