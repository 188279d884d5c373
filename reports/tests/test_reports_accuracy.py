"""The accuracy table: its numbers are those of the records, and its cells keep their addresses."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports
from softmark.records import Case
from softmark_reports.data.collection import collect
from softmark_reports.pages.accuracy.page import data
from softmark_reports.pages.accuracy.sheets import sheets
from softmark_reports.report import ReportData


def cells_of(report: ReportData) -> dict[str, Any]:
    found = [s for i, place in enumerate(report.places, 1) for _, s in sheets(report, place, i)]
    return {e.anchor: e for sheet in found for row in sheet.rows for e in row if e.anchor}


@pytest.fixture
def report(synthetic: ModuleType, tmp_path: Path) -> ReportData:
    def record(form: str, n: int, value: float, good: float, **values: Any) -> Any:
        return synthetic.record(
            "torch.softmax", "accuracy", form, Case("normal", (1, n)), value=value, bound=2 * good,
            good_bound=good, **values,
        )  # fmt: skip

    weak = {"verdict": "weak", "grade": "C"}
    made = [
        record("float32", 8, 60.0, 1000.0, grade="B"),
        record("float32", 9, -6.0, 4.0, **weak),
        record("float16", 8, float("nan"), 4.0, verdict="fail", grade="F"),
        record("float16", 9, 3.0, 2.0, metric="row sum", unit="u"),
        record("float32", 8, 5.0, 10.0, metric="vjp error", grade="B"),
        record("bfloat16", 2, 0.75, 2.0, distribution={"exhaustive": True}),
    ]
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("torch", "r", "1", "m"), made)
    return ReportData(collect([tmp_path]), "")


def test_a_cell_has_the_largest_error_and_the_largest_share_of_a_bound(report: ReportData) -> None:
    cell = cells_of(report)["torch.softmax/float32/value"]
    assert (cell.text, cell.note, cell.value) == ("≥ 60", "1.5×", 60.0)
    assert cell.style == "grade-c"
    row = report.row(0)
    assert row is not None
    assert cell.link.startswith("implementations/torch.softmax/accuracy.html#r-")


def test_no_number_is_worse_than_any_and_other_metrics_do_not_count(report: ReportData) -> None:
    cell = cells_of(report)["torch.softmax/float16/value"]
    assert (cell.text, cell.value) == ("no number", float("inf"))


def test_derivatives_have_cells_of_their_own(report: ReportData) -> None:
    assert cells_of(report)["torch.softmax/float32/vjp"].text == "≥ 5"


def test_only_what_tried_every_input_says_so(report: ReportData) -> None:
    assert cells_of(report)["torch.softmax/bfloat16/value"].text == "= 0.750"


def test_the_columns_of_the_file_say_their_units(report: ReportData) -> None:
    told = data(report).set_index(["format", "of"])
    row = told.loc[("float32", "value")]
    assert (row["worst_error_ulp"], row["share_of_bound"], row["comparison"]) == (60.0, 1.5, ">=")
    assert row["record"] != row["record_of_share"]


def test_addresses_survive_another_rendering(results: list[Path]) -> None:
    one, other = (set(cells_of(ReportData(collect(results), title))) for title in ("a", "b"))
    assert one == other
    assert {"torch.softmax/float16/value", "torch.softmax/float32/vjp"} <= one


def test_the_table_can_be_pasted_as_markdown(results: list[Path]) -> None:
    text = softmark_reports.export(results, "accuracy").files[""]
    lines = [line for line in text.splitlines() if "torch.softmax" in line.replace("\\", "")]
    assert lines
    assert all(line.startswith("| softmax |") and "≥ " in line for line in lines[:1])
    assert "Measured with softmark on epyc" in text.replace("\\", "")


def test_thirty_numbers_are_those_of_the_records(results: list[Path], site: Path) -> None:
    """Recomputed from the lines of the files, with nothing of the report's own code."""
    metrics = {"error": "value", "vjp error": "vjp"}
    worst: dict[tuple[str, str, str], float] = {}
    share: dict[tuple[str, str, str], float] = {}
    for line in (line for path in results for line in path.read_text().splitlines()):
        record = json.loads(line)
        if record["kind"] != "record" or record["unit"] != "ulp" or not record["grade"]:
            continue
        if record["metric"] not in metrics:
            continue
        key = record["implementation"], record["format"], metrics[record["metric"]]
        size = abs(float.fromhex(record["value_hex"]))
        size = float("inf") if size != size else size
        decided = record["bound"] if record["verdict"] == "fail" else None
        decided = decided or record.get("good_bound") or record["bound"]
        worst[key] = max(worst.get(key, 0.0), size)
        share[key] = max(share.get(key, 0.0), size / decided if decided else 0.0)
    text = (site / "data" / "accuracy.csv").read_text()
    told = {
        (r["implementation"], r["format"], r["of"]): r for r in csv.DictReader(io.StringIO(text))
    }
    assert set(told) == set(worst)
    for key in random.Random(7).sample(sorted(worst), 30):
        assert float(told[key]["worst_error_ulp"]) == worst[key]
        assert float(told[key]["share_of_bound"] or 0) == pytest.approx(share[key])
