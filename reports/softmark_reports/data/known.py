"""Failures that were understood before the run: their reason stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

SOMETIMES: Final = "sometimes"


@dataclass(frozen=True)
class Understood:
    """One entry of a header.

    Attributes
    ----------
    pattern:
        Of record ids; ``*`` and ``?`` stand for others, brackets for themselves.
    reason:
        Why it fails, in one sentence.
    link:
        Where that is known; empty unless it is an address of the web.
    metric:
        Pattern of the metrics that it speaks of.
    is_rare:
        Whether it fails in some runs only; where another entry fits a failure too, that one is
        its reason.
    """

    pattern: str
    reason: str
    link: str
    metric: str = "*"
    is_rare: bool = False

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Understood | None:
        """The entry, or ``None`` where a damaged file holds something else."""
        pattern, reason, link = (str(entry.get(key, "")) for key in ("id", "reason", "link"))
        if not pattern or not reason:
            return None
        address = link if link.startswith(("https://", "http://")) else ""
        is_rare = entry.get("fails") == SOMETIMES
        return cls(pattern, reason, address, str(entry.get("metric", "*")), is_rare)

    def may_be_of(self, implementation: str) -> bool:
        """Whether the pattern can match a record of an implementation."""
        return _fits(implementation, self.pattern.partition("/")[0])

    def matches(self, record_id: str, metric: str) -> bool:
        return _fits(record_id, self.pattern) and _fits(metric, self.metric)


def _fits(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern.replace("[", "[[]"))
