"""How errors are spread: how many cases have their worst error in which range of ulp."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from softmark_reports.data.cells import in_order
from softmark_reports.sheets.sheet import EMPTY, Column, Field, Sheet
from softmark_reports.writing import wording

EDGES: Final = (0.5, 1.0, 2.0, 10.0, 100.0, 1e4)
RANGES: Final = ("≤ ½", "≤ 1", "≤ 2", "≤ 10", "≤ 100", "≤ 10⁴", "more", "no number")
"""In ulp; each range begins where the one before ends.  ½ is correct rounding."""
TINTS: Final = 5


def errors_of(table: pd.DataFrame) -> pd.DataFrame:
    """The records that state an error in ulp and are graded for it."""
    return table[table["unit"].eq("ulp") & table["grade"].ne("") & table["value_hex"].ne("")]


def by_implementation(table: pd.DataFrame, name: str, entry: Callable[[str], Field]) -> Sheet:
    """One row an implementation, over all formats."""
    counts = _counts(errors_of(table), ["implementation"])
    return Sheet(
        name,
        "Number of cases whose worst error, in ulp of the format, lies in each range",
        [Column("implementation"), *_ranges()],
        [[entry(str(key)), *_tinted(row)] for key, row in counts.items()],
    )


def by_length(table: pd.DataFrame, name: str) -> Sheet:
    """One row a format and a length of rows: the cases' quantiles beside the ranges."""
    errors = errors_of(table)
    counts = _counts(errors, ["format", "n"])
    quantiles = _quantiles(errors)
    forms = in_order({str(form) for form, _ in counts})
    keys = sorted(counts, key=lambda key: (forms.index(str(key[0])), key[1]))
    return Sheet(
        name,
        "Errors by format and length of rows: the median over all elements, the largest of all, "
        "and the number of cases whose worst error lies in each range of ulp",
        [
            Column("format"),
            Column("n", number=True),
            Column("median", number=True),
            Column("largest", number=True),
            *_ranges(),
        ],
        [
            [
                Field(form),
                Field(wording.length(n), n),
                *(_number(value) for value in quantiles[form, n]),
                *_tinted(counts[form, n]),
            ]
            for form, n in keys
        ],
    )


def _ranges() -> list[Column]:
    return [Column(text, number=True) for text in RANGES]


def _counts(errors: pd.DataFrame, by: Sequence[str]) -> dict[Any, list[int]]:
    sizes = errors["value"].abs().to_numpy()
    bins = np.digitize(np.where(np.isnan(sizes), np.inf, sizes), EDGES, right=True)
    bins = np.where(np.isfinite(sizes), bins, len(RANGES) - 1)
    columns = [errors[name] for name in by]
    counts: dict[Any, list[int]] = {}
    for place, *names in zip(bins.tolist(), *columns, strict=True):
        key = names[0] if len(names) == 1 else tuple(names)
        counts.setdefault(key, [0] * len(RANGES))[place] += 1
    return dict(sorted(counts.items()))


def _quantiles(errors: pd.DataFrame) -> dict[Any, tuple[float, float]]:
    """The median of the cases' medians and the largest error, for each format and length."""
    found: dict[Any, tuple[list[float], list[float]]] = {}
    columns = (errors[name] for name in ("format", "n", "distribution", "value"))
    for form, n, given, value in zip(*columns, strict=True):
        medians, sizes = found.setdefault((form, n), ([], []))
        median = given.get("p50")
        if isinstance(median, int | float):
            medians.append(median)
        if not math.isnan(value):
            sizes.append(abs(value))
    return {
        key: (statistics.median(medians) if medians else math.nan, max(sizes, default=math.nan))
        for key, (medians, sizes) in found.items()
    }


def _number(value: float) -> Field:
    if np.isnan(value):
        return EMPTY
    return Field(wording.number(value), value if np.isfinite(value) else None, order=value)


def _tinted(row: Sequence[int]) -> list[Field]:
    """Counts, the fuller the darker; the number says it too."""
    total = sum(row)
    return [
        Field(f"{count:,}", count, style=f"h{1 + (TINTS - 1) * count // total}") if count
        else Field("", 0)
        for count in row
    ]  # fmt: skip
