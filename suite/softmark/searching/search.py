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
from softmark.catalog import Entry
from softmark.environment import machine_name
from softmark.exhaustive.curves import Measurand
from softmark.formats import FORMATS, Float64Array, Format
from softmark.harness.loading import load
from softmark.judging.grades import LETTERS, grade_each
from softmark.judging.outputs import Truth
from softmark.judging.scope import Scope
from softmark.searching.found import (
    SCHEMA,
    Found,
    Population,
    SearchName,
    finite,
    part_path,
    read_found,
    read_population,
    write_found,
    write_population,
)
from softmark.searching.rows import children, constructed, simpler
from softmark.subjects import Call, Raised
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import WorkerSubject

KEPT: Final = 64
"""Rows that the next round starts from."""

LOGITS: Final = 2**16
"""Logits of a round, as far as that is no more than ``MOST`` rows and no less than ``LEAST``."""

MOST, LEAST = 2048, 64

FIRST: Final = 4
"""Rounds of constructed rows alone; later an eighth is."""

ALONE: Final = 8
"""Rows that are called by themselves at the end, since a row beside others may have other bits."""

ENOUGH: Final = 0.9
"""What a plainer row must have of the worst row's share of the bound."""

PASSES: Final = 24
"""Changes of a row after which it is plain enough."""

SAVED_EVERY: Final = 10.0
"""Seconds between two times at which the rows so far are written."""

TIMEOUT: Final = 600.0
"""Seconds for a call, which may be compiled first."""


class NotSearched(ValueError):
    """There is no error to search for."""


@dataclass(frozen=True)
class Request:
    """One search.

    Attributes
    ----------
    what:
        An implementation, or a user's function.
    operation:
        What a user's function computes.
    array:
        Whose arrays it takes, one of ``softmark.calling.arrays.ARRAYS``.
    format:
        The name of the format of its inputs.
    quantity:
        ``value``, or ``vjp`` for the gradient of the first output.
    n:
        The length of a row.
    rounds, seed:
        How many, and of what is drawn.
    """

    what: Entry | Target
    n: int
    operation: str = "softmax"
    array: str = "auto"
    format: str = "float32"
    quantity: str = "value"
    rounds: int = 200
    seed: int = 0

    def __post_init__(self) -> None:
        operation = operations.load(self.computed)
        if operation.value is None or operation.operand not in ("", "labels"):
            raise NotSearched(
                f"the rows of {operation.name} are not searched; name an operation of logits "
                "alone, or with labels, that returns numbers"
            )
        if operation.is_pointwise:
            raise NotSearched(f"{operation.name} has one argument: softmark exhaustive tries all")
        if isinstance(self.what, Entry):
            if self.format not in self.what.formats:
                raise NotSearched(f"{self.what.name} takes no {self.format}")
            if self.quantity == "vjp" and not self.what.gradient:
                raise NotSearched(f"{self.what.name} has no derivative")

    @property
    def computed(self) -> str:
        return self.what.operation if isinstance(self.what, Entry) else self.operation

    @property
    def rows(self) -> int:
        """Rows of a round."""
        return min(max(LOGITS // self.n, LEAST), MOST)

    @property
    def place(self) -> SearchName:
        what = self.what
        name = what.name if isinstance(what, Entry) else f"{what.stem}:{what.function}"
        return SearchName(name, self.format, self.quantity, self.n)


@dataclass(frozen=True)
class SearchState:
    """What there is of a search: rounds done, and what was found if those are all."""

    done: int
    found: Found | None = None
    path: Path | None = None


@dataclass(frozen=True)
class Judge:
    """Calls a function with rows and measures the errors."""

    subject: WorkerSubject
    question: Measurand

    @property
    def format(self) -> Format:
        return self.question.format

    def measured(self, rows: Float64Array) -> Measured:
        """What it returns for rows, shape ``(rows, n)``, and how wrong that is.

        Raises
        ------
        Raised
            It has another shape, or is not offered.
        """
        call = Call(rows, labels=self.question.labels(len(rows)))
        if self.question.quantity == "value":
            output = self.subject.forward(call, self.format)
        else:
            asked = Call(rows, labels=call.labels, g=self.question.cotangent(*rows.shape))
            given = self.subject.vjp(asked, self.format)
            if given is None:
                raise Raised("it has no derivative at these rows", "NoDerivative")
            output = given
        if output.format != self.format.name:
            raise Raised(f"it returned {output.format} for {self.format.name}", "FormatError")
        truth = self.question.truth(rows)
        errors = truth.exact.error(output.values, self.format)
        no_number = errors.nan | errors.infinite | errors.missing_infinity
        size = np.where(no_number, inf, np.abs(np.nan_to_num(errors.ulp, nan=0.0)))
        return Measured(output.values, truth, size)


@dataclass(frozen=True)
class Measured:
    """What rows gave: the results, the exact ones with their bounds, and the errors in ulp."""

    results: Float64Array
    truth: Truth
    size: Float64Array

    @property
    def shares(self) -> Float64Array:
        """The share of grade B's bound at each result, shape ``(rows, outputs)``.

        Results that are so small that underflow decides are left out: a result below the normal
        range has a bound of one unit, which would hide all else, and it is a policy whether it is
        0, as it is whether a step of a derivative or of a sum is.
        """
        truth, exact = self.truth, np.abs(self.truth.exact.value)
        least = truth.wide.least_normal / truth.wide.unit_roundoff if truth.has_steps else 0.0
        counts = exact - truth.limits.legal * truth.unit >= truth.format.least_normal
        counts &= (exact >= least) & np.isfinite(exact)
        share = self.size / np.maximum(truth.limits.good, 1.0)
        share = np.where(np.isinf(self.size), inf, np.where(counts, share, 0.0))
        return np.asarray(share.reshape(len(share), -1))

    def of_worst(self) -> dict[str, Any]:
        """The worst result of one row, as a file has it."""
        output = int(self.shares[0].argmax())
        at = np.unravel_index(output, self.size.shape)
        letters = grade_each(self.size, self.truth.limits)
        return {
            "ulp": finite(float(self.size[at])),
            "share of the bound": finite(float(self.shares[0, output])),
            "bound": self.truth.good_bound(at),
            "largest legal error": self.truth.bound(at),
            "grade": LETTERS[int(letters[at])],
            "output": output,
            "got": float(self.results[at]).hex(),
            "exact": float(self.truth.exact.value[at]).hex(),
        }


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
    with _judge(asked) as (judge, about):
        if (path := folder / f"{place.stem}.json").exists():
            found = read_found(folder, place)[0]
            if all(found.get(name) == value for name, value in about.items()):
                return SearchState(asked.rounds, found, path)
        part = part_path(folder, place)
        population = read_population(part, about, asked.n)
        saved = time.monotonic()
        while population.rounds < asked.rounds and not np.isinf(population.shares[:1]).any():
            rows = _bred(asked, population, judge.format)
            population.add(rows, judge.measured(rows).shares.max(axis=1), KEPT)
            progress(population.rounds, asked.rounds)
            if (now := time.monotonic()) > min(end, saved + SAVED_EVERY):
                write_population(part, about, population)
                saved = now
                if now > end:
                    break
        else:
            worst, plain = _alone(judge, population.rows[:ALONE])
            found = _found(asked, judge, worst, plain) | about
            found["rounds done"] = population.rounds
            return SearchState(
                population.rounds, found, write_found(folder, place, found, [worst, plain])
            )
    return SearchState(population.rounds)


@contextmanager
def _judge(asked: Request) -> Iterator[tuple[Judge, dict[str, Any]]]:
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
            about["files"] = {name: _digest(file) for name, file in loaded.modules.items()}
        quantity: Any = asked.quantity
        yield Judge(loaded.subject, Measurand(scope, quantity)), about


def _digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16]


def _bred(asked: Request, population: Population, fmt: Format) -> Float64Array:
    """The rows of the next round, which depend on nothing but the seed and the rows so far."""
    rng = np.random.default_rng([asked.seed, asked.n, population.rounds])
    if population.rounds < FIRST:
        return constructed(rng, asked.rows, asked.n, fmt)
    fresh = constructed(rng, asked.rows // 8, asked.n, fmt)
    return np.concatenate([fresh, children(rng, population.rows, asked.rows - len(fresh), fmt)])


def _alone(judge: Judge, rows: Float64Array) -> tuple[Float64Array, Float64Array]:
    """The row that errs most when it is called by itself, and a plain one that errs nearly so."""

    def share(row: Float64Array) -> float:
        return float(judge.measured(row[None]).shares.max())

    worst = plain = max(rows, key=share)
    least = ENOUGH * share(worst)
    for _ in range(PASSES):
        candidates = simpler(plain, judge.format)
        if not len(candidates):
            break
        shares = judge.measured(candidates).shares.max(axis=1)
        better = (c for c in candidates[shares >= least] if share(c) >= least)
        if (found := next(better, None)) is None:
            break
        plain = found
    return worst, plain


def _found(asked: Request, judge: Judge, worst: Float64Array, plain: Float64Array) -> Found:
    place = asked.place
    return {
        "implementation": place.implementation,
        "operation": asked.computed,
        "format": place.format,
        "quantity": place.quantity,
        "n": place.n,
        "rows in a round": asked.rows,
        "worst": judge.measured(worst[None]).of_worst(),
        "plain": judge.measured(plain[None]).of_worst(),
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
    with _judge(asked) as (judge, _):
        for name, row in zip(("worst", "plain"), rows, strict=True):
            stored = found[name]
            result = judge.measured(row[None]).results.reshape(-1)[stored["output"]]
            if (got := float(result).hex()) != stored["got"]:
                line = f"the {name} row gives {got}, and gave {stored['got']}"
                changed.append(f"{asked.place.stem}: {line}")
    return changed
