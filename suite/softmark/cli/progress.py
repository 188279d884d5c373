"""How far a run is: bars on a terminal, a line now and then in a log; and the time left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from softmark.cli.console import screen
from softmark.evidence import brief
from softmark.vocabulary import BAD

if TYPE_CHECKING:
    from rich.console import Console

    from softmark.harness import Progress
    from softmark.records import Record

_SECONDS_BETWEEN_LINES: Final = 10.0
_WIDTH: Final = 80
_BAR: Final = 16


class Watcher(Protocol):
    """Shows how far a run is, and the first failure of a function."""

    def __call__(self, told: Progress) -> None: ...

    def failed(self, record: Record) -> None: ...


@contextmanager
def watched() -> Iterator[Watcher]:
    """Show on standard error what the returned watcher is called with."""
    console = screen(stderr=True)
    if console.is_terminal and not console.is_dumb_terminal:
        with _bars(console) as watcher:
            yield watcher
    else:
        yield _Lines(console)


@contextmanager
def _bars(console: Console) -> Iterator[Watcher]:
    """A bar for the whole run, where several frameworks share it, and one for each of them."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars
    from rich.table import Column

    rest = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    columns = (
        TextColumn("{task.description:10}", markup=False),
        BarColumn(bar_width=_BAR),
        MofNCompleteColumn(),
        TextColumn("{task.fields[now]}", markup=False, table_column=rest),
    )
    with Bars(*columns, console=console, expand=True) as bars:
        yield _Bars(console, bars)


class _Bars:
    """Moves the bars of a terminal."""

    def __init__(self, console: Console, bars: Any) -> None:
        self._console, self._bars = console, bars
        self._known: dict[str, Any] = {}

    def __call__(self, told: Progress) -> None:
        whole = _shared(told)
        if whole is not None:
            self._draw(whole, _joined(left(whole), _bad(whole)))
        task = told.task if told.done < told.total else ""
        self._draw(told, _joined("" if whole else left(told), _bad(told), task))

    def failed(self, record: Record) -> None:
        self._console.print(_line(record), markup=False)

    def _draw(self, told: Progress, now: str) -> None:
        name = told.framework
        if name not in self._known:
            self._known[name] = self._bars.add_task(name, total=told.total, now="")
        self._bars.update(self._known[name], completed=told.done, now=now)


class _Lines:
    """Prints where the run is every ten seconds, and where a framework begins and ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun: set[str] = set()
        self._last = -_SECONDS_BETWEEN_LINES

    def __call__(self, told: Progress) -> None:
        whole, is_new = _shared(told), told.framework not in self._begun
        is_at_end = is_new or told.done == told.total
        is_silent = time.monotonic() - self._last >= _SECONDS_BETWEEN_LINES
        if is_at_end or (is_silent and whole is None):
            self._print(told, _joined("" if whole else left(told), _bad(told), told.task))
        if whole is not None and is_silent:
            self._print(whole, _joined(left(whole), _bad(whole), told.task))
        if is_silent:
            self._last = time.monotonic()
        self._begun.add(told.framework)

    def failed(self, record: Record) -> None:
        self._console.print(_line(record), markup=False)

    def _print(self, told: Progress, now: str) -> None:
        line = f"{told.framework}: {told.done} of {told.total} {now}".rstrip()
        short = line if len(line) <= _WIDTH else f"{line[: _WIDTH - 3]}..."
        self._console.print(short, markup=False)


def _shared(told: Progress) -> Progress | None:
    """The whole run, where this framework is not all of it."""
    return None if told.whole is None or told.whole.total == told.total else told.whole


def _line(failure: Record) -> str:
    """What is seen before the rest is checked."""
    return f"first failure: {failure.check} {failure.format}: {brief(failure)}"


def left(told: Progress) -> str:
    """The time left in a unit as coarse as the guess; empty where there is none."""
    seconds = told.seconds_left
    if seconds is None or told.done == told.total:
        return ""
    if seconds < 10:
        return "a few seconds"
    return f"{10 * round(seconds / 10)} s left" if seconds < 95 else f"{seconds / 60:.0f} min left"


def _bad(told: Progress) -> str:
    """The failures that are new, and those that are known."""
    failed = sum(told.counts.get(verdict, 0) for verdict in BAD) - told.known
    known = f"{told.known} known failures" if told.known else ""
    return _joined(f"{failed} failed" if failed else "", known)


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))
