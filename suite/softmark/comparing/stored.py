"""``softmark compare BASE HEAD``: accuracy first, then speed, then what has no counterpart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from softmark.comparing.changes import Change, changes
from softmark.comparing.gathering import OneSide
from softmark.comparing.speed import SpeedChange, speeds
from softmark.timing.deciding import MARGIN


@dataclass(frozen=True)
class Compared:
    """HEAD compared with BASE.

    Attributes
    ----------
    changes:
        Measurements of accuracy that came out otherwise.
    speeds:
        Times that both have.
    same:
        Measurements of accuracy that came out the same.
    missing, new:
        Ids that only BASE has, and only HEAD.
    """

    base: OneSide
    head: OneSide
    changes: tuple[Change, ...]
    speeds: tuple[SpeedChange, ...]
    same: int
    missing: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def is_worse(self) -> bool:
        """Whether accuracy is worse anywhere without an excuse."""
        return any(change.fails for change in self.changes)

    def slower_than(self, log: float) -> list[SpeedChange]:
        """The times that are slower, as shown, and by more than ``log`` as estimated."""
        return [
            speed
            for speed in self.speeds
            if speed.decision is not None
            and speed.word == "slower"
            and speed.decision.estimate.log > log
        ]


def compare(base: OneSide, head: OneSide, margin: float = MARGIN) -> Compared:
    """Compare two sides.

    Parameters
    ----------
    margin:
        The least difference of speed that is called one, as a logarithm.
    """
    found = tuple(changes(base, head))
    timed = tuple(speeds(base, head, margin))
    both = sum(record_id in base.measurements for record_id in head.measurements)
    changed = sum(change.base is not None for change in found)
    return Compared(
        base=base,
        head=head,
        changes=found,
        speeds=timed,
        same=both - changed - len(timed),
        missing=tuple(name for name in base.measurements if name not in head.measurements),
        new=tuple(name for name in head.measurements if name not in base.measurements),
    )


def grouped(ids: Sequence[str]) -> dict[str, int]:
    """How many of ``ids`` each implementation, check and format has, the most first."""
    counted = Counter(record_id.rpartition("/")[0] for record_id in ids)
    return dict(counted.most_common())
