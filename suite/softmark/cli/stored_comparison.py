"""The comparison of two results as tables, sentences and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from softmark.cli.differences import COLUMNS, FailOn, as_json, change, counted
from softmark.cli.sheets import Printed, duration
from softmark.comparing.changes import WORSE, Change
from softmark.comparing.gathering import OneSide
from softmark.comparing.speed import SpeedChange
from softmark.comparing.stored import Compared, grouped
from softmark.evidence import number
from softmark.records import Record

_MOST_GROUPS: Final = 8
"""Groups of missing or new records that are named; JSON names all."""

_ORDER: Final = ("slower", "faster", "no difference shown", "not comparable")


def parts(
    found: Compared, fail_on: FailOn | None, slower: Sequence[SpeedChange]
) -> list[Printed | str]:
    """What a person reads, the gravest first."""
    return [
        f"BASE  {_described(found.base)}\nHEAD  {_described(found.head)}",
        _accuracy(found.changes),
        _speed(found.speeds),
        *_incomparable(found.speeds),
        *_unmatched("Only in BASE", found.missing),
        *_unmatched("Only in HEAD", found.new),
        *_limit(fail_on, slower),
        summary(found),
    ]


def summary(found: Compared) -> str:
    """Everything in one line."""
    kinds = Counter(item.kind for item in found.changes)
    worse = sum(item.fails for item in found.changes)
    known = sum(item.excused for item in found.changes)
    named = ", ".join(f"{kinds[kind]} {kind}" for kind in kinds) or "no change"
    excused = f" ({known} of them known, and excused)" if known else ""
    line = (
        f"Accuracy: {'worse' if worse else 'not worse'}; {named}{excused}, {found.same} the same."
    )
    times = counted(speed.word for speed in found.speeds)
    line += f"  Speed: {times}." if times else "  Speed: no time in both."
    return f"{line}  {len(found.missing)} missing, {len(found.new)} new."


def document(found: Compared, *, failed: bool) -> dict[str, Any]:
    """What ``--json`` writes."""
    return {
        "kind": "comparison",
        "failed": failed,
        "summary": summary(found),
        "base": _side(found.base),
        "head": _side(found.head),
        "accuracy": [_change(item) for item in found.changes],
        "same": found.same,
        "speed": [_timed(speed) for speed in found.speeds],
        "missing": list(found.missing),
        "new": list(found.new),
    }


def _described(side: OneSide) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in side.versions.items())
    dates = sorted({header.started[:10] for header in side.headers})
    span = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    files = f"{len(side.files)} file{'s' if len(side.files) > 1 else ''}"
    return f"{side.place}: {versions}; {span}, {files}, {len(side.measurements)} measurements"


def _accuracy(changes: Iterable[Change]) -> Printed:
    """One row for each kind of change of an implementation, a check and a format."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for item in sorted(changes, key=lambda c: (not c.fails, c.kind not in WORSE)):
        record = item.head
        key = (item.kind, record.implementation, record.check, record.format, record.metric)
        groups.setdefault((*key, str(item.excused)), []).append(item)
    rows = [_accuracy_row(key, group) for key, group in groups.items()]
    columns = ("change", "implementation", "check", "format", "metric", "BASE", "HEAD", "cases")
    return Printed("Accuracy", columns, rows, frozenset({5, 6, 7}))


def _accuracy_row(key: tuple[str, ...], group: Sequence[Change]) -> list[str]:
    worst = max(group, key=lambda c: abs(c.head.value or 0.0))
    kind, *named, excused = key
    known = " (known)" if excused == "True" else ""
    base = "" if worst.base is None else _result(worst.base)
    return [kind + known, *named, base, _result(worst.head), str(len(group))]


def _result(record: Record) -> str:
    grade = record.grade or record.verdict.replace("_", " ")
    return f"{grade} {number(record)}".strip()


def _speed(speeds: Iterable[SpeedChange]) -> Printed:
    shown = [speed for speed in speeds if speed.decision is not None]
    shown.sort(key=lambda speed: (_ORDER.index(speed.word), -abs(speed.decision.estimate.log)))  # type: ignore[union-attr]
    columns = ("HEAD is", "implementation", "case", "BASE", "HEAD", *COLUMNS)
    rows = [list(_speed_row(speed)) for speed in shown]
    title = "Speed, of a call; two results of different hours can only be compared coarsely"
    return Printed(title, columns, rows, frozenset(range(3, 8)))


def _speed_row(speed: SpeedChange) -> Iterator[str]:
    assert speed.decision is not None
    record = speed.record
    yield speed.word
    yield record.implementation
    yield f"{record.format} {shape_of(record)}"
    yield from map(duration, speed.times_ns)
    yield from change(speed.decision)


def shape_of(record: Record) -> str:
    """The shape of a case, and what else distinguishes it."""
    case = record.case
    told = case.parameters.get("check")
    said = [f"{v}" for v in told.values()] if isinstance(told, dict) else []
    axis = [f"axis {case.axis}"] if case.axis != -1 else []
    return " ".join(["x".join(map(str, case.shape)), *axis, *said])


def _incomparable(speeds: Iterable[SpeedChange]) -> Iterator[str]:
    reasons = Counter(speed.why for speed in speeds if speed.decision is None)
    for why, count in reasons.most_common():
        yield f"Not comparable: {count} time{'s' if count > 1 else ''}; {why}"


def _unmatched(where: str, ids: Sequence[str]) -> Iterator[str]:
    if not ids:
        return
    groups = grouped(ids)
    named = [f"{name} ({count})" for name, count in list(groups.items())[:_MOST_GROUPS]]
    rest = len(groups) - len(named)
    more = f" and {rest} more groups; --json names all" if rest > 0 else ""
    yield f"{where}: {len(ids)} measurements: {', '.join(named)}{more}"


def _limit(fail_on: FailOn | None, slower: Sequence[SpeedChange]) -> Iterator[str]:
    if fail_on is not None:
        yield f"Slower by more than {fail_on.percent:g} %: {len(slower)}"


def _side(side: OneSide) -> dict[str, Any]:
    return {
        "place": str(side.place),
        "files": [str(path) for path in side.files],
        "versions": side.versions,
        "measurements": len(side.measurements),
        "faults": [str(fault) for fault in side.faults],
    }


def _change(item: Change) -> dict[str, Any]:
    return {
        "id": item.head.id,
        "kind": item.kind,
        "excused": item.excused,
        "allowed": item.allowed,
        "base": None if item.base is None else _number(item.base),
        "head": _number(item.head),
    }


def _number(record: Record) -> dict[str, Any]:
    line = record.to_json()
    return {name: line[name] for name in ("verdict", "grade", "value", "value_hex", "unit")}


def _timed(speed: SpeedChange) -> dict[str, Any]:
    return {
        "id": speed.record.id,
        "word": speed.word,
        "why": speed.why,
        "base_ns": speed.times_ns[0],
        "head_ns": speed.times_ns[1],
        **as_json(speed.decision),
    }
