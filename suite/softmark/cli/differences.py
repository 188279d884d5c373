"""Differences of speed in words, numbers and JSON."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from softmark.timing.deciding import Decision

COLUMNS: Final = ("change", "99 % interval", "detectable")
"""Headings of what ``change`` gives."""

WORDS: Final = ("slower", "faster", "no difference shown", "not comparable")


@dataclass(frozen=True)
class FailOn:
    """Fail when something is slower by more than this percentage."""

    percent: float

    @property
    def log(self) -> float:
        return math.log1p(self.percent / 100)


class FailOnType(click.ParamType[FailOn]):
    """Reads ``slower:5%``."""

    name = "slower:PERCENT%"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> FailOn:
        if isinstance(value, FailOn):
            return value
        word, colon, amount = str(value).partition(":")
        if word != "slower" or not colon or not amount.endswith("%"):
            self.fail(f"{value!r} is not slower:PERCENT%, for instance slower:5%", param, ctx)
        try:
            percent = float(amount[:-1])
        except ValueError:
            self.fail(f"{amount[:-1]!r} in {value!r} is no number; write slower:5%", param, ctx)
        if not (math.isfinite(percent) and percent >= 0):
            self.fail(f"{amount} in {value!r} is no share of a time; write slower:5%", param, ctx)
        return FailOn(percent)


def percent(log: float) -> str:
    """A logarithm of a ratio of times as a signed percentage, or as a factor where it is large."""
    if not math.isfinite(log):
        return "?"
    if log > math.log(3):
        return f"{math.exp(log):.3g} times"
    change = 100 * math.expm1(log)
    return f"{change:+.0f} %" if abs(change) >= 20 else f"{change:+.1f} %"


def change(decision: Decision | None) -> tuple[str, str, str]:
    """The estimate, its interval, and the least slow-down that would have been called."""
    if decision is None:
        return "", "", ""
    found = decision.estimate
    low, high = percent(found.low), percent(found.high)
    low = low.removesuffix(" %") if high.endswith("%") else low
    ends = f"{low} to {high}"
    return percent(found.log), ends, percent(decision.detectable).removeprefix("+")


def counted(words: Iterable[str]) -> str:
    """How many of each word."""
    found = Counter(words)
    return ", ".join(f"{found[word]} {word}" for word in WORDS if found[word])


def as_json(decision: Decision | None) -> dict[str, Any]:
    """Ratios of times (B over A, HEAD over BASE); ``None`` where there is no number."""
    if decision is None:
        return {"ratio": None, "low": None, "high": None, "detectable": None, "samples": 0}
    found = decision.estimate
    logs = {
        "ratio": found.log,
        "low": found.low,
        "high": found.high,
        "detectable": decision.detectable,
    }
    ratios = {name: math.exp(v) if math.isfinite(v) else None for name, v in logs.items()}
    return {**ratios, "samples": found.samples}
