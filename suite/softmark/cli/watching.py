"""``softmark check --watch``: check again whenever a file beside the function is saved."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

import click

from softmark.calling.targets import Target
from softmark.catalog import Entry, locate
from softmark.cli.console import say, screen
from softmark.cli.faults import WrongUse

SUFFIXES: Final = (".py", ".so", ".c", ".cc", ".cpp", ".cu", ".cuh", ".h", ".hpp", ".toml")
"""Of files whose change may change the function."""

_BETWEEN_LOOKS: Final = 0.3
"""Seconds."""

Stamps = dict[Path, tuple[int, int]]


def watch(target: Target | Entry, once: Callable[[], object]) -> NoReturn:
    """Do ``once``, and again after each change of a file in the folder of ``target``.

    What is wrong use (a file that is half written, say) is said, and the watch goes on; Ctrl-C
    ends it.

    Raises
    ------
    WrongUse
        The target has no file.
    """
    folder = folder_of(target)
    while True:
        before = stamps(folder)
        _clear()
        try:
            once()
        except click.ClickException as error:
            error.show()
        say(f"Watching {folder}; Ctrl-C ends.", err=True)
        while stamps(folder) == before:
            time.sleep(_BETWEEN_LOOKS)


def folder_of(target: Target | Entry) -> Path:
    """The folder of the target's file, which is found and not imported."""
    if isinstance(target, Entry):
        return target.path.parent
    path = Path(target.module) if target.is_file else locate(target.module, [str(Path.cwd())])
    if path is None or not path.is_file():
        raise WrongUse(f"{target.module} has no file that could be watched; name one that exists")
    return path.resolve().parent


def stamps(folder: Path) -> Stamps:
    """Time and size of each file in the folder that may change the function."""
    found: Stamps = {}
    for path in folder.iterdir():
        if path.suffix in SUFFIXES:
            try:
                held = path.stat()
            except OSError:  # an editor replaces it just now
                continue
            found[path] = held.st_mtime_ns, held.st_size
    return found


def _clear() -> None:
    console = screen()
    if console.is_terminal and not console.is_dumb_terminal:
        console.clear()
