"""``softmark.check``: functions of this process and by name, and what the report says of them."""

from __future__ import annotations

import functools
import importlib.util
import io
import math
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import softmark
from softmark.naming import UnknownName
from softmark.subjects import TargetError

Softmax = Callable[..., Any]
FEW: dict[str, Any] = {"formats": "float32", "checks": "stability"}

SOURCE = """
import os, time
import numpy as np

def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def naive(x, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)

def backward(x, g, axis=-1):
    return g * softmax(x, axis)

def aborts(x, axis=-1):
    os.abort()

def hangs(x, axis=-1):
    time.sleep(60)

def greedy(x, axis=-1):
    held = np.ones(2**28)
    time.sleep(5)
    return softmax(x, axis)
"""


def closure(shift: bool) -> Softmax:
    def softmax(x: Any, axis: int = -1) -> Any:
        e = np.exp(x - x.max(axis=axis, keepdims=True) if shift else x)
        return e / e.sum(axis=axis, keepdims=True)

    return softmax


@pytest.fixture
def module(tmp_path: Path) -> Iterator[ModuleType]:
    """A module of a user, imported from its file as an application would."""
    path = tmp_path / "their_kernels.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("their_kernels", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["their_kernels"] = made
    spec.loader.exec_module(made)
    yield made
    del sys.modules["their_kernels"]


def run(source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "script.py").write_text(textwrap.dedent(source))
    return subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
    )


def test_a_right_closure_is_ok() -> None:
    report = softmark.check(closure(shift=True), **FEW)
    assert report.ok
    assert report.failures == ()
    assert (report.verdict, report.info.operation) == ("pass", "softmax")
    assert report.info.name == "numpy.softmax[test_api_check:closure.softmax]"
    report.raise_for_failures()


def test_a_wrong_closure_raises_its_evidence() -> None:
    report = softmark.check(closure(shift=False), **FEW)
    assert not report.ok
    assert {record.verdict for record in report.failures} == {"fail"}
    with pytest.raises(AssertionError) as caught:
        report.raise_for_failures()
    said = str(caught.value)
    assert "fail stability float32: got nan, expected" in said
    assert "bound 1 (Blanchard" in said
    assert "got nan, expected 0x" in said
    assert isinstance(caught.value, softmark.CheckFailed)
    assert caught.value.report is report


def test_functions_of_many_kinds_are_called_as_they_are() -> None:
    torch = pytest.importorskip("torch")
    numba = pytest.importorskip("numba")

    @numba.njit
    def compiled(x: Any) -> Any:
        out = np.empty_like(x)  # in loops, which compile sooner than expressions of arrays
        rows, n = x.shape
        for i in range(rows):
            top, total = -np.inf, 0.0
            for j in range(n):
                top = max(top, x[i, j])
            for j in range(n):
                total += math.exp(x[i, j] - top)
            for j in range(n):
                out[i, j] = math.exp(x[i, j] - top) / total
        return out

    class Scaled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(()))

        def forward(self, x: Any, dim: int = -1) -> Any:
            return torch.softmax(x * self.weight, dim)

    kinds: dict[str, tuple[Softmax, str, str]] = {
        "numba": (compiled, "numpy", "last"),
        "module": (Scaled(), "torch", "any"),
        "layer": (torch.nn.Softmax(dim=-1), "torch", "last"),
        "lambda": (lambda x: torch.softmax(x, -1), "torch", "last"),
        "builtin": (torch.softmax, "torch", "any"),
        "partial": (functools.partial(torch.softmax, dim=-1), "torch", "any"),
    }
    for name, (function, framework, axes) in kinds.items():
        report = softmark.check(function, name=name, formats="float64", checks="ties")
        assert report.ok, report
        assert report.info.name == f"{framework}.softmax[{name}]"
        assert report.info.axes == axes, name
        assert report.info.gradient == (framework == "torch")


def test_another_operation_is_checked() -> None:
    def lse(x: Any, axis: int = -1) -> Any:
        top = x.max(axis=axis, keepdims=True)
        return (top + np.log(np.exp(x - top).sum(axis=axis, keepdims=True))).squeeze(axis)

    report = softmark.check(lse, "logsumexp", formats="float32", checks="ties")
    assert report.ok, report
    assert report.info.operation == "logsumexp"


def test_what_is_weak_fails_only_when_it_is_to() -> None:
    def running_sum(x: Any, axis: int = -1) -> Any:
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return e / np.cumsum(e, axis=axis).take([-1], axis=axis)

    few: dict[str, Any] = {"formats": "float32", "checks": "accuracy"}
    loose = softmark.check(running_sum, **few)
    strict = softmark.check(running_sum, **few, strict=True)
    assert (loose.ok, loose.verdict) == (True, "weak")
    assert not strict.ok
    assert {record.verdict for record in strict.failures} == {"weak"}


def test_known_failures_are_excused_until_they_no_longer_fail(tmp_path: Path) -> None:
    wrong, right = closure(shift=False), closure(shift=True)
    known = {"*/stability/float32/*": "No shift.", "numpy.softmax[another]/*": "Of another kernel."}
    excused = softmark.check(wrong, **FEW, known_failures=known)
    assert excused.ok
    assert excused.verdict == "fail"
    assert len(excused.excused) > 0

    stale = softmark.check(right, **FEW, known_failures=known)
    assert not stale.ok
    with pytest.raises(AssertionError, match=r"stale known failure .*32/\*: it no longer"):
        stale.raise_for_failures()

    file = tmp_path / "known.toml"
    file.write_text('[[failure]]\nid = "*/stability/*"\nreason = "No shift."\nlink = "x"\n')
    assert softmark.check(wrong, **FEW, known_failures=file).ok


@pytest.mark.parametrize("pattern", ["*/stability/*", "*32/*", "*"])
def test_an_excuse_is_not_missed_after_a_part_of_what_it_covers(pattern: str) -> None:
    """It may be needed in another format, or by another check."""
    assert softmark.check(closure(shift=True), **FEW, known_failures={pattern: "No shift."}).ok


def test_an_excuse_is_not_missed_behind_the_first_failure() -> None:
    """What was left out after it may be what the excuse is for."""
    known = {"*/stability/float32/ffffffffff": "Of a case that there is not."}
    wrong, first = closure(shift=False), {"first": True, "known_failures": known}
    assert [
        each.failure.reason for each in softmark.check(wrong, **FEW, known_failures=known).stale
    ]
    assert softmark.check(wrong, **FEW, **first).stale == ()


def test_an_excuse_that_only_a_larger_profile_needs_is_not_missed(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    entry = '[[failure]]\nid = "*/stability/*32/*"\nreason = "x"\nlink = "x"\nprofile = "{}"\n'
    for profile, is_ok in (("quick", False), ("standard", True)):
        file.write_text(entry.format(profile))
        report = softmark.check(closure(shift=True), **FEW, known_failures=file)
        assert report.ok == is_ok


def test_the_frame_is_tidy() -> None:
    report = softmark.check(closure(shift=False), **FEW)
    frame = report.to_frame()
    assert len(frame) == len(report.records)
    assert list(frame["id"]) == [record.id for record in report.records]
    assert set(frame["verdict"]) == {record.verdict for record in report.records}
    assert (frame["n"] > 0).all()


def test_a_report_shows_itself_as_text_and_as_html() -> None:
    report = softmark.check(closure(shift=False), **FEW, name="<b>bold</b>")
    assert "fail F NaN ulp" in str(report)
    assert "\x1b" not in str(report)
    assert repr(report).startswith("<softmark.Report <b>bold</b> (numpy.softmax[")
    html = report._repr_html_()
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "<script" not in html
    assert "fail F NaN ulp" in html
    assert "got nan, expected 0x" in html


def test_rich_prints_the_table_within_the_width() -> None:
    from rich.console import Console

    report = softmark.check(closure(shift=False), **FEW)
    console = Console(width=50, record=True, file=io.StringIO())
    console.print(report)
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= 50
    assert any("fail F NaN ulp" in line for line in lines)


def test_the_script_of_a_function_in_a_file_shows_the_failure(
    module: ModuleType, tmp_path: Path
) -> None:
    report = softmark.check(module.naive, **FEW)
    ran = run(report.script(), tmp_path)
    assert ran.returncode == 1, ran.stderr  # as long as it reproduces
    assert ran.stdout.startswith("got      nan")
    one = report.failures[0]
    assert report.script(one) == report.script(one.id) == report.script(one.id[-10:])
    with pytest.raises(UnknownName, match="unknown record 'nothing'"):
        report.script("nothing")


def test_the_script_of_a_closure_says_where_the_function_goes() -> None:
    script = softmark.check(closure(shift=False), **FEW).script()
    assert "function = ...  # closure.<locals>.softmax, from where it was checked" in script
    compile(script, "script", "exec")


def test_a_function_in_a_file_can_be_isolated(module: ModuleType) -> None:
    report = softmark.check(module.softmax, **FEW, isolate=True, threads=1)
    assert report.ok, report
    assert report.info.name == "numpy.softmax[their_kernels:softmax]"
    assert report.environment["worker"]["threads"] == 1  # type: ignore[index, call-overload]
    assert softmark.check(module.softmax, **FEW).info == report.info


@pytest.mark.parametrize(
    ("function", "verdict", "reason", "options"),
    [
        ("aborts", "crash", "SIGABRT", {}),
        ("greedy", "crash", "more than 0.5 GiB of memory", {"memory": 2**29}),
    ],
)
def test_what_ends_a_process_ends_only_the_isolated_one(
    module: ModuleType, function: str, verdict: str, reason: str, options: dict[str, Any]
) -> None:
    report = softmark.check(getattr(module, function), **FEW, isolate=True, **options)
    assert {record.verdict for record in report.failures} == {verdict}
    assert reason in report.failures[0].message


def test_what_hangs_at_the_first_call_is_one_message(module: ModuleType) -> None:
    """It would hang in each case: a minute for each of the first five, by default."""
    with pytest.raises(TargetError, match=r"hangs: called with float32 logits .* did not answer"):
        softmark.check(module.hangs, **FEW, isolate=True, timeout=0.5)


def test_a_name_is_checked_in_a_process_of_its_own(module: ModuleType) -> None:
    report = softmark.check(f"{module.__file__}:naive", **FEW)
    assert report.verdict == "fail"
    assert f"{Path(str(module.__file__)).parent}" in report.script()
    named = softmark.check("numpy.logsumexp", formats="float32", checks="ties")
    assert (named.ok, named.info.operation) == (True, "logsumexp")
    script = softmark.check("numpy.softmax[naive]", **FEW).script()
    assert "def naive_softmax(" in script


def test_a_random_seed_is_drawn_and_kept() -> None:
    reports = [softmark.check(closure(shift=True), **FEW, seed="random") for _ in range(2)]
    seeds = [{record.case.seed for record in report.records} for report in reports]
    assert [len(seed) for seed in seeds] == [1, 1]
    assert seeds[0] != seeds[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"operation": "sotfmax"}, "unknown operation 'sotfmax'; did you mean softmax"),
        ({"formats": ["float23"]}, "unknown format 'float23'; did you mean float32"),
        ({"checks": "tied"}, "unknown check 'tied'; did you mean ties"),
        ({"profile": "quik"}, "unknown profile 'quik'; did you mean quick"),
        ({"device": "gpu"}, "unknown device 'gpu'; did you mean cpu?"),
        ({"array": "numby"}, "unknown array library 'numby'; did you mean numpy"),
        ({"seed": -1}, "the seed is -1; give a number from 0 to 4294967295, or 'random'"),
        ({"timeout": 0}, "timeout is 0; give a number above 0"),
        ({"threads": 2}, "threads is a matter of a whole process; give isolate=True with it"),
        ({"memory": 2**30}, "memory is a matter of a whole process; give isolate=True with it"),
        ({"threads": 0, "isolate": True}, "threads is 0; give a number above 0"),
        ({"isolate": True}, "cannot be imported by its name in another process; define it at"),
        ({"isolate": True, "name": "f"}, "finds the function by its name; leave name out"),
        ({"known_failures": {"*": ""}}, "the known failure '*' has no reason; give one as text"),
        ({"known_failures": "nowhere.toml"}, "nowhere.toml: cannot be read"),
    ],
)
def test_wrong_arguments_are_a_sentence(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        softmark.check(closure(shift=True), **arguments)


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(TargetError, match="a list cannot be called; give a function, or its name"):
        softmark.check([1.0, 2.0])  # type: ignore[arg-type]
    with pytest.raises(TargetError, match=r"computes logsumexp, not softmax; name no operation"):
        softmark.check("numpy.logsumexp", "softmax")


def test_a_call_that_takes_too_long_is_interrupted() -> None:
    def endless(x: Any, axis: int = -1) -> Any:
        while True:
            pass

    with pytest.raises(TargetError, match=r"did not answer within 0\.1 s, and was interrupted"):
        softmark.check(endless, **FEW, timeout=0.1)


def test_what_a_function_changes_in_the_process_is_put_back() -> None:
    torch = pytest.importorskip("torch")

    def flushing(x: Any, dim: int = -1) -> Any:
        torch.set_flush_denormal(True)
        os.environ["SOFTMARK_TEST_LEFT"] = "behind"
        np.seterr(all="ignore")
        return torch.softmax(x, dim)

    errors = np.geterr()
    report = softmark.check(flushing, **FEW)
    assert np.float32(1e-40) * np.float32(1.0) > 0
    assert torch.tensor(1e-40) * 1.0 > 0
    assert "SOFTMARK_TEST_LEFT" not in os.environ
    assert np.geterr() == errors
    assert report.records


def test_a_process_that_uses_jax_keeps_its_precision(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    ran = run(
        """
        import jax, jax.numpy as jnp, softmark
        @jax.jit
        def softmax(x):
            return jnp.exp(x - x.max(-1, keepdims=True)) / jnp.exp(
                x - x.max(-1, keepdims=True)).sum(-1, keepdims=True)
        for wide in (False, True):
            jax.config.update("jax_enable_x64", wide)
            report = softmark.check(softmax, formats="float64", checks="ties")
            assert report.ok, report
            assert report.info.name == "jax.softmax[script:softmax]", report.info
            assert report.info.compiled
            assert jax.config.jax_enable_x64 is wide
        """,
        tmp_path,
    )
    assert ran.returncode == 0, ran.stderr


def test_a_script_that_checks_its_own_function_does_not_go_on_for_ever(tmp_path: Path) -> None:
    ran = run(
        """
        import softmark
        def f(x, axis=-1):
            return x
        softmark.check(f, isolate=True)
        """,
        tmp_path,
    )
    assert ran.returncode == 1
    assert "TargetError: softmark.check was called while the function" in ran.stderr
    assert 'call it under if __name__ == "__main__":' in ran.stderr


def test_importing_softmark_loads_nothing(tmp_path: Path) -> None:
    ran = run(
        """
        import sys, softmark
        heavy = {"numpy", "rich", "click", "pandas", "numba", "pytest", "softmark.api"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
        assert {"check", "Report", "CheckFailed", "__version__"} <= set(dir(softmark))
        assert "softmark.api" not in sys.modules
        softmark.check
        assert "softmark.api" in sys.modules
        """,
        tmp_path,
    )
    assert ran.returncode == 0, ran.stderr
    with pytest.raises(AttributeError, match="module 'softmark' has no attribute 'chekc'"):
        softmark.chekc  # noqa: B018


def good_backward(x: Any, g: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    p = e / e.sum(axis=axis, keepdims=True)
    return p * (g - (p * g).sum(axis=axis, keepdims=True))


def without_projection(x: Any, g: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return g * e / e.sum(axis=axis, keepdims=True)


def test_a_backward_written_by_hand_is_what_the_gradient_check_runs_on() -> None:
    few: dict[str, Any] = {"formats": "float64", "checks": "gradient"}
    good = softmark.check(closure(shift=True), **few, vjp=good_backward)
    assert good.ok, good
    assert {r.metric for r in good.records if r.verdict == "pass"} >= {"vjp error", "zero sum"}
    forward = [r for r in good.records if r.verdict == "not_offered"]
    assert forward
    assert all(r.message.startswith("its backward is written by hand, and ") for r in forward)
    wrong = softmark.check(closure(shift=True), **few, vjp=without_projection)
    assert {r.metric for r in wrong.failures} == {"vjp error", "zero sum"}


def test_the_backward_of_a_cross_entropy_takes_its_labels() -> None:
    def forward(x: Any, labels: Any, axis: int = -1) -> Any:
        shifted = x - x.max(axis=axis, keepdims=True)
        lse = np.log(np.exp(shifted).sum(axis=axis))
        return lse - np.take_along_axis(shifted, labels[..., None], axis)[..., 0]

    def backward(x: Any, labels: Any, g: Any, axis: int = -1) -> Any:
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        p = e / e.sum(axis=axis, keepdims=True)
        index = labels[..., None]
        np.put_along_axis(p, index, np.take_along_axis(p, index, axis) - 1, axis)
        return p * g[..., None]

    few: dict[str, Any] = {"formats": "float64", "checks": "gradient"}
    report = softmark.check(forward, "cross_entropy", **few, vjp=backward)
    assert any(r.metric == "vjp error" and r.verdict == "pass" for r in report.records)
    assert report.ok, report


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"setup": True}, "setup is for a name; call the factory, and give what it returns"),
        ({"vjp": "backward"}, "the backward 'backward' is a name; give the function itself"),
    ],
)
def test_what_belongs_to_a_name_is_refused_with_a_function(
    arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(TargetError, match=re.escape(said)):
        softmark.check(closure(shift=True), **arguments)


def test_what_an_implementation_does_not_have_is_refused() -> None:
    for arguments, what in (({"setup": True}, "setup"), ({"vjp": "g"}, "vjp")):
        with pytest.raises(TargetError, match=f"is an implementation; leave {what} out"):
            softmark.check("numpy.softmax", **FEW, **arguments)  # type: ignore[arg-type]


def test_an_isolated_backward_is_found_beside_the_function(module: ModuleType) -> None:
    with pytest.raises(TargetError, match=r"good_backward is not in the file of the function; put"):
        softmark.check(module.softmax, isolate=True, vjp=good_backward)
    report = softmark.check(
        module.softmax, formats="float64", checks="gradient", isolate=True, vjp=module.backward
    )
    assert any(record.metric == "vjp error" for record in report.failures)
