"""Memory between two pages that cannot be read: who reads beyond it gets a signal."""

from __future__ import annotations

import ctypes
import mmap
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark_implementations.framework import ENDS_AT_PAGE, NotOffered

_NOTHING: Final = 0
"""What may be done with a page: neither read nor write."""


def bytes_at_the_edge(count: int, layout: str) -> NDArray[np.uint8]:
    """Bytes that end where a page ends, or begin where one begins; see ``EDGES``.

    The page beyond them, on either side, cannot be read or written.

    Raises
    ------
    NotOffered
        The system has no such protection.
    """
    page = mmap.PAGESIZE
    inner = max(1, -(-count // page)) * page
    room = np.frombuffer(mmap.mmap(-1, inner + 2 * page), np.uint8)
    for start in (0, page + inner):
        _protect(room.ctypes.data + start, page)
    first = page + inner - count if layout == ENDS_AT_PAGE else page
    return room[first : first + count]


def _protect(address: int, count: int) -> None:
    try:
        protect: Any = ctypes.CDLL(None, use_errno=True).mprotect
    except (AttributeError, OSError, TypeError):  # Windows
        raise NotOffered("memory that cannot be read needs mprotect of the system") from None
    if protect(ctypes.c_void_p(address), ctypes.c_size_t(count), _NOTHING):
        raise NotOffered(f"mprotect fails with error {ctypes.get_errno()}")
