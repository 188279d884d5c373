"""numba's compiler behind two typed decorators; see ``softmark_implementations.numba_cache``."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import llvmlite.binding
from numba import njit

from softmark_implementations.numba_cache import SETTINGS, compiled, folder_of

F = TypeVar("F", bound=Callable[..., object])
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
    return folder_of("oracle", _SOURCES.glob("*.py"), f" fma={has_fma()}")


def inlined(function: F) -> F:
    """Compile a scalar step that kernels call; LLVM inlines it."""
    return cast(F, njit(nogil=True, error_model="numpy")(function))


def kernel(function: F) -> F:
    """Compile, on first call, a function over arrays that Python calls; it releases the lock."""
    folder = None if DISABLED else cache_folder()
    return cast(F, compiled(function, folder, error_model="numpy"))
