"""Progress: one line for the whole run with the time left, lines of 80 columns, known failures."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from softmark.api.asking import Asked
from softmark.cli import progress
from softmark.cli.console import own_command
from softmark.harness import Progress
from softmark.records import Case, Record

LONG = "torch.softmax[some-variant-with-a-long-name]/reproducibility/float8_e4m3fn"

Shown = Callable[..., list[str]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """The lines of a log, for reports that are some seconds apart."""

    def lines(*told: Progress, apart: float = 0.0) -> list[str]:
        clock = iter(apart * i for i in range(1000))
        monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
        console = Console(file=io.StringIO(), width=200)
        watcher = progress._Lines(console)
        for one in told:
            watcher(one)
        return console.file.getvalue().splitlines()  # type: ignore[attr-defined]

    return lines


def told(framework: str, done: int, **more: object) -> Progress:
    whole = Progress("all", "", done + 100, 300, {"fail": 5}, 400.0, known=3)
    return Progress(framework, LONG, done, 10, {"fail": 2}, 30.0, known=2, whole=whole)


def test_the_time_left_is_that_of_the_whole_run(shown: Shown) -> None:
    lines = shown(told("torch", 1), told("jax", 1), told("torch", 10))
    assert [line.split(",")[0] for line in lines] == [
        "torch: 1 of 10 2 known failures",
        "all: 101 of 300 7 min left",
        "jax: 1 of 10 2 known failures",
        "torch: 10 of 10 2 known failures",
    ]


def test_what_a_framework_does_between_its_ends_is_one_line_for_all(shown: Shown) -> None:
    lines = shown(*(told("torch", done) for done in range(1, 5)), apart=6.0)
    assert [line.split(":")[0] for line in lines] == ["torch", "all", "all"]


def test_known_failures_are_called_known(shown: Shown) -> None:
    _, whole = shown(told("torch", 1))
    assert "2 failed, 3 known failures" in whole


def test_a_line_fits_80_columns(shown: Shown) -> None:
    lines = shown(told("torch", 1), told("torch", 10))
    assert max(map(len, lines)) == 80


def test_bars_fit_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    with progress._bars(console) as watcher:
        watcher(told("tensorflow", 1))
    drawn = [line.split("\r")[-1] for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert any("7 min left, 2 failed, 3 known failures" in line for line in drawn)
    assert len([line for line in drawn if line.startswith("tensorflow ")]) >= 1
    assert max(len(line.rstrip()) for line in drawn if "\x1b" not in line) <= 80


def test_one_function_needs_no_line_for_the_whole(shown: Shown) -> None:
    alone = Progress("numpy", "numpy.softmax/ties/float32", 1, 9, {}, 42.0)
    assert shown(alone) == ["numpy: 1 of 9 40 s left, numpy.softmax/ties/float32"]


def test_the_first_failure_is_told_before_its_check_ends() -> None:
    """Once, and none that is known."""
    seen: list[object] = []
    asked = Asked.of(
        lambda x, axis=-1: 0 * x,
        formats=["float32"],
        checks=["simplex", "ties"],
        known_failures={"*/ties/*": "Zeros are wrong."},
    )
    with asked.opened() as opened:
        opened.check(asked.checks, asked.formats, progress=seen.append, failed=seen.append)
    (first,) = (told for told in seen if isinstance(told, Record))
    assert first.check == "simplex"
    assert seen.index(first) == 1
    assert seen[-1].known > 0  # type: ignore[attr-defined]


def test_the_first_failure_is_a_line() -> None:
    record = Record(
        "ties", "softmax", "numpy.softmax", "float32", "cpu", Case("ties", (1, 3)), "error", 45.0,
        "ulp", 10.0, "", "F", "fail",
    )  # fmt: skip
    console = Console(file=io.StringIO(), width=200)
    progress._Lines(console).failed(record)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert said == "first failure: ties float32: 4.5x its bound: 45 ulp\n"


def test_a_hint_starts_softmark_outside_of_nox_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """nox puts its environment on the path of its commands, not on the user's."""
    monkeypatch.setenv("NOX_CURRENT_SESSION", "report")
    assert own_command().endswith(" -m softmark")
    monkeypatch.delenv("NOX_CURRENT_SESSION")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert own_command() == "softmark"
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert own_command().endswith(" -m softmark")
