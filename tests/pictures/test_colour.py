"""Colours as they are in drawn frames, not as a theme's file says them: contrast, also for colour-blind
eyes and in grey, where states must still differ by shape or words.

Gates: WCAG 2.2 1.4.6, 7:1 for text, and 9:1 for a call (Michelson 0.8 under 5 % of stray light, DIN
32975); 1.4.11, 3:1 for marks that carry a meaning. Simulations of colour-blindness: G. Machado,
M. Oliveira, L. Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency, IEEE
TVCG 15 (2009), matrices of severity 1.0, applied to light.
"""

import copy
import json

import numpy
import pytest

import eye
from picture import SOURCE, Sheet, render

CALL, TEXT, MARK = 9, 7, 3
# For eyes that lack a colour a call is held to what all text is held to.
BLIND_CALL = 7
THEMES = sorted(path.stem for path in (SOURCE / "config/themes").glob("*.ini"))
VIEWS = ("calling", "again", "resting", "full", "welcome", "urgent")
EYES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}
# Separators; a theme says that they carry no meaning.
MEANINGLESS = "line"
DISTANCE_M = 4
MARK_SIDE_MAX_PX = 60
EDGE_STEP_PX = 2
NEAR_PX = 4
# Of the outline of a mark: about the edges of a bar as high as a small text.
OUTLINE_PX_MIN = 100


def sheet(theme):
    return Sheet(1920, 1080, "main", 55, DISTANCE_M, theme)


def view(name):
    return json.loads((SOURCE / f"tests/golden/{name}.json").read_text())


def part(pixels, node):
    return pixels[node.y:node.y + node.height, node.x:node.x + node.width]


def luminance_for(pixels, matrix):
    """The luminance of pixels, for an eye that sees them through a matrix, None for most eyes."""
    light = eye.linear(pixels)
    if matrix is not None:
        light = numpy.clip(light @ numpy.array(matrix).T, 0, 1)
    return light @ eye.LUMINANCE


def ink_contrast(pixels, matrix):
    """Contrast of what stands on a part's ground: of its core, where no edge is smoothed."""
    light = luminance_for(pixels, matrix)
    ground = eye.ground_of(light)
    core = light.flat[abs(numpy.log(light + eye.GLARE) - numpy.log(ground + eye.GLARE)).argmax()]
    return eye.contrast(core, ground)


def is_mark(node):
    small = min(node.width, node.height) <= MARK_SIDE_MAX_PX
    return node.kind == "arrow" or node.kind == "fill" and small and MEANINGLESS not in node.words


def mark_contrast(pixels, node, matrix):
    """Contrast of a mark with what is beside it."""
    if node.kind == "arrow":
        return ink_contrast(part(pixels, node), matrix)
    beside = luminance_for(pixels[node.y + node.height // 2, node.x - EDGE_STEP_PX], matrix)
    light = luminance_for(part(pixels, node), matrix)
    return max(eye.contrast(light.max(), beside), eye.contrast(light.min(), beside))


def too_faint(picture, matrix, call):
    """Nodes whose contrast in the picture is below their gate."""
    for node in picture.nodes:
        if node.kind == "text":
            gate, got = call if "ticket" in node.words else TEXT, ink_contrast(part(picture.pixels, node), matrix)
        elif is_mark(node):
            gate, got = MARK, mark_contrast(picture.pixels, node, matrix)
        else:
            continue
        if got < gate:
            yield f"{node.kind} {node.text!r} {' '.join(node.words)}: {got:.2f} of {gate}"


@pytest.fixture(scope="module")
def drawn():
    """Each view in each theme, drawn once."""
    return {(theme, name): render(view(name), sheet(theme)) for theme in THEMES for name in VIEWS}


@pytest.mark.parametrize("theme", THEMES)
def test_contrast_in_frames(drawn, theme):
    for name in VIEWS:
        picture = drawn[theme, name]
        assert any(node.kind == "text" for node in picture.nodes)
        assert list(too_faint(picture, None, CALL)) == [], f"{theme}, {name}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", EYES)
def test_contrast_for_colour_blind_eyes(drawn, theme, kind):
    for name in VIEWS:
        assert list(too_faint(drawn[theme, name], EYES[kind], BLIND_CALL)) == [], f"{theme}, {name}, {kind}"


def test_simulations_keep_white_and_mix_colours():
    white = numpy.array([[255, 255, 255]], numpy.uint8)
    for matrix in EYES.values():
        assert abs(luminance_for(white, matrix)[0] - 1) < 0.001
    red, green = numpy.array([[200, 0, 0]], numpy.uint8), numpy.array([[0, 90, 0]], numpy.uint8)
    assert luminance_for(red, EYES["protan"])[0] < luminance_for(red, None)[0] * 2 / 3
    assert luminance_for(green, EYES["protan"])[0] > luminance_for(red, EYES["protan"])[0]


def test_a_faint_text_is_found(drawn):
    picture = drawn["night", "calling"]
    faded = picture._replace(pixels=(picture.pixels // 2 + 96).astype(numpy.uint8))
    assert len(list(too_faint(faded, None, CALL))) > 5


# --- grey -----------------------------------------------------------------------------------------

def outlines(pixels):
    """Where neighbouring pixels of a grey picture differ by 3:1: shapes and letters, no matter which side
    is dark."""
    level = numpy.log(eye.luminance(pixels) + eye.GLARE)
    edges = numpy.zeros(level.shape, bool)
    step = 2 * EDGE_STEP_PX
    edges[:, step:] |= abs(level[:, step:] - level[:, :-step]) >= numpy.log(MARK)
    edges[step:, :] |= abs(level[step:, :] - level[:-step, :]) >= numpy.log(MARK)
    return edges


def grown(edges):
    """Edges and what is near them, so that a smoothing of edges is no difference."""
    for axis in (0, 1):
        edges = sum(numpy.roll(edges, shift, axis) for shift in range(-NEAR_PX, NEAR_PX + 1)) > 0
    return edges


def outline_difference(one, other):
    """Pixels of outline that one picture has and the other has not."""
    a, b = outlines(one), outlines(other)
    return int((a & ~grown(b)).sum() + (b & ~grown(a)).sum())


def changed(change=None):
    """A board at rest in all its parts, with one change."""
    base = view("calling")
    base["hero"]["said"] = "nothing"
    for row in base["rows"]:
        row["fresh"] = False
        row["again"] = ""
    if change is not None:
        change(base)
    return base


def hero(key, value):
    return lambda base: base["hero"].__setitem__(key, value)


def first_row(key, value):
    return lambda base: base["rows"][0].__setitem__(key, value)


def card_again(base):
    for line in base["hero"]["lines"]:
        line["again"] = "Called again"


STATES = {
    "a resting card": hero("state", "resting"),
    "the ticket being said": hero("said", "ticket"),
    "the way being said": hero("said", "destination"),
    "a card called again": card_again,
    "a fresh row": first_row("fresh", True),
    "a row called again": first_row("again", "Called again"),
    "a lost link": lambda base: base.update(alarm="link", alarm_texts=["No new calls since 14:02."]),
    "a lost voice": lambda base: base.update(alarm="voice", alarm_texts=["Please watch the screen."]),
    "an urgent text": lambda base: base.update(urgent=True, urgent_head="Attention",
                                               urgent_texts=["Please leave the building."]),
}


@pytest.mark.parametrize("theme", THEMES)
def test_states_differ_in_grey(theme):
    plain = render(changed(), sheet(theme)).pixels
    for name, change in STATES.items():
        other = render(changed(change), sheet(theme)).pixels
        assert outline_difference(plain, other) >= OUTLINE_PX_MIN, f"{theme}: {name}"


def test_a_colour_alone_is_no_difference():
    """What the test above would not let pass: a state that changes a colour only."""
    plain = render(changed(), sheet("night")).pixels
    card = eye.linear(plain)
    yellow = (plain == plain[540, 40]).all(axis=-1)
    other = plain.copy()
    other[yellow] = eye.srgb(numpy.array([0.2, 0.9, 0.9]) * (card[yellow][0] @ eye.LUMINANCE) / 0.757)
    assert yellow.sum() > plain.shape[0] * plain.shape[1] / 20
    assert outline_difference(plain, other) < OUTLINE_PX_MIN
