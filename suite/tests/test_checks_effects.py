"""What calls do beside returning numbers is judged once it happens again, at its simplest case."""

from __future__ import annotations

import mutants.left_behind as left
import numpy as np
import pytest
from numpy.typing import NDArray

from softmark import operations
from softmark.checks import Measurement, Scope
from softmark.checks.sweep import sweeping
from softmark.formats import FLOAT32
from softmark.subjects import Info
from softmark.subjects.side_effects import CHANGED, OF_SPEED_OR_WORDS, of_speed_or_words
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.with_numpy import FRAMEWORK

INFO = Info("numpy.softmax", "numpy", "softmax", formats=("float32",), gradient=False)
Array = NDArray[np.floating]


def swept(function: object) -> dict[str, Measurement]:
    """What the sweep of short rows of each length finds, by its metrics."""
    scope = Scope(INFO, operations.load("softmax"), FLOAT32)
    cases = [scope.case("swept", 2, n) for n in range(3, 90)]
    subject = InProcessSubject(function, INFO, FRAMEWORK)  # type: ignore[arg-type]
    return {found.metric: found for found in sweeping.swept(subject, cases, scope)}


def test_what_one_length_changes_is_found_among_all() -> None:
    def softmax(x: Array, axis: int = -1) -> Array:
        if x.shape[-1] == 77:
            np.seterr(divide="raise")
        return left._softmax(x, axis)

    found = swept(softmax)["state left behind"]
    assert found.verdict == "fail"
    assert "shape (2, 77)" in found.message
    assert "NumPy's error state" in found.message


def test_what_the_first_call_alone_changes_is_no_fault() -> None:
    left._READY.clear()
    assert set(swept(left.a_first_call_sets_what_later_ones_leave)) == {"error"}
    assert left._READY


@pytest.mark.parametrize(
    ("function", "metric"),
    [
        (left.warnings_stay_filtered, "state left behind"),
        (left.the_result_is_read_only, "read-only result"),
    ],
)
def test_what_changes_no_number_is_weak(function: object, metric: str) -> None:
    assert swept(function)[metric].verdict == "weak"


def test_words_and_speed_excuse_nothing_else() -> None:
    quiet = ", ".join(OF_SPEED_OR_WORDS)
    assert of_speed_or_words(CHANGED + quiet)
    assert not of_speed_or_words(f"{CHANGED}{quiet}, the working directory")
