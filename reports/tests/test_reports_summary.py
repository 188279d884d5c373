from __future__ import annotations

import math
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from softmark.records import Case
from softmark_reports.data.cells import cells
from softmark_reports.data.collection import collect
from softmark_reports.data.findings import faulty
from softmark_reports.data.ranking import SEVERITY, ranked
from softmark_reports.data.standing import telling_times
from softmark_reports.data.tables import load
from softmark_reports.pages.claims.headlines import most_accurate, sixteen_bits
from softmark_reports.pages.edges import page as edges
from softmark_reports.pages.edges.headlines import edges_headlines
from softmark_reports.pages.overview.headlines import headlines
from softmark_reports.pages.overview.page import first_sentences, overview
from softmark_reports.pages.reproducibility.headlines import reproducibility_headlines
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids


@pytest.fixture(scope="session")
def report(results: list[Path]) -> ReportData:
    return ReportData(collect(results), "Title")


@pytest.fixture
def cell(synthetic: ModuleType, tmp_path: Path) -> Any:
    """A function from the values of some records to their common cell."""

    def of(*values: dict[str, Any]) -> Any:
        made = [
            synthetic.record("numpy.softmax", "ties", "float32", Case("a", (1,), seed=i), **value)
            for i, value in enumerate(values)
        ]
        synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), made)
        return cells(ranked(load([tmp_path])), ["check"])[("ties",)]

    return of


def test_the_worst_grade_and_its_number_speak_for_a_cell(cell: Any) -> None:
    found = cell(
        {"value": 90.0, "bound": 100.0, "grade": "B"},
        {"value": -3.0, "bound": 2.0, "grade": "C", "verdict": "weak"},
        {"value": 0.2, "grade": "A"},
    )
    assert (found.mark, found.text, found.records, found.bad) == ("C", "1.5× 3 ulp", 3, 0)


def test_within_a_grade_what_is_furthest_from_its_bound_speaks(cell: Any) -> None:
    """Nine quadrillion ulp beside a zero may be right, and six ulp wrong."""
    found = cell(
        {"value": 9e15, "bound": 1e20, "good_bound": 1.8e16, "grade": "B"},
        {"value": -6.3, "bound": 100.0, "good_bound": 7.0, "grade": "B"},
    )
    assert found.text == "0.9× 6.30 ulp"


def test_a_failure_is_told_by_the_bound_that_it_broke(cell: Any) -> None:
    failed = {"grade": "F", "verdict": "fail"}
    assert cell({"value": 9.0, "bound": 4.5, "good_bound": 3.0, **failed}).text == "2× 9 ulp"


def test_a_cell_names_a_metric_that_its_check_does_not(cell: Any) -> None:
    assert cell({"value": 2.0, "metric": "axis", "grade": None}).metric == "axis"
    assert cell({"value": 2.0}).metric == ""


def test_a_grade_that_the_record_s_own_witness_denies_is_not_repeated(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    """2^20 equal logits in float16: 0 came, 2^-20 is a number of the format, 16 ulp away."""
    witnesses = {
        "overflowed": ("0x0.0p+0", "0x1.0p-20", "float16"),
        "flushed": ("0x0.0p+0", "0x1.0p-130", "float32"),
        "normal": ("0x0.0p+0", "0x1.0p-120", "float32"),
        "no number": ("nan", "0x1.0p+0", "float32"),
        "next": ("0x1.000002p+0", "0x1.0p+0", "float32"),
    }
    made = [
        synthetic.record(
            "a.softmax", "ties", form, Case(family, (2,)), value=0.0,
            witness={"got": got, "expected": expected},
        )
        for family, (got, expected, form) in witnesses.items()
    ]  # fmt: skip
    for form, answer in {"float32": "flushed to zero", "float16": "kept"}.items():
        told = {"metric": "subnormal output", "verdict": "policy", "grade": None}
        told |= {"distribution": {"answer": answer}}
        made.append(synthetic.record("a.softmax", "special_values", form, Case(form, (2,)), **told))
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), made)
    found = {row.family: row for row in load([tmp_path]).itertuples()}
    assert {name: (found[name].grade, found[name].verdict) for name in witnesses} == {
        "overflowed": ("F", "fail"), "flushed": ("", "policy"), "normal": ("F", "fail"),
        "no number": ("F", "fail"), "next": ("A", "pass"),
    }  # fmt: skip
    assert found["overflowed"].value == 16
    assert "recorded as grade A" in found["overflowed"].message


def test_nan_is_worse_than_infinity_is_worse_than_any_number(cell: Any) -> None:
    failed = {"grade": "F", "verdict": "fail"}
    found = cell(*({"value": v, **failed} for v in (1e300, math.nan, 7.0)))
    assert (found.text, found.bad) == ("NaN ulp", 3)


def test_a_pass_outweighs_not_offered_and_tells_of_a_policy(cell: Any) -> None:
    found = cell(
        {"value": None, "grade": None, "verdict": "not_offered"},
        {"value": 0.5, "grade": "A"},
        {"value": 2.0, "grade": None, "verdict": "policy"},
    )
    assert (found.mark, found.policies) == ("A", 1)


def test_a_time_is_told_by_its_largest_case(cell: Any, synthetic: ModuleType) -> None:
    def time(share: float) -> dict[str, Any]:
        return {"metric": "time", "unit": "ns/element", "grade": None,
                "distribution": {"copy_fraction": share}}  # fmt: skip

    found = cell(time(0.25))
    assert (found.mark, found.text) == ("25 %", "of copy at 1")
    assert cell(time(0.5), time(0.25)).mark == "25 %"  # the worst, not the best


def test_every_failing_implementation_is_found_with_witness_and_replay(results: list[Path]) -> None:
    found = {entry.implementation: entry for entry in faulty(ranked(load(results)))}
    assert set(found) == {"numpy.softmax[naive]", "torch.softargmax", "tensorflow.softmax"}
    naive = {finding.check: finding for finding in found["numpy.softmax[naive]"].findings}
    assert set(naive) == {"accuracy", "stability"}
    assert naive["stability"].number == "NaN ulp"
    assert ("got", "nan") in naive["stability"].witness
    assert naive["stability"].formats == ["float64", "float32", "float16", "bfloat16"]
    assert naive["stability"].id in set(load(results)["id"])


def test_the_first_sentences_are_the_gravest_causes(report: ReportData) -> None:
    told = [h.figure + " " + h.sentence for h in first_sentences(report)]
    assert told[0].startswith("1 function gives wrong numbers in ")
    assert any("numpy.softmax[naive]" in sentence for sentence in told)
    assert any("passes all float32 checks" in sentence for sentence in told)


def test_a_sentence_about_16_bits_counts_those_that_fail(report: ReportData) -> None:
    told = sixteen_bits(report.table)
    assert told is not None
    kept, every = map(int, told.figure.split(" of "))
    weak, fail = map(
        int, re.findall(r"in (\d+) the worst grade is C, and (\d+) fail", told.sentence)[0]
    )
    assert kept + weak + fail == every
    assert fail > 0


def test_headlines_without_their_data_are_absent(report: ReportData) -> None:
    only = report.table[report.table["check"].eq("stability")]
    assert [h.figure for h in headlines(only, [], 1)] == ["1 of 19"]


def test_the_fastest_passes_what_it_is_compared_by(synthetic: ModuleType, tmp_path: Path) -> None:
    def timed(name: str, share: float) -> Any:
        return synthetic.record(
            name, "throughput", "float32", Case("normal", (4, 8)), metric="time", grade=None,
            distribution={"copy_fraction": share},
        )  # fmt: skip

    failed = synthetic.record(
        "a.softmax", "ties", "float32", Case("t", (8,)), verdict="fail", grade="F"
    )
    made = [timed("a.softmax", 0.9), timed("b.softmax", 0.4), failed]
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), made)
    (_, fastest) = headlines(ranked(load([tmp_path])), [], 1)
    assert fastest.figure == "40 %"
    assert "b.softmax" in fastest.sentence


def test_the_sentences_about_reproducibility_name_who_differs_and_by_how_much(
    report: ReportData,
) -> None:
    told = [h.figure + " " + h.sentence for h in reproducibility_headlines(report.table, "#grid")]
    torch = [f"torch.{name} by 1 ulp" for name in ("logsumexp", "softargmax", "softmax")]
    assert told == [
        "1 of 19 gives other bits when the same call is made again, after or beside other calls: "
        "tensorflow.softmax by 7 ulp.",
        "None of 19 gives other bits for a row alone than for the same row in a batch.",
        f"5 of 19 give other bits with one thread than with several: {', '.join(torch)} and 2 "
        "more.",
        "1 of 19 gives other bits along another axis or in another layout in memory: "
        "jax.softmax[jit] by 3 ulp.",
    ]
    assert reproducibility_headlines(report.table.head(0), "") == []


def test_the_sentences_about_the_edges_join_what_is_answered_alike() -> None:
    alike = {"a.softmax": "NaN", "b.softmax": "NaN", "c.softmax": "f32: 0\nf16: NaN"}
    answers = {
        "one +inf": alike, "several +inf": dict(reversed(alike.items())),
        "n = 0": {"a.softmax": "empty", "b.softmax": "empty"},
        "NaN": {"a.softmax": "x", "b.softmax": "y", "c.softmax": "z"},
    }  # fmt: skip
    one, other = edges_headlines(answers, "softmax", "#edges")
    assert (one.figure, one.link) == ("2 of 3", "#edges")
    assert one.sentence == (
        "give NaN for “one +inf” and “several +inf” in softmax; f32: 0; f16: NaN: c.softmax."
    )
    assert other.sentence == "give x for “NaN” in softmax; y: b.softmax, and 1 more answer."


def test_the_page_about_the_edges_starts_with_them(report: ReportData) -> None:
    told = [headline.sentence for headline in edges.headlines(report)]
    asked = [sentence.partition(" in softmax;")[0] for sentence in told]
    assert asked == [
        "give NaN everywhere for “all masked”", "give empty for “n = 0”",
        "give float32 for “integer input”",
    ]  # fmt: skip
    assert told[0].endswith("0 everywhere: tensorflow.softmax and tensorflow.softmax[xla].")


def test_what_was_not_offered_gives_no_other_bits(report: ReportData) -> None:
    batch = report.table[report.table["metric"].eq("batch")]
    refused = batch.assign(verdict="not_offered", severity=SEVERITY["not_offered"])
    assert reproducibility_headlines(refused, "") == []
    crashed = batch.assign(verdict="crash", severity=SEVERITY["crash"], value=float("nan"))
    (told,) = reproducibility_headlines(crashed, "")
    assert told.figure == "19 of 19"
    assert "ulp" not in told.sentence


def test_each_framework_counts_its_failing_implementations(report: ReportData) -> None:
    sheet = grids.frameworks(report)
    heads = [column.name for column in sheet.columns]
    rows = {row[0].text: dict(zip(heads, row, strict=True)) for row in sheet.rows}
    assert rows["numpy"]["stability"].words == "1 of 5"
    assert rows["numpy"]["ties"].words == "0 of 5"
    assert rows["keras"]["throughput"].words == "not measured"


def test_what_has_no_record_is_told(report: ReportData) -> None:
    missing = dict(overview(report)["missing"])
    assert missing["throughput"] == ["keras.argmax[layer]", "keras.softargmax[layer]"]
    assert {entry["what"] for entry in overview(report)["skipped"]} == {"cuda", "scipy"}


def test_specified_checks_come_first_in_their_order(report: ReportData) -> None:
    specified = ["stability", "ties", "limit", "gradient", "accuracy", "throughput"]
    assert report.checks[: len(specified)] == specified


def test_accuracies_are_compared_on_the_same_inputs(synthetic: ModuleType, tmp_path: Path) -> None:
    """numpy has a hard case that nobody else was given; it does not count against it.

    scipy is the most accurate, but fails elsewhere.
    """
    errors = {
        "numpy.softmax": (1.0, 900.0), "torch.softmax": (2.0,), "jax.softmax": (3.0,),
        "scipy.softmax": (0.5,),
    }  # fmt: skip
    made = [
        synthetic.record(name, "accuracy", "float32", Case("a", (8,), seed=seed), value=-error)
        for name, values in errors.items()
        for seed, error in enumerate(values)
    ]
    failed = {"verdict": "fail", "grade": "F"}
    made.append(synthetic.record("scipy.softmax", "ties", "float32", Case("a", (8,)), **failed))
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), made)
    told = most_accurate(ranked(load([tmp_path])))
    assert told is not None
    assert told.figure == "1 ulp"
    assert "numpy.softmax, over 1 case;" in told.sentence
    assert told.sentence.endswith("up to 3 ulp.")


def test_speed_is_told_by_the_largest_case_in_the_caches() -> None:
    def timed(level: str, rows: int, share: float, **parameters: Any) -> dict[str, Any]:
        return {
            "implementation": "own.softmax", "metric": "time", "verdict": "pass", "axis": -1,
            "rows": rows, "n": 4096, "parameters": {"check": parameters} if parameters else {},
            "distribution": {"level": level}, "copied": share, "steady": True,
        }  # fmt: skip

    cases = [timed("L1", 1, 0.1), timed("L3", 64, 0.2), timed("L3", 64, 0.4, mode="vjp")]
    cases.append(timed("L3", 64, 0.6, launch="graph"))
    memory = timed("DRAM", 2048, 0.8)
    assert list(telling_times(pd.DataFrame([*cases, memory]))["share"]) == [0.2]
    assert list(telling_times(pd.DataFrame([memory]))["share"]) == [0.8]
