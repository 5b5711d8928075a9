"""The screens of docs/install.md that staff meet and that need no machine to be drawn: docs/pictures/screen-*.png.

Their words are the program's own, taken where it takes them: the language file's, and what `hallcall import` leaves for the
hall to show. `make gallery` draws them, test_gallery.py compares.
"""

import collections
import io
import json
import os
import pathlib
import re
import subprocess
import tempfile

import numpy
from PIL import Image

from picture import PROGRAM, SOURCE, render_file

PICTURES = SOURCE / "docs/pictures"
SIZE, CARD_SIZE = "800x450", "960x540"
# A screen and the box (left, top, right, bottom) in which it differs from one computer to the next.
Screen = collections.namedtuple("Screen", "path pixels varies", defaults=(None,))
CARD = {"ticket": "A107", "lines": [{"tag": "en", "title": "Ticket", "noun": "Counter", "label": "4"}]}
HALL = {"hall": "Town Hall", "clock": "14:35", "date": "Sunday, 22 November", "called": "Called", "called_first": "Called",
        "rows": [{"ticket": ticket, "noun": "Counter", "label": label} for ticket, label in (("A107", "4"), ("A106", "2"))]}
MISTAKES = "[broker]\nurl = mqtt://10.0.0.5:1883\n[display]\nsite = townhall\nhal = main\nlogo = logo.png\n"
TESTCARD = ("--set", "display.diagonal_in=43", "--set", "display.viewing_distance_m=4")


def words(key, **values):
    """A text of the English language file."""
    text = re.search(rf"^{key} = (.*)$", (SOURCE / "config/languages/en.ini").read_text(), re.M)[1]
    return text.format(**values)


def refused():
    """What the hall shows of a file on the boot partition that has mistakes."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for path in ("boot", "etc"):
            (folder / path).mkdir()
        (folder / "boot/hallcall.ini").write_text(MISTAKES)
        (folder / "boot/logo.png").write_bytes(b"\xff\xd8\xff\xe0 a photograph")
        subprocess.run([PROGRAM, "import", "--from", folder / "boot", "--to", folder / "etc"], capture_output=True, check=False,
                       env={**os.environ, "STATE_DIRECTORY": str(folder / "state"), "RUNTIME_DIRECTORY": str(folder / "run"),
                            "HALLCALL_SHARE": str(SOURCE)})
        first, *others = (folder / "run/errors").read_text().splitlines()
    return [f"For staff: {first}", *others]


def views():
    calling, resting = ({"hero": {**CARD, "state": state}} for state in ("calling", "resting"))
    yield "lost", {**HALL, **resting, "alarm": "link", "alarm_texts": [words("link_down", time="14:05")]}
    yield "silent", {**HALL, "hero": {**calling["hero"], "strong": True}, "alarm": "voice", "alarm_texts": [words("voice_lost")]}
    yield "refused", {**HALL, **resting, "trouble": refused()}


def testcard():
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "card.png"
        subprocess.run([PROGRAM, "testcard", "--config", "/dev/null", "--output", output, "--size", CARD_SIZE, *TESTCARD],
                       capture_output=True, check=True, env={**os.environ, "HALLCALL_SHARE": str(SOURCE)})
        with Image.open(io.BytesIO(output.read_bytes())) as image:
            return numpy.asarray(image.convert("RGB"))


def screens():
    with tempfile.TemporaryDirectory() as folder:
        for name, view in views():
            path = pathlib.Path(folder) / "view.json"
            path.write_text(json.dumps(view))
            yield Screen(PICTURES / f"screen-{name}.png", render_file(path, "--size", SIZE))
    # The computer's addresses, and the lines below them.
    yield Screen(PICTURES / "screen-testcard.png", testcard(), (36, 230, 480, 395))
