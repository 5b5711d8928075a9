"""Capitals measured in pictures meet the gates, and docs/sizes.md says how high they are."""

import re

import pytest

import sizes
from picture import Sheet


@pytest.fixture(scope="module")
def page():
    return sizes.page()


def test_sizes_meet_the_gates(page):
    rows = re.findall(r'^\| (\w+) \| \d+x\d+ \| (\d+)" \| (\d+) m \|.*\| ([^|]+) \|$', page, re.M)
    assert len(rows) == len(sizes.sheets())
    for layout, diagonal, distance, verdict in rows:
        assert verdict == "yes", (layout, diagonal, distance, verdict)


def test_the_page_says_what_is_measured(page):
    assert sizes.PAGE.read_text() == page, "make gallery, and look at it"


def test_ink_is_measured_in_pixels():
    """Against a screen that is said to be half as large, the same pixels are half as high."""
    sheet = Sheet(1920, 1080, "main", 55, 4)
    large = list(sizes.measured(sheet))
    assert len(large) > 8 and {text.call for text in large} == {True, False}
    small = sizes.readable_m(sheet._replace(diagonal_in=27.5, distance_m=2), large)
    assert small == pytest.approx(sizes.readable_m(sheet, large) / 2)
