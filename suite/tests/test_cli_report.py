"""``softmark report``: what it writes where, and when it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from softmark.cli import softmark
from softmark.records import Case, Header, Record, dump_line


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A file with a failure of a real implementation, and a line that cannot be read."""
    record = Record(
        check="stability", operation="softmax", implementation="numpy.softmax[naive]",
        format="float32", device="cpu", case=Case("near_limit", (8, 5)), metric="error",
        value=float("nan"), unit="ulp", bound=8.0, bound_source="a bound", grade="F",
        verdict="fail", witness={"index": [0, 0], "x": ["0x1.8p+6"] * 5, "got": "nan",
                                 "expected": "0x1.99999ap-3"},
    )  # fmt: skip
    lines = [dump_line("header", Header("numpy", "run", "2026-11-24").to_json())]
    lines += [dump_line("record", record.to_json()), b"no record\n", dump_line("end", {})]
    path = tmp_path / "results" / "a.jsonl"
    path.parent.mkdir()
    path.write_bytes(b"".join(lines))
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(softmark, ["report", *map(str, arguments)])


def test_a_page_carries_the_script_that_shows_the_failure(results: Path, tmp_path: Path) -> None:
    done = run(results, "--out", tmp_path / "site")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "site" / "implementations" / "numpy.softmax-naive.html").read_text()
    assert "import numpy as np" in page
    assert "0.2" in page


def test_an_unreadable_line_is_named_and_fails_only_when_asked(
    results: Path, tmp_path: Path
) -> None:
    lenient = run(results, "--out", tmp_path / "site")
    strict = run(results, "--out", tmp_path / "site", "--strict")
    assert (lenient.exit_code, strict.exit_code) == (0, 1)
    assert f"{results}, line 3" in lenient.output


def test_one_file_is_one_file(results: Path, tmp_path: Path) -> None:
    done = run(results, "--single-file", "--out", tmp_path / "one.html", "--title", "Mine")
    assert done.exit_code == 0, done.output
    assert "<title>Mine</title>" in (tmp_path / "one.html").read_text()


def test_other_formats_are_printed_or_written(results: Path, tmp_path: Path) -> None:
    assert json.loads(run(results, "--format", "json").stdout)["records"] == 1
    assert "numpy.softmax" in run(results, "--format", "markdown").stdout
    assert run(results, "--format", "junit", "--out", tmp_path / "x.xml").exit_code == 0
    assert (tmp_path / "x.xml").read_text().startswith("<?xml")
    assert run(results, "--format", "csv", "--out", tmp_path / "csv").exit_code == 0
    assert (tmp_path / "csv" / "found.csv").is_file()


def test_only_the_operation_that_is_asked_for_is_shown(results: Path) -> None:
    counts = {
        name: json.loads(run(results, "--format", "json", "--op", name).stdout)["records"]
        for name in ("softmax", "argmax")
    }
    assert counts == {"softmax": 1, "argmax": 0}


def test_wrong_use_is_told(results: Path, tmp_path: Path) -> None:
    assert run(results, "--format", "json", "--single-file").exit_code == 2
    assert run(tmp_path / "nowhere").exit_code == 2
    assert run(results, "--op", "softmux").exit_code == 2
