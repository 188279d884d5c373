"""Draws of a sampler in any test: are they those of softmax(x / T)?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

TESTS_OF_ROW: Final = 5
"""Tests that a row has at most: three groupings, each token, and neighbours."""


def assert_drawn(
    tokens: Any,
    logits: Any,
    *,
    temperature: float = 1.0,
    format: str | None = None,
    strict: bool = False,
) -> None:
    """Fail if tokens were not drawn with the probabilities softmax(logits / temperature).

    .. code-block:: python

        def test_sampler():
            x = torch.randn(50)
            tokens = torch.stack([my_sampler(x) for _ in range(100_000)])
            softmark.testing.assert_drawn(tokens, x)

    Right tokens fail with a probability of at most 1e-6.  A total variation distance of 0.005 is
    found in 10^6 draws with a probability of 0.99; ``softmark explain sampling`` says how.

    Parameters
    ----------
    tokens:
        Indices, shape ``(draws,)``, or ``(rows, draws)`` where the logits have rows: an array of
        NumPy, PyTorch, JAX, TensorFlow or another library.
    logits:
        Shape ``(n,)`` or ``(rows, n)``, as the sampler was given them; -inf is a masked token.
    format:
        The format in which the sampler computed; by default that of ``logits``.
    strict:
        Whether what rounding to 16 bits in each step explains fails too.

    Raises
    ------
    AssertionError
        A masked token was drawn, or a group of tokens too often or too seldom; the message says
        which, how often, and the p-value.
    UnknownName, TypeError, ValueError
        There is no such format, the shapes do not belong together, or what is given is no array of
        whole or of finite numbers.
    """
    __tracebackhide__ = True
    from softmark.answers import foreign
    from softmark.sampling import FALSE_ALARM, Judge
    from softmark.sampling.distribution import rows_of

    drawn, _ = foreign.read(tokens, "the tokens")
    x, fmt = rows_of(logits, format, temperature)
    if drawn.dtype.kind not in "iu":
        raise TypeError(f"the tokens are of type {drawn.dtype}; pass whole numbers, the indices")
    if drawn.shape[:-1] != x.shape[:-1] or drawn.ndim != x.ndim:
        raise ValueError(
            f"the tokens have shape {drawn.shape} and the logits {x.shape}; "
            "pass (draws,) and (n,), or (rows, draws) and (rows, n)"
        )
    if not drawn.size:
        raise ValueError("there are no tokens; pass at least one")
    rows = x.reshape(-1, x.shape[-1])
    level = FALSE_ALARM / (TESTS_OF_ROW * len(rows))
    for number, (row, chosen) in enumerate(zip(rows, drawn.reshape(len(rows), -1), strict=True)):
        judge = Judge(f"row {number}", row, fmt, temperature, level)
        for found in judge.findings(chosen.astype(np.int64)):
            if found.verdict == "fail" or (strict and found.verdict == "weak"):
                chance = "" if found.p is None else f" (p = {found.p:.2g}, allowed {level:.2g})"
                raise AssertionError(f"row {number}, {found.test}: {found.message}{chance}")


def assert_sampler(
    function: Callable[..., Any],
    *,
    draws: int = 1_000_000,
    seed: int = 0,
    array: str = "auto",
    map: Mapping[str, str] | None = None,
) -> None:
    """Fail if a sampler fails a test of ``softmark sample``.

    .. code-block:: python

        def test_sampler():
            softmark.testing.assert_sampler(my_sampler)  # f(logits, generator)

    Parameters
    ----------
    function:
        Called as ``softmark sample`` calls it.
    draws:
        Of a row of up to 100 tokens; of a longer row fewer.
    seed:
        Of the logits and of the draws.
    array:
        Whose arrays it takes; ``auto`` looks at what it works with.
    map:
        The parameter of each argument with an unusual name: ``{"size": "how_many"}``.

    Raises
    ------
    AssertionError
        It fails; the message has each test that does.
    TargetError, UnknownName
        It cannot be called as a sampler, or there is no such argument or library of arrays.
    """
    __tracebackhide__ = True
    from softmark.calling.arrays import checked
    from softmark.sampling import Sampler, check
    from softmark.sampling.target import ROLES
    from softmark.subjects import mapping

    sampler = Sampler.of(function, checked(array), mapping.parsed(map or {}, ROLES))
    found = check(sampler, draws, seed)
    if not found.ok:
        lines = (f"{each.case}, {each.test}: {each.message}" for each in found.failures)
        raise AssertionError("\n".join(lines))
