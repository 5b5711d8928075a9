"""Reads tickets and counters back from a picture with Debian's tesseract, as a visitor would.

Nobody tuned it for us: Debian's model of the board's first language, no list of permitted
characters, no dictionary of ours, no training. What is done to the picture, and why:

- Each ticket and each counter's number is cut out by the scene's box and read as one line (--psm 7):
  tesseract finds no lines among texts of which one is six times as high as the next, and eyes too rest
  on one word at a time.
- Tesseract wants dark text on light with quiet ground around it, capitals some 30 px high (its page
  "Improving the quality of the output"): the cut is inverted where it is light on dark, brought to that
  height, and its ground is continued. It is given light, not codes of sRGB: an edge that was blurred
  then lies in the middle between text and ground whichever of them is dark.

Two judgements:

- *Plain*, of one reading: the characters must be the same, but for blanks, for capitals, and for letters
  of two scripts that have one shape, which nobody can tell apart.
- *By the site's pattern*: a visitor knows that tickets of this office are one letter and three figures,
  and which letters there are, so a figure's place is read as a figure ("O" as 0) and a letter's place as
  one of the site's letters ("5" as S). And a visitor who is not sure looks again: each cut is read at
  three sizes, and where these do not agree also as a raw line (--psm 13) and at three sizes by Debian's
  model of the script (Latin, Cyrillic). What most of the readings that can be a ticket say counts.
"""

import collections
import csv
import io
import math
import os
import pathlib
import re
import subprocess
import tempfile
import unicodedata

import numpy
from PIL import Image, ImageOps

import eye
from boards import READERS

Field = collections.namedtuple("Field", "place kind text shape letters cuts")
# A look: whose model, height of capitals, mode of page segmentation. The very first is the plain reading.
Look = collections.namedtuple("Look", "model cap_px mode")
LINE, RAW_LINE = "7", "13"
FIRST = [Look("language", cap_px, LINE) for cap_px in (36, 28, 22)]
AGAIN = [Look("language", 36, RAW_LINE)] + [Look("script", cap_px, LINE) for cap_px in (36, 28, 22)]
SCRIPTS = {"uk": "Cyrillic", "bg": "Cyrillic"}
OTHER_SCRIPT = "Latin"
QUIET_PX = 20
MARGIN = 0.15  # of the capitals' height: blur reaches beyond the box
FIGURES = "0123456789"

ONE_SHAPE = str.maketrans("АВЕКМНОРСТХІЇЈЅУ", "ABEKMHOPCTXIIJSY")
# What each character is taken for by its shape alone. Used only where the site's pattern decides.
LOOKS = {
    "0": "OОQD", "1": "IІЇLTТJ|!Л", "2": "ZЯ", "3": "ЗЭ", "4": "AАЧ", "5": "SЅ$", "6": "GБЬ", "7": "?/",
    "8": "BВ&", "9": "Q", "S": "5$", "Z": "27", "B": "8", "G": "6C", "D": "0", "T": "71", "J": "1",
    "A": "4", "Y": "VУ", "V": "UY", "L": "1", "U": "V0", "З": "3", "Б": "65", "В": "8", "Ч": "4", "Т": "71",
    "Ґ": "Г", "Й": "И", "Щ": "Ш", "Є": "Е", "Я": "9", "А": "4", "И": "М", "Д": "А",
}


def same_shape(text):
    return text.upper().replace(" ", "").translate(ONE_SHAPE)


def at_place(character, place, letters):
    """The character that is meant at a place of the pattern, None if it can be none."""
    permitted = FIGURES if place == "#" else letters
    exact = [one for one in permitted if same_shape(one) == same_shape(character)]
    alike = [one for one in permitted if character in LOOKS.get(one, "")]
    found = exact or alike
    return found[0] if len(found) == 1 else None


def by_pattern(got, shape, letters):
    """What was read, each place of the pattern as what it must be; None if it cannot be that.

    Tesseract reports some characters twice, as capital and small letter or letter and figure ("Cc6",
    "О0"): readings of one place that mean the same count as one.
    """
    if not shape:
        return None if got else ""
    meant = at_place(got[0], shape[0], letters) if got else None
    used = 1
    while meant is not None:
        rest = by_pattern(got[used:], shape[1:], letters)
        if rest is not None:
            return meant + rest
        if used == len(got) or at_place(got[used], shape[0], letters) != meant:
            break
        used += 1
    return None


def marks_only(got):
    """Without what no ticket has: blanks and punctuation, "TM" as one sign."""
    return re.sub(r"[^\w$?/|!&]|_", "", unicodedata.normalize("NFKC", got).upper())


def plain_right(field, readings):
    return same_shape(readings[0]) == same_shape(field.text)


def possible(field, readings):
    """What the readings say where they can be a ticket."""
    meant = [by_pattern(marks_only(got), field.shape, field.letters) for got in readings]
    return [text for text in meant if text is not None]


def is_sure(field, readings):
    found = possible(field, readings)
    return len(found) == len(readings) and len(set(found)) == 1


def pattern_right(field, readings):
    votes = collections.Counter(possible(field, readings)).most_common(1)
    return bool(votes) and votes[0][0] == field.text


def window(pixels, node, sigma):
    """The light of a node and of a little ground before it, blurred together with what is around it. Behind
    it the box ends where the next part of the board begins."""
    beside = round(MARGIN * node.cap)
    far = math.ceil(eye.REACH * sigma)
    left, right = max(0, node.x - beside), node.x + node.width
    top, bottom = max(0, node.y - far), node.y + node.height + far
    start = max(0, left - far)
    part = eye.luminance(pixels[top:bottom, start:right + far])
    if sigma:
        part = eye.blurred(part, sigma)
    return part[node.y - top:node.y - top + node.height, left - start:right - start]


def cut(part, node):
    """A window as tesseract wants it, for each height of capitals."""
    low, high = part.min(), part.max()
    grey = numpy.round((part - low) / (high - low) * 255).astype(numpy.uint8)
    if numpy.median(grey) < 128:
        grey = 255 - grey
    image = Image.fromarray(grey)
    ground = int(numpy.percentile(grey, 95))
    cuts = {}
    for cap_px in {look.cap_px for look in FIRST + AGAIN}:
        size = [max(1, round(side * cap_px / node.cap)) for side in image.size]
        cuts[cap_px] = ImageOps.expand(image.resize(size, Image.LANCZOS), QUIET_PX, ground)
    return cuts


def fields(picture, view, site, sigma):
    """Every ticket and counter of a picture, sharp (sigma 0) or blurred. Where they are is asked of the
    scene, in the view's order; what they say is the view's."""
    nodes = [node for node in picture.nodes if node.kind == "text" and "ticket" in node.words]
    calls = [("hero", view["hero"]["ticket"], view["hero"]["lines"][0]["label"])]
    calls += [("list", row["ticket"], row["label"]) for row in view["rows"]]
    assert len(nodes) >= 2 and len(nodes) % 2 == 0, "not pairs of ticket and counter"
    for (place, ticket, label), shown, counter in zip(calls, nodes[::2], nodes[1::2]):
        assert (shown.text, counter.text) == (ticket, label)
        for kind, node, shape in (("ticket", shown, site.shape), ("counter", counter, "#" * len(label))):
            cuts = cut(window(picture.pixels, node, sigma), node)
            yield Field(place, kind, node.text, shape, site.letters, cuts)


def recognise(images, model, mode):
    """One run of tesseract over pictures: the words of each, without blanks."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / f"{i}.png" for i in range(len(images))]
        for image, path in zip(images, paths):
            image.save(path)
        names = pathlib.Path(folder) / "names"
        names.write_text("".join(f"{path}\n" for path in paths))
        done = subprocess.run(["tesseract", names, "-", "--psm", mode, "-l", model, "tsv"],
                              capture_output=True, text=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        assert done.returncode == 0, done.stderr
    texts = [""] * len(images)
    for line in csv.DictReader(io.StringIO(done.stdout), delimiter="\t", quoting=csv.QUOTE_NONE):
        texts[int(line["page_num"]) - 1] += (line["text"] or "").strip()
    return texts


def look_at(some_fields, looks, tag):
    """The readings of each field, in the order of the looks; as few runs of tesseract as can be."""
    models = {"language": READERS[tag], "script": SCRIPTS.get(tag, OTHER_SCRIPT)}
    readings = [[None] * len(looks) for _ in some_fields]
    for model, mode in sorted({(look.model, look.mode) for look in looks}):
        places = [(i, k) for i in range(len(some_fields)) for k, look in enumerate(looks)
                  if (look.model, look.mode) == (model, mode)]
        images = [some_fields[i].cuts[looks[k].cap_px] for i, k in places]
        for (i, k), text in zip(places, recognise(images, models[model], mode) if images else []):
            readings[i][k] = text
    return readings


def read(some_fields, tag):
    """The readings of each field."""
    readings = look_at(some_fields, FIRST, tag)
    unsure = [i for i, field in enumerate(some_fields) if not is_sure(field, readings[i])]
    for i, more in zip(unsure, look_at([some_fields[i] for i in unsure], AGAIN, tag)):
        readings[i] += more
    return readings
