"""docs/faults.md and docs/trust.md name tests that exist, at least one for each line of a table."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAULTS = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
TRUST = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
ROWS = [
    line
    for line in FAULTS.splitlines()
    if line.startswith("| ") and not re.match(r"\| (it|what) \| then", line)
]


@cache
def named_in(name: str) -> frozenset[str]:
    """The tests of a file, named from ``suite/tests``; those of reports begin with ``reports``."""
    folder = ROOT / "suite" / "tests"
    if name.startswith("reports/"):
        folder, name = ROOT / "reports" / "tests", name.removeprefix("reports/")
    tree = ast.parse((folder / name).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_the_table_has_its_lines() -> None:
    assert len(ROWS) > 40


@pytest.mark.parametrize("row", ROWS, ids=[row.split("|")[1].strip()[:50] for row in ROWS])
def test_each_line_names_tests_that_exist(row: str) -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", row)
    assert named
    for file, test in named:
        assert test in named_in(file), f"{file} has no {test}"


@pytest.mark.parametrize("claim", re.findall(r"`([\w/]+\.py::test_\w+)`", TRUST))
def test_each_claim_of_trust_that_is_shown_elsewhere_names_a_test(claim: str) -> None:
    file, test = claim.split("::")
    assert test in named_in(file)


def test_25_cheats_and_more_are_numbered_each_with_a_test_or_a_reason() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", TRUST, re.MULTILINE)
    assert [int(number) for number, _ in rows] == [*range(1, len(rows) + 1)]
    defended = [cells.split("|") for _, cells in rows if cells.count("|") == 2]
    assert len(defended) >= 25
    assert all("::test_" in cells[2] or "`test_" in cells[2] for cells in defended)


def test_each_claim_of_trust_is_a_test_and_each_test_a_claim() -> None:
    named = set(re.findall(r"`(test_(?!trust\b)\w+)`", TRUST))
    assert named == {name for name in named_in("test_trust.py") if name.startswith("test_")}
