"""What lies among results and is no results file: said in a line, and the rest is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from softmark.cli import softmark
from softmark.records import Case, Header, Record, RecordsError, dump_line, read_results

RECORD: Final = Record(
    check="accuracy", operation="softmax", implementation="numpy.softmax", format="float32",
    device="cpu", case=Case("normal", (2, 3)), metric="error", value=0.5, unit="ulp", bound=3.0,
    bound_source="theorem", grade="A", verdict="pass",
)  # fmt: skip
COMMANDS: Final = [
    ["report", "R", "--out", "site"],
    *(["report", "R", "--format", kind, "--out", kind] for kind in ("csv", "json", "markdown")),
    *(["report", "R", "--format", kind, "--out", kind] for kind in ("junit", "badge")),
    ["compare", "R", "R"],
    ["compare", "--history", "R"],
    ["repro", RECORD.id, "R"],
]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def looping(path: Path) -> None:
    path.symlink_to(path.name)


def folder(path: Path) -> None:
    path.mkdir()


ODD: Final[list[Callable[[Path], None]]] = [pipe, device, dangling, looping, folder]


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder R with one good file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "R").mkdir()
    head = dump_line("header", Header("numpy", "r", "2026-01-01T00:00:00Z").to_json())
    (tmp_path / "R" / "good.jsonl").write_bytes(head + dump_line("record", RECORD.to_json()))
    return tmp_path / "R"


def run(arguments: list[str]) -> Result:
    return CliRunner().invoke(softmark, arguments)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda a: " ".join(a[:4]))
def test_what_is_no_file_is_skipped_with_a_line_by_every_command(
    results: Path, arguments: list[str]
) -> None:
    for make in ODD:
        make(results / f"{make.__name__}.jsonl")
    ran = run(arguments)
    assert ran.exit_code == 0, ran.output
    for make in ODD:
        assert f"Left out: R/{make.__name__}.jsonl, line 1: cannot be read" in ran.stderr


@pytest.mark.parametrize("make", ODD)
def test_what_is_no_file_is_refused_where_it_is_named(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "a.jsonl"
    make(path)
    with pytest.raises(RecordsError) as refused:
        read_results(path)
    assert str(refused.value).startswith(f"{path}: cannot be read")
    for arguments in (["report"], ["compare", str(path)], ["repro", RECORD.id]):
        assert run([*arguments, str(path)]).exit_code == 2


def test_a_file_that_cannot_be_read_costs_a_comparison_that_file_alone(results: Path) -> None:
    (results / "torn.jsonl").write_text("{")
    for arguments in (
        ["compare", "R", "R"],
        ["compare", "--history", "R"],
        ["repro", RECORD.id, "R"],
    ):
        ran = run(arguments)
        assert ran.exit_code == 0, ran.output
        assert "Left out: R/torn.jsonl, line 1: no softmark header" in ran.stderr


def test_a_comparison_of_results_with_themselves_says_that_they_are_the_same(
    results: Path,
) -> None:
    (results.parent / "other").symlink_to(results)
    for head in ("R", "./R", "other"):
        ran = run(["compare", "R", head])
        assert f"Note: R and {head} are the same" in ran.stderr, ran.output
        assert ran.exit_code == 0
    (results.parent / "S").mkdir()
    (results.parent / "S" / "good.jsonl").write_bytes((results / "good.jsonl").read_bytes())
    assert "are the same" not in run(["compare", "R", "S"]).stderr
