"""How far each result may be from the exact one, for these logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from softmark.answers.question import Question
from softmark.formats import Float64Array


def tolerance(
    x: Any,
    *,
    operation: str = "softmax",
    format: str | None = None,
    accumulate: str | None = None,
    strict: bool = False,
    **options: Any,
) -> Float64Array:
    """The largest absolute error that rounding explains, for each result of these logits.

    .. code-block:: python

        exact = softmark.oracle.softmax(x).value
        assert (abs(mine - exact) <= softmark.tolerance(x, format="float32")).all()

    Parameters
    ----------
    x:
        The logits, as the function was given them: an array of any library, or a list.
    operation:
        What is computed; ``softmark list operations`` names them.
    format:
        The format of the results; that of ``x`` by default.
    accumulate:
        The format of all steps, if the result is rounded once at the end, as ``"float32"`` of a
        kernel in 16 bits.  By default what ``softmark check`` does not fail: the steps may be
        rounded to the format, and sums are no narrower than float32.
    strict:
        Whether to leave out what ``softmark check`` calls weak: sums in pairs or blocks, steps no
        narrower than float32.
    options:
        What the operation takes: ``axis`` (or ``dim``), ``beta``, ``labels``; ``cotangent`` for the
        gradient along it.

    Returns
    -------
    float64 array of the shape of the result: the proved bound, at least one ulp; 0 where the exact
    result is an infinity or NaN.  ``softmark explain OPERATION`` has the theorem.

    Raises
    ------
    UnknownName, TypeError, ValueError
        There is no such operation or format, or it does not take these arguments.
    """
    question = Question.of(
        x, operation, format=format, accumulate=accumulate, strict=strict, **options
    )
    found = np.zeros(question.output_shape)
    if not question.scope.operation.is_index:
        for at, part in question.blocks():
            found[at] = np.where(np.isfinite(part.truth.exact.value), part.truth.allowed, 0.0)
    return found
