"""What the operations look like: curves over one logit, plain mathematics and no measurement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from softmark_reports.pictures.frame import Axis, frame
from softmark_reports.pictures.picture import Key, Panel, Picture
from softmark_reports.pictures.sketch import Sketch

Array = NDArray[np.float64]
BETAS: Final = (1, 2, 8)
REACH: Final = 4.0
POINTS: Final = 81
COLOURS: Final = ("c0", "c2", "c5")


@dataclass(frozen=True)
class Shape:
    """A function of one number drawn for several inverse temperatures, and its limit."""

    name: str
    title: str
    caption: str
    label: str
    low: float
    high: float
    curve: Callable[[Array, float], Array]
    limit: Callable[[Array], Array] | None
    betas: Sequence[int] = BETAS
    says: str = ""


def softmax(x: Array, beta: float) -> Array:
    """The first of two probabilities, for the logits (x, 0)."""
    return np.asarray(1 / (1 + np.exp(-beta * x)))


def log_softmax(x: Array, beta: float) -> Array:
    """Its logarithm."""
    return np.asarray(-np.logaddexp(0, -beta * x))


def softargmax(x: Array, beta: float) -> Array:
    """The expected index, for the logits (x, 0, -x)."""
    weights = np.exp(beta * (np.stack([x, 0 * x, -x]) - np.abs(x)))
    return np.asarray((np.arange(3) @ weights) / weights.sum(axis=0))


SHAPES: Final = (
    Shape(
        "softmax-and-beta", "Softmax and its inverse temperature",
        "The first probability of softmax(β(x, 0)): the larger β, the nearer to hardmax, the "
        "step (dashed).", "softmax(β(x, 0))₁", 0, 1, softmax,
        lambda x: np.heaviside(x, 1.0),
        says="from 0 to 1 through ½ at x = 0, steeper the larger β is",
    ),
    Shape(
        "log-softmax", "The logarithm of softmax",
        "The first of log_softmax((x, 0)): a straight line where the logit loses, and just below 0 "
        "where it wins: there a result formed as log(softmax) has no digits left.",
        "log_softmax((x, 0))₁", -4, 0, log_softmax, None, (1,),
        says="rising along the line x and levelling off just below 0",
    ),
    Shape(
        "sigmoid", "The softmax of two classes", "sigmoid(x) = softmax((x, 0))₁.",
        "sigmoid(x)", 0, 1, softmax, None, (1,), says="from 0 to 1 through ½ at x = 0",
    ),
    Shape(
        "cross-entropy", "The loss of one class of two",
        "−log_softmax((x, 0)) at the first class: linear where the prediction is wrong, and "
        "vanishing where it is right.", "loss", 0, 4,
        lambda x, beta: np.asarray(-log_softmax(x, beta)), None, (1,),
        says="falling along the line −x and levelling off just above 0",
    ),
    Shape(
        "softargmax-and-argmax", "Softargmax and argmax",
        "The index that argmax gives for the logits (x, 0, −x) jumps from 2 to 0 (dashed); the "
        "expected index moves smoothly, so that a gradient passes.", "index", 0, 2, softargmax,
        lambda x: np.asarray(np.where(x >= 0, 0.0, 2.0)),
        says="from 2 to 0 through 1 at x = 0, steeper the larger β is",
    ),
)  # fmt: skip


@cache
def shapes() -> dict[str, Picture]:
    """All of them, by name."""
    return {shape.name: _picture(shape) for shape in SHAPES}


def _picture(shape: Shape) -> Picture:
    several = len(shape.betas) > 1
    x = np.linspace(-REACH, REACH, POINTS)
    curves = {beta: shape.curve(x, beta) for beta in shape.betas}
    keys = [
        Key(colour, "", f"β = {beta}") for beta, colour in zip(curves, COLOURS, strict=False)
    ] if several else []  # fmt: skip
    return Picture(
        name=shape.name,
        title=shape.title,
        caption=shape.caption,
        panels=[_panel(shape, x, curves)],
        keys=keys,
        data=pd.DataFrame({"x": x} | {f"beta_{beta}": y for beta, y in curves.items()}),
    )


def _panel(shape: Shape, x: Array, curves: dict[int, Array]) -> Panel:
    vertical = Axis(shape.label, shape.low, shape.high, "plain")
    sketch = Sketch(frame(Axis("x", -REACH, REACH, "plain"), vertical))
    if shape.limit is not None:
        sketch.curve(list(x), list(shape.limit(x)), "ink", "dashed")
    for y, colour in zip(curves.values(), COLOURS, strict=False):
        sketch.curve(list(x), list(y), colour)
    return sketch.panel("", f"{shape.title}: {shape.label} against x, {shape.says}.")
