"""Recorded failures as tests: once found, never lost again."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from softmark import checks
from softmark.api.recorded import find, recorded
from softmark.formats import FORMATS
from softmark.naming import UnknownName
from softmark.records import BAD, Record, RecordsError
from softmark.testing.conformance import Conformance

Source = str | os.PathLike[str] | Mapping[str, Any] | Record
_FOUND = BAD | {"weak"}


def example(
    source: Source, results: str | os.PathLike[str] | None = None
) -> Callable[[Conformance], Conformance]:
    """Measure again what was recorded, as an item of its own.

    .. code-block:: python

        @softmark.testing.example("results/found.json")
        @softmark.testing.conformance(operation="softmax")
        def test_softmax(x, axis=-1): ...

    or ``example(...)(conformance(softmax))``.  The input is built again from the record's case,
    and judged as it was; the record may be another implementation's.

    Parameters
    ----------
    source:
        A record, or one as JSON (an entry of ``records`` in what ``softmark check --json`` or
        ``pytest --softmark-json`` writes); a file or folder of results or of such JSON, whose
        failures and weak results of the same operation are all taken; or a record's id.
    results:
        Where an id is looked for: a file or folder; by default the folder ``results``, and the
        last ``softmark check``.

    Raises
    ------
    RecordsError
        There is no such file, or it holds nothing that failed.
    UnknownName
        No record has the id, or softmark does not have the record's check or format.
    ValueError
        The record is of another operation, or is no measurement.
    """

    def added(test: Conformance) -> Conformance:
        operation = test.asked.operation
        found = _records(source, results, operation)
        for record in found:
            _can_be_measured(record, operation)
        return test.with_examples(found)

    return added


def _records(
    source: Source, results: str | os.PathLike[str] | None, operation: str
) -> list[Record]:
    match source:
        case Record():
            return [source]
        case Mapping():
            return [_read(source)]
    path = Path(source)
    if path.exists() or path.suffix in (".json", ".jsonl"):
        return _failures(path, operation)
    places = [] if results is None else [Path(results)]
    return [find(str(source), places).record]


def _read(line: Mapping[str, Any]) -> Record:
    try:
        return Record.from_json(line)
    except (KeyError, TypeError, ValueError) as error:
        raise RecordsError(
            f"this is no record as softmark writes it ({error}); copy it whole"
        ) from error


def _failures(path: Path, operation: str) -> list[Record]:
    if not path.exists():
        raise RecordsError(f"{path}: no such file or folder; name one that holds records")
    every = [found.record for found in recorded([path])]
    chosen = [r for r in every if r.verdict in _FOUND and r.operation == operation]
    if not chosen:
        raise RecordsError(
            f"{path}: none of its {len(every)} records is a failure of {operation}; "
            "name a file that holds one, or leave the example out"
        )
    return chosen


def _can_be_measured(record: Record, operation: str) -> None:
    if record.operation != operation:
        raise ValueError(
            f"{record.id} is a record of {record.operation}; the test is of {operation}"
        )
    for kind, name, known in (
        ("check", record.check, checks.names()),
        ("format", record.format, tuple(FORMATS)),
    ):
        if name not in known:
            raise UnknownName(kind, name, known)
    if not record.case.shape:
        raise ValueError(f"{record.id} has no input that could be measured again; take another")
