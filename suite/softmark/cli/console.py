"""The screen: colours where there are any, a readable width where there is no screen."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from softmark.visible import visible

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

_WIDTH_OF_A_LOG = 120


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print text, and nothing that a terminal would obey, in the encoding of the stream.

    Left to itself, click writes UTF-8 to a stream that says it is ASCII.
    """
    click.echo(visible(text), file=sys.stderr if err else sys.stdout, nl=nl)


@contextmanager
def heard() -> Iterator[None]:
    """Go on when the reader of a pipe has seen enough: the exit status still tells the verdict."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        let_go()


def let_go() -> None:
    """Send what is still to be printed nowhere, so that Python's own end prints nothing of it."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
            continue
        with suppress(OSError, ValueError):
            os.dup2(null, stream.fileno())


def own_command() -> str:
    """The command that starts softmark here: outside of nox, its folder is not on the path."""
    if shutil.which("softmark") and "NOX_CURRENT_SESSION" not in os.environ:
        return "softmark"
    python = os.path.relpath(sys.executable)
    return f"{sys.executable if python.startswith(os.pardir) else python} -m softmark"


def screen(*, stderr: bool = False) -> Console:
    """A console on standard output or error; a log file gets lines of 120 characters."""
    from rich.console import Console
    from rich.segment import Segment

    class Screen(Console):
        """One that obeys no text, and leaves it to ``heard`` what happens when nobody reads."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterator[Segment]:
            for text, style, control in super().render(renderable, options):
                yield Segment(text if control else visible(text), style, control)

    console = Screen(stderr=stderr, highlight=False, emoji=False, soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH_OF_A_LOG
    return console
