"""The plug-in for pytest, run by pytest's own tester."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import softmark.testing.items
from softmark.api.recorded import recorded
from softmark.records import RecordsError
from softmark.testing import conformance, example

pytest_plugins = ["pytester"]

KERNELS = """
import os
import numpy as np
import pytest
from softmark.testing import conformance, example

def right(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def naive(x, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)

def running_sum(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / np.cumsum(e, axis=axis).take([-1], axis=axis)

def aborts(x, axis=-1):
    os.abort()

def tells_where(x, axis=-1):
    with open(os.path.join(os.path.dirname(__file__), "processes"), "a") as stream:
        stream.write(f"{os.getpid()} ")
    return right(x, axis)

FEW = {"formats": ["float32"], "checks": ["stability"]}
"""


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Load what checks need before the tester's own runs do, which drop what they loaded."""
    assert softmark.testing.items.collected
    few: dict[str, Any] = {"formats": "float32", "checks": ["accuracy", "simplex"]}
    for operation in ("softmax", "log_softmax"):
        softmark.check(lambda x: x, operation, **few)


Run = Callable[..., pytest.RunResult]
OURS = ("-p", "softmark.pytest_plugin", "-p", "no:cacheprovider")


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest on a file of tests, with the plug-in whether softmark is installed or not."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def ran(tests: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_kernels=KERNELS + tests)
        return pytester.runpytest_inprocess(*OURS, *arguments)

    return ran


def ids(result: pytest.RunResult) -> list[str]:
    return [line.split("::", 1)[1] for line in result.outlines if "::" in line]


def test_there_is_an_item_for_each_check_and_format(run: Run) -> None:
    tests = "test_softmax = conformance(right, checks=['ties', 'stability'])\n"
    found = ids(run(tests, "--collect-only", "-q"))
    assert found == [
        f"test_softmax[{check}-{name}]"
        for check in ("ties", "stability")
        for name in ("float64", "float32", "float16")
    ]


def test_checks_that_fail_nothing_have_no_items_unless_they_are_named(run: Run) -> None:
    tests = "test_all = conformance(right, formats='float32')\n"
    found = ids(run(tests, "--collect-only", "-q"))
    assert "test_all[accuracy-float32]" in found
    assert not any("throughput" in name or "memory" in name for name in found)
    tests = "test_time = conformance(right, formats='float32', checks='throughput')\n"
    assert ids(run(tests, "--collect-only", "-q")) == ["test_time[throughput-float32]"]


def test_items_are_selected_by_k_by_mark_and_by_name(run: Run) -> None:
    tests = """
test_one = conformance(right, formats=["float32", "float64"], checks=["ties", "stability"])
class TestMore:
    test_two = conformance(right, **FEW, marks=[pytest.mark.filterwarnings("ignore")])
ignored = conformance(right, **FEW)
"""
    chosen = run(tests, "--collect-only", "-q", "-k", "ties and float32")
    assert ids(chosen) == ["test_one[ties-float32]"]
    chosen = run(tests, "--collect-only", "-q", "-m", "filterwarnings")
    assert ids(chosen) == ["TestMore::test_two[stability-float32]"]
    assert len(ids(run(tests, "--collect-only", "-q", "test_kernels.py::test_one"))) == 4
    assert not any("ignored" in line for line in run(tests, "--collect-only", "-q").outlines)


def test_a_failure_is_the_evidence_and_its_script_runs(run: Run, tmp_path: Path) -> None:
    result = run("test_softmax = conformance(naive, **FEW)\n")
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert "fail stability float32: got nan, expected" in text
    assert "error NaN ulp, bound 1 (Blanchard, Higham, Higham 2021" in text
    assert "at [0, 0]: got nan, expected 0x" in text
    assert "1. NaN, everywhere" in text
    assert "Traceback" not in text
    assert "softmark/testing" not in text
    script = "# numpy.softmax[" + text.partition("# numpy.softmax[")[2].partition("====")[0]
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.stdout.startswith("got      nan"), ran.stderr


def test_the_short_summary_says_in_a_few_words_what_is_wrong(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the item's name again, so that 80 columns have room for it."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("CI", raising=False)
    tests = "test_a = conformance(naive, **FEW)\ntest_b = conformance(zeros, **FEW)\n"
    result = run("def zeros(x, axis=-1):\n    return np.zeros_like(x)\n" + tests)
    result.stdout.fnmatch_lines(
        ["FAILED test_kernels.py::test_a[[]stability-float32] - got nan, *"]
    )
    result.stdout.fnmatch_lines(["FAILED test_kernels.py::test_b[[]stability-float32] - *x its b*"])


REWRITTEN = """
import sys
import softmark.api

def test_how_softmark_was_loaded():
    rewritten = [n for n, m in sys.modules.items() if n.startswith("softmark") and
                 type(getattr(m, "__loader__", None)).__name__ == "AssertionRewritingHook"]
    assert not [n for n in rewritten if n not in ("softmark", "softmark.pytest_plugin")]
"""


def test_pytest_rewrites_no_asserts_of_ours(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does for the packages of plug-ins; that takes seconds."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    pytester.makepyfile(test_rewritten=REWRITTEN)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_known_failures_are_expected_and_missed_when_they_no_longer_fail(run: Run) -> None:
    excused = run(
        "test_softmax = conformance(naive, **FEW, known_failures={'*/stability/*': 'No shift.'})\n",
        "-rx",
    )
    excused.assert_outcomes(xfailed=1)
    assert any(line.endswith("- No shift.") for line in excused.outlines)
    assert excused.ret == 0


def test_with_runxfail_a_known_failure_is_shown(run: Run) -> None:
    run(
        "test_softmax = conformance(naive, **FEW, known_failures={'*': 'No shift.'})\n",
        "--runxfail",
    ).assert_outcomes(failed=1)


def test_a_stale_excuse_for_one_item_fails_that_item(run: Run) -> None:
    known = "{'*/stability/float32/*': 'No shift.', '*/ties/float32/*': 'Of another item.'}"
    result = run(f"test_softmax = conformance(right, **FEW, known_failures={known})\n")
    result.assert_outcomes(failed=1)
    (said,) = [line for line in result.outlines if line.startswith("stale")]
    assert said == (
        "stale known failure */stability/float32/*: it no longer fails; delete the entry"
    )


def test_a_wide_excuse_is_judged_by_the_whole_session(run: Run) -> None:
    known = "known_failures={'*float32/*': 'No shift.'}"
    few = "formats='float32', checks=['stability', 'simplex']"
    one_fails = run(f"test_softmax = conformance(naive, {few}, {known})\n")
    assert one_fails.ret == 0

    none_fails = run(f"test_softmax = conformance(right, {few}, {known})\n")
    none_fails.assert_outcomes(passed=2)
    assert none_fails.ret == 1
    assert (
        "test_kernels.py::test_softmax: stale known failure *float32/*: it no longer fails; "
        "delete the entry"
    ) in none_fails.outlines


def test_what_is_weak_warns_and_fails_when_it_is_strict(run: Run) -> None:
    tests = "test_sum = conformance(running_sum, formats='float32', checks='accuracy')\n"
    loose = run(tests, "-W", "default::softmark.testing.WeakResult")
    loose.assert_outcomes(passed=1, warnings=1)
    (said,) = [line for line in loose.outlines if "WeakResult" in line]
    assert "test_sum[accuracy-float32]: " in said
    assert " ulp, bound " in said
    error = run(tests, "-W", "error::softmark.testing.WeakResult")
    error.assert_outcomes(failed=1)
    assert any(line.startswith("test_sum[accuracy-float32]: ") for line in error.outlines)
    strict = run(tests, "--softmark-strict")
    strict.assert_outcomes(failed=1)
    assert any(line.startswith("weak accuracy float32:") for line in strict.outlines)


def test_a_check_without_a_case_is_skipped_with_the_reason(run: Run) -> None:
    tests = "test_g = conformance(right, formats='float32', checks='gradient')\n"
    result = run(tests, "-rs")
    result.assert_outcomes(skipped=1)
    (said,) = [line for line in result.outlines if line.startswith("SKIPPED")]
    assert "test_kernels.py:" in said
    assert "numpy does not differentiate" in said


def test_a_function_is_decorated(run: Run) -> None:
    run("""
@conformance(operation="log_softmax", **FEW)
def test_log(x, axis=-1):
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
""").assert_outcomes(passed=1)


def test_two_workers_of_xdist_find_the_same(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    pytester.makepyfile(
        test_kernels=KERNELS
        + """
few = {"formats": ["float32"], "checks": ["stability", "simplex"]}
test_naive = conformance(naive, **few)
test_right = conformance(right, **few, known_failures={"*float32/*": "Wide."})
"""
    )
    result = pytester.runpytest_subprocess(
        *OURS, "-p", "xdist", "-n", "2", "--softmark-json", "found.json"
    )
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*::test_right: stale known failure ?float32/?: it no longer*"])
    result.stdout.fnmatch_lines(["fail stability float32: got nan, expected*"])
    document = json.loads((pytester.path / "found.json").read_text())
    assert [
        check["test"].partition("::")[2]
        for check in sorted(document["checks"], key=lambda check: check["test"])
    ] == ["test_naive", "test_right"]
    checks = {record["check"] for check in document["checks"] for record in check["records"]}
    assert checks == {"stability", "simplex"}


def test_the_json_is_read_again(run: Run, pytester: pytest.Pytester) -> None:
    run("test_naive = conformance(naive, **FEW)\n", "--softmark-json", "found.json")
    path = pytester.path / "found.json"
    document = json.loads(path.read_text())
    assert (document["schema"], document["verdict"]) == (1, "fail")
    assert sum(document["counts"].values()) == len(document["checks"][0]["records"])
    records = list(recorded([path]))
    assert {found.record.check for found in records} == {"stability"}
    assert {found.target for found in records} == {"test_kernels:naive"}


def test_a_file_that_cannot_be_written_is_wrong_use(run: Run) -> None:
    result = run("", "--softmark-json", "no/such/folder/found.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--softmark-json: no/such/folder/found.json cannot be written; name another" in (
        result.stderr.str()
    )


def test_the_profile_is_chosen_on_the_command_line(run: Run, pytester: pytest.Pytester) -> None:
    counts = []
    for profile in ("quick", "standard"):
        options = ("--softmark-profile", profile, "--softmark-json", "found.json")
        run("test_s = conformance(right, formats='float32', checks='simplex')\n", *options)
        document = json.loads((pytester.path / "found.json").read_text())
        counts.append(len(document["checks"][0]["records"]))
    assert counts[0] < counts[1]


def test_isolated_items_share_one_process_and_survive_a_crash(
    run: Run, pytester: pytest.Pytester
) -> None:
    few = "formats='float32', checks=['stability', 'simplex'], isolate=True"
    result = run(
        f"test_where = conformance(tells_where, {few})\ntest_abort = conformance(aborts, {few})\n"
    )
    result.assert_outcomes(passed=2, failed=2)
    assert "crash stability float32: its process ended by SIGABRT" in result.outlines
    processes = set((pytester.path / "processes").read_text().split())
    assert len(processes) == 1
    assert str(os.getpid()) not in processes
    assert not Path("/proc", processes.pop()).exists()


def test_a_name_is_skipped_in_formats_that_it_does_not_come_in(run: Run) -> None:
    result = run(
        "test_named = conformance('test_kernels.py:right', checks='stability')\n",
        *("-rs", "-k", "float64 or bfloat16"),
    )
    result.assert_outcomes(passed=1, skipped=1)
    assert "numpy is measured in float64, float32, float16" in result.stdout.str()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("right, formats=['float23']", "unknown format 'float23'; did you mean float32"),
        ("right, axis=3", "unknown argument of conformance 'axis'"),
        ("'numpy.sotfmax'", "unknown implementation 'numpy.sotfmax'; did you mean numpy.softmax"),
        ("right, array='numby'", "unknown array library 'numby'; did you mean numpy?"),
        ("lambda x: (torch.exp(x), jax.exp(x))", "test_wrong: the target works with jax and torch"),
    ],
)
def test_wrong_arguments_are_an_error_of_the_file(run: Run, arguments: str, said: str) -> None:
    modules = "torch, jax = type(os)('torch'), type(os)('jax')\n"
    result = run(f"{modules}test_wrong = conformance({arguments})\n")
    result.assert_outcomes(errors=1)
    assert said in result.stdout.str()


def failure() -> dict[str, Any]:
    """A record as JSON, of a function without a shift."""
    import numpy as np

    def naive(x: Any, axis: int = -1) -> Any:
        e = np.exp(x)
        return e / e.sum(axis=axis, keepdims=True)

    report = softmark.check(naive, formats="float32", checks="stability")
    return report.failures[0].to_json()


def test_a_recorded_failure_is_an_item_of_its_own(run: Run, pytester: pytest.Pytester) -> None:
    line = failure()
    (pytester.path / "found.json").write_text(
        json.dumps({"target": "k:naive", "environment": {}, "records": [line]})
    )
    tests = """
test_right = example("found.json")(conformance(right, **FEW))

@example({0!r}, "found.json")
@example({1!r})
@conformance(**FEW)
def test_wrong(x, axis=-1):
    return naive(x, axis)
"""
    result = run(tests.format(line["id"], line), "-k", "example", "-v")
    digest = line["id"].rpartition("/")[2]
    for name, outcome in (("test_right", "PASSED"), ("test_wrong", "FAILED")):
        shown = f"test_kernels.py::{name}[example-stability-float32-{digest}] {outcome}"
        assert any(line.startswith(shown) for line in result.outlines), result.outlines
    result.assert_outcomes(passed=1, failed=2, deselected=2)
    assert any(line.startswith("fail stability float32: got nan") for line in result.outlines)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"operation": "logsumexp"}, "is a record of logsumexp; the test is of softmax"),
        ({"check": "stabilty"}, "unknown check 'stabilty'; did you mean stability"),
        ({"format": "float31"}, "unknown format 'float31'; did you mean float32"),
        ({"verdict": None}, "this is no record as softmark writes it"),
        (
            {"case": {"family": "none", "shape": [], "axis": -1, "beta": 1, "seed": 0,
                      "parameters": {}}},
            "has no input that could be measured again; take another",
        ),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_an_example_is_refused(changes: dict[str, Any], said: str) -> None:
    test = conformance(lambda x: x)
    with pytest.raises(ValueError, match=said.replace("?", "[?]")):
        example(failure() | changes)(test)


def test_a_file_without_a_failure_is_no_example(tmp_path: Path) -> None:
    test = conformance(lambda x: x)
    with pytest.raises(RecordsError, match=r"nothing\.json: no such file or folder; name one"):
        example(tmp_path / "nothing.json")(test)
    good = failure() | {"verdict": "pass"}
    path = tmp_path / "good.json"
    path.write_text(json.dumps({"target": "k:f", "environment": {}, "records": [good]}))
    with pytest.raises(RecordsError, match="none of its 1 records is a failure of softmax; name"):
        example(path)(test)


def test_a_run_without_our_tests_loads_nothing_of_ours(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    pytester.makepyfile("""
import sys
def test_nothing():
    ours = {name for name in sys.modules if name.startswith("softmark")}
    assert ours == {"softmark", "softmark.pytest_plugin"}
    assert not {"numpy", "rich", "numba"} & set(sys.modules)
""")
    pytester.runpytest_subprocess(*OURS).assert_outcomes(passed=1)


def test_the_plug_in_comes_with_the_installation() -> None:
    points = metadata.entry_points(group="pytest11", name="softmark")
    assert {point.value for point in points} == {"softmark.pytest_plugin"}
