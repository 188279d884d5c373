"""``softmark compare``: two results, two functions, or the times of many dates."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from softmark.cli.console import say, screen
from softmark.cli.differences import FailOn, FailOnType
from softmark.cli.faults import FAILED, WrongUse, wrong_use
from softmark.cli.options import ARRAY, FORMAT, OPERATION, interpreter
from softmark.cli.outputs import OutputType

if TYPE_CHECKING:
    from softmark.cli.sheets import Printed

_LIVE_ONLY = {
    "operation": "--op", "formats": "--format", "shapes": "--shape", "array": "--array",
    "mode": "--mode", "seconds": "--seconds", "python_a": "--python-a", "python_b": "--python-b",
    "device": "--device", "threads": "--threads", "seed": "--seed", "timeout": "--timeout",
}  # fmt: skip


RESULTS: Final = ("results",)
"""Where a history is looked for by default."""


class ShapeType(click.ParamType[tuple[int, ...]]):
    """Reads ``64x4096``."""

    name = "SHAPE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        sizes = str(value).split("x")
        if not all(size.isascii() and size.isdigit() and int(size) > 0 for size in sizes):
            self.fail(f"{value!r} is no shape; write sizes above 0, for instance 64x4096")
        return tuple(map(int, sizes))


@click.command("compare")
@click.argument("what", nargs=-1, metavar="BASE HEAD | TARGET_A TARGET_B | RESULTS...")
@click.option("--live", is_flag=True, help="Race two functions against each other, now.")
@click.option("--history", is_flag=True, help="Where in many results a time changed for good.")
@click.option(
    "--fail-on",
    type=FailOnType(),
    help="Exit with 1 if shown to be slower by more, e.g. slower:5%.",
)
@click.option("--json", "json_file", type=OutputType(), help="Write JSON; - prints it.")
@click.option("--markdown", "markdown_file", type=OutputType(), help="Write Markdown.")
@click.option(
    "--op", "operation", metavar="OPERATION", callback=OPERATION, help="What they compute."
)
@click.option(
    "--format", "formats", multiple=True, metavar="FORMAT", callback=FORMAT, help="In this format."
)
@click.option(
    "--shape", "shapes", multiple=True, type=ShapeType(), help="With logits of this shape."
)
@ARRAY
@click.option(
    "--mode", type=click.Choice(["forward", "vjp"]), default="forward", help="Or the derivative."
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    help="Longest time for a case; a plain answer comes sooner.",
)
@click.option("--python-a", type=click.Path(), help="Interpreter for TARGET_A.")
@click.option("--python-b", type=click.Path(), help="Interpreter for TARGET_B.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", help="Of the arrays.")
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the inputs.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Seconds that one call may take.",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    what: tuple[str, ...],
    live: bool,
    history: bool,
    fail_on: FailOn | None,
    json_file: str | None,
    markdown_file: str | None,
    **options: Any,
) -> int:
    """Say what changed between two results, or which of two functions is faster.

    BASE and HEAD are results files or folders of them; several files of one side
    are taken together.  Accuracy comes first: a new failure, a worse grade or a
    larger error exits with 1.  Speed is an estimate with an interval, and fails
    only with --fail-on.

    With --live, TARGET_A and TARGET_B are functions as for softmark check; one
    alone is raced in two interpreters, --python-a and --python-b.  The options
    from --op on are for --live.

    With --history, RESULTS are those of many dates; --fail-on looks at the last
    change of each time.  Where nox -s versions measured releases of libraries,
    it also says since when each fault is there and what each release changed.
    """
    from softmark.cli.sheets import give

    if live and history:
        raise WrongUse("--live and --history exclude each other; choose one")
    if not live:
        _refuse_live_options(ctx)
    if live:
        parts, document, failed = _live(what, fail_on, options)
    elif history:
        parts, document, failed = _history(what, fail_on)
    else:
        parts, document, failed = _stored(what, fail_on)
    give(parts, document, json_file, markdown_file)
    return FAILED if failed else 0


Told = tuple[list["Printed | str"], dict[str, Any], bool]
"""What to show, the same as a document, and whether it fails."""


def _stored(what: tuple[str, ...], fail_on: FailOn | None) -> Told:
    from softmark.cli import stored_comparison as shown
    from softmark.comparing.gathering import gathered
    from softmark.comparing.stored import compare
    from softmark.records import RecordsError

    if len(what) != 2:
        raise WrongUse(f"name two results, BASE and HEAD; {len(what)} given")
    if os.path.realpath(what[0]) == os.path.realpath(what[1]):  # a link may loop
        say(f"Note: {what[0]} and {what[1]} are the same; nothing can have changed", err=True)
    with wrong_use(RecordsError):
        base, head = (gathered(Path(place)) for place in what)
    for fault in (*base.faults, *head.faults):
        say(f"Left out: {fault}", err=True)
    found = compare(base, head)
    slower = [] if fail_on is None else found.slower_than(fail_on.log)
    failed = found.is_worse or bool(slower)
    parts = shown.parts(found, fail_on, slower)
    return parts, shown.document(found, failed=failed), failed


def _live(what: tuple[str, ...], fail_on: FailOn | None, options: dict[str, Any]) -> Told:
    from softmark.cli import live_comparison as shown
    from softmark.comparing.contenders import Contender
    from softmark.comparing.live import SHAPES, compare_live
    from softmark.naming import UnknownName
    from softmark.subjects import SubjectFault, TargetError

    pythons = [options.pop("python_a"), options.pop("python_b")]
    if len(what) == 1 and any(pythons):
        what *= 2
    if len(what) != 2:
        raise WrongUse(
            f"name two functions, or one with --python-a or --python-b; {len(what)} given"
        )
    operation, array = options.pop("operation"), options.pop("array")
    with wrong_use(TargetError, UnknownName, SubjectFault):
        contenders = [
            Contender(_target(text, operation, python), python, operation or "softmax", array)
            for text, python in zip(what, map(interpreter, pythons), strict=True)
        ]
        shapes = options.pop("shapes") or SHAPES
        found = compare_live(*contenders, shapes=shapes, told=_watch(), **options)
    failed = shown.fails(found, fail_on)
    return shown.parts(found, fail_on), shown.document(found, failed=failed), failed


def _history(what: tuple[str, ...], fail_on: FailOn | None) -> Told:
    from softmark.cli import history as shown
    from softmark.records import RecordsError, read_all
    from softmark_reports.data.history import series

    places = [Path(name) for name in what or RESULTS]
    with wrong_use(RecordsError):
        files, faults = read_all(places)
    released = shown.ReleaseHistory.read(places)
    for fault in (*faults, *released.faults):
        say(f"Left out: {fault}", err=True)
    found = series(files)
    failed = fail_on is not None and bool(shown.slower(found, fail_on))
    parts = [*shown.parts(found, fail_on), *released.parts()]
    return parts, {**shown.document(found, failed=failed), **released.document()}, failed


def _target(text: str, operation: str | None, python: str) -> Any:
    """A user's function, or an implementation that need not be installed in this interpreter."""
    from softmark.api.naming import resolved

    return resolved(text, operation, elsewhere=python != sys.executable)


def _watch() -> Any:
    """Tells on standard error what happens now."""
    console = screen(stderr=True)
    return lambda text: console.print(text, markup=False, style="dim")


def _refuse_live_options(ctx: click.Context) -> None:
    from click.core import ParameterSource

    for name, spelled in _LIVE_ONLY.items():
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise WrongUse(f"{spelled} is for --live; results have been measured already")
