"""From an implementation to a finished cell: resumed where it was left, in any number of shards."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from typing import Any, Final

import numpy as np

from softmark import operations
from softmark.catalog import Entry
from softmark.environment import machine_name
from softmark.exhaustive.cells import (
    OTHER_ROWS,
    SCHEMA,
    Cell,
    CellCounts,
    CellName,
    WorstInput,
    finished,
    part_path,
    read_cell,
    read_parts,
    write_cell,
    write_part,
)
from softmark.exhaustive.curves import Measurand, Quantity
from softmark.exhaustive.domains import Domain, NotCovered
from softmark.exhaustive.reducing import reduction
from softmark.exhaustive.scanning import Scan
from softmark.formats import FORMATS
from softmark.harness.planning import info_of, source_of
from softmark.judging.grades import LETTERS, grade_each
from softmark.judging.scope import Scope
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import WorkerSubject

SAVED_EVERY: Final = 10.0
"""Seconds between two times at which a part is written."""

TIMEOUT: Final = 600.0
"""Seconds for a call: a block of a million rows, which may be compiled first."""


@dataclass(frozen=True)
class CellRequest:
    """One cell.

    Attributes
    ----------
    entry:
        The implementation.
    place:
        Its name, the format, the quantity and the axis.
    """

    entry: Entry
    place: CellName

    @property
    def scan(self) -> Scan:
        """What looks at its results.

        Raises
        ------
        NotCovered
            All inputs cannot be tried.
        """
        fmt = FORMATS[self.place.format]
        operation, info = operations.load(self.entry.operation), info_of(self.entry, "cpu")
        domain = Domain.of(operation, fmt)
        if fmt.name not in self.entry.formats:
            raise NotCovered(f"{self.entry.name} takes no {fmt.name}")
        quantity: Quantity = "vjp" if self.place.quantity == "vjp" else "value"
        if quantity == "vjp" and not self.entry.gradient:
            raise NotCovered(f"{self.entry.name} has no derivative")
        if self.place.axis == 0 and self.entry.axes != "any":
            raise NotCovered(f"{self.entry.name} works along the last axis")
        return Scan(Measurand(Scope(info, operation, fmt), quantity), domain, self.place.axis)


@dataclass(frozen=True)
class CellState:
    """What there is of a cell: how many of its blocks, and the cell if that is all of them."""

    done: int
    blocks: int
    cell: Cell | None = None
    path: Path | None = None


def measure(
    asked: CellRequest,
    folder: Path,
    *,
    shard: tuple[int, int] = (1, 1),
    seconds: float = inf,
    processor: int | None = None,
    progress: Callable[[int, int], None] = lambda done, blocks: None,
    elsewhere: Callable[[], None] = lambda: None,
) -> CellState:
    """Call the function with all inputs of a shard, and write the cell if no other is missing.

    Parameters
    ----------
    folder:
        Where cells and their parts are.
    shard:
        Its number from 1, and how many there are.
    seconds:
        Stop after so long; the next call goes on.
    processor:
        The one to use, where several are busy at the same time; by default one for each shard.
    elsewhere:
        Called before anything is measured here: it may have parts measured elsewhere.

    Raises
    ------
    NotCovered, CellError, SubjectFault, TargetError
        It cannot be measured.
    """
    scan, end = asked.scan, time.monotonic() + seconds
    with Worker(WorkerSettings(threads=1)) as worker:
        worker.move(shard[0] - 1 if processor is None else processor)
        subject = WorkerSubject(worker, source_of(asked.entry), scan.question.scope.info, TIMEOUT)
        about = {
            "versions": subject.load()["facts"]["versions"],
            "machine": machine_name(),
            "schema": SCHEMA,
        }
        if (there_already := finished(folder, asked.place, about)) is not None:
            return CellState(scan.domain.blocks, scan.domain.blocks, *there_already)
        elsewhere()
        outputs = len(scan.question.curves)
        there = read_parts(folder, asked.place, about, outputs)
        path = part_path(folder, asked.place, *shard)
        mine = read_parts(folder, asked.place, about, outputs, only=path)
        scan.start_from(there)
        left = [
            n for n in range(shard[0] - 1, scan.domain.blocks, shard[1]) if n not in there.blocks
        ]
        saved = time.monotonic()
        for _, found in scan.blocks(subject, left):
            mine.add(found)
            progress(len(there.blocks | mine.blocks), scan.domain.blocks)
            if (now := time.monotonic()) > min(end, saved + SAVED_EVERY):
                write_part(path, about, mine)
                saved = now
                if now > end:
                    break
        if left:
            write_part(path, about, mine)
        there = read_parts(folder, asked.place, about, outputs)
        if len(there.blocks) < scan.domain.blocks:
            return CellState(len(there.blocks), scan.domain.blocks)
        cell, inputs = _cell(asked.place, scan, there, about)
        if scan.domain.kind == "differences":
            cell[OTHER_ROWS] = asdict(reduction(scan, subject))
    written = write_cell(folder, asked.place, cell, inputs)
    return CellState(len(there.blocks), scan.domain.blocks, cell, written)


def _cell(
    place: CellName, scan: Scan, found: CellCounts, about: dict[str, Any]
) -> tuple[Cell, list[list[str]]]:
    """The finished cell, and the worst input of each output as hex floats."""
    ranked = sorted(range(found.outputs), key=lambda output: -found.worst[output].error)
    output = ranked[0]
    domain, worst = scan.domain, found.worst
    inputs = [_hex(scan, worst[each].index) for each in ranked if worst[each].index < domain.inputs]
    not_finite = [_hex(scan, found.not_finite)] if found.not_finite >= 0 else []
    cell = {
        "implementation": place.implementation,
        "operation": scan.question.scope.operation.name,
        "format": place.format,
        "quantity": place.quantity,
        "axis": place.axis,
        "inputs": domain.inputs,
        "which": domain.kind,
        "worst": _judged(scan, output, worst[output]) if worst[output].error else None,
        "not correctly rounded": found.total(1),
        "flushed": found.total(2),
        "not finite": found.total(3),
        "first not finite": not_finite[0] if not_finite else None,
        "digest": found.digest(),
        **about,
    }
    return cell, inputs + not_finite


def _hex(scan: Scan, index: int) -> list[str]:
    return [float(x).hex() for x in scan.values(scan.domain.rows(np.array([index])))[:, 0]]


def _judged(scan: Scan, output: int, worst: WorstInput) -> dict[str, Any]:
    """The worst error as a record has it: what was returned, what is exact, and the bound."""
    fmt = scan.question.format
    x = scan.values(scan.domain.rows(np.array([worst.index]))).T
    truth = scan.question.truth(x)
    size = np.full(truth.exact.shape, worst.error)
    letter = LETTERS[int(grade_each(size, truth.limits).reshape(-1)[output])]
    limits = truth.limits.legal if letter == "F" else truth.limits.good
    bound = max(float(limits.reshape(-1)[output]), 1.0)
    return {
        "ulp": worst.error,
        "output": output,
        "input": _hex(scan, worst.index),
        "index": worst.index,
        "got": float(scan.values(np.array([worst.result], fmt.carrier))[0]).hex(),
        "exact": float(truth.exact.value.reshape(-1)[output]).hex(),
        "bound": bound,
        "share of the bound": worst.error / bound,
        "grade": letter,
    }


def replayed(asked: CellRequest, folder: Path) -> list[str]:
    """Where the worst input of a stored cell gives another result now: a line for each.

    The whole block is called, because a function may compute the last elements of an array in
    another way than the others.

    Raises
    ------
    CellError
        There is no such cell in the folder.
    NotCovered, SubjectFault, TargetError
        It cannot be measured.
    """
    cell, scan = read_cell(folder, asked.place), asked.scan
    worst = cell["worst"]
    if worst is None:
        return []
    number, position = divmod(worst["index"], scan.domain.size)
    with Worker(WorkerSettings(threads=1)) as worker:
        subject = WorkerSubject(worker, source_of(asked.entry), scan.question.scope.info, TIMEOUT)
        results = scan.results(subject, scan.domain.block(number))
    got = float(scan.values(results[worst["output"], position : position + 1])[0]).hex()
    if got == worst["got"]:
        return []
    return [f"{asked.place.stem}: {worst['input']} gives {got}, and gave {worst['got']}"]
