"""One side of a comparison: its results files as one result, repeats of a measurement together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softmark.records import Fault, Header, Record, read_all


@dataclass(frozen=True)
class Held:
    """A record, and what is common to the file that it comes from."""

    record: Record
    header: Header


@dataclass(frozen=True)
class OneSide:
    """What one side of a comparison holds.

    Attributes
    ----------
    place:
        What the user called it.
    files:
        Its results files.
    measurements:
        By record id, the same measurement of each file, oldest first.
    headers:
        One for each file.
    faults:
        Lines, and whole files, that could not be read.
    """

    place: Path
    files: tuple[Path, ...]
    measurements: Mapping[str, Sequence[Held]]
    headers: tuple[Header, ...]
    faults: tuple[Fault, ...]

    @property
    def versions(self) -> dict[str, str]:
        """Versions of the frameworks; several of one are joined."""
        found: dict[str, list[str]] = {}
        for header in self.headers:
            version = version_of(header)
            if version not in found.setdefault(header.framework, []):
                found[header.framework].append(version)
        return {name: ", ".join(versions) for name, versions in sorted(found.items())}


def gathered(place: Path) -> OneSide:
    """Read a file, or all files of a folder.

    Raises
    ------
    RecordsError
        There is no such place, it holds no results, or none of them can be read.
    """
    files, faults = read_all([place])
    files.sort(key=lambda file: file.header.started)
    measurements: dict[str, list[Held]] = {}
    for file in files:
        for record in file.records:
            measurements.setdefault(record.id, []).append(Held(record, file.header))
    return OneSide(
        place=place,
        files=tuple(file.path for file in files),
        measurements=measurements,
        headers=tuple(file.header for file in files),
        faults=tuple(faults),
    )


def worker_facts(header: Header) -> Mapping[str, Any]:
    """What a file says of the process that called its subjects."""
    facts = header.environment.get("worker")
    return facts if isinstance(facts, Mapping) else {}


def version_of(header: Header) -> str:
    """The version of the file's framework, as its worker told it."""
    versions = worker_facts(header).get("versions")
    if isinstance(versions, Mapping) and versions:
        return str(versions.get(header.framework, next(iter(versions.values()))))
    return "unknown"
