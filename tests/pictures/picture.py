"""One picture and its scene by `hallcall render`: the only place that knows the command's options."""

import collections
import io
import json
import math
import os
import pathlib
import re
import subprocess
import tempfile

import numpy
from PIL import Image

SOURCE = pathlib.Path(os.environ.get("HALLCALL_SOURCE", pathlib.Path(__file__).parents[2])).resolve()
BUILD = pathlib.Path(os.environ.get("HALLCALL_BUILD", SOURCE / "build")).resolve()
PROGRAM = BUILD / "hallcall"
MM_PER_INCH = 25.4

# What hangs in the hall: pixels, inches, the farthest seat, the theme.
Sheet = collections.namedtuple("Sheet", "width height layout diagonal_in distance_m theme",
                               defaults=("main", 55, 4, "night"))
# A line of `hallcall render --scene`: kind is fill, text or arrow; words is the rest of the line.
Node = collections.namedtuple("Node", "kind x y width height words text cap")
Picture = collections.namedtuple("Picture", "pixels nodes")


def px_per_mm(sheet):
    return math.hypot(sheet.width, sheet.height) / (sheet.diagonal_in * MM_PER_INCH)


def options(sheet):
    settings = {"theme": f"{SOURCE}/config/themes/{sheet.theme}.ini", "layout": sheet.layout,
                "diagonal_in": sheet.diagonal_in, "viewing_distance_m": sheet.distance_m}
    if sheet.layout == "counter":
        settings["counters"] = "4"  # it is the display of exactly one
    return ["--size", f"{sheet.width}x{sheet.height}",
            *(f"--set=display.{key}={value}" for key, value in settings.items())]


def read_node(line):
    kind, x, y, width, height, rest = line.split(" ", 5)
    text = re.search(r'"(.*)"$', rest)
    cap = re.search(r"cap=(\d+)", rest)
    return Node(kind, int(x), int(y), int(width), int(height), tuple(rest.split(' "')[0].split()),
                text.group(1) if text else "", int(cap.group(1)) if cap else 0)


def render_file(path, *arguments):
    """The pixels of a view's file, drawn as the command's user draws it."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "picture.png"
        subprocess.run([PROGRAM, "render", "--config", "/dev/null", path, "--output", output, *arguments],
                       capture_output=True, check=True, env={**os.environ, "HALLCALL_SHARE": str(SOURCE)})
        with Image.open(io.BytesIO(output.read_bytes())) as image:
            return numpy.asarray(image.convert("RGB"))


def render(view, sheet):
    """Draws a view, an object as VIEW.json has it."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "view.json"
        path.write_text(json.dumps(view, ensure_ascii=False))
        output = pathlib.Path(folder) / "picture.png"
        done = subprocess.run([PROGRAM, "render", "--config", "/dev/null", path, "--output", output,
                               "--scene", *options(sheet)], capture_output=True, text=True,
                              env={**os.environ, "HALLCALL_SHARE": str(SOURCE)})
        assert done.returncode == 0, done.stderr
        with Image.open(io.BytesIO(output.read_bytes())) as image:
            pixels = numpy.asarray(image.convert("RGB"))
    return Picture(pixels, [read_node(line) for line in done.stdout.splitlines()[1:]])
