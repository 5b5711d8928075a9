"""Which output the picture is on, how it is turned there, and what an output may do meanwhile."""

import ctypes
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import numpy
import pytest

from hall import Hall
from place import PROGRAM, SANITIZED, Screen, end, mono_us, wait_for

EVENT = "hall/main/event"
BACK_S = 2       # an output that is there again, or has another mode, has its picture within this
TURNS = {0: 0, 90: 1, 180: 2, 270: 3}

# Many halls and servers at once: more than a busy machine of two cores shows in time.
pytestmark = pytest.mark.slow


def event(number):
    return json.dumps({"id": f"call-{number}", "n": 1, "ticket": f"A{number}", "counter": str(number % 10)})


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
        self.parts.append(Hall(self.place(name), self.broker, screen, ["display.pulse=no", *sets, f"display.id={name}"]))
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
                                           (0, "texture"), (90, "texture"), (180, "texture"),
                                           (270, "texture")])
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


def picture_seconds(screen, box, began_us):
    """Seconds from a moment until a part of the screen has a picture that fills it; fails after BACK_S."""
    left, top, width, height = box

    def there():
        pixels = part(screen, left, top, width, height)
        edges = numpy.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        return has_picture(pixels) and (edges != 0).all()
    wait_for(there, BACK_S, f"a picture in {box}")
    seconds = (mono_us() - began_us) / 1e6
    assert seconds <= BACK_S or SANITIZED
    return seconds


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
    took_s = picture_seconds(screen, (960, 0, 960, 720), mono_us())
    figure(f"a monitor that is connected late: picture after {took_s:.2f} s")
    assert not part(screen, 0, 0, 960, 720).any(), "the other monitor is another display's"
    assert hall.log().count("no monitor at the output") == 1, "said once"


def test_a_mode_that_changes(room, publisher, figure):
    screen = room.screen("screen", 1920, 1080)
    add_mode(screen, 1280, 720)
    hall = room.hall("hall", screen)
    publisher.send(EVENT, event(107))
    hall.wait("speak", 5, ticket="A107")
    for width, height in ((1280, 720), (1920, 1080)):
        changed = mono_us()
        xrandr(screen, "--output", "screen", "--mode", f"{width}x{height}")
        wait_for(lambda w=width, h=height: hall.log().rstrip().endswith(f"open width={w} height={h}"), BACK_S,
                 "the new mode is found out")
        figure(f"another mode, {width}x{height}: picture after {picture_seconds(screen, (0, 0, width, height), changed):.2f} s")
    assert len(hall.spoken()) == 1, "the call is not spoken once more"


def test_an_output_that_is_switched_off_and_on(room, publisher, figure):
    screen = room.screen("screen", 1280, 720)
    hall = room.hall("hall", screen, "display.output=screen")
    xrandr(screen, "--output", "screen", "--off", "--fb", "1280x720")
    wait_for(lambda: "no picture: " in hall.log(), 5, "the loss is logged")
    publisher.send(EVENT, event(107))
    hall.wait("speak", 5, ticket="A107")
    xrandr(screen, "--output", "screen", "--mode", "1280x720")
    took_s = picture_seconds(screen, (0, 0, 1280, 720), mono_us())
    figure(f"an output switched on again: picture after {took_s:.2f} s")
    assert "A107" in screen.read(room.folder, scale=1).replace(" ", "")


class Compositor:
    """sway without a screen, with two outputs side by side. It refuses to be root, and so is nobody then."""

    SIZES = {"HEADLESS-1": (1280, 720), "HEADLESS-2": (1024, 768)}

    def __init__(self, folder):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hallcall-sway-"))
        config = self.folder / "config"
        config.write_text("xwayland disable\noutput HEADLESS-1 mode 1280x720 pos 0 0\n"
                          "output HEADLESS-2 mode 1024x768 pos 1280 0\n")
        settings = {"XDG_RUNTIME_DIR": str(self.folder), "HOME": str(self.folder), "WLR_BACKENDS": "headless",
                    "WLR_HEADLESS_OUTPUTS": "2", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman"}
        command = ["env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", *(f"{k}={v}" for k, v in settings.items()),
                   "sway", "-c", config]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
            command = ["runuser", "-u", "nobody", "--", *command]
        with open(folder / "sway.log", "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for(lambda: (self.folder / "wayland-1").exists(), 10, "sway listens")
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": str(self.folder), "WAYLAND_DISPLAY": "wayland-1",
                            "SDL_VIDEODRIVER": "wayland"}
        self.environment.pop("DISPLAY", None)

    def pixels(self, output):
        """What is on an output, as rows of colours."""
        path = self.folder / f"{output}.ppm"
        subprocess.run(["grim", "-t", "ppm", "-o", output, path], env=self.environment, check=True)
        width, height = self.SIZES[output]
        data = numpy.frombuffer(path.read_bytes()[-width * height * 3:], numpy.uint8).reshape(height, width, 3)
        return (data.astype(numpy.uint32) * (65536, 256, 1)).sum(axis=2)

    def stop(self):
        end(self.process)
        shutil.rmtree(self.folder)


def test_an_output_of_a_compositor(room, publisher):
    """Fullscreen on the output that is named, the other one untouched; the list by connectors' names."""
    compositor = Compositor(room.place("sway"))
    room.parts.append(compositor)
    straight = room.screen("straight", 1024, 768)
    bare = compositor.pixels("HEADLESS-1")
    command = [PROGRAM, "check", "--config", "/dev/null", "--set", "audio.device=none", "--set", "display.output=HEADLESS-2"]
    listed = subprocess.run(command, capture_output=True, text=True, env=compositor.environment, check=False).stdout
    assert "ok       display        HEADLESS-2, 1024x768, size not known, headless headless\n" in listed
    assert "         output         HEADLESS-1, 1280x720, size not known, headless headless\n" in listed
    room.hall("alone", straight)
    hall = Hall(room.place("wayland"), room.broker, straight, ["display.pulse=no", "display.output=HEADLESS-2", "display.id=wayland"])
    hall.environment = lambda ours=hall.environment(): {**ours, **compositor.environment, "ALSA_CONFIG_PATH":
                                                        ours["ALSA_CONFIG_PATH"]}
    room.parts.append(hall.start())
    publisher.send(EVENT, event(107))
    hall.wait("speak", 5, ticket="A107")
    wait_for(lambda: numpy.array_equal(compositor.pixels("HEADLESS-2"), whole(straight)), 30, "the picture as on X11")
    assert numpy.array_equal(compositor.pixels("HEADLESS-1"), bare)


@pytest.mark.slow
def test_nothing_is_painted_while_nothing_changes(room, publisher, figure):
    """A minute with calls on the list: one picture, when the clock goes on."""
    screen = room.screen("screen", 1280, 720)
    hall = room.hall("hall", screen)
    for number in (101, 102):
        publisher.send(EVENT, event(number))
    wait_for(lambda: len(hall.trace("finished")) == 2, 30, "both are spoken")
    # A call keeps its mark for 20 s.
    wait_for(lambda: mono_us() - hall.trace("shown")[-1]["us"] > 25000000, 90, "the screen rests")
    assert hall.trace("shown")[-1]["rows"] == ["A102", "A101"]
    before, looks, began = len(hall.trace("shown")), set(), mono_us()
    while mono_us() - began < 60000000:
        looks.add(screen.checksum())
        time.sleep(0.1)
    painted = len(hall.trace("shown")) - before
    figure(f"an idle minute: {painted} pictures painted, {len(looks)} seen")
    assert painted <= 1 and len(looks) <= painted + 1


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
