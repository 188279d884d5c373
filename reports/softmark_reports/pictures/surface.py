"""The maximum of two numbers beside its soft relatives: plain mathematics, no measurement."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from softmark_reports.pictures.picture import Panel, Picture
from softmark_reports.pictures.style import PAPER, SETTINGS, SHADES
from softmark_reports.pictures.svg import to_svg

Array = NDArray[np.float64]
REACH: Final = 3.0
CELLS: Final = 18


def hard_maximum(x1: Array, x2: Array) -> Array:
    """max(x1, x2)."""
    return np.maximum(x1, x2)


def smooth_maximum(x1: Array, x2: Array) -> Array:
    """softmax(x)·x, below the maximum."""
    first = 1 / (1 + np.exp(x2 - x1))
    return first * x1 + (1 - first) * x2


def log_sum_exp(x1: Array, x2: Array) -> Array:
    """log(e^x1 + e^x2), above the maximum by at most log 2."""
    return np.logaddexp(x1, x2)


SURFACES: Final = (
    ("max(x₁, x₂)", hard_maximum, "two planes that meet in a crease where x₁ = x₂"),
    ("softmax(x) · x", smooth_maximum, "a smooth surface that touches the crease and lies below "
     "the planes beside it, by at most 0.278, where the logits differ by 1.28"),
    ("logsumexp(x)", log_sum_exp, "a smooth convex surface, above the maximum by log 2 at x₁ = x₂"),
)  # fmt: skip


@cache
def maximum_and_relatives() -> Picture:
    """Three surfaces over the same square."""
    return Picture(
        name="surfaces",
        title="The maximum, and what softmax makes of it",
        caption="Over −3 ≤ x₁, x₂ ≤ 3. The maximum has a crease where its gradient jumps; "
        "softmax(x)·x rounds it from below, logsumexp from above.",
        panels=[_surface(index, *surface) for index, surface in enumerate(SURFACES)],
    )


def _surface(index: int, title: str, function: Callable[..., Array], shape: str) -> Panel:
    ticks = np.linspace(-REACH, REACH, CELLS + 1)
    x1, x2 = np.meshgrid(ticks, ticks)
    height = function(x1, x2)
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(3.3, 2.8))
        axes: Any = figure.add_axes((0.0, 0.02, 0.98, 0.98), projection="3d")
        axes.plot_surface(x1, x2, height, facecolors=_shades(height), shade=False, rstride=1,
                          cstride=1, edgecolor=PAPER, linewidth=0.3, antialiased=True)  # fmt: skip
        _plain_box(axes)
        svg = to_svg(figure, f"surface-{index}", f"{title}: {shape}")
    return Panel(title, f"{title}: {shape}.", svg)


def _shades(height: Array) -> NDArray[Any]:
    """A name of the palette for each facet, by its height."""
    middle = (height[:-1, :-1] + height[1:, 1:] + height[:-1, 1:] + height[1:, :-1]) / 4
    step = np.clip((middle + REACH) / (2 * REACH + 0.7), 0, 0.999) * len(SHADES)
    colours = np.array(SHADES, dtype=object)[step.astype(int)]
    return np.pad(colours, ((0, 1), (0, 1)), mode="edge")


def _plain_box(axes: Any) -> None:
    axes.view_init(elev=24, azim=-118)
    axes.set_xlabel("x₁", labelpad=-6)
    axes.set_ylabel("x₂", labelpad=-6)
    axes.set_zlim(-REACH, REACH + 0.7)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color((0, 0, 0, 0))
        axis.set_ticks([-2, 0, 2])
        axis.set_tick_params(pad=-2)
