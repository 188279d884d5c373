from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from forked import LONG

from softmark import catalog
from softmark.cli import softmark
from softmark.records import read_results

FEW = ("--check", "limit", "--format", "float32")
BROKEN = """\
# /// script
# dependencies = ["numpy"]
# ///
import numpy as np
from softmark_implementations.declare import implementation
from softmark_implementations.with_numpy import FRAMEWORK

@implementation("softmax")
def zeros(x, axis=-1):
    "All zeros."
    return np.zeros_like(x)

@implementation("softmax", "slow")
def slow(x, axis=-1):
    "Takes a second."
    import time
    time.sleep(1)
    return np.zeros_like(x)
"""

KNOWN = """\
[[failure]]
id = "numpy.softmax[naive]/*"
reason = "it overflows"
link = "https://example.org/overflow"

[[failure]]
id = "scipy.softmax/stability/float32/*"
reason = "none"
link = "https://example.org/none"

[[failure]]
id = "scipy.softmax/*"
reason = "none"
link = "https://example.org/none"
"""


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution with wrong implementations, as pip leaves it."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)
    info = site / "third_party-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "third_party.py").write_text(BROKEN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[softmark.implementations]\nbroken = third_party\n")


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jsonl"))


def test_a_run_ends_with_a_table_files_and_the_next_command(shell, tmp_path: Path) -> None:
    done = shell("run", "numpy.softmax", "scipy.softmax", *FEW, "--results", "mine")
    assert done.returncode == 0, done.stderr
    assert "numpy.softmax" in done.stdout
    assert "limit" in done.stdout
    assert "Slowest checks: limit" in done.stdout
    assert "Slowest implementations: " in done.stdout
    assert "Harness overhead:" in done.stdout
    assert re.search(r"^Next: (\S+ -m )?softmark report mine$", done.stdout.rstrip(), re.MULTILINE)
    written = files(tmp_path / "mine")
    assert len(written) == 2
    assert all(f"Written: {path.relative_to(tmp_path)}" in done.stdout for path in written)
    assert all(read_results(path).finished for path in written)
    assert "numpy: 1 of 1" in done.stderr

    again = shell("run", "numpy.softmax", "scipy.softmax", *FEW, "--results", "mine", "--resume")
    assert again.returncode == 0, again.stderr
    assert files(tmp_path / "mine") == written

    rendered = shell("report", "mine", "--out", "pages")
    assert rendered.returncode == 0, rendered.stderr
    assert "the report is pages/index.html" in rendered.stdout
    assert (tmp_path / "pages" / "index.html").is_file()


def test_a_run_of_many_implementations_ends_with_a_line_for_each_framework(
    shell, tmp_path: Path
) -> None:
    frameworks = ("--framework", "numpy", "--framework", "scipy")
    done = shell("run", *frameworks, "--check", "limit", "--format", "float32")
    rows = [line for line in done.stdout.splitlines() if "│" in line]
    assert [re.match(r".(\w+) [\d.]+ ", row).group(1) for row in rows] == ["numpy", "scipy"]
    assert "all: " in done.stderr
    assert max(map(len, done.stderr.splitlines())) <= 80


def test_a_broken_line_is_left_out_of_the_report_and_named(shell, tmp_path: Path) -> None:
    assert shell("run", "numpy.softmax", *FEW).returncode == 0
    (path,) = files(tmp_path / "results")
    with path.open("ab") as stream:
        stream.write(b'{"kind": "record", "check"')

    done = shell("report")
    assert done.returncode == 0, done.stderr
    assert f"{path.name}, line" in done.stderr
    assert "1 faults in the results were left out." in done.stderr
    assert "softmark-report/index.html" in done.stdout


def test_a_failure_is_status_1_and_can_be_reproduced(third_party, shell, tmp_path: Path) -> None:
    done = shell("run", "broken.softmax", *FEW)
    assert done.returncode == 1, done.stderr
    assert "fail" in done.stdout
    (path,) = files(tmp_path / "results")
    bad = next(record for record in read_results(path).records if record.verdict == "fail")

    whole, short = (shell("repro", name) for name in (bad.id, bad.id.rpartition("/")[2]))
    assert whole.returncode == 2
    assert "no script is known for arrays of broken" in whole.stderr
    assert short.stderr == whole.stderr.replace(bad.id, bad.id.rpartition("/")[2])


def test_a_known_failure_is_excused_and_a_stale_excuse_is_not(shell, tmp_path: Path) -> None:
    (tmp_path / "known.toml").write_text(KNOWN)
    few = ("--check", "stability", "--format", "float32", "--known-failures", "known.toml")
    done = shell("run", "numpy.softmax[naive]", *few)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failures are known, and excused" in done.stdout
    assert "stability NaN ulp*" in done.stdout, "the failing check, its worst number, and a star"
    assert re.search(r"^.numpy\.softmax\[naive\] ", done.stdout, re.MULTILINE)

    stale = shell("run", "scipy.softmax", *few)
    assert stale.returncode == 1
    assert (
        "Stale known failure scipy.softmax/stability/float32/*: it no longer fails" in stale.stdout
    )
    assert "Stale known failure scipy.softmax/*:" not in stale.stdout, "one check of many has run"

    (tmp_path / "known.toml").write_text("[[failure]]\nid = 3\n")
    wrong = shell("run", "scipy.softmax", *few)
    assert wrong.returncode == 2
    assert "known.toml" in wrong.stderr


def test_a_failing_run_says_how_to_see_it_with_the_framework_alone(shell, tmp_path: Path) -> None:
    shell("run", "numpy.softmax[naive]", "--check", "stability", "--format", "float32")
    (path,) = files(tmp_path / "results")
    bad = next(record for record in read_results(path).records if record.verdict == "fail")

    script = shell("repro", bad.id).stdout
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    got, expected = done.stdout.splitlines()
    assert got.split()[1] == "nan"
    assert expected.split()[2] == bad.witness["expected"]
    assert "Recorded with numpy" in script


@pytest.mark.usefixtures("third_party")
def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "softmark", "run", "broken.softmax[slow]", *FEW]
    child = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    deadline = time.monotonic() + LONG
    while not files(tmp_path) and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    _, stderr = child.communicate(timeout=LONG)
    assert child.returncode == 130
    assert b"the same command with --resume goes on" in stderr
    assert b"Traceback" not in stderr
    (path,) = files(tmp_path)
    assert not read_results(path).finished


def test_a_folder_that_cannot_be_written_is_wrong_use(shell, tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    done = shell("run", "numpy.softmax", *FEW)
    assert done.returncode == 2
    assert "results" in done.stderr
    assert "Traceback" not in done.stderr


def test_repro_suggests_the_nearest_record(shell) -> None:
    shell("run", "numpy.softmax", *FEW)
    done = shell("repro", "numpy.softmax/limit/float32/0000000000")
    assert done.returncode == 2
    assert "unknown record" in done.stderr
    assert "did you mean numpy.softmax/limit/float32/" in done.stderr


def test_repro_says_what_is_wrong_with_a_file(shell, tmp_path: Path) -> None:
    (tmp_path / "check.json").write_text('{"records": 3}')
    done = shell("repro", "x", "check.json")
    assert done.returncode == 2
    assert "check.json: not what softmark check --json writes" in done.stderr


def test_env_says_what_is_measured_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of NumPy alone: the start of all frameworks takes half a minute, and says no more."""
    entries = [entry for entry in catalog.implementations() if entry.framework == "numpy"]
    monkeypatch.setattr(catalog, "implementations", lambda: entries)
    done = CliRunner().invoke(softmark, ["env", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["machine"]["cpu"]
    numpy = found["frameworks"]["numpy"]
    assert {"versions", "devices", "denormals", "threads"} <= set(numpy)


def test_a_budget_ends_a_run_and_says_what_is_left(shell, tmp_path: Path) -> None:
    run = ("run", "numpy.softmax", "--check", "limit", "--check", "ties")
    ended = shell(*run, "--budget", "0.0001")
    assert ended.returncode == 2, "nothing was judged"
    said = " ".join(ended.stdout.split())
    assert (
        "Not measured: 8 of 8 tasks (the budget of 0.0001 minutes was over: limit 4, ties 4)"
        in said
    )
    assert "the same command with --resume goes on" in said
    (path,) = files(tmp_path / "results")
    assert not read_results(path).finished

    whole = shell(*run, "--resume")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert files(tmp_path / "results") == [path]
    held = read_results(path)
    assert held.finished
    assert len(held.done) == 8
