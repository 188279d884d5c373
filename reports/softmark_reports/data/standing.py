"""Where each implementation of an operation stands: how accurate, and what that costs.

Only what was measured on the same inputs compares, so the error is that of the cases that most
implementations share, and the speed that of the largest timed case in the caches.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from softmark_reports.data.ranking import BAD
from softmark_reports.data.tables import MEMORY, is_usual, where

FAMILY: Final = "normal"
"""The logits to compare by: ordinary ones, so that the sum decides and not a far exponent."""


@dataclass(frozen=True)
class Standing:
    """One implementation.

    Attributes
    ----------
    implementation, framework, variant:
        Who.
    error:
        The largest error in ulp over the shared cases.
    share:
        The fraction of the copy bandwidth at the largest timed case in the caches.
    sound:
        Whether nothing that was measured of it in this format fails.
    best:
        Whether no sound implementation is both more accurate and faster.
    fails:
        The checks that it fails in this format.
    """

    implementation: str
    framework: str
    variant: str
    error: float
    share: float
    sound: bool
    best: bool = False
    fails: tuple[str, ...] = ()


def standings(table: pd.DataFrame, operation: str, fmt: str) -> list[Standing]:
    """The implementations that have both numbers, the fastest first.

    Parameters
    ----------
    table:
        Ranked records of one place.
    operation, fmt:
        Which of them.
    """
    here = table[table["operation"].eq(operation) & table["format"].eq(fmt)]
    fails = failing_checks(here)
    errors, _ = worst_of_shared_cases(ordinary(here))
    shares = _shares(here)
    both = [name for name in shares.index if name in errors.index]
    names = here.drop_duplicates("implementation").set_index("implementation")
    found = [
        Standing(
            implementation=str(name),
            framework=str(names.at[name, "framework"]),
            variant=str(names.at[name, "variant"]),
            error=float(errors[name]),
            share=float(shares[name]),
            sound=str(name) not in fails,
            fails=fails.get(str(name), ()),
        )
        for name in both
    ]
    return sorted(_marked(found), key=lambda s: -s.share)


def failing_checks(table: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """For each implementation that fails, crashes or hangs the checks in which it does."""
    bad = table[table["severity"].ge(BAD)].groupby("implementation", observed=True)["check"]
    return {str(name): tuple(dict.fromkeys(map(str, checks))) for name, checks in bad}


def sound_softmax32(table: pd.DataFrame) -> pd.DataFrame:
    """Those of softmax in float32, without the implementations of which one fails."""
    own = table[table["operation"].eq("softmax") & table["format"].eq("float32")]
    failing = own.loc[own["severity"].ge(BAD), "implementation"]
    return own[~own["implementation"].isin(failing)]


def ordinary(table: pd.DataFrame) -> pd.DataFrame:
    """The errors for ordinary logits: normal, of scale 1, at beta 1."""
    errors = table[
        table["check"].eq("accuracy")
        & table["metric"].eq("error")
        & table["family"].eq(FAMILY)
        & table["beta"].eq(1)
        & table["n"].gt(0)
    ]
    return where(errors, "parameters", lambda given: not set(given) - {"check"})


def worst_of_shared_cases(errors: pd.DataFrame) -> tuple[pd.Series, int]:
    """The largest error of each implementation over the cases that most of them share.

    A record's id ends with a digest of its case.
    """
    errors = errors.assign(size=errors["value"].abs(), case=errors["id"].str.rsplit("/").str[-1])
    sharing = errors.groupby("case")["implementation"].nunique()
    shared = errors[errors["case"].isin(sharing.index[sharing.eq(sharing.max())])]
    groups = shared.groupby("implementation", observed=True)
    worst, counts = groups["size"].max(), groups["case"].nunique()
    cases = shared["case"].nunique()
    return worst[counts.eq(cases) & np.isfinite(worst)], cases


def telling_times(table: pd.DataFrame) -> pd.DataFrame:
    """The usual calls at the largest case that fits into the caches, with their ``share``.

    Beyond the caches a result has tens of megabytes, and whether the allocator hands the same pages
    to the next call, or the system new ones, decides its time: by a factor of four for one kernel.
    Where nothing else was timed, it is the largest case of all.
    """
    times = table[table["metric"].eq("time") & table["verdict"].eq("pass") & table["steady"]]
    times = times.assign(share=times["copied"], size=times["rows"] * times["n"])
    times = times.dropna(subset=["share"])
    times = where(times[times["axis"].eq(-1)], "parameters", is_usual)
    cached = where(times, "distribution", lambda told: told.get("level") != MEMORY)
    times = times if cached.empty else cached
    return times[times["size"].eq(times["size"].max())]


def _shares(table: pd.DataFrame) -> pd.Series:
    """The fraction of the copy bandwidth, by implementation."""
    groups = telling_times(table).groupby("implementation", observed=True)
    return groups["share"].max()


def _marked(found: list[Standing]) -> list[Standing]:
    """Mark the sound ones that no other sound one beats, from the fastest to the slowest.

    One is beaten by a lower or equal error at a higher share, or a lower one at its own.
    """
    faster = own = math.inf  # the lowest errors at higher shares, and at this share
    share, best = math.inf, set[int]()
    for one in sorted((s for s in found if s.sound), key=lambda s: (-s.share, s.error)):
        if one.share < share:
            share, faster, own = one.share, min(faster, own), one.error
        if one.error == own < faster:
            best.add(id(one))
    return [replace(one, best=id(one) in best) for one in found]
