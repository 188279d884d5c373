"""``softmark search``: rows with large errors, where not all can be tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from softmark.cli.console import say
from softmark.cli.faults import FAILED, wrong_use
from softmark.cli.kinds import SEED
from softmark.cli.options import ARRAY, BUDGET, DERIVATIVE, FORMAT, OPERATION, REPLAY
from softmark.naming import UnknownName

if TYPE_CHECKING:
    from softmark.calling.targets import Target
    from softmark.catalog import Entry
    from softmark.searching import Request, SearchState


@click.command("search")
@click.argument("what", nargs=-1, metavar="[IMPLEMENTATION|TARGET]...")
@click.option(
    "--op",
    "operation",
    default="softmax",
    show_default=True,
    callback=OPERATION,
    metavar="OPERATION",
    help="What a TARGET computes.",
)
@ARRAY
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT",
    callback=FORMAT,
    default=("float32",),
    show_default="float32",
    help="Format of the inputs (repeatable).",
)
@click.option(
    "--n",
    "lengths",
    type=click.IntRange(2, 2**16),
    multiple=True,
    default=(3, 16, 128, 1024),
    show_default="3, 16, 128 and 1024",
    help="Length of a row (repeatable).",
)
@DERIVATIVE
@click.option(
    "--rounds", type=click.IntRange(min=1), default=300, show_default=True, help="Rounds of rows."
)
@BUDGET
@SEED
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results/searched"),
    show_default=True,
    help="Folder for what is found, and for what an unfinished search goes on from.",
)
@REPLAY
def command(
    what: tuple[str, ...],
    operation: str,
    array: str,
    formats: tuple[str, ...],
    lengths: tuple[int, ...],
    derivative: bool,
    rounds: int,
    budget: float | None,
    seed: int,
    out: Path,
    replay: bool,
) -> int:
    """Search for rows with large errors.

    An IMPLEMENTATION is one of softmark list implementations; a TARGET is
    module:function or path/to/file.py:function.  Without either it prints what is
    in the folder.

    Rows that theory points at come first; then those whose error is the largest
    share of the bound are changed and called again, for --rounds.  What is found is
    a lower bound of the worst error: it says >=.  The exit status is 1 if an error
    is beyond all bounds, or a result is no number.
    """
    import time
    from itertools import product

    from softmark.cli.progress import watched
    from softmark.harness import Progress
    from softmark.searching import (
        FoundError,
        NotSearched,
        Request,
        read_all,
        replayed,
        search,
        table,
    )
    from softmark.subjects import SubjectFault, TargetError

    if not what:
        say(table(read_all(out)), nl=False)
        return 0
    end = time.monotonic() + 60 * (budget or float("inf"))
    quantity = "vjp" if derivative else "value"
    status = 0
    with wrong_use(NotSearched, FoundError, SubjectFault, TargetError, UnknownName):
        requests = [
            Request(_of(text), n, operation, array, name, quantity, rounds, seed)
            for text, name, n in product(what, formats, lengths)
        ]
        for asked in requests:
            stem = asked.place.stem
            if replay:
                changed = replayed(asked, out)
                say("\n".join(changed) or f"{stem}: the same results")
                status = FAILED if changed else status
                continue
            with watched() as watcher:

                def progress(done: int, total: int, name: str = stem) -> None:
                    watcher(Progress(name, "", done, total, {}))

                left = max(end - time.monotonic(), 0.0)
                state = search(asked, out, seconds=left, progress=progress)
            say(_told(asked, state))
            if state.found and state.found["worst"]["grade"] == "F":
                status = FAILED
    return status


def _of(text: str) -> Entry | Target:
    """The implementation of that name, or the user's function."""
    from softmark.calling.targets import Target
    from softmark.cli.exhaustive import chosen

    return Target.parse(text) if ":" in text else chosen((text,))[0]


def _told(asked: Request, state: SearchState) -> str:
    """What there is now of a search, in one line."""
    from softmark.searching import sentence

    if state.found is None:
        stem = asked.place.stem
        return f"{stem}: {state.done} of {asked.rounds} rounds; the same command goes on"
    return f"{state.path}: {sentence(state.found)}"
