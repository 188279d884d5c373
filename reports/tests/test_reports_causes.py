"""Faults by cause: each once, with everything that has it and the smallest input that shows it."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from softmark.records import Case, Record
from softmark_reports.data.collection import collect
from softmark_reports.data.faults import FAULTS, fault_of
from softmark_reports.data.origins import FORMULA, KERNEL, LIBRARY, origins
from softmark_reports.pages.causes import causes_page
from softmark_reports.pages.causes.headlines import headlines
from softmark_reports.rendering.renderer import Renderer
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids

TOLD = {
    "jax.softmax": "``jax.nn.softmax``.",
    "jax.softmax[jit]": "``jax.nn.softmax`` under ``jax.jit``.",
    "jax.softmax[naive]": "From scratch: ``jax.numpy.exp(x) / sum(...)``.",
    "torch.log_softmax": "The module ``torch.nn.LogSoftmax(dim)``.",
    "onnxruntime.softmax": "The operator ``Softmax``.",
    "mlx.softmax[precise]": "``mlx.core.softmax(precise=True)``, in float32.",
    "torch.log_softmax[composed]": "``log(softmax(x))``, as its documentation advises against.",
    "triton.softmax[online]": "Maximum and sum in one pass.",
}
OVERFLOW = "The sum is rounded to float16: infinity."
UNSHIFTED = "exp(x) overflows without the shift."


def failure(synthetic: ModuleType, name: str, n: int = 4, **values: Any) -> Record:
    given = {"verdict": "fail", "grade": "F", "value": 9.0, "bound": 3.0, "good_bound": 2.0}
    found: Record = synthetic.record(
        name, "ties", "float16", Case("ties", (1, n)), **given | values
    )
    return found


def made(synthetic: ModuleType) -> list[Record]:
    def of(name: str, n: int = 4, **values: Any) -> Record:
        return failure(synthetic, name, n, **values)

    infinite = {"value": math.inf, "witness": {"got": "inf", "expected": "0x1.8p+3"}}
    short = {"witness": {"got": "inf", "expected": "0x1.8p+3", "x": ["0x1.0p+0"] * 3}}
    return [
        of("torch.log_softmax", 2**20, **infinite),
        of("torch.log_softmax", 2**10, **infinite | short),
        of("torch.log_softmax", 2**12, metric="row sum", unit="u"),
        of("jax.softmax[naive]", value=math.nan, witness={"got": "nan"}),
        of("jax.softmax", metric="call", value=None, grade=None, message="it raised"),
        of("triton.softmax[online]", witness={"got": "0x0.0p+0", "expected": "0x1.0p-20"}),
        of("jax.softmax[jit]", verdict="pass", grade="A", value=0.5),
    ]


@pytest.fixture
def report(synthetic: ModuleType, tmp_path: Path) -> ReportData:
    head = synthetic.header("jax", "r", "2026-11-02T00:00:00Z", "box")
    known = [
        {"id": "torch.log_softmax/*", "reason": OVERFLOW, "link": "https://example.org/1"},
        {"id": "jax.softmax[naive]/*", "reason": UNSHIFTED, "link": ""},
    ]
    entries = {name: {"description": told} for name, told in TOLD.items()}
    head = replace(head, known_failures=known, implementations=entries)
    synthetic.write_file(tmp_path / "new.jsonl", head, made(synthetic))
    return ReportData(collect([tmp_path]), "")


def test_whose_code_it_is_comes_from_what_the_results_say_of_it() -> None:
    found = origins(TOLD)
    assert found == dict.fromkeys(TOLD, LIBRARY) | {
        "jax.softmax[naive]": FORMULA,
        "torch.log_softmax[composed]": FORMULA,
        "triton.softmax[online]": KERNEL,
    }


def test_each_fault_stands_once_libraries_first_and_unexplained_ones_before(
    report: ReportData,
) -> None:
    assert [(c.is_known, c.origin, tuple(c.implementations)) for c in report.causes] == [
        (False, LIBRARY, ("jax.softmax",)),
        (False, KERNEL, ("triton.softmax[online]",)),
        (True, LIBRARY, ("torch.log_softmax",)),
        (True, FORMULA, ("jax.softmax[naive]",)),
    ]
    assert [len(cause.records) for cause in report.causes] == [1, 1, 3, 1]


def test_a_cause_shows_the_smallest_input_and_what_its_results_are(report: ReportData) -> None:
    called, zero, overflow, naive = report.causes
    assert overflow.smallest.n == 2**10  # whose row the record spells out
    assert overflow.words == "NaN or infinity"  # the sum of its row is a finite number
    assert (called.words, zero.words, naive.words) == (
        "an error",
        "wrong numbers",
        "NaN or infinity",
    )


def test_what_the_first_screen_says_is_true_of_every_function_that_it_counts(
    report: ReportData,
) -> None:
    told = list(headlines(report.causes, "causes.html"))
    assert told[2].figure == "1 function"
    assert told[2].sentence == (
        "gives NaN or infinity in float16. The sum is rounded to float16: infinity: "
        "torch.log_softmax."
    )
    assert told[2].link == f"causes.html#{report.causes[2].anchor}"


def test_a_cause_has_a_text_for_the_issue_tracker(report: ReportData) -> None:
    page = causes_page(report)
    groups = dict(page.values["groups"])
    assert list(groups) == ["Not explained yet", LIBRARY, FORMULA]
    ((cause, facts, issue),) = groups[LIBRARY]
    assert dict(facts)["got"] == "inf"
    assert "3×" in dict(facts)["error"] or dict(facts)["error"] == "infinity ulp"
    assert cause.link == "https://example.org/1"
    assert issue.text.startswith("### `torch.log_softmax` in float16")


def test_a_cause_is_as_old_as_the_first_version_in_which_it_fails(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    bad = failure(synthetic, "jax.softmax")
    good = replace(bad, verdict="pass", grade="A", value=0.5)
    for version, record in {"1.0": good, "1.1": bad, "1.2": bad}.items():
        head = synthetic.header("jax", version, f"2026-11-0{version[-1]}T00:00:00Z", "box")
        worker = {"worker": {"versions": {"jax": version}}}
        head = replace(head, environment=head.environment | worker)
        synthetic.write_file(tmp_path / f"{version}.jsonl", head, [record])
    report = ReportData(collect([tmp_path]), "")
    assert report.since(report.causes[0].records) == "jax 1.1"
    only = ReportData(collect([tmp_path / "1.2.jsonl"]), "")
    assert only.since(only.causes[0].records) == "jax 1.2 or before"


def test_what_a_profile_skipped_is_not_called_not_offered(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    lacking = {"value": None, "grade": None, "bound": None}
    made = [
        failure(synthetic, "a.softmax", verdict="skipped", **lacking),
        replace(failure(synthetic, "b.softmax", verdict="not_offered", **lacking), check="limit"),
        replace(failure(synthetic, "b.softmax"), check="gradient"),
    ]
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), made)
    report = ReportData(collect([tmp_path]), "")
    sheet = grids.frameworks(report)
    (row,) = sheet.rows
    cells = {c.name: e for c, e in zip(sheet.columns, row, strict=True)}
    assert cells["ties"].words == "skipped"
    assert cells["limit"].words == "not offered"
    assert cells["gradient"].words == "1 of 1"
    assert "checks/gradient.html#table=results-1&find=numpy." in cells["gradient"].link
    assert "share-4" in cells["gradient"].style


def test_reasons_that_speak_of_one_fault_are_one_cause_with_all_that_have_it(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    """In whatever framework, operation and format; each reason keeps its functions."""
    reasons = {
        "numpy.softmax": "NumPy's sum of bfloat16 is one of bfloat16, and stops at 256.",
        "jax.logsumexp": "Along other axes a running sum in float16: 16384 ones stop at 2048.",
        "torch.softmax": "Of no known kind.",
    }
    known: list[Any] = [
        {"id": f"{name}/*", "reason": reason, "link": ""} for name, reason in reasons.items()
    ]
    head = replace(synthetic.header("numpy", "r", "1", "m"), known_failures=known)
    made = [failure(synthetic, name) for name in (*reasons, "keras.sigmoid", "jax.sigmoid")]
    synthetic.write_file(tmp_path / "a.jsonl", head, made)
    report = ReportData(collect([tmp_path]), "")
    found = {cause.title: (cause.implementations, cause.reasons) for cause in report.causes}
    assert found == {
        "A running sum in 16 bits stops: at 2048 in float16, at 256 in bfloat16.": (
            ["jax.logsumexp", "numpy.softmax"],
            {reasons[name]: [name] for name in ("jax.logsumexp", "numpy.softmax")},
        ),
        "Of no known kind.": (["torch.softmax"], {"Of no known kind.": ["torch.softmax"]}),
        "Not explained: wrong numbers in the check ties.": (["jax.sigmoid", "keras.sigmoid"], {}),
    }
    text = Renderer(report).html(causes_page(report))
    for reason in list(reasons.values())[:2]:
        assert reason.partition(",")[0].replace("'", "&#39;") in text


def test_the_failures_that_are_known_have_few_faults() -> None:
    """Two hundred entries and about seventy reasons are about two dozen faults; of a run fewer."""
    path = Path(__file__).parents[2] / "implementations/softmark_implementations"
    entries = tomllib.loads((path / "known_failures.toml").read_text())["failure"]
    faults = {fault_of(entry["reason"]) for entry in entries}
    assert {title for title, _ in FAULTS} <= faults
    assert len(faults) < len({entry["reason"] for entry in entries}) / 2
