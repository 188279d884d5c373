"""The items that pytest runs, and how their records become passed, failed, skipped or excused."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from softmark.api import CheckFailed, Report
from softmark.api.asking import Opened
from softmark.evidence import brief
from softmark.records import Record
from softmark.reproduction import NotReproducible
from softmark.subjects import TargetError
from softmark.testing.conformance import Conformance, WeakResult
from softmark.testing.session import covers_one_item
from softmark.verdicts import worst
from softmark.visible import visible
from softmark_implementations.known_failures import KnownFailure


@dataclass(frozen=True)
class Part:
    """What one item measures: its name in brackets, its format, and how."""

    label: str
    format_name: str
    measure: Callable[[Opened], Report]


WORKERS: pytest.StashKey[dict[int, tuple[ExitStack, Opened]]] = pytest.StashKey()
"""What has a process of its own is made ready once in a session, and ended with it."""


def collected(
    collector: pytest.Module | pytest.Class, name: str, test: Conformance
) -> list[pytest.Item]:
    """An item for each check and format, and for each example.

    Raises
    ------
    pytest.Collector.CollectError
        The formats depend on whose arrays the function takes, which is not known.
    """
    try:
        formats = test.formats
    except TargetError as error:
        raise collector.CollectError(f"{name}: {error}") from None
    config = collector.config
    asked = replace(
        test.asked,
        profile=config.getoption("softmark_profile") or test.asked.profile,
        strict=config.getoption("softmark_strict") or test.asked.strict,
    )
    test = replace(test, asked=asked)
    parts = [_checking(check, format_name) for check in test.checks for format_name in formats]
    parts += [_example(record) for record in test.examples]
    return [_item(collector, name, test, part) for part in parts]


def close(config: pytest.Config) -> None:
    """End the processes that were started."""
    for stack, _ in config.stash.get(WORKERS, {}).values():
        stack.close()


class ConformanceItem(pytest.Item):
    """One check in one format, or one example."""

    def __init__(self, *, test: Conformance, part: Part, base: str, **options: Any) -> None:
        super().__init__(**options)
        self.test = test
        self.part = part
        self.base = base
        self.softmark_document = ""
        for mark in test.marks:
            self.add_marker(mark)

    def runtest(self) -> None:
        with ExitStack() as stack:
            opened = self._opened(stack)
            self._skip_other_formats(opened)
            report = self.part.measure(opened)
        self.softmark_document = _document(self.base, report, self.test)
        self._judge(_narrowed(report))

    def _opened(self, stack: ExitStack) -> Opened:
        """The function, made ready for this item alone, or in the process that it shares."""
        if self.test.asked.target is None:
            return stack.enter_context(self.test.asked.opened())
        ready = self.config.stash.setdefault(WORKERS, {})
        key = id(self.test.asked.code)
        if key not in ready:
            lasting = ExitStack()
            ready[key] = lasting, lasting.enter_context(self.test.asked.opened())
        return ready[key][1]

    def _skip_other_formats(self, opened: Opened) -> None:
        """A name says only in its own process in which formats it is measured."""
        info = opened.subject.info
        if not self.test.asked.formats and self.part.format_name not in info.formats:
            pytest.skip(f"{info.framework} is measured in {', '.join(info.formats)}")

    def _judge(self, report: Report) -> None:
        if report.unjudged and not report.stale:
            pytest.skip(visible(report.unjudged))
        if not report.ok:
            raise CheckFailed(report)
        if report.excused:
            if not self.config.getoption("runxfail"):
                pytest.xfail("; ".join(_reasons(report)))
            raise CheckFailed(replace(report, known=()))
        weak = [record for record in report.records if record.verdict == "weak"]
        if weak:
            text = visible(f"{self.name}: {worst(weak).message}")
            warnings.warn_explicit(text, WeakResult, self.test.file, self.test.line)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The evidence, for a failure of the function; a traceback for one of ours."""
        if isinstance(excinfo.value, CheckFailed):
            return _shown(excinfo.value.report)
        if isinstance(excinfo.value, TargetError | WeakResult):  # where warnings are errors
            return visible(str(excinfo.value))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return Path(self.test.file), self.test.line - 1, self.name


def _checking(check: str, format_name: str) -> Part:
    def measure(opened: Opened) -> Report:
        return opened.check([check], [format_name])

    return Part(f"{check}-{format_name}", format_name, measure)


def _example(record: Record) -> Part:
    label = f"example-{record.check}-{record.format}-{record.id.rpartition('/')[2]}"
    return Part(label, record.format, lambda opened: opened.check_again(record))


def _item(
    parent: pytest.Module | pytest.Class, name: str, test: Conformance, part: Part
) -> pytest.Item:
    base = f"{parent.nodeid}::{name}"
    return ConformanceItem.from_parent(
        parent, name=f"{name}[{part.label}]", test=test, part=part, base=base
    )


def _narrowed(report: Report) -> Report:
    """The report without the known failures that only the whole session can find useless."""
    known = [
        failure
        for failure in report.known
        if covers_one_item(failure.id)
        or any(failure.matches(r.id, r.metric) for r in report.excused)
    ]
    return replace(report, known=tuple(known))


def _reasons(report: Report) -> Iterator[str]:
    """Why the failures that are known are known."""
    for failure in report.known:
        if any(failure.matches(r.id, r.metric) for r in report.excused):
            yield failure.reason


def _shown(report: Report) -> str:
    """The evidence, and the script of the worst failure.

    pytest's short summary has room for some words of the first line.
    """
    if not report.failures:
        return report.evidence()
    first = visible(brief(worst(report.failures)))
    try:
        text = f"This shows the worst of it:\n\n{report.script()}"
    except NotReproducible as error:
        text = f"There is no script that shows it: {visible(str(error))}"
    return f"{first}\n\n{report.evidence()}\n\n{text}"


def _document(base: str, report: Report, test: Conformance) -> str:
    """What the session gets from an item, as text, since it may run in another process."""
    known: list[KnownFailure] = list(report.known)
    told = {
        "test": base,
        "implementation": report.info.name,
        "profile": report.profile,
        "tasks": [f"{report.info.name}/{c}/{f}" for c in test.checks for f in test.formats],
        "done": sorted(report.done),
        "known": list(map(asdict, known)),
        "document": report.to_json(),
    }
    return json.dumps(told, allow_nan=False)
