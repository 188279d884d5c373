"""The subject that makes no error: each result is the oracle's, rounded once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from softmark import operations, oracle
from softmark.formats import Format
from softmark.operations import Problem
from softmark.options import options_of
from softmark.subjects import Call, Info, Mode, Output, Step

BETA = ("softmax", "softargmax", "smooth_max", "softcap_softmax")


def info_of(operation: str) -> Info:
    return Info(
        f"oracle.{operation}",
        "oracle",
        operation,
        labels=("index", "probability") if operation == "cross_entropy" else (),
        options=options_of(operation),
        takes_beta=operation in BETA,
        axes="last" if operation == "cross_entropy" else "any",
    )


class Certified:
    """See ``softmark.subjects.Subject``."""

    def __init__(self, operation: str) -> None:
        self.info = info_of(operation)
        self._operation = operations.load(operation)

    def forward(self, call: Call, fmt: Format) -> Output:
        if self._operation.is_index:
            values = getattr(oracle, self.info.operation)(call.x, axis=call.axis)
            return Output(np.asarray(values, dtype=np.float64), fmt.name, False)
        value = self._operation.value
        assert value is not None
        return _rounded(value.reference(_problem(call)), fmt)

    def modes(self) -> tuple[Mode, ...]:
        return ()

    def vjp(self, call: Call, fmt: Format) -> Output | None:
        of = self._operation.vjp
        return None if of is None else _rounded(of.reference(_problem(call), call.g), fmt)

    def train(self, call: Call, fmt: Format, between: str = "") -> Step | None:
        gradient = self.vjp(call, fmt)
        return None if gradient is None else Step(self.forward(call, fmt), gradient, gradient)

    def jvp(self, call: Call, fmt: Format) -> Output | None:
        of = self._operation.jvp
        return None if of is None else _rounded(of.reference(_problem(call), call.v), fmt)

    def hvp(self, call: Call, fmt: Format) -> Output | None:
        of = self._operation.hvp
        return None if of is None else _rounded(of.reference(_problem(call), call.g, call.v), fmt)

    def vjp_beta(self, call: Call, fmt: Format) -> Output | None:
        """That of the one row whose cotangent is not 0, rounded once."""
        assert call.g is not None
        (row,) = np.flatnonzero(call.g.reshape(len(call.g), -1).any(axis=1))
        assert self._operation.vjp_beta is not None
        alone = slice(row, row + 1)
        problem = _problem(replace(call, x=call.x[alone]))
        exact = self._operation.vjp_beta.reference(problem, call.g[alone])
        return Output(exact.rounded(fmt).reshape(()), fmt.name, False)

    def vjp_operand(self, call: Call, fmt: Format) -> Output | None:
        of = self._operation.vjp_operand
        return None if of is None else _rounded(of.reference(_problem(call), call.g), fmt)


def _problem(call: Call) -> Problem:
    beta = 1.0 if call.beta is None else call.beta
    return Problem(call.x, call.axis, beta, call.labels, call.options)


def _rounded(exact: oracle.Enclosure, fmt: Format) -> Output:
    return Output(exact.rounded(fmt), fmt.name, False)
