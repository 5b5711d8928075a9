"""Reads tickets and counters back from a picture with Debian's tesseract, as a visitor would.

Nobody tuned it for us: Debian's models as they are, no training, no dictionary of ours. What is done to
the picture, and why:

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
- *In parts*: tesseract knows words, and takes a letter with figures behind it for the beginning of one
  ("Н60" becomes "нво"). A visitor knows better: a ticket of this office is one letter and three figures, and
  its letters are these five. So a ticket is parted where the picture itself has a gap, each letter is read
  by itself by the model of the language or of its script, among letters only, and the figures together by the
  English model, among figures only. Where nothing is read, or two looks do not agree, more looks are
  taken; the answer is what most of the looks say that can be an answer at all, and a tie is none. A letter
  that has none even so is looked for among the office's letters only, which costs a run for each office. No
  character is ever taken for another: O for 0 cannot be an answer, and Г where the office has
  none is as good as nothing.

The looks are the same for all languages and are tables here: FIRST, AGAIN for what they leave open, and
AT_LAST.
"""

import collections
import csv
import functools
import io
import math
import os
import pathlib
import re
import subprocess
import tempfile

import numpy
from PIL import Image, ImageOps

import eye
from boards import LATIN, LETTERS, READERS

# What is to be read: image is dark on light, 0 to 255 in steps of light, with capitals of cap pixels.
Field = collections.namedtuple("Field", "place kind text shape letters image cap")
# plain: of one reading; answer: in parts, "" if there is none; looks: what each look at each part said.
Reading = collections.namedtuple("Reading", "plain answer looks")
# A part of a field: the letters or figures it can be made of, and how many of them at least and at most.
Part = collections.namedtuple("Part", "image cap among least most")
# A look: whose model, mode of page segmentation, height of capitals, and whether edges are drawn sharp
# again where the light is in the middle between text and ground.
Look = collections.namedtuple("Look", "model mode cap_px edges")
LINE, BLOCK, RAW_LINE = "7", "6", "13"
PLAIN = Look("language", LINE, 36, False)
FIRST = {"letter": (Look("language", LINE, 36, True), Look("script", LINE, 36, True)),
         "figures": (Look("eng", LINE, 28, False), Look("eng", LINE, 22, True))}
AGAIN = {"letter": tuple(Look(model, mode, cap_px, True) for model in ("language", "script")
                         for mode, cap_px in ((LINE, 22), (BLOCK, 36), (RAW_LINE, 36))),
         "figures": (Look("eng", LINE, 36, False), Look("eng", BLOCK, 36, True), Look("Latin", LINE, 22, True),
                     Look("Latin", BLOCK, 36, True))}
# A letter only, and only among the office's.
AT_LAST = {"letter": FIRST["letter"] + AGAIN["letter"], "figures": ()}
SCRIPTS = {"uk": "Cyrillic", "bg": "Cyrillic"}
OTHER_SCRIPT = "Latin"
# A ticket is no word, and the picture is not inverted.
NO_WORDS = ("load_system_dawg=0", "load_freq_dawg=0", "load_punc_dawg=0", "load_number_dawg=0", "invert_threshold=0")
QUIET_PX = 20
MARGIN = 0.15  # of the capitals' height: blur reaches beyond the box
FIGURES = "0123456789"
COUNTER_FIGURES = 3  # at most
INKED = (128, 112, 96, 80, 64)  # of 255: the middle of an edge, and darker
ONE_SHAPE = str.maketrans("АВЕКМНОРСТХІЇЈЅУ", "ABEKMHOPCTXIIJSY")


def same_shape(text):
    return text.upper().replace(" ", "").translate(ONE_SHAPE)


def plain_right(field, reading):
    return same_shape(reading.plain) == same_shape(field.text)


def right(field, reading):
    return reading.answer == field.text


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


def seen(part):
    """A window of light as tesseract wants it: dark on light, 0 to 255."""
    low, high = part.min(), part.max()
    grey = numpy.round((part - low) / (high - low) * 255).astype(numpy.uint8)
    return 255 - grey if numpy.median(grey) < 128 else grey


def fields(picture, view, site, sigma):
    """Every ticket and counter of a picture, sharp (sigma 0) or blurred. Where they are is asked of the
    scene, in the view's order; what they say is the view's."""
    nodes = [node for node in picture.nodes if node.kind == "text" and "ticket" in node.words]
    calls = [("hero", view["hero"]["ticket"], view["hero"]["lines"][0]["label"])]
    calls += [("list", row["ticket"], row["label"]) for row in view["rows"]]
    assert len(nodes) >= 2 and len(nodes) % 2 == 0, "not pairs of ticket and counter"
    for (place, ticket, label), shown, counter in zip(calls, nodes[::2], nodes[1::2]):
        assert (shown.text, counter.text) == (ticket, label)
        for kind, node, shape in (("ticket", shown, site.shape), ("counter", counter, "")):
            image = seen(window(picture.pixels, node, sigma))
            yield Field(place, kind, node.text, shape, site.letters, image, node.cap)


def characters(image, inked):
    """Where the characters of a line begin and end: columns with ink, as dark as that, between columns without."""
    ink = (image < inked).any(axis=0).astype(int)
    edges = numpy.flatnonzero(numpy.diff(ink, prepend=0, append=0))
    return list(zip(edges[::2], edges[1::2]))


def apart(image, count):
    """The characters where they are as many as they should be, or at an edge's middle: blur closes a narrow gap,
    but it stays lighter than the ink beside it."""
    found = [characters(image, inked) for inked in INKED]
    return next((some for some in found if len(some) == count), found[0])


def part(field, found, here, among, count):
    """The columns of some of the characters, with the ground beside them to the middle of a gap."""
    beside = round(MARGIN * field.cap)
    first, last = found[here][0], found[here][-1]
    before = max([0] + [(end + first[0]) // 2 for _, end in found[:here.start]])
    after = min([field.image.shape[1]] + [(last[1] + begin) // 2 for begin, _ in found[here.stop:]])
    begin, end = max(before, first[0] - beside), min(after, last[1] + beside)
    return Part(field.image[:, begin:end], field.cap, among, *count)


def parts(field):
    """Each letter of a field, then its figures. None if the picture has too few gaps."""
    letters, figures = field.shape.count("L"), field.shape.count("#")
    found = apart(field.image, letters + figures)
    if len(found) <= letters:
        return None
    count = (1, COUNTER_FIGURES) if field.kind == "counter" else (figures, figures)
    alone = [part(field, found, slice(i, i + 1), "".join(field.letters), (1, 1)) for i in range(letters)]
    return alone + [part(field, found, slice(letters, len(found)), FIGURES, count)]


def prepared(image, cap, look):
    """An image for a look: its capitals as high as wanted, in quiet ground."""
    ground = int(numpy.percentile(image, 95))
    size = [max(1, round(side * look.cap_px / cap)) for side in image.shape[::-1]]
    scaled = ImageOps.expand(Image.fromarray(image).resize(size, Image.LANCZOS), QUIET_PX, ground)
    return scaled.point(lambda light: 255 if light >= 128 else 0) if look.edges else scaled


def tesseract(images, model, mode, among):
    """One run over pictures: the words of each, without blanks. Among: the permitted characters, if not all."""
    settings = [f"tessedit_char_whitelist={among}", *NO_WORDS] if among else []
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / f"{i}.pgm" for i in range(len(images))]
        for image, path in zip(images, paths):
            image.save(path)
        names = pathlib.Path(folder) / "names"
        names.write_text("".join(f"{path}\n" for path in paths))
        command = ["tesseract", names, "-", "--psm", mode, "-l", model]
        command += [word for setting in settings for word in ("-c", setting)]
        done = subprocess.run([*command, "tsv"], capture_output=True, text=True,
                              env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        assert done.returncode == 0, done.stderr
    texts = [""] * len(images)
    for line in csv.DictReader(io.StringIO(done.stdout), delimiter="\t", quoting=csv.QUOTE_NONE):
        texts[int(line["page_num"]) - 1] += (line["text"] or "").strip()
    return texts


@functools.cache
def known():
    """What was read before, by picture and look: many boards have one letter in common."""
    return {}


def recognise(wanted):
    """The words of each (image, model, mode, among): as few runs of tesseract as can be."""
    keys = [(image.tobytes(), image.size, *how) for image, *how in wanted]
    new = {key: image for key, (image, *_) in zip(keys, wanted) if key not in known()}
    for how in sorted({key[2:] for key in new}):
        these = [key for key in new if key[2:] == how]
        known().update(zip(these, tesseract([new[key] for key in these], *how)))
    return [known()[key] for key in keys]


def model_of(look, tag):
    own = {"language": READERS[tag], "script": SCRIPTS.get(tag, OTHER_SCRIPT)}
    return own.get(look.model, look.model)


@functools.cache
def alphabet(model):
    """The characters that a model can say at all."""
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    stored = pathlib.Path(re.search(r'"(.*)"', listed).group(1)) / f"{model}.traineddata"
    with tempfile.TemporaryDirectory() as folder:
        said = pathlib.Path(folder) / f"{model}.lstm-unicharset"
        subprocess.run(["combine_tessdata", "-e", stored, said], capture_output=True, check=True)
        return frozenset(line.split(" ")[0] for line in said.read_text().splitlines()[1:])


@functools.cache
def nameless(tag):
    """The letters of a language's tickets that no model of its reader can say."""
    models = {model_of(look, tag) for look in FIRST["letter"] + AGAIN["letter"]}
    sayable = frozenset().union(*map(alphabet, models))
    return frozenset(letter for letter in LETTERS.get(tag, LATIN) if not set(both_cases(letter)) & sayable)


def both_cases(letters):
    """Tesseract often takes a letter that stands alone for its small one."""
    return "".join(sorted(set(letters.upper() + letters.lower())))


def meant(part, got):
    """What a look says if it can be an answer, or "". One letter is reported twice at times, as capital and
    small one: "Cc"."""
    got = got.upper()
    if part.most == 1 and part.among != FIGURES:
        got = got[:1] if len(set(got)) == 1 else ""
    possible = part.least <= len(got) <= part.most and all(character in part.among for character in got)
    return got if possible else ""


def look_at(some_parts, looks, tag, letters=""):
    """What each look says of each part. A letter is looked for among these, or the office's."""
    wanted = []
    for part in some_parts:
        kind = "figures" if part.among == FIGURES else "letter"
        among = FIGURES if kind == "figures" else both_cases(letters or part.among)
        wanted += [(prepared(part.image, part.cap, look), model_of(look, tag), look.mode, among)
                   for look in looks[kind]]
    got = iter(recognise(wanted))
    return [[meant(part, next(got)) for _ in looks["figures" if part.among == FIGURES else "letter"]]
            for part in some_parts]


def answer(looks):
    """What most of the looks say that say something; "" if none does or two things are said as often."""
    votes = collections.Counter(look for look in looks if look).most_common(2)
    tie = len(votes) == 2 and votes[0][1] == votes[1][1]
    return votes[0][0] if votes and not tie else ""


def more_looks(looks, open_ones, some_parts, how, tag, letters=""):
    for i, more in zip(open_ones, look_at([some_parts[i] for i in open_ones], how, tag, letters)):
        looks[i] += more


def read_parts(some_parts, tag):
    letters = LETTERS.get(tag, LATIN)
    looks = look_at(some_parts, FIRST, tag, letters)
    unsure = [i for i, said in enumerate(looks) if len(set(said)) > 1 or not said[0]]
    more_looks(looks, unsure, some_parts, AGAIN, tag, letters)
    more_looks(looks, [i for i in unsure if not answer(looks[i])], some_parts, AT_LAST, tag)
    return looks


def read(some_fields, tag):
    """The reading of each field."""
    plain = recognise([(prepared(field.image, field.cap, PLAIN), model_of(PLAIN, tag), PLAIN.mode, "")
                       for field in some_fields])
    parted = [parts(field) or [] for field in some_fields]
    looks = iter(read_parts([part for some in parted for part in some], tag))
    readings = []
    for text, some in zip(plain, parted):
        said = [next(looks) for _ in some]
        found = [answer(one) for one in said]
        readings.append(Reading(text, "".join(found) if all(found) else "", said))
    return readings
