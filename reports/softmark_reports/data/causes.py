"""Failures by cause: one fault, everything that has it, and the smallest input that shows it.

What was understood before the run has a reason in the results; reasons that speak of one fault are
one cause, in whatever framework, format and operation it is.  Other failures are grouped by what is
seen.  Faults of libraries come first, then those of formulas that
users write; among them what is silently wrong comes before what raises.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any, Final

import pandas as pd

from softmark_reports.data.faults import fault_of
from softmark_reports.data.known import Understood
from softmark_reports.data.named import named_rows
from softmark_reports.data.origins import ORIGINS
from softmark_reports.data.ranking import BAD
from softmark_reports.writing.numbers import from_hex

SILENT, NO_NUMBER, LOUD = range(3)
"""A wrong number, a NaN or an infinity, an exception or a dead process: what a user notices last
is the worst."""
SEEN: Final = ("wrong numbers", "NaN, infinity", "an error")


@dataclass(frozen=True)
class SharedFault:
    """One fault.

    Attributes
    ----------
    name:
        What its address is made of.
    reasons:
        What was understood of it before the run, each sentence with the functions that it is about.
    link:
        Where it is known; may be empty.
    is_known:
        Whether it was understood before the run.
    origin:
        Whose code has it; the first of ``ORIGINS`` that does.
    implementations, formats, checks:
        What has it, in which formats, and what shows it.
    seen:
        What a user sees: ``SILENT``, ``NO_NUMBER`` and ``LOUD``, as far as they occur.
    records:
        The failing rows of the table.
    smallest:
        The one with the smallest input.
    """

    name: str
    reasons: Mapping[str, Sequence[str]]
    link: str
    is_known: bool
    origin: str
    implementations: Sequence[str]
    formats: Sequence[str]
    checks: Sequence[str]
    seen: Sequence[int]
    records: Sequence[Any]
    smallest: Any

    @property
    def title(self) -> str:
        """A sentence that is true of every record here."""
        return next(iter(self.reasons)) if len(self.reasons) == 1 else self.name

    @property
    def anchor(self) -> str:
        """The fragment that leads to it, the same in every report that has it."""
        return "cause-" + hashlib.sha256(self.name.encode(errors="replace")).hexdigest()[:8]

    @property
    def words(self) -> str:
        """What is seen."""
        return _words(self.seen)

    @property
    def order(self) -> tuple[bool, int, int, int, str]:
        """The gravest first; what nobody has explained before what is known."""
        return (
            self.is_known, ORIGINS.index(self.origin), self.seen[0], -len(self.implementations),
            self.title,
        )  # fmt: skip


def causes(
    table: pd.DataFrame, known: Sequence[Understood], origin: Callable[[str], str]
) -> list[SharedFault]:
    """The causes of all failures in a ranked table, the gravest first."""
    groups: dict[tuple[bool, str], list[Any]] = {}
    links: dict[tuple[bool, str], str] = {}
    reasons: dict[tuple[bool, str], dict[str, dict[str, None]]] = {}
    excuses = _Excuses(known)
    for row in named_rows(table[table["severity"].ge(BAD)]):
        entry = excuses.of(row)
        key = (True, fault_of(entry.reason)) if entry else (False, _seen_as(row))
        groups.setdefault(key, []).append(row)
        links[key] = links.get(key) or (entry.link if entry else "")
        if entry:
            reasons.setdefault(key, {}).setdefault(entry.reason, {})[str(row.implementation)] = None
    found = [
        _cause(key, reasons.get(key, {}), links[key], rows, origin) for key, rows in groups.items()
    ]
    return sorted(found, key=lambda cause: cause.order)


class _Excuses:
    """Finds the entry that speaks of a failure, looking only at those of its implementation."""

    def __init__(self, known: Sequence[Understood]) -> None:
        self._known = known
        self._of: dict[str, list[Understood]] = {}

    def of(self, row: Any) -> Understood | None:
        name = str(row.implementation)
        if name not in self._of:
            self._of[name] = [entry for entry in self._known if entry.may_be_of(name)]
        return next((e for e in self._of[name] if e.matches(row.id, row.metric)), None)


def _words(kinds: Sequence[int]) -> str:
    """As one list: wrong numbers, NaN or infinity."""
    return " or ".join(", ".join(SEEN[kind] for kind in kinds).rsplit(", ", 1))


def _seen_as(row: Any) -> str:
    """A failure that nobody has explained, in words that others may share."""
    return f"Not explained: {_words([_kind(row)])} in the check {row.check}."


def _kinds(rows: Sequence[Any]) -> list[int]:
    """What is seen in the results themselves; a sum of a row or a distance says less."""
    telling = [row for row in rows if "got" in row.witness or row.verdict != "fail"]
    return sorted(set(map(_kind, telling or rows)))


def _kind(row: Any) -> int:
    if row.verdict != "fail" or row.metric == "call":
        return LOUD
    got = from_hex(row.witness.get("got"))
    number = row.value if got is None else got
    is_number = isfinite(number) or (got is None and row.value_hex == "")
    return SILENT if is_number else NO_NUMBER


def _cause(
    key: tuple[bool, str],
    reasons: Mapping[str, Iterable[str]],
    link: str,
    rows: Sequence[Any],
    origin: Callable[[str], str],
) -> SharedFault:
    names = _counted(row.implementation for row in rows)
    return SharedFault(
        name=key[1],
        reasons={reason: _counted(names) for reason, names in sorted(reasons.items())},
        link=link,
        is_known=key[0],
        origin=min((origin(name) for name in names), key=ORIGINS.index),
        implementations=sorted(names, key=lambda name: ORIGINS.index(origin(name))),
        formats=_counted(row.format for row in rows),
        checks=_counted(row.check for row in rows),
        seen=_kinds(rows),
        records=rows,
        smallest=min(rows, key=_size),
    )


def _counted(names: Iterable[str]) -> list[str]:
    """Each once, sorted."""
    return sorted({str(name) for name in names})


def _size(row: Any) -> tuple[bool, int, int]:
    """Of its input: one that the record spells out is smaller than any other."""
    x = row.witness.get("x")
    spelled = len(x) if isinstance(x, list) else 0
    return not spelled, spelled or prod(row.shape), prod(row.shape)
