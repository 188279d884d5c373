"""What the identities tell apart: the same bits, other bits within rounding, and a wrong result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from softmark import inputs, operations
from softmark.checks import Measurement, Scope, load
from softmark.formats import FLOAT32
from softmark.records import Case
from softmark.subjects import Info
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.with_numpy import FRAMEWORK

Array = NDArray[Any]


def shifted(x: Array, axis: int = -1) -> Array:
    with np.errstate(over="ignore"):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def scaled_first(x: Array, axis: int = -1) -> Array:
    """Base 2 with the logits scaled before the shift: right, and its bits move with an offset."""
    z = x * np.float32(np.log2(np.e))
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp2(z - z.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def measured(function: Any, identity: str, operation: str = "softmax") -> list[Measurement]:
    info = Info(f"numpy.{operation}", "numpy", operation, labels=("index",))
    scope = Scope(info, operations.load(operation), FLOAT32)
    subject, check = InProcessSubject(function, info, FRAMEWORK), load("identities")
    cases = [c for c in check.cases(scope) if c.parameters["check"]["identity"] == identity]  # type: ignore[index, call-overload]
    return [m for case in cases for m in check.measure(subject, case, scope)]


def test_a_formula_that_shifts_first_gives_the_same_bits_for_any_offset() -> None:
    found = measured(shifted, "shift")

    assert [m.value for m in found] == [0.0] * len(found)
    assert {m.verdict for m in found} == {"pass"}


def test_other_bits_within_the_bound_are_weak_and_beyond_it_fail() -> None:
    found = measured(scaled_first, "shift")

    assert "weak" in {m.verdict for m in found} | {"fail"}
    assert "pass" not in {m.verdict for m in found if m.value}
    assert any("the same bits" in m.message or m.verdict == "fail" for m in found)


def test_a_witness_names_the_place_in_both_results() -> None:
    def leaning(x: Array, axis: int = -1) -> Array:
        y = shifted(x, axis)
        y[..., 0] *= np.float32(1.001)
        return y

    (found,) = measured(leaning, "permutation")

    assert found.verdict == "fail"
    one, other = found.witness["index"], found.witness["twin index"]
    assert isinstance(one, list)
    assert isinstance(other, list)
    assert one[0] == other[0]
    assert 0 in (one[1], other[1])


@pytest.mark.parametrize("kind", ["index", "probability"])
def test_labels_of_a_padded_row_are_among_the_kept(kind: str) -> None:
    case = Case("padded", (50, 30), parameters={"front": 11, "kept": 6})
    labels = inputs.labels_of(case, kind, FLOAT32)
    kept = np.isfinite(inputs.logits(case, FLOAT32))

    assert kept.sum() == 50 * 6
    if kind == "index":
        assert kept[np.arange(50), labels].all()
    else:
        assert (labels[~kept] == 0).all()
        assert (labels.sum(axis=-1) == 1).all()


def test_a_one_hot_is_the_index_as_probabilities() -> None:
    case = Case("normal", (5, 7))

    one_hot = inputs.labels_of(case, "one-hot", FLOAT32)

    assert np.array_equal(one_hot.argmax(axis=-1), inputs.labels_of(case, "index", FLOAT32))
    assert (one_hot.sum(axis=-1) == 1).all()
    with pytest.raises(ValueError, match="unknown labels 'soft'"):
        inputs.labels_of(case, "soft", FLOAT32)
