"""Precision doubling: ask ball arithmetic until the answer is decided, and never for ever.

Values that are rational come out exact at the first precision (see ``row``), so what is left is
irrational, never a tie, and doubling ends.  A cap guards the patience of the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flint import ctx, fmpq

from softmark.oracle.quantities import Kind, Operation, RowInputs, evaluate

FIRST_PRECISION = 128
PRECISION_CAP = 16384
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
    answers: dict[int, Answer] = {}
    precision, open_columns = FIRST_PRECISION, list(columns)
    while open_columns and precision <= PRECISION_CAP:
        with ctx.workprec(precision):
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
    return answers
