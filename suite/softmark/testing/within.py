"""Numbers and how far each may be from the exact one: the comparison that assertions share."""

from __future__ import annotations

import numpy as np

from softmark.formats import Float64Array


def assert_within(name: str, got: Float64Array, due: Float64Array, allowed: Float64Array) -> None:
    """Fail if an element is further from ``due`` than ``allowed``; the message has the worst one.

    Raises
    ------
    AssertionError
        It is, or it is NaN in place of a number, or the shape is another.
    """
    __tracebackhide__ = True
    if got.shape != due.shape:
        raise AssertionError(f"{name} has shape {got.shape}, not {due.shape}")
    with np.errstate(invalid="ignore", divide="ignore"):
        away = np.where(got == due, 0.0, np.abs(got - due))
        off = ~(away <= allowed)
        share = np.where(off, np.nan_to_num(away / allowed, nan=np.inf), 0.0)
    if off.any():
        at = np.unravel_index(int(np.argmax(share)), off.shape)
        raise AssertionError(
            f"{name} at {[int(i) for i in at]}: got {got[at]:.9g}, expected {due[at]:.9g} "
            f"within {allowed[at]:.3g}; {int(off.sum())} of {off.size} are wrong"
        )
