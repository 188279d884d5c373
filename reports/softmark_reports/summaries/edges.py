"""Who does what where the literature leaves it open: implementations against situations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from softmark_reports.cells import SHORT, in_order
from softmark_reports.named import first_row
from softmark_reports.policies import answers, in_turn
from softmark_reports.report import Place, Report
from softmark_reports.sheets import MISSING, Column, Entry, Sheet
from softmark_reports.summaries import grids


def by_situation(report: Report, operation: str, place: Place) -> dict[str, dict[str, str]]:
    """Situation to implementation to answer, in the order in which people ask."""
    words = {key: _words(group) for key, group in _groups(report, operation, place).items()}
    return {
        situation: {name: answer for (s, name), answer in words.items() if s == situation}
        for situation in in_turn({situation for situation, _ in words})
    }


def _groups(report: Report, operation: str, place: Place) -> dict[tuple[str, str], pd.DataFrame]:
    """The answers to each situation by each implementation."""
    told = answers(report.at(place))
    told = told[told["operation"].eq(operation)]
    groups = told.groupby(["metric", "implementation"], observed=True, sort=False)
    return {(str(key[0]), str(key[1])): group for key, group in groups}


def edges(report: Report, operation: str, place: Place, name: str) -> Sheet:
    """Who does what in one operation, at one place."""
    groups = _groups(report, operation, place)
    words = {key: _words(group) for key, group in groups.items()}
    situations = in_turn({situation for situation, _ in groups})
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
                    _entry(report, groups[s, n], words[s, n], words[s, n] == usual[s])
                    if (s, n) in groups
                    else MISSING
                    for s in situations
                ),
            ]
            for n in names
        ],
    )


def _words(group: pd.DataFrame) -> str:
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


def _entry(report: Report, group: pd.DataFrame, text: str, is_usual: bool) -> Entry:
    first: Any = first_row(group)
    page = report.records_page(str(first.implementation), str(first.check), first.page)
    style = "" if is_usual else "differs"
    return Entry(text, link=f"{page}#{first.anchor}", style=style)


def _most_common(texts: Sequence[str]) -> str:
    counts = {text: texts.count(text) for text in texts}
    return max(counts, key=lambda text: counts[text]) if counts else ""
