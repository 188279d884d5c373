from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import softmark
from softmark.api.causes import causes
from softmark.api.evidence import IN_FULL, grouped, weak
from softmark.api.traits import TraitTrial, trials
from softmark.records import Case, Record

LENGTHS = (1, 3, 5, 8, 10, 16, 37, 64, 100, 600, 1000, 1024)
FAMILIES = ("normal", "wide", "masked", "ascending", "near_limit")


def record(case: Case, verdict: str = "pass", got: float = 0.5, fmt: str = "float32") -> Record:
    witness = {"index": [0, 0], "got": float(got).hex(), "expected": (0.25).hex()}
    return Record(
        *("accuracy", "softmax", "numpy.softmax[f]", fmt, "cpu", case, "error", 9.0, "ulp"),
        *(2.0, "somebody's bound", "F" if verdict == "fail" else "A", verdict, witness),  # type: ignore[arg-type]
        message="9 ulp, bound 2",
    )


def drawn(seed: int) -> list[Case]:
    """Cases as checks make them, of which no two are the same."""
    rng = random.Random(seed)
    made: dict[str, Case] = {}
    for _ in range(120):
        family, n = rng.choice(FAMILIES), rng.choice(LENGTHS)
        shape, axis = rng.choice([((4, n), -1), ((n, 4), 0), ((2, n, 3), 1)])
        told = {"scale": rng.choice([1.0, 3.0, 30.0])} if family == "normal" else {}
        case = Case(family, shape, axis, rng.choice([1.0, 4.0]), 0, told)
        made[str(case.to_json())] = case
    return list(made.values())


def measured(cases: list[Case], fails: Callable[[TraitTrial], bool]) -> list[Record]:
    """A record for each case; whether it fails is decided by what is known of the case."""
    wrong = [fails(TraitTrial((record(case),), ())) for case in cases]
    return [record(c, "fail" if bad else "pass") for c, bad in zip(cases, wrong, strict=True)]


def failing(records: list[Record]) -> list[Record]:
    return [r for r in records if r.verdict == "fail"]


DECIDED = {
    "from a length on": lambda t: t.traits["length"] >= 100,
    "up to a length": lambda t: t.traits["length"] <= 8,
    "another axis than the last": lambda t: t.traits["axis"] == "axis 0 of 2",
    "masked logits": lambda t: t.traits["-inf among the logits"] == "some",
    "large logits": lambda t: t.traits["largest logit"] > 88.7,
    "very negative logits": lambda t: t.traits["least logit"] < -90,
    "a rest of the length by 8": lambda t: t.traits["rest of the length by 8"] == "some",
    "another beta": lambda t: t.traits["beta"] == 4.0,
    "two together": lambda t: t.traits["axis"] != "the last axis" and t.traits["beta"] == 4.0,
}


@pytest.mark.parametrize("name", DECIDED)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_what_decides_whether_a_case_fails_is_one_cause(name: str, seed: int) -> None:
    records = measured(drawn(seed), DECIDED[name])
    if len(failing(records)) < 4:
        return
    found = causes(records, failing(records))

    assert len(found[0].failures) == found[0].failed == found[0].among, found[0].title
    assert len(found[0].failures) >= 0.6 * len(failing(records)), [c.title for c in found]
    assert "everywhere" in found[0].title


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_failure_belongs_to_one_cause_whatever_fails(seed: int) -> None:
    rng = random.Random(seed)
    cases = drawn(seed)
    records = [
        record(case, rng.choice(["fail", "pass"]), rng.choice([0.5, np.nan])) for case in cases
    ]
    named = [r.id for cause in causes(records, failing(records)) for r in cause.failures]

    assert sorted(named) == sorted(r.id for r in failing(records))


def test_a_number_that_no_case_is_beyond_is_no_condition() -> None:
    """The scale of those inputs that have one: "scale 1 or more" would tell nothing of them."""
    records = measured(drawn(0), lambda trial: trial.traits["inputs"] == "normal")
    (found,) = causes(records, failing(records))
    assert found.conditions == ("inputs: normal",)


def test_a_case_whose_failures_are_excused_is_neither_right_nor_wrong() -> None:
    cases = drawn(1)[:3]
    records = [record(cases[0], "fail"), record(cases[1], "fail"), record(cases[2])]

    assert [len(t.failures) for t in trials(records, records[:1])] == [1, 0]


def test_no_more_than_five_causes_are_shown_in_full() -> None:
    records = [record(c, "fail", fmt="float32") for c in drawn(2)[:9]]
    lone = [causes(records[i : i + 1], records[i : i + 1])[0] for i in range(9)]
    groups = list(grouped(lone))

    assert len(groups) == IN_FULL + 1
    assert groups[-1][0] == "4 more:"
    assert len(groups[-1]) == 5


def unshifted(x: np.ndarray, axis: int = -1) -> np.ndarray:
    with np.errstate(all="ignore"):
        e = np.exp(x)
        return e / e.sum(axis=axis, keepdims=True)


def test_the_evidence_of_a_wrong_function_says_where_it_fails_and_how_far_it_is_right() -> None:
    found = softmark.check(unshifted, formats=["float32"], checks=["stability", "accuracy"])
    title = found.causes[0].title

    assert title.startswith("NaN, everywhere with largest")
    threshold = float(title.partition("logit ")[2].split()[0])
    right = float(title.partition("(right up to ")[2].split(")")[0])
    assert right < 88.8 < threshold + 20
    assert "0x" in found.evidence()
    assert "beta 1 seed 0 sign" in found.evidence(), "the parameters of the case are shown"


def test_what_is_weak_is_listed_with_its_share_of_the_bound() -> None:
    poor = record(drawn(3)[0], "weak")
    lines = weak([poor, record(drawn(3)[1])])

    assert lines[1:] == ["  accuracy float32, 4.5x the bound: 9 ulp, bound 2"]


def test_the_spread_of_the_largest_numbers_of_both_signs_is_infinite_without_a_warning() -> None:
    case = Case("near_limit", (4, 10), -1, 1.0, 0, {"sign": "both"})
    traits = TraitTrial((record(case, fmt="float64"),), ()).traits
    assert traits["spread of the logits"] == math.inf
