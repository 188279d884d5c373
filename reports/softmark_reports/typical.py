"""The few times of an implementation that people ask for first.

One call of a size that fits into the caches stands for the others, as in ``standing``: there the
arithmetic decides.  Beside it stand the same call with cold inputs, its derivative, short
rows, where the call itself decides, and what comes from memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from softmark_reports.named import first_row
from softmark_reports.tables import MEMORY
from softmark_reports.timings import last_axis

FORMAT: Final = "float32"
"""The format to compare in; what has no time in it is shown in the one that it has."""
KINDS: Final[dict[str, dict[str, str]]] = {
    "usual": {},
    "cold": {"inputs": "cold"},
    "backward": {"mode": "vjp"},
    "graph": {"launch": "graph"},
}
"""Times of the usual size, by what their cases say that the usual one does not."""
PLAIN: Final = {"mode": "forward", "inputs": "warm", "threads": "one", "launch": "call"}


@dataclass(frozen=True)
class Typical:
    """The times of one implementation, rows of ``timings``; what was not measured is absent.

    Attributes
    ----------
    implementation, operation, format:
        Whose they are.
    usual:
        The usual call at the largest size that fits into the caches.
    others:
        ``cold``, ``backward``, ``graph``: the same in another way; ``short``: the usual call at the
        smallest size; ``memory``: at the largest beyond the caches.
    """

    implementation: str
    operation: str
    format: str
    usual: Any
    others: dict[str, Any]

    @property
    def alike(self) -> tuple[bool, str, bool, str]:
        """What two times of an operation have in common that compare: format and clock.

        It also orders them: a device's own clock, which does not count the launch, comes first.
        """
        clock = str(self.usual.clock)
        return self.format != FORMAT, self.format, not clock, clock

    @property
    def steady(self) -> bool:
        """Whether the usual time may be ranked; see ``copies``."""
        return bool(self.usual.steady)

    @property
    def element(self) -> float:
        """Nanoseconds for one logit of the usual call."""
        return per_element(self.usual)


def per_element(time: Any) -> float:
    """Nanoseconds for one logit."""
    return float(time.ns / (time.rows * time.n))


def typical(times: pd.DataFrame, operations: Sequence[str]) -> list[Typical]:
    """Those of one place: by operation, format and clock, in them the fastest steady one first.

    Parameters
    ----------
    times:
        Rows of ``timings`` of one place.
    operations:
        In the order in which they are shown.
    """
    times = last_axis(times)
    times = times[times["ns"].gt(0) & times["n"].gt(0)]
    times = times.assign(size=times["rows"] * times["n"])
    found = [
        one
        for operation in operations
        for one in _of_operation(times[times["operation"].eq(operation)], operation)
    ]
    place = {name: index for index, name in enumerate(operations)}

    def turn(one: Typical) -> tuple[Any, ...]:
        return place[one.operation], *one.alike, not one.steady, one.element

    return sorted(found, key=turn)


def _of_operation(times: pd.DataFrame, operation: str) -> Iterator[Typical]:
    """Each in its own format, all of a format at one size."""
    for form, group in times.groupby("format", observed=True):
        plain = _said(group, PLAIN)
        cached = plain[plain["level"].ne(MEMORY)]
        cached = plain if cached.empty else cached
        usual = group[group["size"].eq(cached["size"].max())]
        for name, own in usual.groupby("implementation", observed=True):
            every = times[times["implementation"].eq(name)]
            if form != _format_of(every):
                continue
            ways = {kind: _first(_said(own, PLAIN | said)) for kind, said in KINDS.items()}
            if ways["usual"] is None:
                continue
            mine = plain[plain["implementation"].eq(name)]
            if plain["size"].min() < ways["usual"].size:
                ways["short"] = _first(mine[mine["size"].eq(plain["size"].min())])
            ways["memory"] = _first(mine[mine["level"].eq(MEMORY)].sort_values("size")[::-1])
            others = {way: time for way, time in ways.items() if way != "usual" and time}
            yield Typical(str(name), operation, str(form), ways["usual"], others)


def _format_of(times: pd.DataFrame) -> str:
    """The format to compare in, or the one that was timed most."""
    formats = times["format"].astype(str)
    return FORMAT if FORMAT in set(formats) else str(formats.value_counts().index[0])


def _said(times: pd.DataFrame, words: dict[str, str]) -> pd.DataFrame:
    """Those whose cases say just this."""
    for column, word in words.items():
        times = times[times[column].eq(word)]
    return times


def _first(times: pd.DataFrame) -> Any:
    return first_row(times)
