"""A page before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from softmark_reports.pictures.picture import Picture


@dataclass(frozen=True)
class Page:
    """One file of the site: its path from the root, its template and the template's values.

    ``pictures`` are all that the page shows; their data are written beside it, and so are the
    tables of ``data``, by the name of their file.
    """

    path: str
    template: str
    values: dict[str, Any]
    pictures: Sequence[Picture] = ()
    data: Mapping[str, pd.DataFrame] = field(default_factory=dict)
