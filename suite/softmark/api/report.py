"""What a check of one function found, to be asked, shown, tabulated, or raised."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from softmark import checks, verdicts
from softmark.api.causes import Cause, causes
from softmark.api.evidence import contract, grouped
from softmark.api.excuses import about
from softmark.checks.arguments.foreign import failing
from softmark.harness.known import Judgement, Stale, judge, reason
from softmark.naming import UnknownName
from softmark.records import SCHEMA, Header, Json, Record, ResultsFile
from softmark.reproduction import script
from softmark.reproduction.code import Code
from softmark.subjects import Info
from softmark.visible import visible
from softmark_implementations.known_failures import KnownFailure

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, ConsoleOptions, RenderResult

UNSTATED: Final = (
    "integers: not stated, gives {gives} -> wrong; "
    "state --takes integers=no if it is for floats alone"
)

WIDTH = 100
"""Characters of a line of ``str(report)``."""


class CheckFailed(AssertionError):
    """A function does not do what the specification says; the message is the evidence.

    Attributes
    ----------
    report:
        All that was found.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(report.evidence())
        self.report = report


@dataclass(frozen=True)
class Report:
    """What was found of one function.

    Attributes
    ----------
    target:
        What was checked, in words.
    info:
        What is known of it: its name in records, operation, framework, formats.
    environment:
        What it was checked on; see ``softmark env``.
    records:
        One for each measurement; see ``softmark.records.Record``.
    code:
        Where its source is, for ``script``.
    strict:
        Whether a weak result counts as a failure.
    known:
        Failures that are excused beforehand.
    profile:
        How many cases there were; an excuse that only a larger profile needs is not missed.
    done:
        Ids of the tasks, each a check in a format, that were measured to their end; an excuse
        for more than these is not missed.
    diagnosis:
        What the function computes instead, in a sentence; empty where nothing fails, or where no
        explanation reproduces what came.
    """

    target: str
    info: Info
    environment: Mapping[str, Json]
    records: tuple[Record, ...]
    code: Code
    strict: bool = False
    known: tuple[KnownFailure, ...] = ()
    profile: str = "quick"
    done: frozenset[str] = frozenset()
    diagnosis: str = ""

    @property
    def contract(self) -> tuple[str, ...]:
        """What the function takes less of than the specification asks for, and who says so.

        Where the author states nothing of whole numbers and they give wrong results, a line says
        so: it excuses nothing.
        """
        is_open = not (self.strict or self.code.copied or self.info.is_stated("integers"))
        gives = failing(self.records) if is_open else ""
        return (*self.info.lines(), *([UNSTATED.format(gives=gives)] if gives else []))

    @property
    def ok(self) -> bool:
        """Whether something was judged, all that fails is excused, and no excuse is useless."""
        return not self.failures and not self.stale and not self.unjudged

    @cached_property
    def unjudged(self) -> str:
        """Why nothing was judged; empty where something was."""
        return verdicts.unjudged(self.records)

    @cached_property
    def failures(self) -> tuple[Record, ...]:
        """The records that fail, crash or time out and are not excused; if strict, weak ones."""
        weak = [r for r in self.records if self.strict and r.verdict == "weak"]
        return (*self._judgement.unexcused, *weak)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """The failures grouped by what their cases have in common, most telling first."""
        return tuple(causes(self.records, self.failures))

    @property
    def excused(self) -> tuple[Record, ...]:
        """The records that fail and are known to."""
        return self._judgement.excused

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was guessed or not understood of how the function is called, with what to do."""
        return self.info.remarks

    @property
    def stale(self) -> tuple[Stale, ...]:
        """Known failures that no longer fail; each fails the report until it is deleted."""
        return self._judgement.stale

    @cached_property
    def _judgement(self) -> Judgement:
        name = self.info.name
        return judge(
            self.records,
            about(self.known, name, self.records),
            tasks=[f"{name}/{c}/{f}" for c in checks.names() for f in self.info.formats],
            done=self.done,
            profile=self.profile,
        )

    @property
    def verdict(self) -> str:
        """``fail``, ``weak``, ``pass`` or ``not_judged``: the worst of all records, excused too."""
        return verdicts.overall(self.records)

    def reason(self, record: Record) -> str | None:
        """Why a failure is known; ``None`` when it is not."""
        return reason(record, self.known)

    def raise_for_failures(self) -> None:
        """Raise unless the report is ``ok``.

        Raises
        ------
        CheckFailed
            Something fails; an ``AssertionError``, so a test fails with the evidence.
        """
        if not self.ok:
            raise CheckFailed(self)

    def evidence(self) -> str:
        """For each cause of failures: what, by how much, the bound, and an input."""
        lines = [self.diagnosis] if self.diagnosis else []
        lines += [line for group in grouped(self.causes) for line in group]
        lines += [f"stale known failure {stale.failure.id}: {stale.why}" for stale in self.stale]
        lines += [self.unjudged] if self.unjudged else []
        return visible("\n".join([*lines, self.summary()]))

    def summary(self) -> str:
        """One line: what was checked, its verdict, and how many records have which."""
        excused = [f"{len(self.excused)} of the failures excused"] if self.excused else []
        told = ", ".join([verdicts.counted(self.records), *excused])
        return f"{self.target} ({self.info.name}): {self.verdict.replace('_', ' ')}; {told}"

    def script(self, record: Record | str | None = None, *, whole: bool = False) -> str:
        """A Python script that shows one record's number with the framework alone.

        Parameters
        ----------
        record:
            A record, its id, or the end of an id; by default the worst failure.
        whole:
            Build the whole input, even where the record holds the row that matters.

        Raises
        ------
        UnknownName
            No record has the id, or nothing fails and none was named.
        NotReproducible
            The record is no result of a call.
        """
        return script(self._find(record), self.code, whole=whole, notes=self._versions())

    def _find(self, record: Record | str | None) -> Record:
        if isinstance(record, Record):
            return record
        ids = {r.id: r for r in self.records}
        if record is None and self.failures:
            return verdicts.worst(self.failures)
        found = [r for name, r in ids.items() if record and name.endswith(record)]
        if len(found) != 1:
            raise UnknownName("record", record or "", ids)
        return found[0]

    def _versions(self) -> list[str]:
        worker = self.environment.get("worker")
        versions = worker.get("versions") if isinstance(worker, Mapping) else None
        if not isinstance(versions, Mapping):
            return []
        return ["Recorded with " + ", ".join(f"{name} {text}" for name, text in versions.items())]

    def to_frame(self) -> pd.DataFrame:
        """A tidy table: a row a record, with the columns of ``softmark_reports.data.tables``.

        Raises
        ------
        ImportError
            pandas, which the extra ``report`` brings, is missing.
        """
        from softmark_reports.installed import require

        require()
        from softmark_reports.data.tables import table

        now = datetime.now(UTC).isoformat(timespec="seconds")
        header = Header(self.info.framework, "check", now, environment=self.environment)
        held = ResultsFile(Path(self.target), header, list(self.records), frozenset(), True, [])
        return table([held])

    def to_json(self) -> dict[str, Any]:
        """The document that ``softmark check --json`` writes; it has neither NaN nor infinity."""
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "target": self.target,
            "operation": self.info.operation,
            "verdict": self.verdict,
            "counts": verdicts.counts(self.records),
            "environment": dict(self.environment),
            "records": [record.to_json() for record in self.records],
        }
        document |= {"contract": list(self.contract)} if self.contract else {}
        document |= {"setup": True} if self.code.setup else {}
        document |= {"vjp": self.code.vjp} if self.code.vjp else {}
        call = self.info.call
        if call is not None and call != replace(self.code, call=None).convention:
            document["call"] = call.to_json()
        document |= {"remarks": list(self.info.remarks)} if self.info.remarks else {}
        if self.known:
            document["excused"] = [record.id for record in self.excused]
            document["stale"] = {stale.failure.id: stale.why for stale in self.stale}
        return document

    def __repr__(self) -> str:
        return f"<softmark.Report {self.summary()}>"

    def __str__(self) -> str:
        from rich.console import Console

        text = io.StringIO()
        Console(file=text, width=WIDTH, color_system=None, emoji=False).print(self)
        return visible(text.getvalue().rstrip("\n"))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        yield verdicts.table(self.records, lambda r: r.check, lambda r: r.format, "check")
        for remark in self.remarks:
            yield Text(f"Note: {remark}", overflow="fold")
        for part in self._parts():
            yield Text(f"\n{part}", overflow="fold")

    def _parts(self) -> Iterator[str]:
        if self.contract:
            yield "\n".join(contract(self.contract))
        yield self.evidence()
        if self.failures:
            yield "report.script() is a script that shows the worst of them"

    def _repr_html_(self) -> str:
        from softmark.api.html import piece

        return piece(self.summary(), self.records, self.causes, self.stale, self.contract)
