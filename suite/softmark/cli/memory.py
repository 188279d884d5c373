"""What the command's own process frees, it keeps, for the arrays that come next.

Each case makes arrays of megabytes.  Left to itself the C library gives them back one by one, and
the system clears each page before it hands it out again: a tenth of a check.  The workers, where
functions are called, are left as they are.
"""

from __future__ import annotations

import contextlib
import ctypes
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
"""Parameters of glibc's ``mallopt``; other libraries have none."""

_LARGEST: Final = 32 * 2**20
"""Bytes of an array that is kept; glibc takes no larger number."""

_KEPT: Final = 512 * 2**20


def keep_what_is_freed() -> None:
    """Set it for this process, where the C library lets it be set."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGEST)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
