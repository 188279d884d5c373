"""Short words that stand for bits: the worker names what it holds, and the other side compares.

A function shares a process with what calls it, and can make ``np.array_equal`` say that nothing
changed.  So what a worker answers is no judgement but a digest of the bits, made by a function of
C that was bound before the function was loaded.
"""

from __future__ import annotations

import zlib
from typing import Any

from numpy.typing import NDArray


def digest(bits: NDArray[Any], *, of: Any = None, crc32: Any = zlib.crc32) -> str:
    """The shape and a checksum of the bytes, taken as numbers of the type ``of`` if it is given."""
    held = bits if of is None or bits.dtype == of else bits.astype(of)
    return f"{held.shape}{crc32(held if held.flags.c_contiguous else held.copy('C')):08x}"
