"""What got better and what got worse from one set of results to the next, as sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from softmark.records import BAD, Record, ResultsFile
from softmark_reports.data.changes import Changed, RunStep, Speed
from softmark_reports.data.collection import History, machine_of, place_of
from softmark_reports.data.findings import recipe
from softmark_reports.data.headers import mapping, version_of
from softmark_reports.data.history import Shift as Level
from softmark_reports.data.history import TimeSeries
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import Column, Field, Sheet
from softmark_reports.writing import wording

MOST: Final = 300
"""Changes of one step that its table spells out."""


def runs(histories: Sequence[History]) -> Sheet:
    """A row a run: when, what, and how much of it fails."""
    return Sheet(
        "runs",
        "The runs of each framework on each machine, the oldest first",
        [
            Column("framework"), Column("machine"), Column("started (UTC)"), Column("version"),
            Column("softmark"), Column("records", number=True), Column("fail", number=True),
            Column("weak", number=True),
        ],
        [_run(history, file) for history in histories for file in history.files],
    )  # fmt: skip


def summary(steps: Sequence[RunStep]) -> Sheet:
    """A row a step from one run to the next."""
    return Sheet(
        "steps",
        "What each run changed, beside the one before; the newest of each framework first",
        [
            Column("framework"), Column("machine"), Column("from"), Column("to"),
            Column("worse", number=True), Column("better", number=True),
            Column("slower", number=True), Column("faster", number=True),
            Column("same", number=True), Column("gone", number=True), Column("new", number=True),
        ],
        [_step(step) for step in steps],
        plain=True,
    )  # fmt: skip


def accuracy(report: ReportData, step: RunStep, name: str) -> Sheet:
    """The measurements that came out otherwise, what is worse first."""
    left = len(step.changes) - MOST
    rest = f"; {left:,} more are left out" if left > 0 else ""
    return Sheet(
        name,
        f"Accuracy of {_title(step)}: what came out otherwise{rest}",
        [
            Column("implementation"), Column("change"), Column("check"), Column("format"),
            Column("metric"), Column("case"), Column("was"), Column("is"),
        ],
        [_change(report, step, change) for change in step.changes[:MOST]],
    )  # fmt: skip


def speeds(report: ReportData, step: RunStep, name: str) -> Sheet:
    """The times of both runs; those that differ beyond chance first."""
    ordered = sorted(step.speeds, key=_loudest)
    return Sheet(
        name,
        f"Speed of {_title(step)}: time now over time before, with its interval at 99 %",
        [
            Column("implementation"), Column("verdict"), Column("format"), Column("case"),
            Column("was"), Column("is"), Column("ratio", number=True),
            Column("interval"),
        ],
        [_speed(report, step, speed) for speed in ordered[:MOST]],
    )  # fmt: skip


def levels(found: Sequence[TimeSeries]) -> Sheet:
    """The times that went to another level and stayed there, the last change first."""
    changed = [(one, change) for one in found for change in one.changes()]
    changed.sort(key=lambda pair: pair[0].points[pair[1].index].started, reverse=True)
    left = len(changed) - MOST
    rest = f"; {left:,} more are left out" if left > 0 else ""
    return Sheet(
        "levels",
        f"Times that went to another level and stayed there, beyond their own scatter{rest}",
        [
            Column("implementation"), Column("verdict"), Column("format"), Column("case"),
            Column("since (UTC)"), Column("version"), Column("was", number=True),
            Column("is", number=True), Column("ratio", number=True), Column("runs", number=True),
        ],
        [_level(one, change) for one, change in changed[:MOST]],
    )  # fmt: skip


def stamps(step: RunStep) -> str:
    """From which run to which, in words."""
    return f"{_stamp(step.old)} to {_stamp(step.new)}"


def _level(one: TimeSeries, change: Level) -> list[Field]:
    first, word = one.points[change.index], "slower" if change.ratio > 1 else "faster"
    return [
        Field(one.implementation, is_name=True),
        Field("", word, mark=word, style="v-weak" if change.ratio > 1 else "v-pass"),
        Field(one.format),
        Field(recipe(one.case)),
        Field(wording.moment(first.started)),
        Field(first.version),
        *(Field(wording.duration(ns), ns) for ns in (change.before, change.after)),
        Field(f"{wording.number(change.ratio)} ×", change.ratio),
        Field(str(len(one.points)), len(one.points)),
    ]


def _loudest(speed: Speed) -> tuple[bool, float]:
    return speed.ratio.word == "no difference shown", -speed.ratio.value


def _title(step: RunStep) -> str:
    return f"{step.new.header.framework} on {place_of(step.new)}"


def _run(history: History, file: ResultsFile) -> list[Field]:
    softmark = mapping(mapping(file.header.environment).get("softmark"))
    commit = str(softmark.get("commit") or "")[:8]
    bad = sum(record.verdict in BAD for record in file.records)
    weak = sum(record.verdict == "weak" for record in file.records)
    return [
        Field(history.framework),
        Field(history.place),
        Field(wording.moment(str(file.header.started))),
        Field(version_of(file)),
        Field(" ".join(filter(None, [str(softmark.get("version") or ""), commit]))),
        *(Field(f"{count:,}", count) for count in (len(file.records), bad, weak)),
    ]


def _step(step: RunStep) -> list[Field]:
    counts = (
        len(step.worse), len(step.better), len(step.told("slower")), len(step.told("faster")),
        step.same, step.gone, step.added,
    )  # fmt: skip
    return [
        Field(str(step.new.header.framework)),
        Field(place_of(step.new)),
        Field(_stamp(step.old)),
        Field(_stamp(step.new)),
        _loud(counts[0], "v-fail"),
        *(Field(f"{count:,}", count) for count in counts[1:]),
    ]


def _loud(count: int, style: str) -> Field:
    return Field("", count, mark=f"{count:,}", style=style) if count else Field("0", 0)


def _stamp(file: ResultsFile) -> str:
    return " ".join(filter(None, [version_of(file), str(file.header.started)[:10]]))


def _change(report: ReportData, step: RunStep, change: Changed) -> list[Field]:
    new = change.new
    return [
        grids.implementation(report, new.implementation),
        Field("", change.kind, mark=change.kind, style="v-pass" if change.better else "v-fail"),
        Field(new.check),
        Field(new.format),
        Field(new.metric),
        Field(recipe(new.case), link=report.address(machine_of(step.new), new.id)),
        *(_came(record) for record in (change.old, new)),
    ]


def _came(record: Record) -> Field:
    number = wording.quantity(record.value, record.unit)
    return Field(" ".join(filter(None, [record.grade or record.verdict, number])))


def _speed(report: ReportData, step: RunStep, speed: Speed) -> list[Field]:
    times = speed.ratio
    style = {"slower": "v-weak", "faster": "v-pass"}.get(times.word, "")
    return [
        grids.implementation(report, speed.new.implementation),
        Field("", times.word, mark=times.word, style=style) if style else Field(times.word),
        Field(speed.new.format),
        Field(
            wording.shape(speed.new.case.shape),
            link=report.address(machine_of(step.new), speed.new.id),
        ),
        *(Field(wording.quantity(r.value, r.unit)) for r in (speed.old, speed.new)),
        Field(f"{wording.number(times.value)} ×", times.value),
        Field(f"{wording.number(times.low)} to {wording.number(times.high)}"),
    ]
