"""Accuracy against speed: one point an implementation, and the line of those that nobody beats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from softmark_reports.data.standing import Standing
from softmark_reports.pictures.frame import Axis, Frame, around, frame
from softmark_reports.pictures.picture import Key, Panel, Picture
from softmark_reports.pictures.sketch import Sketch
from softmark_reports.pictures.style import series, style_of
from softmark_reports.writing import wording

SIZE = (5.4, 3.9)
"""Inches: one panel, with room for the names of the points."""

HEIGHTS: Final = (2.4, -3.6, 8.4, -10.2, 15.0, -16.8, 21.6, -23.4, 28.2)
"""Where the name of a point may be, above or below it, the best place first."""
LETTER: Final = 3.7
"""Width of a letter of a name, on average."""
LINE: Final = 6.6

Box = tuple[float, float]
"""The left end and the base line of a name."""


def frontier(
    name: str, title: str, standings: Sequence[Standing], frameworks: Sequence[str]
) -> Picture | None:
    """The picture; its points carry the numbers of the table beside it, in the order given."""
    if len(standings) < 2:
        return None
    shared = _frame(standings)
    names = {s.framework for s in standings}
    return Picture(
        name=name,
        title=title,
        caption="To the right is faster, below is more accurate. The line joins those that pass "
        "all checks in this format and that no other such implementation beats in both. In "
        "brackets: it fails a check in this format.",
        panels=[_panel(title, standings, shared, frameworks)],
        keys=[
            Key(style_of(colour), marker, wording.printable(framework))
            for framework, (colour, marker) in series(frameworks).items()
            if framework in names
        ],
        data=pd.DataFrame(
            [(s.implementation, s.error, s.share, s.sound, s.best) for s in standings],
            columns=["implementation", "worst_error_ulp", "copy_fraction", "passes", "unbeaten"],
        ),
    )


def _frame(standings: Sequence[Standing]) -> Frame:
    return frame(
        Axis("share of copy bandwidth", *around([s.share for s in standings]), "percent"),
        Axis("worst error in ulp", *around([max(s.error, 0.1) for s in standings])),
        SIZE,
    )


def _panel(
    title: str, standings: Sequence[Standing], shared: Frame, frameworks: Sequence[str]
) -> Panel:
    sketch = Sketch(shared)
    best = sorted((s for s in standings if s.best), key=lambda s: s.share)
    if shared.y.low <= 1 <= shared.y.high:
        sketch.level(1, "1 ulp")
    sketch.curve([s.share for s in best], [s.error for s in best], "ink", "dashed")
    taken: list[tuple[Box, float]] = []
    for one in sorted(standings, key=lambda s: not s.best):
        colour, marker = series(frameworks)[one.framework]
        sketch.points([one.share], [one.error], style_of(colour), marker)
        text = _name(one)
        width = LETTER * len(text)
        box = _free_place(shared.at(one.share, one.error), width, taken, shared)
        sketch.text(*box, text, colour=style_of(colour))
        taken.append((box, width))
    return sketch.panel("", _alternative(title, standings))


def _name(one: Standing) -> str:
    """The framework and the variant: a picture is of one operation."""
    name = f"{one.framework}[{one.variant}]" if one.variant else one.framework
    return name if one.sound else f"({name})"


def _free_place(
    point: tuple[float, float], width: float, taken: Sequence[tuple[Box, float]], shared: Frame
) -> Box:
    """Where a name covers no other and stays on the axes: the first such place, or the first."""
    x, y = point
    sides = (x + 4, x - 4 - width)
    places = [(left, y + dy) for dy in HEIGHTS for left in sides]
    right = shared.left + shared.width
    inside = [place for place in places if shared.left < place[0] and place[0] + width < right]
    free = (p for p in inside if not any(_cover(p, width, *other) for other in taken))
    return next(free, (inside or places)[0])


def _cover(one: Box, width: float, other: Box, other_width: float) -> bool:
    (left, top), (other_left, other_top) = one, other
    apart = left > other_left + other_width or other_left > left + width
    return not apart and abs(top - other_top) < LINE


def _alternative(title: str, standings: Sequence[Standing]) -> str:
    best = [
        f"{s.implementation} ({wording.number(s.error)} ulp, {wording.percent(s.share)})"
        for s in standings
        if s.best
    ]
    told = wording.listing(best, most=8)
    return f"{title}. No implementation that passes all checks here beats these in both: {told}."
