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
    """What a logarithmic panel shows and how far: labels in the page's words."""

    x: str
    y: str
    top: float = float("inf")
    bottom: float = 0.0


def worst_curves(table: pd.DataFrame, x: str) -> list[Curve]:
    """For each implementation, the largest value at each ``x``, as a curve."""
    finite = table[np.isfinite(table["value"])]
    highest = finite.groupby(["framework", "implementation", "variant", x], observed=True)["value"].max()
    return [
        Curve(str(framework), *_columns(curve, x), thin=variant != PRIMARY)
        for (framework, _, variant), curve in highest.groupby(level=[0, 1, 2], observed=True)
    ]


def keys(frameworks: Sequence[str]) -> list[Key]:
    """The legend of pictures that tell frameworks apart."""
    return [
        Key(style_of(colour), marker, printable(name))
        for name, (colour, marker) in series(frameworks).items()
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
    floor = _floor(curves, axis)
    with drawing() as (figure, axes):
        axes.set_xscale("log")
        axes.set_yscale("log")
        for curve in sorted(curves, key=lambda curve: not curve.thin):
            _draw(axes, curve, series(frameworks)[curve.framework], floor, axis.top)
        axes.set_xlabel(axis.x)
        axes.set_ylabel(axis.y)
        axes.set_ylim(bottom=floor)
        decades(axes.xaxis)
        decades(axes.yaxis)
        decorate(axes)
        return Panel(title, _alternative(title, curves, axis), to_svg(figure, name, title))


def _draw(
    axes: Axes, curve: Curve, look: tuple[str, str], floor: float, top: float
) -> None:
    colour, marker = look
    shown = np.clip(np.asarray(curve.y, dtype=float), floor, top)
    if curve.thin:
        axes.plot(curve.x, shown, color=colour, linewidth=0.6, alpha=0.55)
    else:
        axes.plot(curve.x, shown, color=colour, marker=marker, markeredgewidth=0)


def _floor(curves: Sequence[Curve], axis: Axis) -> float:
    positive = [value for curve in curves for value in curve.y if value > 0]
    lowest = max(min(positive, default=1.0), axis.bottom, 1e-300)
    return float(10.0 ** np.floor(np.log10(lowest)))


def _alternative(title: str, curves: Sequence[Curve], axis: Axis) -> str:
    ends = [
        f"{curve.framework} from {curve.y[0]:.3g} to {curve.y[-1]:.3g}"
        for curve in curves
        if not curve.thin and len(curve.y)
    ]
    return f"{title}: {axis.y} against {axis.x}. {'; '.join(ends)}."


def _columns(curve: pd.Series, x: str) -> tuple[list[float], list[float]]:
    return [float(at) for at in curve.index.get_level_values(x)], [float(y) for y in curve]
