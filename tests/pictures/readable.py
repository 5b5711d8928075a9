"""Lets tesseract read random boards in every language, sharp and blurred: docs/readable.md.

Run as a program (`make readable`, 200 boards for each language), this writes the page; test_readable.py
reads a few boards. What is read and how it is judged stands in ocr.py, what visus 0.3 sees in eye.py.
"""

import argparse
import collections
import concurrent.futures
import json
import re
import subprocess

from PIL import Image

import eye
import ocr
from boards import READERS, board
from picture import SOURCE, Sheet, render

PAGE = SOURCE / "docs/readable.md"
# A common screen at a common distance, by day and by night.
SHEET = Sheet(1920, 1080, "main", 55, 6, "night")
THEMES = ("night", "day")
BATCH = 20  # boards of one run of tesseract: its model is loaded once for them

# parted: read rightly in parts; nameless: fields with a letter that no model of the reader has.
Count = collections.namedtuple("Count", "tag blurred fields plain parted nameless errors")


def sheet_of(seed):
    return SHEET._replace(theme=THEMES[seed % len(THEMES)])


def read_boards(tag, seeds):
    """Counts of what was read rightly on the boards of these seeds, sharp and blurred."""
    found = []
    for seed in seeds:
        view, site = board(tag, seed)
        picture = render(view, sheet_of(seed))
        for sigma in (0, eye.sigma_px(sheet_of(seed))):
            found += [(seed, sigma > 0, field) for field in ocr.fields(picture, view, site, sigma)]
    judged = list(zip(found, ocr.read([field for _, _, field in found], tag)))
    return [count(tag, blurred, [(seed, field, got) for (seed, blur, field), got in judged if blur == blurred])
            for blurred in (False, True)]


def count(tag, blurred, judged):
    plain = sum(ocr.plain_right(field, got) for _, field, got in judged)
    strange = ocr.nameless(tag)
    errors = [(seed, field.place, field.text, got.looks) for seed, field, got in judged
              if not ocr.right(field, got)]
    nameless = sum(bool(strange & set(field.text)) for _, field, _ in judged)
    return Count(tag, blurred, len(judged), plain, len(judged) - len(errors), nameless, errors)


def read_all(boards):
    """One Count per language and eye; two languages at a time."""
    jobs = [(tag, range(first, min(first + BATCH, boards))) for tag in READERS
            for first in range(0, boards, BATCH)]
    sums = {}
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        for batch in pool.map(read_boards, *zip(*jobs)):
            for one in batch:
                key = one.tag, one.blurred
                old = sums.get(key, Count(*key, 0, 0, 0, 0, []))
                sums[key] = Count(*key, *(a + b for a, b in zip(old[2:], one[2:])))
    return sums


def percent(part, whole):
    """Rounded down: 100 is said only of all."""
    return f"{int(part * 1000 / whole) / 10:g} %"


def table(sums):
    yield ("| language | model | fields | without a name | sharp, plain | sharp, in parts "
           "| blurred, plain | blurred, in parts |")
    yield "|---|---|---|---|---|---|---|---|"
    for tag, model in READERS.items():
        sharp, blurred = sums[tag, False], sums[tag, True]
        cells = [percent(part, one.fields) for one in (sharp, blurred) for part in (one.plain, one.parted)]
        yield f"| {tag} | {model} | {sharp.fields} | {sharp.nameless} | {' | '.join(cells)} |"


def error_lines(sums):
    for one in sums.values():
        for seed, place, text, looks in one.errors:
            words = "; ".join(" ".join(said or "–" for said in part) for part in looks)
            yield f"| {one.tag} {seed} | {place} | {'visus 0.3' if one.blurred else 'sharp'} | {text} | {words} |"


def nameless_words(sums):
    """The letters that no model of a language's reader has, and what is read without them; "" if there are none."""
    said = []
    for tag in READERS:
        strange = ocr.nameless(tag)
        if strange:
            named = [(one.fields - one.nameless,
                      sum(not strange & set(text) for _, _, text, _ in one.errors))
                     for one in (sums[tag, False], sums[tag, True])]
            rest = " and ".join(percent(fields - wrong, fields) for fields, wrong in named)
            said.append(f"No model has a name for {' '.join(sorted(strange))} ({tag}): it can be read as some other "
                        f"letter only, which is wrong here. Of the fields without it {rest} were read, sharp and blurred.")
    return "\n".join(said)


def tesseract_version():
    done = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True)
    return re.match(r"tesseract (\S+)", done.stdout).group(1)


def page(sums, boards):
    sigma = eye.sigma_px(SHEET)
    wrong = list(error_lines(sums))
    head = f"""# Can it be read?

Written by `make readable`. {boards} random boards for each language (tests/pictures/boards.py: words of the
language files, one to four languages together, letters that begin tickets there, counters of one to three
figures, recalls, ways, both kinds of light) are drawn as a screen of {SHEET.diagonal_in:g}" shows them whose farthest seat is
{SHEET.distance_m:g} m away, and every ticket and counter of card and list is read back by Debian's tesseract {tesseract_version()} with its
stock models.

*Sharp* is the picture itself. *Blurred* is what an eye of visus 0.3 sees from the farthest seat: such an eye makes
out 3.33 arc minutes, drawn as a Gaussian blur of light with that standard deviation, here {sigma:.1f} px (derivation and
sources: tests/pictures/eye.py).

Two readers, of the same pictures. *Plain* is one reading of the whole ticket by the language's model without any help,
and must be right in every character, but for capitals and blanks. It tells how far tesseract's knowledge of words goes
astray on what is no word: "Н60" becomes "нво". *In parts* is read as a visitor reads who knows what tickets look like in
this office, by a rule that is the same for all languages (tests/pictures/ocr.py):

1. A ticket is parted where its picture has a gap: each of its letters, and its figures together. A counter is one to
   three figures.
2. A letter is read by the language's model and by that of its script among the alphabet's letters, the figures twice by
   the English model among figures. If both looks say the same, and it can be (one of the office's letters, as many
   figures as tickets have here), that is the answer.
3. Else a letter is looked at {len(ocr.AGAIN["letter"])} times more and figures {len(ocr.AGAIN["figures"])} times, at other sizes and with other ways of finding the
   line. What most of all looks say that can be an answer is the answer; a tie is none.
4. A letter without an answer is looked at {len(ocr.AT_LAST["letter"])} times among the office's letters, and all looks count.
5. The answer must be right in every character. Nothing is taken for anything else: O for 0 or З for 3 is wrong.

*Without a name* counts the fields with a letter that the reader's models do not have in their alphabets at all. They
count as fields like all others. {nameless_words(sums)}
Ґ is a gap in the reader, not in the picture: none of the 14 models of Debian 12 that have Cyrillic letters has it. In the
ticket's face it stands farther apart from its nearest neighbour (Г, 15 %) than letters do that are all read (Й from И 11 %,
Щ from Ш 9 %: [typography](typography.md)). No reader of Debian's that knows it is known to us, so a site that wants its
tickets read by machines as well begins none with it.

"""
    tail = "\n\nNothing was read wrongly in parts.\n" if not wrong else f"""

## What was not read in parts

What tesseract said at each look, letters and figures apart; – is nothing that can be an answer. Draw the board again
and look at it yourself:
`tests/pictures/readable.py --show LANGUAGE NUMBER --output FILE.png`.

| board | where | eye | on the screen | read |
|---|---|---|---|---|
""" + "\n".join(wrong) + "\n"
    return head + "\n".join(table(sums)) + tail


def show(tag, seed, output):
    view, _ = board(tag, seed)
    Image.fromarray(render(view, sheet_of(seed)).pixels).save(output)
    print(json.dumps(view, ensure_ascii=False, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boards", type=int, default=200)
    parser.add_argument("--show", nargs=2, metavar=("LANGUAGE", "NUMBER"))
    parser.add_argument("--output", default="board.png")
    arguments = parser.parse_args()
    if arguments.show:
        show(arguments.show[0], int(arguments.show[1]), arguments.output)
        return
    PAGE.write_text(page(read_all(arguments.boards), arguments.boards))
    print("\n".join(line for line in PAGE.read_text().splitlines() if line.startswith("|")))


if __name__ == "__main__":
    main()
