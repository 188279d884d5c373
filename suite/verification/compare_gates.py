"""Count the wrong softmaxes that acceptance rules in use elsewhere let through.

PYTHONPATH=suite/tests python suite/verification/compare_gates.py --json results/gates.json
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from gates import Function, Gate, backward, forward
from gates.running import backward as gradient_of
from gates.running import forward as value_of
from gates.running import is_meant, lets_through, passed
from mutants import Control, Mutant, declared
from mutants.measuring import killers
from rich.table import Table

from softmark.cli.console import screen
from softmark.environment import environment


def rows(
    gates: tuple[Gate, ...],
    mutants: list[Mutant],
    controls: list[Control],
    made: Callable[[Any], Function],
) -> Iterator[dict[str, Any]]:
    """What each gate lets through, and which right implementation it rejects."""
    for gate in gates:
        through = passed(gate, mutants, made)
        yield {
            "gate": gate.name,
            "source": gate.source,
            "told": gate.told,
            "mutants": len(mutants),
            "let_through": [mutant.name for mutant in through],
            "controls": len(controls),
            "rejected": [c.name for c in controls if not lets_through(gate, made(c))],
        }
    through = [
        m for m in mutants if m.killed_by not in killers(m, "float32", checks=(m.killed_by,))
    ]
    yield {
        "gate": "softmark, quick profile",
        "source": "this project",
        "told": "bounds from theory, scaled to the element",
        "mutants": len(mutants),
        "let_through": [mutant.name for mutant in through],
        "controls": len(controls),
        "rejected": [c.name for c in controls if killers(c, "float32")],
    }


def table(title: str, found: list[dict[str, Any]]) -> Table:
    columns = ("rule", "inputs and tolerance", "wrong ones let through", "right ones rejected")
    drawn = Table(*columns, title=title)
    for row in found:
        through = f"{len(row['let_through'])} of {row['mutants']}"
        rejected = f"{len(row['rejected'])} of {row['controls']}"
        drawn.add_row(row["gate"], row["told"], through, rejected)
    return drawn


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all of it here.")
def main(json_file: Path | None) -> None:
    """Run every gate on every mutant that it could judge, and on the controls."""
    mutants, controls = declared()
    meant = [mutant for mutant in mutants if is_meant(mutant)]
    right = [control for control in controls if is_meant(control)]
    values = [mutant for mutant in meant if mutant.killed_by != "gradient"]
    gradients = [mutant for mutant in meant if mutant.killed_by == "gradient"]
    differentiable = [control for control in right if control.framework != "numpy"]
    found = {
        "forward": list(rows(forward.GATES, values, right, value_of)),
        "gradient": list(rows(backward.GATES, gradients, differentiable, gradient_of)),
    }
    console = screen()
    console.print(table("Softmaxes in float32", found["forward"]))
    console.print(table("Their gradients", found["gradient"]))
    if json_file is not None:
        document = {"schema": 1, "environment": environment({}), **found}
        json_file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
