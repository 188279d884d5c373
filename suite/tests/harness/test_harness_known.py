"""A known failure excuses what fails, and shouts when it excuses nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import pytest

from softmark.harness import known as known_failures
from softmark.harness.known import Judgement
from softmark.records import Case, Record, Verdict
from softmark_implementations.known_failures import KnownFailure

NAMES = ["torch.softmax", "torch.softmax[naive]", "jax.softmax"]
CHECKS = ["gradient", "stability", "ties"]
FORMATS = ["float32", "float16"]
TASKS = [f"{name}/{check}/{fmt}" for name in NAMES for check in CHECKS for fmt in FORMATS]


def record(implementation: str, check: str, verdict: Verdict, n: int = 3) -> Record:
    return Record(
        check=check,
        operation="softmax",
        implementation=implementation,
        format="float32",
        device="cpu",
        case=Case("normal", (n,)),
        metric="error",
        value=1.0,
        unit="ulp",
        bound=1.0,
        bound_source="",
        grade=None,
        verdict=verdict,
    )


def known(pattern: str) -> KnownFailure:
    return KnownFailure(pattern, "it overflows", "https://example.org")


def judge(
    records: Collection[Record],
    failures: Iterable[KnownFailure],
    profile: str = "full",
    done: Collection[str] | None = None,
) -> Judgement:
    """By default of a run that measured in float32 whatever there is."""
    if done is None:
        done = [task for task in TASKS if task.endswith("float32")]
    return known_failures.judge(records, failures, tasks=TASKS, done=done, profile=profile)


FAILED = record("torch.softmax[naive]", "stability", "fail")
PASSED = record("torch.softmax[naive]", "ties", "pass")


@pytest.mark.parametrize("verdict", ["fail", "crash", "timeout"])
def test_what_is_known_is_excused(verdict: Verdict) -> None:
    bad = record("torch.softmax[naive]", "stability", verdict)
    judged = judge([bad, PASSED], [known("torch.softmax[naive]/stability/*")])
    assert (judged.excused, judged.unexcused, judged.stale) == ((bad,), (), ())


def test_what_is_not_known_is_not_excused() -> None:
    other = record("torch.softmax", "stability", "fail")
    judged = judge([FAILED, other], [known("torch.softmax[naive]/*")])
    assert judged.excused == (FAILED,)
    assert judged.unexcused == (other,)


def test_an_entry_may_cover_passes_beside_failures() -> None:
    judged = judge([FAILED, PASSED], [known("torch.softmax[naive]/*")])
    assert judged.stale == ()


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("torch.softmax[naive]/ties/float32/*", "it no longer fails"),
        ("torch.softmax[naive]/ties/float3?/*", "it no longer fails"),
        (PASSED.id, "it no longer fails"),
        ("torch.sotfmax/ties/*", "there is no implementation torch.sotfmax"),
        ("torch.softmax[naive]/ties/float32/0000000000", "no record has this id"),
        ("torch.softmax[naive]/t*/float32/0000000000", "no record has this id"),
    ],
)
def test_an_entry_that_excuses_nothing_is_stale(pattern: str, why: str) -> None:
    (stale,) = judge([FAILED, PASSED], [known(pattern)]).stale
    assert stale.why.startswith(why)
    assert stale.failure.id == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "jax.softmax/ties/*",
        "torch.softmax[naive]/*",
        "torch.softmax[naive]/ties/*",
        "torch.softmax[naive]/*/float32/*",
        "*",
        "*0",
    ],
)
def test_while_a_part_was_not_measured_nothing_is_stale(pattern: str) -> None:
    """The failure may be in the rest: of the formats, of the checks, or of a task."""
    done = [task for task in TASKS if task != "torch.softmax[naive]/gradient/float32"]
    half = [task for task in TASKS if not task.endswith("ties/float16")]
    one_missing = done if "float32" in pattern or pattern.endswith("]/*") else half
    assert judge([PASSED], [known(pattern)], done=one_missing).stale == ()
    assert [each.failure.id for each in judge([PASSED], [known(pattern)], done=TASKS).stale] == [
        pattern
    ]


def test_of_a_task_whose_cases_were_left_out_nothing_is_stale() -> None:
    entry, lost = (
        known("torch.softmax[naive]/ties/float32/*"),
        replace(PASSED, metric="cases left out", verdict="timeout", case=Case("normal", (9,))),
    )
    other = replace(entry, metric="error")
    assert judge([PASSED], [other]).stale
    assert judge([PASSED, lost], [other]).stale == ()


@pytest.mark.parametrize(
    "pattern",
    [
        "jax.softmax/ties/float16/*",
        "torch.softmax[naive]/gradient/*",
        "torch.softmax[naive]/ties/float16/*",
        "torch.softmax[naive]/ties/float16/0000000000",
    ],
)
def test_where_the_run_did_not_look_nothing_is_stale(pattern: str) -> None:
    assert judge([FAILED, PASSED], [known(pattern)]).stale == ()


def test_an_entry_for_one_metric_excuses_no_other() -> None:
    entry = KnownFailure("torch.softmax[naive]/stability/*32/*", "why", "where", metric="range")
    judged = judge([FAILED], [entry])
    assert judged.unexcused == (FAILED,)
    assert [stale.failure for stale in judged.stale] == [entry]
    assert judge([FAILED], [replace(entry, metric="err*")]).excused == (FAILED,)


def test_what_fails_by_chance_is_excused_and_not_missed() -> None:
    entry = replace(known("torch.softmax[naive]/stability/*"), fails="sometimes")
    assert judge([FAILED], [entry]).excused == (FAILED,)
    for records, measured in (([PASSED], TASKS), ([], TASKS)):
        assert judge(records, [entry], done=measured).stale == ()
        assert judge(records, [replace(entry, fails="always")], done=measured).stale
    assert judge([], [replace(entry, id="torch.sotfmax/*")]).stale  # a name is never by chance


@pytest.mark.parametrize(("profile", "missed"), [("quick", 0), ("standard", 1), ("full", 1)])
def test_what_only_a_larger_profile_shows_is_not_missed_in_a_smaller_one(
    profile: str, missed: int
) -> None:
    entry = KnownFailure("torch.softmax[naive]/ties/*32/*", "why", "where", profile="standard")
    assert len(judge([PASSED], [entry], profile).stale) == missed
