"""What releases of libraries changed, as tables: since when a fault is there, and each step."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from softmark_reports.data.release_steps import (
    BROUGHT,
    WORSE,
    LastingFault,
    Moved,
    ReleaseStep,
    changed_outputs,
    courses_of,
)
from softmark_reports.data.releases import Release, ReleaseCell
from softmark_reports.sheets.sheet import Column, Field, Sheet
from softmark_reports.writing import wording

UNEXPLAINED: Final = "not explained"


def measured(releases: Sequence[Release]) -> Sheet:
    """A row a release: what was installed, how much fails, and whether any result changed."""
    rows = [
        _release(old, new)
        for course in courses_of(releases)
        for old, new in reversed(list(pairwise([None, *course])))
        if new is not None
    ]
    return Sheet(
        "releases",
        "The releases that were measured, the newest of each library first",
        [
            Column("library"), Column("release"), Column("measured with"),
            Column("cases", number=True), Column("fail", number=True),
            Column("outputs that changed"),
        ],
        rows,
        plain=True,
    )  # fmt: skip


def since(faults: Sequence[LastingFault]) -> Sheet:
    """A row for the failures of a function that are equally old."""
    return Sheet(
        "faults-since",
        "What fails in the newest release, and the first measured release that has it",
        [
            Column("function"), Column("fails since"), Column("last release without it"),
            Column("checks"), Column("formats"), Column("cases", number=True),
            Column("the worst"),
        ],
        [_fault(fault) for fault in faults],
        plain=True,
    )  # fmt: skip


def steps(found: Sequence[ReleaseStep]) -> Sheet:
    """A row for what a release changed in a function."""
    return Sheet(
        "release-steps",
        "What each release changed, the newest of each library first",
        [
            Column("function"), Column("change"), Column("in release"), Column("after"),
            Column("checks"), Column("formats"), Column("cases", number=True),
            Column("for instance"), Column("cause"),
        ],
        [_step(step) for step in found],
        plain=True,
    )  # fmt: skip


def _release(old: Release | None, new: Release) -> list[Field]:
    outputs = "the first"
    if old is not None:
        changed, shared = changed_outputs(old, new)
        outputs = f"{changed:,} of {shared:,} groups of cases"
    return [
        Field(new.library),
        Field(new.release),
        Field(", ".join(new.requirements)),
        *(Field(f"{count:,}", count) for count in (new.cases, new.failures)),
        Field(outputs),
    ]


def _fault(fault: LastingFault) -> list[Field]:
    return [
        Field(fault.implementation, is_name=True),
        Field(fault.since if fault.before else f"{fault.since} or earlier"),
        Field(fault.before or "none was measured"),
        Field(", ".join(fault.checks)),
        Field(", ".join(fault.formats)),
        Field(f"{fault.cases:,}", fault.cases),
        Field(_told(fault.worst)),
    ]


def _step(step: ReleaseStep) -> list[Field]:
    style = "v-fail" if step.kind in (BROUGHT, WORSE) else "v-pass"
    return [
        Field(step.implementation, is_name=True),
        Field("", step.kind, mark=step.kind, style=style),
        Field(step.release),
        Field(step.before),
        Field(", ".join(step.checks)),
        Field(", ".join(step.formats)),
        Field(f"{step.cases:,}", step.cases),
        Field(instance(step.moved[0])),
        Field(step.cause.why if step.cause else UNEXPLAINED),
    ]


def instance(moved: Moved) -> str:
    """The most telling cell of a step, before and after."""
    was, now = _value(moved.old), _value(moved.new)
    return f"{moved.new.check} {moved.new.format}, {moved.new.metric}: {was}, now {now}"


def _told(cell: ReleaseCell) -> str:
    said = f": {cell.says}" if cell.says else ""
    return wording.printable(f"{cell.check} {cell.format}, {cell.metric} of {cell.case}{said}")


def _value(cell: ReleaseCell) -> str:
    """The worst of a cell, or what it says where there is no number."""
    if cell.fails and (cell.worst is None or not cell.unit):
        return wording.printable(cell.says)
    if cell.worst is None:
        return f"{cell.weak} of {cell.cases} weak" if cell.cases else "nothing of that kind"
    bad = f" ({wording.count(len(cell.fails), 'failure')})" if cell.fails else ""
    return f"{wording.quantity(cell.worst, cell.unit)}{bad}"
