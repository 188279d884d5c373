"""A report is written by two processes: what they write, and what is said where one fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import softmark_reports
from softmark_reports import beside

HERE = Path(__file__).parent


def contents(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


FORK_HERE = pytest.mark.filterwarnings("ignore:os.fork")
"""JAX, which another test may have loaded in this process, warns of each fork."""

RENDER_TWICE = """
import sys
from pathlib import Path

import softmark_reports
import synthetic
from softmark_reports import beside

two, one, *places = map(Path, sys.argv[1:])
forked = []
both = beside.both
beside.both = lambda *works: forked.append(1) or both(*works)
softmark_reports.render(places, two, scripts=synthetic.script)
assert len(forked) == 2, "once to read and once to write"
beside.has_room = lambda: False
softmark_reports.render(places, one, scripts=synthetic.script)
assert len(forked) == 2
"""


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor")
def test_one_process_writes_what_two_write(results: list[Path], site: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    subprocess.run(
        [sys.executable, "-c", RENDER_TWICE, two, one, *results],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(HERE)])},
    )
    assert contents(one) == contents(two) == contents(site)


@pytest.mark.parametrize("library", beside.THREADED)
def test_a_process_with_a_framework_is_not_forked(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in beside.THREADED:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    assert beside.has_room()
    monkeypatch.setitem(sys.modules, library, ModuleType(library))
    assert not beside.has_room()


def test_a_file_where_a_folder_has_to_be_is_told_by_either_process(
    results: list[Path], tmp_path: Path
) -> None:
    for name in ("implementations", "checks"):
        out = tmp_path / name
        out.mkdir()
        (out / name).touch()
        with pytest.raises((FileExistsError, NotADirectoryError), match=name):
            softmark_reports.render(results, out)


@FORK_HERE
def test_what_two_functions_return_comes_in_their_order() -> None:
    here = os.getpid()
    first, second = beside.both(os.getpid, os.getpid)
    assert first == here != second


@FORK_HERE
def test_each_item_of_a_queue_falls_to_one_of_the_two() -> None:
    queue = beside.Queue(range(2000))
    first, second = beside.both(lambda: list(queue), lambda: list(queue))
    assert sorted(first + second) == list(range(2000))


@FORK_HERE
def test_an_error_of_one_is_raised_and_the_other_is_ended() -> None:
    def refuse() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        beside.both(lambda: None, refuse)
    with pytest.raises(ValueError, match="no"):
        beside.both(refuse, signal.pause)


@FORK_HERE
def test_a_process_that_is_killed_is_told_of() -> None:
    with pytest.raises(OSError, match="as when memory runs out"):
        beside.both(lambda: None, lambda: os.kill(os.getpid(), signal.SIGKILL))
