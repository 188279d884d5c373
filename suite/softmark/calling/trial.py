"""Calls with small arrays, which show what a signature leaves open."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np

from softmark.calling import state
from softmark.calling.guarding import guarded
from softmark.formats import FORMATS, encode
from softmark.operands import LABELS, MASK, OTHER, SINK, TARGET, operand_of
from softmark.subjects.faults import Raised, SubjectFault, shortened
from softmark_implementations.framework import Framework

SHAPES: Final = ((2, 3), (3,))
"""Rows, and one row for what takes nothing else."""

Call = Callable[..., Any]
"""From the logits, and of a loss the labels, to the result."""


def arguments(framework: Framework, operation: str, device: str) -> Iterator[tuple[Any, ...]]:
    """The arrays of a call: rows in float32 first, which nearly everything takes."""
    for name in ("float32", "float64"):
        for shape in SHAPES:
            x = encode(np.arange(float(math.prod(shape))).reshape(shape), FORMATS[name])
            arrays = [framework.array(x, name, device)]
            operand = operand_of(operation)
            if operand is LABELS:
                labels = np.ones(shape[:-1], np.int64)
                arrays.append(framework.array(labels, "int64", device))
            elif operand is MASK:
                arrays.append(framework.array(np.ones(shape, np.bool_), "bool", device))
            elif operand in (SINK, OTHER, TARGET):
                size = (*shape[:-1], 1) if operand is SINK else shape
                beside = encode(np.zeros(size), FORMATS[name])
                arrays.append(framework.array(beside, name, device))
            yield tuple(arrays)


def refusal(
    call: Call, framework: Framework, operation: str, device: str = "cpu", *, traced: bool = True
) -> str:
    """Why ``call`` takes none of a few small inputs; empty where it takes one.

    What comes of them is not looked at, and what they change is put back.  With ``traced`` a
    framework may follow the call without numbers; see ``Framework.tried``.
    """
    tried = framework.tried if traced else _called
    with state.kept(framework) as changes:
        try:
            why = _first_refusal(tried, call, arguments(framework, operation, device))
        except Exception as error:  # no arrays of the framework here
            why = str(error)
    if changes.lasting:
        state.arithmetic_reset()
    return why


def _first_refusal(tried: Call, call: Call, inputs: Iterator[tuple[Any, ...]]) -> str:
    """Why the first input is refused; empty where one is not."""
    why = ""
    for arrays in inputs:
        why_not = _refused(partial(tried, call, *arrays))
        if not why_not:
            return ""
        why = why or why_not
    return why


def _called(call: Call, *arrays: Any) -> Any:
    return call(*arrays)


def _refused(work: Callable[[], Any]) -> str:
    try:
        guarded(work)
    except Raised as fault:
        return shortened(fault.message.removeprefix("it raised ").splitlines()[0])[:200]
    except SubjectFault as fault:
        return fault.message
    return ""
