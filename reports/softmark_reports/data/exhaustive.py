"""Worst errors over all inputs, or over those that a search tried: small files beside results.

Each is written by ``softmark exhaustive`` or ``softmark search``, and says of one function, format
and quantity what the largest error is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, TypeVar

from softmark.records import Fault, read_json

FOLDER: Final = "exhaustive"
SEARCHED: Final = "searched"
QUANTITIES: Final = {"value": "value", "vjp": "gradient"}

Held = TypeVar("Held")


@dataclass(frozen=True)
class ExhaustiveCell:
    """One function in one format.

    Attributes
    ----------
    implementation, format, machine:
        As in records.
    quantity:
        ``value`` or ``gradient``.
    columns:
        Whether the rows lay along the first axis.
    inputs:
        How many there are.
    ulp:
        The largest error; ``None`` where each result is correctly rounded.
    grade:
        That of the result with the largest error.
    input:
        Where it is, as hexadecimal floats.
    beyond_half, flushed:
        Results that are not correctly rounded, and zeros in place of subnormal numbers.
    differing:
        The share of rows that have another result than their difference; ``None`` where all rows
        are inputs.
    """

    implementation: str
    format: str
    machine: str
    quantity: str
    columns: bool
    inputs: int
    ulp: float | None
    grade: str
    input: str
    beyond_half: int
    flushed: int
    differing: float | None


@dataclass(frozen=True)
class SearchedRow:
    """The worst row of one length that was found for a function in one format.

    Attributes
    ----------
    implementation, format, machine, quantity:
        As above.
    n:
        The length of a row.
    ulp, share:
        The error, and its share of grade B's bound; ``None`` where the result is no number.
    grade, got:
        The grade, and the result as a hexadecimal float.
    """

    implementation: str
    format: str
    machine: str
    quantity: str
    n: int
    ulp: float | None
    share: float | None
    grade: str
    got: str


def cells(places: Sequence[Path]) -> tuple[list[ExhaustiveCell], list[Fault]]:
    """The cells in the folders of results, and what could not be read."""
    return _read(places, FOLDER, _cell, "softmark exhaustive")


def searched(places: Sequence[Path]) -> tuple[list[SearchedRow], list[Fault]]:
    """The rows that were searched, in the folders of results, and what could not be read."""
    found, faults = _read(places, SEARCHED, _row, "softmark search")
    key = attrgetter("implementation", "format", "quantity", "n")
    return sorted(found, key=key), faults


def _read(
    places: Sequence[Path], folder: str, read: Callable[[Mapping[str, Any]], Held], writer: str
) -> tuple[list[Held], list[Fault]]:
    found: list[Held] = []
    faults: list[Fault] = []
    folders = dict.fromkeys(place / folder for place in places)
    for path in (path for each in folders for path in sorted(each.glob("*.json"))):
        try:
            found.append(read(read_json(path)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(Fault(path, 1, f"not what {writer} writes ({error})"))
    return found, faults


def _cell(held: Mapping[str, Any]) -> ExhaustiveCell:
    worst = held["worst"]
    return ExhaustiveCell(
        implementation=str(held["implementation"]),
        format=str(held["format"]),
        machine=str(held["machine"]),
        quantity=QUANTITIES[held["quantity"]],
        columns=held["axis"] == 0,
        inputs=int(held["inputs"]),
        ulp=float(worst["ulp"]) if worst else None,
        grade=str(worst["grade"]) if worst else "A",
        input=", ".join(map(str, worst["input"])) if worst else "",
        beyond_half=int(held["not correctly rounded"]),
        flushed=int(held["flushed"]),
        differing=_differing(held.get("other rows")),
    )


def _differing(rows: Mapping[str, int] | None) -> float | None:
    if rows is None:
        return None
    return (rows["exact_differ"] + rows["rounded_differ"]) / (rows["exact"] + rows["rounded"])


def _row(held: Mapping[str, Any]) -> SearchedRow:
    worst = held["worst"]
    ulp, share = worst["ulp"], worst["share of the bound"]
    return SearchedRow(
        implementation=str(held["implementation"]),
        format=str(held["format"]),
        machine=str(held["machine"]),
        quantity=QUANTITIES[held["quantity"]],
        n=int(held["n"]),
        ulp=None if ulp is None else float(ulp),
        share=None if share is None else float(share),
        grade=str(worst["grade"]),
        got=str(worst["got"]),
    )
