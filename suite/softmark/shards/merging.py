"""From the parts of all shards to the files that one process would have written."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from softmark.harness import Plan, RunOutcome, Skipped, Task
from softmark.records import Header, Record, ResultsFile, dump_line
from softmark.shards.dividing import divided
from softmark.shards.following import Stored, followed
from softmark.shards.parts import ShardError, check_alike, read_parts, write_whole

Parts = Mapping[str, Sequence[ResultsFile]]
"""The parts of each framework."""


def merge(plan: Plan, expected: Mapping[str, float], folder: Path, results: Path) -> RunOutcome:
    """Write the files of the run whose parts are in ``folder``, and remove the parts.

    Parameters
    ----------
    plan, expected:
        All tasks, and the seconds of each by its id: as the shards were given them.
    results:
        The folder for results.

    Raises
    ------
    ShardError
        Parts are missing, are damaged, do not agree, or are of different versions.
    """
    held = read_parts(folder)
    if not held:
        raise ShardError(f"{folder} has no parts; give the options and the folder of the shards")
    parts = {name: [f for f in held if f.header.framework == name] for name in plan.frameworks}
    skipped = _skipped(held)
    started = [name for name in parts if parts[name] or all(s.what != name for s in skipped)]
    _check_complete([t for name in started for t in plan.of(name)], parts, plan, expected, folder)
    counts, seconds = Counter[str](), dict[str, float]()
    written: dict[Path, bytes] = {}
    run = f"{held[0].header.run.rpartition('-')[0]}-{folder.name[:6]}"
    for name in started:
        check_alike(parts[name])
        stored = {task.id: _stored(task, parts[name]) for task in plan.of(name)}
        found = followed(plan, name, expected, stored)
        if damaged := [task_id for task_id, each in stored.items() if each.is_damaged]:
            raise ShardError(f"records of {damaged[0]} are missing: {_where(damaged[0], parts)}")
        counts.update(found.counts)
        for check, spent in found.seconds.items():
            seconds[check] = seconds.get(check, 0.0) + spent
        header = _header(plan, name, parts[name][0].header, run, held[0], skipped)
        lines = [dump_line("header", header.to_json()), *found.lines, dump_line("end", {})]
        written[_place(results, parts[name][0], run)] = b"".join(lines)
    for path, text in written.items():
        write_whole(path, text)
    shutil.rmtree(folder)
    total = sum(seconds.values())
    return RunOutcome(tuple(written), dict(counts), skipped, seconds, total, 0.0)


def _check_complete(
    tasks: Iterable[Task],
    parts: Parts,
    plan: Plan,
    expected: Mapping[str, float],
    folder: Path,
) -> None:
    """Whether each task is done in some part; else say which shards to measure again."""
    done = {task_id for files in parts.values() for file in files for task_id in file.done}
    missing = {task.id for task in tasks} - done
    if not missing:
        return
    told = f"{len(missing)} of {len(plan.tasks)} tasks are in no part, for instance {min(missing)}"
    counts = {name.partition("-of-")[2] for name in os.listdir(folder)}
    if len(counts) == 1 and (count := next(iter(counts))).isdigit():
        shards = divided(plan.tasks, expected, int(count))
        again = [
            f"{number}/{count}"
            for number, own in enumerate(shards, 1)
            if any(task.id in missing for task in own)
        ]
        told += f"; measure again: --shard {', --shard '.join(again)}"
    raise ShardError(told)


def _stored(task: Task, files: Sequence[ResultsFile]) -> Stored:
    """What was recorded of a task, which all parts that have it must agree on."""
    found = [(file, _records(task, file)) for file in files if task.id in file.done]
    (first, records), *others = found
    for file, other in others:
        if list(map(lasting, records)) != list(map(lasting, other)):
            raise ShardError(
                f"{first.path} and {file.path} do not agree on {task.id}; remove one of them, and "
                "measure its shard again"
            )
    return Stored.of(records)


def _records(task: Task, file: ResultsFile) -> list[Record]:
    return [record for record in file.records if record.id.startswith(f"{task.id}/")]


def lasting(record: Record) -> Record:
    """The record without its time."""
    return replace(record, seconds=0.0)


def _where(task_id: str, parts: Parts) -> str:
    """The parts that have a task, in a sentence."""
    paths = [str(f.path) for files in parts.values() for f in files if task_id in f.done]
    return f"remove {' and '.join(paths)}, and measure again what was in there"


def _skipped(held: Iterable[ResultsFile]) -> tuple[Skipped, ...]:
    """What no shard measured, and frameworks that could not be started, each once."""
    found = [entry for file in held for entry in file.header.skipped]
    told = [Skipped(*(str(e[k]) for k in ("what", "why", "remedy"))) for e in _objects(found)]
    return tuple(dict.fromkeys(told))


def _objects(entries: Iterable[object]) -> Iterator[dict[str, object]]:
    return (entry for entry in entries if isinstance(entry, dict))


def _header(
    plan: Plan,
    framework: str,
    part: Header,
    run: str,
    first: ResultsFile,
    skipped: Iterable[Skipped],
) -> Header:
    """The header of one process: what its first part says, of the whole."""
    names = dict.fromkeys(task.info.name for task in plan.of(framework))
    return replace(
        part,
        run=run,
        started=first.header.started,
        settings=plan.settings(),
        implementations={name: plan.described[name] for name in names},
        skipped=[each.to_json() for each in skipped],
    )


def _place(results: Path, part: ResultsFile, run: str) -> Path:
    """Where one process would have written: its folder of the machine and of the framework."""
    machine, framework = part.path.parts[-3:-1]
    return results / machine / framework / f"{run.rpartition('-')[0]}.jsonl"
