"""From a function to the worst rows that were found: seeded, in a budget, gone on with later."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Final

import numpy as np

from softmark import operations
from softmark.calling.targets import Target
from softmark.environment import machine_name
from softmark.exhaustive.curves import Measurand
from softmark.formats import FORMATS, Float64Array, Format
from softmark.harness.loading import load
from softmark.judging.scope import Scope
from softmark.searching.found import (
    SCHEMA,
    Found,
    Population,
    part_path,
    read_found,
    read_population,
    write_found,
    write_population,
)
from softmark.searching.objective import Objective, Request
from softmark.searching.rows import children, constructed, simpler
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings

KEPT: Final = 64
"""Rows that the next round starts from."""

FIRST: Final = 4
"""Rounds of constructed rows alone; later an eighth is."""

ALONE: Final = 8
"""Rows that are called alone at the end, since a row beside others may have other bits."""

ENOUGH: Final = 0.9
"""What a plainer row must have of the worst row's share of the bound."""

PASSES: Final = 24
"""Changes of a row after which it is plain enough."""

SAVED_EVERY: Final = 10.0
"""Seconds between two times at which the rows so far are written."""

TIMEOUT: Final = 600.0
"""Seconds for a call, which may be compiled first."""


@dataclass(frozen=True)
class SearchState:
    """What there is of a search: rounds done, and what was found if those are all."""

    done: int
    found: Found | None = None
    path: Path | None = None


def search(
    asked: Request,
    folder: Path,
    *,
    seconds: float = inf,
    progress: Callable[[int, int], None] = lambda done, rounds: None,
) -> SearchState:
    """Look for rows with large errors, and write the worst when all rounds are done.

    Parameters
    ----------
    folder:
        Where what is found is, and what an unfinished search goes on from.
    seconds:
        Stop after so long; the next call goes on.

    Raises
    ------
    NotSearched, FoundError, SubjectFault, TargetError
        It cannot be searched.
    """
    end, place = time.monotonic() + seconds, asked.place
    with _objective(asked) as (objective, about):
        if (path := folder / f"{place.stem}.json").exists():
            found = read_found(folder, place)[0]
            if all(found.get(name) == value for name, value in about.items()):
                return SearchState(asked.rounds, found, path)
        part = part_path(folder, place)
        population = read_population(part, about, asked.n)
        saved = time.monotonic()
        while population.rounds < asked.rounds and not np.isinf(population.shares[:1]).any():
            rows = _bred(asked, population, objective.format)
            population.add(rows, objective.measured(rows).shares.max(axis=1), KEPT)
            progress(population.rounds, asked.rounds)
            if (now := time.monotonic()) > min(end, saved + SAVED_EVERY):
                write_population(part, about, population)
                saved = now
                if now > end:
                    break
        else:
            worst, plain = _alone(objective, population.rows[:ALONE])
            found = _found(asked, objective, worst, plain) | about
            found["rounds done"] = population.rounds
            return SearchState(
                population.rounds, found, write_found(folder, place, found, [worst, plain])
            )
    return SearchState(population.rounds)


@contextmanager
def _objective(asked: Request) -> Iterator[tuple[Objective, dict[str, Any]]]:
    """The function in a worker, and what results depend on."""
    with Worker(WorkerSettings(threads=1)) as worker:
        loaded = load(worker, asked.what, asked.array, asked.operation, TIMEOUT)
        info = loaded.subject.info
        scope = Scope(info, operations.load(info.operation), FORMATS[asked.format])
        about = {
            "rounds": asked.rounds,
            "seed": asked.seed,
            "versions": loaded.facts["versions"],
            "machine": machine_name(),
            "schema": SCHEMA,
        }
        if isinstance(asked.what, Target):
            files = {name: Path(file) for name, file in loaded.modules.items()}
            about["files"] = {n: _digest(file) for n, file in files.items() if file.is_file()}
        quantity: Any = asked.quantity
        yield Objective(loaded.subject, Measurand(scope, quantity)), about


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def _bred(asked: Request, population: Population, fmt: Format) -> Float64Array:
    """The rows of the next round, which depend on nothing but the seed and the rows so far."""
    rng = np.random.default_rng([asked.seed, asked.n, population.rounds])
    if population.rounds < FIRST:
        return constructed(rng, asked.rows, asked.n, fmt)
    fresh = constructed(rng, asked.rows // 8, asked.n, fmt)
    return np.concatenate([fresh, children(rng, population.rows, asked.rows - len(fresh), fmt)])


def _alone(objective: Objective, rows: Float64Array) -> tuple[Float64Array, Float64Array]:
    """The row that errs most when it is called alone, and a plain one that errs nearly as much."""

    def share(row: Float64Array) -> float:
        return float(objective.measured(row[None]).shares.max())

    worst = plain = max(rows, key=share)
    least = ENOUGH * share(worst)
    for _ in range(PASSES):
        candidates = simpler(plain, objective.format)
        if not len(candidates):
            break
        shares = objective.measured(candidates).shares.max(axis=1)
        better = (c for c in candidates[shares >= least] if share(c) >= least)
        if (found := next(better, None)) is None:
            break
        plain = found
    return max(worst, plain, key=share), plain


def _found(asked: Request, objective: Objective, worst: Float64Array, plain: Float64Array) -> Found:
    place = asked.place
    return {
        "implementation": place.implementation,
        "operation": asked.computed,
        "format": place.format,
        "quantity": place.quantity,
        "n": place.n,
        "rows in a round": asked.rows,
        "worst": objective.measured(worst[None]).of_worst(),
        "plain": objective.measured(plain[None]).of_worst(),
    }


def replayed(asked: Request, folder: Path) -> list[str]:
    """Where a row of a stored search gives another result now: a line for each.

    Raises
    ------
    FoundError
        There is none in the folder.
    NotSearched, SubjectFault, TargetError
        It cannot be called.
    """
    found, rows = read_found(folder, asked.place)
    changed = []
    with _objective(asked) as (objective, _):
        for name, row in zip(("worst", "plain"), rows, strict=True):
            stored = found[name]
            result = objective.measured(row[None]).results.reshape(-1)[stored["output"]]
            if (got := float(result).hex()) != stored["got"]:
                line = f"the {name} row gives {got}, and gave {stored['got']}"
                changed.append(f"{asked.place.stem}: {line}")
    return changed
