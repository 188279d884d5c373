"""What an installation without extras can do, and what it says of the rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from forked import LONG

LEAN: Final = """
import sys
for name in ("jinja2", "matplotlib", "pandas", "pytest", "pytest_benchmark", "sklearn"):
    sys.modules[name] = None  # importing it raises ImportError
"""
COMMAND: Final = LEAN + "from softmark.cli import main\nmain()\n"
KERNEL: Final = """
import numpy as np

def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
"""


def lean(code: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python where only a check's own dependencies can be imported."""
    (folder / "kernel.py").write_text(KERNEL)
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONG)


def test_a_check_and_its_files_need_no_extra(tmp_path: Path) -> None:
    some = ("--format", "float32", "--check", "ties", "--check", "throughput")
    files = ("--json", "a.json", "--junit", "a.xml", "--markdown", "a.md")
    done = lean(COMMAND, "check", "kernel.py:softmax", *some, *files, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} >= {"a.json", "a.xml", "a.md"}


@pytest.mark.parametrize("kind", ["html", "csv", "markdown"])
def test_a_report_names_the_extra_that_it_needs(tmp_path: Path, kind: str) -> None:
    done = lean(COMMAND, "report", ".", "--format", kind, folder=tmp_path)
    assert done.returncode == 2
    assert "python -m pip install jinja2 matplotlib pandas" in done.stderr


def test_a_table_for_pandas_names_the_extra_that_it_needs(tmp_path: Path) -> None:
    code = LEAN + (
        "import softmark\nfrom kernel import softmax\n"
        "softmark.check(softmax, formats=['float32'], checks=['ties']).to_frame()\n"
    )
    done = lean(code, folder=tmp_path)
    assert "NotInstalled: a report needs" in done.stderr, done.stderr
