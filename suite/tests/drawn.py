"""The examples of a property: a third of them in each run, the same ones; all at night, and new."""

from __future__ import annotations

import os
from typing import Final

AT_NIGHT: Final = "SOFTMARK_NIGHTLY" in os.environ
"""``nox -s nightly`` sets it."""


def examples(count: int) -> int:
    return count if AT_NIGHT else count // 3
