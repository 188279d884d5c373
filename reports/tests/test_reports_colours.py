"""The colours of the pictures for readers with one of the three common deficiencies.

The matrices are those of Machado, Oliveira and Fernandes 2009 for full severity, on linear RGB.
"""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from softmark_reports.resources import resource

Array = NDArray[np.float64]
SEEN_BY = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
WHITE = XYZ.sum(axis=1)
APART = 20.0
"""CIE 1976 colour difference; 2.3 is just noticeable, and neighbours on a line need far more."""


def themes() -> dict[str, dict[str, str]]:
    """The colours of the light and of the dark theme by their names."""
    parts = resource("style.css").split("@media (prefers-color-scheme: dark)", 1)
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in parts)
    return {"light": light, "dark": dark}


def linear(colour: str) -> Array:
    c = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(colour: str, eye: Any) -> Array:
    t = XYZ @ np.clip(np.asarray(eye) @ linear(colour), 0, 1) / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", SEEN_BY.values(), ids=SEEN_BY)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_two_series_look_alike(theme: str, eye: Any) -> None:
    colours = [themes()[theme][f"c{index}"] for index in range(8)]
    for one, other in combinations(colours, 2):
        assert np.linalg.norm(lab(one, eye) - lab(other, eye)) > APART, (one, other)


@pytest.mark.parametrize("eye", SEEN_BY.values(), ids=SEEN_BY)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_shades_go_from_dark_to_light(theme: str, eye: Any) -> None:
    lightness = [lab(themes()[theme][f"z{index}"], eye)[0] for index in range(8)]
    assert all(first < second for first, second in pairwise(lightness))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_name_of_a_line_is_legible_in_its_colour(theme: str) -> None:
    colours = themes()[theme]
    paper = XYZ[1] @ linear(colours["paper"])
    for index in range(8):
        own = XYZ[1] @ linear(colours[f"c{index}"])
        assert (max(own, paper) + 0.05) / (min(own, paper) + 0.05) >= 4.5, colours[f"c{index}"]
