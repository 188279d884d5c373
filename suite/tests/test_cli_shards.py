"""Shards from the command line, and the recipes of docs/many.md with processes of this machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from forked import LONG

FEW = ("numpy.softmax", "--check", "ties", "--format", "float32")
DOCS = Path(__file__).parents[2] / "docs" / "many.md"


def block(language: str, name: str) -> str:
    """A block of the page, by the file that it is."""
    for body in re.findall(rf"^```{language}\n(.*?)^```$", DOCS.read_text(), re.S | re.M):
        if name in body:
            return str(body)
    raise AssertionError(name)


def records(folder: Path) -> list[str]:
    """The lines of the only results file but for what no two runs have in common."""
    (path,) = (p for p in folder.rglob("*.jsonl") if "parts" not in p.parts)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [json.dumps({**line, "seconds": 0}) for line in lines if line["kind"] != "header"]


@pytest.fixture
def alone(shell: Any, tmp_path: Path) -> list[str]:
    """What one process writes."""
    shell("run", *FEW, "--jobs", "1", "--results", "alone")
    return records(tmp_path / "alone")


def typed(lines: str, folder: Path, programs: dict[str, str], **more: str) -> None:
    command = ["bash", "-eo", "pipefail", "-c", lines]
    options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": LONG}
    done = subprocess.run(command, cwd=folder, env=programs | more, **options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_array_of_slurm_is_merged(
    alone: list[str], tmp_path: Path, own_programs: dict[str, str]
) -> None:
    script = block("bash", "#SBATCH").replace("softmark run", f"softmark run {' '.join(FEW)}")
    own = own_programs | {"HOME": str(tmp_path), "SLURM_ARRAY_TASK_COUNT": "2"}
    for task in ("1", "2"):
        typed(script, tmp_path, own, SLURM_ARRAY_TASK_ID=task)
    wrapped = re.search(r"--wrap '(.*)'", block("bash", "--wrap"))
    assert wrapped is not None
    merge = wrapped[1].replace("softmark run", f"softmark run {' '.join(FEW)}")
    typed(merge, tmp_path, own)
    assert records(tmp_path / "many") == alone


def test_the_matrix_of_github_is_merged(
    alone: list[str], tmp_path: Path, own_programs: dict[str, str]
) -> None:
    """Each job has a folder of its own; the last one has a copy of what they uploaded."""
    jobs = yaml.safe_load(block("yaml", "matrix"))["jobs"]
    few = f"softmark run {' '.join(FEW)}"
    for shard in jobs["shard"]["strategy"]["matrix"]["shard"]:
        (run,) = [s["run"] for s in jobs["shard"]["steps"] if "--shard" in s.get("run", "")]
        folder = tmp_path / f"job-{shard}"
        folder.mkdir()
        line = run.replace("${{ matrix.shard }}", str(shard)).replace("softmark run", few)
        typed(line, folder, own_programs)
        if (folder / "many").exists():  # a job without a task uploads nothing
            shutil.copytree(folder / "many", tmp_path / "merge" / "many", dirs_exist_ok=True)
    (run,) = [s["run"] for s in jobs["merge"]["steps"] if "--merge" in s.get("run", "")]
    typed(run.replace("softmark run", few), tmp_path / "merge", own_programs)
    assert records(tmp_path / "merge" / "many") == alone


def test_make_measures_shards_side_by_side(
    alone: list[str], tmp_path: Path, own_programs: dict[str, str]
) -> None:
    (tmp_path / "Makefile").write_text(block("make", "PARTS"))
    typed("make -j2", tmp_path, {k: v for k, v in own_programs.items() if k != "MAKEFLAGS"})
    assert records(tmp_path / "many") == alone


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--shard", "1/2", "--merge"), "--shard and --merge contradict each other"),
        (("--shard", "1/2", "--budget", "5"), "--budget ends a run, and a part is measured whole"),
        (("--shard", "1/2", "--seed", "random"), "same --seed"),
        (("--shard", "3/2",), "is no shard"),
        (("--timing",), "--timing is for"),
        (("--merge",), "has no parts"),
        (("--shard", "1/2", "--check", "throughput"), "--timing"),
    ],
)  # fmt: skip
def test_wrong_use_of_parts_is_said(shell: Any, options: tuple[str, ...], words: str) -> None:
    few = FEW if "throughput" not in options else FEW[:1]
    done = shell("run", *few, *options)
    assert done.returncode == 2, done.stderr
    assert words in " ".join(done.stderr.split())


def test_a_scheduler_takes_no_part_of_the_cells(shell: Any) -> None:
    done = shell("exhaustive", "numpy.softmax", "--scheduler", "local", "--shard", "1/2")
    assert done.returncode == 2, done.stderr
    assert "leave --shard, --budget and --replay out" in " ".join(done.stderr.split())


def test_a_shard_without_a_task_says_so(shell: Any, tmp_path: Path) -> None:
    done = shell("run", *FEW, "--shard", "1/50")
    assert done.returncode == 0
    assert "there are more shards than tasks" in done.stdout
    assert not (tmp_path / "results").exists()
