"""What was not judged has not passed: in Python, on the command line, in pytest and in JUnit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import softmark
from softmark import checks, verdicts
from softmark.checks import Scope
from softmark.harness import measuring
from softmark.records import UNJUDGED, VERDICTS, Case
from softmark_reports.exchange import junit, outcomes

ONE: dict[str, Any] = {"formats": "float64", "checks": "gradient"}
"""A check of derivatives, which NumPy has not."""
WHY = "numpy does not differentiate numpy.softmax"


def softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@pytest.fixture(scope="module")
def report() -> softmark.Report:
    return softmark.check(softmax, **ONE)


def test_what_the_profile_leaves_out_is_skipped_and_what_there_is_not_is_not_offered(
    report: softmark.Report,
) -> None:
    both = softmark.check(softmax, formats=["float32", "float64"], checks="throughput")
    (record,) = [record for record in both.records if record.format == "float64"]
    assert (record.verdict, record.message) == ("skipped", "this profile times float32 only")
    (gradient,) = report.records
    assert gradient.verdict == "not_offered"


def test_a_report_in_which_nothing_was_judged_is_not_ok_and_says_why(
    report: softmark.Report,
) -> None:
    assert (report.verdict, report.ok, report.failures) == ("not_judged", False, ())
    assert f"nothing was judged ({WHY}" in report.evidence()
    with pytest.raises(softmark.CheckFailed, match="nothing was judged"):
        report.raise_for_failures()


def test_one_judged_record_is_enough(report: softmark.Report) -> None:
    (record,) = report.records
    judged = replace(report, records=(record, replace(record, verdict="pass")))
    assert (judged.verdict, judged.ok, judged.unjudged) == ("pass", True, "")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_verdict_is_judged_or_not(report: softmark.Report, verdict: Any) -> None:
    (record,) = report.records
    found = verdicts.overall([replace(record, verdict=verdict)])
    assert (found == "not_judged") == (verdict in UNJUDGED)


def test_a_report_without_a_record_passes_nothing(report: softmark.Report) -> None:
    empty = replace(report, records=())
    assert not empty.ok
    assert "nothing was judged (no case)" in empty.unjudged


def test_a_task_whose_cases_are_left_to_a_larger_profile_has_a_record_that_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cases(scope: Scope) -> Iterator[Case]:
        if scope.profile == "full":
            yield scope.case("ties", 8, 5)

    monkeypatch.setattr(checks.load("ties"), "cases", cases)
    report = softmark.check(softmax, formats="float32", checks="ties")
    (record,) = report.records
    assert (record.verdict, record.message) == ("skipped", measuring.NO_CASES.reason)


def test_a_task_without_a_case_in_any_profile_is_not_offered_and_passes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks.load("ties"), "cases", lambda scope: iter(()))
    report = softmark.check(softmax, formats="float32", checks="ties")
    (record,) = report.records
    assert (record.verdict, record.message) == ("not_offered", measuring.NEVER.reason)
    assert report.verdict == "not_judged"
    assert not report.ok


def test_junit_and_markdown_skip_it(report: softmark.Report) -> None:
    found = outcomes(report.records)
    assert [outcome.result for outcome in found] == ["skipped"]
    assert f'message="{WHY}' in junit(found)


def test_the_command_exits_with_2_and_shows_why(shell: Any, kernel: Any) -> None:
    target = kernel("return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)")
    done = shell("check", target, "--check", "gradient", "--format", "float64")
    assert done.returncode == 2, done.stderr
    assert f"nothing was judged ({WHY}" in " ".join(done.stdout.split())
    assert "not judged; 1 not offered" in done.stdout


def test_a_run_in_which_nothing_was_judged_exits_with_2_and_names_the_framework(shell: Any) -> None:
    options = ("--check", "gradient", "--format", "float64", "--jobs", "1")
    done = shell("run", "numpy.softmax", *options)
    assert done.returncode == 2, done.stderr
    assert f"numpy: nothing was judged ({WHY}" in " ".join(done.stdout.split())
