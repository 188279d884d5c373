"""numba's compiler behind two typed decorators, with a cache that knows what it was compiled from.

numba's own cache watches the one file in which a compiled function stands, not the files of the
functions that it calls: a corrected constant could go unused.  So the cache folder is named
after a digest of all sources of the kernel.  It lies in the user's cache folder, which serves a
read-only installation too, and is his alone; where nothing can be written, functions are compiled
anew in each process.  What is damaged in it is compiled anew too, see ``compiled``.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite.binding
import numba
from numba import njit

from softmark.oracle.compiled import CheckedCache, is_own

F = TypeVar("F", bound=Callable[..., object])
SETTINGS: Any = numba.config
DISABLED: bool = bool(SETTINGS.DISABLE_JIT)
"""``NUMBA_DISABLE_JIT=1``: kernels are plain, slow Python, for debuggers and mutation tests."""
_SOURCES = Path(__file__).parent


@cache
def has_fma() -> bool:
    """Whether kernels use the processor's fused multiply-add.

    ``SOFTMARK_ORACLE_FMA=off`` in the environment forces the generic code, slow and just as right.
    """
    if os.environ.get("SOFTMARK_ORACLE_FMA", "auto") == "off" or DISABLED:
        return False
    x86 = llvmlite.binding.get_process_triple().startswith(("x86_64", "i686"))
    return not x86 or bool(llvmlite.binding.get_host_cpu_features().get("fma"))


@cache
def cache_folder() -> str | None:
    """Where compiled kernels are kept, or None where no folder can be written."""
    digest = hashlib.sha256(f"{numba.__version__} fma={has_fma()}".encode())
    for source in sorted(_SOURCES.glob("*.py")):
        digest.update(source.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    roots = [
        os.environ.get("NUMBA_CACHE_DIR"),
        home or os.path.join(os.path.expanduser("~"), ".cache"),
    ]
    for root in filter(None, roots):
        folder = Path(root) / "softmark" / f"oracle-{digest.hexdigest()[:16]}"
        if _writable(folder):
            return str(folder)
    return None


def _writable(folder: Path) -> bool:
    """Whether there is such a folder, of the user's own, and it can be written."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return is_own(folder)
    except OSError:
        return False


def inlined(function: F) -> F:
    """Compile a scalar step that kernels call; LLVM inlines it."""
    return cast(F, njit(nogil=True, error_model="numpy")(function))


def kernel(function: F) -> F:
    """Compile, on first call, a function over arrays that Python calls; it releases the lock."""
    folder = None if DISABLED else cache_folder()
    if folder is None:
        return inlined(function)
    before, SETTINGS.CACHE_DIR = SETTINGS.CACHE_DIR, folder
    try:
        compiled: Any = njit(nogil=True, error_model="numpy")(function)
        compiled._cache = CheckedCache(function, folder)
        return cast(F, compiled)
    finally:
        SETTINGS.CACHE_DIR = before
