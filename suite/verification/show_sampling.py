"""Simulate the test of samplers: how often right ones fail, and biased ones are found.

python suite/verification/show_sampling.py
"""

from __future__ import annotations

import sys
from typing import Any

import click
import numpy as np

from softmark.cli.console import say
from softmark.sampling import DISTANCE, POWER
from softmark.sampling.statistic import GROUPS, LEVEL, chain

DRAWS = 10**6


@click.command()
@click.option("--samplers", default=2000, show_default=True, help="Distributions of each kind.")
@click.option("--seed", default=0, show_default=True)
def command(samplers: int, seed: int) -> None:
    """Print shares; exit with 1 if one is another than is stated."""
    rng, is_wrong = np.random.default_rng(seed), False
    for kind in ("all groups", "two groups", "one group"):
        found = [_is_found(rng, kind) for _ in range(samplers)]
        share = float(np.mean(found))
        is_wrong |= share < POWER
        say(f"off by {DISTANCE} in {kind}: {share:.2%} of {len(found)} found")
    p = np.concatenate([_p_values(rng) for _ in range(samplers // 10)])
    for level in (1e-1, 1e-2, 1e-3, 1e-4):
        share = float(np.mean(p < level))
        is_wrong |= share > level + 5 * np.sqrt(level / p.size)
        say(f"right samplers with p < {level:g}: {share:.3g} of {p.size}")
    sys.exit(is_wrong)


def _is_found(rng: np.random.Generator, kind: str) -> bool:
    p = rng.dirichlet(np.full(GROUPS, 3.0))
    counts = rng.multinomial(DRAWS, _biased(p, rng, kind))
    return bool(chain(counts, p, p) < LEVEL)


def _biased(p: Any, rng: np.random.Generator, kind: str) -> Any:
    """The same with a total variation distance of ``DISTANCE``."""
    order = rng.permutation(p.size)
    more, less = {
        "all groups": (order[::2], order[1::2]),
        "two groups": (p.argsort()[-1:], p.argsort()[-2:-1]),
        "one group": (p.argsort()[-1:], p.argsort()[:-1]),
    }[kind]
    q = p.copy()
    q[more] += DISTANCE * p[more] / p[more].sum()
    q[less] -= DISTANCE * p[less] / p[less].sum()
    return q


def _p_values(rng: np.random.Generator) -> Any:
    p = rng.dirichlet(np.full(GROUPS, 3.0))
    return chain(rng.multinomial(DRAWS, p, size=1000), p, p)


if __name__ == "__main__":
    command()
