"""A distribution of somebody else's: built, installed, and then in list, run and report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "softmark-example"
version = "3.1"
dependencies = ["softmark"]

[project.entry-points."softmark.implementations"]
example = "softmark_example.kernels"

[tool.hatch.build.targets.wheel]
packages = ["softmark_example"]
"""

KERNELS = '''
# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26"]
# ///
"""Example: a softmax of the second power, as a processor has it."""
from importlib import metadata

import numpy as np
from softmark_implementations import implementation
from softmark_implementations.with_numpy import NumPyFramework


class ExampleFramework(NumPyFramework):
    name = "example"

    def versions(self):
        return {"example": metadata.version("softmark-example"), "numpy": np.__version__}


FRAMEWORK = ExampleFramework()


@implementation("softmax", "exp2", formats=("float64", "float32"), gradient=False)
def softmax_exp2(x, axis=-1):
    """2^(x log2 e) after a shift."""
    shifted = (x - x.max(axis=axis, keepdims=True)) * x.dtype.type(np.log2(np.e))
    e = np.exp2(shifted)
    return e / e.sum(axis=axis, keepdims=True)
'''


ONLY_IN_A_WORKER = """
import os

if "SOFTMARK_WORKER" not in os.environ:
    raise SystemExit("a framework may be slow or broken, so it is not imported to be listed")
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment with the distribution in it, and ours below."""
    folder = tmp_path_factory.mktemp("plugin")
    package = folder / "project" / "softmark_example"
    package.mkdir(parents=True)
    (folder / "project" / "pyproject.toml").write_text(PROJECT)
    (package / "__init__.py").write_text(ONLY_IN_A_WORKER)
    (package / "kernels.py").write_text(KERNELS)
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    below = [path for path in sys.path if path and Path(path).is_dir()]
    (environment / "lib" / version / "site-packages" / "below.pth").write_text("\n".join(below))
    made = environment / "bin" / "python"
    install(made, folder / "project")
    return made


def install(python: Path, project: Path) -> None:
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--quiet")
    command = [sys.executable, "-m", "pip", "--python", python, "install", *options, project]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def softmark(python: Path, folder: Path, *arguments: str) -> str:
    command = [python, "-m", "softmark", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Left out" not in done.stderr
    return done.stdout


def test_an_installed_plug_in_is_listed_run_and_reported(python: Path, tmp_path: Path) -> None:
    listed = json.loads(softmark(python, tmp_path, "list", "implementations", "--json"))
    (row,) = [r for r in listed["implementations"] if r["framework"] == "example"]
    assert row["name"] == "example.softmax[exp2]"
    assert row["title"] == "2^(x log2 e) after a shift."
    assert row["missing"] == []

    few = ("--check", "ties", "--format", "float64")
    ran = softmark(python, tmp_path, "run", "--framework", "example", *few)
    assert "example.softmax[exp2]" in ran
    (path,) = (tmp_path / "results").rglob("*.jsonl")
    assert path.parent.name == "example-3.1"

    softmark(python, tmp_path, "report", "--out", "pages")
    pages = [page.read_text() for page in (tmp_path / "pages").rglob("*.html")]
    assert any("example.softmax[exp2]" in page for page in pages)

    checked = softmark(python, tmp_path, "check", "example.softmax[exp2]", *few)
    assert "(example.softmax[exp2]): pass;" in checked
