"""Messages between two processes: a JSON header and raw arrays, nothing that is executed.

A message is two lengths (header, arrays; 8 bytes each, little-endian), the
header as JSON and the bytes of the arrays one after the other.  The header
says of each array its type and shape.  The other side may be a user's code
gone wrong, so every length and type is checked before it is believed.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.writable import cleaned

LENGTHS: Final = struct.Struct("<QQ")
LONGEST_HEADER: Final = 2**24
TYPES: Final = frozenset(
    {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)} | {"bool", "float64"}
)


class WireError(Exception):
    """The other side sent what is no message."""


@dataclass(frozen=True)
class Message:
    """A header of JSON values, and named arrays."""

    header: dict[str, Any]
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)


def dump(message: Message) -> list[bytes | memoryview]:
    """The pieces of a message, to be sent in order."""
    arrays = {name: np.ascontiguousarray(a) for name, a in message.arrays.items()}
    described = [
        [name, a.dtype.name, list(message.arrays[name].shape)] for name, a in arrays.items()
    ]
    header = json.dumps({**message.header, "arrays": described}, allow_nan=False).encode()
    total = sum(a.nbytes for a in arrays.values())
    bodies = [a.reshape(-1).view(np.uint8).data for a in arrays.values() if a.nbytes]
    return [LENGTHS.pack(len(header), total), header, *bodies]


def load(receive: Callable[[memoryview], None]) -> Message:
    """Read one message.

    Parameters
    ----------
    receive:
        Fills a buffer from the other side.

    Raises
    ------
    WireError
        What came is no message.
    """
    lengths = bytearray(LENGTHS.size)
    receive(memoryview(lengths))
    header_length, total = LENGTHS.unpack(lengths)
    if header_length > LONGEST_HEADER:
        raise WireError(f"a header of {header_length} bytes")
    text = bytearray(header_length)
    receive(memoryview(text))
    header, arrays = _described(text, total)
    for array in arrays.values():
        if array.nbytes:
            receive(array.reshape(-1).view(np.uint8).data)
    return Message(header, arrays)


def _described(text: bytearray, total: int) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header, and room for the arrays that it describes."""
    try:
        header = json.loads(text, parse_float=_finite, parse_constant=_finite)
        if b"\\ud" in text.lower():  # perhaps half a character, which no record can hold
            header = cleaned(header)
        described = header.pop("arrays")
        sizes = [_size(type_name, shape) for _, type_name, shape in described]
        if sum(sizes) != total:
            raise WireError("arrays of another length than announced")
        return header, {name: np.empty(shape, type_name) for name, type_name, shape in described}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError) as error:
        raise WireError(f"a header that cannot be read ({error})") from error


def _finite(text: str) -> float:
    """A number of a header; this side sends no other ones either."""
    if not math.isfinite(number := float(text)):
        raise ValueError(f"{text:.20} is no finite number")
    return number


def _size(type_name: str, shape: list[int]) -> int:
    if type_name not in TYPES:
        raise WireError(f"an array of type {type_name!r}")
    if not all(isinstance(length, int) and length >= 0 for length in shape):
        raise WireError(f"an array of shape {shape!r}")
    return math.prod(shape) * np.dtype(type_name).itemsize
