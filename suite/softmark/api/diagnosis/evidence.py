"""Where the results come from that a diagnosis explains: records, and a few calls more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from softmark import operations
from softmark.api.diagnosis import Diagnosis, Sample, explained, is_wrong, telling
from softmark.api.diagnosis.steps import ALL
from softmark.formats import format_named
from softmark.inputs import direction
from softmark.judging.scope import HUNDRED, TEN, Scope, said
from softmark.operations import Kind
from softmark.records import Case, Record
from softmark.subjects import Subject, SubjectFault, TargetError
from softmark.workers.encoded import EncodedSubject

CALLS: Final = 12
"""Cases that fail and are called again."""

MOST: Final = 2**14
"""Elements of a case that is called again."""

MOST_RECORDED: Final = 2**20
"""Elements of a case that is made again for the one element that a record has of its result."""

_REDUCTIONS: Final = ("logsumexp", "smooth_max", "softargmax", "argmax")

_SPECIAL: Final = frozenset(
    {"layout", "cotangent layout", "cast", "format", "identity", "about", "manner", "options"}
)
"""What a check tells itself where the call, or what it is compared with, is no plain one."""


def diagnose(subject: Subject, failures: Iterable[Record]) -> str:
    """What the function computes, in a sentence; empty where no explanation fits."""
    failures = list(failures)
    of = operations.load(subject.info.operation)
    if any(record.verdict == "timeout" for record in failures) or _name(of) not in ALL:
        return ""
    for is_gradient in (False, True):
        called = list(_called(subject, failures, is_gradient))
        known = [
            sample for record in failures for sample in _recorded(subject, record, is_gradient)
        ]
        wrong = [sample for sample in [*called, *known] if is_wrong(sample)]
        if not wrong or not telling(wrong):
            continue
        right = [sample for sample in called if not is_wrong(sample)]
        found = explained(wrong, right)
        return found.text if found else _by_range(wrong)
    other = _of_another_shape(subject, failures)
    return other.text if other else ""


def _name(of: operations.Operation) -> str:
    """What an explanation calls an operation: with a mask it is that of the logits kept."""
    return of.plain or of.name


def _by_range(wrong: list[Sample]) -> str:
    """What the range of the results suggests, where nothing reproduces them."""
    is_log = wrong[0].operation == "softmax" and wrong[0].g is None
    finite = [s.got[s.judged & np.isfinite(s.got)] for s in wrong]
    if is_log and all((values <= 0).all() for values in finite) and any(map(np.any, finite)):
        return "Diagnosis: results are <= 0: is this --op log_softmax?"
    return ""


def _scope(subject: Subject, fmt: str) -> Scope:
    info = subject.info
    return Scope(info, operations.load(info.operation), format_named(fmt), device=info.device)


def _called(subject: Subject, failures: list[Record], is_gradient: bool) -> Iterator[Sample]:
    """The results of a few failing cases, the small ones, and of two usual ones."""
    faults = 0
    for fmt, case in _chosen(subject, failures, is_gradient):
        try:
            sample = _sample(subject, fmt, case, is_gradient)
        except (SubjectFault, TargetError, ValueError):
            faults += 1
            if faults > 2:
                return
            continue
        if sample is not None:
            yield sample


def _chosen(
    subject: Subject, failures: list[Record], is_gradient: bool
) -> Iterator[tuple[str, Case]]:
    """Failing cases that are no more alike than they must be."""
    if not failures or (is_gradient and not subject.info.gradient):
        return
    plain = [r for r in failures if _is_gradient(r) is is_gradient and _is_small(r.case)]
    plain = [r for r in plain if not {"format", "options"} & set(said(r.case))]
    kinds: dict[Any, Record] = {}
    for record in sorted(plain, key=lambda r: math.prod(r.case.shape)):
        case = record.case
        kinds.setdefault(
            (record.format, case.family, len(case.shape), case.axis, case.beta), record
        )
    rest = [record for record in plain if record not in kinds.values()]
    for record in [*kinds.values(), *rest][:CALLS]:
        yield record.format, record.case
    scope = _scope(subject, failures[0].format)
    yield failures[0].format, scope.case("normal", *TEN)
    yield failures[0].format, scope.case("normal", *HUNDRED, scale=3.0)


def _is_gradient(record: Record) -> bool:
    return said(record.case).get("mode") == "vjp"


def _is_small(case: Case, most: int = MOST) -> bool:
    return bool(case.shape) and case.family != "none" and 0 < math.prod(case.shape) <= most


def _sample(subject: Subject, fmt: str, case: Case, is_gradient: bool) -> Sample | None:
    scope = _scope(subject, fmt)
    problem = scope.problem(case)
    g = None
    if is_gradient:
        g = direction(case, scope.output_shape(problem), scope.format, "cotangent")
        output = subject.vjp(scope.call(problem, g=g), scope.format)
    else:
        output = scope.forward(subject, problem)
    if output is None:
        return None
    return _made(scope, case, output.values, np.ones(output.values.shape, dtype=bool), g)


def _made(scope: Scope, case: Case, got: Any, known: Any, g: Any = None) -> Sample:
    """A sample with its rows along the last axis."""
    problem = scope.problem(case)

    def moved(values: Any) -> Any:
        return np.moveaxis(values, case.axis, -1) if values.ndim == problem.x.ndim else values

    of, labels = scope.operation, problem.labels if scope.operation.takes_labels else None
    return Sample(
        _name(of), scope.format, problem.x, case.axis, case.beta,
        labels, moved(got), moved(known), None if g is None else moved(g),
    )  # fmt: skip


def _recorded(subject: Subject, record: Record, is_gradient: bool) -> Iterator[Sample]:
    """The element that a record has of a plain call."""
    case, witness = record.case, record.witness
    metric = "vjp error" if is_gradient else "error"
    if record.metric != metric or not _is_small(case, MOST_RECORDED) or _SPECIAL & set(said(case)):
        return
    if {"path", "paths", "mode", "shape"} & set(witness) or said(case).get("mode") == "search":
        return
    got, index = witness.get("got"), witness.get("index")
    if not isinstance(got, str) or not isinstance(index, list):
        return
    op = operations.load(record.operation)
    shape = case.shape if is_gradient else op.output_shape(case.shape, case.axis)
    if len(index) != len(shape):
        return
    at = tuple(int(str(place)) for place in index)
    values, known = np.zeros(shape), np.zeros(shape, dtype=bool)
    values[at], known[at] = float.fromhex(got), True
    scope = _scope(subject, record.format)
    output = op.output_shape(case.shape, case.axis)
    g = direction(case, output, scope.format, "cotangent") if is_gradient else None
    yield _made(scope, case, values, known, g)


def _of_another_shape(subject: Subject, failures: list[Record]) -> Diagnosis | None:
    """The operation whose result has the shape that came, and the numbers."""
    info = subject.info
    reduces = operations.load(info.operation).kind in (Kind.REDUCTION, Kind.INDEX)
    if not isinstance(subject, EncodedSubject) or not any("shape" in r.message for r in failures):
        return None
    others = ("softmax", "log_softmax", "hardmax") if reduces else _REDUCTIONS
    for name in others:
        subject.info = replace(info, operation=name)
        try:
            case = _scope(subject, failures[0].format).case("normal", *TEN)
            sample = _sample(subject, failures[0].format, case, False)
        except (SubjectFault, TargetError, ValueError):
            continue
        finally:
            subject.info = info
        if sample is not None and not is_wrong(sample):
            return Diagnosis(f"{name}(x)", True, 1, name)
    return None
