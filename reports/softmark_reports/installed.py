"""Whether the packages are installed that a report needs and a check does not."""

from __future__ import annotations

import importlib

NEEDED = ("jinja2", "matplotlib", "pandas")


class NotInstalled(ImportError):
    """A package is missing; the message says how to install it."""


def require() -> None:
    """Import what a report needs.

    Raises
    ------
    NotInstalled
        One of the packages cannot be imported.
    """
    for name in NEEDED:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise NotInstalled(
                f"a report needs {', '.join(NEEDED)}, and {name} cannot be imported ({error}); "
                f"install them: python -m pip install {' '.join(NEEDED)}"
            ) from error
