"""Logits are made once, cannot be changed by who gets them, and take no more room than they may."""

from __future__ import annotations

import numpy as np
import pytest

from softmark import inputs
from softmark.formats import FORMATS, Float64Array
from softmark.inputs.kept import Kept
from softmark.records import Case


def array(value: float) -> Float64Array:
    return np.full(4, value)  # 32 bytes


def refuse() -> Float64Array:
    raise AssertionError("it is kept, and was made again")


def test_what_is_kept_is_not_made_again() -> None:
    kept = Kept(64)
    assert kept.get("a", lambda: array(1)) is kept.get("a", refuse)


def test_the_one_that_was_asked_for_longest_ago_gives_way() -> None:
    kept = Kept(64)
    for name in "ab":
        kept.get(name, lambda: array(1))
    kept.get("a", refuse)
    kept.get("c", lambda: array(3))
    for name in "ac":
        kept.get(name, refuse)
    assert (kept.get("b", lambda: array(7)) == 7).all()


def test_what_has_no_room_is_not_kept_and_drives_nothing_out() -> None:
    kept = Kept(40)
    kept.get("a", lambda: array(1))
    kept.get("large", lambda: np.zeros(6))
    kept.get("a", refuse)
    assert kept.get("large", lambda: np.ones(6)).all()


def test_many_more_than_there_is_room_for_leave_the_latest() -> None:
    kept = Kept(64)
    for name in range(100):
        kept.get(name, lambda: array(1))
    for name in (98, 99):
        kept.get(name, refuse)


@pytest.mark.parametrize("fmt", ["float32", "bfloat16"])
def test_the_check_does_not_matter_and_all_else_does(fmt: str) -> None:
    case = Case("normal", (3, 8), seed=5, parameters={"scale": 2.0, "check": {"mode": "vjp"}})
    same = Case("normal", (3, 8), seed=5, parameters={"scale": 2.0})
    x = inputs.logits(case, FORMATS[fmt])
    assert inputs.logits(same, FORMATS[fmt]) is x
    others = [
        Case("normal", (3, 8), seed=6, parameters={"scale": 2.0}),
        Case("normal", (3, 8), seed=5, parameters={"scale": 3.0}),
        Case("normal", (8, 3), axis=0, seed=5, parameters={"scale": 2.0}),
        Case("uniform", (3, 8), seed=5),
    ]
    for other in others:
        assert not np.array_equal(inputs.logits(other, FORMATS[fmt]), x)
    assert not np.array_equal(inputs.logits(same, FORMATS["float64"]), x)


def test_they_cannot_be_changed() -> None:
    x = inputs.logits(Case("normal", (3, 8)), FORMATS["float32"])
    with pytest.raises(ValueError, match="read-only"):
        x[0, 0] = 1.0
