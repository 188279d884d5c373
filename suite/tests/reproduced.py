"""Scripts that reproduce a record, as tests run them."""

from __future__ import annotations

import atexit
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from forked import LONG, Commands

GUARD: Final = """import sys
sys.modules["softmark"] = sys.modules["softmark_implementations"] = None
"""
FRAMEWORKS: Final = re.compile(r"^import (torch|tensorflow|jax)\b", re.MULTILINE)


def in_a_row(scripts: Iterable[str]) -> str:
    """Several scripts as one, which imports the framework once and ends with status 0."""
    return re.sub(r"^sys\.exit\(.*$", "", "\n".join(scripts), flags=re.MULTILINE)


def ran(text: str, folder: Path | None = None) -> str:
    """What the script prints, which reproduces its record or does not."""
    done = finished(text, folder)
    assert done.returncode in (0, 1), f"{done.stderr}\n{text}"  # 1: it reproduces
    assert "Traceback" not in done.stderr, f"{done.stderr}\n{text}"
    return done.stdout


def finished(text: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The script in a process of its own, forked off one that has imported its framework."""
    if not hasattr(os, "fork") or "os.environ" in text:  # read when the framework is imported
        command = [sys.executable, "-c", text]
        return subprocess.run(command, capture_output=True, text=True, cwd=folder)
    first = FRAMEWORKS.search(text)
    scripts = forking(first[1] if first else "numpy")
    return scripts.run(("-c", text), folder or Path.cwd(), os.environ, timeout=LONG)


@cache
def forking(framework: str) -> Commands:
    made = Commands(framework)
    atexit.register(made.close)
    return made
