"""Colours by the hour, a site's own colours and its logo, on a real screen."""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

import pytest

from hall import Hall
from place import BUILD, PROGRAM, SOURCE, mono_us, wait_for

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "chaos"))
from clock_steps import Clock, to_1970_ms  # noqa: E402

DAY_S = 86400
NOON_S = 12 * 3600
EVENT = "hall/main/event"
TEAL = (14, 116, 144)     # of docs/pictures/logo.png
FRAME_US = 100000         # a frame is on the screen this long before the trace tells of it, at most


def panel(theme):
    """The header's colour in a theme, as the screen has it."""
    text = (SOURCE / f"config/themes/{theme}.ini").read_text()
    return int(re.search(r"^panel\s*= #([0-9a-f]{6})$", text, re.M).group(1), 16)


class ThemedHall(Hall):
    """A hall in UTC, whose wall clock is the test's."""

    def __init__(self, folder, broker, screen, sets, clock):
        super().__init__(folder, broker, screen, sets)
        self.clock = clock

    def environment(self):
        return {**super().environment(), "TZ": "UTC",
                "LD_PRELOAD": str(BUILD / "tests/chaos/clock_shim.so"),
                "HALLCALL_CLOCK_FILE": str(self.clock.path)}

    def header(self):
        return int(self.screen.pixels[3, 3]) & 0xffffff


@pytest.fixture
def themed(tmp_path, broker, screen):
    """A function that starts a hall at a time of day, with a schedule."""
    clock = Clock(tmp_path)
    halls = []

    def make(offset_ms, *sets):
        clock.step(offset_ms)
        halls.append(ThemedHall(tmp_path, broker, screen, sets, clock))
        return halls[-1].start()

    yield make
    for hall in halls:
        hall.stop()


def until_ms(second_of_day):
    """How far the wall clock is to be moved so that it is then."""
    return int((second_of_day - time.time() % DAY_S) * 1000)


def call(publisher, number):
    publisher.send(EVENT, json.dumps({"id": f"call-{number}", "n": 1, "ticket": f"A{number}", "counter": "3"}))


def test_the_theme_changes_at_its_minute(themed):
    hall = themed(until_ms(NOON_S - 6), "display.theme=high-contrast",
                  "display.theme_schedule=06:00-12:00 night, 12:00-18:00 day")
    assert hall.header() == panel("night"), "the first picture has the colours of its hour"
    noon_us = mono_us() + int((NOON_S - (time.time() + hall.clock.offset_ms / 1000) % DAY_S) * 1e6)
    wait_for(lambda: hall.header() != panel("night"), 60, "the colours of the afternoon")
    assert hall.header() == panel("day")
    assert mono_us() > noon_us - FRAME_US, "not before noon"
    assert "theme file=" in hall.log() and "day.ini" in hall.log()


def test_no_colour_changes_while_a_call_is_announced(themed, publisher):
    hall = themed(until_ms(NOON_S), "display.theme=day", "display.theme_schedule=18:00-06:00 night")
    assert hall.header() == panel("day")
    call(publisher, 107)
    hall.wait("shown", 10, hero="A107", hero_state="calling")
    hall.clock.step(until_ms(20 * 3600))
    call(publisher, 108)  # waits; a turn at least, which sees that it is evening
    wait_for(lambda: hall.header() == panel("night"), 60, "the colours of the evening")
    changed_us = mono_us()
    shown = [r for r in hall.trace("shown") if r["hero"] == "A107" and r["hero_state"] == "calling"]
    evening = [r for r in shown if r["clock"].startswith("20:")]
    assert evening, "the card of the call was drawn in the evening"
    assert changed_us > evening[-1]["us"] - FRAME_US, "and kept the colours of the day as long as it called"
    finished = [r for r in hall.trace("finished") if r["serial"] == hall.spoken()[0]["serial"]]
    assert finished and changed_us > finished[0]["at_us"] - FRAME_US


def test_without_a_clock_the_plain_theme_holds(themed, publisher):
    hall = themed(to_1970_ms(), "display.theme=high-contrast", "display.theme_schedule=day")
    assert hall.header() == panel("high-contrast")
    hall.clock.step(0)
    call(publisher, 107)
    wait_for(lambda: hall.header() == panel("day"), 60, "the colours of a clock that is known")


def teal_in_header(screen):
    """Which columns of the header hold the logo's colour."""
    header = screen.picture()[:screen.size[1] // 10].astype(int)
    return (abs(header - TEAL).sum(axis=2) < 12).any(axis=0).nonzero()[0]


def test_the_logo_stands_left_of_the_name(make_hall, screen):
    make_hall(f"display.logo={SOURCE / 'docs/pictures/logo.png'}")
    columns = teal_in_header(screen)
    width = screen.size[0]
    assert columns.size and columns.min() < width * 0.05 and columns.max() < width * 0.25, columns


def test_a_broken_logo_does_not_stop_the_hall(make_hall, screen, publisher, tmp_path):
    logo = tmp_path / "logo.png"
    logo.write_bytes((SOURCE / "docs/pictures/logo.png").read_bytes()[:5000])
    hall = make_hall(f"display.logo={logo}")
    assert f"no logo: {logo}: expected a whole PNG picture, it is broken" in hall.log()
    assert teal_in_header(screen).size == 0
    call(publisher, 107)
    hall.wait("shown", 10, hero="A107")
    hall.wait("started", 10)


@pytest.fixture
def check(broker):
    """Lines that `hallcall check` says of themes and logo, and its exit code."""
    def run(*sets):
        command = [PROGRAM, "check", "--config", "/dev/null"]
        for text in (f"broker.url=mqtt://127.0.0.1:{broker.port}", "audio.device=none", *sets):
            command += ["--set", text]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                              env={k: v for k, v in os.environ.items() if k != "HALLCALL_SHARE"})
        lines = [line.split(None, 2) for line in done.stdout.splitlines()]
        return done.returncode, [line for line in lines if line[1] in ("theme", "logo")]
    return run


def test_check_names_every_bad_theme(check, tmp_path):
    text = (SOURCE / "config/themes/night.ini").read_text()
    pale, dim = tmp_path / "pale.ini", tmp_path / "dim.ini"
    pale.write_text(text.replace("soft       = #c3d0dc", "soft       = #7e8a95"))
    dim.write_text(text.replace("accent-ink = #101820", "accent-ink = #5a4a10"))
    code, lines = check("display.theme=day", f"display.theme_schedule=sa {pale}, su {dim}, 7:00-9:00 day")
    assert code == 1
    assert [line[:2] for line in lines if line[0] == "ok"] == [["ok", "theme"]], "day is told once"
    problems = [words for found, _, words in lines if found == "PROBLEM"]
    for file, role, ground in ((pale, "soft", "card"), (dim, "accent-ink", "accent")):
        found = [re.fullmatch(rf"{re.escape(str(file))}: \[colours\] {role}: expected a contrast of at least "
                              rf"[79]:1 on {ground}, it is (\d\.\d):1; {role} = (#[0-9a-f]{{6}}) would do", words)
                 for words in problems]
        (match,) = [m for m in found if m]
        # What is suggested does do.
        file.write_text(re.sub(rf"^{role} .*$", f"{role} = {match.group(2)}", file.read_text(), flags=re.M))
    code, lines = check("display.theme=day", f"display.theme_schedule=sa {pale}, su {dim}")
    assert code == 0 and {line[0] for line in lines} == {"ok"}, lines


def test_check_looks_at_the_logo(check, tmp_path):
    code, lines = check(f"display.logo={SOURCE / 'docs/pictures/logo.png'}")
    assert code == 0 and lines[-1][:2] == ["ok", "logo"], lines
    small = SOURCE / "tests/fuzz/corpus/logo/rgba"
    code, lines = check(f"display.logo={small}")
    assert code == 0 and lines[-1][:2] == ["WARNING", "logo"] and "8 x 6 pixels are shown as" in lines[-1][2], lines
    for name, words in (("huge", "it has 2147483647 x 2147483647"), ("bad_crc", "it is broken: IDAT: CRC error"),
                        ("gif", "expected a PNG picture")):
        code, lines = check(f"display.logo={SOURCE / 'tests/fuzz/corpus/logo' / name}")
        assert code == 1 and lines[-1][:2] == ["PROBLEM", "logo"] and words in lines[-1][2], lines
    code, lines = check(f"display.logo={tmp_path / 'none.png'}")
    assert code == 1 and "No such file" in lines[-1][2], lines
