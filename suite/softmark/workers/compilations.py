"""Where JAX keeps what it compiles, so that no other process compiles the same again.

Each step of an eager function is compiled for each shape and format, which takes XLA tens of
milliseconds; to read it back takes a fifth of that.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path
from typing import Final

from softmark import environment

CHOSEN: Final = "JAX_COMPILATION_CACHE_DIR"
"""Where it is set, the user has chosen a folder."""

MOST: Final = 30_000
"""Files of some kilobytes, beyond which the folder is made anew."""


def variables() -> dict[str, str]:
    """What JAX reads when it is imported; nothing where no folder of the user's own can be had."""
    if CHOSEN in os.environ:
        return {}
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(cache) / "softmark" / f"jax-{_processor()}"
    return {CHOSEN: str(folder), **everything()} if _is_ready(folder) else {}


def everything() -> dict[str, str]:
    """Keep what compiles quickly, too: JAX keeps what takes a second."""
    return {
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }


def _processor() -> str:
    """A word for the processor: compiled code is for its instructions."""
    told = environment.machine()
    words = f"{told['cpu']} {told['isa']} {told['system']}"
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _is_ready(folder: Path) -> bool:
    """Whether it is there, and nobody else may write into it: what it holds is executed."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if len(os.listdir(folder)) > MOST:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        held = folder.stat()
    except OSError:
        return False
    is_open = held.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return held.st_uid == os.getuid() and not is_open and os.access(folder, os.W_OK)
