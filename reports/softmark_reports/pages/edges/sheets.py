"""What each implementation answers at the edges: implementations against situations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from softmark_reports.data.cells import SHORT, in_order
from softmark_reports.data.collection import Place
from softmark_reports.data.policies import in_turn
from softmark_reports.data.ranking import BAD
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import MISSING, Column, Field, Sheet


def by_situation(report: ReportData, operation: str, place: Place) -> dict[str, dict[str, str]]:
    """Situation to implementation to answer, in the order in which people ask."""
    words = {key: answer_words(group) for key, group in groups(report, operation, place).items()}
    return {
        situation: {name: answer for (s, name), answer in words.items() if s == situation}
        for situation in in_turn({situation for situation, _ in words})
    }


def groups(report: ReportData, operation: str, place: Place) -> dict[tuple[str, str], pd.DataFrame]:
    """The answers to each situation by each implementation."""
    told = report.answers
    here = told["machine"].eq(place.machine) & told["device"].eq(place.device)
    told = told[here & told["operation"].eq(operation)]
    by = told.groupby(["metric", "implementation"], observed=True, sort=False)
    return {(str(key[0]), str(key[1])): group for key, group in by}


def edges(report: ReportData, operation: str, place: Place, name: str) -> Sheet:
    """What each implementation of one operation answers, at one place."""
    found = groups(report, operation, place)
    words = {key: answer_words(group) for key, group in found.items()}
    situations = in_turn({situation for situation, _ in found})
    names = [n for n in report.implementations if any((s, n) in words for s in situations)]
    usual = {s: _most_common([words[s, n] for n in names if (s, n) in words]) for s in situations}
    return Sheet(
        name,
        f"What each implementation of {operation} does on {place}",
        [Column("implementation"), *map(Column, situations)],
        [
            [
                grids.implementation(report, n),
                *(
                    _entry(report, found[s, n], words[s, n], words[s, n] == usual[s])
                    if (s, n) in found
                    else MISSING
                    for s in situations
                ),
            ]
            for n in names
        ],
    )


def answer_words(group: pd.DataFrame) -> str:
    """The answer; where formats differ, each with its own."""
    by_format: dict[str, list[str]] = {}
    for form, answer in zip(group["format"].astype(str), group["answer"], strict=True):
        by_format.setdefault(form, [])
        if answer not in by_format[form]:
            by_format[form].append(answer)
    texts = {form: " or ".join(by_format[form]) for form in in_order(set(by_format))}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "\n".join(f"{SHORT.get(form, form)}: {text}" for form, text in texts.items())


def _entry(report: ReportData, group: pd.DataFrame, text: str, is_usual: bool) -> Field:
    is_bad = group["severity"].ge(BAD).any()
    style = "v-fail" if is_bad else "" if is_usual else "differs"
    return answer_entry(report, group, text, mark="wrong" if is_bad else "", style=style)


def answer_entry(report: ReportData, group: pd.DataFrame, text: str, **more: Any) -> Field:
    """An answer that leads to its record."""
    first = report.row(group.index[0])
    return Field(text, link=report.link_to(first), **more)


def _most_common(texts: Sequence[str]) -> str:
    counts = {text: texts.count(text) for text in texts}
    return max(counts, key=lambda text: counts[text]) if counts else ""
