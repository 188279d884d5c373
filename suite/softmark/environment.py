"""What a measurement was made on: the machine, the software, the state of the arithmetic.

A number without these cannot be compared with another one.  ``softmark env``
prints them, and every results file starts with them.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

import psutil

import softmark
from softmark.records import Json

PACKAGES: Final = ("numpy", "scipy", "numba", "python-flint", "ml-dtypes")
"""Distributions of this process whose version may change a result; a worker tells its own."""

ISA: Final = ("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "neon", "sve")
"""Instruction sets that decide which kernel a framework picks."""

WIDEST: Final = ("avx512f", "avx2", "sve", "neon")
"""Those of them that decide most, widest first."""


def environment(worker: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """Everything about this machine and process, and what a worker told of itself.

    Parameters
    ----------
    worker:
        Versions, devices, denormal mode, threads; see ``softmark.workers.serving``.
    """
    found: dict[str, Json] = {
        "machine": machine(),
        "softmark": {"version": softmark.__version__, "commit": commit(), "modified": _modified()},
        "python": platform.python_version(),
        "packages": dict(_packages()),
        "load": [round(load, 2) for load in _load()],
    }
    if worker is not None:
        found["worker"] = dict(worker)
    return found


def machine() -> dict[str, Json]:
    """The computer: name, processor, instruction sets, memory, operating system."""
    return {
        "name": machine_name(),
        "cpu": cpu_model(),
        "isa": [name for name in ISA if name in _flags()],
        "cores": psutil.cpu_count(logical=False),
        "processors": psutil.cpu_count(),
        "available processors": _available(),
        "memory bytes": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()}",
        "libc": " ".join(platform.libc_ver()).strip(),
    }


@cache
def machine_name() -> str:
    """A name for the kind of machine: processor, widest vectors, cores.

    A processor's name alone is not enough: with AVX-512 a framework runs other
    kernels, and two kinds of results would share a folder.
    """
    words = [cpu_model().lower(), *(name for name in WIDEST if name in _flags())][:2]
    slug = re.sub(r"[^a-z0-9]+", "-", " ".join(words)).strip("-")
    return f"{slug}-{_available()}-cores"


@cache
def _flags() -> frozenset[str]:
    """What the processor says that it can do: x86 calls them flags, Arm features."""
    return frozenset((*_cpuinfo("flags").split(), *_cpuinfo("Features").split()))


def cpu_model() -> str:
    """The processor's name for itself."""
    return _cpuinfo("model name") or platform.processor() or platform.machine() or "unknown"


def commit() -> str:
    """The commit of the checkout that softmark runs from; empty when it is no checkout."""
    return _git("rev-parse", "HEAD")


def _modified() -> bool:
    """Whether the checkout's tracked files differ from its commit."""
    return bool(_git("status", "--porcelain", "--untracked-files=no"))


@cache
def _git(*command: str) -> str:
    folder = Path(softmark.__file__).resolve().parent
    if not (folder.parents[1] / ".git").exists():  # another project's checkout, or none
        return ""
    try:
        done = subprocess.run(
            ["git", *command], cwd=folder, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


@cache
def _cpuinfo(field: str) -> str:
    """A field of the first processor in /proc/cpuinfo; empty where there is no such file."""
    try:
        text = Path("/proc/cpuinfo").read_text(errors="replace")
    except OSError:
        return ""
    found = re.search(rf"^{re.escape(field)}\s*: (.*)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def _available() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _load() -> tuple[float, ...]:
    return os.getloadavg() if hasattr(os, "getloadavg") else ()


def _packages() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
