"""An operation that says nothing of itself but its value goes through all checks."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softmark import checks, oracle
from softmark.checks import Measurement, Scope
from softmark.formats import FORMATS, Float64Array
from softmark.harness.measuring import NEVER, Measuring
from softmark.harness.patience import Patience
from softmark.harness.planning import Task
from softmark.judging.flushing import Probe
from softmark.operations import Kind, Operation, Value, softmax
from softmark.operations.bounds import Model
from softmark.operations.row import Row
from softmark.records import BAD, Record
from softmark.subjects import Info
from softmark.subjects.convention import read
from softmark.workers.in_process import InProcessSubject
from softmark.workers.worker_subject import Origin
from softmark_implementations.with_numpy import FRAMEWORK


def _bound(row: Row, model: Model) -> Float64Array:
    return softmax.error_bound(Row(row.x, row.axis, 2.0), model)


TOY = Operation(
    name="softmax",  # by this the border knows the shape of its result
    kind=Kind.ELEMENTWISE,
    source="softmax at twice the logits",
    range=lambda row: (0.0, 1.0),
    traffic=lambda rows, n: (rows * n, rows * n),
    value=Value(lambda p: oracle.softmax(p.x, p.axis, beta=2.0), _bound),
)


def right(x: Any, axis: int = -1) -> Any:
    e = np.exp(2 * (x - x.max(axis=axis, keepdims=True)))
    return e / e.sum(axis=axis, keepdims=True)


def wrong(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _subject(function: Callable[..., Any]) -> tuple[InProcessSubject, Scope]:
    info = Info("numpy.toy", "numpy", TOY.name, formats=("float32",), call=read(function))
    subject = InProcessSubject(function, info, FRAMEWORK)
    return subject, Scope(info, TOY, FORMATS["float32"], shown=Probe(subject))


def _found(function: Callable[..., Any], check: str) -> list[Measurement]:
    subject, scope = _subject(function)
    if checks.applies(check, scope):
        return []
    of = checks.load(check)
    with np.errstate(all="ignore"):
        return [m for case in of.cases(scope) for m in of.measure(subject, case, scope)]


CHEAP = ("stability", "ties", "simplex", "special_values", "accuracy", "arguments")


@pytest.mark.parametrize("check", CHEAP)
def test_a_right_toy_is_failed_by_no_check(check: str) -> None:
    found = _found(right, check)

    assert found
    assert not [m for m in found if m.verdict in BAD]


@pytest.mark.parametrize("check", ["stability", "ties", "special_values", "accuracy"])
def test_a_wrong_toy_is_failed_by_each_check_of_values(check: str) -> None:
    assert [m for m in _found(wrong, check) if m.verdict in BAD]


@pytest.mark.parametrize("check", ["gradient", "limit", "identities"])
def test_what_the_toy_lacks_is_not_offered(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    subject, scope = _subject(right)
    task = Task(scope.info, Origin(None), check, scope.format)  # type: ignore[arg-type]
    monkeypatch.setattr(Task, "scope", lambda *_: scope)
    kept: list[Record] = []

    class Sink:
        def __contains__(self, record_id: str) -> bool:
            return False

        write = kept.append

        def done(self, task_id: str) -> None: ...

    Measuring("quick", 0, Sink(), Patience()).measure(task, subject)  # type: ignore[arg-type]

    (record,) = kept
    assert record.verdict == "not_offered"
    assert check != "identities" or record.message == NEVER.reason


@pytest.mark.parametrize("mode", ["vjp", "jvp", "hvp", "beta"])
def test_no_check_has_a_case_for_a_derivative_that_the_operation_lacks(mode: str) -> None:
    info = Info("torch.toy", "torch", TOY.name, formats=("float32",), takes_beta=True)
    for profile in checks.PROFILES:
        scope = Scope(info, TOY, FORMATS["float32"], profile)
        for name in checks.names():
            if checks.applies(name, scope) is None:
                for case in checks.load(name).cases(scope):
                    assert mode not in str(case.parameters), (name, case)


CHECKS = Path(checks.__file__).parent


@pytest.mark.parametrize("path", sorted(CHECKS.glob("*.py")), ids=lambda path: path.stem)
def test_no_check_branches_on_the_name_of_an_operation(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    deciding = [n.subject for n in ast.walk(tree) if isinstance(n, ast.Match)]
    deciding += [n for n in ast.walk(tree) if isinstance(n, ast.Compare | ast.Subscript)]

    named = [ast.unparse(n) for n in deciding if "operation.name" in ast.unparse(n)]

    assert not named
