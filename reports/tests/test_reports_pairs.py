"""Two implementations side by side: equal bits are equal, and a distance is one that was seen."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from softmark.records import Case
from softmark_reports.collection import collect
from softmark_reports.pairs import pairs
from softmark_reports.policies import answers, in_turn
from softmark_reports.report import Report
from softmark_reports.sheets import Entry
from softmark_reports.summaries.edges import edges
from softmark_reports.summaries.memory import memory
from softmark_reports.summaries.reproducibility import grid


@pytest.fixture(scope="module")
def report(results: list[Path]) -> Report:
    return Report(collect(results), "Title")


def of(report: Report, first: str, second: str) -> dict[str, Any]:
    order = report.table[report.table["operation"].eq("softmax")]
    return {p.format: p for p in pairs(order) if {p.first, p.second} == {first, second}}


def test_compiled_code_with_the_same_bits_is_equal_in_every_case(report: Report) -> None:
    found = of(report, "torch.softmax", "torch.softmax[compile]")
    assert set(found) == {"float64", "float32", "float16", "bfloat16"}
    for pair in found.values():
        assert pair.equal == pair.cases == 35
        assert pair.distance == 0


def test_others_differ_by_what_their_errors_differ_by(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    def made(name: str, digest: str, errors: list[float | None]) -> Any:
        case = Case("normal", (4, 5))
        given = {"digest": digest, "errors": errors}
        return synthetic.record(name, "accuracy", "float32", case, distribution=given)

    records = [
        made("numpy.softmax", "a", [0.5, -0.25, 1.0]),
        made("numpy.softmax[naive]", "b", [0.5, 2.75, None]),
    ]
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), records)
    (pair,) = pairs(Report(collect([tmp_path]), "").table)
    assert (pair.cases, pair.equal, pair.distance, pair.oddities) == (1, 0, 3.0, 1)
    assert pair.speed is None


def test_what_they_disagree_on_and_how_fast_they_are(report: Report) -> None:
    pair = of(report, "torch.softmax", "jax.softmax")["float32"]
    assert pair.disagreements == ("n = 0", "integer input")
    slow = of(report, "torch.softmax", "torch.softmax[scratch]")["float32"]
    assert slow.speed is not None
    assert slow.speed.word == "slower"
    assert slow.speed.low < 2 < slow.speed.high


def test_a_situation_has_everybody_s_answer_and_marks_the_unusual(report: Report) -> None:
    sheet = edges(report, "softmax", report.places[0], "edges")
    assert [column.name for column in sheet.columns[1:]] == [
        "all masked", "one +inf", "n = 0", "integer input"
    ]  # fmt: skip
    rows = {row[0].text: row[1:] for row in sheet.rows}
    assert rows["tensorflow.softmax"][0].text == "0 everywhere"
    assert rows["tensorflow.softmax"][0].style == "differs"
    assert rows["torch.softmax"][0].style == ""
    assert "implementations/torch.softmax/special_values.html#r-" in rows["torch.softmax"][0].link


def test_unknown_situations_follow_the_known_ones() -> None:
    assert in_turn({"zebra", "NaN", "all masked", "apple"}) == [
        "all masked", "NaN", "apple", "zebra"
    ]  # fmt: skip


def test_only_policies_that_say_what_they_do_are_answers(report: Report) -> None:
    told = answers(report.table)
    assert set(told["verdict"].astype(str)) == {"policy"}
    assert len(told) < (report.table["verdict"] == "policy").sum() + 1


def test_the_grid_tells_the_same_bits_from_a_distance(report: Report) -> None:
    sheet = grid(report, report.places[0], "grid")
    ways = [column.name for column in sheet.columns[1:]]
    assert ways == ["run to run", "batch", "threads", "layout"]
    rows = {row[0].text: dict(zip(ways, row[1:], strict=True)) for row in sheet.rows}
    assert rows["numpy.softmax"]["layout"].words == "bit for bit"
    assert rows["torch.softmax"]["threads"].words == "weak 1 ulp"
    assert rows["tensorflow.softmax"]["run to run"].words == "fail 7 ulp"


def test_memory_is_told_in_units_of_the_input(report: Report) -> None:
    sheet = memory(report.table, "memory", Entry)
    assert sheet.rows[0][3].value == 2.5
    assert sheet.rows[0][5].text == "40 MiB"
