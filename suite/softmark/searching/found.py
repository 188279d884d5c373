"""What a search found: a small file and its rows, and a file of what it goes on from."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from softmark.formats import Float64Array
from softmark.records import PARTS
from softmark.shards.parts import write_whole

SCHEMA: Final = 1

Found = dict[str, Any]
"""What was found, as its file has it; ``docs/search.md`` lists the fields."""


class FoundError(ValueError):
    """A file is not there, is damaged, or is of something else."""


@dataclass(frozen=True)
class SearchName:
    """Which search: the implementation, the format, ``value`` or ``vjp``, the length of a row."""

    implementation: str
    format: str
    quantity: str
    n: int

    @property
    def stem(self) -> str:
        """The name of its files."""
        name = self.implementation.replace("[", ".").replace("]", "").replace(":", ".")
        return f"{name}-{self.format}-{self.quantity}-n{self.n}"


@dataclass
class Population:
    """The worst rows so far, the worst first, and how many rounds it took.

    Attributes
    ----------
    rows:
        Shape ``(count, n)``.
    shares:
        Of the bound, one a row; infinite where a result is no number and should be one.
    """

    rows: Float64Array
    shares: Float64Array
    rounds: int = 0

    @classmethod
    def empty(cls, n: int) -> Population:
        return cls(np.empty((0, n)), np.empty(0))

    def add(self, rows: Float64Array, shares: Float64Array, most: int) -> None:
        """Take in the rows of a round; of equal shares the row that was there first stays."""
        rows, shares = np.concatenate([self.rows, rows]), np.concatenate([self.shares, shares])
        best = np.argsort(-shares, kind="stable")[:most]
        self.rows, self.shares, self.rounds = rows[best], shares[best], self.rounds + 1


def write_population(path: Path, about: Mapping[str, Any], found: Population) -> None:
    held = {
        "about": dict(about),
        "rounds": found.rounds,
        "rows": hexes(found.rows),
        "shares": [share.hex() for share in found.shares.tolist()],
    }
    write_whole(path, (json.dumps(held) + "\n").encode())


def read_population(path: Path, about: Mapping[str, Any], n: int) -> Population:
    """What an earlier call left; empty where there was none.

    Raises
    ------
    FoundError
        It cannot be read, or is of another version, seed or machine.
    """
    if not path.exists():
        return Population.empty(n)
    try:
        held = json.loads(path.read_text())
        found = Population(
            _numbers(held["rows"]),
            np.array([float.fromhex(text) for text in held["shares"]]),
            held["rounds"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise FoundError(f"{path} is damaged ({error}); remove it") from None
    if held["about"] != about:
        raise FoundError(f"{path} is of another version, seed or machine: remove it, or give --out")
    return found


def part_path(folder: Path, place: SearchName) -> Path:
    return folder / PARTS / f"{place.stem}.json"


def write_found(
    folder: Path, place: SearchName, found: Found, rows: Sequence[Float64Array]
) -> Path:
    """Write what was found and its rows, as hexadecimal floats with commas, and remove the part."""
    path = folder / f"{place.stem}.json"
    lines = "".join(f"{','.join(row)}\n" for row in hexes(np.array(rows)))
    write_whole(folder / f"{place.stem}.wc", lines.encode())
    write_whole(path, (json.dumps(found, indent=1, allow_nan=False) + "\n").encode())
    part_path(folder, place).unlink(missing_ok=True)
    return path


def read_found(folder: Path, place: SearchName) -> tuple[Found, Float64Array]:
    """What an earlier search found, and its rows.

    Raises
    ------
    FoundError
        There is none, or it cannot be read.
    """
    path = folder / f"{place.stem}.json"
    try:
        found: Found = json.loads(path.read_text())
        rows = [line.split(",") for line in path.with_suffix(".wc").read_text().splitlines()]
        return found, _numbers(rows)
    except (OSError, ValueError) as error:
        raise FoundError(f"{path} cannot be read ({error})") from None


def read_all(folder: Path) -> list[Found]:
    """What is in a folder, by name and then by length."""
    found = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    names = ("implementation", "format", "quantity", "n")
    return sorted(found, key=lambda each: tuple(each[name] for name in names))


def hexes(rows: Float64Array) -> list[list[str]]:
    return [[x.hex() for x in row] for row in rows.tolist()]


def _numbers(rows: Iterable[Iterable[str]]) -> Float64Array:
    return np.array([[float.fromhex(text) for text in row] for row in rows])


def sentence(found: Found) -> str:
    """The result in one line."""
    done = found["rounds done"]
    called = f"{done} round{'s' if done > 1 else ''} of {found['rows in a round']:,} rows"
    return f"{_size(found)} (grade {found['worst']['grade']}), {called}"


def _size(found: Found) -> str:
    worst = found["worst"]
    if worst["ulp"] is None:
        return f"{worst['got']} where {float.fromhex(worst['exact']):.4g} is right"
    return (
        f"worst error >= {worst['ulp']:.4g} ulp, "
        f"{worst['share of the bound']:.3g} of grade B's bound"
    )


def table(found: Iterable[Found]) -> str:
    """All of them as a table in Markdown: a row a function, format and quantity, by lengths."""
    rows: dict[tuple[str, str, str], dict[int, str]] = {}
    for each in found:
        what = "gradient" if each["quantity"] == "vjp" else "value"
        row = f"`{each['implementation']}`", each["format"], what
        rows.setdefault(row, {})[each["n"]] = _cell(each)
    lengths = sorted({n for cells in rows.values() for n in cells})
    head = ["function", "format", "of", *(f"n = {n:,}" for n in lengths)]
    lines = [head, ["---"] * 3 + ["---:"] * len(lengths)]
    lines += [[*row, *(cells.get(n, "") for n in lengths)] for row, cells in rows.items()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(found: Found) -> str:
    worst = found["worst"]
    if worst["ulp"] is None:
        return f"{worst['got']} (F)"
    return f"≥ {worst['ulp']:.3g} ({worst['share of the bound']:.2g}, {worst['grade']})"


def finite(number: float) -> float | None:
    """A number as JSON has it; none where it is infinite or NaN."""
    return number if math.isfinite(number) else None
