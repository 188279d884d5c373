"""Curves of many implementations, coloured by framework."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from softmark_reports.pictures.frame import Frame
from softmark_reports.pictures.picture import Key, Panel
from softmark_reports.pictures.sketch import Sketch, Weight
from softmark_reports.pictures.style import series, style_of
from softmark_reports.writing.wording import printable

MOST_ABOVE: Final = 5
"""Curves that make one below them wider."""
PRIMARY: Final = ""
"""The variant that a framework is known by; its others are drawn thin."""


@dataclass(frozen=True)
class Curve:
    """One line: ``x`` ascending, ``y`` not negative; thin ones stay in the background."""

    framework: str
    x: Sequence[float]
    y: Sequence[float]
    thin: bool = False


def worst_curves(table: pd.DataFrame, x: str) -> list[Curve]:
    """For each implementation, the largest magnitude at each ``x``, as a curve."""
    finite = table[np.isfinite(table["value"])]
    finite = finite.assign(value=finite["value"].abs())
    by = ["framework", "implementation", "variant", x]
    highest = finite.groupby(by, observed=True)["value"].max()
    return [
        Curve(str(framework), *_columns(curve, x), thin=variant != PRIMARY)
        for (framework, _, variant), curve in highest.groupby(level=[0, 1, 2], observed=True)
    ]


def keys(frameworks: Sequence[str], shown: pd.Series) -> list[Key]:
    """The legend for those of the report's frameworks that a picture shows.

    All take part in the choice of colours, so that each keeps its own in every picture.
    """
    present = set(shown)
    return [
        Key(style_of(colour), marker, printable(name))
        for name, (colour, marker) in series(frameworks).items()
        if name in present
    ]


def panel(
    title: str,
    curves: Sequence[Curve],
    frame: Frame,
    frameworks: Sequence[str],
    decorate: Callable[[Sketch], None] = lambda _: None,
) -> Panel:
    """Draw curves; zeros lie on the lowest line, since a logarithm has no place for them."""
    sketch = Sketch(frame)
    decorate(sketch)
    thick = sum(not curve.thin for curve in curves)
    ends: dict[str, tuple[float, float, str]] = {}
    for curve in sorted(curves, key=lambda curve: not curve.thin):
        colour, marker = series(frameworks)[curve.framework]
        weight: Weight = "thin" if curve.thin else "thick"
        shape = "" if curve.thin else marker
        thick -= not curve.thin
        above = 0 if curve.thin else min(thick, MOST_ABOVE)
        below = len(ends) if shape else 0
        sketch.curve(curve.x, curve.y, style_of(colour), weight, shape, above, below)
        if shape and len(curve.x) > 1:
            ends[curve.framework] = curve.x[-1], curve.y[-1], style_of(colour)
    sketch.names(ends)
    return sketch.panel(title, _alternative(title, curves, frame))


def _alternative(title: str, curves: Sequence[Curve], frame: Frame) -> str:
    ends = [
        f"{curve.framework} from {curve.y[0]:.3g} to {curve.y[-1]:.3g}"
        for curve in curves
        if not curve.thin and len(curve.y)
    ]
    return f"{title}: {frame.y.label} against {frame.x.label}. {'; '.join(ends)}."


def _columns(curve: pd.Series, x: str) -> tuple[list[float], list[float]]:
    return [float(at) for at in curve.index.get_level_values(x)], [float(y) for y in curve]
