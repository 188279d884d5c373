"""What the clock itself costs a call, beside a bare loop and beside how others call.

    python suite/benchmarks/bench_clock.py [--seconds 5]

A NumPy softmax of eight numbers (some 3 us) is timed by each in turn with the bare
loop, block by block; the figure is the median over the rounds of the shorter of two
blocks, less that of the bare loop, with its 99 % interval.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from softmark.calling.clock import Loop
from softmark.calling.racing import Slot, Track
from softmark.environment import cpu_model
from softmark.timing.estimates import median_estimate

X = np.random.default_rng(0).normal(size=8).astype(np.float32)


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@dataclass
class By(Loop):
    """A loop of somebody else's: nanoseconds of so many calls."""

    measure: Callable[[int], int]

    def block(self, calls: int) -> int:
        return self.measure(calls)


def bare(calls: int) -> int:
    """The loop that one would write, with the call in it."""
    start = time.perf_counter_ns()
    for _ in range(calls):
        result = softmax(X, axis=-1)
    elapsed = time.perf_counter_ns() - start
    del result
    return elapsed


def through_functions(calls: int) -> int:
    """As softmark did before: a function that calls one that calls the subject."""

    def work(x: Any) -> Any:
        return softmax(x, **{"axis": -1})

    def begun_and_ended() -> Any:
        result = work(X)
        return result

    start = time.perf_counter_ns()
    for _ in range(calls):
        result = begun_and_ended()
    elapsed = time.perf_counter_ns() - start
    del result
    return elapsed


def unpacked(calls: int) -> int:
    """As pytest-benchmark's runner calls what it is given."""
    arguments, keywords = (X,), {"axis": -1}
    start = time.perf_counter_ns()
    for _ in range(calls):
        softmax(*arguments, **keywords)
    return time.perf_counter_ns() - start


def partly(calls: int) -> int:
    """As pyperf's runner calls what it is given."""
    function = partial(softmax, X, axis=-1)
    start = time.perf_counter_ns()
    for _ in repeat(None, calls):
        function()
    return time.perf_counter_ns() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    seconds = parser.parse_args().seconds
    ours = Loop("function(x, axis=axis)", {"function": softmax, "x": X, "axis": -1})
    contenders = {
        "softmark": ours,
        "through two functions, as softmark's method 1": By(through_functions),
        "*arguments, as pytest-benchmark": By(unpacked),
        "functools.partial, as pyperf": By(partly),
    }
    table = Table("loop", "ns more than a bare loop", "99 % interval", "a call, us")
    for name, loop in contenders.items():
        table.add_row(name, *_row(loop, seconds))
    Console(highlight=False).print(table)
    Console(highlight=False).print(f"{cpu_model()}, NumPy {np.__version__}")


def _row(loop: Loop, seconds: float) -> tuple[str, str, str]:
    track = Track()
    for number, contender in enumerate((By(bare), loop)):
        track.enter(number, Slot(contender, "numpy"))
    _, arrays = track.rounds(seconds, seed=0)
    plain, other = arrays["wall_ns"].min(axis=2).T
    found = median_estimate(other - plain)
    interval = f"{found.low:+.1f} to {found.high:+.1f}"
    return f"{found.log:+.1f}", interval, f"{np.median(plain) / 1000:.2f}"


if __name__ == "__main__":
    main()
