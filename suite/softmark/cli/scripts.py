"""The reproductions that a report shows: softmark's own, made where softmark is installed.

The report's package reads records only, so the command hands it this function.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from softmark import catalog
from softmark.cli.repro import versions
from softmark.records import Record

MOST: Final = 2**24
"""Elements of all cases that a report makes for its scripts; a file may ask for any number."""


class Scripts:
    """The scripts of one report's records, as long as their cases are not too large together."""

    def __init__(self) -> None:
        self._left = MOST

    def __call__(self, record: Record, environment: Mapping[str, Any]) -> str:
        """The script of a record, or nothing where none can be made here."""
        from softmark.reproduction.given import elements

        cost = 0 if "x" in record.witness else elements(record.case)
        if cost > self._left:
            return ""
        self._left -= cost
        return _script_of(record, environment)


def _script_of(record: Record, environment: Mapping[str, Any]) -> str:
    from softmark.api.naming import code_of_target
    from softmark.reproduction import NotReproducible, script

    entry = _entries().get(record.implementation)
    if entry is None:
        return ""
    try:
        return script(record, code_of_target(entry), notes=versions(environment))
    except NotReproducible:
        return ""


@cache
def _entries() -> dict[str, catalog.Entry]:
    return {entry.name: entry for entry in catalog.implementations()}
