"""Curves, bands and points on a frame, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from markupsafe import escape

from softmark_reports.pictures.frame import CLOSING, Frame
from softmark_reports.pictures.picture import Panel
from softmark_reports.writing.wording import printable

Weight = Literal["thick", "thin", "dashed", "dotted"]
WEIGHTS: Final = {
    "thick": "stroke-width='1.3'",
    "thin": "stroke-width='.6' opacity='.55'",
    "dashed": "stroke-width='.9' stroke-dasharray='4 2'",
    "dotted": "stroke-width='.9' stroke-dasharray='1 1.6'",
}
MARKS: Final = {
    "o": "m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0",
    "s": "m-1.8-1.8h3.6v3.6h-3.6z",
    "^": "m0-2.3l2.2 4h-4.4z",
    "v": "m0 2.3l2.2-4h-4.4z",
    "D": "m0-2.5l2.5 2.5l-2.5 2.5l-2.5-2.5z",
    "P": "m-.8-2.3h1.6v1.5h1.5v1.6h-1.5v1.5h-1.6v-1.5h-1.5v-1.6h1.5z",
    "X": "m0-1.1l1.1-1.1l1.1 1.1l-1.1 1.1l1.1 1.1l-1.1 1.1l-1.1-1.1l-1.1 1.1l-1.1-1.1l1.1-1.1"
    "l-1.1-1.1l1.1-1.1z",
}  # fmt: skip
"""Paths that draw a marker around the current point."""
LINE: Final = 7.5
"""The distance of two lines of words."""
INKED: Final = 0.55
"""From this strength on a block is darker than the words in it may be."""


class Sketch:
    """What is drawn on one frame; colours are the style sheet's classes (``c0``, ``ink`` ...)."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._drawn: list[str] = []

    def curve(
        self, x: Sequence[float], y: Sequence[float], colour: str,
        weight: Weight = "thick", marker: str = "", above: int = 0, below: int = 0,
    ) -> None:  # fmt: skip
        """A line through some points, with a marker at each if one is given.

        It is the wider the more curves are drawn ``above`` it, and has the longer gaps the more
        are ``below`` it, so that each is seen where all of them lie on one another.
        """
        points = [self._frame.at(*point) for point in zip(x, y, strict=True)]
        if len(points) > 1:
            stroke = f"class='s-{colour}' fill='none' {_stroke(weight, above, below)}"
            self._drawn.append(f"<path {stroke} d='M{_joined(points)}'/>")
        if marker:
            self._markers(points, colour, marker)

    def points(self, x: Sequence[float], y: Sequence[float], colour: str, marker: str) -> None:
        """Points without a line."""
        self._markers([self._frame.at(*p) for p in zip(x, y, strict=True)], colour, marker)

    def band(
        self, x: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str
    ) -> None:
        """The region between two curves."""
        below = [self._frame.at(*point) for point in zip(x, low, strict=True)]
        above = [self._frame.at(*point) for point in zip(x, high, strict=True)]
        outline = _joined([*above, *reversed(below)])
        self._drawn.append(f"<path class='f-{colour}' opacity='.18' d='M{outline}Z'/>")

    def level(self, y: float, text: str = "") -> None:
        """A dashed horizontal line at a value that matters, and what it is."""
        axis = self._frame.x
        self.curve([axis.low, axis.high], [y, y], "muted", "dashed")
        if text:
            right, at = self._frame.at(axis.high, y)
            self.text(right, at - 2.5, text, anchor="end")

    def label(self, x: float, y: float, text: str, *, dx: float = 3.5, dy: float = -3.5) -> None:
        """Words beside a point."""
        left, top = self._frame.at(x, y)
        self.text(left + dx, top + dy, text)

    def text(
        self, left: float, top: float, text: str, anchor: str = "start", colour: str = "muted"
    ) -> None:
        """Words at a place of the element."""
        placed = f"x='{left:.1f}' y='{top:.1f}' font-size='7' text-anchor='{anchor}'"
        self._drawn.append(f"<text class='f-{colour}' {placed}>{escape(printable(text))}</text>")

    def names(self, ends: Mapping[str, tuple[float, float, str]]) -> None:
        """The name of each line at its end, in its colour, one below another where they are close.

        ``ends`` has the last point of each line and its colour.
        """
        placed = [(*self._frame.at(x, y), name, colour) for name, (x, y, colour) in ends.items()]
        highest = self._frame.bottom - self._frame.height + LINE
        lines: list[float] = []
        for _, at, *_ in sorted(placed, key=lambda one: one[1]):
            lines.append(max(at - 3, lines[-1] + LINE if lines else highest))
        below = max(0.0, lines[-1] - self._frame.bottom) if lines else 0.0
        for (left, _, name, colour), top in zip(
            sorted(placed, key=lambda one: one[1]), lines, strict=True
        ):
            self.text(left - 4, top - below, name, "end", f"{colour} halo")

    def block(self, x: float, y: float, strength: float, text: str, *, marked: bool) -> None:
        """A unit square around a place, the stronger the larger its number, which is in it."""
        left, bottom = self._frame.at(x - 0.5, y - 0.5)
        right, top = self._frame.at(x + 0.5, y + 0.5)
        colour = "c5" if marked else "c0"
        size = (
            f"x='{left:.1f}' y='{top:.1f}' width='{right - left:.1f}' height='{bottom - top:.1f}'"
        )
        self._drawn.append(f"<rect class='f-{colour}' opacity='{strength:.2f}' {size}/>")
        ink = "paper" if strength > INKED else "ink"
        self.text((left + right) / 2, (top + bottom) / 2 + 2.5, text, "middle", ink)

    def panel(self, title: str, alternative: str) -> Panel:
        """The finished drawing, with what it says in words."""
        head = self._frame.head.replace(
            'aria-label=""', f'aria-label="{escape(printable(alternative))}"', 1
        )
        return Panel(title, alternative, head + "".join(self._drawn) + CLOSING)

    def _markers(self, points: Iterable[tuple[float, float]], colour: str, marker: str) -> None:
        shapes = "".join(f"M{x:.1f} {y:.1f}{MARKS[marker]}" for x, y in points)
        if shapes:
            self._drawn.append(f"<path class='f-{colour}' d='{shapes}'/>")


def _stroke(weight: Weight, above: int, below: int) -> str:
    gaps = f" stroke-dasharray='8 {3 * below}'" if below else ""
    width = f"stroke-width='{1.3 + 0.6 * above:.1f}'" if above else WEIGHTS[weight]
    return width + gaps


def _joined(points: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
