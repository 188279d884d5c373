"""Precision doubling: ask ball arithmetic until the answer is decided, and never for ever.

Values that are rational come out exact at the first precision (see ``row``), so what is left is
irrational, never a tie, and doubling ends.  A cap guards the patience of the caller.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from flint import ctx, fmpq

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
    columns: Sequence[int],
    judge: Callable[[int, fmpq, fmpq], Answer | None],
) -> dict[int, Answer]:
    """Answers of ``judge(column, lower, upper)`` for each column of a row.

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
    twins = _twins(operation, kind, inputs, columns)
    answers: dict[int, Answer] = {}
    precision, open_columns = FIRST_PRECISION, list(twins)
    while open_columns and precision <= PRECISION_CAP:
        with _PRECISION_IN_USE, ctx.workprec(precision):
            values = evaluate(operation, kind, inputs, open_columns)
            for column, value in zip(open_columns, values, strict=True):
                answer = judge(column, *value.interval())
                if answer is not None:
                    answers |= dict.fromkeys(twins[column], answer)
        open_columns = [c for c in open_columns if c not in answers]
        precision *= 2
    if open_columns:
        raise UndecidedError(
            f"{operation} ({kind}), element {open_columns[0]} of a row of {len(inputs.x)}: "
            f"{PRECISION_CAP} bits do not decide the result; the cancellation is deeper than that"
        )
    return answers


def _twins(
    operation: Operation, kind: Kind, inputs: RowInputs, columns: Sequence[int]
) -> dict[int, list[int]]:
    """The columns, those that are certain to have one answer under the first of them."""
    if (operation, kind) not in SAME_FOR_EQUAL_LOGITS:
        return {column: [column] for column in columns}
    by_logit: dict[float, list[int]] = {}
    for column in columns:
        by_logit.setdefault(inputs.x[column], []).append(column)
    return {group[0]: group for group in by_logit.values()}
