"""Acceptance rules in use elsewhere, and what they let through: a file that may lie beside results.

``gates.json`` is written by the specification's own tests (``nox -s gates``): each rule was asked
about the same wrong and the same right implementations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from softmark.records import Fault, read_json

FILE: Final = "gates.json"


@dataclass(frozen=True)
class Gate:
    """One rule.

    Attributes
    ----------
    about:
        ``forward`` or ``gradient``.
    name, source, told:
        The rule, the file that it is from, and what it does.
    wrong, let_through:
        How many wrong implementations it was asked about, and how many it passed.
    right, rejected:
        How many right ones, and how many of them it failed.
    """

    about: str
    name: str
    source: str
    told: str
    wrong: int
    let_through: int
    right: int
    rejected: int


def gates(places: Sequence[Path]) -> tuple[list[Gate], list[Fault]]:
    """The rules in the files that lie in the folders of results, and what could not be read."""
    found: list[Gate] = []
    faults: list[Fault] = []
    for path in dict.fromkeys(place / FILE for place in places if (place / FILE).is_file()):
        try:
            document = read_json(path)
            found += _gates(document)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(Fault(path, 1, f"not what nox -s gates writes ({error})"))
    return found, faults


def _gates(document: Mapping[str, Any]) -> Iterator[Gate]:
    for about in ("forward", "gradient"):
        for rule in document[about]:
            yield Gate(
                about=about,
                name=str(rule["gate"]),
                source=str(rule["source"]),
                told=str(rule["told"]),
                wrong=int(rule["mutants"]),
                let_through=len(rule["let_through"]),
                right=int(rule["controls"]),
                rejected=len(rule["rejected"]),
            )
