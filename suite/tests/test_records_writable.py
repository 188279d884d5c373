"""Text and numbers from outside never keep a record from being written."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import softmark
from softmark import strict_json
from softmark.calling.targets import Target
from softmark.harness import check_target
from softmark.harness.measuring import Measuring
from softmark.harness.patience import Patience
from softmark.judging.outputs import spread
from softmark.records import Record, dump_line
from softmark.writable import NOT_FINITE, cleaned, encodable, finite

HALF = "half a character: \udc80"

KERNELS = """
import os

def softmax(x, axis=-1):
    os.environb[b"NAME_\\xff"] = b"1"
    raise ValueError("half a character: \\udc80")
"""


def lines(records: Any) -> list[dict[str, Any]]:
    return [strict_json.parse(dump_line("record", record.to_json())) for record in records]


@given(st.text(st.characters()))
def test_a_text_is_encodable_and_another_only_where_it_was_not(text: str) -> None:
    found = encodable(text)
    found.encode()
    assert (found == text) == (not any("\ud800" <= letter <= "\udfff" for letter in text))


@given(st.recursive(st.text(st.characters()), lambda inner: st.lists(inner) | st.tuples(inner)))
def test_every_text_of_a_value_is_cleaned(value: Any) -> None:
    strict_json.parse(dump_line("record", cleaned({"x": value})))


def test_what_is_not_finite_is_null_with_a_flag() -> None:
    told = {"p50": 1.0, "mean": math.inf, "errors": [0.5, math.nan], "deep": {"x": -math.inf}}
    assert finite(told) == {
        "p50": 1.0,
        "mean": None,
        "errors": [0.5, None],
        "deep": {"x": None},
        NOT_FINITE: ["mean", "errors", "deep"],
    }
    assert finite({"p50": 1.0, "answer": "NaN"}) == {"p50": 1.0, "answer": "NaN"}


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_the_spread_of_finite_errors_is_finite(errors: list[float]) -> None:
    found = spread(np.array(errors))
    assert all(math.isfinite(number) for number in found.values())  # type: ignore[arg-type]
    assert abs(found["mean"]) <= found["max"]  # type: ignore[arg-type, operator]


def test_half_a_character_of_an_exception_is_escaped_in_this_process() -> None:
    def raises(x: Any, axis: int = -1) -> Any:
        if np.abs(x).max() > 1e30:
            raise ValueError(HALF)
        return np.full_like(x, 1 / x.shape[axis])

    report = softmark.check(raises, formats="float32", checks="ties", array="numpy")
    written = [line for line in lines(report.records) if line["metric"] == "call"]
    assert written
    assert all("half a character: \\udc80" in line["message"] for line in written)


def test_half_a_character_that_a_worker_sends_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "kernel.py"
    path.write_text(KERNELS)
    report = check_target(
        Target(str(path), "softmax"), array="numpy", format_names=["float32"], check_names=["ties"]
    )
    written = lines(report.records)
    assert all("half a character: \\udc80" in line["message"] for line in written)
    assert any("environment variables (NAME_\\udcff)" in line["message"] for line in written)


class Strict:
    """Refuses a record with a distribution, whatever that is."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def __contains__(self, record_id: str) -> bool:
        return False

    def write(self, record: Record) -> None:
        if record.distribution:
            raise ValueError("no distribution is taken here")
        self.records.append(record)

    def done(self, task_id: str) -> None:
        pass


def test_a_record_that_cannot_be_written_becomes_one_that_says_so() -> None:
    def uniform(x: Any, axis: int = -1) -> Any:
        return np.full_like(x, 1 / x.shape[axis])

    found = softmark.check(uniform, formats="float32", checks="ties")
    told = [replace(record, distribution={"x": 1.0}) for record in found.records]
    sink = Strict()
    Measuring("quick", 0, sink, Patience()).keep(told)
    assert [(r.id, r.verdict) for r in sink.records] == [(r.id, r.verdict) for r in told]
    assert "cannot be written (no distribution is taken here)" in sink.records[0].message
