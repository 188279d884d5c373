"""Real logits: what classifiers say of handwritten digits.

The images are the 1,797 of 8 x 8 pixels that scikit-learn carries (from the UCI
optical recognition of handwritten digits set).  Logits of trained networks are
neither normal nor uniform, and the winner is often far ahead.  They are kept
in ``digits.npz``, as ``suite/verification/train_digits.py`` made them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from softmark.formats import Float64Array, Format
from softmark.inputs.registry import family


@family
def digits(
    rng: np.random.Generator, rows: int, n: int, fmt: Format, *, network: str = "linear"
) -> Float64Array:
    """Logits of a classifier of handwritten digits, ``linear`` or ``mlp``; rows of 10."""
    if n != 10:
        raise TypeError(f"there are 10 digits, not {n}")
    found = _logits()[network]
    return found[rng.integers(0, len(found), rows)]


@cache
def _logits() -> dict[str, Float64Array]:
    """For each network its logits for all images, 1797 x 10."""
    # By the package's name, which a script that reproduces a record knows too.
    with files("softmark.inputs").joinpath("digits.npz").open("rb") as data, np.load(data) as held:
        return dict(held)
