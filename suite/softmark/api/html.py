"""A report as a piece of HTML, for the cell of a notebook: no script, nothing loaded.

Colour is never the only sign: each cell says its verdict, and it is taken from
the text's own colour, so that it reads on a light and on a dark page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from typing import Final

from softmark import verdicts
from softmark.api.causes import Cause
from softmark.api.evidence import grouped
from softmark.harness.known import Stale
from softmark.records import BAD, Record

_BORDERS: Final = {"pass": "#2a9d3a", "weak": "#c79100", "policy": "#2f7fc1"}
_BAD: Final = "#d03030"
_NEUTRAL: Final = "#888"


def piece(
    summary: str,
    records: Collection[Record],
    causes: Sequence[Cause],
    stale: Iterable[Stale],
    contract: Collection[str] = (),
) -> str:
    """One ``div``: a table check x format, the causes below it, and what the function takes."""
    checks = list(dict.fromkeys(record.check for record in records))
    formats = list(dict.fromkeys(record.format for record in records))
    cells = verdicts.by_cell(records, lambda r: r.check, lambda r: r.format)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in formats)
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(check)}</th>'
        + "".join(_cell(cells.get((check, name), [])) for name in formats)
        + "</tr>"
        for check in checks
    )
    return (
        f"<div><p>{escape(summary)}</p>"
        f'<table><thead><tr><th scope="col">check</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{_details(causes, stale)}{_contract(contract)}</div>"
    )


def _contract(lines: Collection[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<p>Contract; what lies outside is not offered:</p><ul>{items}</ul>" if lines else ""


def _cell(records: list[Record]) -> str:
    if not records:
        return "<td>-</td>"
    worst = verdicts.worst(records).verdict
    colour = _BAD if worst in BAD else _BORDERS.get(worst, _NEUTRAL)
    style = f"text-align:left;border-left:4px solid {colour}"
    return f'<td style="{style}">{escape(verdicts.told(records))}</td>'


def _details(causes: Sequence[Cause], stale: Iterable[Stale]) -> str:
    """What fails, one unfolding entry for each cause."""
    parts = [_unfolding(lines) for lines in grouped(causes)]
    parts += [
        f"<p>Stale known failure {escape(each.failure.id)}: {escape(each.why)}</p>"
        for each in stale
    ]
    return "".join(parts)


def _unfolding(lines: list[str]) -> str:
    title, *rest = map(escape, lines)
    body = "\n".join(line.strip() for line in rest)
    return f"<details><summary>{title}</summary><pre>{body}</pre></details>"
