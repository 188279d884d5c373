"""Each mutant is failed by the check that it names; no control is failed by any."""

from __future__ import annotations

import inspect
import warnings

import mutants.backward
import mutants.controls
import mutants.forward  # noqa: F401  declares its mutants
import pytest
from mutants import CONTROLS, MUTANTS, Control, Mutant

from softmark import checks, operations
from softmark.checks import Measurement, Scope
from softmark.formats import format_named
from softmark.records import BAD
from softmark.subjects import Info, Raised
from softmark.subjects.in_process import InProcessSubject

TIMELESS = [name for name in checks.names() if name != "throughput"]


def _framework(name: str) -> object:
    if name == "torch":
        from softmark_implementations.with_torch import FRAMEWORK as TORCH

        return TORCH
    from softmark_implementations.with_numpy import FRAMEWORK as NUMPY

    return NUMPY


def _scope(found: Mutant | Control, fmt: str) -> Scope:
    info = Info(
        name=f"{found.framework}.{found.operation}[{found.name}]",
        framework=found.framework,
        operation=found.operation,
        variant=found.name,
        formats=found.formats,
        labels=("index",),
        takes_beta="beta" in inspect.signature(found.function).parameters,
        gradient=found.framework == "torch",
    )
    return Scope(info, operations.load(found.operation), format_named(fmt))


def _measure(found: Mutant | Control, check: str, fmt: str) -> list[Measurement]:
    """All that a check finds; an exception of the function is a finding, as in a run."""
    scope = _scope(found, fmt)
    subject = InProcessSubject(found.function, scope.info, _framework(found.framework))  # type: ignore[arg-type]
    if checks.applies(check, scope):
        return []
    measured: list[Measurement] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # overflow is what some of them are about
        for case in checks.load(check).cases(scope):
            try:
                measured += checks.load(check).measure(subject, case, scope)
            except Raised as error:
                measured.append(Measurement("call", None, "", "fail", message=str(error)))
    return measured


@pytest.mark.parametrize("found", MUTANTS, ids=lambda m: m.name)
def test_the_named_check_fails_the_mutant(found: Mutant) -> None:
    for fmt in found.formats:
        verdicts = {m.verdict for m in _measure(found, found.killed_by, fmt)}

        assert verdicts & BAD, f"{found.killed_by} lets {found.name} through in {fmt}"


@pytest.mark.parametrize("check", TIMELESS)
@pytest.mark.parametrize("found", CONTROLS, ids=lambda c: c.name)
def test_no_check_fails_a_control(found: Control, check: str) -> None:
    for fmt in found.formats:
        failed = [m for m in _measure(found, check, fmt) if m.verdict in BAD]

        assert not failed, f"{fmt}: {failed[0].metric}: {failed[0].message}"


def test_every_check_has_a_mutant_and_a_control() -> None:
    assert {m.killed_by for m in MUTANTS} == set(TIMELESS)
    measured = {
        m for c in CONTROLS for m in TIMELESS if not checks.applies(m, _scope(c, "float32"))
    }
    assert measured == set(TIMELESS)
