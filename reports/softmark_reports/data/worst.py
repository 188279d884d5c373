"""The worst error of each implementation in each format: what the accuracy table is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from softmark_reports.data.named import named_rows

KINDS: Final = {
    "error": "value", "worst found": "value", "vjp error": "vjp", "jvp error": "jvp",
    "hvp error": "hvp", "beta gradient error": "beta", "operand gradient error": "operand",
}  # fmt: skip
"""What an error in ulp is of, by its metric."""

KEYS: Final = ["machine", "device", "implementation", "format", "kind"]


@dataclass(frozen=True)
class Worst:
    """One cell.

    Attributes
    ----------
    largest:
        The record with the largest error in ulp, a row of the table.
    furthest:
        The one that is furthest beyond its bound, or nearest to it: its ``share`` is the cell's.
    gravest:
        The one with the worst verdict and grade.
    exhaustive:
        Whether every input was tried; else the error is the largest that was found.
    """

    largest: Any
    furthest: Any
    gravest: Any
    exhaustive: bool

    @property
    def sign(self) -> str:
        return "=" if self.exhaustive else "≥"

    @property
    def ulp(self) -> float:
        """Infinite where no number came, or one where infinity was expected."""
        return float("inf") if self.largest.value_hex == "nan" else abs(self.largest.value)


Key = tuple[str, str, str, str, str]


def worst(table: pd.DataFrame) -> dict[Key, Worst]:
    """By machine, device, implementation, format and kind; ``table`` is ranked."""
    errors = table[table["unit"].eq("ulp") & table["grade"].ne("") & table["metric"].isin(KINDS)]
    size = errors["value"].abs().mask(errors["value_hex"].eq("nan"), np.inf)
    told = [given.get("exhaustive") is True for given in errors["distribution"]]
    errors = errors.assign(kind=errors["metric"].astype(str).map(KINDS), size=size, every=told)
    every = errors.groupby(KEYS, observed=True)["every"].any().to_dict()
    gravest = dict(_first(errors))
    largest = dict(_first(errors.sort_values("size", ascending=False, kind="stable")))
    furthest = dict(_first(errors.sort_values("share", ascending=False, kind="stable")))
    return {
        key: Worst(row, furthest[key], gravest[key], bool(every[key]))
        for key, row in largest.items()
    }


def _first(errors: pd.DataFrame) -> Iterator[tuple[Key, Any]]:
    first = errors.drop_duplicates(KEYS)
    for row in named_rows(first):
        yield (row.machine, row.device, row.implementation, row.format, row.kind), row
