from __future__ import annotations

from typing import Any

import pytest

from softmark import checks, operations
from softmark.checks import Measurement, Scope
from softmark.formats import BFLOAT16, FLOAT16, FLOAT32, Format
from softmark.subjects import Call, Info, Memory, NotOffered

MEMORY = checks.load("memory")


def scope(fmt: Format = FLOAT32, profile: Any = "quick", **info: Any) -> Scope:
    known = Info("torch.softmax", "torch", "softmax", **info)
    return Scope(known, operations.load("softmax"), fmt, profile)


class Told:
    """A subject that takes so many times its input."""

    def __init__(self, times: float | None) -> None:
        self._times = times

    def memory(self, call: Call, fmt: Format) -> Memory:
        if self._times is None:
            raise NotOffered("it takes memray to count memory here")
        size = call.x.size * fmt.bits // 8
        return Memory(4 * size, round(self._times * size), size, size, "memray")


def measured(times: float | None) -> Measurement:
    (case,) = MEMORY.cases(scope())
    (found,) = MEMORY.measure(Told(times), case, scope())  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(("times", "verdict"), [(1.0, "pass"), (9.0, "pass"), (10.5, "weak")])
def test_the_number_is_in_sizes_of_the_input(times: float, verdict: str) -> None:
    found = measured(times)

    assert (found.metric, found.unit, found.verdict) == ("peak memory", "of input", verdict)
    assert found.value == pytest.approx(times)
    assert found.distribution["first_call_bytes"] == 4 * found.distribution["input_bytes"]  # type: ignore[operator]


def test_what_nothing_counts_is_not_offered() -> None:
    assert measured(None).verdict == "not_offered"


@pytest.mark.parametrize("fmt", [FLOAT32, FLOAT16], ids=lambda fmt: fmt.name)
def test_every_case_has_16_mib_of_logits(fmt: Format) -> None:
    for case in MEMORY.cases(scope(fmt, "standard")):
        assert case.shape[0] * case.shape[1] * fmt.bits // 8 == 2**24


def test_a_smaller_profile_counts_fewer_formats() -> None:
    assert checks.applies("memory", scope()) is None
    assert "float32 only" in (checks.applies("memory", scope(FLOAT16)) or "")
    standard = checks.applies("memory", scope(FLOAT16, "standard"))
    assert standard == "the standard profile counts memory in float32 and bfloat16 only"
    assert checks.applies("memory", scope(BFLOAT16, "standard")) is None
    assert checks.applies("memory", scope(FLOAT16, "full")) is None
