"""What the shards of one run have left in a folder, and whether it belongs together."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from softmark.records import PARTS, Json, RecordsError, ResultsFile, read_results, results_below

OF: tuple[tuple[str, ...], ...] = (
    ("machine", "name"),
    ("softmark",),
    ("python",),
    ("packages",),
    ("worker", "versions"),
)
"""What of an environment is the same in all parts of one file."""


class ShardError(ValueError):
    """Parts that are missing, damaged, or do not belong together."""


def parts_folder(results: Path, settings: Mapping[str, Json]) -> Path:
    """Where the parts of one run are: each set of settings has a folder of its own."""
    text = json.dumps(dict(settings), sort_keys=True)
    return results / PARTS / sha256(text.encode()).hexdigest()[:12]


def part_frameworks(folder: Path) -> list[str]:
    """The frameworks of which there are parts."""
    return sorted({file.header.framework for file in read_parts(folder)})


def read_parts(folder: Path) -> list[ResultsFile]:
    """All parts, those that began first before the others.

    A file without a header was left by a process that was killed at its start; it holds nothing.
    """
    return sorted(_readable(folder), key=lambda file: (file.header.started, str(file.path)))


def _readable(folder: Path) -> Iterator[ResultsFile]:
    for path in results_below(folder):
        try:
            yield read_results(path)
        except RecordsError:
            continue


def write_whole(path: Path, text: bytes) -> None:
    """Write a file that is there with all of its text, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(text)
    unfinished.replace(path)


def check_alike(files: Sequence[ResultsFile]) -> None:
    """Whether the files of one framework are of one kind of machine and of the same versions.

    Raises
    ------
    ShardError
        They are not, and results of one may differ from those of the other.
    """
    first = files[0]
    for file in files[1:]:
        for names in OF:
            one, other = (_at(f.header.environment, names) for f in (first, file))
            if one != other:
                raise ShardError(
                    f"{first.path} and {file.path} differ in {' '.join(names)}: {one} and {other}; "
                    "remove one, and measure its shard again where the others were measured"
                )


def _at(environment: Mapping[str, Json], names: Sequence[str]) -> Json:
    found: Json = dict(environment)
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found
