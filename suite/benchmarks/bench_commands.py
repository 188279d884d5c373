"""How long the commands take that a person waits for, and what of it is softmark's own.

    python suite/benchmarks/bench_commands.py [--skip run]

Prints a table: words alone, the quick check of a softmax in NumPy, PyTorch and
JAX, the log-probabilities of two functions, the quick run over all frameworks
with its overhead, the standard run of one framework, and the report of 100,000
records.  Times are wall seconds on this machine, medians of three where that is
quick enough; beside them the seconds of all processors, which a busy machine
makes longer by less.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from softmark.records import dump_line, find_results, read_results

KERNEL = """
import numpy as np


def softmax(x, axis=-1):
    with np.errstate(over="ignore"):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def zeros(x, axis=-1):
    return np.zeros_like(x)
"""

TORCH = """
import torch


def softmax(x, dim=-1):
    return torch.softmax(x, dim)
"""

JAX = """
from functools import partial

import jax


@partial(jax.jit, static_argnames="axis")
def softmax(x, axis=-1):
    return jax.nn.softmax(x, axis=axis)
"""

WORDS = {
    "softmark --help": ("--help",),
    "softmark list": ("list",),
    "softmark explain": ("explain", "softmax"),
}
CHECKS = {
    "softmark check, quick, NumPy": (KERNEL, "softmax"),
    "softmark check, quick, NumPy, one format": (KERNEL, "softmax", "--format", "float32"),
    "softmark check --profile standard, NumPy": (KERNEL, "softmax", "--profile", "standard"),
    "softmark check --first, all zeros": (KERNEL, "zeros", "--first"),
    "softmark check, quick, PyTorch, one format": (TORCH, "softmax", "--format", "float32"),
    "softmark check, quick, jitted JAX, one format": (JAX, "softmax", "--format", "float32"),
}
ANSWERS = {
    f"softmark mismatch, {trainer} and {sampler}, 1,000 tokens of 128,256, {name}": (
        "mismatch",
        f"{trainer}.log_softmax",
        f"{sampler}.log_softmax",
        *("--vocabulary", "128256", "--format", name),
    )
    for trainer, sampler, name in (("numpy", "scipy", "float32"), ("torch", "jax", "bfloat16"))
}
"""What a table's row is called, and what it measures."""

Seconds = tuple[float, float]
"""On the clock, and of all processors."""

MANY: Final = 100_000
"""Records of the report."""

RESULTS: Final = Path(__file__).resolve().parents[2] / "results"
SHIFT: Final = 10**6
"""What the seed of a repeated record is larger by."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parts = ["words", "check", "answers", "run", "standard", "report"]
    parser.add_argument("--skip", action="append", default=[], choices=parts)
    skip = parser.parse_args().skip
    table = Table("command", "seconds", "of processors", "of it softmark's own")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "words" not in skip:
            for what, command in WORDS.items():
                table.add_row(what, *_shown(_median(*command)))
        if "check" not in skip:
            for what, (kernel, *options) in CHECKS.items():
                table.add_row(what, *_shown(_check(folder, kernel, *options)))
        if "answers" not in skip:
            for what, command in ANSWERS.items():
                table.add_row(what, *_shown(_median(*command)))
        if "run" not in skip:
            seconds, overhead = _run(folder, "--profile", "quick")
            what = "softmark run --profile quick, all installed"
            table.add_row(what, *_shown(seconds), overhead)
        if "standard" not in skip:
            seconds, overhead = _run(folder, "--profile", "standard", "--framework", "torch")
            what = "softmark run --profile standard, PyTorch"
            table.add_row(what, *_shown(seconds), overhead)
        if "report" not in skip:
            table.add_row("softmark report, 100,000 records", *_shown(_report(folder)))
    Console().print(table)


def _shown(seconds: Seconds) -> tuple[str, str]:
    clock, processors = seconds
    return f"{clock:.2f}", f"{processors:.2f}"


def _processors() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _median(*arguments: str) -> Seconds:
    clock, processors = zip(*(_softmark(*arguments)[0] for _ in range(3)), strict=True)
    return statistics.median(clock), statistics.median(processors)


def _softmark(*arguments: str) -> tuple[Seconds, str]:
    """Run the command; its seconds, and what it printed."""
    start, before = time.perf_counter(), _processors()
    command = [sys.executable, "-m", "softmark", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return (time.perf_counter() - start, _processors() - before), done.stdout


def _check(folder: Path, kernel: str, function: str, *options: str) -> Seconds:
    path = folder / "kernel.py"
    path.write_text(kernel)
    command = ("check", f"{path}:{function}", *options)
    _softmark(*command)  # compiles the oracle, which the disk then keeps
    return _median(*command)


def _run(folder: Path, *options: str) -> tuple[Seconds, str]:
    seconds, printed = _softmark("run", *options, "--results", str(folder / "run"))
    overhead = [line for line in printed.splitlines() if "overhead" in line.lower()]
    return seconds, " ".join(overhead).partition(":")[2].strip()


def _report(folder: Path) -> Seconds:
    """The report of the committed records, repeated with other seeds until they are 100,000."""
    many = folder / "many"
    _grow(many)
    command = ("report", str(many), "--out", str(folder / "report"))
    seconds, said = _softmark(*command)
    if not said.startswith(f"{MANY} records"):
        sys.exit(f"the report is of other records than were made: {said}")
    return seconds


def _grow(many: Path) -> None:
    """As many files as there are committed ones; each record is written once or twice."""
    many.mkdir(parents=True)
    files = [read_results(path) for path in find_results([RESULTS])]
    more = MANY - sum(len(file.records) for file in files)
    for number, file in enumerate(files):
        with (many / f"{number}.jsonl").open("wb") as stream:
            stream.write(dump_line("header", file.header.to_json()))
            for record in file.records:
                stream.write(dump_line("record", record.to_json()))
            again = file.records[:more]
            more -= len(again)
            for record in again:
                other = replace(record, case=replace(record.case, seed=record.case.seed + SHIFT))
                stream.write(dump_line("record", other.to_json()))
            stream.write(b'{"kind": "end"}\n')


if __name__ == "__main__":
    main()
