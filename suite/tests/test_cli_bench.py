"""``softmark bench`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from softmark.cli import softmark

BODY = """e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def wrong(x, axis=-1):
    return np.zeros_like(x)
"""


def test_a_function_and_an_implementation_are_timed_in_one_table(
    shell, kernel, tmp_path: Path
) -> None:
    kernel(BODY)
    fast = ("--format", "float32")
    done = shell("bench", "numpy.softmax", "kernel.py:softmax", *fast, "--markdown", "out.md")
    assert done.returncode == 0, done.stderr
    table = [line for line in (tmp_path / "out.md").read_text().splitlines() if line[:1] == "|"]
    rows = [line for line in table if "float32" in line]  # few calls on a busy machine have none
    names = {row.split(" | ")[0].removeprefix("| ") for row in rows}
    assert names == {"numpy.softmax", "numpy.softmax[kernel:softmax]"}
    assert all(row.rstrip(" |").endswith("%") for row in rows)
    assert "of copy" in done.stdout
    assert not (tmp_path / "results").exists()


def test_results_are_kept_where_there_is_a_folder_and_can_be_compared(
    shell, tmp_path: Path
) -> None:
    bench = ("bench", "numpy.softmax", "--format", "float32", "--json", "-", "--results", "kept")
    done = shell(*bench)
    assert done.returncode == 0, done.stderr
    records = json.loads(done.stdout)["records"]
    times = [record["value"] for record in records if record["value"] is not None]
    assert times  # of the few calls of the largest case there may be none on a busy machine
    assert min(times) > 0
    again = shell("compare", "kept", "kept")
    assert f"Speed: {len(times)} no difference shown" in again.stdout


def test_a_wrong_result_has_no_time(shell, kernel) -> None:
    kernel(BODY)
    done = shell("bench", "kernel.py:wrong", "--format", "float32")
    assert "No time: the result is wrong" in done.stdout
    assert "us" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("numpy.softmx",), "did you mean numpy.softmax"),
        (("k.py:f", "--framework", "numpy"), "leave it out with a TARGET"),
        (("no.py:f",), "there is no file no.py"),
        (("--framework", "no"), "unknown framework 'no'"),
    ],
)
def test_wrong_use_is_one_clear_sentence(arguments: tuple[str, ...], says: str) -> None:
    done = CliRunner().invoke(softmark, ["bench", *arguments])
    assert done.exit_code == 2, done.output
    assert says in done.output


@pytest.mark.parametrize("command", ["run", "bench"])
def test_a_device_that_is_not_there_is_named_with_what_to_do(shell, command: str) -> None:
    done = shell(command, "numpy.softmax", "--device", "cuda", "--profile", "quick")
    assert done.returncode == 2
    assert "NumPy has no device cuda" in done.stderr
    assert "add what it lacks, or choose another --device" in done.stderr
    assert "no framework could be started" in done.stderr
    assert "Traceback" not in done.stderr
