"""How the command line ends when it cannot do what it was asked.

Wrong use is one clear sentence.  A fault of softmark itself is one too, and
its traceback goes to a file, because it is for us and not for the user.
"""

from __future__ import annotations

import errno
import os
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from softmark.cli.console import say
from softmark.vocabulary import BAD

FAILED: Final = 1
WRONG_USE: Final = 2
OWN_FAULT: Final = 3
INTERRUPTED: Final = 130
UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG})
"""Errors of a full disk or a closed screen, where the name of no file comes with them."""
TRACEBACK_VARIABLE: Final = "SOFTMARK_TRACEBACK"


def exit_status(verdicts: Iterable[str], *, strict: bool) -> int:
    """0, or 1 when something fails, crashes or times out; with ``strict`` also when it is weak."""
    bad = BAD | {"weak"} if strict else BAD
    return FAILED if bad & set(verdicts) else 0


class WrongUse(click.ClickException):
    """The user asked for something that there is not; the message says what to do."""

    exit_code = WRONG_USE


@contextmanager
def wrong_use(*kinds: type[Exception]) -> Iterator[None]:
    """Errors of these kinds are the user's, and their message is all that is shown."""
    try:
        yield
    except kinds as error:
        raise WrongUse(str(error)) from error


def internal_fault(error: Exception) -> int:
    """Say that softmark itself went wrong, keep the traceback, and give the exit status."""
    text = "".join(traceback.format_exception(error))
    where = "is above"
    if os.environ.get(TRACEBACK_VARIABLE):
        say(text, err=True, nl=False)
    else:
        where = f"is in {_kept(text)}; {TRACEBACK_VARIABLE}=1 prints it"
    summary = traceback.format_exception_only(error)[-1].strip()
    say(f"Internal error in softmark: {summary}", err=True)
    say(f"Please report it with the traceback, which {where}.", err=True)
    return OWN_FAULT


def _kept(text: str) -> str:
    """The name of a new file that holds the text."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="softmark-traceback-", suffix=".txt", delete=False, encoding="utf-8"
    ) as stream:
        stream.write(text)
    return stream.name
