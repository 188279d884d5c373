"""The plug-in for pytest: collects the tests of ``softmark.testing``.

It is loaded in every run of pytest where softmark is installed, so it imports
nothing of softmark until a test file has imported ``softmark.testing`` itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from softmark.testing.session import Findings


OURS = frozenset(("softmark", "softmark_implementations", "softmark_reports"))


def pytest_addoption(parser: pytest.Parser) -> None:
    _leave_our_asserts()
    group = parser.getgroup("softmark", "softmark: functions against the specification")
    group.addoption(
        "--softmark-profile",
        choices=["quick", "standard", "full"],
        help="How many cases (default: what each test says).",
    )
    group.addoption(
        "--softmark-strict", action="store_true", help="A weak result fails instead of warning."
    )
    group.addoption(
        "--softmark-json", type=Path, metavar="FILE", help="Write all records to FILE as JSON."
    )


def _leave_our_asserts() -> None:
    """Keep pytest from rewriting the asserts of all our modules, as it does for each plug-in.

    That takes seconds in each process, and a failure of ours brings its evidence anyway.  pytest
    has no public way to say so for a package; without this it only takes longer.
    """
    for finder in sys.meta_path:
        marked = getattr(finder, "_must_rewrite", None)
        if isinstance(marked, set):
            marked -= OURS


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("softmark_json")
    if path is not None and not (os.access(path.absolute().parent, os.W_OK) and not path.is_dir()):
        raise pytest.UsageError(f"--softmark-json: {path} cannot be written; name another file")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Leader(path), "softmark-leader")


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: Any
) -> list[pytest.Item] | None:
    testing = sys.modules.get("softmark.testing")
    if testing is None or type(obj) is not testing.Conformance:
        return None
    if not collector.funcnamefilter(name):
        return None
    from softmark.testing.items import collected

    return collected(collector, name, obj)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    report = yield
    document = getattr(item, "softmark_document", None)
    if document is not None and call.when == "call":
        report.softmark = document  # xdist carries it to the process that leads
        if report.skipped and isinstance(report.longrepr, tuple):  # where the test is, not we
            path, line, _ = item.reportinfo()
            report.longrepr = (str(path), (line or 0) + 1, report.longrepr[2])
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    items = sys.modules.get("softmark.testing.items")
    if items is not None:
        items.close(config)


class Leader:
    """Where the session is led, what all items told comes together.

    Parameters
    ----------
    path:
        The file for all records, if one was asked for.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._findings: Findings | None = None
        self._ending: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = getattr(report, "softmark", "")
        if told:
            if self._findings is None:
                from softmark.testing.session import Findings

                self._findings = Findings()
            self._findings.add(told)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self._findings is None:
            return
        self._ending += self._findings.stale()
        if self._path is not None:
            try:
                self._findings.write(self._path)
            except OSError as error:
                self._ending.append(f"{self._path} cannot be written ({error.strerror})")
        if self._ending and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._ending:
            terminalreporter.section("softmark")
            for line in self._ending:
                terminalreporter.line(line)
