"""What other tools read of ``nox -s bench`` is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FRONT = "suite/benchmarks/test_throughput.py"
ONE = "test_forward[numpy.softmax[naive]-40x100]"
SEARCHED = os.pathsep.join(filter(None, sys.path))


def benched(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", f"{FRONT}::{ONE}", *options],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def _environment() -> dict[str, str]:
    """Without what says that pytest-xdist runs these tests: beside others nothing is timed."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    return own | {"PYTHONPATH": SEARCHED}


def test_times_are_replayed_with_what_they_are_of_and_charted_over_a_copys(tmp_path: Path) -> None:
    out, chart = tmp_path / "out.json", tmp_path / "chart.json"
    done = benched(f"--benchmark-json={out}", f"--chart={chart}")
    assert done.returncode == 0, done.stdout + done.stderr
    (told,) = json.loads(out.read_text())["benchmarks"]
    info: Any = told["extra_info"]
    assert {"operation", "format", "shape", "bytes", "device", "variant"} <= set(info)
    assert info["bytes"] == 2 * 4000 * 4
    # github-action-benchmark's reader of pytest takes these, and of customSmallerIsBetter those.
    assert told["fullname"].endswith(ONE)
    assert {"ops", "stddev", "mean", "rounds"} <= set(told["stats"])
    (point,) = json.loads(chart.read_text())
    assert (point["name"], point["unit"]) == (ONE, "times a copy")
    traffic = info["bytes"] / (2 * 4000 * 4)
    assert point["value"] == pytest.approx(traffic / info["copy_fraction"], rel=1e-9)


def test_codspeed_times_the_call_itself() -> None:
    if find_spec("pytest_codspeed") is None:
        pytest.skip("pytest-codspeed is not installed")
    limits = ("--codspeed-mode=walltime", "--codspeed-max-time=0.2", "--codspeed-warmup-time=0.1")
    done = benched("--codspeed", *limits)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 benchmarked" in done.stdout
