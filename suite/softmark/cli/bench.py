"""``softmark bench``: how fast, as a table; the check ``throughput`` alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from softmark import catalog
from softmark.cli.console import say
from softmark.cli.faults import WrongUse, exit_status, wrong_use
from softmark.cli.options import ARRAY, OPERATION, timing
from softmark.cli.outputs import OutputType
from softmark.naming import UnknownName
from softmark.records import SCHEMA, Record

if TYPE_CHECKING:
    from softmark.cli.sheets import Printed

CHECK: Final = "throughput"
_MOST_NAMES: Final = 3


@click.command("bench")
@click.argument("what", nargs=-1, metavar="[TARGET|IMPLEMENTATION]...")
@click.option("--framework", "frameworks", multiple=True, help="Only this framework.")
@click.option(
    "--op",
    "operation",
    metavar="OPERATION",
    callback=OPERATION,
    help="Only this operation; what a function of your own computes (default: softmax).",
)
@ARRAY
@timing
@click.option(
    "--results",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to keep the results of implementations in, for softmark compare and report.",
)
@click.option("--json", "json_file", type=OutputType(), help="Write JSON; - prints it.")
@click.option("--markdown", "markdown_file", type=OutputType(), help="Write Markdown.")
def command(
    what: tuple[str, ...],
    frameworks: tuple[str, ...],
    operation: str | None,
    array: str,
    results: Path | None,
    json_file: str | None,
    markdown_file: str | None,
    **options: Any,
) -> int:
    """Time functions, in turn with copies of the same memory.

    TARGET is path/to/file.py:function or module:function; IMPLEMENTATION is a
    name of softmark list (default: all that are installed).  A wrong result has
    no time.
    """
    from softmark.cli.sheets import give

    names = {entry.name for entry in catalog.implementations()}
    targets = [text for text in what if text not in names and ":" in text]
    chosen = [text for text in what if text not in targets]
    if targets and frameworks:
        raise WrongUse("--framework chooses among implementations; leave it out with a TARGET")
    records: list[Record] = []
    if chosen or not targets:
        records += _implementations(chosen, frameworks, operation, results, options)
    for target in targets:
        records += _target(target, operation, array, options)
    document = {"schema": SCHEMA, "records": [record.to_json() for record in records]}
    give(parts(records), document, json_file, markdown_file)
    return exit_status((record.verdict for record in records), strict=False)


def _implementations(
    names: Iterable[str],
    frameworks: tuple[str, ...],
    operation: str | None,
    results: Path | None,
    options: dict[str, Any],
) -> list[Record]:
    """The records of a run, which are kept where there is a folder for them."""
    from softmark.cli.progress import watched
    from softmark.cli.run import chosen
    from softmark.harness import ResultsError, plan, run
    from softmark.records import RecordsError, read_results

    with wrong_use(UnknownName):
        entries = chosen(names, frameworks, ())
    planned = plan(
        entries,
        operation_names=[operation] if operation else [],
        format_names=options["formats"],
        check_names=[CHECK],
        profile=options["profile"],
        seed=options["seed"],
        device=options["device"],
    )
    if not planned.tasks:
        raise WrongUse("nothing to time; softmark list shows what there is")
    with tempfile.TemporaryDirectory() as folder, wrong_use(ResultsError, RecordsError):
        with watched() as watcher:
            outcome = run(
                planned,
                results or Path(folder),
                threads=options["threads"],
                timeout=options["timeout"],
                progress=watcher,
            )
        for skipped in outcome.skipped:
            say(f"Not timed: {skipped.what} ({skipped.why}); {skipped.remedy}", err=True)
        if not outcome.files:
            raise WrongUse("no framework could be started; do what stands above, or choose others")
        return [record for path in outcome.files for record in read_results(path).records]


def _target(
    text: str, operation: str | None, array: str, options: dict[str, Any]
) -> tuple[Record, ...]:
    from softmark.calling.targets import Target
    from softmark.cli.progress import watched
    from softmark.harness import check_target
    from softmark.subjects import TargetError

    with wrong_use(TargetError, UnknownName), watched() as watcher:
        return check_target(
            Target.parse(text),
            operation=operation or "softmax",
            array=array,
            format_names=options["formats"],
            check_names=[CHECK],
            profile=options["profile"],
            seed=options["seed"],
            device=options["device"],
            timeout=options["timeout"],
            threads=options["threads"],
            progress=watcher,
        ).records


def parts(records: Iterable[Record]) -> list[Printed | str]:
    """The table, and a sentence for each function that has no time."""
    from softmark.cli.sheets import Printed

    timed = [r for r in records if r.metric == "time" and r.value is not None]
    columns = ("implementation", "case", "a call", "p10 to p90", "ns a logit", "GB/s", "of copy")
    rows = [list(_row(record)) for record in timed]
    notes = [f"Timed by softmark's clock, in turn with copies: {len(timed)} times."]
    return [Printed("Times", columns, rows, frozenset(range(2, 7))), *_untimed(records), *notes]


def _row(record: Record) -> Iterator[str]:
    from softmark.cli.sheets import duration, three
    from softmark.cli.stored_comparison import shape_of

    told: Any = record.distribution
    yield record.implementation
    yield f"{record.format} {shape_of(record)}"
    yield duration(told["median"])
    yield f"{duration(told['p10'])} to {duration(told['p90'])}"
    yield three(record.value or 0.0)
    yield three(told["gb_per_s"])
    yield f"{100 * told['copy_fraction']:.3g} %"


def _untimed(records: Iterable[Record]) -> Iterator[str]:
    """What has no time, and why; each reason is said once."""
    reasons: dict[str, dict[str, None]] = {}
    for record in records:
        if record.value is None:
            who = f"{record.implementation} {record.format}"
            reasons.setdefault(record.message or record.verdict, {})[who] = None
    for why, whom in reasons.items():
        named = ", ".join(list(whom)[:_MOST_NAMES])
        more = f" and {len(whom) - _MOST_NAMES} more" if len(whom) > _MOST_NAMES else ""
        yield f"No time: {why} ({named}{more})"
