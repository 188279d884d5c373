"""What a function answers where the literature leaves the answer open, in a few words.

The words tell where in a row a value stands by the kind of its logit, so that answers of several
implementations can be set side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from softmark.formats import Float64Array, Format
from softmark.judging.paths import Path
from softmark.judging.scope import Measurement, Scope
from softmark.operations import Kind, Problem
from softmark.records import Json, Verdict

LONGEST: Final = 40
"""Characters of an answer."""

ERROR: Final = "error"


def of_number(value: float) -> str:
    """One result."""
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "+inf" if value > 0 else "-inf"
    return f"{value:.4g}" if value else "0"


def of_row(values: Float64Array, x: Float64Array, scope: Scope) -> str:
    """The results of a row: one number, or one for each of its logits ``x``."""
    if values.ndim == 0:
        number = of_number(float(values))
        return f"index {number}" if scope.operation.kind is Kind.INDEX else number
    if scope.operation.kind is Kind.ONE_HOT and values.sum() == 1 and values.max() == 1:
        return f"1 at index {np.argmax(values)}"
    return of_logits(values, x)


def of_logits(values: Float64Array, x: Float64Array) -> str:
    """A number for each logit, told by the kind of the logit."""
    kinds = {"+inf": np.isposinf(x), "-inf": np.isneginf(x), "the others": np.isfinite(x)}
    told = {kind: _common(values[at]) for kind, at in kinds.items() if at.any()}
    if len(set(told.values())) == 1:
        same = next(iter(told.values()))
        plain = same in ("NaN", "0", "+inf", "-inf", "several values")
        return same if plain else f"uniform, {same}"
    *first, (_, last) = told.items()
    apart = [f"{value} at {kind}" for kind, value in first if value != last]
    return f"{', '.join(apart)}, {last} elsewhere"


def _common(values: Float64Array) -> str:
    words = {of_number(float(value)) for value in values}
    return words.pop() if len(words) == 1 else "several values"


def of_nan(values: Float64Array, problem: Problem, scope: Scope) -> Measurement:
    """Which index a row with a NaN has: that of the NaN, or of the maximum of the others."""
    x, given = problem.x, values
    if scope.operation.kind is Kind.ONE_HOT:
        given = np.where(values.sum(axis=problem.axis) == 1, values.argmax(axis=problem.axis), -1.0)
    hit = np.isnan(x).any(axis=problem.axis)
    among_others = np.argmax(np.where(np.isnan(x), -np.inf, x), axis=problem.axis)
    if (given == np.argmax(np.isnan(x), axis=problem.axis))[hit].all():
        answer = "the NaN"
    elif (given == among_others)[hit].all():
        answer = "the maximum of the others"
    else:
        answer = "another index"
    return policy("NaN", answer)


def of_subnormal(
    situation: str, values: Float64Array, due: Float64Array, fmt: Format
) -> Measurement:
    """Whether subnormal numbers ``due`` are there, or zeros in their place.

    The very least of them do not count: a function that errs by an ulp may give 0 there.
    """
    zero = values[np.abs(due) > 4 * fmt.least_subnormal] == 0
    answer = "flushed to zero" if zero.all() else "partly flushed to zero" if zero.any() else "kept"
    return policy(situation, answer)


def measured(
    situation: str, by_path: Mapping[Path, str], witness: Mapping[str, Json]
) -> Measurement:
    """What is answered in a situation; weak where it depends on the path.

    Parameters
    ----------
    situation:
        The metric.
    by_path:
        Path to answer.
    """
    paths_of: dict[str, list[str]] = {}
    for path, answer in by_path.items():
        paths_of.setdefault(answer, []).append(path.name)
    if len(paths_of) == 1:
        return policy(situation, next(iter(paths_of)), witness=witness)
    told = "; ".join(f"{answer} for {', '.join(paths)}" for answer, paths in paths_of.items())
    return policy(situation, " or ".join(paths_of), told, "weak", witness)


def policy(
    situation: str,
    answer: str,
    message: str = "",
    verdict: Verdict = "policy",
    witness: Mapping[str, Json] | None = None,
) -> Measurement:
    """An answer as a row of the table of edge cases."""
    short = answer if len(answer) <= LONGEST else f"{answer[: LONGEST - 1]}…"
    return Measurement(
        metric=situation,
        value=None,
        unit="",
        verdict=verdict,
        witness=witness or {},
        message=message or answer,
        distribution={"answer": short},
    )
