"""How a worker is run: what is fixed before its interpreter starts, because later is too late.

Frameworks read the number of threads from the environment when they are
imported, and hashing is seeded when the interpreter starts.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Final

from softmark.workers import compilations

_THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "NPROC",
)

WORKER_VARIABLE: Final = "SOFTMARK_WORKER"
"""Set in the environment of a worker, so that code can tell that it is imported there."""


@dataclass(frozen=True)
class WorkerSettings:
    """How a worker is run.

    Attributes
    ----------
    python:
        The interpreter; by default this one.
    device:
        ``cpu`` or ``cuda``.
    seed:
        Seeds the framework's generators, and hashing.
    threads:
        Threads that a framework may use; by default one for each processor.
    memory:
        Bytes of resident memory at which the worker is ended; by default four fifths of what
        is free when it starts.
    start_timeout:
        Seconds for the interpreter to start, and again for a framework to be imported.
    search:
        Folders in which modules are looked for before any other.
    counts_memory:
        Whether the worker is there to count the memory that calls take, which slows them.
    """

    python: str = sys.executable
    device: str = "cpu"
    seed: int = 0
    threads: int | None = None
    memory: int | None = None
    start_timeout: float = 120.0
    search: tuple[str, ...] = ()
    counts_memory: bool = False


def allowed_threads(settings: WorkerSettings) -> int:
    """Threads that a framework may use in a worker with these settings."""
    return settings.threads or len(processors(None)) or 1


def processors(threads: int | None, place: int = 0) -> list[int]:
    """The processors for ``threads``, or all that this process may use; empty where unknown.

    Those of another ``place`` are others, as long as there are such.
    """
    if not hasattr(os, "sched_getaffinity"):
        return []
    own = sorted(os.sched_getaffinity(0))
    first = place * (threads or 0) % len(own)
    return sorted((own[first:] + own[:first])[:threads])


def process_environment(settings: WorkerSettings, threads: int) -> dict[str, str]:
    """The worker's environment: this one, with what decides arithmetic and threads fixed."""
    fixed = dict.fromkeys(_THREAD_VARIABLES, str(threads))
    fixed |= {
        "PYTHONHASHSEED": str(settings.seed % 2**32),
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        WORKER_VARIABLE: "1",
    }
    if settings.search:
        own = os.environ.get("PYTHONPATH")
        fixed["PYTHONPATH"] = os.pathsep.join([*settings.search, *([own] if own else [])])
    if settings.device == "cpu":
        fixed["CUDA_VISIBLE_DEVICES"] = ""
    else:  # else the first of several workers takes most of the device's memory and keeps it
        fixed |= {"XLA_PYTHON_CLIENT_PREALLOCATE": "false", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
    return {**os.environ, **compilations.variables(), **fixed}
