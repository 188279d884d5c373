"""Do comparisons of speed cry wolf, and do they sleep?  Several methods on the same functions.

A softmax races against itself (a difference is a false alarm) and against
itself made slower by a known part (none is a miss).  The slower one runs an
empty loop of the interpreter as well, whose length is measured beforehand in
turn with the call.  Methods:

    ours               what ``softmark compare --live`` does
    pytest-benchmark   its defaults, a difference of more than 5 % in the median, or in the minimum
    pyperf             5 processes of 3 values each, its own t-test

    python suite/benchmarks/ab_trial.py [--trials 100] [--out FILE] ...

Prints a Markdown table with counts.  ``--out`` keeps each trial as a line of JSON; the same command
again makes those that are missing, and its table is of all.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from scipy.special import betaincinv

from softmark.calling.clock import Loop, calibrated
from softmark.calling.targets import Target
from softmark.comparing.racing import Race, Shared
from softmark.environment import cpu_model
from softmark.formats import FLOAT32
from softmark.subjects import Call, Info
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import Origin, WorkerSubject

SIZES: Final = {"small": (1, 8), "medium": (64, 4096), "large": (64, 2**17)}
EFFECTS: Final = (0, 2, 5, 10)
THRESHOLD: Final = math.log(1.05)
"""What a user of pytest-benchmark calls a difference: ``--benchmark-compare-fail=median:5%``."""

Planned = tuple[str, str, int]
"""Method, size and effect of a trial."""

TURN_NS: Final = 8.0
"""Roughly the time of a turn of an empty loop."""

KERNELS: Final = """
import numpy as np


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

"""

SLOWER: Final = """
def {name}(x, axis=-1):
    for _ in range({turns}):
        pass
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

"""

SAME: Final = """
def {name}(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

"""

PYTEST: Final = """
import numpy as np
import kernels

X = np.random.default_rng(0).normal(size={shape}).astype(np.float32)


def test_a(benchmark):
    benchmark(kernels.softmax, X)


def test_b(benchmark):
    benchmark(kernels.{name}, X)
"""

PYPERF: Final = """
import numpy as np
import pyperf
import kernels

X = np.random.default_rng(0).normal(size={shape}).astype(np.float32)
pyperf.Runner(processes=5, values=3).bench_func("softmax", kernels.{name}, X)
"""


@dataclass(frozen=True)
class Trial:
    """One comparison: what it called the difference, and what it took."""

    method: str
    size: str
    effect: int
    flagged: bool
    percent: float
    detectable: float
    seconds: float
    load: float


@dataclass(frozen=True)
class Bench:
    """A folder with the functions, and how the trials are made."""

    folder: Path
    seconds: dict[str, float]

    @staticmethod
    def name(size: str, effect: int) -> str:
        return f"{size}_{effect}"

    def write(self) -> dict[str, float]:
        """Write the functions; nanoseconds of a call for each size."""
        text, took = KERNELS, {}
        for size, shape in SIZES.items():
            costs = _measured(shape)
            took[size] = costs.call
            for effect in EFFECTS:
                turns = costs.turns(effect)
                body = SAME if turns is None else SLOWER
                text += body.format(name=self.name(size, effect), turns=turns)
        (self.folder / "kernels.py").write_text(text)
        return took

    def ours(self, size: str, effect: int) -> Iterator[tuple[str, bool, float, float]]:
        x = np.random.default_rng(0).normal(size=SIZES[size]).astype(np.float32).astype(float)
        timed = Shared(Race([Call(x)] * 2, FLOAT32, 1, 60.0))
        for number in range(2):
            if number == 0 or timed.needs_another:
                with Worker(WorkerSettings(threads=1)) as worker:
                    subjects = [
                        self._subject(worker, n) for n in ("softmax", self.name(size, effect))
                    ]
                    timed.run(worker, subjects, self.seconds[size] / 2)
        found = timed.decision
        flagged = found.word != "no difference shown"
        yield "ours", flagged, math.expm1(found.estimate.log), math.expm1(found.detectable)

    def _subject(self, worker: Worker, name: str) -> WorkerSubject:
        source = Origin(Target(str(self.folder / "kernels.py"), name), "numpy")
        return WorkerSubject(worker, source, Info(f"numpy.softmax[{name}]", "numpy", "softmax"), 60)

    def pytest_benchmark(self, size: str, effect: int) -> Iterator[tuple[str, bool, float, float]]:
        name = self.name(size, effect)
        (self.folder / "test_ab.py").write_text(PYTEST.format(shape=SIZES[size], name=name))
        out = self.folder / "out.json"
        _python(self.folder, "-m", "pytest", "-q", "test_ab.py", f"--benchmark-json={out}")
        a, b = (bench["stats"] for bench in json.loads(out.read_text())["benchmarks"])
        for statistic in ("median", "min"):
            log = math.log(b[statistic] / a[statistic])
            flagged = abs(log) > THRESHOLD
            yield f"pytest-benchmark, {statistic}", flagged, math.expm1(log), math.nan

    def pyperf(self, size: str, effect: int) -> Iterator[tuple[str, bool, float, float]]:
        means = []
        for letter, name in (("a", "softmax"), ("b", self.name(size, effect))):
            (self.folder / "perf.py").write_text(PYPERF.format(shape=SIZES[size], name=name))
            out = self.folder / f"{letter}.json"
            out.unlink(missing_ok=True)
            _python(self.folder, "perf.py", "-q", "--inherit-environ=PYTHONPATH", "-o", str(out))
            means.append(float(_python(self.folder, "-c", MEAN, str(out))))
        said = _python(self.folder, "-m", "pyperf", "compare_to", "a.json", "b.json")
        flagged = "not significant" not in said.lower()
        yield "pyperf", flagged, means[1] / means[0] - 1, math.nan


MEAN: Final = "import pyperf, sys; print(pyperf.Benchmark.load(sys.argv[1]).mean())"

METHODS: Final[dict[str, Callable[..., Iterator[tuple[str, bool, float, float]]]]] = {
    "ours": Bench.ours,
    "pytest-benchmark": Bench.pytest_benchmark,
    "pyperf": Bench.pyperf,
}


@dataclass(frozen=True)
class Costs:
    """Nanoseconds of a call, and in parts of it an empty loop and each of its turns."""

    call: float
    loop: float
    turn: float

    def turns(self, effect: int) -> int | None:
        """Turns that make a call ``effect`` per cent slower; ``None`` for no loop at all."""
        return max(0, round((effect / 100 - self.loop) / self.turn)) if effect else None


def _measured(shape: tuple[int, ...]) -> Costs:
    """From calls without a loop, with one of no turn and with one of many, taken in turn."""
    names: dict[str, Any] = {}
    exec(KERNELS, names)
    names["x"] = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    plain = Loop("softmax(x)", names)
    calls = calibrated(plain)
    call = min(plain.block(calls) for _ in range(3)) / calls
    many = round(call / TURN_NS / 5)
    exec(SLOWER.format(name="none", turns=0) + SLOWER.format(name="many", turns=many), names)
    loops = plain, Loop("none(x)", names), Loop("many(x)", names)
    rounds = np.array([[loop.block(calls) for loop in loops] for _ in range(200)])
    none, most = np.median(rounds[:, 1:] / rounds[:, :1], axis=0) - 1
    return Costs(call, float(none), float(most - none) / many)


def _python(folder: Path, *arguments: str) -> str:
    """Standard output of this interpreter, run in ``folder`` with the functions beside it."""
    variables = os.environ | {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=variables, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def kept(path: Path | None) -> list[Trial]:
    """The trials of earlier sessions; a line that one was killed in is cut off."""
    if path is None or not path.exists():
        return []
    lines = [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
    path.write_text("".join(lines))
    return [Trial(**json.loads(line)) for line in lines]


def missing(plan: list[Planned], found: list[Trial]) -> list[Planned]:
    """What of the plan has not been made."""
    made = Counter((t.method.partition(",")[0], t.size, t.effect) for t in found if _is_first(t))
    left = []
    for planned in plan:
        made[planned] -= 1
        if made[planned] < 0:
            left.append(planned)
    return left


def _is_first(trial: Trial) -> bool:
    """Whether it is the only result of a trial, or the first of two that share its times."""
    return not trial.method.endswith(", min")


def trials(bench: Bench, plan: list[Planned], until: float) -> Iterator[Trial]:
    """Make the trials, in an order that mixes methods, sizes and effects."""
    left = len(plan)  # so that a session that goes on does not begin like the one before
    order = np.random.default_rng(left).permutation(left)
    for index in order:
        if time.monotonic() > until:
            return
        method, size, effect = plan[index]
        start = time.monotonic()
        found = list(METHODS[method](bench, size, effect))
        took, load = time.monotonic() - start, os.getloadavg()[0]
        for name, flagged, change, detectable in found:
            yield Trial(name, size, effect, flagged, 100 * change, 100 * detectable, took, load)


def table(found: list[Trial]) -> Iterator[str]:
    """The table: for each method and size how many of how many trials showed a difference."""
    columns = ["A/A" if not effect else f"{effect} %" for effect in EFFECTS]
    yield f"| method | size | {' | '.join(columns)} | seconds, median | detectable |"
    yield "| --- | --- |" + " --- |" * (len(EFFECTS) + 2)
    for method in dict.fromkeys(t.method for t in sorted(found, key=lambda t: _rank(t.method))):
        for size in SIZES:
            row = [t for t in found if (t.method, t.size) == (method, size)]
            if row:
                cells = [_count([t for t in row if t.effect == effect]) for effect in EFFECTS]
                seconds = np.median([t.seconds for t in row])
                least = np.median([t.detectable for t in row])
                shown = "" if math.isnan(least) else f"{least:.1f} %"
                yield f"| {method} | {size} | {' | '.join(cells)} | {seconds:.1f} | {shown} |"


def _rank(method: str) -> int:
    return next(i for i, name in enumerate(METHODS) if method.startswith(name))


def _count(found: list[Trial]) -> str:
    return f"{sum(t.flagged for t in found)} of {len(found)}" if found else ""


def at_most(events: int, count: int) -> float:
    """The rate that ``events`` in ``count`` trials exclude at 99 %, by Clopper and Pearson."""
    return float(betaincinv(events + 1, count - events, 0.99)) if events < count else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=100, help="A/A trials of ours")
    parser.add_argument("--injected", type=int, default=40, help="trials of ours for each effect")
    parser.add_argument("--large", type=int, default=20, help="the same, for large calls")
    parser.add_argument("--slow", type=int, default=30, help="trials of the other methods")
    parser.add_argument("--pyperf", type=int, default=20, help="trials of pyperf")
    parser.add_argument("--seconds", type=float, default=10.0, help="budget of ours for a case")
    parser.add_argument("--minutes", type=float, default=40.0, help="ends after so long")
    parser.add_argument("--method", action="append", choices=list(METHODS), default=[])
    parser.add_argument("--size", action="append", choices=list(SIZES), default=[])
    parser.add_argument("--out", type=Path, help="JSON lines of the trials; gone on with")
    chosen = parser.parse_args()
    console = Console(width=120, highlight=False)
    begun = time.monotonic()
    found = kept(chosen.out)
    plan = missing(_plan(chosen), found)
    console.print(f"{len(found)} results of earlier sessions; {len(plan)} trials to make.")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), dict.fromkeys(SIZES, chosen.seconds))
        took = bench.write()
        console.print(", ".join(f"{size} {ns / 1000:.4g} us" for size, ns in took.items()))
        for trial in trials(bench, plan, begun + 60 * chosen.minutes):
            found.append(trial)
            if chosen.out:
                with chosen.out.open("a") as stream:
                    stream.write(json.dumps(vars(trial)) + "\n")
    _summary(console, found)


def _plan(chosen: argparse.Namespace) -> list[Planned]:
    """Method, size and effect of each trial."""

    def count(method: str, size: str, effect: int) -> int:
        if method == "pyperf":
            return int(chosen.pyperf) if size != "large" else 0
        if method == "pytest-benchmark":
            return int(chosen.slow)
        if size == "large":
            return int(chosen.large)
        return int(chosen.injected if effect else chosen.trials)

    return [
        (method, size, effect)
        for method in chosen.method or METHODS
        for size in chosen.size or SIZES
        for effect in EFFECTS
        for _ in range(count(method, size, effect))
    ]


def _summary(console: Console, found: list[Trial]) -> None:
    seconds = sum(t.seconds for t in found if _is_first(t))
    for line in table(found):
        console.print(line, markup=False, soft_wrap=True)
    ours = [t for t in found if t.method == "ours" and t.effect == 0]
    if ours:
        alarms = sum(t.flagged for t in ours)
        bound = at_most(alarms, len(ours))
        console.print(
            f"\nFalse alarms of ours: {alarms} of {len(ours)}; at 99 % at most {bound:.1%}."
        )
    for size in SIZES:
        if line := ", ".join(_injected(found, size)):
            console.print(f"Injected, by the median of ours: {size} {line}.")
    loads = [t.load for t in found]
    if loads:
        console.print(
            f"{cpu_model()}, {os.cpu_count()} processors, load {min(loads):.1f} to "
            f"{max(loads):.1f}, median {np.median(loads):.1f}; {seconds / 60:.0f} minutes."
        )


def _injected(found: list[Trial], size: str) -> Iterator[str]:
    """What each slow-down came to: an empty loop costs what it costs."""
    for effect in EFFECTS[1:]:
        trials = [
            t.percent for t in found if (t.method, t.size, t.effect) == ("ours", size, effect)
        ]
        if trials:
            yield f"{np.median(trials):.1f} % for {effect} %"


if __name__ == "__main__":
    main()
