"""How much work a call is, in instructions of Python: the same on any machine, busy or not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

TIMES: Final = 4
"""How many times as large the larger input is; the square of it is 16."""


def instructions(call: Callable[[], object]) -> int:
    """The instructions that a call executes, those of all functions that it calls included."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def growth(work: Callable[[int], object], size: int) -> float:
    """How many times the work of ``size`` is that of one ``TIMES`` as large."""
    return instructions(lambda: work(TIMES * size)) / instructions(lambda: work(size))
