"""Two implementations side by side: equal bits are equal, and a distance is one that was seen."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from softmark.records import Case
from softmark_reports.data.collection import collect
from softmark_reports.data.pairs import pairs
from softmark_reports.data.policies import answers, in_turn
from softmark_reports.data.tables import load
from softmark_reports.pages.comparison.sheets import comparison
from softmark_reports.pages.edges.sheets import edges
from softmark_reports.pages.edges.support import sign, support
from softmark_reports.pages.reproducibility.sheets import grid
from softmark_reports.report import ReportData
from softmark_reports.sheets.memory import memory
from softmark_reports.sheets.sheet import Field


@pytest.fixture(scope="module")
def report(results: list[Path]) -> ReportData:
    return ReportData(collect(results), "Title")


def of(report: ReportData, first: str, second: str) -> dict[str, Any]:
    order = report.table[report.table["operation"].eq("softmax")]
    return {p.format: p for p in pairs(order) if {p.first, p.second} == {first, second}}


def test_compiled_code_with_the_same_bits_is_equal_in_every_case(report: ReportData) -> None:
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
    (pair,) = pairs(ReportData(collect([tmp_path]), "").table)
    assert (pair.cases, pair.equal, pair.distance, pair.oddities) == (1, 0, 3.0, 1)
    assert pair.speed is None


def test_two_that_are_infinitely_far_off_are_not_apart(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    records = [
        synthetic.record(
            name, "accuracy", "float32", Case("normal", (4, 5)), value=float("inf"), bound=1.0,
            distribution={"digest": name, "errors": [0.5, 1.0]},
        )
        for name in ("a.softmax", "b.softmax")
    ]  # fmt: skip
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), records)
    (pair,) = pairs(ReportData(collect([tmp_path]), "").table)
    assert pair.distance == 0


def test_they_are_apart_by_what_their_largest_errors_differ_by_at_least(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    """The sixteen places that a record keeps may all be good ones."""
    records = [
        synthetic.record(
            name, "accuracy", "float32", Case("normal", (4, 5)), value=value, bound=1e8,
            distribution={"digest": name, "errors": [0.5, 1.0]},
        )
        for name, value in {"a.softmax": -1.3e7, "b.softmax": 3.0}.items()
    ]  # fmt: skip
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), records)
    report = ReportData(collect([tmp_path]), "")
    (row,) = comparison(report, "softmax", report.places[0], "pairs-1").rows
    apart, first, second = row[4:7]
    assert (apart.text, apart.value) == ("≥ 1.3 × 10⁷ ulp", 1.3e7 - 3)
    assert (first.value, second.value) == (1.3e7, 3.0)
    assert "a.softmax/accuracy.html#r-" in first.link
    assert "b.softmax/accuracy.html#r-" in second.link


def test_what_they_disagree_on_and_how_fast_they_are(report: ReportData) -> None:
    pair = of(report, "torch.softmax", "jax.softmax")["float32"]
    assert pair.disagreements == ("n = 0", "integer input")
    slow = of(report, "torch.softmax", "torch.softmax[scratch]")["float32"]
    assert slow.speed is not None
    assert slow.speed.word == "slower"
    assert slow.speed.low < 2 < slow.speed.high


def test_a_situation_has_everybody_s_answer_and_marks_the_unusual(report: ReportData) -> None:
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


def test_an_answer_that_is_wrong_is_an_answer(synthetic: ModuleType, tmp_path: Path) -> None:
    def said(name: str, **values: Any) -> Any:
        return synthetic.record(
            f"{name}.softmax", "arguments", "float32", Case("whole", (2, 5)), value=None, unit="",
            grade=None, **({"metric": "unsigned input"} | values),
        )  # fmt: skip

    made = [
        said("a", verdict="policy", distribution={"answer": "float32"}),
        said("b", verdict="weak", distribution={"answer": "wrong float32: NaN"}),
        said("c", verdict="fail", distribution={"answer": "wrong uint8: zeros"}),
        said("d", verdict="crash", metric="integer input"),
        said("e", verdict="policy", metric="flushed"),
        said("f", verdict="crash", metric="call"),
    ]
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), made)
    told = answers(load([tmp_path]))
    assert dict(zip(told.index, told["answer"], strict=True)) == {
        0: "float32", 1: "wrong float32: NaN", 2: "wrong uint8: zeros", 3: "crash",
    }  # fmt: skip
    report = ReportData(collect([tmp_path]), "")
    sheet = support(report, "softmax", report.places[0], "answers")
    heads = [column.name.partition(" ")[0] for column in sheet.columns]
    signs = {row[0].text: dict(zip(heads, row, strict=True)) for row in sheet.rows}
    assert signs["unsigned input"]["b"].words == "✗ wrong"
    assert signs["unsigned input"]["c"].words == "✗ wrong"
    assert signs["unsigned input"]["a"].words == "· float32"
    assert signs["integer input"]["d"].words == "✗ crash"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("NaN", "? NaN"), ("NaN at +inf, 0 elsewhere", "? NaN in part"), ("0", "0 zero"),
        ("error", "! error"), ("raises ValueError: no", "! error"), ("+inf", "∞ infinite"),
        ("NaN or 0", "≠ depends"), ("uniform, 0.2", "= uniform"), ("index 3", "· index 3"),
    ],
)  # fmt: skip
def test_an_answer_has_one_sign_and_one_word(answer: str, words: str) -> None:
    found = sign([answer])
    assert f"{found.glyph} {found.word}" == words


def test_answers_of_formats_that_differ_depend() -> None:
    assert sign(["NaN", "0"]).word == "depends"
    assert sign(["NaN", "wrong int64: zeros"]).word == "wrong"


def test_the_grid_tells_the_same_bits_from_a_distance(report: ReportData) -> None:
    sheet = grid(report, report.places[0], "grid")
    ways = [column.name for column in sheet.columns[1:]]
    assert ways == ["run to run", "batch", "threads", "layout"]
    rows = {row[0].text: dict(zip(ways, row[1:], strict=True)) for row in sheet.rows}
    assert rows["numpy.softmax"]["layout"].words == "bit for bit"
    assert rows["torch.softmax"]["threads"].words == "weak 1 ulp"
    assert rows["tensorflow.softmax"]["run to run"].words == "fail 7 ulp"


def test_memory_is_told_in_units_of_the_input(report: ReportData) -> None:
    sheet = memory(report.table, "memory", Field)
    assert sheet.rows[0][3].value == 2.5
    assert sheet.rows[0][5].text == "40 MiB"
