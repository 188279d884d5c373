"""When a function that crashes or hangs is given up, so that the whole answer comes in time.

A kernel that hangs would otherwise take a timeout for each of hundreds of
cases.  Rows that are shorter than any that hung are still measured: a function
that hangs on long rows is judged on short ones.  All counts depend on the
records alone, so that a resumed run goes on with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from softmark.records import Case, Record

IN_A_ROW: Final = 3
"""Crashes in a row after which the rest of a task is left out."""

OF_A_CHECK: Final = 2
"""Timeouts in one check, of all formats, after which no row as long as one that hung is measured
in it."""

OF_A_FUNCTION: Final = 5
"""Timeouts after which nothing of the function is measured any more."""

CALL: Final = "call"
"""The metric of a record that says why there is no measurement."""


@dataclass
class _Seen:
    """What came of the cases of one implementation.

    Attributes
    ----------
    crashes:
        How many in a row.
    hung:
        For each check the lengths of the rows that timed out.
    longest:
        The longest row that came back.
    """

    crashes: int = 0
    hung: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    longest: int = 0

    def lengths(self) -> list[int]:
        return sorted(length for of_check in self.hung.values() for length in of_check)


@dataclass
class Patience:
    """What crashed and hung, for each implementation."""

    _seen: defaultdict[str, _Seen] = field(default_factory=lambda: defaultdict(_Seen))

    def see(self, records: Iterable[Record]) -> None:
        """Count the cases of ``records``, which are in the order in which they were measured."""
        for (implementation, check, _, case), of_case in groupby(records, key=_case_of):
            group, seen = list(of_case), self._seen[implementation]
            if any(map(hangs, group)):
                seen.hung[check].append(_length(case))
            elif any(record.verdict == "crash" for record in group):
                seen.crashes += 1
            elif any(record.verdict != "skipped" for record in group):
                seen.crashes, seen.longest = 0, max(seen.longest, _length(case))

    def is_lost(self, implementation: str) -> bool:
        """Whether the rest of the task is left out."""
        return self._seen[implementation].crashes >= IN_A_ROW

    def refuses(self, implementation: str, check: str, case: Case) -> bool:
        """Whether a case is not measured, since the function hangs."""
        seen, length = self._seen[implementation], _length(case)
        hung, here = seen.lengths(), seen.hung.get(check, [])
        if len(hung) >= OF_A_FUNCTION:
            return True
        if len(here) >= OF_A_CHECK:
            return length >= min(here)
        is_about_length = len(hung) >= OF_A_CHECK and seen.longest < hung[0]
        return is_about_length and length >= hung[0]

    def timeouts(self, implementation: str) -> int:
        """How many cases of it timed out."""
        return len(self._seen[implementation].lengths())


def hangs(record: Record) -> bool:
    """Whether a record says that a call, or its compiler, did not end in time."""
    return record.metric == CALL and "seconds" in record.witness


def _length(case: Case) -> int:
    """The length of a row, which is what takes long; 0 where there is none."""
    try:
        return case.shape[case.axis]
    except IndexError:
        return 0


def _case_of(record: Record) -> tuple[str, str, str, Case]:
    return record.implementation, record.check, record.format, record.case
