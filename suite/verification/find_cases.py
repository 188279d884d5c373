"""Write down at which case each mutant dies that dies late, for the tests to ask it first.

PYTHONPATH=suite/tests python suite/verification/find_cases.py [MUTANT ...]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Final

from mutants import Mutant, cases, declared
from mutants.measuring import by_case
from rich.console import Console

from softmark.records import BAD, Case

LATE: Final = 0.5
"""Seconds of a processor for the cases before it that make a case worth asking first."""


def deadly(mutant: Mutant, fmt: str) -> Case | None:
    """The case at which it dies, where that is late."""
    start = time.process_time()
    for case, measured in by_case(mutant, mutant.killed_by, fmt):
        before = time.process_time() - start
        if any(each.verdict in BAD for each in measured):
            return case if before > LATE else None
    return None


def find(names: Sequence[str]) -> None:
    console = Console(stderr=True)
    for mutant in declared()[0]:
        if names and mutant.name not in names:
            continue
        for fmt in mutant.formats:
            if (case := deadly(mutant, fmt)) is not None:
                cases.kept()[cases.key(mutant.name, fmt)] = case.to_json()
                console.print(mutant.name, fmt, highlight=False)
                cases.write()


if __name__ == "__main__":
    find(sys.argv[1:])
