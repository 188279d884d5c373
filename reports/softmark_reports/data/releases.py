"""Releases of libraries that were measured one after another: a small file each, beside results.

``nox -s versions`` writes them (``exports.releases``): of each check of a function in a format the
worst case, which measurements fail, and a digest of all outputs, not every record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from packaging.version import Version

from softmark.records import Fault, read_json

FOLDER: Final = "versions"
EXPLAINED: Final = "explained.json"
SCHEMA: Final = 1


@dataclass(frozen=True)
class ReleaseCell:
    """What is kept of the measurements of one check of one implementation, format and metric.

    Attributes
    ----------
    implementation, check, format, metric, unit:
        As in records.
    cases, weak:
        How many measurements there are, and how many of them are weak.
    worst:
        The value of the worst one, by its verdict and then beside its bound; ``None`` for none.
    case, id:
        Its input in words, and the last part of its id.
    fails:
        The last parts of the ids of those that fail.
    says:
        What the worst of them says.
    outputs:
        A digest of what all of them gave: equal where nothing changed.
    """

    implementation: str
    check: str
    format: str
    metric: str
    cases: int
    weak: int
    worst: float | None
    unit: str
    case: str
    id: str
    outputs: str
    fails: tuple[str, ...] = ()
    says: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.implementation, self.check, self.format, self.metric

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> ReleaseCell:
        names = ("implementation", "check", "format", "metric", "unit", "case", "id", "says")
        worst = line.get("worst")
        return cls(
            **{name: str(line.get(name, "")) for name in names},
            cases=int(line["cases"]),
            weak=int(line.get("weak", 0)),
            worst=None if worst is None else float(worst),
            outputs=str(line["outputs"]),
            fails=tuple(map(str, line.get("fails", ()))),
        )


@dataclass(frozen=True)
class Release:
    """One release of a library.

    Attributes
    ----------
    library, release:
        Which one.
    requirements:
        What was installed to measure it.
    machine, started, softmark:
        Where and when it was measured, and by which commit.
    cells:
        What is kept of it.
    """

    library: str
    release: str
    requirements: tuple[str, ...]
    machine: str
    started: str
    softmark: str
    cells: tuple[ReleaseCell, ...]

    @property
    def order(self) -> tuple[str, str, Version]:
        """By library and machine, then the oldest first."""
        return self.library, self.machine, Version(self.release)

    def only(self, operations: Sequence[str]) -> Release:
        """The same without the functions of other operations."""
        names = (cell.implementation.partition(".")[2].partition("[")[0] for cell in self.cells)
        kept = zip(self.cells, names, strict=True)
        return replace(self, cells=tuple(cell for cell, name in kept if name in operations))

    @property
    def cases(self) -> int:
        return sum(cell.cases for cell in self.cells)

    @property
    def failures(self) -> int:
        return sum(len(cell.fails) for cell in self.cells)

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Release:
        if held["schema"] != SCHEMA:
            raise ValueError(f"schema {held['schema']}, and only {SCHEMA} is known")
        names = ("library", "release", "machine", "started", "softmark")
        release = cls(
            **{name: str(held[name]) for name in names},
            requirements=tuple(map(str, held["requirements"])),
            cells=tuple(ReleaseCell.from_json(line) for line in held["cells"]),
        )
        Version(release.release)
        return release


@dataclass(frozen=True)
class StepCause:
    """Why a release came out otherwise.

    Attributes
    ----------
    library, release:
        The first measured release that came out otherwise.
    implementation, kind:
        Patterns of the steps that it explains.
    why:
        The cause, in a sentence or two.
    links:
        Where that is known.
    """

    library: str
    release: str
    implementation: str
    kind: str
    why: str
    links: tuple[str, ...]

    def explains(self, library: str, release: str, implementation: str, kind: str) -> bool:
        return (self.library, self.release) == (library, release) and all(
            fnmatchcase(name, pattern.replace("[", "[[]"))
            for name, pattern in ((implementation, self.implementation), (kind, self.kind))
        )

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> StepCause:
        names = ("library", "release", "implementation", "kind", "why")
        texts = {name: str(held.get(name, "*")) for name in names}
        links = tuple(str(link) for link in held.get("links", ()))
        return cls(**texts, links=tuple(it for it in links if it.startswith("https://")))


def releases(places: Sequence[Path]) -> tuple[list[Release], list[Fault]]:
    """The releases in the folders of results, the oldest of each library first, and faults."""
    found: list[Release] = []
    faults: list[Fault] = []
    for path in _files(places):
        if path.name == EXPLAINED:
            continue
        try:
            found.append(Release.from_json(read_json(path)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(Fault(path, 1, f"not what nox -s versions writes ({error})"))
    return sorted(found, key=lambda one: one.order), faults


def step_causes(places: Sequence[Path]) -> tuple[list[StepCause], list[Fault]]:
    """Those in the folders of results, and what could not be read."""
    found: list[StepCause] = []
    faults: list[Fault] = []
    for path in (path for path in _files(places) if path.name == EXPLAINED):
        try:
            found += [StepCause.from_json(held) for held in read_json(path)]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(Fault(path, 1, f"no list of explanations ({error})"))
    return found, faults


def _files(places: Sequence[Path]) -> Iterator[Path]:
    for folder in dict.fromkeys(place / FOLDER for place in places):
        yield from sorted((*folder.glob("*.json"), *folder.glob("*.json.gz")))
