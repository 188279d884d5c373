"""Precision doubling: ask ball arithmetic until the answer is decided, and never for ever.

Values that are rational come out exact at the first precision (see ``row``), so what is left is
irrational, never a tie, and doubling ends.  A cap guards the patience of the caller.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from flint import ctx, fmpq
from numpy.typing import NDArray

from softmark.oracle.quantities import Kind, Operation, RowInputs, evaluate

FIRST_PRECISION = 128
PRECISION_CAP = 16384
SAME_FOR_EQUAL_LOGITS = {("softmax", "value"), ("log_softmax", "value"), ("logsumexp", "vjp")}
"""Quantities whose outputs depend on their own logit and the row alone: long rows of ties are
cheap.
"""
_PRECISION_IN_USE = threading.Lock()  # flint's working precision belongs to the whole process
Answer = TypeVar("Answer")


class UndecidedError(ArithmeticError):
    """A result that ``PRECISION_CAP`` bits do not decide."""


def decide(
    operation: Operation,
    kind: Kind,
    inputs: RowInputs,
    columns: NDArray[np.intp],
    judge: Callable[[int, fmpq, fmpq], Answer | None],
) -> list[Answer]:
    """Answers of ``judge(column, lower, upper)`` for each of these columns of a row.

    Parameters
    ----------
    judge:
        Gets rational ends of an interval that holds the exact value; returns None while
        the interval is too wide to answer.

    Raises
    ------
    UndecidedError
        Some column has no answer at ``PRECISION_CAP`` bits.
    """
    first, twin = _twins(operation, kind, inputs, columns)
    answers: dict[int, Answer] = {}
    precision, open_columns = FIRST_PRECISION, first
    while open_columns and precision <= PRECISION_CAP:
        with _PRECISION_IN_USE, ctx.workprec(precision):
            values = evaluate(operation, kind, inputs, open_columns)
            for column, value in zip(open_columns, values, strict=True):
                answer = judge(column, *value.interval())
                if answer is not None:
                    answers[column] = answer
        open_columns = [c for c in open_columns if c not in answers]
        precision *= 2
    if open_columns:
        raise UndecidedError(
            f"{operation} ({kind}), element {open_columns[0]} of a row of {len(inputs.x)}: "
            f"{PRECISION_CAP} bits do not decide the result; the cancellation is deeper than that"
        )
    return [answers[first[number]] for number in twin]


def _twins(
    operation: Operation, kind: Kind, inputs: RowInputs, columns: NDArray[np.intp]
) -> tuple[list[int], list[int]]:
    """The columns that are asked about, and for each column the number of the one it equals."""
    if (operation, kind) not in SAME_FOR_EQUAL_LOGITS:
        return columns.tolist(), list(range(len(columns)))
    logits = np.asarray(inputs.x)[columns]
    _, first, twin = np.unique(logits, return_index=True, return_inverse=True)
    return columns[first].tolist(), twin.tolist()
