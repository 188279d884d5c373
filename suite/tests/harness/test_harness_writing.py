"""A results file is written in whole lines, by one writer; what cannot be written is told."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from softmark.harness import ResultsError
from softmark.harness.opening import place_of
from softmark.harness.writing import Writer
from softmark.records import Case, Header, Record, read_results

HEADER = Header("own", "a run", "2026-11-01T00:00:00+00:00")


def record(number: int) -> Record:
    return Record(
        check="rows",
        operation="softmax",
        implementation="own.softmax",
        format="float64",
        device="cpu",
        case=Case("zeros", (2, number)),
        metric="error",
        value=float("nan") if number % 2 else 0.25,
        unit="ulp",
        bound=1.0,
        bound_source="",
        grade="A",
        verdict="pass",
    )


@pytest.mark.parametrize("version", ["../../up", "/etc", "a\nb", "1.0\\..", ".."])
def test_a_version_names_no_other_folder(version: str, tmp_path: Path) -> None:
    place = place_of("own", {"versions": {"own": version}, "python": "3.13"})

    assert (tmp_path / place).resolve().parent == tmp_path.resolve()
    assert (
        place_of("own", {"versions": {"own": "2.13.0+cpu"}, "python": "3.13"}) == "own-2.13.0+cpu"
    )


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path, "name", HEADER)
    for number in range(4):
        writer.write(record(number))
    writer.done("a task")
    writer.end()
    writer.close()
    held = read_results(tmp_path / "name.jsonl")
    assert [r.id for r in held.records] == [record(number).id for number in range(4)]
    assert (held.header, held.done, held.finished) == (HEADER, {"a task"}, True)
    assert record(2).id in writer
    assert record(9).id not in writer
    assert writer.counts == {"pass": 4}


def test_every_line_goes_out_in_one_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = os.write
    monkeypatch.setattr(os, "write", lambda d, line: written.append(bytes(line)) or write(d, line))
    writer = Writer.create(tmp_path, "name", HEADER)
    writer.write(record(0))
    writer.done("a task")
    writer.close()
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in written)
    assert len(written) == 3


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    writers = [Writer.create(tmp_path, "name", HEADER) for _ in range(3)]
    assert [w.path.name for w in writers] == ["name.jsonl", "name-2.jsonl", "name-3.jsonl"]
    for writer in writers:
        writer.close()


def test_resuming_starts_on_a_fresh_line(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path, "name", HEADER)
    writer.write(record(0))
    writer.close()
    with writer.path.open("ab") as stream:
        stream.write(b'{"kind": "record", "half')
    resumed, held = Writer.resume(writer.path)
    resumed.write(record(1))
    resumed.close()
    assert [r.id for r in held.records] == [record(0).id]
    now = read_results(writer.path)
    assert [r.id for r in now.records] == [record(0).id, record(1).id]
    assert len(now.faults) == 1


def test_one_file_has_one_writer(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path, "name", HEADER)
    with pytest.raises(ResultsError, match="another run is writing"):
        Writer.resume(writer.path)
    writer.close()
    Writer.resume(writer.path)[0].close()


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ResultsError, match=r"taken/x cannot be written .*--results"):
        Writer.create(tmp_path / "taken" / "x", "name", HEADER)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ResultsError, match=r"cannot be written \(Permission denied\)"):
        Writer.create(tmp_path, "name", HEADER)


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path, "name", HEADER)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, writer._descriptor)
    os.close(full)
    with pytest.raises(ResultsError, match=r"No space left on device\); make room .* --resume"):
        writer.write(record(0))
    writer.close()


def test_without_room_for_its_header_there_is_no_file(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50, limits[1]))
        with pytest.raises(ResultsError, match="cannot be written"):
            Writer.create(tmp_path, "name", HEADER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_in_a_line_loses_that_line_alone(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path, "name", HEADER)
    writer.write(record(0))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (writer.path.stat().st_size + 50, limits[1]))
        with pytest.raises(ResultsError, match="cannot be written"):
            writer.write(record(1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
        writer.close()
    resumed, held = Writer.resume(writer.path)
    assert [r.id for r in held.records] == [record(0).id]
    resumed.write(record(1))
    resumed.close()
    assert len(read_results(writer.path).records) == 2


@pytest.mark.parametrize("value", [object(), float("inf")])
def test_what_json_cannot_hold_leaves_the_file_whole(tmp_path: Path, value: Any) -> None:
    writer = Writer.create(tmp_path, "name", HEADER)
    bad = replace(record(0), witness={"x": value})
    with pytest.raises((TypeError, ValueError)):
        writer.write(bad)
    writer.write(record(1))
    writer.close()
    held = read_results(writer.path)
    assert (len(held.records), held.faults) == (1, [])


@pytest.mark.parametrize("way", ["removed", "moved", "replaced"])
def test_a_folder_that_goes_during_a_run_is_noticed_and_what_was_written_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    folder = tmp_path / "results" / "machine" / "own-1"
    writer, other = (Writer.create(folder, name, HEADER) for name in ("name", "other"))
    for number in range(3):
        writer.write(record(number))
    if way == "moved":
        (tmp_path / "results").rename(tmp_path / "away")
    else:
        shutil.rmtree(tmp_path / "results")
    if way == "replaced":
        folder.mkdir(parents=True)
        (folder / "name.jsonl").write_text("")
    with pytest.raises(ResultsError, match="removed or replaced") as refused:
        writer.write(record(3))
    writer.close()
    other.close()
    kept = sorted((tmp_path / "elsewhere").rglob("machine/own-1/*.jsonl"))
    assert [path.name for path in kept] == ["name.jsonl", "other.jsonl"]
    assert str(kept[0]) in str(refused.value)
    shutil.rmtree(tmp_path / "results", ignore_errors=True)
    (kept[0].parents[2]).rename(tmp_path / "results")
    again, held = Writer.resume(tmp_path / "results" / "machine" / "own-1" / "name.jsonl")
    assert [r.id for r in held.records] == [record(number).id for number in range(3)]
    assert held.faults == []
    again.write(record(3))
    again.close()
