"""The last check of each target, kept so that ``softmark repro`` finds its records.

A check leaves no file where the user works; its records are kept in the user's cache folder, one
file for each target, and those of the last few targets.  A target is found again from any folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

TARGETS: Final = 20
"""Targets whose last check is kept."""


def place() -> Path:
    """The folder of the last checks."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(cache) / "softmark" / "checks"


def kept() -> list[Path]:
    """The last check of each target, older ones first; empty where none can be found."""
    with contextlib.suppress(OSError):
        return sorted(place().glob("*.json"), key=_age)
    return []


def keep(document: Mapping[str, Any]) -> None:
    """Keep a check; where it cannot be written there is none to be found later."""
    here = {"folder": os.getcwd(), "checked": datetime.now(UTC).isoformat(timespec="seconds")}
    named = json.dumps([here["folder"], document["target"], document["operation"]])
    path = place() / f"{hashlib.sha256(named.encode()).hexdigest()[:16]}.json"
    with contextlib.suppress(OSError, ValueError, TypeError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps({**document, **here}, allow_nan=False), encoding="utf-8")
        partial.replace(path)
        for older in kept()[:-TARGETS]:
            older.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another check has just left it out
        return 0.0
