"""A step of training as its loop makes it: forward, backward, and backward again.

What a function returns while its gradient is asked for need not be what it returns otherwise, and
a backward may work in memory that is not its own.  Nothing here is timed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.calling.digests import digest
from softmark.calling.guarding import guarded
from softmark.subjects.faults import NotOffered, Raised
from softmark.subjects.wire import Message
from softmark_implementations.framework import Framework

Bits = NDArray[Any]

LOGITS: Final = "logits"
RESULT: Final = "result"
CHANGED: Final = (LOGITS, RESULT)


@dataclass(frozen=True)
class StepParts:
    """What a step is made of.

    Attributes
    ----------
    pullback:
        Calls forward; gives the value, and a backward that may be called again.
    cotangent:
        Makes a new array of the cotangent, each in the same layout.
    x, arguments:
        The logits, and digests of what they and the labels hold.
    read:
        The bits of what a call returned, and their format.
    """

    pullback: Callable[[], tuple[Any, Callable[[Any], Any]]]
    cotangent: Callable[[], Any]
    x: Any
    arguments: Callable[[], dict[str, str]]
    read: Callable[[Any], tuple[Bits, str]]

    def kept(self, array: Any) -> tuple[Bits, str]:
        """As ``read``, safe from whatever is written into ``array`` later."""
        bits, name = self.read(array)
        return np.array(bits, copy=True), name


def answer(header: dict[str, Any], step: StepParts, framework: Framework) -> Message:
    """Take the step, and say what it gave and what it left behind."""
    cotangent = step.cotangent()
    given, _ = step.kept(cotangent)
    value, pull = guarded(step.pullback)
    before, name = step.kept(value)
    if header["between"]:
        overwrite(header["between"], value, step.x, framework)
    gradient = guarded(lambda: pull(cotangent))
    if gradient is None:
        return Message({"format": None})
    bits, format_name = step.kept(gradient)
    told = {
        "format": format_name,
        "value": name,
        "arguments": step.arguments(),
        "cotangents": [digest(given), digest(step.read(cotangent)[0])],
        "values": [digest(before), digest(step.read(value)[0])],
        "refused": "",
    }
    second = _again(pull, step)
    return Message(told | second.header, {"bits": bits, "value": before, **second.arrays})


def overwrite(which: str, value: Any, x: Any, framework: Framework) -> None:
    """Write zeros into the logits or into the result, as code between forward and backward may."""
    array = {LOGITS: x, RESULT: value}[which]
    guarded(lambda: framework.overwrite(array))


def _again(pull: Callable[[Any], Any], step: StepParts) -> Message:
    """The second backward of the same graph, or why there is none."""
    try:
        gradient = guarded(lambda: pull(step.cotangent()))
        bits, name = step.kept(gradient)
    except (NotOffered, Raised) as fault:
        return Message({"refused": fault.message})
    return Message({"again": name}, {"again": bits})
