"""A known failure excuses what fails, and shouts when it excuses nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from softmark.harness.known import judge
from softmark.records import Case, Record, Verdict
from softmark_implementations.known_failures import KnownFailure

NAMES = ["torch.softmax", "torch.softmax[naive]", "jax.softmax"]


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


FAILED = record("torch.softmax[naive]", "stability", "fail")
PASSED = record("torch.softmax[naive]", "ties", "pass")


@pytest.mark.parametrize("verdict", ["fail", "crash", "timeout"])
def test_what_is_known_is_excused(verdict: Verdict) -> None:
    bad = record("torch.softmax[naive]", "stability", verdict)
    judged = judge([bad, PASSED], [known("torch.softmax[naive]/stability/*")], NAMES)
    assert (judged.excused, judged.unexcused, judged.stale) == ((bad,), (), ())


def test_what_is_not_known_is_not_excused() -> None:
    other = record("torch.softmax", "stability", "fail")
    judged = judge([FAILED, other], [known("torch.softmax[naive]/*")], NAMES)
    assert judged.excused == (FAILED,)
    assert judged.unexcused == (other,)


def test_an_entry_may_cover_passes_beside_failures() -> None:
    judged = judge([FAILED, PASSED], [known("torch.softmax[naive]/*")], NAMES)
    assert judged.stale == ()


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("torch.softmax[naive]/ties/*", "it no longer fails"),
        (PASSED.id, "it no longer fails"),
        ("torch.sotfmax/ties/*", "there is no implementation torch.sotfmax"),
        ("torch.softmax[naive]/ties/float32/0000000000", "no record has this id"),
        ("torch.softmax[naive]/ties/*/0000000000", "no record has this id"),
    ],
)
def test_an_entry_that_excuses_nothing_is_stale(pattern: str, why: str) -> None:
    (stale,) = judge([FAILED, PASSED], [known(pattern)], NAMES).stale
    assert stale.why.startswith(why)
    assert stale.failure.id == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "jax.softmax/ties/*",
        "torch.softmax[naive]/gradient/*",
        "torch.softmax[naive]/ties/float16/*",
        "torch.softmax[naive]/ties/float16/0000000000",
    ],
)
def test_where_the_run_did_not_look_nothing_is_stale(pattern: str) -> None:
    assert judge([FAILED, PASSED], [known(pattern)], NAMES).stale == ()


def test_an_entry_for_one_metric_excuses_no_other() -> None:
    entry = KnownFailure("torch.softmax[naive]/stability/*/*", "why", "where", metric="range")
    judged = judge([FAILED], [entry], NAMES)
    assert judged.unexcused == (FAILED,)
    assert [stale.failure for stale in judged.stale] == [entry]
    assert judge([FAILED], [replace(entry, metric="err*")], NAMES).excused == (FAILED,)


@pytest.mark.parametrize(("profile", "missed"), [("quick", 0), ("standard", 1), ("full", 1)])
def test_what_only_a_larger_profile_shows_is_not_missed_in_a_smaller_one(
    profile: str, missed: int
) -> None:
    entry = KnownFailure("torch.softmax[naive]/ties/*", "why", "where", profile="standard")
    assert len(judge([PASSED], [entry], NAMES, profile).stale) == missed
