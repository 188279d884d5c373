"""Whose code an implementation runs: a library's own function, a formula written with one, or ours.

A file of results says what an implementation is in one sentence.  Where that begins with the name
of a function, in double backticks, it is that function; a framework none of whose sentences does so
is one to write kernels with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

LIBRARY: Final = "Library functions"
FORMULA: Final = "Formulas that users write"
KERNEL: Final = "softmark's own kernels and reference code"
ORIGINS: Final = (LIBRARY, FORMULA, KERNEL)

_FUNCTION: Final = re.compile(
    r"(?:The (?:module|layer|function|operator) )?``[A-Za-z_][\w.]*(?:\([\w, =]*\))?``"
)


def origins(descriptions: Mapping[str, str]) -> dict[str, str]:
    """By implementation; ``framework.operation[variant]`` to its sentence."""
    named = {name for name, told in descriptions.items() if _FUNCTION.match(told)}
    libraries = {_framework(name) for name in named}
    return {
        name: LIBRARY if name in named else FORMULA if _framework(name) in libraries else KERNEL
        for name in descriptions
    }


def _framework(name: str) -> str:
    return name.partition(".")[0]
