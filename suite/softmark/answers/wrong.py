"""Wrong results, made on the spot, to see which of them a tolerance lets through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from softmark import operations
from softmark.answers.rows import Size
from softmark.formats import Float64Array, round_to
from softmark.operations import Problem

Results = dict[str, Float64Array]


def wrong_results(size: Size, problem: Problem) -> Results:
    """Wrong results of a problem, by what was done; those that the operation does not have are not
    there."""
    right = exact(size, problem)
    found = {
        "all zeros": np.zeros(right.shape),
        "as if all logits were equal": exact(size, replace(problem, x=np.zeros_like(problem.x))),
        "half of each result": round_to(right / 2, size.format),
        "the last logit left out": exact(size, replace(problem, x=_without_last(problem))),
    }
    if operations.load(size.operation).mixes_each:
        other = replace(problem, axis=0)
        if problem.labels is not None:
            other = replace(other, labels=np.resize(problem.labels, (1, problem.n)))  # sinks
        found["along the other axis"] = exact(size, other)
    if size.operation in _UNSHIFTED:
        with np.errstate(all="ignore"):
            found["without the shift by the maximum"] = _unshifted(size, problem)
    return found


def exact(size: Size, problem: Problem) -> Float64Array:
    """The exact results, rounded once."""
    value = operations.load(size.operation).value
    assert value is not None
    return value.reference(problem).rounded(size.format)


def _without_last(problem: Problem) -> Float64Array:
    """The logits with the last one masked: that of a row's label stays."""
    x = problem.x.copy()
    if problem.n > 1:
        x[..., -1] = -np.inf
    if problem.labels is not None and problem.labels.ndim < problem.x.ndim:
        rows = np.flatnonzero(problem.labels == problem.n - 1)
        x[rows, -1] = problem.x[rows, -1]
    return x


_UNSHIFTED: Final[dict[str, Callable[[Float64Array, Float64Array, Float64Array], Float64Array]]] = {
    "softmax": lambda x, e, total: e / total,
    "log_softmax": lambda x, e, total: x - np.log(total),
    "logsumexp": lambda x, e, total: np.log(total)[..., 0],
}


def _unshifted(size: Size, problem: Problem) -> Float64Array:
    """The formula as it stands in books, its exponentials and their sum rounded to the format."""
    e = round_to(np.exp(problem.x), size.format)
    total = round_to(e.sum(axis=-1, keepdims=True), size.format)
    return round_to(_UNSHIFTED[size.operation](problem.x, e, total), size.format)
