"""Times of many dates, and releases of libraries: tables of what changed, a sentence and JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from softmark.cli.differences import FailOn, percent
from softmark.cli.sheets import Printed, duration
from softmark.records import Fault
from softmark_reports.data.history import FEWEST, Shift, TimeSeries
from softmark_reports.data.release_steps import (
    LastingFault,
    ReleaseStep,
    lasting_faults,
    release_steps,
)
from softmark_reports.data.releases import releases, step_causes


def slower(found: Sequence[TimeSeries], fail_on: FailOn) -> list[TimeSeries]:
    """The series whose last change was to a time longer by more."""
    changed = [(each, each.changes()) for each in found]
    return [s for s, changes in changed if changes and math.log(changes[-1].ratio) > fail_on.log]


def parts(found: Sequence[TimeSeries], fail_on: FailOn | None) -> list[Printed | str]:
    """What a person reads."""
    rows = [_row(each, change) for each in found for change in each.changes()]
    columns = ("since", "it was", "implementation", "case", "before", "after", "change", "to")
    shown: list[Printed | str] = [
        Printed("Changes that lasted", columns, rows, frozenset({4, 5, 6})),
    ]
    if fail_on is not None:
        count = len(slower(found, fail_on))
        shown.append(f"Slower by more than {fail_on.percent:g} % since the last change: {count}")
    short = sum(len(each.points) < 2 * FEWEST for each in found)
    shown.append(
        f"{len(found)} series, {len(rows)} changes; {short} of fewer than {2 * FEWEST} dates, "
        "in which no change can be seen."
    )
    return shown


def _row(series: TimeSeries, change: Shift) -> list[str]:
    now, last = series.points[change.index], series.points[change.index - 1]
    shape = "x".join(map(str, series.case.shape))
    return [
        now.started[:10],
        last.version,
        series.implementation,
        f"{series.format} {shape}",
        duration(change.before),
        duration(change.after),
        percent(math.log(change.ratio)),
        f"{now.version} {now.commit}".strip(),
    ]


def document(found: Sequence[TimeSeries], *, failed: bool) -> dict[str, Any]:
    """What ``--json`` writes."""
    return {"kind": "history", "failed": failed, "series": list(map(_series, found))}


def _series(series: TimeSeries) -> dict[str, Any]:
    return {
        "id": series.id,
        "implementation": series.implementation,
        "format": series.format,
        "case": series.case.to_json(),
        "machine": series.machine,
        "points": [vars(point) for point in series.points],
        "changes": list(_changes(series)),
    }


def _changes(series: TimeSeries) -> Iterator[dict[str, Any]]:
    for change in series.changes():
        yield {**vars(change), "ratio": change.ratio, "since": series.points[change.index].started}


@dataclass(frozen=True)
class ReleaseHistory:
    """What fails in the newest measured release of each library, and what each one changed."""

    lasting: list[LastingFault]
    steps: list[ReleaseStep]
    faults: list[Fault]

    @classmethod
    def read(cls, places: Sequence[Path]) -> ReleaseHistory:
        """That of the folders of results; empty where none has releases."""
        held, unread = releases(places)
        causes, unheard = step_causes(places)
        return cls(lasting_faults(held), release_steps(held, causes), unread + unheard)

    def parts(self) -> Iterator[Printed | str]:
        """What a person reads."""
        if not self.lasting and not self.steps:
            return
        rows = [_lasting(fault) for fault in self.lasting]
        yield Printed("Faults of the newest releases", _FAULT, rows, frozenset({5}))
        told = [_release_step(step) for step in self.steps]
        yield Printed("Steps between releases", _STEP, told, frozenset({6}))
        explained = sum(step.cause is not None for step in self.steps)
        yield f"{len(self.steps)} steps between releases, {explained} with a cause."

    def document(self) -> dict[str, Any]:
        """What ``--json`` writes."""
        return {
            "faults": [dict(zip(_FAULT, _lasting(fault), strict=True)) for fault in self.lasting],
            "steps": [dict(zip(_STEP, _release_step(step), strict=True)) for step in self.steps],
        }


_FAULT: Final = ("function", "since", "not in", "checks", "formats", "cases")
_STEP: Final = (
    "function", "change", "in", "after", "checks", "formats", "cases", "cause",
)  # fmt: skip


def _lasting(fault: LastingFault) -> list[str]:
    return [
        fault.implementation,
        fault.since if fault.before else f"{fault.since} or earlier",
        fault.before,
        ", ".join(fault.checks),
        ", ".join(fault.formats),
        str(fault.cases),
    ]


def _release_step(step: ReleaseStep) -> list[str]:
    return [
        step.implementation,
        step.kind,
        step.release,
        step.before,
        ", ".join(step.checks),
        ", ".join(step.formats),
        str(step.cases),
        step.cause.why if step.cause else "not explained",
    ]
