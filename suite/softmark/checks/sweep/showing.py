"""A case of a sweep in a few words, and which of two a person sees sooner what is wrong in."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from softmark.judging.scope import Scope, said
from softmark.records import Case


def cost_of(case: Case) -> tuple[Any, ...]:
    """How much a person has to look at."""
    n = case.shape[case.axis] if case.shape else 1
    return len(said(case)), len(case.shape), n, int(np.prod(case.shape))


NAMED: Final = (
    *("layout", "cotangent", "cotangent layout", "tangent", "tangent layout"),
    *("label type", "label layout", "shares"),
)
STEPPED: Final = {
    "again": "a second backward",
    "logits": "zeros written into the logits before backward",
    "result": "zeros written into the result before backward",
}


def shown(case: Case, scope: Scope, mode: str = "") -> str:
    """The case, and the mode of the call, in a few words for a message."""
    told = said(case)
    words = [f"shape {case.shape}"]
    words += [f"axis {case.axis}"] if case.axis not in (-1, len(case.shape) - 1) else []
    number = "cap" if scope.operation.has_cap else "beta"
    words += [f"{number} {case.beta:g}"] if case.beta != 1 else []
    words += [f"{name} {told[name]}" for name in NAMED if name in told]
    words += [str(told["manner"])] if "manner" in told else []
    words += [STEPPED[told["step"]]] if "step" in told else []
    return ", ".join([*words, f"{case.family} logits", *([mode] if mode else [])])
