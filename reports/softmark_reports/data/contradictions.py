"""Records whose own witness speaks against their grade.

A record may come from any version of softmark, and an early one excused every zero as flushed.  A
grade A says that no error is above 1 ulp; where the record itself names what came and what was
expected, and they lie further apart, the report does not repeat the grade.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from softmark_reports.writing.numbers import from_hex

PRECISION: Final = {
    "float64": (53, -1022), "float32": (24, -126), "float16": (11, -14), "bfloat16": (8, -126),
    "float8_e4m3fn": (4, -6), "float8_e5m2": (3, -14),
}  # fmt: skip
"""Significant bits, and the exponent of the least normal number."""

APART: Final = 1.0
"""Ulp between what came and the rounded exact value: the largest error of grade A rounds to it."""


def corrected(frame: pd.DataFrame) -> pd.DataFrame:
    """The table, with such a record as a failure, or as a policy where it is a flushed zero.

    A zero below the normal range is excused where the results show that the implementation sets
    subnormal numbers of the format to zero; an overflowed sum gives zeros too.
    """
    graded = frame[frame["grade"].eq("A") & frame["unit"].eq("ulp")]
    names = zip(graded["implementation"], graded["format"], strict=True)
    flushing = set(_flushing(frame))
    found = {
        index: change
        for index, key, witness in zip(graded.index, names, graded["witness"], strict=True)
        if (change := _change(key[1], witness, flushes=key in flushing))
    }
    if not found:
        return frame
    changes = pd.DataFrame.from_dict(found, orient="index", columns=list(COLUMNS)).astype(object)
    frame = frame.astype({name: object for name in COLUMNS})
    frame.loc[changes.index, list(COLUMNS)] = changes
    return frame


def _flushing(frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Each implementation and format that was shown to flush."""
    shown = frame[frame["metric"].eq(SHOWN)]
    for name, form, told in zip(
        shown["implementation"], shown["format"], shown["distribution"], strict=True
    ):
        if str(told.get("answer", "")).startswith("flushed"):
            yield name, form


SHOWN: Final = "subnormal output"
COLUMNS: Final = ("value", "value_hex", "grade", "verdict", "message")


def _change(form: str, witness: Any, *, flushes: bool) -> tuple[float, str, str, str, str] | None:
    got, expected = (from_hex(witness.get(name)) for name in ("got", "expected"))
    if got is None or expected is None or form not in PRECISION:
        return None
    apart = _apart(got, expected, form)
    if apart <= APART:
        return None
    told = f"got {witness['got']}, expected {witness['expected']}, {apart:.4g} ulp apart"
    if flushes and got == 0 and abs(expected) < 2.0 ** PRECISION[form][1]:
        return apart, apart.hex(), "", "policy", f"flushed to zero: {told}"
    return apart, apart.hex(), "F", "fail", f"recorded as grade A, but {told}"


def _apart(got: float, expected: float, form: str) -> float:
    """In ulp of the expected value; infinite between a number and none."""
    if got == expected or (math.isnan(got) and math.isnan(expected)):
        return 0.0
    if not (math.isfinite(got) and math.isfinite(expected)):
        return math.inf
    digits, least = PRECISION[form]
    exponent = max(math.frexp(expected)[1] - 1, least) if expected else least
    return abs(math.ldexp(got - expected, digits - 1 - exponent))
