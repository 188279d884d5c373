"""Known failures as a caller gives them: a file, or patterns with a reason each."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from softmark.records import Record
from softmark_implementations.known_failures import KnownFailure, KnownFailuresError, fits, load

Excuses = None | str | os.PathLike[str] | Mapping[str, str] | Iterable[KnownFailure]
"""A TOML file as ``softmark run`` takes it; or patterns of record ids, each with its reason."""


def excuses(given: Excuses) -> tuple[KnownFailure, ...]:
    """The known failures.

    Raises
    ------
    KnownFailuresError
        The file cannot be read or is not what it should be, or a reason is missing.
    """
    match given:
        case None:
            return ()
        case str() | os.PathLike():
            return tuple(load(Path(given)))
        case Mapping():
            return tuple(_entry(pattern, reason) for pattern, reason in given.items())
        case _:
            return tuple(given)


def about(
    failures: Iterable[KnownFailure], implementation: str, records: Collection[Record]
) -> tuple[KnownFailure, ...]:
    """Those that speak of one implementation or match its records; a file may hold others'."""
    return tuple(
        failure
        for failure in failures
        if fits(implementation, failure.id.partition("/")[0])
        or any(failure.matches(record.id, record.metric) for record in records)
    )


def _entry(pattern: str, reason: str) -> KnownFailure:
    if not isinstance(reason, str) or not reason.strip():
        raise KnownFailuresError(f"the known failure {pattern!r} has no reason; give one as text")
    return KnownFailure(pattern, reason, "")
