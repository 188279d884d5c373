"""``softmark run``: measure implementations, and leave results that a report is made from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from softmark import catalog
from softmark.cli import shards
from softmark.cli.console import say
from softmark.cli.faults import FAILED, WRONG_USE, WrongUse, wrong_use
from softmark.cli.kinds import MEMORY, DrawnSeed
from softmark.cli.options import OPERATION, measuring
from softmark.cli.outputs import is_printed, outputs, write
from softmark.naming import UnknownName

if TYPE_CHECKING:
    from softmark.harness import Plan, RunOutcome
    from softmark_implementations.known_failures import KnownFailure


LIST: Final = "softmark list shows what there is"


def _interpreters(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Framework to interpreter, from ``FRAMEWORK=PATH`` of interpreters that exist."""
    found = {}
    for value in values:
        framework, equals, path = value.partition("=")
        if not equals:
            raise click.BadParameter(
                f"{value!r} is not FRAMEWORK=PATH; write torch=/path/to/python", ctx, param
            )
        if not Path(path).is_file():
            message = f"there is no interpreter {path}; name one that exists"
            raise click.BadParameter(message, ctx, param)
        found[framework] = path
    return found


@click.command("run")
@click.argument("implementations", nargs=-1, metavar="[IMPLEMENTATION]...")
@click.option(
    "--framework",
    "frameworks",
    multiple=True,
    help="Framework to measure: numpy, torch, ... (repeatable).",
)
@click.option(
    "--op",
    "operations",
    multiple=True,
    metavar="OPERATION",
    callback=OPERATION,
    help="Operation to measure: softmax, logsumexp, ... (repeatable).",
)
@measuring
@MEMORY
@outputs
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Implementations measured at the same time; timing is always alone (default: one for each "
    "processor, 1 for a shard).",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results"),
    show_default=True,
    help="Folder for the results.",
)
@click.option(
    "--budget",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="Stop after this time, the most telling measured first; --resume goes on.",
)
@shards.in_parts
@click.option("--resume", is_flag=True, help="Go on with the last run that was like this one.")
@click.option(
    "--python",
    "pythons",
    multiple=True,
    metavar="FRAMEWORK=PATH",
    callback=_interpreters,
    help="Run a framework in another interpreter.",
)
@click.option(
    "--known-failures",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Excuses, as TOML (default: those that come with softmark).",
)
def command(
    implementations: tuple[str, ...],
    frameworks: tuple[str, ...],
    operations: tuple[str, ...],
    formats: tuple[str, ...],
    checks: tuple[str, ...],
    pythons: dict[str, str],
    **options: Any,
) -> int:
    """Measure implementations (default: all that are installed) against the specification.

    Each framework runs in a process of its own.  What was measured before an
    interruption is kept; --resume goes on.
    """
    is_printed(options["junit"], options["markdown"])
    folder = None
    if shards.check_use(options):
        asked = {k: options[k] for k in ("profile", "seed", "device", "threads", "timing")}
        named = {"checks": checks, "formats": formats, "operations": operations}
        which = {"implementations": implementations, "frameworks": frameworks}
        folder = shards.folder_of(options["results"], {**asked, **named, **which})
    elsewhere = [*pythons, *(shards.recorded(folder) if folder and options["merge"] else ())]
    if options["resume"] and isinstance(options["seed"], DrawnSeed):
        raise WrongUse("no earlier run has a seed that is drawn now; give --resume its --seed")
    with wrong_use(UnknownName):
        entries = chosen(implementations, frameworks, elsewhere)
    from softmark import harness

    planned = harness.plan(
        entries,
        operation_names=operations,
        format_names=formats,
        check_names=checks,
        profile=options["profile"],
        seed=options["seed"],
        device=options["device"],
        elsewhere=elsewhere,
    )
    if folder is not None:
        planned = shards.planned(planned, timing=options["timing"])
    if not planned.tasks:
        hints = [f"{each.why}; {each.remedy}" for each in planned.skipped[-1:] if folder]
        raise WrongUse("; ".join(["nothing to measure", *(hints or [LIST])]))
    options["jobs"] = options["jobs"] or (1 if options["shard"] else os.cpu_count() or 1)
    return _measured(planned, pythons, folder, **options)


def chosen(
    names: Iterable[str], frameworks: Iterable[str], elsewhere: Iterable[str]
) -> list[catalog.Entry]:
    """The entries that were asked for; who asks for one by name wants it measured.

    Raises
    ------
    UnknownName
        There is no such implementation or framework.
    """
    found = catalog.read()
    for problem in found.problems:
        say(f"Left out: {problem}", err=True)
    known = {entry.framework for entry in found.entries}
    for framework in {*frameworks, *elsewhere}:
        if framework not in known:
            raise UnknownName("framework", framework, sorted(known))
    named = [found.find(name) for name in names]
    entries = [e for e in named or found.entries if not frameworks or e.framework in frameworks]
    if names or frameworks:
        for entry in entries:
            if entry.absence and entry.framework not in elsewhere:
                raise WrongUse(entry.absence)
    return entries


def _measured(planned: Plan, pythons: dict[str, str], folder: Path | None, **options: Any) -> int:
    from softmark.cli.memory import keep_what_is_freed
    from softmark.cli.progress import watched
    from softmark.harness import ResultsError, expected_seconds, run
    from softmark.records import RecordsError
    from softmark_implementations.known_failures import KnownFailuresError, load, on_device

    with wrong_use(KnownFailuresError):
        known = on_device(load(options["known_failures"]), planned.device)
    expected = expected_seconds(planned.tasks, planned.profile)
    where = options["results"]
    if folder is not None and options["merge"]:
        return _told(shards.merged(planned, folder, where, expected), planned, known, options)
    keep_what_is_freed()
    names = ("jobs", "threads", "timeout", "memory")
    how: dict[str, Any] = {name: options[name] for name in names}
    how |= {"pythons": pythons, "known": known}
    try:
        with wrong_use(ResultsError, RecordsError), watched() as watcher:
            if folder is None:
                how |= {"resume": options["resume"], "budget": options["budget"]}
                outcome = run(planned, where, progress=watcher, **how)
            elif options["shard"]:
                how |= {"expected": expected, "progress": watcher}
                return shards.measured(planned, folder, options["shard"], **how)
            else:
                how |= {"expected": expected}
                shards.scheduled(planned, folder, options["scheduler"], watcher, **how)
                outcome = shards.merged(planned, folder, where, expected)
    except KeyboardInterrupt:
        again = "the same command" if folder else "the same command with --resume"
        say(f"Interrupted; {again} goes on.", err=True)
        raise
    return _told(outcome, planned, known, options)


def _told(
    outcome: RunOutcome, planned: Plan, known: Sequence[KnownFailure], options: Mapping[str, Any]
) -> int:
    """Say what was found, and give the exit status."""
    from softmark.cli.summary import summarise
    from softmark.harness.known import reason
    from softmark.records import RecordsError

    if not outcome.files:
        for skipped in outcome.skipped:
            say(f"{skipped.what}: {skipped.why}; {skipped.remedy}", err=True)
        raise WrongUse("no framework could be started; do what stands above, or choose others")
    with wrong_use(RecordsError):
        found = summarise(
            outcome,
            known,
            options["results"],
            profile=planned.profile,
            strict=options["strict"],
            stderr=is_printed(options["junit"], options["markdown"]),
        )
    write(
        found.records,
        lambda record: reason(record, known),
        [f"{stale.failure.id}: {stale.why}" for stale in found.judgement.stale],
        title=f"softmark run, {planned.profile} profile",
        strict=options["strict"],
        junit=options["junit"],
        markdown=options["markdown"],
    )
    if found.failed:
        return FAILED
    return WRONG_USE if found.unjudged else 0
