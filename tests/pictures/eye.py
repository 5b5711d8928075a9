"""What an eye of visus 0.3 sees of a picture at a distance, and how bright and contrasting it is.

Visus V is 1 / (the smallest gap of a Landolt ring that is made out, in arc minutes) (ISO 8596), so an
eye of visus 0.3 makes out 3.33 arc minutes. It is drawn as a Gaussian blur whose standard deviation
is that gap:

- D. M. Levi and S. A. Klein, Equivalent intrinsic blur in spatial vision, Vision Research 30 (1990)
  1971-1993: once blur exceeds the eye's own, two lines are told apart at a distance about equal to the
  blur's standard deviation. An eye that needs 3.33' is one whose blur has a deviation of 3.33'.
- Checked by the modulation transfer of a Gaussian, exp(-2 (pi sigma f)^2): of black and white stripes
  as fine as the gap (one period is two gaps, f = 1 / 6.67') 0.7 % of the contrast is left, which is
  about the least that anybody sees. A blur less strong would leave stripes that such an eye does not see.

On the screen that is distance x tan(3.33') = 0.97 mm for each metre: at 8 m 7.8 mm, where capitals of
a call are 107 mm high. Light is blurred, not codes of colour: sRGB is taken apart first (IEC 61966-2-1).
"""

import math

import numpy
from PIL import Image

from picture import px_per_mm

VISUS = 0.3
MM_PER_M = 1000
# Relative luminance and contrast: WCAG 2.2, "relative luminance", "contrast ratio".
LUMINANCE = numpy.array([0.2126, 0.7152, 0.0722])
GLARE = 0.05
REACH = 4  # standard deviations beyond which a blur is nothing


def linear(pixels):
    """sRGB bytes to light, 0 to 1."""
    steps = numpy.arange(256) / 255
    table = numpy.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    return table[pixels]


def srgb(light):
    """Light, 0 to 1, to sRGB bytes."""
    light = numpy.clip(light, 0, 1)
    codes = numpy.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return numpy.round(codes * 255).astype(numpy.uint8)


def luminance(pixels):
    return linear(pixels) @ LUMINANCE


def contrast(one, other):
    """WCAG contrast of two relative luminances."""
    lighter, darker = max(one, other), min(one, other)
    return (lighter + GLARE) / (darker + GLARE)


def ground_of(light):
    """The commonest light of a part of a picture: what text stands on."""
    levels, counts = numpy.unique(light, return_counts=True)
    return levels[counts.argmax()]


def sigma_px(sheet):
    gap_rad = math.radians(1 / VISUS / 60)
    return sheet.distance_m * MM_PER_M * math.tan(gap_rad) * px_per_mm(sheet)


def blurred(light, sigma):
    """A plane of light after a Gaussian blur; what is beyond the edge is as bright as the edge."""
    margin = math.ceil(REACH * sigma)
    wide = numpy.pad(light, margin, mode="edge")
    rows = numpy.fft.fftfreq(wide.shape[0])[:, None]
    columns = numpy.fft.rfftfreq(wide.shape[1])[None, :]
    transfer = numpy.exp(-2 * (math.pi * sigma) ** 2 * (rows ** 2 + columns ** 2))
    wide = numpy.fft.irfft2(numpy.fft.rfft2(wide) * transfer, wide.shape)
    return wide[margin:margin + light.shape[0], margin:margin + light.shape[1]]


def grey(light):
    """Light as a grey picture."""
    return Image.fromarray(srgb(light))
