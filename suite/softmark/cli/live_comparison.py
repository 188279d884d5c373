"""The race of two functions as a table, a sentence and JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from softmark.cli.differences import COLUMNS, FailOn, as_json, change, counted
from softmark.cli.sheets import Printed, duration
from softmark.comparing.live import Accuracy, LiveCase, LiveReport
from softmark.records import BAD
from softmark.workers.worker_subject import LoadedFunction


def fails(found: LiveReport, fail_on: FailOn | None) -> bool:
    """Whether a result is wrong, or B is slower by more than was allowed."""
    wrong = any(a.verdict in BAD for case in found.cases for a in case.accuracy)
    return wrong or (fail_on is not None and bool(_slower(found, fail_on)))


def parts(found: LiveReport, fail_on: FailOn | None) -> list[Printed | str]:
    """What a person reads."""
    a, b = found.names
    shown: list[Printed | str] = [
        f"A  {a}: {_described(found.loaded[0])}\nB  {b}: {_described(found.loaded[1])}",
        _table(found),
    ]
    shown += [f"{_where(case)}: not comparable: {case.why}" for case in found.cases if case.why]
    shown.append(_how(found))
    if fail_on is not None:
        shown.append(f"B slower by more than {fail_on.percent:g} %: {len(_slower(found, fail_on))}")
    shown.append(f"B compared with A: {counted(case.word for case in found.cases)}.")
    return shown


def document(found: LiveReport, *, failed: bool) -> dict[str, Any]:
    """What ``--json`` writes."""
    return {
        "kind": "live comparison",
        "failed": failed,
        "a": _side(found.names[0], found.loaded[0]),
        "b": _side(found.names[1], found.loaded[1]),
        "mode": found.mode,
        "pairing": found.pairing,
        "environment": dict(found.environment),
        "cases": [_case(case) for case in found.cases],
    }


def _table(found: LiveReport) -> Printed:
    columns = ("case", "A", "B", "A takes", "B takes", "B is", *COLUMNS)
    rows = [list(_row(case)) for case in found.cases]
    title = "Accuracy, time of a call, and B compared with A"
    if found.mode == "vjp":
        title = "The vector-Jacobian product: accuracy, time, and B compared with A"
    return Printed(title, columns, rows, frozenset({3, 4, 6, 7, 8}))


def _row(case: LiveCase) -> Iterator[str]:
    yield _where(case)
    yield from map(_accuracy, case.accuracy)
    yield from map(duration, case.times_ns or (None, None))
    yield case.word
    yield from change(case.decision)


def _accuracy(found: Accuracy) -> str:
    size = "" if found.value is None else f" {abs(found.value):.3g} {found.unit}"
    return f"{found.verdict}{f' {found.grade}' if found.grade else ''}{size}".replace("_", " ")


def _how(found: LiveReport) -> str:
    """How they were raced, and what that can see."""
    if found.pairing == "one process":
        how = "Raced in one process, a difference confirmed in another."
    else:
        how = f"Raced in fresh pairs of processes, because {found.pairing}."
    clocks = {case.clock for case in found.cases if case.decision}
    by = " and ".join(sorted(clocks))
    return f"{how} Compared by {by} time." if by else how


def _where(case: LiveCase) -> str:
    return f"{case.format} {'x'.join(map(str, case.shape))}"


def _described(loaded: LoadedFunction) -> str:
    versions = loaded.facts.get("versions")
    named = versions.items() if isinstance(versions, dict) else ()
    listed = ", ".join(f"{name} {version}" for name, version in named)
    return f"{loaded.subject.info.name}, Python {loaded.facts.get('python')}, {listed}"


def _slower(found: LiveReport, fail_on: FailOn) -> list[LiveCase]:
    return [
        case
        for case in found.cases
        if case.decision and case.word == "slower" and case.decision.estimate.log > fail_on.log
    ]


def _side(name: str, loaded: LoadedFunction) -> dict[str, Any]:
    return {"target": name, "implementation": loaded.subject.info.name, "facts": dict(loaded.facts)}


def _case(case: LiveCase) -> dict[str, Any]:
    times = case.times_ns or (None, None)
    control = case.control
    return {
        "format": case.format,
        "shape": list(case.shape),
        "word": case.word,
        "why": case.why,
        "clock": case.clock,
        "accuracy": {name: _judged(a) for name, a in zip("ab", case.accuracy, strict=True)},
        "a_ns": times[0],
        "b_ns": times[1],
        "control_ratio": None if control is None else control.ratio,
        **as_json(case.decision),
    }


def _judged(found: Accuracy) -> dict[str, Any]:
    value = found.value
    return {
        "verdict": found.verdict,
        "grade": found.grade,
        "value": value if value is not None and math.isfinite(value) else None,
        "value_hex": None if value is None else float(value).hex(),
        "unit": found.unit,
        "message": found.message,
    }
