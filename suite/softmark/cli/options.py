"""Options that several commands share, and names that are checked before anything starts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from softmark import specification
from softmark.cli.faults import WrongUse
from softmark.cli.kinds import SEED
from softmark.naming import UnknownName


def named(kind: str, known: Callable[[], Iterable[str]]) -> Callable[..., Any]:
    """A callback of an option whose value, or each of them, must be a name that there is.

    Parameters
    ----------
    kind:
        What messages call it.
    known:
        Gives all names; only called when there is a value to check.
    """

    def checked(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        for name in (value,) if isinstance(value, str) else value or ():
            names = list(known())
            if name not in names:
                raise click.BadParameter(str(UnknownName(kind, name, names)), ctx, param)
        return value

    return checked


def _formats() -> Iterable[str]:
    from softmark.formats import FORMATS

    return FORMATS


def _array(ctx: click.Context, param: click.Parameter, value: str) -> str:
    from softmark.calling.arrays import checked

    try:
        return checked(value)
    except UnknownName as error:
        raise click.BadParameter(str(error), ctx, param) from None


ARRAY: Final = click.option(
    "--array",
    metavar="LIBRARY",
    callback=_array,
    default="auto",
    show_default=True,
    help="Whose arrays a function of your own takes: numpy, torch, tensorflow, jax, cupy, mlx, "
    "tinygrad, or a module that follows the array API standard; auto looks at what it works with.",
)
OPERATION: Final = named("operation", lambda: [text.name for text in specification.operations()])
CHECK: Final = named("check", lambda: [text.name for text in specification.checks()])
FORMAT: Final = named("format", _formats)

DERIVATIVE: Final = click.option(
    "--derivative", is_flag=True, help="The gradient instead of the value."
)
BUDGET: Final = click.option(
    "--budget",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="Stop after this time; the same command goes on.",
)
REPLAY: Final = click.option(
    "--replay",
    is_flag=True,
    help="Only call the worst inputs of the folder again, and fail where a result differs.",
)

_CHECKS = (
    click.option(
        "--check",
        "checks",
        multiple=True,
        metavar="CHECK",
        callback=CHECK,
        help="Check to run; softmark list checks names them (repeatable).",
    ),
    click.option("--strict", is_flag=True, help="A weak result (grade C) fails too."),
)

_SHARED = (
    click.option(
        "--format",
        "formats",
        multiple=True,
        metavar="FORMAT",
        callback=FORMAT,
        help="Format to check: float64, float32, float16, bfloat16 (repeatable).",
    ),
    click.option(
        "--device",
        type=click.Choice(["cpu", "cuda"]),
        default="cpu",
        show_default=True,
        help="Where the arrays are.",
    ),
    click.option(
        "--profile",
        type=click.Choice(["quick", "standard", "full"]),
        default="quick",
        show_default=True,
        help="How many cases; standard and full have more, and take longer.",
    ),
    SEED,
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=60.0,
        show_default=True,
        help="Seconds that one call may take.",
    ),
    click.option(
        "--threads",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Threads that a framework may use.",
    ),
)


def interpreter(path: str | None) -> str:
    """An interpreter that was named, or this one.

    Raises
    ------
    WrongUse
        There is none.
    """
    if path is None:
        return sys.executable
    if not Path(path).is_file():
        raise WrongUse(f"there is no interpreter {path}; name one that exists")
    return path


def measuring(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what is measured and how."""
    return timing(_given(command, _CHECKS))


def timing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same without those that are about other checks than the time."""
    return _given(command, _SHARED)


def _given(
    command: Callable[..., Any], options: Sequence[Callable[..., Any]]
) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command
