"""Numbers as records spell them: in hexadecimal, and as damaged files may have anything there."""

from __future__ import annotations

from typing import Any


def from_hex(told: Any) -> float | None:
    """The number, or nothing where there is none."""
    try:
        return float.fromhex(told)
    except (TypeError, ValueError, OverflowError):
        return None
