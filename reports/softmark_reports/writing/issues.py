"""A failure as the text of an issue: what a framework's maintainers need, ready to be pasted.

Versions, what was given, what the oracle expects, what came, and the script that shows it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from softmark.evidence import replay
from softmark.records import Record
from softmark_reports.writing import wording
from softmark_reports.writing.markdown import code, sentence
from softmark_reports.writing.numbers import from_hex

Scripts = Callable[[Record, Mapping[str, Any]], str]
"""From a record and the environment that its file states to a script; "" where there is none."""

FENCE: Final = re.compile(r"`{3,}")


@dataclass(frozen=True)
class Issue:
    """Markdown in three parts, so that the script alone can be copied too; it may be empty."""

    before: str
    script: str
    after: str

    @property
    def text(self) -> str:
        """All of it."""
        return self.before + self.script + self.after


def issue(record: Record, environment: Mapping[str, Any], script: str, case: str) -> Issue:
    """The issue for one record.

    Parameters
    ----------
    record:
        What failed.
    environment:
        What its file states of the machine and the versions.
    script:
        Source that shows it with the framework alone, or nothing.
    case:
        The input in words.
    """
    before = "\n".join(
        [
            f"### {_title(record)}",
            "",
            *(f"- {name}: {text}" for name, text in _facts(record, environment, case) if text),
            "",
        ]
    )
    if not script:
        return Issue(f"{before}\nReproduced by {code(replay(record.id))}.\n", "", "")
    fence = max([*FENCE.findall(script), "``"], key=len) + "`"
    return Issue(
        f"{before}\n{fence}python\n",
        script.rstrip("\n"),
        f"\n{fence}\n\nFound by softmark, record {code(record.id)}.\n",
    )


def _title(record: Record) -> str:
    number = wording.quantity(record.value, record.unit)
    bound = f", bound {wording.number(record.bound)}" if record.bound is not None else ""
    what = f"{record.metric} {number}{bound}" if number else record.message or record.verdict
    return f"{code(record.implementation)} in {sentence(record.format)}: {sentence(what)}"


def _facts(record: Record, environment: Mapping[str, Any], case: str) -> list[tuple[str, str]]:
    witness = record.witness
    return [
        ("check", sentence(f"{record.check} ({record.metric})")),
        ("what happened", sentence(record.message)),
        ("input", sentence(f"{case}, seed {record.case.seed}")),
        ("element", sentence(wording.plain(witness["index"])) if "index" in witness else ""),
        ("got", _both(witness.get("got"))),
        ("expected, correctly rounded from a certified enclosure", _both(witness.get("expected"))),
        ("bound from", sentence(record.bound_source)),
        ("versions", sentence(_versions(environment))),
        ("machine", sentence(_machine(environment))),
    ]


def _both(hexadecimal: Any) -> str:
    """A number as hex and as people write it."""
    value = from_hex(hexadecimal)
    if value is None:
        return sentence(wording.plain(hexadecimal)) if hexadecimal is not None else ""
    decimal = f" ({value:.9g})" if math.isfinite(value) else ""
    return f"{code(wording.hexadecimal(hexadecimal))}{decimal}"


def _versions(environment: Mapping[str, Any]) -> str:
    worker = environment.get("worker")
    versions = worker.get("versions") if isinstance(worker, Mapping) else None
    named = dict(versions) if isinstance(versions, Mapping) else {}
    python = environment.get("python")
    if isinstance(python, str):
        named["Python"] = python
    return ", ".join(f"{name} {wording.plain(text)}" for name, text in named.items())


def _machine(environment: Mapping[str, Any]) -> str:
    machine = environment.get("machine")
    if not isinstance(machine, Mapping):
        return wording.plain(machine) if machine else ""
    return ", ".join(wording.plain(machine[key]) for key in ("cpu", "system") if machine.get(key))
