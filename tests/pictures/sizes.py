"""How high capitals really are in the picture: docs/sizes.md.

A board whose every text is made of the letter H is drawn, and in each text's box the pixels of ink down
a stem of the H are counted. So neither the layout's calculation nor the face's own metrics are believed.

The gates (millimetres of capital height for each metre to the farthest seat): tickets and counters'
numbers 0.7 degrees, 12.2 (EN 301 549 V3.2.1, 5.1.4), a tenth more where light stands on dark, 13.4
(DIN 1450); everything else 1/155 of the distance, 6.5 (ASR A6).
"""

import collections
import math
import sys

import numpy

import eye
from picture import SOURCE, Sheet, px_per_mm, render

PAGE = SOURCE / "docs/sizes.md"
CALL_LIGHT_ON_DARK, CALL_DARK_ON_LIGHT, OTHER = 13.4, 12.2, 6.5
SIZES = {"main": ((1920, 1080), (3840, 2160)), "list": ((1920, 1080),), "near": ((1920, 1080),),
         "counter": ((1920, 1080),)}
DIAGONALS_IN = (43, 55)
DISTANCES_M = (4, 6, 8, 10)

# Smoothing and the counting of it may lose so much of a stem.
FORGIVEN_PX = 0.1

# What was measured of a text: millimetres high, and the gate for it at that distance.
Measured = collections.namedtuple("Measured", "call height_mm gate_mm")


def board_of_h(hero):
    """The call while it is announced, or at rest: on a small screen far away call and list take turns."""
    line = {"tag": "en", "title": "H", "noun": "H", "label": "H", "way": "H", "again": "H"}
    row = {"ticket": "HHH", "noun": "H", "label": "HH", "again": "H", "noun_needed": True, "fresh": True}
    return {"hall": "H", "clock": "H", "date": "H", "called": "H", "called_first": "H", "notice": "H", "page_text": "H",
            "hero": {"state": hero, "ticket": "HHH", "direction": "left", "lines": [line]},
            "rows": [row] * 6, "alarm": "none"}


def ink_height(pixels, node):
    """(pixels of ink down a stem, whether the ink is the lighter one) of a text in the picture. A row that
    is half text and half ground, as the smoothing of edges makes them, counts as half a pixel."""
    part = pixels[node.y:node.y + node.height, node.x:node.x + node.width]
    light = eye.luminance(part)
    ground = eye.ground_of(light)
    row, column = numpy.unravel_index(abs(light - ground).argmax(), light.shape)
    text_code = part[row, column].astype(float)
    ground_code = part[light == ground][0].astype(float)
    step = text_code - ground_code
    inked = ((part - ground_code) @ step) / (step @ step)
    return inked.sum(axis=0).max(), light[row, column] > ground


def measured(sheet):
    """Every text of a sheet."""
    for picture in (render(board_of_h(hero), sheet) for hero in ("calling", "resting")):
        for node in picture.nodes:
            if node.kind == "text":
                height_px, lighter = ink_height(picture.pixels, node)
                call = "ticket" in node.words
                gate = (CALL_LIGHT_ON_DARK if lighter else CALL_DARK_ON_LIGHT) if call else OTHER
                yield Measured(call, (height_px + FORGIVEN_PX) / px_per_mm(sheet), gate * sheet.distance_m)


def sheets():
    return [Sheet(*size, layout, diagonal, distance) for layout, sizes in SIZES.items() for size in sizes
            for diagonal in DIAGONALS_IN for distance in DISTANCES_M]


def least(texts):
    """The text that comes nearest to its gate."""
    return min(texts, key=lambda text: text.height_mm / text.gate_mm)


def readable_m(sheet, texts):
    """From how far away every text is as high as it must be."""
    text = least(texts)
    return sheet.distance_m * text.height_mm / text.gate_mm


def cells(sheet):
    texts = list(measured(sheet))
    found = [least(text for text in texts if text.call == call) for call in (True, False)]
    away = readable_m(sheet, texts)
    yield from (f"{text.height_mm:.1f} of {text.gate_mm:.1f}" for text in found)
    yield "yes" if away >= sheet.distance_m else f"no, to {math.floor(away * 10) / 10:.1f} m"


HEAD = f"""# Sizes, measured

Written by `make gallery`, compared by `make check` (tests/pictures/test_sizes.py). Boards of nothing but the
letter H, with a call that is announced and with one at rest, are drawn for screens of {DIAGONALS_IN[0]}" and {DIAGONALS_IN[1]}" (16:9) whose
farthest seat is so far away, and the ink of each text is measured in the picture. A cell is the text that comes nearest to what it must have, in millimetres:
its ink, and the least for it. A ticket or counter's number has {CALL_LIGHT_ON_DARK} mm for each metre as light text on dark
ground and {CALL_DARK_ON_LIGHT} as dark on light (EN 301 549, DIN 1450), all other text {OTHER} (ASR A6). Where a layout does
not hold at a distance, the last column says from how far its picture can be read; `hallcall check` tells what to change.

| layout | pixels | screen | farthest seat | ticket, counter | other text | readable |
|---|---|---|---|---|---|---|
"""


def page():
    lines = [[sheet.layout, f"{sheet.width}x{sheet.height}", f'{sheet.diagonal_in}"', f"{sheet.distance_m} m",
              *cells(sheet)] for sheet in sheets()]
    return HEAD + "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(page())
