"""Rows with infinities between ordinary ones, by every way that rows can reach a function.

Most of their results are undefined: what is answered is reported, and must be the
same by every way.  The ordinary rows are judged as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array
from softmark.inputs.edges import SITUATIONS
from softmark.judging import answers
from softmark.judging.outputs import (
    LONGEST_WITNESS,
    Judged,
    Truth,
    forward_truth,
    hexes,
    judge_index,
    settled,
)
from softmark.judging.paths import PLAIN, Found, Path, offered, worst_of_each
from softmark.judging.scope import TEN, Measurement, Scope, said
from softmark.operations import Problem
from softmark.records import Case, Json
from softmark.subjects import NotOffered, Raised, Subject

AT_INFINITY: Final = 3
"""Where every situation with an infinity but "several +inf" has one."""


def cases(scope: Scope) -> Iterator[Case]:
    shapes: tuple[tuple[int, int], ...] = (TEN, (8, 1025))
    if scope.fewer_shapes:
        shapes = (TEN,)
    elif scope.profile == "full":
        shapes = (*shapes, (16, 100))
    for shape in shapes:
        case = partial(scope.case, "special_rows", *shape)
        if not scope.operation.takes_labels:
            yield case(check={"about": "rows"})
            continue
        for kind in scope.info.labels or ("index",):
            for label in (0, AT_INFINITY):
                yield case(check={"about": "rows", "labels": kind, "label": label})


def left_open(rows: int, scope: Scope) -> NDArray[np.bool_]:
    """Which of the first ``special_rows`` have results that are not judged."""
    names = scope.operation.open_situations
    return np.array([SITUATIONS[i % len(SITUATIONS)] in names for i in range(rows)])


def answered(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    rows = scope.problem(case)
    table = _told_of(case, scope)
    said_by: dict[str, dict[Path, str]] = {name: {} for name in table.values()}
    judged: list[Found] = []
    truth = None if scope.operation.is_index else forward_truth(rows, scope)
    for path in offered(scope):
        try:
            told, values = _by(path, subject, rows, scope, table)
        except NotOffered:
            if path is PLAIN:
                raise
            continue
        for name, answer in told.items():
            said_by[name][path] = answer
        if values is not None:
            judged += [(*_way(path), found) for found in _judged(values, truth, rows, scope)]
    yield from worst_of_each(judged)
    at = {name: i for i, name in table.items()}
    for name, by_path in said_by.items():
        yield answers.measured(name, by_path, _witness(rows, at[name], by_path))


def _way(path: Path) -> tuple[str, dict[str, Json]]:
    """What a message and a witness say of a path; nothing of the plain one."""
    return ("", {}) if path is PLAIN else (path.name, {"path": path.told()})


def _told_of(case: Case, scope: Scope) -> dict[int, str]:
    """Row to metric, for the rows whose answers are reported."""
    names = [n for n in SITUATIONS if n in scope.operation.open_situations]
    if said(case).get("label") == AT_INFINITY:
        return {SITUATIONS.index("one +inf"): "+inf at the label"}
    return {SITUATIONS.index(name): name for name in names if name != "masked"}


def _by(
    path: Path, subject: Subject, rows: Problem, scope: Scope, table: Mapping[int, str]
) -> tuple[dict[str, str], Float64Array | None]:
    """The answers of one path, and the values of all rows where it has them in one call."""
    if path.alone:
        return {n: _answer(path, subject, rows, [i], scope) for i, n in table.items()}, None
    try:
        values = path.call(subject, rows, scope)
    except Raised:
        # One row is enough for that, so each has a call of its own beside an ordinary one.
        return {n: _answer(path, subject, rows, [0, i], scope) for i, n in table.items()}, None
    return {name: answers.of_row(values[i], rows.x[i], scope) for i, name in table.items()}, values


def _answer(path: Path, subject: Subject, rows: Problem, chosen: list[int], scope: Scope) -> str:
    """The answer to the last of the ``chosen`` rows."""
    few = rows.of_rows(chosen)
    try:
        return answers.of_row(path.call(subject, few, scope)[-1], few.x[-1], scope)
    except Raised:
        return answers.ERROR


def _judged(
    values: Float64Array, truth: Truth | None, rows: Problem, scope: Scope
) -> Iterator[Measurement]:
    """The rows whose results are not open."""
    exempt = left_open(len(rows.x), scope)
    if truth is None:
        yield judge_index(values, rows, scope, among=~exempt)
        return
    mask = exempt.reshape(-1, *[1] * (values.ndim - 1))
    yield Judged("error", settled(values, truth, mask), truth, rows, scope).error()


def _witness(rows: Problem, i: int, by_path: Mapping[Path, str]) -> dict[str, Json]:
    """The row, and where the answers differ one path to each of them."""
    found: dict[str, Json] = {"row": i}
    if rows.n <= LONGEST_WITNESS:
        found["x"] = hexes(rows.x[i])
        if rows.labels is not None:
            one = rows.labels[i]
            found["labels"] = hexes(one) if one.ndim else int(one)
    first: dict[str, Path] = {}
    for path, answer in by_path.items():
        first.setdefault(answer, path)
    if len(first) > 1:
        found["paths"] = [path.told() | {"answer": answer} for answer, path in first.items()]
    return found
