"""How long the commands take that a person waits for, and what of it is softmark's own.

    python suite/benchmarks/bench_commands.py [--skip run]

Prints a table: the quick check of a NumPy softmax, the quick run over all
frameworks with its overhead, and the report of 100,000 records.  Times are
wall seconds on this machine, medians of three where that is quick enough.
"""

from __future__ import annotations

import argparse
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

from softmark.records import dump_line, read_results

KERNEL = """
import numpy as np


def softmax(x, axis=-1):
    with np.errstate(over="ignore"):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def zeros(x, axis=-1):
    return np.zeros_like(x)
"""

CHECKS = {
    "softmark check, quick, NumPy": ("softmax",),
    "softmark check, quick, NumPy, one format": ("softmax", "--format", "float32"),
    "softmark check --first, all zeros": ("zeros", "--first"),
}
"""What a table's row is called, and what it measures."""

MANY: Final = 100_000
"""Records of the report."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skip", action="append", default=[], choices=["check", "run", "report"])
    skip = parser.parse_args().skip
    table = Table("command", "seconds", "of it softmark's own")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "check" not in skip:
            for what, options in CHECKS.items():
                table.add_row(what, f"{_check(folder, *options):.1f}", "")
        if "run" not in skip:
            seconds, overhead = _run(folder)
            table.add_row("softmark run --profile quick, all installed", f"{seconds:.0f}", overhead)
        if "report" not in skip:
            table.add_row("softmark report, 100,000 records", f"{_report(folder):.1f}", "")
    Console().print(table)


def _softmark(*arguments: str) -> tuple[float, str]:
    """Run the command; wall seconds, and what it printed."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "softmark", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return time.perf_counter() - start, done.stdout


def _check(folder: Path, function: str, *options: str) -> float:
    kernel = folder / "kernel.py"
    kernel.write_text(KERNEL)
    command = ("check", f"{kernel}:{function}", *options)
    _softmark(*command)  # compiles the oracle, which the disk then keeps
    return statistics.median(_softmark(*command)[0] for _ in range(3))


def _run(folder: Path) -> tuple[float, str]:
    seconds, printed = _softmark("run", "--profile", "quick", "--results", str(folder / "run"))
    overhead = [line for line in printed.splitlines() if "overhead" in line.lower()]
    return seconds, " ".join(overhead).partition(":")[2].strip()


def _report(folder: Path) -> float:
    """The report of a real run's records, with as many seeds as make 100,000 of them."""
    source = folder / "source"
    _softmark("run", "--framework", "numpy", "--check", "stability", "--results", str(source))
    many = folder / "many" / "machine" / "numpy"
    many.mkdir(parents=True)
    path = next(source.rglob("*.jsonl"))
    records = read_results(path).records
    with (many / "records.jsonl").open("wb") as stream:
        stream.write(path.read_bytes().splitlines(keepends=True)[0])
        for i in range(MANY):
            record, seed = records[i % len(records)], i // len(records)
            other = replace(record, case=replace(record.case, seed=seed))
            stream.write(dump_line("record", other.to_json()))
        stream.write(b'{"kind": "end"}\n')
    seconds = []
    for _ in range(3):
        took, said = _softmark("report", str(many), "--out", str(folder / "report"))
        if not said.startswith(f"{MANY} records"):
            sys.exit(f"the report is of other records than were made: {said}")
        seconds.append(took)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
