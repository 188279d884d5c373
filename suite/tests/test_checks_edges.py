"""What the two checks of the edges say where no mutant asks: policies, and the larger profiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from softmark import checks, operations
from softmark.checks import Measurement, Scope
from softmark.formats import FLOAT32, FLOAT64, Format
from softmark.records import BAD
from softmark.subjects import Info
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.with_numpy import FRAMEWORK, cross_entropy, softmax


def scope_of(operation: str, fmt: Format = FLOAT64, **more: Any) -> Scope:
    info = Info(f"numpy.{operation}", "numpy", operation, gradient=False, **more)
    return Scope(info, operations.load(operation), fmt)


def measured(function: Any, check: str, scope: Scope, about: str = "") -> Iterator[Measurement]:
    subject = InProcessSubject(function, scope.info, FRAMEWORK)
    for case in checks.load(check).cases(scope):
        told = case.parameters["check"]
        assert isinstance(told, dict)
        if about in ("", told["about"]):
            yield from checks.load(check).measure(subject, case, scope)


def by_stride(x: Any, axis: int = -1) -> Any:
    """A policy of its own for arrays with gaps."""
    p = softmax(x, axis)
    return np.where(np.isnan(p), 0, p) if not x.flags.forc else p


def test_an_answer_that_depends_on_the_way_is_weak_and_says_which_gave_what() -> None:
    found = {
        m.metric: m for m in measured(by_stride, "special_values", scope_of("softmax"), "rows")
    }
    told = found["all masked"]

    assert told.verdict == "weak"
    assert told.distribution["answer"] == "NaN or 0"
    assert "0 for strided rows" in told.message
    paths = told.witness["paths"]
    assert isinstance(paths, list)
    assert len(paths) == 2


def test_an_answer_that_does_not_is_a_policy() -> None:
    found = {m.metric: m for m in measured(softmax, "special_values", scope_of("softmax"), "rows")}

    for situation in ("all masked", "one +inf", "several +inf", "+inf and -inf"):
        assert found[situation].verdict == "policy"
        assert found[situation].distribution == {"answer": "NaN"}


@pytest.mark.parametrize("check", ["special_values", "arguments"])
def test_the_standard_profile_takes_labels_along_every_way(check: str) -> None:
    scope = scope_of("cross_entropy", labels=("index", "probability"), axes="last")
    standard = replace(scope, profile="standard")

    assert not [m for m in measured(cross_entropy, check, standard) if m.verdict in BAD]


@pytest.mark.parametrize(
    ("result", "verdict"), [("float64", "weak"), ("float32", "pass"), ("float16", "fail")]
)
def test_a_wider_result_is_weak_and_a_narrower_one_fails(result: str, verdict: str) -> None:
    def cast(x: Any, axis: int = -1) -> Any:
        return softmax(x, axis).astype(result)

    found = measured(cast, "arguments", scope_of("softmax", FLOAT32), "plain")

    assert [m.verdict for m in found if m.metric == "output format"] == [verdict]


def test_what_compiles_for_each_shape_is_given_few_in_the_quick_profile() -> None:
    def shapes(scope: Scope) -> set[tuple[int, ...]]:
        found = [
            c for name in ("special_values", "arguments") for c in checks.load(name).cases(scope)
        ]
        return {case.shape for case in found}

    few = shapes(scope_of("softmax", costly="shapes"))

    assert len(few) < len(shapes(scope_of("softmax"))) / 2
    assert few == shapes(scope_of("softmax", compiled=True))


def test_a_row_that_is_an_error_is_no_answer_of_its_neighbours() -> None:
    def refuses_masked_rows(x: Any, axis: int = -1) -> Any:
        if np.isneginf(x.max(axis=axis)).any():
            raise ValueError("nothing is left")
        return softmax(x, axis)

    found = measured(refuses_masked_rows, "special_values", scope_of("softmax"), "rows")
    said = {m.metric: (m.verdict, m.distribution["answer"]) for m in found}

    assert said["all masked"] == ("policy", "error")
    assert said["one +inf"] == ("policy", "NaN")
