"""Accuracy against speed: one point an implementation, and the line of those that nobody beats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from softmark_reports import wording
from softmark_reports.pictures.frame import Axis, Frame, around, frame
from softmark_reports.pictures.picture import Key, Panel, Picture
from softmark_reports.pictures.sketch import Sketch
from softmark_reports.pictures.style import series, style_of
from softmark_reports.standing import Standing

SIZE = (3.9, 3.1)
"""Inches: one panel, with room for the numbers beside the points."""

PLACES = ((3.4, -2.4), (3.4, 7), (-9, -2.4), (-9, 7), (3.4, 14), (-9, 14), (3.4, -10), (-9, -10))
"""Where a number may stand beside its point, the best place first."""
LETTER: Final = 3.6
"""Width of a letter of a name, on average."""


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
        "all checks in this format and that no other such implementation beats in both; they have "
        "their names. The numbers are those of the table; in brackets: it fails a check in this "
        "format.",
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
    taken: list[tuple[float, float]] = []
    for number, one in enumerate(standings, start=1):
        colour, marker = series(frameworks)[one.framework]
        sketch.points([one.share], [one.error], style_of(colour), marker)
        text = one.implementation if one.best else str(number) if one.sound else f"({number})"
        place = shared.at(one.share, one.error)
        end = shared.left + shared.width
        if place[0] + LETTER * len(text) > end:  # a name at the right edge ends before its point
            sketch.text(place[0] - 4, place[1] - 3.5, text, anchor="end")
            taken.append((place[0] - LETTER * len(text), place[1] - 3.5))
            continue
        left, top = _free_place(*place, taken)
        sketch.text(left, top, text)
        taken += [(left + 10 * step, top) for step in range(1 + int(LETTER * len(text) / 10))]
    return sketch.panel("", _alternative(title, standings))


def _free_place(x: float, y: float, taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Where a number beside a point covers no other number: the first free of some places."""
    places = [(x + dx, y + dy) for dx, dy in PLACES]
    for left, top in places:
        if all(abs(left - other) > 10 or abs(top - above) > 6.5 for other, above in taken):
            return left, top
    return places[0]


def _alternative(title: str, standings: Sequence[Standing]) -> str:
    best = [
        f"{s.implementation} ({wording.number(s.error)} ulp, {wording.percent(s.share)})"
        for s in standings
        if s.best
    ]
    told = wording.listing(best, most=8)
    return f"{title}. No implementation that passes all checks here beats these in both: {told}."
