"""A table as the report means it, before it is HTML, Markdown, CSV or JSON.

What a page shows and what ``--format`` writes come from the same sheets, so that they cannot
disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from softmark.records import Json
from softmark_reports.data.cells import GridCell

UNMEASURED: Final = "not measured"


@dataclass(frozen=True)
class Field:
    """One cell of a sheet.

    Attributes
    ----------
    text:
        What a person reads, the mark apart.
    value:
        What another tool reads: a number where there is one.  ``None`` stands for the text.
    order:
        The number to sort by, where it is not the value.
    mark, style:
        A grade or a verdict in front of the text, and the class that colours it.
    note:
        A word behind the text, smaller.
    link:
        Where it leads, from the first page.
    is_name:
        Whether the text is the name of an implementation, which may be broken at its dots.
    anchor:
        The fragment that leads to the cell.
    parts:
        Smaller marks below: what each is for, the class that colours it, and its letter.
    """

    text: str
    value: Json = None
    order: float | None = None
    mark: str = ""
    style: str = ""
    note: str = ""
    link: str = ""
    is_name: bool = False
    anchor: str = ""
    parts: Sequence[tuple[str, str, str]] = ()

    @property
    def words(self) -> str:
        """All that a person reads, in one line."""
        return " ".join(filter(None, [self.mark, self.text, self.note]))

    @property
    def plain(self) -> Json:
        """The value, or the words in its place."""
        return self.words if self.value is None else self.value

    @property
    def sort(self) -> float | None:
        """The number to sort by, if there is one."""
        if self.order is not None:
            return self.order
        is_number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        return float(self.value) if is_number else None  # type: ignore[arg-type]


EMPTY: Final = Field("", "")
MISSING: Final = Field(UNMEASURED, "", order=-1e9, style="none")


@dataclass(frozen=True)
class Column:
    """A column: its heading, and whether it holds numbers, which stand to the right.

    Where ``least`` is set, the least is the best, and sorting begins with it.
    """

    name: str
    number: bool = False
    link: str = ""
    least: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table; the first entry of a row is its heading.

    ``name`` is its identifier on the page and the name of its file elsewhere.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Field]] = field(default_factory=list)
    plain: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows)


def of_cell(
    cell: GridCell | None, link: str = "", parts: Sequence[tuple[str, str, str]] = ()
) -> Field:
    """The worst of a group as an entry; nothing was measured where there is no group."""
    if cell is None:
        return MISSING
    policy = "policy" if cell.policies and cell.verdict != "policy" else ""
    note = ", ".join(filter(None, [cell.metric, policy]))
    return Field(
        text=cell.text,
        value=" ".join(filter(None, [cell.mark, cell.text])),
        order=cell.order,
        mark=cell.mark,
        style=cell.style,
        note=note,
        link=f"{link}#{cell.anchor}" if link else "",
        parts=parts,
    )
