"""Which times ``throughput`` takes: a designed few out of ways, sizes, lengths and formats.

Every product of everything would be hours.  What decides a time is the level of memory in which
the working set lies and the length of a row, so these two are crossed for the forward call of the
main format; every other way (derivative, cold inputs, all threads, another axis) is tried where it
tells most, beside the usual call of the same shape.

A device has cells of its own.  It has no first level that a working set could be meant for, its
last cache holds tens of megabytes, and a call on little takes as long as it takes to launch, unless
it is replayed from a graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from softmark.judging.scope import Scope, said
from softmark.records import Case, Json

LEVELS: Final = {"L1": 16 * 2**10, "L2": 128 * 2**10, "L3": 2**20, "DRAM": 32 * 2**20}
"""Bytes of the logits of a call that is meant for the level.  With a result of the same size the
working set is twice that: 32 KiB, 256 KiB, 2 MiB and 64 MiB."""

DEVICE_LEVELS: Final = {"launch": 64 * 2**10, "L2": 8 * 2**20, "DRAM": 128 * 2**20}
"""The same for a device: few enough that the launch decides, as many as its last cache holds,
and more than that holds: 256 MiB with the result, twice the last cache of the largest of today."""

USUAL: Final = {"mode": "forward", "inputs": "warm", "threads": "one", "launch": "call"}
"""What a case does not say."""

LONGEST_DEAR: Final = 2**17
"""The longest row of a loss of probabilities, for each of which the oracle takes microseconds, and
of what takes a row after the other."""

MOST_DEAR: Final = 64
"""The most rows of what takes a row after the other."""


@dataclass(frozen=True)
class Cell:
    """A time to take.

    Attributes
    ----------
    level:
        One of ``LEVELS``, or of ``DEVICE_LEVELS``.
    n:
        Length of a row; there are as many rows as the level has room for.
    mode, inputs, threads:
        ``forward`` or ``vjp``; ``warm`` or ``cold``; ``one`` (as the run is set) or ``all``.
    axis:
        -1 or 0.
    launch:
        ``call`` or, on a device, ``graph``.
    """

    level: str
    n: int
    mode: str = "forward"
    inputs: str = "warm"
    threads: str = "one"
    axis: int = -1
    launch: str = "call"

    def case(self, scope: Scope) -> Case:
        rows = max(1, levels(scope.device)[self.level] * 8 // (self.n * scope.format.bits))
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
    Cell("L3", 4096, mode="vjp"),
)
"""Timing is done alone, on one processor: what reads from memory takes as long as all of these."""
OTHER_FORMATS: Final = (Cell("L3", 4096),)
"""Of formats that are not the main one: enough to see what the format costs."""

STANDARD: Final = (
    *QUICK,
    Cell("DRAM", 4096),
    Cell("L3", 4096, inputs="cold"),
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
    Cell("DRAM", 50257, mode="vjp"),
    Cell("L2", 1001, threads="all"),
    Cell("DRAM", 4096, mode="vjp", threads="all"),
)
FULL_OTHERS: Final = (
    *OTHER_FORMATS,
    Cell("L3", 4096, mode="vjp"),
    Cell("L1", 100),
    Cell("L2", 1001),
    Cell("L3", 50257),
    Cell("DRAM", 4096),
    Cell("L2", 1001, axis=0),
)


DEVICE_QUICK: Final = (
    Cell("launch", 100),
    Cell("launch", 100, launch="graph"),
    Cell("L2", 4096),
    Cell("L2", 4096, inputs="cold"),
    Cell("L2", 4096, mode="vjp"),
    Cell("DRAM", 4096),
)
DEVICE_OTHER_FORMATS: Final = (
    Cell("L2", 4096),
    Cell("L2", 4096, mode="vjp"),
    Cell("DRAM", 4096),
)
DEVICE_STANDARD: Final = (
    *DEVICE_QUICK,
    Cell("launch", 8, launch="graph"),
    Cell("launch", 1001, launch="graph"),
    Cell("L2", 64),
    Cell("L2", 1001),
    Cell("L2", 4096, launch="graph"),
    Cell("L2", 50257),
    Cell("L2", 1001, axis=0),
    Cell("DRAM", 1001),
    Cell("DRAM", 2**20),
    Cell("DRAM", 4096, mode="vjp"),
)
DEVICE_FULL: Final = (
    *DEVICE_STANDARD,
    Cell("launch", 8),
    Cell("launch", 1001),
    Cell("launch", 100, inputs="cold"),
    Cell("launch", 100, inputs="cold", launch="graph"),
    Cell("launch", 100, mode="vjp"),
    Cell("launch", 100, mode="vjp", launch="graph"),
    Cell("L2", 8),
    Cell("L2", 255),
    Cell("L2", 4095),
    Cell("L2", 2**15),
    Cell("L2", 2**17),
    Cell("L2", 2**20),
    Cell("L2", 1001, inputs="cold"),
    Cell("L2", 50257, inputs="cold"),
    Cell("L2", 4096, inputs="cold", launch="graph"),
    Cell("L2", 4096, mode="vjp", inputs="cold"),
    Cell("L2", 50257, mode="vjp"),
    Cell("L2", 4096, axis=0),
    Cell("DRAM", 8),
    Cell("DRAM", 64),
    Cell("DRAM", 50257),
    Cell("DRAM", 1001, axis=0),
    Cell("DRAM", 50257, mode="vjp"),
)
DEVICE_FULL_OTHERS: Final = (
    *DEVICE_OTHER_FORMATS,
    Cell("launch", 100, launch="graph"),
    Cell("L2", 64),
    Cell("L2", 50257),
    Cell("L2", 1001, axis=0),
    Cell("L2", 4096, inputs="cold"),
    Cell("DRAM", 50257),
    Cell("DRAM", 4096, mode="vjp"),
)

_HOST: Final = (QUICK, STANDARD, FULL), ((), OTHER_FORMATS, FULL_OTHERS)
_DEVICE: Final = (
    (DEVICE_QUICK, DEVICE_STANDARD, DEVICE_FULL),
    ((), DEVICE_OTHER_FORMATS, DEVICE_FULL_OTHERS),
)


def levels(device: str) -> dict[str, int]:
    """Bytes of the logits for each level of a device."""
    return LEVELS if device == "cpu" else DEVICE_LEVELS


def cells(scope: Scope) -> Iterator[Cell]:
    """Those of the profile that the implementation can be asked for."""
    is_main = scope.format.name == scope.main_format
    main, others = _HOST if scope.device == "cpu" else _DEVICE
    chosen = main if is_main else others
    if not scope.by_row:
        taken = [replace(c, n=scope.info.nearest_length(c.n)) for c in scope.by_profile(*chosen)]
        yield from (cell for cell in dict.fromkeys(taken) if _can_be_asked(scope, cell))


def _can_be_asked(scope: Scope, cell: Cell) -> bool:
    if cell.mode == "vjp" and not scope.has_gradient:
        return False
    if cell.axis == 0 and (not scope.other_axes or scope.info.ranks):
        return False
    is_dear = scope.has_probabilities or scope.info.costly == "rows"
    if is_dear and cell.n > LONGEST_DEAR:
        return False
    rows = levels(scope.device)[cell.level] * 8 // (cell.n * scope.format.bits)
    is_many = scope.info.costly == "rows" and rows > MOST_DEAR
    return not is_many and scope.info.takes_rows(max(1, rows))


def cell_of(case: Case, scope: Scope) -> Cell:
    """The cell that a case was made of."""
    told = USUAL | {name: str(value) for name, value in said(case).items() if name != "labels"}
    n = case.shape[case.axis]
    size = scope.format.bits // 8
    for level, nbytes in reversed(
        levels(scope.device).items()
    ):  # the largest of those that hold one row
        rows = max(1, nbytes // (n * size))
        if rows * n == case.shape[0] * case.shape[-1]:
            return Cell(level, n, axis=case.axis, **told)
    raise ValueError(f"no level has the shape {case.shape}")
