"""Options of ``softmark check`` and ``run``: beside another, again and again, seeds and sizes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
from forked import LONG

from softmark.calling.targets import Target
from softmark.catalog import locate
from softmark.cli.faults import WrongUse
from softmark.cli.kinds import DrawnSeed, SeedType, SizeType
from softmark.cli.watching import folder_of, stamps

NAIVE = "e = np.exp(x); return e / e.sum(axis=axis, keepdims=True)"
SHIFTED = (
    "e = np.exp(x - x.max(axis=axis, keepdims=True)); return e / e.sum(axis=axis, keepdims=True)"
)
FEW = ("--check", "stability", "--format", "float32")


def test_a_reference_is_shown_beside_on_the_same_cases(shell, kernel, tmp_path: Path) -> None:
    done = shell(
        *("check", kernel(NAIVE), *FEW, "--reference", "numpy.softmax", "--json", "out.json")
    )
    assert done.returncode == 1, done.stderr
    table = done.stdout.partition("The worst on the cases that both were given:")[2]
    (row,) = [line for line in table.splitlines() if "stability" in line]
    assert "fail F NaN ulp" in row
    assert "pass B" in row
    assert "numpy.softmax" in table
    document = json.loads((tmp_path / "out.json").read_text())
    assert document["reference"]["implementation"] == "numpy.softmax"
    cases = [
        {json.dumps(record["case"]) for record in found["records"]}
        for found in (document, document["reference"])
    ]
    assert cases[0] <= cases[1], "the reference takes a beta too, and may be given more"


def test_a_reference_without_a_common_format_is_wrong_use(shell, kernel) -> None:
    done = shell(
        *("check", kernel(SHIFTED), "--check", "stability", "--format", "float16"),
        *("--reference", "python.softmax"),
    )
    assert done.returncode == 2, done.stdout
    assert "python.softmax is offered in float64; kernel.py:softmax was checked in float16" in (
        done.stderr
    )


def test_known_failures_excuse_and_grow_stale(shell, kernel, tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    entry = '[[failure]]\nid = "*/stability/float32/*"\nreason = "No shift."\nlink = "here"\n'
    known.write_text(entry)
    excused = shell("check", kernel(NAIVE), *FEW, "--known-failures", "known.toml")
    assert excused.returncode == 0, excused.stderr
    failed, count = re.findall(r"(\d+) fail, .*?(\d+) of the failures excused", excused.stdout)[0]
    assert failed == count

    stale = shell("check", kernel(SHIFTED), *FEW, "--known-failures", "known.toml")
    assert stale.returncode == 1, stale.stderr
    assert "Stale known failure */stability/float32/*: it no longer fails" in stale.stdout

    known.write_text("[[failure]]\n")
    broken = shell("check", kernel(SHIFTED), *FEW, "--known-failures", "known.toml")
    assert broken.returncode == 2
    assert "known.toml, failure 1: id must be a text that is not empty" in broken.stderr


def test_a_drawn_seed_is_printed_and_makes_the_same_inputs(shell, kernel, tmp_path: Path) -> None:
    drawn = shell("check", kernel(SHIFTED), *FEW, "--seed", "random", "--json", "one.json")
    assert drawn.returncode == 0, drawn.stderr
    said = next(line for line in drawn.stderr.splitlines() if line.startswith("Seed "))
    seed = said.removeprefix("Seed ").partition(",")[0]
    assert f"--seed {seed} makes the same inputs again" in said
    again = shell("check", "kernel.py:softmax", *FEW, "--seed", seed, "--json", "two.json")
    assert again.returncode == 0, again.stderr
    values = [
        [(r["id"], r["value_hex"]) for r in json.loads((tmp_path / name).read_text())["records"]]
        for name in ("one.json", "two.json")
    ]
    assert values[0] == values[1]


def test_a_run_is_not_resumed_with_a_drawn_seed(shell) -> None:
    done = shell("run", "numpy.softmax", *FEW, "--seed", "random", "--resume")
    assert done.returncode == 2
    assert "no earlier run has a seed that is drawn now; give --resume its --seed" in done.stderr


def test_a_run_takes_a_drawn_seed_and_a_cap_on_memory(shell, tmp_path: Path) -> None:
    done = shell("run", "numpy.softmax", *FEW, "--seed", "random", "--memory", "2GiB")
    assert done.returncode == 0, done.stderr
    seed = done.stderr.partition("Seed ")[2].partition(",")[0]
    (path,) = (tmp_path / "results").rglob("*.jsonl")
    header = json.loads(path.read_text().splitlines()[0])
    assert header["settings"]["seed"] == int(seed)


def test_a_function_that_takes_more_than_its_memory_is_ended(shell, kernel) -> None:
    greedy = "held = np.ones(2**28); import time; time.sleep(5); return held"
    done = shell("check", kernel(greedy), *FEW, "--memory", "500MiB")
    assert done.returncode == 1, done.stderr
    assert "it was ended because it took more than 0.5 GiB of memory" in done.stdout


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GiB", 2**32), ("1.5 GB", 1500000000), ("512MiB", 2**29), ("1TiB", 2**40), ("7B", 7),
     ("2kB", 2000), ("2KiB", 2048)],
)  # fmt: skip
def test_a_size_is_a_number_with_its_unit(text: str, size: int) -> None:
    assert SizeType().convert(text, None, None) == size


@pytest.mark.parametrize("text", ["4", "4G", "GiB", "-4GiB", "0GiB", "4gib", "4 Gi B", "1e3MB", ""])
def test_another_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no size; give a number above 0 with its unit"):
        SizeType().convert(text, None, None)


@pytest.mark.parametrize("text", ["-1", "1.5", "randm", "4294967296", "٣", ""])
def test_another_seed_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no seed; give a number from 0 to 4294967295"):
        SeedType().convert(text, None, None)


def test_a_seed_is_a_number_or_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert SeedType().convert("7", None, None) == 7
    drawn = {SeedType().convert("random", None, None) for _ in range(3)}
    assert len(drawn) == 3
    assert all(isinstance(seed, DrawnSeed) for seed in drawn)
    assert capsys.readouterr().err.count("drawn; --seed") == 3


class Watched:
    """A command whose output is read while it runs."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "softmark", *arguments],
            cwd=folder,
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "XDG_CACHE_HOME": str(folder / "cache"),
                "PYTHONUNBUFFERED": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, start: str) -> str:
        """The next line that begins so; a test that waits for ever is ended by its timeout."""
        assert self.process.stdout is not None
        seen = []
        for line in self.process.stdout:
            seen.append(line)
            if line.startswith(start):
                return line
        raise AssertionError("".join(seen))


def test_a_watched_file_is_checked_at_each_save_and_ctrl_c_ends_it(
    kernel: Callable[[str], str], tmp_path: Path
) -> None:
    watched = Watched(tmp_path, "check", kernel(NAIVE), *FEW, "--watch")
    guard = threading.Timer(200, watched.process.kill)
    guard.start()
    try:
        assert ": fail;" in watched.until("kernel.py:softmax (")
        watched.until("Watching ")
        (tmp_path / "kernel.py").write_text("def softmax(x:\n")
        assert "SyntaxError" in watched.until("Error: ")
        watched.until("Watching ")
        kernel(SHIFTED)
        assert ": pass;" in watched.until("kernel.py:softmax (")
        watched.until("Watching ")
        watched.process.send_signal(signal.SIGINT)
        watched.until("Interrupted.")
        assert watched.process.wait(LONG) == 130
    finally:
        guard.cancel()
        watched.process.kill()
        watched.process.communicate()


def test_what_cannot_be_watched_is_wrong_use(shell, kernel, tmp_path: Path) -> None:
    printed = shell("check", kernel(SHIFTED), "--watch", "--json", "-")
    assert printed.returncode == 2
    assert "--watch shows a screen, which - would print into; name a file" in printed.stderr
    with pytest.raises(WrongUse, match="no_module has no file that could be watched; name one"):
        folder_of(Target("no_module", "f"))
    with pytest.raises(WrongUse, match="sys has no file that could be watched"):
        folder_of(Target("sys", "exit"))


def test_the_files_beside_a_function_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("raise SystemExit\n")
    (tmp_path / "pack" / "kernel.py").write_text("raise SystemExit\n")
    assert locate("pack.kernel", [str(tmp_path)]) == tmp_path / "pack" / "kernel.py"
    folder = folder_of(Target(str(tmp_path / "pack" / "kernel.py"), "f"))
    before = stamps(folder)
    assert {path.name for path in before} == {"__init__.py", "kernel.py"}
    (folder / "notes.txt").write_text("not code")
    assert stamps(folder) == before
    (folder / "kernel.cu").write_text("code")
    assert stamps(folder) != before


def test_a_check_is_written_as_junit_and_as_markdown(shell, kernel, tmp_path: Path) -> None:
    done = shell(
        *("check", kernel(NAIVE), *FEW, "--check", "gradient"),
        *("--junit", "found.xml", "--markdown", "-"),
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("## kernel.py:softmax: fails\n")
    assert "| stability | **fail F NaN ulp** |" in done.stdout
    root = ElementTree.parse(tmp_path / "found.xml").getroot()
    cases = {case.get("name"): [part.tag for part in case] for case in root.iter("testcase")}
    assert cases == {"stability[float32]": ["failure"], "gradient[float32]": ["skipped"]}


def test_a_run_is_written_as_junit_and_as_markdown_with_its_excuses(shell, tmp_path: Path) -> None:
    done = shell(
        *("run", "numpy.softmax", "numpy.softmax[naive]", *FEW),
        *("--junit", "found.xml", "--markdown", "-"),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("## softmark run, quick profile: passes\n")
    assert "fail F NaN ulp (known)" in done.stdout
    assert re.search(r"^Next: (\S+ -m )?softmark report", done.stderr, re.MULTILINE)
    root = ElementTree.parse(tmp_path / "found.xml").getroot()
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {"numpy.softmax", "numpy.softmax[naive]"}
    skipped = suites["numpy.softmax[naive]"].find("testcase/skipped")
    assert skipped is not None
    assert str(skipped.get("message")).startswith("known: exp(x) overflows without the shift")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--json", "-", "--markdown", "-"),
            "two outputs would print into each other; name a file",
        ),
        (("--junit", "no/such/found.xml"), "there is no folder"),
        (("--markdown", "."), ". cannot be written; name another file"),
    ],
)
def test_an_output_that_cannot_be_is_seen_before_anything_runs(
    shell, arguments: tuple[str, ...], said: str
) -> None:
    done = shell("check", "nothing.py:softmax", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
