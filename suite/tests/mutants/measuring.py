"""What the checks say of a mutant or of a control, in this process and without a results file."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import cast

import numpy as np

from mutants import Control, Mutant
from mutants.cases import in_order
from softmark import checks, inputs, operations
from softmark.calling import arrays
from softmark.calling.learning import learn
from softmark.checks import Measurement, Scope
from softmark.formats import format_named
from softmark.harness import contracted
from softmark.judging.flushing import Probe
from softmark.judging.scope import Profile, said
from softmark.records import BAD, Case
from softmark.subjects import Info, SubjectFault, TargetError
from softmark.workers.in_process import InProcessSubject
from softmark.workers.worker_subject import info_of_custom
from softmark_implementations.framework import Framework

CHECKS = tuple(name for name in checks.names() if name not in ("throughput", "memory"))
"""All that can fail: a time never does, nor a size."""


def scope_of(found: Mutant | Control, fmt: str, seed: int = 0, profile: Profile = "quick") -> Scope:
    """What ``softmark check`` would have for the function."""
    info = _usual(found) if found.takes is None else _contracted(found)
    return Scope(info, operations.load(found.operation), format_named(fmt), profile, seed=seed)


def _usual(found: Mutant | Control) -> Info:
    learned = learn(found.function, _framework(found.framework), found.operation)
    return Info(
        name=f"{found.framework}.{found.operation}[{found.name}]",
        framework=found.framework,
        operation=found.operation,
        variant=found.name,
        formats=found.formats,
        labels=("index",),
        options=tuple(name for name, _ in learned.convention.options),
        takes_beta=learned.convention.takes_beta,
        gradient=found.framework != "numpy",
        costly="shapes" if found.framework == "jax" else "",  # as for a function of one's own
        call=learned.convention,
        default_axis=learned.default_axis,
        axis_by_place=learned.axis_by_place,
    )


@cache
def _contracted(found: Mutant | Control) -> Info:
    """What is known of a function once it has been called with what it may refuse."""
    framework = _framework(found.framework)
    learned = learn(found.function, framework, found.operation)
    told = arrays.described(found.function, framework, learned)
    info = info_of_custom(told, found.name, found.operation, "cpu")
    subject = InProcessSubject(found.function, replace(info, formats=found.formats), framework)
    return contracted(subject, found.takes or "")


def measurements(
    found: Mutant | Control, check: str, fmt: str, seed: int = 0, family: str = ""
) -> list[Measurement]:
    """All that a check finds; an exception of the function is a finding, as in a run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # overflow is what some of them are about
        return list(_measured(found, check, fmt, seed, family))


def is_failed(found: Mutant | Control, check: str, fmt: str) -> bool:
    """Whether a check fails it; its first failure ends the check.

    The case at which it died when it was last looked for comes first.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        measured = _by_case(scope_of(found, fmt), found, check, "", deadly_first=True)
        return any(m.verdict in BAD for _, each in measured for m in each)


def by_case(found: Mutant, check: str, fmt: str) -> Iterator[tuple[Case, list[Measurement]]]:
    """What a check finds, case by case."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case, measured in _by_case(scope_of(found, fmt), found, check, ""):
            yield case, list(measured)


def first_failure(
    found: Mutant | Control, fmt: str, order: tuple[str, ...], profile: Profile = "quick"
) -> tuple[str, Measurement] | None:
    """The first of these checks that fails it, and the first failure; ``None`` when none does."""
    try:
        scope = scope_of(found, fmt, profile=profile)
    except TargetError as error:
        return "call", Measurement("call", None, "", "fail", message=str(error))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for check in order:
            for measured in _measured_in(scope, found, check, ""):
                if measured.verdict in BAD:
                    return check, measured
    return None


def _measured(
    found: Mutant | Control, check: str, fmt: str, seed: int, family: str
) -> Iterator[Measurement]:
    return _measured_in(scope_of(found, fmt, seed), found, check, family)


def _measured_in(
    scope: Scope, found: Mutant | Control, check: str, family: str
) -> Iterator[Measurement]:
    for _, measured in _by_case(scope, found, check, family):
        yield from measured


def _by_case(
    scope: Scope, found: Mutant | Control, check: str, family: str, *, deadly_first: bool = False
) -> Iterator[tuple[Case, Iterator[Measurement]]]:
    if checks.applies(check, scope):
        return
    framework = _framework(found.framework)
    subject = InProcessSubject(found.function, scope.info, framework, taken=scope.info.call)
    scope = replace(scope, shown=Probe(subject))
    subject.declines_nothing()
    cases = checks.load(check).cases(scope)
    if deadly_first:
        cases = in_order(cases, found.name, scope.format.name)
    for case in cases:
        if scope.seed and not _depends_on_the_seed(case, check, scope):
            continue  # seed 0 has measured it
        if family in ("", case.family):
            yield case, _of_case(subject, case, check, scope)


def _of_case(
    subject: InProcessSubject, case: Case, check: str, scope: Scope
) -> Iterator[Measurement]:
    try:
        yield from checks.load(check).measure(subject, case, scope)
    except SubjectFault as fault:
        yield Measurement("call", None, "", fault.verdict, message=fault.message)


def _depends_on_the_seed(case: Case, check: str, scope: Scope) -> bool:
    """Whether a case has other inputs than with seed 0; labels and directions are drawn always."""
    if check == "gradient" or "mode" in said(case) or scope.operation.name == "cross_entropy":
        return True
    own, first = (inputs.logits(c, scope.format) for c in (case, replace(case, seed=0)))
    return not np.array_equal(own, first, equal_nan=True)


def failures(found: Mutant | Control, check: str, fmt: str, seed: int = 0) -> list[Measurement]:
    """The measurements of a check that fail: numbers first, the furthest beyond its bound first."""
    bad = [m for m in measurements(found, check, fmt, seed) if m.verdict in BAD]
    return sorted(bad, key=lambda m: (m.value is not None, _excess(m)), reverse=True)


def killers(
    found: Mutant | Control, fmt: str, seed: int = 0, checks: tuple[str, ...] = CHECKS
) -> dict[str, Measurement]:
    """Those of the checks that fail it, each with its worst measurement."""
    failed = {check: failures(found, check, fmt, seed) for check in checks}
    return {check: bad[0] for check, bad in failed.items() if bad}


def _excess(measured: Measurement) -> float:
    """A value in units of its bound; what is no number is beyond any."""
    if measured.value is None or math.isnan(measured.value):
        return math.inf
    return abs(measured.value) / (measured.bound or 1.0)


def _framework(name: str) -> Framework:
    module = import_module(f"softmark_implementations.with_{name}")
    return cast(Framework, module.FRAMEWORK)
