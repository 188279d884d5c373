"""The axes of a picture, drawn once by matplotlib and used by every picture that shares them.

A report has hundreds of small pictures on a handful of axes.  Matplotlib takes a tenth of a second
for each, nearly all of it for ticks and labels; a curve on axes that are there is one line of SVG.
Sharing the axes also lets pictures be compared across pages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from softmark_reports.pictures.style import SIZE, drawing
from softmark_reports.pictures.svg import to_svg
from softmark_reports.writing.wording import length, number, octets, power

Ticks = Literal["decades", "doublings", "percent", "bytes", "plain", "places", "dates"]
FEW_DECADES: Final = 200.0
"""An axis that spans less has also 2 and 5 among its ticks."""
DATES_AT: Final = (0.2, 0.8)
"""Where a date stands on its axis: two have room, away from the edges."""
FEW_DAYS: Final = 3.0
CLOSING: Final = "</svg>"
SHARED: Final = "frame"
"""The class of the group that holds the axes; there is no other group in it."""


@dataclass(frozen=True)
class Axis:
    """One axis: what it shows, from where to where, and how it is divided.

    ``ticks``: ``decades``, ``doublings`` (row lengths), ``percent`` and ``bytes`` are logarithmic,
    ``plain`` and ``places`` linear; the labels of ``places`` are ``names``, at 0, 1, 2 ...;
    ``dates`` are days since 1970.
    """

    label: str
    low: float
    high: float
    ticks: Ticks = "decades"
    names: tuple[str, ...] = ()

    @property
    def is_log(self) -> bool:
        return self.ticks in ("decades", "doublings", "percent", "bytes")

    def clip(self, value: float) -> float:
        """The nearest number that the axis has; zero lies on its lower end."""
        return min(max(value, self.low), self.high)

    def share(self, value: float) -> float:
        """Where on the axis a number lies, from 0 at its lower end to 1."""
        low, high, at = self.low, self.high, self.clip(value)
        if self.is_log:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return (at - low) / (high - low)


@dataclass(frozen=True)
class Frame:
    """Axes as the beginning of an ``svg`` element, and where a number lies on them.

    Attributes
    ----------
    x, y:
        The axes.
    head:
        The element without its end.
    left, bottom, width, height:
        The rectangle of the axes, in the element's units; y grows downwards.
    """

    x: Axis
    y: Axis
    head: str
    left: float
    bottom: float
    width: float
    height: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point, moved to the edge where it lies beyond."""
        return (
            self.left + self.width * self.x.share(x),
            self.bottom - self.height * self.y.share(y),
        )


@cache
def frame(x: Axis, y: Axis, size: tuple[float, float] = SIZE) -> Frame:
    """Draw the axes, or take them from an earlier call."""
    with drawing(size) as (figure, axes):
        _set(axes.xaxis, axes.set_xscale, axes.set_xlim, x)
        _set(axes.yaxis, axes.set_yscale, axes.set_ylim, y)
        axes.set_xlabel(x.label)
        axes.set_ylabel(y.label)
        axes.tick_params(length=0)
        for artist in [*axes.get_xgridlines(), *axes.get_ygridlines()]:
            artist.set_clip_on(False)  # they end at the axes, and a clip path needs an identifier
        box: Any = axes.get_position()
        width, height = (72 * inches for inches in size)
        svg = to_svg(figure, "frame", "")
    return Frame(
        x, y, _grouped(svg),
        left=box.x0 * width, bottom=(1 - box.y0) * height,
        width=box.width * width, height=box.height * height,
    )  # fmt: skip


def _grouped(svg: str) -> str:
    """The beginning of the element, with the axes in a group by which one file can share them."""
    opening, inner = svg.removesuffix(CLOSING).split(">", 1)
    return f'{opening}><g class="{SHARED}">{inner}</g>'


def _set(axis: Any, scale: Callable[..., Any], limits: Callable[..., Any], wanted: Axis) -> None:
    if wanted.is_log:
        scale("log")
    limits(wanted.low, wanted.high)
    if wanted.ticks in ("decades", "percent") and wanted.high < FEW_DECADES * wanted.low:
        axis.set_major_locator(FixedLocator(_steps(wanted)))
    match wanted.ticks:
        case "decades":
            axis.set_major_formatter(FuncFormatter(_decade))
        case "percent":
            axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
        case "doublings":
            step = 2 if wanted.high < 2**12 * wanted.low else 5
            axis.set_major_locator(FixedLocator([2**exponent for exponent in range(0, 31, step)]))
            axis.set_major_formatter(FuncFormatter(lambda n, _: length(round(n))))
        case "bytes":
            axis.set_major_locator(FixedLocator([2**exponent for exponent in range(0, 50, 4)]))
            axis.set_major_formatter(FuncFormatter(lambda size, _: octets(size)))
        case "places":
            axis.set_major_locator(FixedLocator(list(range(len(wanted.names)))))
            axis.set_major_formatter(FuncFormatter(lambda at, _: wanted.names[round(at)]))
        case "dates":
            span = wanted.high - wanted.low
            axis.set_major_locator(FixedLocator([wanted.low + part * span for part in DATES_AT]))
            axis.set_major_formatter(FuncFormatter(lambda day, _: _date(day, span)))
        case "plain":
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
    axis.set_minor_locator(NullLocator())


def _date(day: float, span: float) -> str:
    """The day, or the hour where all lies within few days."""
    at = datetime.fromtimestamp(86_400 * day, UTC)
    return f"{at:%m-%d %H:%M}" if span < FEW_DAYS else f"{at:%Y-%m-%d}"


def _steps(wanted: Axis) -> list[float]:
    """1, 2 and 5 times the powers of ten that lie on the axis."""
    exponents = range(math.floor(math.log10(wanted.low)), math.ceil(math.log10(wanted.high)) + 1)
    steps = [float(f"{step}e{exponent}") for exponent in exponents for step in (1, 2, 5)]
    return [step for step in steps if wanted.low <= step <= wanted.high]


def _decade(value: float, _position: int) -> str:
    if value <= 0:
        return number(value)
    exponent = math.floor(math.log10(value) + 1e-9)
    if -3 < exponent < 4:
        return f"{value:g}"
    times = round(value / 10.0**exponent)
    return power(10, exponent) if times == 1 else f"{times} × {power(10, exponent)}"


def lengths(table: pd.DataFrame) -> Axis:
    """The axis of row lengths that suits a table: between two of a few powers of two."""
    longest, shortest = (table["n"].max(), table["n"].min()) if len(table) else (1, 1)
    top = next((2**e for e in (10, 12, 14, 16, 20) if 2**e >= longest), 2**30)
    bottom = next((2**e for e in (10, 6, 4) if 2 ** (e + 1) <= shortest < top / 8), 1)
    return Axis("row length n", bottom, top, "doublings")


def around(values: Sequence[float], room: float = 1.7) -> tuple[float, float]:
    """A logarithmic range that holds the values, with some room at both ends."""
    return min(values) / room, max(values) * room


def decades_around(values: Any, least: float, most: float) -> tuple[float, float]:
    """Whole decades around the positive finite values, cut at ``least`` and ``most``."""
    sizes = np.abs(np.asarray(values, dtype=float))
    positive = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not positive.size:
        return least, most
    low, high = np.clip([positive.min(), positive.max()], least, most)
    bottom, top = np.floor(np.log10(low)), np.ceil(np.log10(high))
    return float(10**bottom), float(10 ** max(top, bottom + 1))
