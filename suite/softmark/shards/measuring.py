"""One shard: an ordinary run of its tasks, resumed where it was left, into a folder of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from softmark.harness import Plan, RunOutcome, run
from softmark.shards.dividing import of_shard


def measure_shard(
    plan: Plan,
    shard: tuple[int, int],
    folder: Path,
    *,
    expected: Mapping[str, float],
    **options: Any,
) -> RunOutcome | None:
    """Measure one shard of ``plan``; ``None`` when there are more shards than tasks.

    Parameters
    ----------
    shard:
        Its number from 1, and how many there are.
    folder:
        That of the run's parts.
    expected:
        Seconds of each task, by its id.
    options:
        Those of ``softmark.harness.run``.
    """
    number, count = shard
    own = of_shard(plan, expected, number, count)
    if not own.tasks:
        return None
    place = folder / f"{number}-of-{count}"
    return run(own, place, resume=True, apart=True, place=number - 1, **options)
