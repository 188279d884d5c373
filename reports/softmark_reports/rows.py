"""A record as the cells of a table and the particulars that unfold below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from markupsafe import Markup, escape

from softmark_reports import wording
from softmark_reports.findings import case_words, pairs
from softmark_reports.ranking import word

FIELDS: Final = "\x1e"
PARTS: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Row:
    """One record in words; ``order`` and ``bound_order`` are the numbers to sort by.

    ``particulars`` are the lists that unfold: witness, distribution and the rest of the record.
    """

    anchor: str
    page: int
    id: str
    machine: str
    device: str
    implementation: str
    check: str
    case: str
    format: str
    metric: str
    value: str
    order: str
    bound: str
    bound_order: str
    mark: str
    style: str
    severity: int
    message: str
    witness: list[tuple[str, str]]
    particulars: Markup


def record_rows(order: pd.DataFrame) -> Iterator[Row]:
    """The rows of a ranked table, one at a time."""
    for record in order.itertuples(index=False):
        yield _row(record)


def _row(record: Any) -> Row:
    value = record.value if record.value_hex else None
    bound = record.bound if pd.notna(record.bound) else None
    return Row(
        anchor=record.anchor,
        page=record.page,
        id=record.id,
        machine=record.machine,
        device=record.device,
        implementation=record.implementation,
        check=record.check,
        case=case_words(record),
        format=record.format,
        metric=record.metric,
        value=wording.quantity(value, record.unit),
        order=_sortable(value),
        bound=wording.number(bound),
        bound_order=_sortable(bound),
        mark=record.grade or word(record.verdict),
        style=f"g-{record.grade.lower()}" if record.grade else f"v-{record.verdict}",
        severity=record.severity,
        message=record.message,
        witness=(witness := pairs(record.witness)),
        particulars=Markup("").join(
            _list(title, entries)
            for title, entries in (
                ("Witness", witness),
                ("Distribution", pairs(record.distribution)),
                ("Record", _record_pairs(record)),
            )
            if entries
        ),
    )


def _list(title: str, entries: list[tuple[str, str]]) -> Markup:
    """A definition list.

    A report has millions of such entries, so all of a list are escaped in one call, held apart
    by two control characters, which ``pairs`` leaves in no text.
    """
    text = FIELDS.join(map(PARTS.join, entries))
    marked = str(escape(text)).replace(PARTS, "</dt><dd>").replace(FIELDS, "</dd><dt>")
    return Markup(f"<div><p class='label'>{title}</p><dl><dt>{marked}</dd></dl></div>")


def _sortable(value: float | None) -> str:
    """A number as JavaScript reads it; NaN sorts as the largest."""
    if value is None:
        return ""
    return "Infinity" if value != value else f"{value:.6g}".replace("inf", "Infinity")


def _record_pairs(record: Any) -> list[tuple[str, str]]:
    named = {
        "exact value": record.value_hex,
        "bound from": record.bound_source,
        "seed": str(record.seed),
        "machine": record.machine,
        "device": record.device,
        "took": f"{wording.number(record.seconds)} s" if record.seconds else "",
    }
    return pairs({name: value for name, value in named.items() if value})
