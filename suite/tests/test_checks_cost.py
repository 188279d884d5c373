"""A case is a seeded recipe with a name that lasts, and the quick profile asks for few of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from mutants import Control
from mutants.measuring import CHECKS, measurements

from softmark import checks, operations
from softmark.calling.targets import Target
from softmark.checks import PROFILES, Scope
from softmark.formats import FLOAT16, FLOAT32
from softmark.harness.planning import tasks_of
from softmark.judging.scope import said
from softmark.records import Case, Record
from softmark.subjects import Info
from softmark.workers.worker_subject import Origin

PINNED = {
    "softmax/stability": "5f53d3ce92",
    "softmax/accuracy": "4c77d46360",
    "softmax/ties": "9936a635bd",
    "softmax/gradient": "a335ca9fe7",
    "logsumexp/ties": "9936a635bd",
    "argmax/accuracy": "4c77d46360",
}
"""The digest of the first case of a check; known failures and stored results are found by it."""

CALLS = 400
"""Calls that a quick check of one function in one format may make, each with a message."""
TOGETHER = 3000
"""Calls of sweeps and soaks, of which hundreds share a message."""


def scope(operation: str, profile: Any = "quick") -> Scope:
    info = Info(f"torch.{operation}", "torch", operation, labels=("index",), takes_beta=False)
    return Scope(info, operations.load(operation), FLOAT32, profile)


def digest(check: str, case: Case) -> str:
    metric = "vjp error" if check == "gradient" else "error"
    record = Record(
        check=check,
        operation="softmax",
        implementation="any",
        format="float32",
        device="cpu",
        case=case,
        metric=metric,
        value=0.0,
        unit="ulp",
        bound=None,
        bound_source="",
        grade=None,
        verdict="pass",
    )
    return record.id.rpartition("/")[2]


@pytest.mark.parametrize("what", PINNED)
def test_the_name_of_a_case_lasts(what: str) -> None:
    operation, check = what.split("/")
    first = next(iter(checks.load(check).cases(scope(operation))))

    assert digest(check, first) == PINNED[what]


@pytest.mark.parametrize("operation", operations.names())
def test_no_two_cases_of_a_check_are_the_same_and_a_larger_profile_asks_for_no_fewer(
    operation: str,
) -> None:
    for check in checks.names():
        if checks.applies(check, scope(operation)):
            continue
        numbers = []
        for profile in PROFILES:
            cases = list(checks.load(check).cases(scope(operation, profile)))
            names = {json.dumps(case.to_json(), sort_keys=True) for case in cases}
            assert len(names) == len(cases), f"{check} of {operation}, {profile}"
            numbers.append(len(cases))
        assert numbers[0] <= numbers[1], f"{check} of {operation}: {numbers}"
        assert numbers[0] <= numbers[2], f"{check} of {operation}: {numbers}"


def test_a_quick_check_makes_few_calls() -> None:
    """The time of a check on any machine is that of its calls and of their references."""
    calls = 0

    def softmax(x: Any, axis: int = -1) -> Any:
        nonlocal calls
        calls += 1
        with np.errstate(all="ignore"):
            e = np.exp(x - x.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    counted = Control("counted", "softmax", softmax, "numpy", ("float32",))
    for check in CHECKS:
        measured_before = calls
        measurements(counted, check, "float32")
        if check in ("sweep", "reproducibility"):
            assert 500 < calls - measured_before < TOGETHER
            calls = measured_before

    assert 50 < calls <= CALLS


def test_the_quick_profile_counts_threads_in_one_of_the_formats_that_are_measured() -> None:
    info = scope("softmax").info

    def compared(*names: str) -> dict[str, bool]:
        measured = [task.scope("quick") for task in tasks_of(info, SOURCE, CHECK, names)]
        return {s.format.name: "threads" in _compared(s) for s in measured}

    assert compared() == {name: name == "float32" for name in info.formats}
    assert compared("float16", "float64") == {"float64": True, "float16": False}
    assert "threads" in _compared(replace(scope("softmax", "standard"), format=FLOAT16))


CHECK = ("reproducibility",)
SOURCE = Origin(Target("kernel", "softmax"))


def _compared(scope: Scope) -> set[Any]:
    return {said(case)["compare"] for case in checks.load("reproducibility").cases(scope)}


@pytest.mark.parametrize(
    ("check", "where"),
    [("arguments", "float32 only"), ("reproducibility", "32 bits and more only")],
)
def test_what_compiles_for_each_shape_meets_calls_in_few_formats_in_the_quick_profile(
    check: str, where: str
) -> None:
    cheap = scope("softmax")
    costly = replace(cheap, info=replace(cheap.info, costly="shapes"))
    narrow = replace(costly, format=FLOAT16)

    assert checks.applies(check, costly) is None
    assert f"is measured in {where}" in (checks.applies(check, narrow) or "")
    assert checks.applies(check, replace(narrow, profile="standard")) is None
    assert checks.applies(check, replace(narrow, info=cheap.info)) is None
