"""``softmark explain``: the specification's own words for one name."""

from __future__ import annotations

import click

from softmark import specification
from softmark.catalog import UnknownName
from softmark.cli.console import say
from softmark.cli.faults import wrong_use


@click.command("explain")
@click.argument("name", metavar="CHECK|OPERATION|METRIC|INPUT|WORD")
def command(name: str) -> None:
    """Print a formal statement, its bound, the bound's source, and what the grades mean.

    WORD is one of a table: pass, weak, fail, policy, A, B, C, F, ulp, bound, ...; or
    grades, verdicts, contract.
    """
    with wrong_use(UnknownName):
        found = specification.find(name)
    texts = [f"{text.kind} {text.text}" for text in found]
    if any(text.kind in ("check", "operation") for text in found):
        texts.append(specification.grades().text)
    say("\n\n".join(texts).replace("**", "").replace("``", ""))
