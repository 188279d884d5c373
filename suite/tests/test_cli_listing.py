from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from softmark import catalog, operations
from softmark.operations import load

HEAVY = {"numpy", "scipy", "pandas", "matplotlib", "numba", "flint", "sklearn", "rich", "torch"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["run", "--help"],
        ["check", "--help"],
        ["report", "--help"],
        ["tolerance", "--help"],
        ["mismatch", "--help"],
        ["sample", "--help"],
        ["export", "--help"],
        ["list"],
        ["list", "implementations", "--json"],
        ["explain", "ties"],
    ],
)
def test_words_come_without_anything_heavy(arguments: list[str]) -> None:
    code = (
        "import sys, softmark.cli\n"
        "sys.argv[0] = 'softmark'\n"
        "try:\n    softmark.cli.main()\n"
        f"finally:\n    print({HEAVY!r} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "set()"


def test_help_starts_in_less_time_than_numpy() -> None:
    """In processor time, beside another program: what else the machine does is no fault."""

    def seconds(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, *arguments]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    ours, theirs = ("-m", "softmark", "--help"), ("-c", "import numpy, pandas, scipy.special")
    assert any(seconds(*ours) < seconds(*theirs) for _ in range(10))


def test_help_names_every_command_and_only_those(shell) -> None:
    text = shell("--help").stdout
    listed = text.partition("Commands:\n")[2].split("\n")
    names = [line.split()[0] for line in listed if line.startswith("  ")]
    assert names == [
        "list",
        "check",
        "run",
        "bench",
        "report",
        "compare",
        "tolerance",
        "mismatch",
        "sample",
        "ranks",
        "export",
        "exhaustive",
        "search",
        "explain",
        "repro",
        "env",
    ]


def test_list_has_all_four_groups(shell) -> None:
    out = shell("list").stdout
    for heading in ("operations:", "checks:", "implementations:", "inputs:"):
        assert heading in out
    for name in ("log_softmax", "ties", "numpy.softmax[naive]", "near_limit"):
        assert name in out


def test_list_gives_one_line_each(shell) -> None:
    lines = shell("list", "operations").stdout.partition("\n\n")[0].splitlines()
    assert len(lines) == len(operations.names())
    assert all(len(line.split()) > 2 for line in lines)


@pytest.mark.parametrize("width", [80, 100, 300])
def test_the_matrix_of_operations_is_what_is_declared_in_few_columns(shell, width: int) -> None:
    text = shell("list", "operations", COLUMNS=str(width)).stdout.partition("\n\n")[2]
    read: dict[tuple[str, str], str] = {}
    for table in text.split("\n\n")[1:]:
        head, *lines = table.splitlines()
        assert all(len(line) <= width for line in (head, *lines))
        ends = {name: head.index(f" {name} ") + 1 + len(name) for name in head.split()[:-1]}
        ends[head.split()[-1]] = len(head)
        for line in lines:
            read |= {(line.split()[0], of): line[end - 4 : end] for of, end in ends.items()}

    letters = {"float64": "d", "float32": "s", "float16": "h", "bfloat16": "b"}
    entries = catalog.read().entries
    declared = {(e.operation, e.framework): "" for e in entries}
    for place in declared:
        for name, letter in letters.items():
            offered = [e for e in entries if (e.operation, e.framework) == place]
            holding = [e for e in offered if name in e.formats]
            is_derived = load(place[0]).vjp and any(e.gradient for e in holding)
            shown = letter.upper() if is_derived else letter
            declared[place] += shown if holding else "-"
    assert {place: cell for place, cell in read.items() if cell.strip()} == declared


def test_list_as_json_is_strict_json(shell) -> None:
    def refuse(token: str) -> None:
        raise AssertionError(token)

    found = json.loads(shell("list", "--json").stdout, parse_constant=refuse)
    assert set(found) == {"operations", "checks", "implementations", "inputs"}
    naive = [row for row in found["implementations"] if row["name"] == "numpy.softmax[naive]"]
    assert naive[0]["operation"] == "softmax"
    assert naive[0]["missing"] == []
    row = next(row for row in found["operations"] if row["name"] == "softmax")
    assert row["frameworks"]["numpy"]["derivative"] == []
    assert "bfloat16" in row["frameworks"]["torch"]["derivative"]


def test_a_missing_framework_is_named_with_its_install_line(shell, tmp_path: Path) -> None:
    (tmp_path / "third_party.py").write_text(
        '# /// script\n# dependencies = ["no-such-framework>=3"]\n# ///\n'
        "import no_such_framework\n\n\n"
        "@implementation('softmax')\ndef f(x, axis=-1):\n    '''Not here.'''\n"
    )
    info = tmp_path / "third_party-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[softmark.implementations]\nnosuch = third_party\n")

    out = shell("list", "implementations").stdout
    assert "nosuch.softmax" in out
    assert 'nosuch is not installed; to add it: python -m pip install "no-such-framework>=3"' in out

    run = shell("run", "--framework", "nosuch")
    assert run.returncode == 2
    assert 'to add it: python -m pip install "no-such-framework>=3"' in run.stderr

    check = shell("check", "nosuch.softmax")
    assert check.returncode == 2
    assert 'to add it: python -m pip install "no-such-framework>=3"' in check.stderr


def test_a_file_that_cannot_be_read_is_left_out_and_named(shell, tmp_path: Path) -> None:
    (tmp_path / "third_party.py").write_text("def f(:")
    info = tmp_path / "third_party-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[softmark.implementations]\nbroken = third_party\n")

    done = shell("list", "implementations")
    assert done.returncode == 0
    assert "numpy.softmax" in done.stdout
    assert "Left out:" in done.stderr
    assert "third_party.py, line 1: cannot be read" in done.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ties", ["ties: ", "Statement\n", "Bound\n", "Source\n", "At most 1 ulp"]),
        ("softmax", ["Formula\n", "Blanchard", "At most 1 ulp"]),
        ("row sum", ["row sum: "]),
        ("grades", ["At most 1 ulp", "Verdicts\n"]),
        ("near_limit", ["largest finite number"]),
    ],
)
def test_explain_prints_the_specification(shell, name: str, words: list[str]) -> None:
    out = shell("explain", name).stdout
    for word in words:
        assert word.lower() in out.lower()


def test_explain_suggests_the_nearest_name(shell) -> None:
    done = shell("explain", "tise")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "unknown check, operation, metric or input 'tise'; did you mean" in done.stderr
    assert "or ties or" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lst"], "No such command 'lst'"),
        (["list", "checkz"], "'checkz' is not one of"),
        (["explain"], "Missing argument"),
        (["run", "--profile", "quik"], "'quik' is not one of"),
        (["run", "--op", "softmx"], "unknown operation 'softmx'; did you mean softmax"),
        (["run", "--check", "tie"], "unknown check 'tie'; did you mean ties?"),
        (["run", "--format", "fp32"], "unknown format 'fp32'"),
        (
            ["run", "--framework", "numpi"],
            "unknown framework 'numpi'; did you mean numpy or numba?",
        ),
        (["run", "numpy.sofmax"], "unknown implementation 'numpy.sofmax'; did you mean numpy.soft"),
        (["run", "--timeout", "0"], "0.0 is not in the range x>0"),
        (["run", "--python", "numpy"], "'numpy' is not FRAMEWORK=PATH"),
        (["run", "--python", "numpy=/no/such"], "there is no interpreter /no/such"),
        (["run", "numpy.softmax", "--op", "sigmoid"], "nothing to measure"),
        (["check", "numpy.sofmax"], "unknown implementation 'numpy.sofmax'"),
        (["check", "kernel.py"], "kernel.py names no function; write kernel.py:function"),
        (["check", "kernel.py:softmax"], "there is no file kernel.py"),
        (["check", "no_module:softmax"], "there is no module 'no_module'"),
        (["check", "numpy.softmax", "--op", "sigmoid"], "computes softmax, not sigmoid"),
        (["check", "a:b", "--array", "numpi"], "unknown array library 'numpi'; did you mean numpy"),
        (["report", "nowhere"], "nowhere: no such file or folder"),
        (["report"], "results: no such file or folder"),
        (["repro", "x", "nowhere"], "nowhere: no such file or folder"),
        (["repro", "x"], "there are no results here; make some with: softmark run"),
    ],
)
def test_wrong_use_is_one_message_and_status_2(shell, arguments: list[str], message: str) -> None:
    done = shell(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert message in done.stderr
    assert done.stderr.count("Error:") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["list"], ["explain", "softmax"], ["--help"]])
def test_a_narrow_encoding_is_no_fault(shell, command: list[str]) -> None:
    done = shell(*command, PYTHONIOENCODING="ascii", TERM="dumb", LC_ALL="C", COLUMNS="40")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert done.stdout.count("?") == shell(*command).stdout.count("?")


def test_a_closed_pipe_is_no_fault(shell, tmp_path: Path) -> None:
    command = f"{sys.executable} -m softmark list --json | head -c 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env={"PYTHONPATH": ":".join(filter(None, sys.path)), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""


def test_a_command_is_imported_without_the_others() -> None:
    code = (
        "import sys, softmark.cli\n"
        "try:\n    softmark.cli.main()\n"
        "finally:\n    print('softmark.cli.compare' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "explain", "ties"],
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "False"
