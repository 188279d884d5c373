"""Each of many faults has the verdict and the words that its line says; nothing is felt later.

``nox -s faults`` runs all of ``faulty.py``, with every framework that is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from faulty import FAULTS, all_of_them, opened, seen, wrong_with

from softmark.workers.process import Worker

QUICK = [
    name
    for name, fault in FAULTS.items()
    if fault.verdict in ("fail", "pass") and "numpy" in fault.frameworks
]
"""Those that end no process and wait for nothing."""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with opened() as started:
        yield started


def test_there_are_more_than_130() -> None:
    assert len(all_of_them()) > 130


@pytest.mark.parametrize("name", [*QUICK, "an exit", "a hard exit", "its guardian killed"])
def test_a_fault_has_the_verdict_that_its_line_says(
    tmp_path: Path, worker: Worker, name: str
) -> None:
    assert wrong_with(name, seen(name, "numpy", tmp_path, worker)) == ""


def test_a_verdict_that_is_another_is_noticed(tmp_path: Path, worker: Worker) -> None:
    found = seen("nothing", "numpy", tmp_path, worker)
    assert wrong_with("a log", found).startswith("fail and not pass: it returned no array")
    assert wrong_with("one row", found).startswith("no word of")
