"""The last ``softmark check``, kept so that ``softmark repro`` finds its records.

A check leaves no file where the user works; its records are kept in the user's
cache folder, and only those of the last one.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def place() -> Path:
    """Where the last check is kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(cache) / "softmark" / "last-check.json"


def keep(document: Mapping[str, Any]) -> None:
    """Keep a check; where it cannot be written there is none to be found later."""
    path = place()
    with contextlib.suppress(OSError, ValueError, TypeError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")
        partial.replace(path)
