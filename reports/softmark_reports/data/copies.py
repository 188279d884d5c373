"""How fast a time is beside a copy, and whether it is steady enough to be ranked.

The copies that are timed in turn with each call scatter by a factor of five where memory decides.
So all copies of one machine, device, clock and level of memory are pooled, and a time is compared
with their median; the interval comes from their tenth and ninetieth percentiles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

FEWEST: Final = 3
"""Rounds of a time that is ranked."""
WIDEST: Final = 1.5
"""The 90th percentile of its rounds over the 10th, at most."""
NAMES: Final = ("copied", "copied_low", "copied_high")
STATED: Final = ("gb_per_s", "copy_fraction", "p10", "p90")


def with_copies(table: pd.DataFrame) -> pd.DataFrame:
    """The table with ``copied``, the share of the pooled copy, its interval, and ``steady``."""
    timed = table["metric"].eq("time") & table["value_hex"].ne("")
    times = table.loc[timed, ["machine", "device", "distribution"]]
    told = [_told(given) for given in times["distribution"]]
    columns = ["level", "clock", *STATED, "rounds"]
    found = times.drop(columns="distribution").join(
        pd.DataFrame(told, index=times.index, columns=columns).astype(
            dict.fromkeys((*STATED, "rounds"), float)
        )
    )
    steady = pd.Series(True, table.index)
    steady[found.index] = ~(found["rounds"].lt(FEWEST) | (found["p90"] / found["p10"]).gt(WIDEST))
    shares = _shares(found).reindex(table.index)
    return table.assign(**{name: shares[name] for name in NAMES}, steady=steady)


def _shares(found: pd.DataFrame) -> pd.DataFrame:
    """Of the pooled copy; a time that names no level of memory is beside its own copies."""
    gb, own = found["gb_per_s"], found["copy_fraction"]
    places = [found[name].astype(str) for name in ("machine", "device", "level", "clock")]
    pools = (gb / own).groupby(places)
    named = found["level"].ne("") & gb.notna()
    pooled = {
        name: (gb / pools.transform("quantile", at)).where(named, own)
        for name, at in zip(NAMES, (0.5, 0.9, 0.1), strict=True)
    }
    return pd.DataFrame(pooled, index=found.index, dtype=float)


def _told(given: Mapping[str, Any]) -> tuple[Any, ...]:
    samples = given.get("samples_ns")
    rounds = len(samples) if isinstance(samples, list) else np.nan
    return (
        str(given.get("level") or ""),
        str(given.get("clock") or "host"),
        *(_number(given.get(name)) for name in STATED),
        rounds,
    )


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value > 0 else np.nan
