"""Softmax of whole numbers that stand for logits: is a quantised result the right one?"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

GRIDS: Final = {
    ("softmax", "int8"): (2.0**-8, -128),
    ("softmax", "uint8"): (2.0**-8, 0),
    ("softmax", "int16"): (2.0**-15, 0),
    ("log_softmax", "int8"): (2.0**-4, 127),
    ("log_softmax", "uint8"): (2.0**-4, 255),
}
"""By operation and type of the result: scale and zero point that LiteRT and ONNX Runtime use."""


def assert_quantized(
    result: Any,
    logits: Any,
    scale: float,
    zero_point: int = 0,
    *,
    result_scale: float | None = None,
    result_zero_point: int | None = None,
    operation: str = "softmax",
    axis: int = -1,
    beta: float = 1.0,
    steps: float = 1.0,
) -> None:
    """Fail if ``result`` is further than ``steps`` from the exact softmax on its grid.

    .. code-block:: python

        softmark.testing.assert_quantized(q, logits, scale=0.1, zero_point=3)

    A whole number q stands for the real number scale (q - zero point).  The exact result of those
    of ``logits`` is clipped to what the type of ``result`` can stand for: 127 stands for the
    probability 255/256, and for 1 too.

    Parameters
    ----------
    result, logits:
        Arrays of one shape, of whole numbers.
    scale, zero_point:
        Of ``logits``.
    result_scale, result_zero_point:
        Of ``result``: by default those of LiteRT's 8-bit quantization specification, for softmax
        1/256 and -128 (int8), 0 (uint8); for log_softmax 1/16 and 127, 255; in 16 bits 1/32768 and
        0.
    operation:
        ``softmax`` or ``log_softmax``.
    axis, beta:
        Along which, and the factor of the logits.
    steps:
        How far a right result may be off, in steps of its grid: 1 allows either of the two numbers
        beside the exact one, 0.5 correct rounding alone.

    Raises
    ------
    AssertionError
        An element is further off; the message has the worst one.
    TypeError, ValueError
        The arrays are no whole numbers of one shape, or the grid is not known.
    """
    __tracebackhide__ = True
    from softmark import oracle
    from softmark.answers.question import named

    named(operation, "operation", ("softmax", "log_softmax"))
    (q, own), (x, _) = _whole(result, "result"), _whole(logits, "logits")
    if q.shape != x.shape:
        raise ValueError(f"result and logits have shapes {q.shape} and {x.shape}; give one shape")
    if not (np.isfinite(scale) and scale > 0 and steps > 0):
        raise ValueError(f"scale is {scale} and steps are {steps}; both must be above 0")
    step, zero = _grid(operation, own, result_scale, result_zero_point)
    reals = float(scale) * (x.astype(np.float64) - zero_point)
    exact = (
        oracle.softmax(reals, axis=axis, beta=beta)
        if operation == "softmax"
        else oracle.log_softmax(beta * reals, axis=axis)
    ).value
    held = np.iinfo(own)
    due = np.clip(exact / step + zero, held.min, held.max)
    off = np.abs(q - due)
    wrong = off > steps + 2.0**-20
    if wrong.any():
        at = np.unravel_index(int(np.argmax(off)), off.shape)
        raise AssertionError(
            f"result at {[int(i) for i in at]}: got {int(q[at])}, which stands for "
            f"{step * (int(q[at]) - zero):.6g}; expected {due[at]:.4f}, {exact[at]:.6g}; "
            f"{off[at]:.3g} steps off, {steps:g} allowed; {int(wrong.sum())} of {wrong.size} are "
            "wrong"
        )


def _whole(array: Any, name: str) -> tuple[NDArray[Any], str]:
    """The whole numbers, and the name of their type.

    Raises
    ------
    TypeError
        They are of another kind.
    """
    from softmark.answers import foreign

    values, own = foreign.read(array, name)
    if values.dtype.kind not in "iu":
        raise TypeError(f"{name} is of type {own}; give whole numbers, as int8 or uint8")
    return values, own


def _grid(operation: str, own: str, scale: float | None, zero: int | None) -> tuple[float, int]:
    """The grid of the result: what is given, and else the usual one.

    Raises
    ------
    ValueError
        There is no usual one.
    """
    usual = GRIDS.get((operation, own), (None, None))
    step = usual[0] if scale is None else float(scale)
    offset = usual[1] if zero is None else int(zero)
    if step is None or offset is None:
        raise ValueError(
            f"{operation} in {own} has no usual grid: give result_scale and result_zero_point"
        )
    return step, offset
