"""A report is written by two processes: what they write, and what is said where one fails."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import ModuleType

import pytest

import softmark_reports
from softmark_reports import beside


def contents(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


@pytest.mark.skipif(not beside.has_room(), reason="one processor, or no fork")
def test_one_process_writes_what_two_write(
    results: list[Path],
    site: Path,
    synthetic: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forked: list[int] = []
    both = beside.both
    monkeypatch.setattr(beside, "both", lambda *works: forked.append(1) or both(*works))
    softmark_reports.render(results, tmp_path / "two", scripts=synthetic.script)
    assert len(forked) == 2, "once to read and once to write"
    monkeypatch.setattr(beside, "has_room", lambda: False)
    softmark_reports.render(results, tmp_path / "one", scripts=synthetic.script)
    assert len(forked) == 2
    assert contents(tmp_path / "one") == contents(tmp_path / "two") == contents(site)


def test_a_file_where_a_folder_has_to_be_is_told_by_either_process(
    results: list[Path], tmp_path: Path
) -> None:
    for name in ("implementations", "checks"):
        out = tmp_path / name
        out.mkdir()
        (out / name).touch()
        with pytest.raises((FileExistsError, NotADirectoryError), match=name):
            softmark_reports.render(results, out)


def test_what_two_functions_return_comes_in_their_order() -> None:
    here = os.getpid()
    first, second = beside.both(os.getpid, os.getpid)
    assert first == here != second


def test_each_item_of_a_queue_falls_to_one_of_the_two() -> None:
    queue = beside.Queue(range(2000))
    first, second = beside.both(lambda: list(queue), lambda: list(queue))
    assert sorted(first + second) == list(range(2000))


def test_an_error_of_one_is_raised_and_the_other_is_ended() -> None:
    def refuse() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        beside.both(lambda: None, refuse)
    with pytest.raises(ValueError, match="no"):
        beside.both(refuse, signal.pause)


def test_a_process_that_is_killed_is_told_of() -> None:
    with pytest.raises(OSError, match="want of memory"):
        beside.both(lambda: None, lambda: os.kill(os.getpid(), signal.SIGKILL))
