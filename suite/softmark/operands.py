"""What an operation is given beside its logits, as both sides of a worker's border know it.

It is one array: the labels of a loss, which logits take part, the sink of each row, other logits,
or a target for each logit.  An operation names it with the field ``operand`` of its file; that is
read by its syntax, since a worker has no oracle.  So is whether its number is a cap (the usual one
is beta), and whether it has a derivative.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Operand:
    """An array beside the logits.

    Attributes
    ----------
    name:
        What it is called in ``--map``.
    usual:
        The usual names of its parameter.
    is_open:
        Whether a parameter of another name is taken for it, by its place.
    """

    name: str
    usual: tuple[str, ...]
    is_open: bool = False

    @property
    def phrase(self) -> str:
        """What it is called in a sentence."""
        return {"other": "other logits", "target": "targets"}.get(self.name, f"a {self.name}")


LABELS: Final = Operand(
    "labels",
    (
        *("labels", "label", "target", "targets", "y", "y_true", "t", "truth", "classes", "index"),
        *("indices", "gold", "onehot", "one_hot"),
    ),
    is_open=True,
)
MASK: Final = Operand("mask", ("mask", "where", "attn_mask", "attention_mask", "keep", "kept"))
SINK: Final = Operand("sink", ("sink", "sinks", "s", "s_aux", "attention_sink", "attn_sink"))
OTHER: Final = Operand(
    "other", ("other", "y", "q", "q_logits", "y_logits", "ref_logits", "teacher_logits", "target")
)
TARGET: Final = Operand("target", ("target", "targets", "labels", "label", "y", "y_true", "t"))
OPERANDS: Final = {operand.name: operand for operand in (LABELS, MASK, SINK, OTHER, TARGET)}

_FOLDER: Final = Path(__file__).parent / "operations"
NUMBERS: Final = {
    "beta": ("beta",),
    "cap": (
        *("cap", "softcap", "soft_cap", "logit_cap", "logits_soft_cap", "logits_softcap"),
        *("softcapping", "attn_logit_softcapping", "final_logit_softcapping"),
    ),
}
"""What an operation's number is, and the usual names of its parameter."""

_NAMED: Final = re.compile(r"^ +operand=\"(\w+)\",$", re.MULTILINE)


_DERIVED: Final = re.compile(r"^( +vjp=|OPERATION = replace\()", re.MULTILINE)
"""A derivative of its own, or that of the operation that it is made of."""

_CAPPED: Final = re.compile(r"^ +has_cap=True,$", re.MULTILINE)


@cache
def number_of(operation: str) -> str:
    """What the operation's number is: a name of ``NUMBERS``."""
    path = _FOLDER / f"{operation}.py"
    is_cap = path.is_file() and _CAPPED.search(path.read_text(encoding="utf-8"))
    return "cap" if is_cap else "beta"


@cache
def has_derivative(operation: str) -> bool:
    """Whether there is an exact derivative to compare with."""
    path = _FOLDER / f"{operation}.py"
    return path.is_file() and bool(_DERIVED.search(path.read_text(encoding="utf-8")))


@cache
def operand_of(operation: str) -> Operand | None:
    """What the operation is given beside its logits; ``None`` where that is nothing."""
    path = _FOLDER / f"{operation}.py"
    found = _NAMED.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    return OPERANDS[found[1]] if found else None
