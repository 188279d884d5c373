"""Times as numbers to compare: nanoseconds, bytes a second, and the copy beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from softmark_reports.data.tables import said
from softmark_reports.writing import wording

BY: Final = [
    "machine", "framework", "implementation", "operation", "variant", "format", "device",
    "shape", "rows", "n", "axis",
]  # fmt: skip
MODES: Final = {"forward": "forward", "vjp": "backward"}
INPUTS: Final = {"warm": "warm", "cold": "cold"}
THREADS: Final = {"one": "", "all": "all threads"}
LAUNCHES: Final = {"call": "", "graph": "from a graph"}
"""How the work reaches a device: call by call, or recorded once and replayed."""


def timings(table: pd.DataFrame) -> pd.DataFrame:
    """One row a time that was measured.

    Parameters
    ----------
    table:
        Records.

    Returns
    -------
    pandas.DataFrame
        The columns ``BY``; ``mode``, ``inputs``, ``threads`` and ``launch`` as the case says
        them; ``clock``, whose time it is where it is not the host's; ``level``, the memory that
        its size was meant for, if it says so; ``ns`` a call with its 10th and 90th percentiles
        ``fast`` and ``slow``; ``gb`` (10^9 bytes a second) with
        ``gb_low`` and ``gb_high`` at those; ``copy``, the pooled bandwidth of copies; ``share``, of
        them, from ``share_low`` to ``share_high``; ``steady``, see ``copies``; ``first``, the first
        call in nanoseconds; ``check``, ``page`` and ``anchor``, where the record is.  NaN where a
        number is not stated.
    """
    times = table[table["metric"].eq("time") & table["value_hex"].ne("")]
    stated = pd.DataFrame(
        [_numbers(given) for given in times["distribution"]], index=times.index, columns=list(KEYS)
    )
    told = [said(given) for given in times["parameters"]]
    found = times[[*BY, "value", "anchor", "page", "check", "steady"]].assign(
        mode=[str(words.get("mode", "forward")) for words in told],
        inputs=[str(words.get("inputs", "warm")) for words in told],
        threads=[str(words.get("threads", "one")) for words in told],
        launch=[str(words.get("launch", "call")) for words in told],
        clock=[_clock(given) for given in times["distribution"]],
        level=[str(given.get("level") or "") for given in times["distribution"]],
        ns=stated["median"], fast=stated["p10"], slow=stated["p90"],
        gb=stated["gb_per_s"], share=times["copied"],
        share_low=times["copied_low"], share_high=times["copied_high"],
        first=stated["first_call_ns"],
    )  # fmt: skip
    moved = found["gb"] * found["ns"]
    return found.assign(
        gb_low=moved / found["slow"],
        gb_high=moved / found["fast"],
        copy=found["gb"] / found["share"],
    )


def last_axis(times: pd.DataFrame) -> pd.DataFrame:
    """Those whose rows lie along the last axis."""
    ends = pd.Series([len(shape) - 1 for shape in times["shape"]], times.index, dtype=int)
    return times[times["axis"].eq(-1) | times["axis"].eq(ends)]


def comparable(times: pd.DataFrame) -> pd.DataFrame:
    """Those of ``times`` that one curve may join: along the last axis, one size for each length.

    Where several sizes have rows of one length, it is the smallest one.
    """
    times = last_axis(times)
    smallest = times.groupby(["format", "n"], observed=True)["rows"].transform("min")
    return times[times["rows"].eq(smallest)]


HOST: Final = "host"
KEYS: Final = ("median", "p10", "p90", "gb_per_s", "first_call_ns")


def _clock(given: Mapping[str, Any]) -> str:
    clock = str(given.get("clock") or HOST)
    return "" if clock == HOST else wording.printable(clock)


def _numbers(given: Mapping[str, Any]) -> list[float]:
    return [_number(given.get(key)) for key in KEYS]


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value > 0 else np.nan
