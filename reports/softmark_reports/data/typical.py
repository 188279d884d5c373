"""The few times of an implementation that people ask for first.

One call of a size that fits into the caches stands for the others, as in ``standing``: there the
arithmetic decides.  Beside it stand the same call with cold inputs, its derivative, short
rows, where the call itself decides, and what comes from memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

import pandas as pd

from softmark_reports.data.named import named_rows
from softmark_reports.data.tables import MEMORY
from softmark_reports.data.timings import last_axis

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
    of: dict[str, list[Any]] = {}
    for time in named_rows(times):
        of.setdefault(str(time.operation), []).append(time)
    found = [one for name in operations for one in _of_operation(of.get(name, []), name)]
    place = {name: index for index, name in enumerate(operations)}

    def turn(one: Typical) -> tuple[Any, ...]:
        return place[one.operation], *one.alike, not one.steady, one.element

    return sorted(found, key=turn)


def _of_operation(times: Sequence[Any], operation: str) -> Iterator[Typical]:
    """Each in its own format, all of a format at one size."""
    forms = {name: _format_of(own) for name, own in _by("implementation", times).items()}
    for form, group in _by("format", times).items():
        plain = _said(group, PLAIN)
        cached = [time for time in plain if time.level != MEMORY] or plain
        size = max((time.size for time in cached), default=None)
        least = min((time.size for time in plain), default=None)
        mine = _by("implementation", plain)
        for name, own in _by("implementation", [t for t in group if t.size == size]).items():
            if form != forms[name]:
                continue
            ways = {kind: _first(_said(own, PLAIN | said)) for kind, said in KINDS.items()}
            if ways["usual"] is None:
                continue
            if least < ways["usual"].size:
                ways["short"] = _first(time for time in mine[name] if time.size == least)
            beyond = [time for time in mine[name] if time.level == MEMORY]
            ways["memory"] = max(beyond, key=attrgetter("size"), default=None)
            others = {way: time for way, time in ways.items() if way != "usual" and time}
            yield Typical(name, operation, form, ways["usual"], others)


def _by(column: str, times: Iterable[Any]) -> dict[str, list[Any]]:
    """Parted by a column, in the order of its values."""
    found: dict[str, list[Any]] = {}
    for time in times:
        found.setdefault(str(getattr(time, column)), []).append(time)
    return dict(sorted(found.items()))


def _format_of(times: Sequence[Any]) -> str:
    """The format to compare in, or the one that was timed most."""
    formats = Counter(str(time.format) for time in times)
    return FORMAT if FORMAT in formats else formats.most_common(1)[0][0]


def _said(times: Sequence[Any], words: dict[str, str]) -> list[Any]:
    """Those whose cases say just this."""
    return [t for t in times if all(getattr(t, name) == word for name, word in words.items())]


def _first(times: Iterable[Any]) -> Any:
    return next(iter(times), None)
