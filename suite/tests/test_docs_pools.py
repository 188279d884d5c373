"""What is kept of the pool of wrong implementations is what a count gives, and the docs say it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from gates.pool import let_through, wrong_ones

from softmark.answers.pool import KEPT, LENGTHS, RULES, counted, key, sizes
from softmark.answers.report import ToleranceReport
from softmark.answers.rows import Size
from softmark.formats import FORMATS

TEXT = (Path(__file__).parents[2] / "docs" / "tolerance.md").read_text(encoding="utf-8")
NEAR = 1
"""Verdicts may differ by that many between processors, whose exponentials do."""


def test_the_wrong_softmaxes_in_numpy_were_counted_by_all_rules() -> None:
    kept = json.loads(KEPT.read_text())
    there = {mutant.name for mutant in wrong_ones()}
    assert {*kept["names"]} <= there
    assert len(kept["names"]) >= 0.8 * len(there), "many are new: nox -s gates counts them"
    assert [*kept["let_through"]] == [key(size, *rules) for size in sizes() for rules in RULES]
    report = ToleranceReport(sizes()[0])
    shown = [*report.rules, report.OWN]
    for size in sizes():
        for rules in RULES:
            found = counted(size, *rules)
            assert found is not None
            assert found.size == size
            assert [*found.let_through] == shown


@pytest.mark.parametrize(("format", "n", "step"), [("float32", 4096, 7), ("bfloat16", 64, 2)])
def test_what_was_counted_is_what_a_count_gives(format: str, n: int, step: int) -> None:
    size, known = Size("softmax", FORMATS[format], n, 8.0), json.loads(KEPT.read_text())["names"]
    some = [mutant for mutant in wrong_ones() if mutant.name in known[::step]]
    again, names = let_through(some, size), {mutant.name for mutant in some}
    for rules in RULES:
        kept = counted(size, *rules)
        assert kept is not None
        for rule, passed in again[key(size, *rules)].items():
            assert len({*passed} ^ {*kept.let_through[rule]} & names) <= NEAR, (rules, rule)


def test_the_nearest_length_stands_for_a_size_and_nothing_for_what_was_not_counted() -> None:
    for n, nearest in ((1, 64), (500, 64), (600, 4096), (4096, 4096), (2**20, 50257)):
        found = counted(Size("softmax", FORMATS["float16"], n, 1.0), None, False)
        assert found is not None
        assert found.size.n == nearest
        assert nearest in LENGTHS
    assert counted(Size("logsumexp", FORMATS["float32"], 64, 8.0), None, False) is None
    assert counted(Size("softmax", FORMATS["float64"], 64, 8.0), None, False) is None
    assert counted(Size("softmax", FORMATS["float32"], 64, 8.0), "float64", False) is None


def test_the_page_shows_what_was_counted() -> None:
    size = Size("softmax", FORMATS["bfloat16"], 4096, 8.0)
    kept = counted(size, "float32", False)
    assert kept is not None
    row = re.search(rf"of {kept.count} wrong implementations +(.*)", TEXT)
    assert row is not None
    shown = [int(number) for number in re.findall(r"(\d+) pass", row[1])]
    assert shown == [len(names) for names in kept.let_through.values()]
