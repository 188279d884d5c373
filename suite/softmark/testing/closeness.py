"""One line for any test: is this result what the exact one rounds to, or near enough?"""

from __future__ import annotations

from typing import Any


def assert_close(
    actual: Any,
    logits: Any,
    operation: str = "softmax",
    *,
    format: str | None = None,
    accumulate: str | None = None,
    strict: bool = False,
    flushes: bool = False,
    **options: Any,
) -> None:
    """Fail if a result is further from the exact one than rounding explains.

    .. code-block:: python

        def test_kernel():
            x = torch.randn(64, 4096, dtype=torch.bfloat16)
            softmark.testing.assert_close(my_softmax(x), x)

    There is no tolerance to choose: each element has its own bound, from its format, the length of
    its row and its distance from the maximum.  What ``softmark check`` calls weak passes.

    Parameters
    ----------
    actual:
        What the function returned: an array of NumPy, PyTorch, JAX, TensorFlow or another library.
    logits:
        What it was given, rounded as it was given it.
    operation:
        What it computes; ``softmark list operations`` names them.
    format:
        The format of the results; by default that of ``actual``.
    accumulate:
        The format of all steps, if the result is rounded once at the end; see
        ``softmark.tolerance``.
    strict:
        Whether what is weak fails too: sums one after another, steps in 16 bits.
    flushes:
        Whether zeros in place of numbers below the normal range are admitted.
    options:
        What the operation takes: ``axis`` (or ``dim``), ``beta``, ``labels``; ``cotangent`` where
        ``actual`` is the gradient along it.

    Raises
    ------
    AssertionError
        A result is wrong; the message says the worst element, what was expected, its error in ulp
        and the bound.
    UnknownName, TypeError, ValueError
        There is no such operation or format, it does not take these arguments, or what is given is
        no array of numbers.
    """
    __tracebackhide__ = True
    from softmark.answers import compared

    found = compared(
        actual,
        logits,
        operation,
        format=format,
        accumulate=accumulate,
        strict=strict,
        flushes=flushes,
        **options,
    )
    if not found.ok:
        raise AssertionError(found.message)
