"""Which implementations there are, read from their files without running them.

The files are those of ``softmark_implementations`` and, by metadata alone,
those that other distributions name in the entry-point group
``softmark.implementations``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from softmark.declarations import PACKAGE, Entry, Source, Unreadable, package_folder, read_source
from softmark.naming import UnknownName

__all__ = ["Catalog", "Entry", "Source", "UnknownName", "Unreadable", "implementations", "read"]

ENTRY_POINTS: Final = "softmark.implementations"

_NAME: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)
"""A framework's, which is part of the name of a folder."""

_MODULE: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


@dataclass(frozen=True)
class Catalog:
    """All implementations, and what could not be read."""

    entries: tuple[Entry, ...]
    problems: tuple[Unreadable, ...]

    def find(self, name: str) -> Entry:
        """The implementation called ``name``.

        Raises
        ------
        UnknownName
            There is none.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise UnknownName("implementation", name, [entry.name for entry in self.entries])


def implementations() -> list[Entry]:
    """Every implementation that is declared in a file that can be read."""
    return list(read().entries)


def read(sources: Iterable[Source] | None = None) -> Catalog:
    """Read the given files, by default all that are known here.

    A name belongs to the first file that declares it; later ones are problems.
    """
    entries: dict[str, Entry] = {}
    problems: list[Unreadable] = []
    if sources is None:
        sources = [*own_sources(), *foreign_sources(problems)]
    for source in sources:
        for item in read_source(source):
            if isinstance(item, Unreadable):
                problems.append(item)
            elif item.name in entries:
                problems.append(Unreadable(item.path, item.line, f"{item.name} exists already"))
            else:
                entries[item.name] = item
    return Catalog(tuple(entries.values()), tuple(problems))


def own_sources() -> list[Source]:
    """The files that come with softmark: ``pure_python.py`` and ``with_<framework>.py``."""
    folder = package_folder()
    paths = [folder / "pure_python.py", *sorted(folder.glob("with_*.py"))]
    return [
        Source(framework_name(path.stem), f"{PACKAGE}.{path.stem}", path)
        for path in paths
        if path.is_file()
    ]


def foreign_sources(problems: list[Unreadable]) -> Iterator[Source]:
    """The files that other distributions announce; the entry point's name is the framework's.

    What is announced wrongly is a problem of its distribution, and of nothing else.
    """
    for point in _announced(problems):
        owner = point.dist.name if point.dist else "a distribution"
        try:
            yield _source(point)
        except Exception as error:  # finding a module runs the finders that packages install
            reason = f"{owner} announces the module {point.value} as {point.name!r}, {error}"
            problems.append(Unreadable(Path(str(owner)), 0, f"{reason}; install {owner} again"))


def _announced(problems: list[Unreadable]) -> Iterable[metadata.EntryPoint]:
    """The entry points, of every distribution whose own can be read."""
    try:
        return metadata.entry_points(group=ENTRY_POINTS)
    except Exception:  # one of them cannot, and nothing says which
        return [point for one in metadata.distributions() for point in _of(one, problems)]


def _of(
    distribution: metadata.Distribution, problems: list[Unreadable]
) -> list[metadata.EntryPoint]:
    try:
        return list(distribution.entry_points.select(group=ENTRY_POINTS))
    except Exception as error:
        owner = str(distribution.metadata["Name"])
        reason = f"its entry points cannot be read ({error}); install {owner} again"
        problems.append(Unreadable(Path(owner), 0, reason))
        return []


def _source(point: metadata.EntryPoint) -> Source:
    """The file of an entry point.

    Raises
    ------
    ValueError
        It is none, or its name could not be that of a folder of results.
    """
    if not _NAME.fullmatch(point.name):
        raise ValueError("which is no name of a framework")
    if not _MODULE.fullmatch(point.value.strip()):
        raise ValueError("which is no module")
    path = locate(point.value.strip())
    if path is None:
        raise ValueError("which is not there")
    return Source(point.name, point.value.strip(), path)


def framework_name(stem: str) -> str:
    """The framework of a file: ``with_torch`` holds torch, ``pure_python`` holds python."""
    return "python" if stem == "pure_python" else stem.removeprefix("with_")


def locate(module: str, first: Sequence[str] = ()) -> Path | None:
    """The file of a module, looked for in ``first`` first; its parent packages are not imported."""
    folders: list[str] | None = None
    origin: str | None = None
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        spec = PathFinder.find_spec(name, list(first) if end == 1 else folders)
        spec = find_spec(name) if spec is None and end == 1 else spec
        if spec is None:
            return None
        origin = spec.origin
        folders = list(spec.submodule_search_locations or [])
    return Path(origin) if origin else None
