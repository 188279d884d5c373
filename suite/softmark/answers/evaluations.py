"""Right evaluations, to see how near to its bound an error comes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import numpy as np

from softmark import operations
from softmark.answers.rows import Size
from softmark.formats import FLOAT32, Float64Array, Format, round_to
from softmark.operations import Problem


def right_results(size: Size, problem: Problem, accumulate: str | None) -> Iterator[Float64Array]:
    """NumPy's formula in float32 or wider, rounded once; and one after the other, step by step."""
    fmt = size.format
    wide = fmt if fmt.bits >= 32 else FLOAT32
    module = import_module("softmark_implementations.with_numpy")
    function = getattr(module, size.operation, None)
    with np.errstate(all="ignore"):
        if function is not None:
            more: tuple[Any, ...] = () if problem.labels is None else (problem.labels,)
            of = operations.load(size.operation)
            if of.takes_mask:
                more = (np.isfinite(problem.x),)
            elif of.takes_sink or of.takes_other:
                more = tuple(sink.astype(wide.name) for sink in more)
            number = {"cap": problem.beta} if of.has_cap else {}
            yield round_to(_wide(function(problem.x.astype(wide.name), *more, **number)), fmt)
        if size.operation in _STEPWISE and accumulate is None:
            yield _stepwise(size.operation, problem.x, fmt, wide)


def _wide(result: Any) -> Float64Array:
    return np.asarray(result, dtype=np.float64)


_STEPWISE: Final = ("softmax", "log_softmax", "logsumexp")


def _stepwise(operation: str, x: Float64Array, fmt: Format, wide: Format) -> Float64Array:
    """Each step rounded to the format, the sum a running one in float32 or wider."""
    top = x.max(axis=-1, keepdims=True)
    shifted = round_to(x - top, fmt)
    e = round_to(np.exp(shifted), fmt)
    total = _wide(np.add.accumulate(e.astype(wide.name), axis=-1)[..., -1:])
    if operation == "softmax":
        return round_to(e / total, fmt)
    log = round_to(np.log(total), fmt)
    return round_to(shifted - log if operation == "log_softmax" else (top + log)[..., 0], fmt)
