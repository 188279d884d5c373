"""A formula as a tree, and the tree as MathML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

THIN: Final = Markup('<mspace width="0.17em"/>')
APPLY: Final = Markup("<mo>\u2061</mo>")
"""What a screen reader says between a function and its argument, and nobody sees."""


@dataclass(frozen=True)
class Leaf:
    """One sign; ``tag`` is its MathML element: mi, mn, mo or mtext."""

    tag: str
    text: str

    def markup(self) -> Markup:
        return Markup("<{0}>{1}</{0}>").format(self.tag, self.text)


@dataclass(frozen=True)
class MathRow:
    """Parts side by side; ``True`` among them stands for a thin space."""

    parts: Sequence[Node | bool]

    def markup(self) -> Markup:
        inner = inside(self)
        return inner if len(self.parts) == 1 else Markup("<mrow>{}</mrow>").format(inner)


@dataclass(frozen=True)
class WithScripts:
    """A base with an index, a power or both; ``stacked`` ones stand below and above it."""

    base: Node
    low: Node | None
    high: Node | None
    stacked: bool = False

    def markup(self) -> Markup:
        stacked = ("munder", "mover", "munderover")
        names = stacked if self.stacked else ("msub", "msup", "msubsup")
        given = [part for part in (self.low, self.high) if part is not None]
        tag = names[2] if len(given) == 2 else names[0] if self.low is not None else names[1]
        parts = Markup("").join(part.markup() for part in (self.base, *given))
        return Markup("<{0}>{1}</{0}>").format(tag, parts)


@dataclass(frozen=True)
class Fence:
    """Something between two fences of a pair."""

    left: str
    inner: MathRow
    right: str

    def markup(self) -> Markup:
        inner = self.inner.markup() if self.inner.parts else Markup("")
        fence = Markup("<mo>{}</mo>" if _is_tall(self.inner) else "<mo stretchy='false'>{}</mo>")
        whole = fence.format(self.left) + inner + fence.format(self.right)
        return Markup("<mrow>{}</mrow>").format(whole)


@dataclass(frozen=True)
class Fraction:
    """One over the other."""

    top: MathRow
    bottom: MathRow

    def markup(self) -> Markup:
        return Markup("<mfrac>{}{}</mfrac>").format(_bare(self.top), _bare(self.bottom))


Node = Leaf | MathRow | WithScripts | Fence | Fraction


def inside(row: MathRow) -> Markup:
    """The parts of a row without an element around them."""
    pieces = []
    for index, part in enumerate(row.parts):
        if isinstance(part, bool):
            pieces.append(THIN)
            continue
        if isinstance(part, Fence) and index and _is_function(row.parts[index - 1]):
            pieces.append(APPLY)
        pieces.append(part.markup())
    return Markup("").join(pieces)


def _is_tall(part: Node | bool) -> bool:
    """Whether fences around it have to grow."""
    match part:
        case MathRow(parts):
            return any(map(_is_tall, parts))
        case Fence(inner=inner):
            return _is_tall(inner)
        case _:
            return isinstance(part, Fraction)


def _is_function(part: Node | bool) -> bool:
    if isinstance(part, WithScripts):
        return _is_function(part.base)
    return isinstance(part, Leaf) and part.tag == "mi" and (len(part.text) > 1 or part.text == "f")


def _bare(row: MathRow) -> Markup:
    """A numerator or denominator, which needs no parentheses of its own."""
    if len(row.parts) == 1 and isinstance(row.parts[0], Fence) and row.parts[0].left == "(":
        return MathRow([row.parts[0].inner]).markup()
    return row.markup()
