"""JSON of a file that anybody may have written: strictly JSON, and never more than fits in memory.

Python's own reader takes NaN, a number beyond the largest float as infinity,
and of a name that stands twice the last; each would be a wrong number that
nobody notices.  It never executes what it reads.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

LONGEST_LINE: Final = 2**23
"""Bytes of a line that is read; the longest that softmark writes has some 50,000."""

LARGEST_FILE: Final = 2**26
"""Bytes of a file that is read as a whole."""


def parse(raw: bytes) -> Any:
    """The value that ``raw`` stands for.

    Raises
    ------
    ValueError
        It is not JSON, or says something twice, or nests too deeply.
    """
    try:
        return json.loads(
            raw.decode(),
            parse_constant=_no_number,
            parse_float=_finite,
            object_pairs_hook=_said_once,
        )
    except RecursionError:
        raise ValueError("brackets nested too deeply") from None


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a file with their numbers; ``None`` for one that is too long to be read."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) <= LONGEST_LINE:
            yield number, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(LONGEST_LINE)
        yield number, None


def read(path: Path) -> Any:
    """The value that a whole file stands for.

    Raises
    ------
    OSError, ValueError
        It cannot be read, is no JSON, or is too large.
    """
    return parse(whole(path))


def whole(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """The bytes of a file that has no more than ``largest``.

    Raises
    ------
    OSError, ValueError
        It cannot be read, or is too large.
    """
    with path.open("rb") as stream:
        raw = stream.read(largest + 1)
    if len(raw) > largest:
        raise ValueError(f"it is larger than {largest // 2**20} MiB")
    return raw


def _no_number(token: str) -> float:
    raise ValueError(f"{token} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is beyond the largest number")
    return number


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"the field {twice!r} stands there twice")
    return found
