"""What was found for one function, format and quantity: a small file, and its parts on the way.

A cell is written when all of its blocks are there, from whatever processes and machines they come.
Until then each process keeps what it found in a file of its own, so that to gather them is to copy
files into one folder.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from softmark.records import PARTS
from softmark.shards.parts import write_whole

SCHEMA: Final = 1

OTHER_ROWS: Final = "other rows"
"""The field that has what ``reducing`` found, where the inputs are differences."""


class CellError(ValueError):
    """Files that do not belong together, or are damaged."""


@dataclass(frozen=True)
class CellName:
    """Which cell: the implementation, the format, ``value`` or ``vjp``, and the axis of a row."""

    implementation: str
    format: str
    quantity: str
    axis: int

    @property
    def stem(self) -> str:
        """The name of its files."""
        name = self.implementation.replace("[", ".").replace("]", "")
        return f"{name}-{self.format}-{self.quantity}{'-columns' if self.axis == 0 else ''}"


@dataclass(frozen=True)
class WorstInput:
    """The largest error of one output.

    Attributes
    ----------
    error:
        In ulp, without its sign.
    index:
        The number of the input; of equal errors the first input counts.
    result:
        The bit pattern that was returned.
    """

    error: float
    index: int
    result: int

    def or_worse(self, other: WorstInput) -> WorstInput:
        return min(self, other, key=lambda worst: (-worst.error, worst.index))


NONE_YET: Final = WorstInput(0.0, 2**62, 0)


@dataclass
class CellCounts:
    """What some of the blocks of a cell hold.

    Attributes
    ----------
    blocks:
        For each the checksum of its results, and the counts: results that are not correctly
        rounded, zeros in place of a subnormal number, and results that are no finite number and
        should be one.
    worst:
        For each output.
    not_finite:
        The first input with such a result; -1 where there is none.
    """

    outputs: int
    blocks: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)
    worst: list[WorstInput] = field(default_factory=list)
    not_finite: int = -1

    def __post_init__(self) -> None:
        self.worst = self.worst or [NONE_YET] * self.outputs

    def add(self, other: CellCounts) -> None:
        """Take in what another process found.

        Raises
        ------
        CellError
            A block that both have was not the same in both.
        """
        for number in self.blocks.keys() & other.blocks.keys():
            if self.blocks[number] != other.blocks[number]:
                raise CellError(
                    f"block {number} has other results in another part; they are of other versions "
                    "or processors: remove the parts of one of them"
                )
        self.blocks.update(other.blocks)
        pairs = zip(self.worst, other.worst, strict=True)
        self.worst = [mine.or_worse(theirs) for mine, theirs in pairs]
        known = [first for first in (self.not_finite, other.not_finite) if first >= 0]
        self.not_finite = min(known, default=-1)

    def total(self, column: int) -> int:
        """The sum of one of the counts over all blocks."""
        return sum(block[column] for block in self.blocks.values())

    def digest(self) -> str:
        """Of the checksums of all results, in order."""
        summed = hashlib.sha256()
        for number in sorted(self.blocks):
            summed.update(struct.pack("<I", self.blocks[number][0]))
        return summed.hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        return {
            "outputs": self.outputs,
            "worst": [[w.error.hex(), w.index, w.result] for w in self.worst],
            "not finite": self.not_finite,
            "blocks": [[number, *block] for number, block in sorted(self.blocks.items())],
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> CellCounts:
        worst = [WorstInput(float.fromhex(error), *rest) for error, *rest in held["worst"]]
        blocks = {number: (a, b, c, d) for number, a, b, c, d in held["blocks"]}
        return cls(held["outputs"], blocks, worst, held["not finite"])


Cell = dict[str, Any]
"""A finished cell, as its file has it; ``docs/exhaustive.md`` lists the fields."""


def part_path(folder: Path, place: CellName, shard: int, shards: int) -> Path:
    return folder / PARTS / f"{place.stem}.{shard}-of-{shards}.json"


def read_parts(
    folder: Path,
    place: CellName,
    about: Mapping[str, Any],
    outputs: int,
    only: Path | None = None,
) -> CellCounts:
    """What all parts of a cell hold together, or one of them alone.

    Raises
    ------
    CellError
        One cannot be read, or is of another version or another kind of machine.
    """
    found = CellCounts(outputs)
    for path in sorted((folder / PARTS).glob(f"{place.stem}.*-of-*.json")):
        if only not in (None, path):
            continue
        try:
            held = json.loads(path.read_text())
            part = CellCounts.from_json(held)
        except (ValueError, KeyError, TypeError) as error:
            raise CellError(f"{path} is damaged ({error}); remove it") from None
        if held["about"] != about:
            raise CellError(f"{path} is of another version or machine: remove it, or give --out")
        found.add(part)
    return found


def write_part(path: Path, about: Mapping[str, Any], found: CellCounts) -> None:
    text = json.dumps({"about": dict(about), **found.to_json()}) + "\n"
    write_whole(path, text.encode())


def write_cell(folder: Path, place: CellName, cell: Cell, inputs: Sequence[Sequence[str]]) -> Path:
    """Write the cell, its worst inputs as CORE-MATH's tools read them, and remove its parts."""
    path = folder / f"{place.stem}.json"
    worst = "".join(f"{','.join(row)}\n" for row in inputs)
    write_whole(folder / f"{place.stem}.wc", worst.encode())
    write_whole(path, (json.dumps(cell, indent=1) + "\n").encode())
    for part in (folder / PARTS).glob(f"{place.stem}.*-of-*.json"):
        part.unlink(missing_ok=True)
    return path


def read_cell(folder: Path, place: CellName) -> Cell:
    """One finished cell.

    Raises
    ------
    CellError
        There is none, or it cannot be read.
    """
    path = folder / f"{place.stem}.json"
    try:
        cell: Cell = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CellError(f"{path} cannot be read ({error})") from None
    return cell


def finished(folder: Path, place: CellName, about: Mapping[str, Any]) -> tuple[Cell, Path] | None:
    """A cell of these versions and this kind of machine that is there already, and its file."""
    path = folder / f"{place.stem}.json"
    if not path.exists():
        return None
    cell = read_cell(folder, place)
    return (cell, path) if all(cell[name] == value for name, value in about.items()) else None


def read_cells(folder: Path) -> list[Cell]:
    """All finished cells of a folder, by name."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def sentence(cell: Cell) -> str:
    """The result in one line."""
    worst, inputs = cell["worst"], cell["inputs"]
    size = "all correctly rounded"
    if worst:
        size = f"worst error = {worst['ulp']:.6g} ulp (grade {worst['grade']})"
    counts = [
        f"{cell[name]:,} {name}"
        for name in ("not correctly rounded", "flushed", "not finite")
        if cell[name]
    ]
    return ", ".join([f"{inputs:,} inputs, {size}", *counts])


HEAD: Final = (
    "| function | format | of | inputs | worst error, ulp | grade | over half an ulp "
    "| 0 for a subnormal | other rows |\n"
    "| --- | --- | --- | ---: | ---: | :---: | ---: | ---: | --- |\n"
)


def table(cells: Iterable[Cell]) -> str:
    """All cells as a table in Markdown."""
    return HEAD + "".join(f"| {' | '.join(_row(cell))} |\n" for cell in cells)


def _row(cell: Cell) -> list[str]:
    worst, layout = cell["worst"], ", columns" if cell["axis"] == 0 else ""
    return [
        f"`{cell['implementation']}`{layout}",
        cell["format"],
        "gradient" if cell["quantity"] == "vjp" else "value",
        f"{cell['inputs']:,}",
        f"= {worst['ulp']:.6g}" if worst else "≤ 0.5",
        worst["grade"] if worst else "A",
        f"{cell['not correctly rounded']:,}",
        f"{cell['flushed']:,}",
        other_rows(cell),
    ]


def other_rows(cell: Mapping[str, Any]) -> str:
    """In words, how many rows have another result than their difference has."""
    held = cell.get(OTHER_ROWS)
    if held is None:
        return ""
    exact, rounded = (100 * held[f"{kind}_differ"] / held[kind] for kind in ("exact", "rounded"))
    if not exact and not rounded:
        return "all the same"
    return f"{exact:.2g} % differ where a - b is exact" + (
        f", {rounded:.2g} % where it is rounded" if rounded else ""
    )
