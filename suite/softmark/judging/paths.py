"""The same rows by several ways: along another axis, in another layout, among others or alone.

A framework has a kernel for each of them, and they need not agree at the edges.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array
from softmark.judging.scope import Measurement, Scope
from softmark.operations import Problem
from softmark.records import Json
from softmark.subjects import Subject


@dataclass(frozen=True)
class Path:
    """A way in which rows reach a function.

    Attributes
    ----------
    name:
        What a message calls it.
    rank, axis:
        Of the array that the rows are made into, and where in it they lie.
    layout:
        See ``softmark_implementations.framework.LAYOUTS``.
    alone:
        Whether each row is a call of its own.
    """

    name: str
    rank: int = 2
    axis: int = -1
    layout: str = "contiguous"
    alone: bool = False

    def call(self, subject: Subject, rows: Problem, scope: Scope) -> Float64Array:
        """The results of ``rows``, a matrix of logits along the last axis, as if called plainly.

        Raises
        ------
        SubjectFault
            The subject gave none.
        """
        lead = _lead(len(rows.x), self.rank - 1)
        x = np.moveaxis(rows.x.reshape(*lead, rows.n), -1, self.axis)
        labels = None if rows.labels is None else _led(rows.labels, lead)
        if labels is not None and labels.ndim == x.ndim:
            labels = np.ascontiguousarray(np.moveaxis(labels, -1, self.axis))
        problem = Problem(np.ascontiguousarray(x), self.axis, rows.beta, labels)
        output = subject.forward(scope.call(problem, layout=self.layout), scope.format)
        shape = scope.output_shape(rows)
        kept = output.values.ndim == self.rank
        values = np.moveaxis(output.values, self.axis, -1) if kept else output.values
        return np.asarray(values.reshape(shape))

    def told(self) -> dict[str, Json]:
        """The path as a witness has it."""
        return {
            "rank": self.rank,
            "axis": self.axis,
            "layout": self.layout,
            "alone": self.alone,
        }


PLAIN: Final = Path("rows along the last axis")
ALONE: Final = Path("a row alone", alone=True)

QUICK: Final = (
    PLAIN,
    ALONE,
    Path("rows along the first axis", axis=0),
    Path("transposed rows", layout="transposed"),
    Path("strided rows", layout="strided"),
)
FEW: Final = QUICK[:4]
MORE: Final = (
    *QUICK,
    Path("a vector", rank=1, alone=True),
    Path("rows along a middle axis", rank=3, axis=1),
    Path("padded rows", layout="padded"),
    Path("rows off their alignment", layout="offset"),
    Path("reversed rows", layout="reversed"),
)


def offered(scope: Scope) -> tuple[Path, ...]:
    """The paths to try on an implementation; what its framework lacks it says itself."""
    usual = scope.by_profile(QUICK, MORE, MORE)
    chosen = scope.by_profile((PLAIN,), FEW, MORE) if scope.costly_shapes else usual
    return tuple(
        path
        for path in chosen
        if scope.takes_rank(path.rank) and (path.axis == -1 or scope.other_axes)
    )


def _lead(rows: int, axes: int) -> tuple[int, ...]:
    """``rows`` spread over that number of axes."""
    if axes == 2:
        first = math.gcd(rows, 2)
        return first, rows // first
    return (rows,) * axes


def _led(labels: NDArray[Any], lead: tuple[int, ...]) -> NDArray[Any]:
    return labels.reshape((*lead, *labels.shape[1:]))


Found = tuple[str, Mapping[str, Json], Measurement]
"""By which path a measurement came, what a witness says of it, and the measurement."""

_ORDER: Final = ("pass", "policy", "weak", "fail")


def worst_of_each(found: Sequence[Found]) -> Iterator[Measurement]:
    """Of each metric the worst measurement, and by which path it came."""
    for metric in dict.fromkeys(m.metric for _, _, m in found):
        name, at, worst = max((one for one in found if one[2].metric == metric), key=_badness)
        text = f"{name}: {worst.message}" if worst.message and name else worst.message
        yield replace(worst, message=text, witness={**worst.witness, **at})


def _badness(found: Found) -> tuple[int, float]:
    measured = found[2]
    size = abs(measured.value or 0.0)
    return _ORDER.index(measured.verdict), math.inf if math.isnan(size) else size
