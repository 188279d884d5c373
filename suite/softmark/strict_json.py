"""JSON of a file that anybody may have written: strictly JSON, and never more than fits in memory.

Python's own reader takes NaN, a number beyond the largest float as infinity,
and of a name that stands twice the last; each would be a wrong number that
nobody notices.  msgspec's, which is four times as fast, refuses the first two,
so it reads a line that repeats no name, and Python's says what is wrong with
the others.  Neither executes what it reads.
"""

from __future__ import annotations

import errno
import gzip
import io
import json
import lzma
import math
import stat
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import msgspec

LONGEST_LINE: Final = 2**23
"""Bytes of a line that is read; the longest that softmark writes has some 50,000."""

LARGEST_FILE: Final = 2**26
"""Bytes of a file that is read as a whole."""

LARGEST_UNPACKED: Final = 2**30
"""Bytes that a compressed file may unpack to."""

PACKED: Final = (".gz", ".xz")
"""How the names of compressed files end."""

MOST_MEMORY: Final = 2**27
"""Bytes that unpacking may take; the strongest setting of xz needs half of it."""

PIECE: Final = 2**16
"""Compressed bytes that are read at once."""

DEEPEST: Final = 16
"""Brackets within brackets; softmark writes six at most."""

LARGEST: Final = 2**63
"""Integers are below, as those of any other reader are."""

_READER: Final = msgspec.json.Decoder()
_WRITER: Final = msgspec.json.Encoder()
_OUTLINE: Final = bytes.maketrans(b"123456789[,:-\t\r\n", b"000000000       ")
_LONG_INTEGER: Final = b" " + b"0" * len(str(LARGEST))


def parse(raw: bytes) -> Any:
    """The value that ``raw`` stands for.

    Raises
    ------
    ValueError
        It is not JSON, says something twice, nests too deeply, or holds an integer of more than
        64 bits.
    """
    try:
        value = _READER.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return _slowly(raw)
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _is_deep(value):
        return _slowly(raw)
    if _LONG_INTEGER in raw.translate(_OUTLINE) or not _repeats_no_name(raw, value):
        return _slowly(raw)
    return value


def _repeats_no_name(raw: bytes, value: Any) -> bool:
    """Whether ``value`` has all colons of ``raw``: a name left out takes its colon along."""
    may_escape_colons = b"\\u003a" in raw or b"\\u003A" in raw
    return not may_escape_colons and raw.count(b":") == _WRITER.encode(value).count(b":")


def _slowly(raw: bytes) -> Any:
    """The same by Python's reader, which says what is wrong."""
    try:
        value = json.loads(
            raw.decode(),
            parse_constant=_no_number,
            parse_float=_finite,
            object_pairs_hook=_said_once,
        )
    except RecursionError:
        raise ValueError("brackets nested too deeply") from None
    if _is_deep(value):
        raise ValueError(f"brackets nested too deeply, more than {DEEPEST} levels")
    return value


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


class Damaged(ValueError):
    """A compressed file that cannot be unpacked from here on."""


def is_packed(path: Path) -> bool:
    """Whether the name of a file says that it is compressed."""
    return path.suffix in PACKED


def lines_of(stream: BinaryIO, path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The ``lines`` of a file that may be compressed, as the end of its name says.

    Raises
    ------
    Damaged
        The rest cannot be unpacked, or is more than ``LARGEST_UNPACKED`` bytes.
    """
    if not is_packed(path):
        yield from lines(stream)
        return
    with _unpacking(stream, path.suffix) as packed:
        yield from lines(packed, LARGEST_UNPACKED)


@contextmanager
def _unpacking(stream: BinaryIO, suffix: str) -> Iterator[BinaryIO]:
    """What a compressed stream unpacks to."""
    opened = gzip.GzipFile(fileobj=stream) if suffix == ".gz" else _Xz(stream)
    try:
        with opened, io.BufferedReader(cast(io.RawIOBase, opened)) as buffered:
            yield cast(BinaryIO, buffered)
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise Damaged(f"the compressed file is damaged ({error})") from error


class _Xz(io.RawIOBase):
    """A stream compressed by xz, unpacked piece by piece; Python's own reader has no limit.

    Parameters
    ----------
    stream:
        The compressed bytes.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._xz = lzma.LZMADecompressor(lzma.FORMAT_XZ, MOST_MEMORY)
        self._place = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any) -> int:
        piece = b""
        while not piece and not self._xz.eof:
            raw = self._stream.read(PIECE) if self._xz.needs_input else b""
            if self._xz.needs_input and not raw:
                raise EOFError("it ends too early")
            piece = self._xz.decompress(raw, len(buffer))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


def lines(stream: BinaryIO, largest: int | None = None) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a file with their numbers; ``None`` for one that is too long to be read.

    Raises
    ------
    Damaged
        It has more than ``largest`` bytes.
    """
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        is_long = len(raw) > LONGEST_LINE
        while is_long and raw and not raw.endswith(b"\n"):
            _refuse_beyond(largest, stream)
            raw = stream.readline(LONGEST_LINE)
        _refuse_beyond(largest, stream)
        yield number, None if is_long else raw


def _refuse_beyond(largest: int | None, stream: BinaryIO) -> None:
    if largest is not None and stream.tell() > largest:
        raise Damaged(f"it unpacks to more than {largest // 2**20} MiB")


def read(path: Path) -> Any:
    """The value that a whole file stands for.

    Raises
    ------
    OSError, ValueError
        It cannot be read, is no JSON, or is too large.
    """
    return parse(whole(path))


def whole(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """The bytes of a file that has no more than ``largest``, of a compressed one once unpacked.

    Raises
    ------
    OSError, ValueError
        It cannot be read, is damaged, or is too large.
    """
    with opened(path) as stream:
        if is_packed(path):
            with _unpacking(stream, path.suffix) as packed:
                raw = packed.read(largest + 1)
        else:
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
        raise ValueError(f"duplicate field {twice!r}")
    for name, value in pairs:
        if type(value) in (int, list) and _is_large(value):
            raise ValueError(f"the field {name!r} holds a number that is too large")
    return found


def _is_large(value: Any) -> bool:
    """Whether it is an integer beyond ``LARGEST``, or a list that holds one at any depth."""
    level = [value]
    while level:
        if any(type(each) is int and not -LARGEST <= each < LARGEST for each in level):
            return True
        level = [inner for each in level if isinstance(each, list) for inner in each]
    return False
