"""The wrong softmaxes in NumPy, given ordinary rows, and judged by the rules of a tolerance."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from mutants import Mutant, declared

from gates.running import forward, is_meant
from softmark.answers.pool import RULES, key
from softmark.answers.report import ToleranceReport
from softmark.answers.rows import Size
from softmark.formats import round_to
from softmark.subjects import SubjectFault


def wrong_ones() -> list[Mutant]:
    """Each wrong softmax in NumPy."""
    return [found for found in declared()[0] if is_meant(found) and found.framework == "numpy"]


def let_through(wrong: Iterable[Mutant], size: Size) -> dict[str, dict[str, list[str]]]:
    """For each set of rules, and each rule, the names of those that it lets through.

    An exception is a rejection.
    """
    reports = {key(size, *rules): ToleranceReport(size, *rules) for rules in RULES}
    found: dict[str, dict[str, list[str]]] = {}
    for name, report in reports.items():
        found[name] = {rule: [] for rule in (*report.rules, report.OWN)}
    for mutant in wrong:
        try:
            with np.errstate(all="ignore"):
                values = round_to(forward(mutant)(size.ordinary().x), size.format)
        except SubjectFault:
            continue
        for name, report in reports.items():
            for rule, is_let in report.accepted(values).items():
                found[name][rule] += [mutant.name] * is_let
    return found
