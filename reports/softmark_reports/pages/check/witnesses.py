"""The worst records of a check, spelled out: what failed, on which input, and how to see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from softmark_reports.data.findings import pairs, recipe
from softmark_reports.data.ranking import word
from softmark_reports.pages.records.rows import bound_of, style_of, value_of
from softmark_reports.writing import wording
from softmark_reports.writing.issues import Issue


@dataclass(frozen=True, slots=True)
class WorstRecord:
    """One record in words; ``elements`` are those of its witness."""

    anchor: str
    page: int
    id: str
    implementation: str
    case: str
    format: str
    metric: str
    value: str
    bound: str
    mark: str
    style: str
    message: str
    elements: list[tuple[str, str]]
    issue: Issue


def witnesses(records: Iterable[Any], issue: Callable[[Any], Issue]) -> list[WorstRecord]:
    """Rows of a ranked table in words."""
    return [
        WorstRecord(
            anchor=record.anchor,
            page=record.page,
            id=record.id,
            implementation=record.implementation,
            case=recipe(record),
            format=record.format,
            metric=record.metric,
            value=wording.quantity(value_of(record), record.unit),
            bound=wording.number(bound_of(record)),
            mark=record.grade or word(record.verdict),
            style=style_of(record),
            message=record.message,
            elements=[pair for pair in pairs(record.witness) if "\n" not in pair[1]],
            issue=issue(record),
        )
        for record in records
    ]
