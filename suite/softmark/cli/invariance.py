"""What is said of two functions' batches: whether bits depend on them, and what time they take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from softmark.cli.sampled import Sampled
    from softmark.comparing.invariance import Invariance
    from softmark.timing.estimates import Estimate


def document(found: Sampled) -> dict[str, Any]:
    """For JSON."""
    a, b = map(_told, found.invariance)
    times = None if found.ratio is None else _ratio(found.ratio)
    return {"batches": {"a": a, "b": b}, "time_of_b": times, "runs_on": list(found.versions)}


def _told(found: Invariance | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "invariant": found.holds,
        "differing_rows": {str(size): count for size, count in found.differing.items()},
        "rows": found.rows,
        "largest": found.largest,
        "time_of_rows_alone": None if found.cost is None else _ratio(found.cost),
    }


def _ratio(found: Estimate) -> list[float | None]:
    """The ratio and the interval that holds it; no interval of too few rounds."""
    import numpy as np

    with np.errstate(over="ignore"):
        three = (float(np.exp(value)) for value in (found.log, found.low, found.high))
    return [value if 0 < value < float("inf") else None for value in three]


def lines(found: Sampled) -> Iterator[str]:
    """For a person."""
    for name, text in zip("ab", found.versions, strict=False):
        yield f"{name} runs on {text}"
    for name, each in zip("ab", found.invariance, strict=True):
        yield from _of(name, each)
    if found.ratio is not None:
        rows = next(each.rows for each in found.invariance if each)
        yield f"time of b: {_spelled(found.ratio)} times that of a, {rows} rows in a call"


def _of(name: str, found: Invariance | None) -> Iterator[str]:
    if found is None:
        yield f"batches of {name}: it takes no batch of rows, or no row alone"
        return
    sizes = ", ".join(map(str, found.differing))
    if found.holds:
        yield f"batches of {name}: the same bits alone and with {sizes} rows in a call"
    else:
        other = ", ".join(f"{count} with {size}" for size, count in found.differing.items())
        yield (
            f"batches of {name}: of {found.rows} rows other bits than alone: {other} in a call; "
            f"largest difference {found.largest:.3g}"
        )
    if found.cost is not None:
        told = f"{_spelled(found.cost)} times as long as {found.rows} rows in a call"
        yield f"time of {name}: a row a call takes {told}"


def _spelled(found: Estimate) -> str:
    value, low, high = _ratio(found)
    within = f" ({low:.3g} to {high:.3g})" if low and high else ""
    return f"{value or 0:.3g}{within}"
