"""The oracle's speed against mpmath, plain ball arithmetic and NumPy, side by side in one run.

Only ratios are meant to be quoted: every figure is thread CPU time, best of several, one thread,
and the contenders take turns so that a busy machine troubles all of them alike.

    python suite/benchmarks/bench_oracle.py
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

os.environ["SOFTMARK_ORACLE_THREADS"] = "1"

import mpmath
import numpy as np
from flint import arb, ctx
from rich.console import Console
from rich.progress import track
from rich.table import Table

from softmark import oracle
from softmark.formats import FLOAT64

TURNS = 25
CONTENDER_TURNS = 3
DIGITS = 50


@dataclass(frozen=True)
class Line:
    """One line of the table: two ways to do the same work, each with the outputs it makes."""

    work: str
    ours: Callable[[], object]
    our_outputs: int
    theirs: Callable[[], object]
    their_outputs: int
    target: float
    their_turns: int = CONTENDER_TURNS


def cpu_seconds(work: Callable[[], object]) -> float:
    """Thread CPU time of one call."""
    start = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - start) * 1e-9


def measure(line: Line) -> tuple[float, float]:
    """Outputs per second of ours and theirs, best of several turns taken alternately."""
    ours = theirs = float("inf")
    line.ours()
    for turn in range(TURNS):
        ours = min(ours, cpu_seconds(line.ours))
        if turn < line.their_turns:
            theirs = min(theirs, cpu_seconds(line.theirs))
    return line.our_outputs / ours, line.their_outputs / theirs


def mpmath_weights(x: list[float]) -> tuple[list[mpmath.mpf], mpmath.mpf]:
    """Exponentials and their sum at 50 digits."""
    top = max(x)
    weights = [mpmath.exp(mpmath.mpf(v) - top) for v in x]
    return weights, mpmath.fsum(weights)


def mpmath_softmax(x: list[float]) -> list[float]:
    weights, total = mpmath_weights(x)
    return [float(w / total) for w in weights]


def mpmath_log_softmax(x: list[float]) -> list[float]:
    _, total = mpmath_weights(x)
    log_total = mpmath.log(total) + max(x)
    return [float(v - log_total) for v in x]


def mpmath_mean(x: list[float], a: list[float]) -> list[float]:
    weights, total = mpmath_weights(x)
    return [float(mpmath.fsum(w * v for w, v in zip(weights, a, strict=True)) / total)]


def mpmath_logsumexp(x: list[float]) -> list[float]:
    _, total = mpmath_weights(x)
    return [float(mpmath.log(total) + max(x))]


def mpmath_vjp(x: list[float], g: list[float]) -> list[float]:
    weights, total = mpmath_weights(x)
    mean = mpmath.fsum(w * v for w, v in zip(weights, g, strict=True)) / total
    return [float(w / total * (v - mean)) for w, v in zip(weights, g, strict=True)]


def arb_softmax(x: list[float]) -> list[float]:
    """Balls at 128 bits, shifted, as one would write it with python-flint."""
    with ctx.workprec(128):
        top = arb(max(x))
        weights = [(arb(v) - top).exp() for v in x]
        total = sum(weights, arb(0))
        return [float(w / total) for w in weights]


def numpy_softmax(x: np.ndarray) -> np.ndarray:
    shifted = np.exp(x - x.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def lines() -> list[Line]:
    """The table of the benchmark."""
    rng = np.random.default_rng(0)
    logits = {n: rng.normal(size=(max(1, 40000 // n), n)) for n in (1000, 50000, 2, 10, 32)}

    def rounded(x: np.ndarray) -> Callable[[], object]:
        return lambda: oracle.softmax(x).rounded(FLOAT64)

    table = []
    for n, target in ((10, 800.0), (1000, 1500.0), (50000, 2500.0)):
        x, row = logits[n], logits[n][0].tolist()
        repeat = max(1, 1000 // n)
        table.append(
            Line(
                f"softmax, rounded float64, n = {n}, against mpmath",
                rounded(x),
                x.size,
                lambda row=row, repeat=repeat: [mpmath_softmax(row) for _ in range(repeat)],
                n * repeat,
                target,
            )
        )
    x, row = logits[1000], logits[1000][0].tolist()
    table.append(
        Line(
            "the same, n = 1000, against Arb at 128 bits",
            rounded(x),
            x.size,
            lambda: arb_softmax(row),
            1000,
            150.0,
        )
    )
    for n in (1000, 50000):
        x = logits[n]
        table.append(
            Line(
                f"the same, n = {n}, against NumPy's float64",
                rounded(x),
                x.size,
                lambda x=x: numpy_softmax(x),
                x.size,
                1.0,
                TURNS,
            )
        )
    table.extend(_other_operations(logits[1000]))
    for n in (2, 10, 32):
        x = logits[n]
        table.append(
            Line(
                f"softmax, n = {n}, against n = 1000",
                rounded(x),
                x.size,
                rounded(logits[1000]),
                logits[1000].size,
                0.4,
                TURNS,
            )
        )
    return table


def _other_operations(x: np.ndarray) -> list[Line]:
    row = x[0].tolist()
    g = np.random.default_rng(1).normal(size=x.shape)
    index = [float(i) for i in range(x.shape[1])]
    works: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
        (
            "log_softmax",
            lambda: oracle.log_softmax(x).rounded(FLOAT64),
            lambda: mpmath_log_softmax(row),
        ),
        ("logsumexp", lambda: oracle.logsumexp(x).rounded(FLOAT64), lambda: mpmath_logsumexp(row)),
        (
            "softargmax",
            lambda: oracle.softargmax(x).rounded(FLOAT64),
            lambda: mpmath_mean(row, index),
        ),
        (
            "smooth max",
            lambda: oracle.smooth_max(x).rounded(FLOAT64),
            lambda: mpmath_mean(row, row),
        ),
        (
            "VJP of softmax",
            lambda: oracle.vjp("softmax", x, g).rounded(FLOAT64),
            lambda: mpmath_vjp(row, g[0].tolist()),
        ),
    ]
    return [
        Line(f"{name}, inputs, n = 1000, against mpmath", ours, x.size, theirs, len(row), 700.0)
        for name, ours, theirs in works
    ]


def error_rate() -> float:
    """Elements a second whose error in ulp is found, given the enclosure."""
    x = np.random.default_rng(0).normal(size=(40, 1000))
    enclosure, result = oracle.softmax(x), numpy_softmax(x)
    enclosure.error(result, FLOAT64)
    best = min(cpu_seconds(lambda: enclosure.error(result, FLOAT64)) for _ in range(TURNS))
    return x.size / best


def main() -> None:
    """Measure and print the table."""
    mpmath.mp.dps = DIGITS
    console = Console()
    table = Table("work, one thread", "M/s", "theirs M/s", "ratio", "target")
    for line in track(lines(), "measuring", console=console, transient=True):
        ours, theirs = measure(line)
        ratio = ours / theirs
        shown = f"{ratio:.0f}" if ratio > 20 else f"{ratio:.2f}"
        table.add_row(
            line.work, f"{ours / 1e6:.1f}", f"{theirs / 1e6:.3g}", shown, f"{line.target:g}"
        )
    table.add_row("error in ulp of a given result", f"{error_rate() / 1e6:.0f}", "", "", "100 M/s")
    console.print(table)


if __name__ == "__main__":
    main()
