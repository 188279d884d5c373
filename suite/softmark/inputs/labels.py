"""Labels for cross-entropy, and directions for derivatives, seeded by the case."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, Format, round_to
from softmark.inputs.registry import CHECK, generator
from softmark.records import Case

_SHARES = 128  # a multiple of 1/128 is exact in bfloat16, whose significand has 8 bits


def labels_of(case: Case, kind: str, fmt: Format) -> NDArray[Any]:
    """The labels of a case: ``index``, ``probability``, or ``one-hot``, indices as probabilities.

    Probabilities are numbers of the format.

    Raises
    ------
    ValueError
        There is no such kind.
    """
    match kind:
        case "index":
            return class_indices(case)
        case "probability":
            return class_probabilities(case, fmt)
        case "one-hot":
            return np.asarray(class_indices(case)[..., None] == np.arange(case.shape[-1]), float)
    raise ValueError(f"unknown labels {kind!r}; there are index, probability and one-hot")


def behind_mask(case: Case, kind: str, fmt: Format) -> Float64Array:
    """What a function finds behind a mask: ``ordinary`` numbers, or ``hostile`` ones as well.

    Of the logits' shape; the hostile ones are NaN, infinities, and the largest numbers.
    """
    rng = generator(case, "behind")
    found = round_to(rng.normal(0.0, 3.0, case.shape), fmt)
    if kind == "hostile":
        most = min(fmt.max, 1e30)
        odd = np.array([np.nan, np.inf, -np.inf, most, -most, fmt.max, -fmt.max])
        found = np.where(
            rng.random(case.shape) < 0.8, rng.choice(round_to(odd, fmt), case.shape), found
        )
    return found


def class_indices(case: Case) -> NDArray[Any]:
    """A class for each row, int64, of the shape of the logits without their last axis.

    They are all ``label`` where the check says so.
    """
    if (label := _told_label(case)) is not None:
        return np.full(case.shape[:-1], label, dtype=np.int64)
    among = _classes(case)
    return generator(case, "labels").integers(among.start, among.stop, case.shape[:-1])


def class_probabilities(case: Case, fmt: Format) -> Float64Array:
    """Probabilities of the logits' shape: multiples of 1/128 that sum to exactly 1.

    They are exact in the format, in whose 8 bits there are fewer and larger shares, so that no
    implementation is charged with a sum that is not 1.  Where the check names a ``label`` that and
    the next class have one half each.
    """
    if (label := _told_label(case)) is not None:
        halves = np.zeros(case.shape)
        halves[..., [label, label + 1]] = 0.5
        return halves
    rng, among, rows = generator(case, "labels"), _classes(case), case.shape[:-1]
    weights = rng.dirichlet(np.full(len(among), 0.3), rows)
    weights /= weights.sum(axis=-1, keepdims=True)
    shares = np.zeros(case.shape)
    count = min(_SHARES, 1 << fmt.precision)
    shares[..., among.start : among.stop] = rng.multinomial(count, weights)
    return shares / count


def _classes(case: Case) -> range:
    """The classes that may be labels: not those that a ``padded`` row lacks."""
    if case.family != "padded":
        return range(case.shape[-1])
    front, kept = (case.parameters.get(name, usual) for name, usual in (("front", 1), ("kept", 2)))
    assert isinstance(front, int)
    assert isinstance(kept, int)
    return range(front, front + kept)


def _told_label(case: Case) -> int | None:
    told: Any = case.parameters.get(CHECK, {})
    return told.get("label") if isinstance(told, dict) else None


def direction(case: Case, shape: tuple[int, ...], fmt: Format, purpose: str) -> Float64Array:
    """A normal cotangent or tangent of a shape, rounded to the format; or ones.

    They are all 1 where the check says ``ones`` under the name of the ``purpose``, and of another
    scale where it says a number.
    """
    told: Any = case.parameters.get(CHECK, {})
    said = told.get(purpose) if isinstance(told, dict) else None
    if said == "ones":
        return np.ones(shape)
    scale = 1.0 if said is None else float(said)
    return round_to(scale * generator(case, purpose).normal(size=shape), fmt)
