"""Reads results files and picks the newest run of each framework on each machine and device.

A report compares like with like: records of two versions of one framework must
not share a row, so a run replaces the earlier one as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from softmark.records import Fault, RecordsError, ResultsFile, read_all, read_each
from softmark_reports import beside
from softmark_reports.data.exhaustive import ExhaustiveCell, SearchedRow, cells, searched
from softmark_reports.data.gates import Gate, gates
from softmark_reports.data.releases import Release, StepCause, releases, step_causes

CPU: Final = "cpu"
MUCH: Final = 2**20
"""Bytes of files that are worth a second process."""
PACKED: Final = {".gz": 8, ".xz": 13}
"""How much longer a file is than its compressed form, about."""


@dataclass(frozen=True)
class Collection:
    """What was read.

    Attributes
    ----------
    latest:
        The files of the newest run of each framework on each machine and device.
    earlier:
        Readable files of runs that a newer one replaced.
    faults:
        Lines that could not be read; line 1 stands for the whole file.
    gates:
        Acceptance rules in use elsewhere, where a folder has a file of them.
    cells:
        Worst errors over all inputs, where a folder has some.
    searched:
        Those that a search found.
    releases, causes:
        Releases of libraries that were measured one after another, and why some differ.
    """

    latest: list[ResultsFile]
    earlier: list[ResultsFile]
    faults: list[Fault]
    gates: list[Gate] = field(default_factory=list)
    cells: list[ExhaustiveCell] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    causes: list[StepCause] = field(default_factory=list)
    searched: list[SearchedRow] = field(default_factory=list)


def collect(places: Sequence[Path]) -> Collection:
    """Read every results file in ``places``, each a file or a folder.

    Raises
    ------
    RecordsError
        A place does not exist, or no file in it could be read.
    """
    files, faults = read_all(places, _read)
    latest, earlier = newest(files)
    rules, unread = gates(places)
    exhaustive, damaged = cells(places)
    history, lost = releases(places)
    causes, unheard = step_causes(places)
    rows, broken = searched(places)
    faults += unread + damaged + lost + unheard + broken
    return Collection(latest, earlier, faults, rules, exhaustive, history, causes, rows)


def _read(paths: Sequence[Path]) -> list[ResultsFile | RecordsError]:
    """Each file; the larger half of many in this process, since what another reads is sent here."""
    sizes = {path: _size(path) for path in paths}
    if sum(sizes.values()) < MUCH or not beside.has_room():
        return read_each(paths)
    here, there = _halves(sizes)
    mine, others = beside.both(lambda: read_each(here), lambda: read_each(there))
    found = dict(zip([*here, *there], [*mine, *others], strict=True))
    return [found[path] for path in paths]


def _size(path: Path) -> int:
    """Bytes after decompression, estimated; 0 for a file that does not exist."""
    packed = PACKED.get(path.suffix, 1)
    return packed * path.stat().st_size if path.is_file() else 0


def _halves(sizes: Mapping[Path, int]) -> tuple[list[Path], list[Path]]:
    """Two lists of files that take about as long."""
    here: list[Path] = []
    there: list[Path] = []
    ahead = 0
    for path in sorted(sizes, key=lambda path: -sizes[path]):
        (here if ahead <= 0 else there).append(path)
        ahead += sizes[path] if ahead <= 0 else -sizes[path]
    return here, there


def narrowed(collection: Collection, operations: Sequence[str]) -> Collection:
    """Only some operations of what was read; none named: all of it."""
    if not operations:
        return collection
    return replace(
        collection,
        latest=[_only(file, operations) for file in collection.latest],
        earlier=[_only(file, operations) for file in collection.earlier],
        releases=[release.only(operations) for release in collection.releases],
    )


def _only(file: ResultsFile, operations: Sequence[str]) -> ResultsFile:
    named = {
        name: entry
        for name, entry in file.header.implementations.items()
        if name.partition(".")[2].partition("[")[0] in operations
    }
    return replace(
        file,
        header=replace(file.header, implementations=named),
        records=[record for record in file.records if record.operation in operations],
    )


@dataclass(frozen=True)
class Place:
    """Where measurements were made."""

    machine: str
    device: str

    def __str__(self) -> str:
        return f"{self.machine}, {self.device}"


def machine_of(file: ResultsFile) -> str:
    """The name of the machine that a file was recorded on."""
    match file.header.environment:
        case {"machine": {"name": str(name)} | str(name)} if name:
            return name
    return "unnamed machine"


def device_of(file: ResultsFile) -> str:
    """Where a run's arrays were; the processor where the file does not say."""
    return str(file.header.settings.get("device") or CPU)


def place_of(file: ResultsFile) -> str:
    """The machine, and the device where that is not the processor."""
    machine, device = machine_of(file), device_of(file)
    return machine if device == CPU else f"{machine}, {device}"


def newest(files: Sequence[ResultsFile]) -> tuple[list[ResultsFile], list[ResultsFile]]:
    """Part files into those of the newest run of their framework and place, and the others."""
    last: dict[tuple[str, str], tuple[str, str]] = {}
    for file in files:
        key = _key(file)
        last[key] = max(last.get(key, ("", "")), _run(file))
    latest = [file for file in files if _run(file) == last[_key(file)]]
    earlier = [file for file in files if _run(file) != last[_key(file)]]
    return latest, earlier


@dataclass(frozen=True)
class History:
    """The runs of one framework in one place, each as one file, the oldest first."""

    place: str
    framework: str
    files: list[ResultsFile]


def histories(collection: Collection) -> list[History]:
    """All runs that were read, framework by framework."""
    found: dict[tuple[str, str], dict[tuple[str, str], list[ResultsFile]]] = {}
    for file in [*collection.earlier, *collection.latest]:
        found.setdefault(_key(file), {}).setdefault(_run(file), []).append(file)
    return [
        History(*key, [_as_one(runs[run]) for run in sorted(runs)])
        for key, runs in sorted(found.items())
    ]


def _as_one(files: list[ResultsFile]) -> ResultsFile:
    records = [record for file in files for record in file.records]
    return replace(files[0], records=records) if len(files) > 1 else files[0]


def _key(file: ResultsFile) -> tuple[str, str]:
    return place_of(file), str(file.header.framework)


def _run(file: ResultsFile) -> tuple[str, str]:
    return str(file.header.started), str(file.header.run)
