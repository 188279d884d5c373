"""A page before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from softmark_reports.pictures.picture import Picture


@dataclass(frozen=True)
class Page:
    """One file of the site: its path from the root, its template and the template's values.

    ``pictures`` are all that the page shows; their data are written beside it.
    """

    path: str
    template: str
    values: dict[str, Any]
    pictures: Sequence[Picture] = ()
