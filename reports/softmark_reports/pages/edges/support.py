"""What each framework answers at the edges, one sign and one word an answer, as a sheet.

Of each framework it is the plain function of the operation.  Where the same function answers
otherwise compiled, or called in another way, that is marked: it is what a program meets that was
tested eagerly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import pandas as pd

from softmark_reports.data.collection import Place
from softmark_reports.data.origins import FORMULA, KERNEL, LIBRARY
from softmark_reports.data.policies import in_turn
from softmark_reports.pages.edges.sheets import answer_entry, answer_words, groups
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Column, Field, Sheet
from softmark_reports.writing import wording


class Sign(NamedTuple):
    """What a kind of answer looks like."""

    glyph: str
    word: str
    style: str = ""


WRITTEN: Final = {FORMULA: "formula", KERNEL: "softmark's kernel"}
WRONG: Final = Sign("✗", "wrong", "a-wrong")
DEPENDS: Final = Sign("≠", "depends", "a-depends")
ERROR: Final = Sign("!", "error")
SIGNS: Final = {
    "wrong": WRONG, "crash": Sign("✗", "crash", "a-wrong"),
    "timeout": Sign("✗", "no answer", "a-wrong"), "error": ERROR, "raises": ERROR,
    "NaN": Sign("?", "NaN"), "0": Sign("0", "zero"), "uniform": Sign("=", "uniform"),
    "+inf": Sign("∞", "infinite"), "-inf": Sign("∞", "infinite"), "empty": Sign("∅", "empty"),
}  # fmt: skip
"""By the first word of an answer; any other answer is a value, shown as it is."""


def sign(answers: Iterable[str]) -> Sign:
    """The sign of what a function answers, over formats and cases."""
    found = set(map(_of_one, answers))
    if len(found) == 1:
        return found.pop()
    wrong = next((one for one in found if one.style == "a-wrong"), None)
    return wrong or DEPENDS


def _of_one(answer: str) -> Sign:
    if " or " in answer:
        return DEPENDS
    if answer.startswith("NaN at "):
        return Sign("?", "NaN in part")
    first = answer.replace(",", " ").replace(":", " ").split(" ")[0]
    return SIGNS.get(first) or Sign("·", answer)


def support(report: ReportData, operation: str, place: Place, name: str) -> Sheet:
    """A row a situation, a column a framework."""
    found = groups(report, operation, place)
    plain = _plain(report, {implementation for _, implementation in found})
    rows = [
        [Field(situation), *(_entry(report, found, situation, one) for one in plain.values())]
        for situation in in_turn({situation for situation, _ in found})
    ]
    return Sheet(
        name,
        f"What {operation} answers in each framework on {place}",
        [Column("situation"), *(Column(_heading(report, one)) for one in plain.values())],
        rows,
    )


def _plain(report: ReportData, names: Iterable[str]) -> dict[str, str]:
    """By framework the function that it is known by: without a variant, else the first one."""
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda name: ("[" in name, name)):
        found.setdefault(name.partition(".")[0], name)
    order = sorted(found, key=lambda framework: (report.origin(found[framework]) != LIBRARY,
                                                 framework))  # fmt: skip
    return {framework: found[framework] for framework in order}


def _heading(report: ReportData, name: str) -> str:
    framework, origin = name.partition(".")[0], report.origin(name)
    return framework if origin == LIBRARY else f"{framework} ({WRITTEN[origin]})"


Groups = Mapping[tuple[str, str], pd.DataFrame]


def _entry(report: ReportData, found: Groups, situation: str, name: str) -> Field:
    mine = found.get((situation, name))
    if mine is None:
        return Field("–", "", style="none")
    it = sign(_answers(mine))
    others = _otherwise(report, found, situation, name)
    return answer_entry(
        report, mine, it.word, mark=it.glyph, style=it.style,
        value=answer_words(mine), note=f"≠ {wording.listing(others, 2)}" if others else "",
    )  # fmt: skip


def _answers(group: pd.DataFrame) -> Sequence[str]:
    return list(dict.fromkeys(group["answer"]))


def _otherwise(report: ReportData, found: Groups, situation: str, name: str) -> list[str]:
    """Variants of the plain function that answer otherwise; another formula is none."""
    start = f"{name.partition('[')[0]}["
    formats = _by_format(found[situation, name])
    return [
        other.removeprefix(start).removesuffix("]")
        for about, other in found
        if about == situation and other.startswith(start) and other != name
        and report.origin(other) == report.origin(name)
        and _differ(formats, _by_format(found[situation, other]))
    ]  # fmt: skip


def _by_format(group: pd.DataFrame) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for form, answer in zip(group["format"], group["answer"], strict=True):
        found.setdefault(str(form), set()).add(answer)
    return {form: frozenset(answers) for form, answers in found.items()}


def _differ(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> bool:
    """In a format that both were measured in."""
    return any(one[form] != other[form] for form in one.keys() & other.keys())
