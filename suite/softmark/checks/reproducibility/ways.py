"""The same rows in another way: in another batch, with other threads, along another axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.checks.reproducibility import calls
from softmark.formats import Float64Array
from softmark.judging.comparison import Comparison
from softmark.judging.differing import Result
from softmark.judging.scope import Measurement
from softmark.operations import Problem
from softmark.records import Json
from softmark.subjects import NotOffered

FEW_SIZES: Final = (33,)
SIZES: Final = (2, 33, 257)
ALL_SIZES: Final = (2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 128, 129, 256, 257, 512)
"""Of batches that are cut from a larger one."""

BEHIND: Final = 8
"""Rows beside one another behind an axis in the middle."""

LAYOUTS: Final = ("transposed", "strided", "padded", "offset", "reversed")


def batch(compared: Comparison) -> Iterator[Measurement]:
    """Call with the whole batch, with some of its rows, and with one of them."""
    whole = len(compared.problem.x)
    first = Result(f"the batch of {whole}", compared.result(), told={"rows": [0, whole]})
    others = []
    for start, stop in _windows(whole, compared):
        count = stop - start
        words = f"row {start} alone" if count == 1 else f"a batch of {count} from row {start}"
        values = compared.rows(slice(start, stop)).result()
        others.append(Result(words, values, (slice(start, stop),), {"rows": [start, stop]}))
    yield compared.same().measure(first, others)


def _windows(whole: int, compared: Comparison) -> Iterator[tuple[int, int]]:
    """From where to where batches are cut."""
    scope, is_gradient = compared.scope, compared.g is not None
    alone = (0, 1, whole // 2, whole - 2, whole - 1)
    for start in scope.by_profile(alone[::2], alone, alone):
        yield start, start + 1
    spared = scope.costly_shapes + (is_gradient and scope.profile == "standard")
    for count in (FEW_SIZES, SIZES, ALL_SIZES)[scope.by_profile(1, 2, 2) - spared]:
        if count < whole - 5:
            for start in scope.by_profile((5,), (0, 5), (0, 5, whole - count)):
                yield start, start + count


def threads(compared: Comparison) -> Iterator[Measurement]:
    """Call with all threads, and with one alone; or with two, where one is all there are.

    The other number needs a process of its own, in which a first call is the first of all, and
    where several threads may add up in an order of the moment.
    """
    if compared.scope.device != "cpu":
        raise NotOffered("what a device computes does not depend on the processor's threads")
    own = compared.subject.threads
    other = 1 if own > 1 else 2
    elsewhere = replace(compared, subject=compared.subject.with_threads(other))
    yield from calls.run_to_run(elsewhere, None if other > 1 else 2)
    first, second = (
        Result(_threads(count), each.result(), told={"threads": count})
        for count, each in ((own, compared), (other, elsewhere))
    )
    yield compared.same().measure(first, [second])


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def axis(compared: Comparison) -> Iterator[Measurement]:
    """Call along the last axis, along the first, and along one in the middle."""
    rows = len(compared.problem.x)
    first = Result("the last axis", compared.result(), told={"axis": -1, "rows": [rows]})
    others = [_along(compared, 0, rows), _along(compared, 1, rows // BEHIND, BEHIND)]
    yield compared.same().measure(first, others)


def _along(compared: Comparison, axis: int, *rows: int) -> Result:
    """The same rows, arranged in a shape of theirs, along another axis than the last."""
    problem, last = compared.problem, compared.problem.x.ndim - 1

    def moved(values: NDArray[Any]) -> Float64Array:
        if values.ndim == last:  # one number for each row
            return values.reshape(rows)
        led = values.reshape(*rows, values.shape[-1])
        return np.ascontiguousarray(np.moveaxis(led, -1, axis))

    g = None if compared.g is None else moved(compared.g)
    labels = None if problem.labels is None else moved(problem.labels)
    there = Problem(moved(problem.x), axis, problem.beta, labels)
    elsewhere = replace(compared, problem=there, g=g)
    values = elsewhere.result()
    if values.ndim > len(rows):
        values = np.moveaxis(values, axis, -1)
    told: dict[str, Json] = {"axis": axis, "rows": [*rows]}
    words = f"axis {axis} of {len(rows) + 1}"
    return Result(words, values.reshape(compared.scope.output_shape(problem)), told=told)


def layout(compared: Comparison) -> Iterator[Measurement]:
    """Call with the same values, which lie otherwise in memory."""
    first = Result("contiguous", compared.result(), told={"layout": "contiguous"})
    others, missing = [], []
    for name in LAYOUTS:
        try:
            others.append(Result(name, compared.result(name), told={"layout": name}))
        except NotOffered as fault:
            missing.append(fault)
    if not others:
        raise missing[0]
    yield compared.same().measure(first, others)


def compiled(compared: Comparison) -> Iterator[Measurement]:
    """Call the compiled form, and the one that it was compiled from."""
    eager = replace(compared, subject=compared.subject.uncompiled())
    first = Result("eager", eager.result(), told={"eager": True})
    second = Result("compiled", compared.result(), told={"eager": False})
    yield compared.same().measure(first, [second])
