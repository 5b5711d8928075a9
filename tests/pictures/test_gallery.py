"""docs/gallery.md and its pictures belong to tests/golden/list, and stay small."""

import numpy
from PIL import Image

import gallery
from picture import SOURCE
from screens import PICTURES, screens

KB = 1024
PICTURE_KB_MAX, SCREEN_KB_MAX, ALL_KB_MAX = 60, 80, 4096


def test_page_is_made_from_the_list():
    assert gallery.PAGE.read_text() == gallery.page(), "make gallery, and look at it"


def test_every_entry_has_its_picture_and_no_other():
    assert sorted(path.stem for path in gallery.FOLDER.glob("*.png")) == \
        sorted(entry.name for entry in gallery.entries())


def test_every_layout_and_theme_is_shown():
    shown = {(entry.sheet.layout, entry.sheet.theme) for entry in gallery.entries()}
    themes = [path.stem for path in (SOURCE / "config/themes").glob("*.ini")]
    assert shown >= {(layout, theme) for layout in gallery.LAYOUTS for theme in themes}


def test_the_readme_and_the_themes_show_this_version():
    for path, pixels in gallery.document_pictures():
        with Image.open(path) as image:
            assert numpy.array_equal(numpy.asarray(image.convert("RGB")), pixels), f"{path.name}: make gallery"


def test_the_guide_shows_this_version():
    """Every screen that can be drawn without a machine is in the guide, is as drawn now, and is small."""
    shown = set()
    for screen in screens():
        with Image.open(screen.path) as image:
            kept = numpy.asarray(image.convert("RGB")).copy()
        drawn = screen.pixels.copy()
        if screen.varies:
            left, top, right, bottom = screen.varies
            drawn[top:bottom, left:right] = kept[top:bottom, left:right]
        assert numpy.array_equal(kept, drawn), f"{screen.path.name}: make gallery"
        assert screen.path.stat().st_size <= SCREEN_KB_MAX * KB, screen.path.name
        shown.add(screen.path.name)
    assert shown == {path.name for path in PICTURES.glob("screen-*.png")}
    guide = (SOURCE / "docs/install.md").read_text()
    assert [name for name in shown if f"](pictures/{name})" not in guide] == []


def test_pictures_are_small_and_of_the_screen_s_shape():
    total = 0
    for entry in gallery.entries():
        path = gallery.FOLDER / f"{entry.name}.png"
        with Image.open(path) as image:
            shape = image.width / image.height
        assert abs(shape / (entry.sheet.width / entry.sheet.height) - 1) < 0.01, entry.name
        assert path.stat().st_size <= PICTURE_KB_MAX * KB, entry.name
        total += path.stat().st_size
    assert total <= ALL_KB_MAX * KB
