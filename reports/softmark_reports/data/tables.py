"""Records as one tidy pandas table: a row a record, a column a variable.

Everything that the report shows is computed from this table, and it is public:
``load`` is how to ask another question of the stored results.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from softmark.records import Case, Record, ResultsFile
from softmark_reports.data.collection import collect, machine_of
from softmark_reports.data.contradictions import corrected

COLUMNS: Final = (
    "id", "machine", "framework", "run", "started", "implementation", "operation", "variant",
    "check", "format", "device", "family", "shape", "rows", "n", "axis", "beta", "seed",
    "parameters", "metric", "value", "value_hex", "unit", "bound", "bound_source", "grade",
    "verdict", "witness", "message", "seconds", "distribution", "good_bound",
)  # fmt: skip
"""``rows`` and ``n`` are the number and the length of the rows that the operation works along.
``value`` is NaN both for NaN and for no number; ``value_hex`` tells them apart ("nan", "").
``grade`` is "" where grades do not apply."""

REPEATED: Final = (
    "machine", "framework", "run", "started", "implementation", "operation", "variant", "check",
    "format", "device", "family", "metric", "unit", "bound_source", "grade", "verdict",
)  # fmt: skip
"""Text columns of few distinct values, each of which is kept once."""
TEXTS: Final = ("id", "value_hex", "message")


def load(files: Sequence[Path]) -> pd.DataFrame:
    """Read results files into the tidy table; the newest run of each framework and machine.

    Parameters
    ----------
    files:
        Results files or folders of them.

    Returns
    -------
    pandas.DataFrame
        A row a record, with the columns ``COLUMNS``.

    Raises
    ------
    softmark.records.RecordsError
        Nothing could be read.
    """
    return table(collect(files).latest)


def table(files: Sequence[ResultsFile]) -> pd.DataFrame:
    """The tidy table of files already read.

    Texts are objects and neither categories nor pandas' strings: a report takes some ten thousand
    short tables out of this one, which costs the number of its blocks.
    """
    frame = pd.DataFrame.from_records(list(_rows(files)), columns=list(COLUMNS))
    frame = corrected(frame).astype(dict.fromkeys(REPEATED, "category"))
    frame = frame.astype(dict.fromkeys((*REPEATED, *TEXTS), object))
    numbers = ("value", "bound", "good_bound", "beta", "seconds")
    return frame.astype(dict.fromkeys(numbers, float)).copy()


def stated(column: pd.Series, name: str) -> pd.Series:
    """One number of a column of mappings (parameters, distribution); NaN where it is not stated.

    What a check tells itself lies one level deeper, under ``check``.
    """
    return pd.Series([_stated(mapping, name) for mapping in column], column.index, dtype=float)


def where(frame: pd.DataFrame, column: str, test: Callable[[Any], bool]) -> pd.DataFrame:
    """The rows whose value in a column passes a test; also of a table without rows."""
    return frame[pd.Series([test(value) for value in frame[column]], frame.index, dtype=bool)]


def own_softmax(table: pd.DataFrame) -> pd.DataFrame:
    """The records of each framework's softmax as it is usually called: one series a framework."""
    named = table["operation"].eq("softmax") & table["variant"].eq("")
    return table[named]


def of_own_softmax(table: pd.DataFrame) -> pd.DataFrame:
    """Its errors in float32, whose roundings are its own, at beta 1."""
    own = own_softmax(table)
    errors = own["metric"].eq("error") & own["unit"].eq("ulp") & own["beta"].eq(1)
    return own[errors & own["format"].eq("float32")]


def said(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a check told itself in a case."""
    told = parameters.get("check")
    return told if isinstance(told, Mapping) else {}


MEMORY: Final = "DRAM"
"""The level whose times are drawn apart: what is read from memory, beside what is in a cache."""

USUAL: Final = {"mode": "forward", "inputs": "warm", "threads": "one", "launch": "call"}
"""What a throughput case does not say."""


def is_usual(parameters: Mapping[str, Any]) -> bool:
    """Whether a throughput case is the usual one, as it is unless it says otherwise.

    That is the forward call, with warm inputs, on the threads that the run is set to, launched
    call by call.
    """
    told = said(parameters)
    return all(told.get(name, value) == value for name, value in USUAL.items())


def _stated(mapping: Mapping[str, Any], name: str) -> float:
    value = mapping.get(name, said(mapping).get(name))
    return float(value) if isinstance(value, int | float) else math.nan


def as_record(row: Any) -> Record:
    """The record that a row of the table was made of."""
    case = Case(row.family, row.shape, row.axis, row.beta, row.seed, row.parameters)
    return Record(
        check=row.check, operation=row.operation, implementation=row.implementation,
        format=row.format, device=row.device, case=case, metric=row.metric,
        value=float.fromhex(row.value_hex) if row.value_hex else None, unit=row.unit,
        bound=None if math.isnan(row.bound) else row.bound, bound_source=row.bound_source,
        grade=row.grade or None, verdict=row.verdict, witness=row.witness, message=row.message,
        seconds=row.seconds, distribution=row.distribution,
        good_bound=None if math.isnan(row.good_bound) else row.good_bound,
    )  # fmt: skip


def variant_of(implementation: str) -> str:
    """The variant in ``framework.operation[variant]``, or nothing."""
    _, bracket, rest = implementation.partition("[")
    return rest.removesuffix("]") if bracket else ""


def _rows(files: Sequence[ResultsFile]) -> Iterator[tuple[Any, ...]]:
    for file in files:
        header = file.header
        common = (machine_of(file), str(header.framework), str(header.run), str(header.started))
        for record in file.records:
            yield _row(common, record)


def _row(common: tuple[str, str, str, str], record: Record) -> tuple[Any, ...]:
    case = record.case
    rows, n = _extent(case.shape, case.axis)
    return (
        record.id, *common, record.implementation, record.operation,
        variant_of(record.implementation), record.check, record.format, record.device,
        case.family, case.shape, rows, n, case.axis, case.beta, case.seed, case.parameters,
        record.metric, record.value, "" if record.value is None else float(record.value).hex(),
        record.unit, record.bound, record.bound_source, record.grade or "", record.verdict,
        record.witness, record.message, record.seconds, record.distribution,
        record.good_bound,
    )  # fmt: skip


def _extent(shape: tuple[int, ...], axis: int) -> tuple[int, int]:
    """The number of rows and their length; a scalar is one row of one."""
    if not shape:
        return 1, 1
    n = shape[axis] if -len(shape) <= axis < len(shape) else shape[-1]
    return (math.prod(shape) // n if n else 0), n
