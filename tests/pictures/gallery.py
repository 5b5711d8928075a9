"""The pictures of docs/gallery/ and their page, from tests/golden/list, and the README's, the themes' and the
guide's of docs/pictures/ (screens.py): `make gallery`.

Each golden scene is drawn at its own size, brought to 640 px and to a palette, so that the whole gallery
stays small. test_gallery.py sees that page, pictures and list belong together, and that docs/pictures/ shows what
the program draws now.
"""

import collections
import json
import sys

from PIL import Image

from picture import SOURCE, Sheet, render, render_file
from screens import screens

LIST = SOURCE / "tests/golden/list"
FOLDER = SOURCE / "docs/gallery"
PAGE = SOURCE / "docs/gallery.md"
PICTURES = SOURCE / "docs/pictures"
THEMES = ("day", "night", "high-contrast", "riverside")
WIDTH_PX, HEIGHT_MAX_PX, COLOURS = 640, 720, 64

Entry = collections.namedtuple("Entry", "name view sheet")

LAYOUTS = {
    "main": "The call that is announced, large, and the list of calls beside or below it.",
    "list": "Many counters: the call in one line above the list.",
    "near": "A lower screen to walk up to: fewer calls, larger.",
    "counter": "One counter's own display.",
    "bar": "A stretched screen: call and list side by side.",
}


def entries():
    for line in LIST.read_text().splitlines():
        name, view, size, layout, diagonal, distance, theme, _ = line.split()
        width, height = (int(side) for side in size.split("x"))
        yield Entry(name, view, Sheet(width, height, layout, float(diagonal), float(distance), theme))


def draw(entry):
    """Writes an entry's small picture."""
    view = json.loads((SOURCE / f"tests/golden/{entry.view}.json").read_text())
    image = Image.fromarray(render(view, entry.sheet).pixels)
    scale = min(WIDTH_PX / image.width, HEIGHT_MAX_PX / image.height)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.LANCZOS)
    image = image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    image.save(FOLDER / f"{entry.name}.png", optimize=True)


def caption(entry):
    sheet = entry.sheet
    words = [entry.view, f"{sheet.width}x{sheet.height}"]
    if sheet.diagonal_in:
        words.append(f'{sheet.diagonal_in:g}" seen from {sheet.distance_m:g} m')
    return ", ".join([*words, sheet.theme])


def page():
    lines = ["# Gallery", "",
             "Every layout, theme, shape of screen and set of languages that matters, drawn by `make gallery` with the",
             "program itself and reduced to 640 px. The boards are `tests/golden/*.json`, the scenes behind the pictures",
             "are compared by `make check`. A caption names the board, the pixels, the screen and its farthest seat,",
             "and the theme. The larger a screen's distance, the larger its text and the fewer the calls on it.", ""]
    for layout, words in LAYOUTS.items():
        lines += [f"## {layout}", "", words, ""]
        for entry in entries():
            if entry.sheet.layout == layout:
                lines += [f"![{caption(entry)}](gallery/{entry.name}.png)\\", f"*{caption(entry)}*", ""]
    return "\n".join(lines).rstrip() + "\n"


def document_pictures():
    """Each picture of the README and docs/themes.md, and what it should show."""
    view = PICTURES / "hall.json"
    yield PICTURES / "hall.png", render_file(view)
    for theme in THEMES:
        yield PICTURES / f"theme-{theme}.png", render_file(view, "--size", "960x540", f"--set=display.theme={theme}",
                                                           f"--set=display.logo={PICTURES / 'logo.png'}")


def main():
    for path, pixels in document_pictures():
        Image.fromarray(pixels).save(path, optimize=True)
    for screen in screens():
        Image.fromarray(screen.pixels).save(screen.path, optimize=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for entry in entries():
        draw(entry)
    PAGE.write_text(page())
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    sys.stdout.write(f"{len(list(entries()))} pictures, {total / 1024:.0f} kB\n")


if __name__ == "__main__":
    main()
