"""Files that look right: records of real runs with one field or more changed, and signed anew.

A file of ``mutated`` is made by a seed alone.  Its lines are JSON, its records have the names that
their fields give them, and what was changed has another type, another depth or another size.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import math
import random
import resource
import time
import traceback
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
from recorded import lines_of

from softmark.cli import softmark

Line = dict[str, Any]

NUMBERS: Final = (0, 1, -1, 2, 33, 2**24, 2**34, 2**53, 2**63 - 1, -(2**63), 2**63, 10**30, 10**400)
FLOATS: Final = (0.0, -0.0, 1e-320, 5e-324, 1e308, -1e308, 1.7976931348623157e308, 0.1, 1e17)
TEXTS: Final = (
    "", "x", "nan", "inf", "-inf", "0x1p0", "0x1p99999", "1e999", "float64", "softmax", "vjp",
    "time", "index", "probability", "A" * 900, "A" * 70_000, "x, " * 3000, "(" * 3000, "a/" * 2000,
    "\n" * 500, "<b>&\"'", "\x1b[2J", "\u202e\u2028\x00", "../../x", "%s{0}", "=1+1", "é" * 500,
    "|", "`", "\ud800",
)  # fmt: skip
PLAIN: Final = (None, True, False, *NUMBERS, *FLOATS, *TEXTS)


def anything(draw: random.Random) -> Any:
    """A value of any type, depth or size."""
    match draw.randrange(8):
        case 0:
            return [draw.choice(PLAIN) for _ in range(draw.choice((0, 1, 2, 31, 32, 33, 5000)))]
        case 1:
            return {str(draw.choice(TEXTS)): draw.choice(PLAIN) for _ in range(draw.randrange(4))}
        case 2:
            return _nested(draw, draw.choice((2, 5, 14, 17, 300, 400)))
        case 3:
            return [[draw.choice(PLAIN)]] * draw.choice((1, 50))
        case _:
            return draw.choice(PLAIN)


def _nested(draw: random.Random, levels: int) -> Any:
    value = draw.choice(PLAIN)
    for _ in range(levels):
        value = [value] if draw.random() < 0.5 else {"a": value}
    return value


def alike(value: Any, draw: random.Random) -> Any:
    """A value of the same type."""
    match value:
        case bool():
            return not value
        case int():
            return draw.choice(NUMBERS)
        case float():
            return draw.choice((*FLOATS, *NUMBERS))
        case str():
            return draw.choice(TEXTS)
        case list() if value:
            return draw.choice((value * 700, value[:1], value[::-1], value * 2, [value]))
        case dict() if value:
            return dict(draw.sample(list(value.items()), len(value) // 2))
    return anything(draw)


def changed(line: Line, draw: random.Random) -> Line:
    """The line with a few of its values, at any depth, replaced, left out or put elsewhere."""
    line = copy.deepcopy(line)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        places = [place for place in _places(line) if place[1] not in ("kind", "schema", "id")]
        held, key = draw.choice(places)
        change = draw.random()
        if change < 0.1 and isinstance(held, dict):
            del held[key]
        elif change < 0.2:
            other, name = draw.choice(places)
            held[key] = copy.deepcopy(other.get(name) if isinstance(other, dict) else other)
        else:
            held[key] = (alike if change < 0.6 else lambda _, draw: anything(draw))(held[key], draw)
    return line


def _places(value: Any, levels: int = 8) -> Iterator[tuple[Any, Any]]:
    if levels and isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(min(len(value), 20)):
            yield value, key
            yield from _places(value[key], levels - 1)


def signed(line: Line) -> Line:
    """The record with the twins of its numbers and the name that its fields give it."""
    for name in ("value", "bound", "good_bound"):
        number = line.get(name)
        if isinstance(number, float):
            line[f"{name}_hex"] = number.hex()
        elif f"{name}_hex" in line and number is None and line[f"{name}_hex"] not in ("nan", "inf"):
            line[f"{name}_hex"] = None
    recipe = json.dumps([line.get("device"), line.get("case"), line.get("metric")], sort_keys=True)
    digest = hashlib.sha256(recipe.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    named = (line.get("implementation"), line.get("check"), line.get("format"), digest)
    return line | {"id": "/".join(map(str, named))}


@dataclass(frozen=True)
class Real:
    """A header and records of real runs."""

    header: Line
    records: list[Line]

    @classmethod
    def read(cls) -> Real:
        """Records of each check, verdict and metric, of two frameworks, from the results kept."""
        kept: dict[tuple[str, ...], Line] = {}
        header: Line = {}
        for framework in ("numpy", "torch"):
            lines = lines_of(framework)
            header = lines[0] | {"specification": {}, "implementations": {}, "known_failures": []}
            for line in lines[1:]:
                if line["kind"] == "record":
                    named = tuple(line[name] for name in ("check", "verdict", "metric"))
                    kept.setdefault((framework, *named), line)
        return cls(header, list(kept.values()))


LONGEST: Final = 9 * 2**20
"""Characters of a line; a reader takes none of more than 8 MiB."""


def mutated(real: Real, seed: int, count: int = 12) -> tuple[bytes, list[str]]:
    """A file of changed records among good ones, and the names of its records."""
    draw = random.Random(seed)
    is_other = draw.random() < 0.15
    header = _short(changed(real.header, draw), real.header) if is_other else real.header
    chosen = draw.sample(real.records, count)
    lines = [
        signed(_short(changed(line, draw), line)) if draw.random() < 0.8 else line
        for line in chosen
    ]
    text = "".join(json.dumps(line) + "\n" for line in [header, *lines, {"kind": "end"}])
    return text.encode("utf-8", "surrogatepass"), [line["id"] for line in lines]


def _short(line: Line, else_: Line) -> Line:
    return line if _is_short(line) and len(json.dumps(line)) <= LONGEST else else_


def _is_short(line: Line) -> bool:
    """Whether its texts are, counted before they are written out, which could take gigabytes."""
    left, values = LONGEST, list[Any]([line])
    while values and left >= 0:
        value = values.pop()
        left -= len(value) if isinstance(value, str) else 1
        if isinstance(value, dict | list):
            values += value.values() if isinstance(value, dict) else value
    return left >= 0


class Wrong(AssertionError):
    """A command did not bear a file; the message says which and how."""


TABLES: Final = ("csv", "markdown", "junit", "badge", "json", "markdown", "junit", "badge")
"""The first and the fifth take five times as long as the others."""
SECONDS: Final = 2.0
"""Of processor time for a file of 200 kB."""

BUSY: Final = 3.0
"""How many times as long a command may take here: processor time too grows on a busy machine."""

MOST_MIB: Final = 500
"""Of memory, after any number of files."""


def commands(path: Path, base: Path, names: list[str], seed: int, pages: bool) -> list[list[str]]:
    """What is run on a file: one command for each thing that reads results."""
    file = str(path)
    said = [
        ["compare", str(base), file],
        ["compare", file, str(base)],
        ["compare", "--history", file, str(base)],
    ]
    said.append(["repro", random.Random(seed).choice(names), file])
    if seed % 4 == 0:  # these read all of a file, and take ten times as long or fifty
        kind = TABLES[seed // 4 % len(TABLES)]
        said.append(["report", file, "--format", kind, "--out", str(path.parent / f"out-{kind}")])
    if seed % 50 == 0:
        said.append(["list", "checks"])
    if pages:
        said.append(["report", file, "--out", str(path.parent / "pages")])
    return said


def try_file(real: Real, seed: int, folder: Path, *, pages: bool) -> int:
    """Run every command on the file with this number, and say how many there were.

    Raises
    ------
    Wrong
        One ended with an internal error, took too long or too much memory.
    """
    path, base = folder / "changed.jsonl", folder / "base.jsonl"
    raw, names = mutated(real, seed)
    path.write_bytes(raw)
    if not base.exists():
        good = [real.header, *real.records[:12]]
        base.write_text("".join(json.dumps(line) + "\n" for line in good))
    told = commands(path, base, names, seed, pages)
    for arguments in told:
        _run(arguments, seed, allowed=BUSY * SECONDS * max(1.0, len(raw) / 200_000))
    return len(told)


def _run(arguments: list[str], seed: int, *, allowed: float) -> None:
    """Run a command as ``softmark.cli.main`` does, without a process of its own."""
    said = f"file {seed}: softmark {' '.join(arguments)[:300]}"
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace")
    start, code = time.process_time(), 0
    try:
        with redirect_stdout(out), redirect_stderr(out):
            code = softmark.main(arguments, standalone_mode=False) or 0
    except click.ClickException as error:
        code = error.exit_code
    except SystemExit as error:
        code = int(error.code or 0)
    except Exception as error:
        where = "".join(traceback.format_exception(error)[-3:])
        raise Wrong(f"{said}: {where}") from error
    took = time.process_time() - start
    if code not in (0, 1, 2):
        raise Wrong(f"{said} ended with {code}")
    if took > allowed:
        raise Wrong(f"{said} took {took:.1f} s of processor time")


def warm_up(real: Real, folder: Path) -> None:
    """Import what commands import, so that the first file does not pay for it."""
    path = folder / "warm.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in [real.header, *real.records[:12]]))
    for arguments in commands(path, path, [line["id"] for line in real.records[:12]], 0, True):
        _run(arguments, -1, allowed=math.inf)


def largest_mib() -> int:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
