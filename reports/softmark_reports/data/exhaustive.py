"""Worst errors over all inputs: small files that may lie beside results.

Each is written by ``softmark exhaustive``, and says of one function, format and quantity what the
largest error of all results is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from softmark.records import Fault, read_json

FOLDER: Final = "exhaustive"
QUANTITIES: Final = {"value": "value", "vjp": "gradient"}


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


def cells(places: Sequence[Path]) -> tuple[list[ExhaustiveCell], list[Fault]]:
    """The cells in the folders of results, and what could not be read."""
    found: list[ExhaustiveCell] = []
    faults: list[Fault] = []
    folders = dict.fromkeys(place / FOLDER for place in places)
    for path in (path for folder in folders for path in sorted(folder.glob("*.json"))):
        try:
            found.append(_cell(read_json(path)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(Fault(path, 1, f"not what softmark exhaustive writes ({error})"))
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
    )
