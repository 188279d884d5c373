"""Sentences about the family: each has the verdict that its records give it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from softmark.records import Case, Json, Record
from softmark_reports.data.collection import collect
from softmark_reports.pages.claims import sheet
from softmark_reports.report import ReportData


def told(synthetic: ModuleType, folder: Path, records: list[Record]) -> dict[str, Any]:
    head = synthetic.header("torch", "r", "2026-11-02T00:00:00Z", "box")
    entries = {
        "torch.softmax": {"description": "``torch.softmax``."},
        "torch.softmax[naive]": {"description": "From scratch."},
    }
    synthetic.write_file(folder / "a.jsonl", replace(head, implementations=entries), records)
    rows = sheet(ReportData(collect([folder]), "")).rows
    return {row[0].text: (row[1].mark, row[2].words) for row in rows}


def test_a_claim_counts_the_functions_of_libraries_and_names_the_exceptions(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    failed = {"verdict": "fail", "grade": "F"}
    found = told(synthetic, tmp_path, [
        synthetic.record("torch.softmax", "ties", "float32", Case("ties", (1, 3))),
        synthetic.record("torch.softmax", "ties", "float16", Case("ties", (1, 3)), **failed),
        synthetic.record("torch.softmax[naive]", "ties", "float32", Case("a", (1, 3)), **failed),
        synthetic.record(
            "torch.softmax", "limit", "float32", Case("two_level", (1, 3)),
            metric="distance to limit", unit="1", grade=None,
        ),
    ])  # fmt: skip
    ties = found["Equal largest logits share the probability: each of k gets 1/k."]
    assert ties == ("does not hold", "1 of 2 measurements; not torch.softmax")
    limit = found["As β grows, softmax tends to 1 at the largest logit and 0 elsewhere."]
    assert limit == ("holds", "1 of 1 measurement, 1 function")
    assert found["As β grows, softargmax tends to argmax."] == ("not measured", "")
    assert found["The formula from scratch is right for any logits."][0] == "does not hold"


def timed(synthetic: ModuleType, name: str, nanoseconds: float) -> Record:
    steady: list[Json] = [1 + step / 1000 for step in range(20)]
    times: list[Json] = [nanoseconds * (1 + step / 1000) for step in range(20)]
    given: dict[str, Json] = {
        "median": nanoseconds, "samples_ns": times, "copy_ns": steady, "level": "L2",
    }  # fmt: skip
    made: Record = synthetic.record(
        name, "throughput", "float32", Case("normal", (4, 1000)), metric="time", unit="ns",
        grade=None, value=nanoseconds, distribution=given,
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("factor", "verdict", "words"),
    [
        (0.25, "holds", "takes 0.250 times as long"),
        (4.0, "does not hold", "takes 4.00 times as long"),
        (1.0, "not decided", "takes 1 times as long (no difference shown)"),
    ],
)
def test_a_time_is_compared_with_that_of_a_library_and_says_what_is_no_difference(
    synthetic: ModuleType, tmp_path: Path, factor: float, verdict: str, words: str
) -> None:
    found = told(synthetic, tmp_path, [
        timed(synthetic, "torch.softmax", 1000.0),
        timed(synthetic, "torch.softmax[naive]", 1000.0 * factor),
    ])  # fmt: skip
    claim = found["The formula from scratch is faster than the library's function."]
    assert claim == (verdict, f"torch.softmax[naive] {words}")


def test_no_formula_stands_for_a_library_s_function(synthetic: ModuleType, tmp_path: Path) -> None:
    made = [timed(synthetic, f"torch.{name}", 1000.0) for name in ("other", "softmax[naive]")]
    found = told(synthetic, tmp_path, made)
    claim = found["The formula from scratch is faster than the library's function."]
    assert claim == ("not measured", "")


def test_a_loss_of_probabilities_is_off_by_what_arithmetic_says(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    """The cross-entropy of ten classes, a one-hot row taken for logits."""
    row = [1.0] + [0.0] * 9
    loss = math.log(sum(map(math.exp, row))) - row[0]
    record = synthetic.record("torch.softmax", "ties", "float32", Case("ties", (1, 3)))
    verdict, words = told(synthetic, tmp_path, [record])[
        "A loss that expects logits is wrong for probabilities."
    ]
    assert verdict == "holds"
    assert f"costs {loss:.2f} in place of 0" in words


def test_a_layer_that_passes_no_gradient_is_told_from_one_that_does(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    def reach(name: str, layers: Any) -> Record:
        found: Record = synthetic.record(
            name, "gradient", "float32", Case("a", (1, 3)), metric="gradient reaches",
            unit="layers", grade=None, distribution=layers,
        )  # fmt: skip
        return found

    claim = "Argmax passes no gradient; a softargmax layer in its place passes it to every layer."
    stops, passes = {"first": None, "last": 1.0}, {"first": 0.5, "last": 1.0}
    for argmax, softargmax, verdict in (
        (stops, passes, "holds"),
        (passes, passes, "does not hold"),
    ):
        folder = tmp_path / verdict.replace(" ", "-")
        made = [reach("torch.argmax[layer]", argmax), reach("torch.softargmax[layer]", softargmax)]
        assert told(synthetic, folder, made)[claim][0] == verdict
