"""The results of one release of a library, small enough to be kept with those of many others."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from softmark.records import BAD, Json, Record, ResultsFile
from softmark_reports.data.collection import machine_of
from softmark_reports.data.findings import recipe
from softmark_reports.data.headers import mapping, version_of
from softmark_reports.data.releases import SCHEMA, Release, ReleaseCell

NOT_MEASURED: Final = ("not_offered", "skipped")
LONGEST: Final = 160
"""Characters of a message that are kept."""


def release(file: ResultsFile, requirements: Sequence[str]) -> Release:
    """What is kept of a results file.

    Parameters
    ----------
    file:
        The results of one library, of checks whose outcome does not depend on time.
    requirements:
        What was installed to measure it.
    """
    groups: dict[tuple[str, ...], list[Record]] = {}
    for record in file.records:
        if record.verdict not in NOT_MEASURED:
            key = (record.implementation, record.check, record.format, record.metric)
            groups.setdefault(key, []).append(record)
    return Release(
        library=str(file.header.framework),
        release=version_of(file),
        requirements=tuple(requirements),
        machine=machine_of(file),
        started=str(file.header.started),
        softmark=_commit(file.header.environment),
        cells=tuple(_kept(groups[key]) for key in sorted(groups)),
    )


def _kept(records: Sequence[Record]) -> ReleaseCell:
    """Of records that differ in their case alone."""
    worst = max(records, key=lambda record: record.gravity)
    bad = sorted(_last(record) for record in records if record.verdict in BAD)
    return ReleaseCell(
        implementation=worst.implementation,
        check=worst.check,
        format=worst.format,
        metric=worst.metric,
        cases=len(records),
        weak=sum(record.verdict == "weak" for record in records),
        worst=None if worst.value is None else float(f"{worst.value:.6g}"),
        unit=worst.unit,
        case=recipe(worst.case),
        id=_last(worst),
        outputs=_digest(records),
        fails=tuple(bad),
        says=worst.message[:LONGEST] if bad else "",
    )


def packed(one: Release) -> bytes:
    """The file of a release: a line a cell, compressed; the same bytes for the same release."""
    return gzip.compress(_text(one).encode(), mtime=0)


def _text(one: Release) -> str:
    head = {"schema": SCHEMA, **vars(one), "requirements": list(one.requirements), "cells": []}
    start = json.dumps(head, allow_nan=False).removesuffix("]}")
    cells = ",\n".join(json.dumps(_line(cell), allow_nan=False) for cell in one.cells)
    return f"{start}\n{cells}\n]}}\n"


def _line(cell: ReleaseCell) -> dict[str, Json]:
    """What is empty is left out; a number is a text, since JSON has no infinity."""
    worst = None if cell.worst is None else f"{cell.worst:.6g}"
    line: dict[str, Json] = {**vars(cell), "worst": worst, "fails": list(cell.fails)}
    return {name: value for name, value in line.items() if value not in (None, "", 0, [])}


def _last(record: Record) -> str:
    return record.id.rpartition("/")[2]


def _commit(environment: Mapping[str, Any]) -> str:
    return str(mapping(environment.get("softmark")).get("commit") or "")[:8]


def _digest(records: Sequence[Record]) -> str:
    """Of each measurement's outputs where it keeps a digest of them, else of its value."""
    given = sorted((_last(record), _outcome(record)) for record in records)
    return hashlib.sha256(repr(given).encode()).hexdigest()[:12]


def _outcome(record: Record) -> str:
    if "digest" in record.distribution:
        return str(record.distribution["digest"])
    value = math.nan if record.value is None else record.value
    return f"{record.verdict} {value!r} {record.distribution.get('answer', '')}"
