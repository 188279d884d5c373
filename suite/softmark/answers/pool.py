"""Which wrong implementations of the tests a tolerance lets through: counted once, and kept.

A user has no tests of softmark's.  ``suite/verification/count_pool.py`` calls the wrong softmaxes
of ``suite/tests/mutants`` with rows of a few lengths, and writes down which of them each rule lets
through; each is killed by a check of ``softmark check``.  They compute in float32, and their
results are rounded to the format.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Final

from softmark.answers.rows import Size
from softmark.formats import FORMATS, Format

KEPT: Final = Path(__file__).with_name("pool.json")
OPERATION: Final = "softmax"
SCALE: Final = 8.0
LENGTHS: Final = (64, 4096, 50257)
RULES: Final = ((None, False), ("float32", False), (None, True))
"""Steps of ``softmark tolerance``, and whether it is strict."""


@dataclass(frozen=True)
class Counted:
    """What passes of a pool.

    Attributes
    ----------
    size:
        The rows that they were given.
    count:
        How many wrong implementations there are.
    let_through:
        The names of those that pass, for each rule.
    """

    size: Size
    count: int
    let_through: dict[str, tuple[str, ...]]


def sizes() -> list[Size]:
    """The rows that the pool is counted on; float64 is beyond what it computes in."""
    narrow: list[Format] = [FORMATS[name] for name in ("float32", "float16", "bfloat16")]
    return [Size(OPERATION, fmt, n, SCALE) for fmt in narrow for n in LENGTHS]


def key(size: Size, accumulate: str | None, strict: bool) -> str:
    """The name of a count."""
    return "/".join([size.format.name, str(size.n), accumulate or ("strict" if strict else "any")])


def counted(size: Size, accumulate: str | None, strict: bool) -> Counted | None:
    """What was counted nearest to a size; ``None`` where nothing was."""
    near = [each for each in sizes() if each.format is size.format]
    if size.operation != OPERATION or not near or (accumulate, strict) not in RULES:
        return None
    nearest = min(near, key=lambda each: abs(log(each.n / size.n)))
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    names, found = kept["names"], kept["let_through"][key(nearest, accumulate, strict)]
    told = {rule: tuple(names[number] for number in passed) for rule, passed in found.items()}
    return Counted(nearest, len(names), told)
