"""Curves of many implementations on logarithmic axes, coloured by framework."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from softmark_reports.pictures.picture import Key, Panel
from softmark_reports.pictures.style import decades, drawing, series, style_of
from softmark_reports.pictures.svg import to_svg
from softmark_reports.wording import printable

PRIMARY: Final = ""
"""The variant that a framework is known by; its others are drawn thin."""


@dataclass(frozen=True)
class Curve:
    """One line: ``x`` ascending, ``y`` not negative; thin ones stay in the background."""

    framework: str
    x: Sequence[float]
    y: Sequence[float]
    thin: bool = False


@dataclass(frozen=True)
class Axis:
    """What a logarithmic panel shows, and from where to where; panels side by side share it."""

    x: str
    y: str
    bottom: float
    top: float


def span(values: pd.Series, least: float, most: float) -> tuple[float, float]:
    """Whole decades around the positive values, cut at ``least`` and ``most``."""
    positive = values[np.isfinite(values) & values.ne(0)].abs()
    if positive.empty:
        return least, most
    low, high = positive.clip(least, most).agg(["min", "max"])
    bottom, top = np.floor(np.log10(low)), np.ceil(np.log10(high))
    return float(10**bottom), float(10 ** max(top, bottom + 1))


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
    name: str,
    title: str,
    curves: Sequence[Curve],
    axis: Axis,
    frameworks: Sequence[str],
    decorate: Callable[[Axes], None],
) -> Panel:
    """Draw curves; zeros lie on the lowest line, since a logarithm has no place for them."""
    with drawing() as (figure, axes):
        axes.set_xscale("log")
        axes.set_yscale("log")
        for curve in sorted(curves, key=lambda curve: not curve.thin):
            _draw(axes, curve, series(frameworks)[curve.framework], axis)
        axes.set_xlabel(axis.x)
        axes.set_ylabel(axis.y)
        axes.set_ylim(axis.bottom, axis.top)
        decades(axes.xaxis)
        decades(axes.yaxis)
        decorate(axes)
        return Panel(title, _alternative(title, curves, axis), to_svg(figure, name, title))


def _draw(axes: Axes, curve: Curve, look: tuple[str, str], axis: Axis) -> None:
    colour, marker = look
    shown = np.clip(np.asarray(curve.y, dtype=float), axis.bottom, axis.top)
    if curve.thin:
        axes.plot(curve.x, shown, color=colour, linewidth=0.6, alpha=0.55)
    else:
        axes.plot(curve.x, shown, color=colour, marker=marker, markeredgewidth=0, clip_on=False)


def _alternative(title: str, curves: Sequence[Curve], axis: Axis) -> str:
    ends = [
        f"{curve.framework} from {curve.y[0]:.3g} to {curve.y[-1]:.3g}"
        for curve in curves
        if not curve.thin and len(curve.y)
    ]
    return f"{title}: {axis.y} against {axis.x}. {'; '.join(ends)}."


def _columns(curve: pd.Series, x: str) -> tuple[list[float], list[float]]:
    return [float(at) for at in curve.index.get_level_values(x)], [float(y) for y in curve]
