"""The subject that makes no error: each result is the oracle's, rounded once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark import operations, oracle
from softmark.formats import Float64Array, Format
from softmark.operations import Problem
from softmark.subjects import Info, Mode, Output, Step

Labels = NDArray[Any] | None
BETA = ("softmax", "softargmax", "smooth_max")


def info_of(operation: str) -> Info:
    return Info(
        f"oracle.{operation}",
        "oracle",
        operation,
        labels=("index", "probability") if operation == "cross_entropy" else (),
        takes_beta=operation in BETA,
        axes="last" if operation == "cross_entropy" else "any",
    )


class Certified:
    """See ``softmark.subjects.Subject``."""

    def __init__(self, operation: str) -> None:
        self.info = info_of(operation)
        self._operation = operations.load(operation)

    def forward(
        self,
        x: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        layout: str = "contiguous",
        mode: str = "",
    ) -> Output:
        if self._operation.is_index:
            values = getattr(oracle, self.info.operation)(x, axis=axis)
            return Output(np.asarray(values, dtype=np.float64), fmt.name, False)
        value = self._operation.value
        assert value is not None
        return _rounded(value.reference(_problem(x, axis, beta, labels)), fmt)

    def modes(self) -> tuple[Mode, ...]:
        return ()

    def vjp(
        self,
        x: Float64Array,
        g: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
    ) -> Output | None:
        if self._operation.vjp is None:
            return None
        return _rounded(self._operation.vjp.reference(_problem(x, axis, beta, labels), g), fmt)

    def train(
        self,
        x: Float64Array,
        g: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        layout: str = "contiguous",
        between: str = "",
    ) -> Step | None:
        arguments: dict[str, Any] = {"axis": axis, "beta": beta, "labels": labels}
        gradient = self.vjp(x, g, fmt, **arguments)
        if gradient is None:
            return None
        return Step(self.forward(x, fmt, **arguments), gradient, gradient)

    def jvp(
        self,
        x: Float64Array,
        v: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
    ) -> Output | None:
        if self._operation.jvp is None:
            return None
        return _rounded(self._operation.jvp.reference(_problem(x, axis, beta, labels), v), fmt)

    def hvp(
        self,
        x: Float64Array,
        g: Float64Array,
        v: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
    ) -> Output | None:
        if self._operation.hvp is None:
            return None
        return _rounded(self._operation.hvp.reference(_problem(x, axis, beta, labels), g, v), fmt)

    def vjp_beta(
        self, x: Float64Array, g: Float64Array, fmt: Format, *, axis: int = -1, beta: float
    ) -> Output | None:
        """That of the one row whose cotangent is not 0, rounded once."""
        (row,) = np.flatnonzero(g.reshape(len(g), -1).any(axis=1))
        assert self._operation.vjp_beta is not None
        alone = slice(row, row + 1)
        exact = self._operation.vjp_beta.reference(_problem(x[alone], axis, beta, None), g[alone])
        return Output(exact.rounded(fmt).reshape(()), fmt.name, False)


def _problem(x: Float64Array, axis: int, beta: float | None, labels: Labels) -> Problem:
    return Problem(x, axis, 1.0 if beta is None else beta, labels)


def _rounded(exact: oracle.Enclosure, fmt: Format) -> Output:
    return Output(exact.rounded(fmt), fmt.name, False)
