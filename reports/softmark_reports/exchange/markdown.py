"""Markdown short enough for a comment on a pull request: what fails first, then all in a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from softmark_reports.exchange.outcomes import Outcome, evidence
from softmark_reports.writing import wording
from softmark_reports.writing.markdown import escaped, table

MOST: Final = 20
"""Failures that are shown with their evidence; the rest is counted."""


def markdown(
    outcomes: Iterable[Outcome],
    *,
    title: str = "softmark",
    stale: Sequence[str] = (),
    contract: Sequence[str] = (),
) -> str:
    """The outcomes as text.

    Parameters
    ----------
    outcomes:
        In the order in which the tables show them.
    title:
        The heading.
    stale:
        A sentence for each excuse that is no longer needed.
    contract:
        What the one function that was checked takes, a line each.
    """
    found = list(outcomes)
    bad = [outcome for outcome in found if outcome.result in ("failed", "broken")]
    parts = [f"## {escaped(title)}: {'fails' if bad or stale else 'passes'}", _counted(found)]
    parts += [_failure(outcome) for outcome in bad[:MOST]]
    if bad[MOST:]:
        parts.append(f"and {wording.count(len(bad) - MOST, 'more failure')}.")
    parts += [f"- {escaped(sentence)}" for sentence in stale]
    if contract:
        lines = "\n".join(f"- {escaped(line)}" for line in contract)
        parts.append(f"Not offered is what lies outside its contract:\n\n{lines}")
    for name in dict.fromkeys(outcome.implementation for outcome in found):
        parts.append(_table(name, [o for o in found if o.implementation == name]))
    return "\n\n".join(filter(None, parts)) + "\n"


def _counted(found: Sequence[Outcome]) -> str:
    counts = Counter(outcome.result for outcome in found)
    records = sum(outcome.records for outcome in found)
    words = [f"{number} {result}" for result, number in counts.items()]
    checks = wording.count(len(found), "check and format", "checks and formats")
    return f"{checks}, {wording.count(records, 'record')}: {', '.join(words)}."


def _failure(outcome: Outcome) -> str:
    """One line, and the evidence below it when it is unfolded."""
    name = f"{outcome.implementation}, {outcome.check}, {outcome.format}"
    others = f" ({outcome.bad - 1} more)" if outcome.bad > 1 else ""
    text = "\n".join(evidence(outcome.worst))
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return (
        f"<details><summary>{_html(name)}: {_html(outcome.told)}{others}</summary>\n\n"
        f"{fence}text\n{text}\n{fence}\n\n</details>"
    )


def _table(name: str, found: Sequence[Outcome]) -> str:
    """Check against format, for one implementation."""
    formats = list(dict.fromkeys(outcome.format for outcome in found))
    cells = {(outcome.check, outcome.format): _cell(outcome) for outcome in found}
    rows = [
        [escaped(check), *(cells.get((check, column), "") for column in formats)]
        for check in dict.fromkeys(outcome.check for outcome in found)
    ]
    return table([escaped(name), *map(escaped, formats)], rows)


def _cell(outcome: Outcome) -> str:
    told = escaped(outcome.told)
    match outcome.result:
        case "failed" | "broken":
            return f"**{told}**"
        case "excused":
            return f"{told} (known)"
        case _:
            return told


def _html(text: str) -> str:
    plain = wording.printable(" ".join(text.split()))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
