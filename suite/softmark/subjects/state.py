"""What a call may leave behind in its process, put back before the next call feels it."""

from __future__ import annotations

import ctypes
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np


class Changes:
    """What a call changed.

    Attributes
    ----------
    restored:
        What was put back.
    lasting:
        What cannot be put back: the process has to be replaced.
    """

    def __init__(self) -> None:
        self.restored: list[str] = []
        self.lasting: list[str] = []

    @property
    def note(self) -> str:
        """One clause for a person; empty when nothing changed."""
        changed = self.restored + self.lasting
        return f"the call changed {', '.join(changed)}" if changed else ""


@contextmanager
def kept() -> Iterator[Changes]:
    """Put back the process's state when the block ends, and say what had changed.

    Warnings are off meanwhile: a caller that makes errors of them would see other results.
    """
    folder, environment = os.getcwd(), dict(os.environ)
    errors, arithmetic = np.geterr(), _arithmetic()
    changes = Changes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield changes
    finally:
        if _folder() != folder:
            os.chdir(folder)
            changes.restored.append("the working directory")
        if changed := dict(os.environ).items() ^ environment.items():
            os.environ.clear()
            os.environ.update(environment)
            names = ", ".join(sorted({name for name, _ in changed}))
            changes.restored.append(f"environment variables ({names})")
        if np.geterr() != errors:
            np.seterr(**errors)
            changes.restored.append("NumPy's error state")
        if _arithmetic() != arithmetic:
            changes.lasting.append("how the processor rounds or treats denormals")


def arithmetic_reset() -> bool:
    """Put back how this thread's processor rounds and treats denormals; whether that went well.

    C's ``fesetenv`` with its default environment, which is -1 in the libraries of Linux.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).fesetenv(ctypes.c_void_p(-1))
    return all(_arithmetic())


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # the call removed it
        return ""


def _arithmetic() -> tuple[bool, ...]:
    """Answers that a processor gives only when it rounds to nearest and keeps denormals."""
    one, half_ulp, least = 1.0, 2.0**-53, 2.0**-1074
    return (
        one + half_ulp == one,  # not upward
        -one - half_ulp == -one,  # not downward
        one + half_ulp * 1.5 > one,  # not toward zero
        least * one > 0,  # denormal operands are read
        2.0**-1022 * (one / 2) > 0,  # denormal results are written
    )
