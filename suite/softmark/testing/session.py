"""What a session of pytest knows of all its items: their records, and excuses without use.

Items may run in other processes (xdist), so each sends its records as text with
its report, and this is put together where the session is led.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from softmark import verdicts
from softmark.api.excuses import about
from softmark.harness.known import judge
from softmark.records import SCHEMA, Record
from softmark_implementations.known_failures import KnownFailure


class Findings:
    """The records of the items, by test.

    Attributes
    ----------
    tests:
        For each test and implementation what its items told, in the order of their ends.
    """

    def __init__(self) -> None:
        self.tests: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def add(self, text: str) -> None:
        """Take in what an item told."""
        told = json.loads(text)
        self.tests.setdefault((told["test"], told["implementation"]), []).append(told)

    def stale(self) -> Iterator[str]:
        """A sentence for each excuse that excused nothing, and that no single item judged."""
        for (test, implementation), items in self.tests.items():
            records = [Record.from_json(line) for line in _lines(items)]
            known = [KnownFailure(**entry) for entry in items[0]["known"]]
            failures = about(known, implementation, records)
            wide = [failure for failure in failures if not covers_one_item(failure.id)]
            found = judge(
                records,
                wide,
                tasks=items[0]["tasks"],
                done={task for item in items for task in item["done"]},
                profile=items[0]["profile"],
            )
            for stale in found.stale:
                yield f"{test}: stale known failure {stale.failure.id}: {stale.why}"

    def write(self, path: Path) -> None:
        """Write all records as JSON: under ``checks`` one document for each test.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        checks = [_merged(items) | {"test": test} for (test, _), items in self.tests.items()]
        records = [Record.from_json(line) for check in checks for line in check["records"]]
        document = {
            "schema": SCHEMA,
            "verdict": verdicts.overall(records),
            "counts": verdicts.counts(records),
            "checks": checks,
        }
        path.write_text(json.dumps(document, indent=1, allow_nan=False), encoding="utf-8")


def covers_one_item(pattern: str) -> bool:
    """Whether a known failure names the check and the format, so that one item can judge it."""
    parts = re.sub(r"\[[^]]*\]", "", pattern).split("/")  # a variant may hold slashes
    return len(parts) == 4 and not re.search(r"[*?]", parts[1] + parts[2])


def _lines(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield from item["document"]["records"]


def _merged(items: list[dict[str, Any]]) -> dict[str, Any]:
    """One document as ``softmark check --json`` writes it; a case measured twice is there once."""
    lines = list({line["id"]: line for line in _lines(items)}.values())
    records = [Record.from_json(line) for line in lines]
    document: dict[str, Any] = items[0]["document"]
    found: dict[str, Any] = {
        "verdict": verdicts.overall(records),
        "counts": verdicts.counts(records),
    }
    told = dict.fromkeys(line for item in items for line in item["document"].get("contract", ()))
    found |= {"contract": [*told]} if told else {}
    return document | found | {"records": lines}
