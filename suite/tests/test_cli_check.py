from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

NAIVE = "e = np.exp(x); return e / e.sum(axis=axis, keepdims=True)"
SHIFTED = (
    "e = np.exp(x - x.max(axis=axis, keepdims=True)); return e / e.sum(axis=axis, keepdims=True)"
)
FEW = ("--check", "stability", "--format", "float32")
TOP = ["schema", "target", "operation", "verdict", "counts", "environment", "records"]
VERDICTS = {"pass", "weak", "fail", "policy", "not_offered", "skipped", "crash", "timeout"}
FIELDS = {
    *("id", "check", "operation", "implementation", "format", "device", "case", "metric"),
    *("value", "value_hex", "unit", "bound", "bound_hex", "bound_source", "grade", "verdict"),
    *("witness", "message", "seconds"),
}


def strict_json(text: str) -> dict:
    def refuse(token: str) -> None:
        raise AssertionError(f"{token} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_a_right_function_passes_with_status_0(shell, kernel) -> None:
    done = shell("check", kernel(SHIFTED), *FEW, "--json", "-")
    assert done.returncode == 0, done.stderr
    assert strict_json(done.stdout)["verdict"] == "pass"


def test_a_wrong_function_fails_with_its_evidence(shell, kernel, tmp_path: Path) -> None:
    done = shell("check", kernel(NAIVE), *FEW, "--json", "out.json")
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    (what,) = [line for line in lines if line.startswith("fail stability float32:")]
    assert "got nan" in what
    assert any("bound" in line and "Blanchard" in line for line in lines)
    assert any("input near_limit" in line and "seed 0" in line for line in lines)
    assert any("got nan, expected 0x" in line for line in lines)
    assert any("softmark repro 'numpy.softmax[kernel:softmax]/stability" in line for line in lines)

    assert_documented(strict_json((tmp_path / "out.json").read_text()))


def assert_documented(found: dict) -> None:
    """The JSON is that of the documentation, field by field."""
    assert list(found) == TOP
    assert (found["schema"], found["target"]) == (1, "kernel.py:softmax")
    assert (found["operation"], found["verdict"]) == ("softmax", "fail")
    assert set(found["counts"]) == VERDICTS
    assert sum(found["counts"].values()) == len(found["records"])
    for record in found["records"]:
        assert set(record) >= FIELDS
        assert set(record["case"]) == {"family", "shape", "axis", "beta", "seed", "parameters"}
        if record["value"] is None and record["metric"] == "error":
            assert record["value_hex"] in ("nan", "inf", "-inf")


def test_strict_fails_what_is_weak(shell, kernel) -> None:
    running_sum = "e = np.exp(x - x.max(axis=axis, keepdims=True)); s = np.cumsum(e, axis=axis);"
    target = kernel(f"{running_sum} return e / s.take([-1], axis=axis)")
    few = ("--check", "ties", "--format", "float16")
    loose, strict = shell("check", target, *few), shell("check", target, *few, "--strict")
    assert "weak" in loose.stdout or "fail" in loose.stdout
    assert strict.returncode == 1
    assert loose.returncode == (1 if "fail ties" in loose.stdout else 0)


def test_an_implementation_is_checked_by_name(shell) -> None:
    done = shell("check", "numpy.softmax[naive]", *FEW)
    assert done.returncode == 1, done.stderr
    assert "numpy.softmax[naive]" in done.stdout


def test_another_operation_is_checked(shell, tmp_path: Path) -> None:
    (tmp_path / "lse.py").write_text(
        "from scipy.special import logsumexp\n\n\ndef f(x, axis=-1):\n"
        "    return logsumexp(x, axis=axis)\n"
    )
    out = shell("check", "lse.py:f", "--op", "logsumexp", *FEW, "--json", "-").stdout
    found = strict_json(out)
    assert found["operation"] == "logsumexp"
    assert found["verdict"] != "fail"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def softmax(x:\n", "SyntaxError"),
        ("import no_such_thing\n", "No module named 'no_such_thing'"),
        ("def sofmax(x):\n    return x\n", "did you mean sofmax?"),
        ("softmax = 3\n", "cannot be called"),
    ],
)
def test_a_broken_file_is_the_users_and_said_in_a_few_lines(
    shell, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "kernel.py").write_text(text)
    done = shell("check", "kernel.py:softmax", *FEW)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 3


@pytest.mark.parametrize("target", ["kernel.py:softmax", "kernel:softmax"])
@pytest.mark.parametrize(
    ("beside", "said", "place"),
    [
        ("x = 1\nraise KeyError('mine')\n", "KeyError: 'mine'", "line 2: raise KeyError('mine')"),
        ("def f(:\n    pass\n", "SyntaxError: invalid syntax", "line 1: def f(:"),
        ("import no_such_thing\n", "No module named 'no_such_thing'", "line 1: import no_such_"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3", "line 2: sys.exit(3)"),
    ],
)
def test_an_import_that_fails_is_shown_at_the_users_own_line(
    shell, tmp_path: Path, target: str, beside: str, said: str, place: str
) -> None:
    (tmp_path / "kernel.py").write_text("from beside import scale\n\ndef softmax(x):\n    pass\n")
    (tmp_path / "beside.py").write_text(beside)
    done = shell("check", target, *FEW)
    assert done.returncode == 2
    what, where = done.stderr.splitlines()
    assert what.startswith("Error: kernel")
    assert f"cannot be imported: {said}" in what or said in what
    assert where.strip().startswith(f"{tmp_path / 'beside.py'}, {place}")
    assert "softmark" not in done.stderr


def test_a_function_that_ends_its_process_fails_with_the_reason(shell, kernel) -> None:
    done = shell("check", kernel("import os; os.abort()"), *FEW)
    assert done.returncode == 1, done.stderr
    assert "SIGABRT" in done.stdout


@pytest.mark.parametrize(
    ("body", "got"), [("pass", "NoneType"), ("return x, x", "tuple"), ("return x.tolist()", "list")]
)
def test_a_function_that_returns_no_array_is_wrong_use_in_one_message(
    shell, kernel, body: str, got: str
) -> None:
    done = shell("check", kernel(body), *FEW)
    assert done.returncode == 2, done.stdout
    assert f"softmax(x, axis=-1) returned no array: expected an array of numpy, got {got}" in (
        done.stderr
    )
    assert len(done.stderr.splitlines()) <= 3


def test_a_function_that_raises_for_any_input_is_wrong_use_with_the_reason(shell, kernel) -> None:
    done = shell("check", kernel("raise ValueError('mine')"), *FEW)
    assert done.returncode == 2, done.stdout
    assert "cannot be called: ValueError: mine" in done.stderr


def test_a_function_that_hangs_at_its_first_call_is_one_message(shell, kernel) -> None:
    done = shell("check", kernel("import time; time.sleep(60)"), *FEW, "--timeout", "0.5")
    assert done.returncode == 2, done.stderr
    assert "needs a longer time limit (--timeout)" in " ".join(done.stderr.split())


def test_a_function_that_hangs_on_long_rows_times_out(shell, kernel) -> None:
    hangs = "import time; time.sleep(60 if x.shape[-1] > 100 else 0)"
    few = [*FEW, "--check", "accuracy"]
    done = shell("check", kernel(f"{hangs}; {SHIFTED}"), *few, "--timeout", "0.5", "--first")
    assert done.returncode == 1, done.stderr
    assert "timeout" in done.stdout


def test_a_dumb_terminal_gets_plain_ascii(shell, kernel) -> None:
    done = shell("check", kernel(NAIVE), *FEW, PYTHONIOENCODING="ascii", TERM="dumb", COLUMNS="60")
    assert done.returncode == 1, done.stderr
    assert (done.stdout + done.stderr).isascii()
    assert "\x1b" not in done.stdout + done.stderr


def test_a_fault_of_softmark_itself_is_status_3_and_keeps_its_traceback(
    kernel, tmp_path: Path
) -> None:
    sabotage = (
        "import sys, softmark.cli, softmark.api.asking\n"
        "def broken(*a, **k): raise ZeroDivisionError('sabotage')\n"
        "softmark.api.asking.load = broken\n"
        "softmark.cli.main()\n"
    )
    command = [sys.executable, "-c", sabotage, "check", kernel(SHIFTED)]
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path)), "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 3
    assert "Internal error in softmark: ZeroDivisionError: sabotage" in done.stderr
    kept = Path(done.stderr.partition("which is in ")[2].partition(";")[0])
    assert "sabotage" in kept.read_text()

    environment["SOFTMARK_TRACEBACK"] = "1"
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 3
    assert "Traceback (most recent call last)" in done.stderr


def test_first_stops_at_the_first_failure_and_shows_its_evidence(shell, kernel) -> None:
    done = shell("check", kernel(NAIVE), "--first", "--json", "out.json")
    assert done.returncode == 1, done.stderr
    assert "fail stability" in done.stdout
    assert "Stopped at the first failure" in done.stdout

    found = strict_json(shell("check", kernel(NAIVE), "--first", "--json", "-").stdout)
    assert [record["verdict"] for record in found["records"]].count("fail") == 1
    assert {record["check"] for record in found["records"]} == {"stability"}


def test_first_checks_all_of_what_does_not_fail(shell, kernel) -> None:
    few = (*FEW, "--check", "simplex")
    found, all_found = (
        strict_json(shell("check", kernel(SHIFTED), *few, *first, "--json", "-").stdout)
        for first in (["--first"], [])
    )
    assert found["verdict"] == "pass"
    assert {r["id"] for r in found["records"]} == {r["id"] for r in all_found["records"]}
