"""``--junit`` and ``--markdown``: what a check or a run found, for other tools."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from softmark.cli.console import say
from softmark.cli.faults import WrongUse
from softmark.records import Record

STDOUT: Final = "-"


class OutputType(click.ParamType[str]):
    """A file that can be written, which is seen before anything is measured; - for the screen."""

    name = "FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        folder = Path(text).absolute().parent
        if text != STDOUT and not folder.is_dir():
            self.fail(f"there is no folder {folder}; make it first", param, ctx)
        if text != STDOUT and (Path(text).is_dir() or not os.access(folder, os.W_OK)):
            self.fail(f"{text} cannot be written; name another file", param, ctx)
        return text


_OPTIONS = (
    click.option("--junit", type=OutputType(), help="Write JUnit XML, for continuous integration."),
    click.option("--markdown", type=OutputType(), help="Write a summary as Markdown; - prints it."),
)


def outputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options; ``write`` takes their values."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def is_printed(*files: str | None) -> bool:
    """Whether one of the files is the screen, so that nothing else belongs there.

    Raises
    ------
    WrongUse
        More than one is.
    """
    printed = [file for file in files if file == STDOUT]
    if len(printed) > 1:
        raise WrongUse("two outputs would print into each other; name a file for one of them")
    return bool(printed)


def write(
    records: Iterable[Record],
    excuse: Callable[[Record], str | None],
    stale: Sequence[str],
    *,
    title: str,
    contract: Sequence[str] = (),
    strict: bool,
    junit: str | None,
    markdown: str | None,
) -> None:
    """Write the outputs that were asked for."""
    if junit is None and markdown is None:
        return
    from softmark_reports import exchange

    found = exchange.outcomes(records, excuse=excuse, strict=strict)
    if junit is not None:
        put(junit, exchange.junit(found, stale, contract))
    if markdown is not None:
        put(markdown, exchange.markdown(found, title=title, stale=stale, contract=contract))


def put(file: str, text: str) -> None:
    """Write a file, or the screen.

    Raises
    ------
    WrongUse
        It cannot be written any more.
    """
    if file == STDOUT:
        say(text, nl=False)
        return
    try:
        Path(file).write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise WrongUse(f"{file} cannot be written ({error.strerror}); name another") from error
