"""The house style of every drawing: colours that the page's light or dark theme replaces.

A colour here is a name: it is the light theme's value in the file that
matplotlib writes, and a class in the page, where the style sheet decides.  Text
stays text and takes the page's font.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK: Final = "#22211f"
MUTED: Final = "#66625c"
RULE: Final = "#d9d4ca"
PAPER: Final = "#fdfcf9"
SERIES: Final = (
    "#0b5fa5", "#9d6262", "#3b009d", "#4e3b4e", "#9d00ff", "#bf3f0d", "#3b1414", "#762714",
)  # fmt: skip
"""One more than there are markers, so that no two of more than fifty names look alike."""
SHADES: Final = (
    "#0c3557", "#13497a", "#1e5f99", "#3277b3", "#5190c6", "#76a9d5", "#9dc3e2", "#c4dcef",
)  # fmt: skip
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")
CLASSES: Final = (
    {INK: "ink", MUTED: "muted", RULE: "rule", PAPER: "paper"}
    | {colour: f"c{index}" for index, colour in enumerate(SERIES)}
    | {shade: f"z{index}" for index, shade in enumerate(SHADES)}
)
SIZE: Final = (2.9, 2.4)
"""Inches; four abreast on a desk, one on a phone, and the text legible on both."""

MARGINS: Final = {"left": 0.23, "right": 0.95, "bottom": 0.18, "top": 0.95}
"""Fixed, so that panels side by side line up; room for a tick such as 10⁻²⁴."""

SETTINGS: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "softmark",
    # Names come from results: a dollar sign in one must not start a formula.
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "axes.grid.which": "major",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.minor.visible": False,
    "ytick.minor.visible": False,
    "figure.facecolor": "none",
    "lines.linewidth": 1.3,
    "lines.markersize": 4,
}


@contextmanager
def drawing(size: tuple[float, float] = SIZE) -> Iterator[tuple[Figure, Axes]]:
    """A figure in the house style, without the state that pyplot keeps."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=size)
        figure.subplots_adjust(**MARGINS)
        yield figure, figure.subplots()


def series(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """A colour and a marker for each name, so that neither alone has to tell them apart."""
    return {
        name: (SERIES[index % len(SERIES)], MARKERS[index % len(MARKERS)])
        for index, name in enumerate(names)
    }


def style_of(colour: str) -> str:
    """The class that stands for a colour in the page."""
    return CLASSES[colour]
