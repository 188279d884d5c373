"""Count which wrong softmaxes of the tests each rule of ``softmark tolerance`` lets through.

PYTHONPATH=suite/tests python suite/verification/count_pool.py
"""

from __future__ import annotations

import json

import click
from gates.pool import let_through, wrong_ones

from softmark.answers.pool import KEPT, sizes


def main() -> None:
    wrong = wrong_ones()
    names = [mutant.name for mutant in wrong]
    found = {}
    for size in sizes():
        for name, told in let_through(wrong, size).items():
            found[name] = {rule: [names.index(one) for one in told[rule]] for rule in told}
            click.echo(f"{name}: { ({rule: len(passed) for rule, passed in told.items()}) }")
    lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(told)}" for k, told in found.items())
    KEPT.write_text(
        f'{{\n "names": {json.dumps(names)},\n "let_through": {{\n{lines}\n }}\n}}\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
