"""Which times ``throughput`` takes: a designed few out of ways, sizes, lengths and formats.

Every product of everything would be hours.  What decides a time is the level of memory in which
the working set lies and the length of a row, so these two are crossed for the forward call of the
main format; every other way (derivative, cold inputs, all threads, another axis) is tried where it
tells most, beside the usual call of the same shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from softmark.checks.base import Scope, said
from softmark.records import Case, Json

LEVELS: Final = {"L1": 16 * 2**10, "L2": 128 * 2**10, "L3": 2**20, "DRAM": 32 * 2**20}
"""Bytes of the logits of a call that is meant for the level.  With a result of the same size the
working set is twice that: 32 KiB, 256 KiB, 2 MiB and 64 MiB."""

USUAL: Final = {"mode": "forward", "inputs": "warm", "threads": "one"}
"""What a case does not say."""


@dataclass(frozen=True)
class Cell:
    """A time to take.

    Attributes
    ----------
    level:
        One of ``LEVELS``.
    n:
        Length of a row; there are as many rows as the level has room for.
    mode, inputs, threads:
        ``forward`` or ``vjp``; ``warm`` or ``cold``; ``one`` (as the run is set) or ``all``.
    axis:
        -1 or 0.
    """

    level: str
    n: int
    mode: str = "forward"
    inputs: str = "warm"
    threads: str = "one"
    axis: int = -1

    def case(self, scope: Scope) -> Case:
        rows = max(1, LEVELS[self.level] * 8 // (self.n * scope.format.bits))
        shape = (rows, self.n) if self.axis else (self.n, rows)
        told: dict[str, Json] = {
            name: getattr(self, name)
            for name, value in USUAL.items()
            if getattr(self, name) != value
        }
        return scope.case("normal", *shape, axis=self.axis, check=told or None)


QUICK: Final = (
    Cell("L1", 100),
    Cell("L3", 4096),
    Cell("DRAM", 4096),
    Cell("L3", 4096, mode="vjp"),
    Cell("L3", 4096, inputs="cold"),
)
OTHER_FORMATS: Final = (
    Cell("L2", 1001),
    Cell("L3", 4096),
    Cell("L3", 4096, mode="vjp"),
)
"""Of formats that are not the main one: enough to see what the format costs."""

STANDARD: Final = (
    *QUICK,
    Cell("L2", 8),
    Cell("L2", 64),
    Cell("L2", 1001),
    Cell("L3", 50257),
    Cell("DRAM", 2**20),
    Cell("L2", 1001, axis=0),
    Cell("L2", 1001, mode="vjp"),
    Cell("L3", 4096, threads="all"),
)
FULL: Final = (
    *STANDARD,
    Cell("DRAM", 4096, threads="all"),
    Cell("L1", 8),
    Cell("L1", 1001),
    Cell("L2", 255),
    Cell("L2", 4095),
    Cell("L2", 2**15),
    Cell("L3", 8),
    Cell("L3", 64),
    Cell("L3", 1001),
    Cell("L3", 2**17),
    Cell("DRAM", 8),
    Cell("DRAM", 1001),
    Cell("DRAM", 50257),
    Cell("L3", 4096, axis=0),
    Cell("DRAM", 1001, axis=0),
    Cell("L2", 1001, inputs="cold"),
    Cell("L3", 50257, inputs="cold"),
    Cell("L3", 4096, mode="vjp", inputs="cold"),
    Cell("L1", 100, mode="vjp"),
    Cell("L3", 50257, mode="vjp"),
    Cell("DRAM", 4096, mode="vjp"),
    Cell("DRAM", 2**20, mode="vjp"),
    Cell("L2", 1001, threads="all"),
    Cell("DRAM", 4096, mode="vjp", threads="all"),
)
FULL_OTHERS: Final = (
    *OTHER_FORMATS,
    Cell("L1", 100),
    Cell("L2", 64),
    Cell("L3", 50257),
    Cell("DRAM", 4096),
    Cell("L2", 1001, axis=0),
    Cell("L3", 4096, inputs="cold"),
    Cell("DRAM", 4096, mode="vjp"),
)


def cells(scope: Scope) -> Iterator[Cell]:
    """Those of the profile that the implementation can be asked for."""
    is_main = scope.format.name == scope.main_format
    chosen = (QUICK, STANDARD, FULL) if is_main else ((), OTHER_FORMATS, FULL_OTHERS)
    if scope.takes_rank(2):
        yield from (cell for cell in scope.by_profile(*chosen) if _can_be_asked(scope, cell))


def _can_be_asked(scope: Scope, cell: Cell) -> bool:
    if cell.mode == "vjp" and (not scope.info.gradient or scope.operation.is_index):
        return False
    if cell.axis == 0 and (not scope.other_axes or scope.info.ranks):
        return False
    if cell.threads == "all" and scope.device != "cpu":
        return False
    return not (cell.level == "DRAM" and scope.info.costly == "rows")


def cell_of(case: Case, scope: Scope) -> Cell:
    """The cell that a case was made of."""
    told = USUAL | {name: str(value) for name, value in said(case).items() if name != "labels"}
    n = case.shape[case.axis]
    size = scope.format.bits // 8
    for level, nbytes in reversed(LEVELS.items()):  # the largest of those that hold one row
        rows = max(1, nbytes // (n * size))
        if rows * n == case.shape[0] * case.shape[-1]:
            return Cell(level, n, axis=case.axis, **told)
    raise ValueError(f"no level has the shape {case.shape}")
