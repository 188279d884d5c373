from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from certified import Certified, info_of
from numpy.typing import NDArray
from test_reproduction_scripts import ran, values_of, write

from softmark import operations
from softmark.checks import Measurement, Scope, accuracy
from softmark.formats import FORMATS
from softmark.records import Case, Record
from softmark.subjects import Info
from softmark.workers.in_process import InProcessSubject

Array = NDArray[Any]
SEARCH: Final = {"mode": "search"}


def wrong_in_a_corner(x: Array, axis: int = -1) -> Array:
    """Wrong by 5,000 ulp for logits that are between 7 and 7.03 below the maximum."""
    d = x - x.max(axis=axis, keepdims=True)
    e = np.exp(d)
    e = np.where((d > -7.03) & (d < -7.0), e * np.float32(1 + 5000 * 2.0**-23), e)
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def wide_then_rounded(x: Array, axis: int = -1) -> Array:
    wide = x.astype(np.float64)
    e = np.exp(wide - wide.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True)).astype(x.dtype)


def subject_of(function: Callable[..., Array]) -> InProcessSubject:
    from softmark_implementations.with_numpy import FRAMEWORK

    info = Info("numpy.softmax[x]", "numpy", "softmax", "x", formats=("float32",))
    return InProcessSubject(function, info, FRAMEWORK)


def scope_of(operation: str, fmt: str = "float32", seed: int = 0) -> Scope:
    op = operations.load(operation)
    return Scope(info_of(operation), op, FORMATS[fmt], "standard", seed=seed)


def case_of(scope: Scope) -> Case:
    (case,) = (c for c in accuracy.cases(scope) if c.parameters.get("check") == SEARCH)
    return case


def searched(subject: Any, scope: Scope) -> Measurement:
    (found,) = accuracy.measure(subject, case_of(scope), scope)
    assert found.metric == "worst found"
    return found


def test_the_search_finds_the_corner_that_seeded_rows_miss() -> None:
    subject, scope = subject_of(wrong_in_a_corner), scope_of("softmax")
    seeded = list(accuracy.measure(subject, replace(case_of(scope), parameters={}), scope))

    found = searched(subject, scope)

    assert {m.verdict for m in seeded} == {"pass"}
    assert (found.grade, found.verdict) == ("F", "fail")
    words: Any = found.witness["x"]
    row = np.array([float.fromhex(word) for word in words])
    gaps = row.max() - row
    assert ((gaps > 6.99) & (gaps < 7.04)).any()
    assert (row == 0).sum() >= 5, "what does not matter is dropped"


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_found_where_all_is_right(seed: int) -> None:
    found = searched(subject_of(wide_then_rounded), scope_of("softmax", seed=seed))

    assert found.grade == "A"


@pytest.mark.parametrize("fmt", ["float64", "bfloat16"])
@pytest.mark.parametrize("operation", ["sigmoid", "log_softmax", "smooth_max", "softargmax"])
def test_no_mutation_leads_to_what_the_oracle_does_not_settle(operation: str, fmt: str) -> None:
    found = searched(Certified(operation), scope_of(operation, fmt))

    assert found.grade == "A"


def test_the_same_seed_gives_the_same_witness() -> None:
    once, again, other = (
        searched(subject_of(wrong_in_a_corner), scope_of("softmax", seed=seed))
        for seed in (0, 0, 1)
    )

    assert once == again
    assert once.witness != other.witness


@pytest.mark.parametrize("name", ["numpy.softmax", "torch.softmax"])
@pytest.mark.parametrize("whole", [False, True])
def test_the_witness_is_replayed_and_not_the_case(name: str, whole: bool) -> None:
    pytest.importorskip(name.partition(".")[0])
    scope = scope_of("softmax")
    found = searched(subject_of(wrong_in_a_corner), scope)
    words, due, place = (found.witness[key] for key in ("x", "expected", "index"))
    assert isinstance(words, list)
    assert isinstance(due, str)
    assert isinstance(place, list)
    measured = Record(
        "accuracy", "softmax", name, "float32", "cpu", case_of(scope), found.metric, found.value,
        found.unit, found.bound, found.bound_source, found.grade, found.verdict, found.witness,
    )  # fmt: skip

    text = write(measured, whole=whole)

    assert values_of(text).tolist() == [[float.fromhex(str(word)) for word in words]]
    if not whole:
        got, expected = (float(line.split()[1].strip("'")) for line in ran(text).splitlines())
        assert expected == float.fromhex(due)
        assert got == pytest.approx(expected, rel=1e-5)
        assert place[0] == 0


def test_the_quick_profile_and_indices_have_no_search() -> None:
    quick = replace(scope_of("softmax"), profile="quick")
    scopes = [quick, scope_of("argmax"), scope_of("cross_entropy")]

    cases = [c for scope in scopes for c in accuracy.cases(scope)]

    assert not [c for c in cases if c.parameters.get("check") == SEARCH]
