"""The options of a loss beside its logits and labels, as both sides of a worker's border know them.

An operation takes these options where its file says ``takes_options=True``; that is read by its
syntax, since a worker has no oracle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

USUAL: Final[dict[str, tuple[str, ...]]] = {
    "ignore_index": ("ignore_index", "ignore_label", "ignore_class", "ignored_index"),
    "label_smoothing": ("label_smoothing", "smoothing"),
    "weight": ("weight", "weights", "class_weight", "class_weights"),
    "reduction": ("reduction",),
    "z_loss": ("z_loss", "z_loss_weight", "z_loss_coefficient", "lse_square_scale"),
}
"""The options, and the usual names of their parameters."""

OPTIONS: Final = tuple(USUAL)

PLAIN_VALUES: Final[Mapping[str, Any]] = {
    "ignore_index": -100,
    "label_smoothing": 0.0,
    "reduction": "none",
    "z_loss": 0.0,
}
"""What says the same as leaving an option out: one loss a row, of all rows."""


@dataclass(frozen=True, eq=False)
class Options:
    """The options of one loss; without arguments one loss a row.

    Attributes
    ----------
    ignore_index:
        The label of rows that do not count; ``None`` where all do.
    label_smoothing:
        The share of each label that goes to all classes alike.
    weight:
        A float64 array with a weight for each class; ``None`` where all are 1.
    reduction:
        ``none``, ``mean`` or ``sum``.
    z_loss:
        The factor of the squared logsumexp that is added to each row's loss.
    """

    ignore_index: int | None = None
    label_smoothing: float = 0.0
    weight: Any = None
    reduction: str = "none"
    z_loss: float = 0.0

    @property
    def reduces(self) -> bool:
        """Whether all rows have one result."""
        return self.reduction != "none"

    @property
    def given(self) -> dict[str, Any]:
        """What differs from the plain loss, by its name."""
        mine = {name: getattr(self, name) for name in OPTIONS}
        plain = {name: getattr(PLAIN, name) for name in OPTIONS}
        return {name: value for name, value in mine.items() if value is not plain[name]}

    @property
    def is_plain(self) -> bool:
        """Whether nothing differs from the plain loss."""
        return not self.given


PLAIN: Final = Options()

_FOLDER: Final = Path(__file__).parent / "operations"
_TAKEN: Final = re.compile(r"^ +takes_options=True,$", re.MULTILINE)


@cache
def options_of(operation: str) -> tuple[str, ...]:
    """The options that the operation takes; none where it is no loss."""
    path = _FOLDER / f"{operation}.py"
    found = path.is_file() and _TAKEN.search(path.read_text(encoding="utf-8"))
    return OPTIONS if found else ()


def option_named(parameter: str) -> str:
    """The option that a parameter of this name is; empty where it is none."""
    return next((name for name, usual in USUAL.items() if parameter.lower() in usual), "")
