"""Pieces of work on a Dask scheduler: none is lost, a slow worker is not waited for."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import shard_kills
from forked import LONG
from test_cli_shards import block, records, typed

from softmark import catalog
from softmark.environment import commit
from softmark.exhaustive.pieces import measure_piece as measure_cell
from softmark.harness import Skipped, plan
from softmark.shards import ShardError, pieces
from softmark.shards.scheduling import AGAIN, Files, Gathering, Piece

HOURS = 4000.0
"""Seconds that a slow worker sleeps."""

QUIET = pytest.mark.filterwarnings("default")
"""In Dask's own thread a warning that is raised is lost, and the piece that it was about too."""


def once(folder: str, seconds: float, name: str) -> Files:
    """The first to do it is slow."""
    try:
        os.mkdir(Path(folder, name))
    except FileExistsError:
        seconds = 0.0
    time.sleep(seconds)
    return {"made.txt": str(os.getpid()).encode()}


def broken() -> Files:
    raise ArithmeticError("no such sum")


def test_kills_of_workers_scheduler_and_client_lose_nothing(tmp_path: Path) -> None:
    """In a process of its own, since it forks; ``nox -s kills_scheduled`` has 500."""
    script = str(Path(shard_kills.__file__))
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, script, "20", "3"],
        env=os.environ | {"PYTHONPATH": path, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=LONG,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 kills" in done.stdout


@pytest.mark.own_process
@pytest.mark.timeout(600)  # a guard: a hang is told soon
@QUIET
def test_a_slow_worker_does_not_hold_the_run_and_pieces_are_verified_elsewhere(
    tmp_path: Path,
) -> None:
    names = [f"piece-{number}" for number in range(6)]
    slow = {"piece-3": HOURS}
    pieces = {
        name: Piece(once, (str(tmp_path), slow.get(name, 0.1), name), name == "piece-1")
        for name in names
    }
    stored: dict[str, Files] = {}
    links: list[str] = []
    Gathering(pieces, stored.__setitem__, links.append).run("local", 2)
    assert set(stored) == {*names, f"piece-1{AGAIN}"}
    assert stored["piece-1"] != stored[f"piece-1{AGAIN}"], "the same process did it again"
    assert links[0].startswith("http://")


@pytest.mark.own_process
@pytest.mark.timeout(600)  # a guard: a hang is told soon
@QUIET
def test_a_piece_that_fails_and_a_scheduler_that_is_gone_are_said() -> None:
    with pytest.raises(ShardError, match="could not measure piece: ArithmeticError: no such sum"):
        Gathering({"piece": Piece(broken, ())}, lambda name, files: None).run("local", 1)
    nobody = Gathering({"piece": Piece(broken, ())}, lambda name, files: None, lost=0.1)
    with pytest.raises(ShardError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        nobody.run("tcp://127.0.0.1:9", 1)


def test_a_worker_refuses_pieces_of_another_commit() -> None:
    """Its checks may be others."""
    ties = plan([catalog.read().find("numpy.softmax")], check_names=["ties"])
    with pytest.raises(ShardError, match=r"the worker has commit .*, the client has another"):
        pieces.measure_piece(ties, "another", {})
    with pytest.raises(ShardError, match=r"the worker has commit .*, the client has another"):
        measure_cell(("numpy.softmax", "float16", "value", -1), (1, 2), "another")


def test_a_worker_that_lacks_a_framework_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    ties = plan([catalog.read().find("numpy.softmax")], check_names=["ties"])
    nothing = SimpleNamespace(files=(), skipped=[Skipped("numpy", "it does not start")])
    monkeypatch.setattr(pieces, "run", lambda *given, **how: nothing)
    monkeypatch.setattr(pieces, "here", lambda version: (None, None))
    with pytest.raises(ShardError, match="a worker cannot start numpy: it does not start"):
        pieces.measure_piece(ties, commit(), {})


def test_a_run_on_a_scheduler_is_the_run_of_one_process(shell: Any, tmp_path: Path) -> None:
    few = ("numpy.softmax", "--check", "ties", "--format", "float32", "--format", "float64")
    shell("run", *few, "--jobs", "1", "--results", "alone")
    done = shell("run", *few, "--scheduler", "local", "--jobs", "2", "--results", "many")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Dashboard: http" in done.stderr
    assert records(tmp_path / "many") == records(tmp_path / "alone")


def test_the_recipe_for_three_hosts_is_the_run_of_one_process(
    tmp_path: Path, own_programs: dict[str, str]
) -> None:
    """The hosts are three addresses of the loopback device."""
    body = block("console", "dask scheduler")
    lines = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
    few = "softmark run numpy.softmax --check ties --format float32 --known-failures /dev/null"
    typed(f"{few} --jobs 1 --results alone || test $? = 1", tmp_path, own_programs)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for number, name in enumerate(("host-a", "host-b", "host-c"), 1):
        lines = [
            line.replace(name, f"127.0.0.{number}").replace("8786", str(port)) for line in lines
        ]
    *served, run = (line.replace("dask ", f"{sys.executable} -m dask ") for line in lines)
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen(shlex.split(line), cwd=tmp_path, env=own_programs, **quiet)
        for line in served
    ]
    try:
        typed(f"{run.replace('softmark run', few)} || test $? = 1", tmp_path, own_programs)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(LONG)
    assert records(tmp_path / "many") == records(tmp_path / "alone")


def test_a_scheduler_has_an_address(shell: Any) -> None:
    done = shell("run", "numpy.softmax", "--scheduler", "here")
    assert done.returncode == 2
    assert "is no scheduler; give local, or tcp://HOST:PORT" in " ".join(done.stderr.split())
