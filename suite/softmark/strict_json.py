"""JSON of a file that anybody may have written: strictly JSON, and never more than fits in memory.

Python's own reader takes NaN, a number beyond the largest float as infinity,
and of a name that stands twice the last; each would be a wrong number that
nobody notices.  msgspec's, which is four times as fast, refuses the first two,
so it reads a line that repeats no name, and Python's says what is wrong with
the others.  Neither executes what it reads.
"""

from __future__ import annotations

import errno
import json
import math
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

LONGEST_LINE: Final = 2**23
"""Bytes of a line that is read; the longest that softmark writes has some 50,000."""

LARGEST_FILE: Final = 2**26
"""Bytes of a file that is read as a whole."""

DEEPEST: Final = 16
"""Brackets within brackets; softmark writes six at most."""

_READER: Final = msgspec.json.Decoder()
_WRITER: Final = msgspec.json.Encoder()


def parse(raw: bytes) -> Any:
    """The value that ``raw`` stands for.

    Raises
    ------
    ValueError
        It is not JSON, or says something twice, or nests too deeply.
    """
    try:
        value = _READER.decode(raw)
        if not _repeats_no_name(raw, value):
            value = _slowly(raw)
    except (msgspec.MsgspecError, RecursionError):
        value = _slowly(raw)
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _is_deep(value):
        raise ValueError(f"brackets nested too deeply, more than {DEEPEST} levels")
    return value


def _repeats_no_name(raw: bytes, value: Any) -> bool:
    """Whether ``value`` has all colons of ``raw``: a name left out takes its colon along."""
    may_escape_colons = b"\\u003a" in raw or b"\\u003A" in raw
    return not may_escape_colons and raw.count(b":") == _WRITER.encode(value).count(b":")


def _slowly(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode(),
            parse_constant=_no_number,
            parse_float=_finite,
            object_pairs_hook=_said_once,
        )
    except RecursionError:
        raise ValueError("brackets nested too deeply") from None


def _is_deep(value: Any) -> bool:
    """Whether there are more than ``DEEPEST`` levels of lists and objects, level by level."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return any(isinstance(inner, dict | list) for inner in level)


def opened(path: Path) -> BinaryIO:
    """A regular file, to be read; a pipe or a device may have no end, or no beginning.

    Raises
    ------
    OSError
        It cannot be opened, or is no regular file.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    return path.open("rb")


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
    with opened(path) as stream:
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
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"the field {twice!r} stands there twice")
    return found
