"""What a rendering leaves behind; a leaf, so that callers need not import pandas to name it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from softmark.records import Fault


@dataclass(frozen=True)
class Rendered:
    """The outcome of one rendering.

    Attributes
    ----------
    index:
        The first page.
    pages:
        How many pages were written.
    records:
        How many records they show.
    faults:
        Lines and files that could not be read, and why.
    """

    index: Path
    pages: int
    records: int
    faults: list[Fault]


@dataclass(frozen=True)
class Exported:
    """A report as text: one file under the name "", or several by their names."""

    files: dict[str, str]
    records: int
    faults: list[Fault]
