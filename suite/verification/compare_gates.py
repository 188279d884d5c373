"""Count the wrong softmaxes that acceptance rules in use elsewhere let through.

Three pools: those that are written here, those that a program made, and faults of others.

PYTHONPATH=suite/tests python suite/verification/compare_gates.py --json results/gates.json
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click
import corpora
from automutants.judging import CHEAP, is_viable, judge
from automutants.loading import substrates
from gates import backward, forward, suites
from gates.running import backward as gradient_of
from gates.running import forward as value_of
from gates.running import is_meant, lets_through, passed
from mutants import Control, Mutant, declared, state
from mutants.measuring import first_failure, is_failed
from rich.table import Table

from softmark.cli.console import screen
from softmark.environment import environment

Answers = dict[str, list[str]]
"""The name of a function to the rules that let it through, or of a right one that reject it."""

POOLS: Final = ("own", "program", "corpora")
SQUARE: Final = ("reciprocals_that_overflow",)
"""What takes the square of a row in memory, of which the rules have long ones."""

DRAWN: Final = 60
"""Mutants of the program that are asked: each has to pass the longest rows of every rule."""


def program_made() -> Iterator[Mutant]:
    """Wrong values among the mutants of the softmaxes, drawn with a fixed seed.

    What ends the process that calls it could not be asked.
    """
    drawn = random.Random(0)
    made = [s for s in substrates() if s.operation == "softmax" and s.framework != "jax"]
    mutants = [m for s in made if not s.apart and "scaled" not in s.name for m in s.mutants()]
    found = 0
    for mutant in drawn.sample(mutants, len(mutants)):
        if found == DRAWN:
            return
        verdict = judge(mutant, CHEAP) if is_viable(mutant) else None
        if verdict is not None and verdict.check not in ("", "gradient", "call"):
            found += 1
            yield mutant.as_mutant(verdict.check)


def asked(part: str) -> Sequence[Mutant | Control]:
    """The softmaxes of a pool whose values in float32 are wrong, or those that are right.

    Those of JAX and TensorFlow compile for each of a hundred shapes, and are left out.
    """
    if part == "program":
        return list(program_made())
    if part == "right":
        return [control for control in declared()[1] if is_asked(control)]
    if part == "own":
        return [m for m in declared()[0] if is_asked(m) and m.killed_by != "gradient"]
    entries = [e.found for e in corpora.declared() if isinstance(e.found, Mutant)]
    return [m for m in entries if is_asked(m)]


def is_asked(found: Mutant | Control) -> bool:
    fast = found.framework in ("numpy", "torch") and found.name not in SQUARE
    return fast and is_meant(found)


def let_through_here(mutant: Mutant) -> bool:
    """Whether softmark's quick profile passes it: by the check that it names, if it names one."""
    state.forget()  # what the rules' calls left behind
    if mutant.killed_by:
        return not is_failed(mutant, mutant.killed_by, "float32")
    return first_failure(mutant, "float32", CHEAP) is None


def accepting(mutant: Mutant) -> list[str]:
    """The rules that let a function through."""
    function = value_of(mutant)
    found = [gate.name for gate in RULES if lets_through(gate, function)]
    return [*found, SOFTMARK["gate"]] if let_through_here(mutant) else found


def rejecting(control: Control) -> list[str]:
    """The rules that reject a right function."""
    function = value_of(control)
    found = [gate.name for gate in RULES if not lets_through(gate, function)]
    # The dear checks take a hundred times as long; test_checks_teeth asks them.
    return [*found, SOFTMARK["gate"]] if first_failure(control, "float32", CHEAP) else found


RULES: Final = (*forward.GATES, *suites.GATES)
SOFTMARK: Final = {
    "gate": "softmark, quick profile",
    "source": "this project",
    "told": "bounds from theory, scaled to the element",
}


def rows(pools: dict[str, Answers], right: Answers) -> list[dict[str, Any]]:
    """A row for each rule: all pools together, and the number of each."""
    found = []
    told = [{"gate": g.name, "source": g.source, "told": g.told} for g in RULES]
    for row in (*told, SOFTMARK):
        name = row["gate"]
        each = {p: [m for m, rules in known.items() if name in rules] for p, known in pools.items()}
        numbers = {
            "mutants": sum(len(known) for known in pools.values()),
            "let_through": [mutant for names in each.values() for mutant in names],
            "pools": {pool: [len(each[pool]), len(known)] for pool, known in pools.items()},
            "controls": len(right),
            "rejected": [control for control, rules in right.items() if name in rules],
        }
        found.append(row | numbers)
    return found


def gradients() -> Iterator[dict[str, Any]]:
    """The rules for gradients, on the gradients that are written here."""
    mutants, controls = declared()
    meant = [m for m in mutants if is_meant(m) and m.killed_by == "gradient"]
    right = [c for c in controls if is_meant(c) and c.framework != "numpy"]
    for gate in backward.GATES:
        through = [m.name for m in passed(gate, meant, gradient_of)]
        rejected = [c.name for c in right if not lets_through(gate, gradient_of(c))]
        told = {"gate": gate.name, "source": gate.source, "told": gate.told}
        yield told | gradient_numbers(through, len(meant), rejected, len(right))
    through = [m.name for m in meant if let_through_here(m)]
    rejected = [c.name for c in right if is_failed(c, "gradient", "float32")]
    yield SOFTMARK | gradient_numbers(through, len(meant), rejected, len(right))


def gradient_numbers(
    through: list[str], mutants: int, rejected: list[str], controls: int
) -> dict[str, Any]:
    return {
        "mutants": mutants,
        "let_through": through,
        "pools": {"own": [len(through), mutants]},
        "controls": controls,
        "rejected": rejected,
    }


def table(title: str, found: list[dict[str, Any]]) -> Table:
    pools = list(found[0]["pools"])
    drawn = Table("rule", "inputs and tolerance", *pools, "right ones rejected", title=title)
    for row in found:
        shares = [f"{n} of {size}" for n, size in row["pools"].values()]
        rejected = f"{len(row['rejected'])} of {row['controls']}"
        drawn.add_row(row["gate"], row["told"], *shares, rejected)
    return drawn


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all of it here.")
@click.option("--part", "parts", multiple=True, help="own, program, corpora, right or gradient.")
def main(json_file: Path | None, parts: tuple[str, ...]) -> None:
    """Run every gate on every mutant that it could judge, and on the controls.

    A file that is there already is completed: what it has an answer for is not asked again.
    """
    made_on = environment({})
    kept: dict[str, Any] = {"answers": {}, "gradient": []}
    if json_file is not None and json_file.exists():
        kept |= json.loads(json_file.read_text(encoding="utf-8"))

    def keep() -> dict[str, Any]:
        answers = kept["answers"]
        pools = {pool: answers[pool] for pool in POOLS if pool in answers}
        kept["forward"] = rows(pools, answers.get("right", {}))
        if json_file is not None:
            document = kept | {"schema": 1, "environment": made_on}
            json_file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        return kept

    for part in parts or (*POOLS, "right", "gradient"):
        if part == "gradient":
            kept["gradient"] = list(gradients())
            continue
        functions = asked(part)
        names = {function.name for function in functions}
        answers = kept["answers"].get(part, {})
        known = {name: rules for name, rules in answers.items() if name in names}
        kept["answers"][part] = known
        for found in functions:
            if found.name not in known:
                is_right = isinstance(found, Control)
                known[found.name] = rejecting(found) if is_right else accepting(found)
                keep()
    console = screen()
    console.print(table("Softmaxes in float32", keep()["forward"]))
    if kept["gradient"]:
        console.print(table("Their gradients", kept["gradient"]))


if __name__ == "__main__":
    main()
