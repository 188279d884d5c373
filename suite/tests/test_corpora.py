"""Faults that others found or planted are failed, and their right counterparts are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from automutants.judging import CHEAP, DEAR
from corpora import Entry, declared
from mutants import Control
from mutants.measuring import first_failure

ENTRIES = declared()
WRONG = [entry for entry in ENTRIES if not isinstance(entry.found, Control)]
RIGHT = [entry for entry in ENTRIES if isinstance(entry.found, Control)]
RECORDED = Path(__file__).parents[2] / "results" / "corpora.json"


@pytest.mark.parametrize("entry", WRONG, ids=lambda entry: entry.found.name)
def test_a_fault_is_failed(entry: Entry) -> None:
    failures = [first_failure(entry.found, fmt, CHEAP + DEAR) for fmt in entry.found.formats]

    assert all(failures)


@pytest.mark.parametrize("entry", RIGHT, ids=lambda entry: entry.found.name)
def test_a_right_counterpart_is_not_failed(entry: Entry) -> None:
    for fmt in entry.found.formats:
        assert first_failure(entry.found, fmt, CHEAP + DEAR) is None


def test_the_recorded_run_has_all_of_them_with_their_sources() -> None:
    pools = json.loads(RECORDED.read_text(encoding="utf-8"))["pools"]
    sources = {name: source for pool in pools for name, source in pool["sources"].items()}

    assert sources == {entry.found.name: entry.source for entry in ENTRIES}
    assert sum(pool["wrong"] for pool in pools) == len(WRONG)
    assert all(source.startswith("https://") for source in sources.values())
