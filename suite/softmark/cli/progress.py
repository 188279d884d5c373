"""How far a run is: bars on a terminal, a line now and then in a log; and the time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from softmark.cli.console import screen

if TYPE_CHECKING:
    from rich.console import Console

    from softmark.harness import Progress

Watcher = Callable[["Progress"], None]

_SECONDS_BETWEEN_LINES: Final = 10.0


@contextmanager
def watched() -> Iterator[Watcher]:
    """Show on standard error the progress that is reported to the returned watcher."""
    console = screen(stderr=True)
    if console.is_terminal and not console.is_dumb_terminal:
        with _bars(console) as watcher:
            yield watcher
    else:
        yield _Lines(console)


@contextmanager
def _bars(console: Console) -> Iterator[Watcher]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:12}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]:>12}", markup=False),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Bars(*columns, console=console) as bars:
        known: dict[str, object] = {}

        def watcher(told: Progress) -> None:
            if told.framework not in known:
                known[told.framework] = bars.add_task(
                    told.framework, total=told.total, now="", left=""
                )
            now = f"{_bad(told)}{told.task if told.done < told.total else ''}"
            bar: Any = known[told.framework]
            bars.update(bar, completed=told.done, now=now, left=left(told))

        yield watcher


class _Lines:
    """Prints where a framework is when it begins, when it ends, and every ten seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last: dict[str, float] = {}

    def __call__(self, told: Progress) -> None:
        now = time.monotonic()
        silent = now - self._last.get(told.framework, -_SECONDS_BETWEEN_LINES)
        if silent >= _SECONDS_BETWEEN_LINES or told.done == told.total:
            self._last[told.framework] = now
            remaining = f"{left(told)}, " if left(told) else ""
            where = (
                f"{told.framework}: {told.done} of {told.total} {remaining}{_bad(told)}{told.task}"
            )
            self._console.print(where, markup=False)


def left(told: Progress) -> str:
    """The time left in a unit as coarse as the guess; empty where there is none."""
    seconds = told.seconds_left
    if seconds is None or told.done == told.total:
        return ""
    if seconds < 10:
        return "a few seconds"
    return f"{10 * round(seconds / 10)} s left" if seconds < 95 else f"{seconds / 60:.0f} min left"


def _bad(told: Progress) -> str:
    failed = sum(told.counts.get(verdict, 0) for verdict in ("fail", "crash", "timeout"))
    return f"{failed} failed  " if failed else ""
