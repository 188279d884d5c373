"""What docs/tolerance.md says of the pool of wrong implementations is what a count gives."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
from gates.running import forward, is_meant
from mutants import declared

from softmark.answers.allowed import question
from softmark.answers.closeness import judged
from softmark.answers.report import TORCH, ToleranceReport
from softmark.answers.rows import Size
from softmark.answers.wrong import exact
from softmark.formats import FLOAT32
from softmark.subjects import SubjectFault

TEXT = (Path(__file__).parents[2] / "docs" / "tolerance.md").read_text(encoding="utf-8")
NEAR = 2
"""Counts may differ by that much between processors, whose exponentials do."""


def counted() -> Counter[str]:
    size = Size("softmax", FLOAT32, 4096, 8.0)
    problem = size.ordinary()
    right, found = exact(size, problem), ToleranceReport(size).allowed
    rules = {"1e-2": (1e-2, 1e-2), "torch": TORCH["float32"], "pair": (found.rtol, found.atol)}
    counts: Counter[str] = Counter()
    for mutant in declared()[0]:
        if not is_meant(mutant) or mutant.framework != "numpy":
            continue
        counts["all"] += 1
        try:
            with np.errstate(all="ignore"):
                values = forward(mutant)(problem.x)
        except SubjectFault:
            continue
        counts.update(
            rule
            for rule, (rtol, atol) in rules.items()
            if np.allclose(values, right, rtol=rtol, atol=atol)
        )
        counts["own"] += judged(question(size, problem, None, False), values).ok
    return counts


def test_the_pool_of_wrong_softmaxes_passes_the_usual_tolerances_as_often_as_it_says() -> None:
    told = re.search(
        r"Of (\d+) wrong softmaxes .*? lets (\d+) through, .*? (\d+), .*? (\d+) .*? (\d+)\.",
        TEXT,
        re.DOTALL,
    )
    assert told is not None
    counts = counted()
    expected = [counts[name] for name in ("all", "1e-2", "torch", "pair", "own")]
    for said, count in zip(map(int, told.groups()), expected, strict=True):
        assert abs(said - count) <= NEAR, (told.groups(), expected)
