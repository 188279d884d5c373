"""Rows with correctly rounded results, in the forms that other projects' tests read.

A form is a file here: it defines ``files(golden)``, which gives each file's name and content.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from softmark.answers.golden import Golden, NotExported

__all__ = ["Golden", "NotExported", "files"]


def files(form: str, golden: Golden) -> Mapping[str, bytes]:
    """The files of a form, by name.

    Raises
    ------
    NotExported
        The form has no such operation or format.
    """
    found: Mapping[str, bytes] = import_module(f"{__name__}.{form}").files(golden)
    return found
