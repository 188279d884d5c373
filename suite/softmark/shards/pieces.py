"""A run in pieces for the workers of a scheduler, which are stored here as parts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any, Final

from softmark.environment import commit
from softmark.formats import FORMATS
from softmark.harness import Plan, Task, run
from softmark.shards.dividing import VERIFIED, divided, restricted
from softmark.shards.parts import ShardError, read_parts, write_whole
from softmark.shards.scheduling import Files, Gathering, Piece, here

SECONDS: Final = 20.0
"""How long a piece is expected to take: many times as long as a framework takes to start."""

EACH: Final = 4
"""Pieces for each worker, where there is less to measure."""


def measure_on(
    scheduler: str,
    plan: Plan,
    folder: Path,
    *,
    expected: Mapping[str, float],
    jobs: int,
    announce: Callable[[str], None],
    progress: Callable[[int, int], None],
    **options: Any,
) -> None:
    """Measure what of ``plan`` no part in ``folder`` has, on the workers of a scheduler.

    Parameters
    ----------
    scheduler, jobs, announce:
        See ``Gathering``.
    expected:
        Seconds of each task, by its id.
    progress:
        Called with the tasks that are done, and all of them.
    options:
        Those of ``softmark.harness.run``.

    Raises
    ------
    ShardError
        See ``Gathering``.
    """
    done = {task_id for file in read_parts(folder) for task_id in file.done}
    left = [task for task in plan.tasks if task.id not in done]
    seconds = sum(expected[task.id] for task in left)
    count = max(1, min(len(left), max(ceil(seconds / SECONDS), EACH * jobs)))
    groups = {_named(own): own for own in divided(left, expected, count) if own}
    twice = {*list(groups)[::VERIFIED]}

    def store(name: str, files: Files) -> None:
        for path, text in files.items():
            write_whole(folder / name / path, text)
        done.update(task.id for task in groups.get(name, ()))
        progress(len(done), len(plan.tasks))

    def piece(name: str, own: Sequence[Task]) -> Piece:
        some = restricted(plan, [task.id for task in own])
        return Piece(measure_piece, (some, commit(), options), is_verified=name in twice)

    pieces = {name: piece(name, own) for name, own in groups.items()}
    progress(len(done), len(plan.tasks))
    Gathering(pieces, store, announce).run(scheduler, jobs)


def measure_piece(plan: Plan, version: str, options: Mapping[str, Any]) -> Files:
    """On a worker: measure some tasks, and give the files.

    Raises
    ------
    ShardError
        The worker runs another commit than the one that planned.
    """
    place, scratch = here(version)
    tasks = tuple(replace(task, format=FORMATS[task.format.name]) for task in plan.tasks)
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        outcome = run(replace(plan, tasks=tasks), folder, apart=True, place=place, **options)
        if not outcome.files:
            why = [f"{each.what}: {each.why}" for each in outcome.skipped]
            raise ShardError(f"a worker cannot start {'; '.join(why)}")
        return {str(path.relative_to(folder)): path.read_bytes() for path in outcome.files}


def _named(tasks: Sequence[Task]) -> str:
    """A name for a piece, the same whenever the same is left."""
    text = "\n".join(task.id for task in tasks)
    return sha256(text.encode()).hexdigest()[:12]
