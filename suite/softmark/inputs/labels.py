"""What goes beside logits, and directions for derivatives, seeded by the case."""

# Over 300 lines: each kind of array that goes beside logits, a function each.

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, Format, round_to
from softmark.inputs.registry import CHECK, generator
from softmark.options import PLAIN, Options
from softmark.records import Case

_LAST = 20  # classes from which high labels are drawn
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


SINKS: Final = ("zero", "twenty", "none", "largest", "member")
"""Kinds of sinks that are alike in every row of a case; ``usual`` has several kinds of its own."""


def sink_shape(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """The shape of the sinks of logits of ``shape``: 1 along the axis; a scalar has a scalar."""
    if not shape:
        return ()
    kept = axis % len(shape)
    return (*shape[:kept], 1, *shape[kept + 1 :])


def sinks_of(case: Case, kind: str, x: Float64Array, fmt: Format) -> Float64Array:
    """The sink of each row of logits ``x``, numbers of the format.

    ``zero``, ``twenty`` and ``largest`` (the largest finite number) say which number it is;
    ``none`` is minus infinity, which leaves softmax; ``member`` is a logit of the row, so that what
    is exact for the row is exact for it.  ``usual`` is 0, a logit of the row, or about its maximum.

    Raises
    ------
    ValueError
        There is no such kind.
    """
    shape = sink_shape(case.shape, case.axis)
    rng, numbers = generator(case, "sink"), {"zero": 0.0, "twenty": 20.0, "largest": fmt.max}
    if kind in numbers:
        return np.full(shape, numbers[kind])
    if kind == "none":
        return np.full(shape, -np.inf)
    members = _members(rng, x, case.axis, shape)
    if kind == "member":
        return members
    if kind == "usual":
        top = np.max(x, axis=case.axis, keepdims=bool(shape), where=np.isfinite(x), initial=-np.inf)
        near = np.where(np.isfinite(top), top, 0.0) + rng.normal(0.0, 3.0, shape)
        near = np.clip(round_to(near, fmt), -fmt.max, fmt.max)
        drawn = rng.integers(0, 3, shape)
        return np.choose(drawn, [np.zeros(shape), members, near])
    raise ValueError(f"unknown sink {kind!r}; there are usual, {', '.join(SINKS)}")


def _members(
    rng: np.random.Generator, x: Float64Array, axis: int, shape: tuple[int, ...]
) -> Float64Array:
    """A finite logit of each row; 0 where there is none."""
    if not x.size:
        return np.zeros(shape)
    finite = np.isfinite(x)
    keys = np.where(finite, rng.random(x.shape), -1.0)
    place = np.argmax(keys, axis=axis, keepdims=True) if shape else np.zeros((), int)
    chosen = np.take_along_axis(x, place, axis) if shape else x
    return np.where(np.isfinite(chosen), chosen, 0.0)


OTHERS: Final = ("same", "moved", "near", "apart", "uniform")
"""Kinds of other logits that are alike in every row of a case; ``usual`` is near or apart."""
EMPTY: Final = "empty"
"""Those of which about half are absent."""


def others_of(case: Case, kind: str, x: Float64Array, fmt: Format) -> Float64Array:
    """Other logits beside logits ``x``, absent where those are, numbers of the format.

    ``same`` are equal to x, ``moved`` those of another offset, so that both divergences are near 0;
    ``near`` are off by about 1, ``apart`` have nothing to do with x, and ``uniform`` are all 0.
    ``empty`` are absent in about half of the places, wherever x is.

    Raises
    ------
    ValueError
        There is no such kind.
    """
    rng, shape = generator(case, "other"), x.shape
    finite = np.where(np.isfinite(x), x, 0.0)
    noise, apart = rng.normal(0.0, 1.0, shape), rng.normal(0.0, 3.0, shape)
    match kind:
        case "same":
            found = finite
        case "moved":
            found = finite + 1.0
        case "near":
            found = finite + noise
        case "apart":
            found = apart
        case "uniform":
            found = np.zeros(shape)
        case "empty":
            return np.where(noise < 0, -np.inf, round_to(apart, fmt))
        case "usual":
            drawn = rng.integers(0, 2, sink_shape(case.shape, case.axis))
            found = np.where(drawn == 0, finite + noise, apart)
        case _:
            raise ValueError(f"unknown logits {kind!r}; there are usual, {', '.join(OTHERS)}")
    held = np.clip(round_to(found, fmt), -fmt.max, fmt.max)
    return np.where(np.isneginf(x), x, held)


TARGETS: Final = ("zero", "one", "hard", "soft", "half", "tiny", "near")
"""Kinds of targets that are alike in every row of a case; ``usual`` is hard or soft."""


def targets_of(case: Case, kind: str, x: Float64Array, fmt: Format) -> Float64Array:
    """A target for each of the logits ``x``, numbers of the format from 0 to 1.

    ``zero`` (or ``uniform``) and ``one`` are all that, ``half`` is 1/2, ``hard`` are 0 or 1, and
    ``soft`` are multiples of 1/128; ``tiny`` are about 1e-3 or so far below 1, and ``near`` are
    sigmoid(x), where the derivative cancels.  Each is exact, and so is its distance from 1.

    Raises
    ------
    ValueError
        There is no such kind.
    """
    rng, shape = generator(case, "target"), x.shape
    hard = rng.integers(0, 2, shape).astype(np.float64)
    soft = rng.integers(0, _SHARES + 1, shape) / _SHARES
    match kind:
        case "zero" | "uniform":
            return np.zeros(shape)
        case "one":
            return np.ones(shape)
        case "half":
            return np.full(shape, 0.5)
        case "hard":
            return hard
        case "soft":
            return round_to(soft, fmt)
        case "tiny":
            least = round_to(np.rint(rng.uniform(5e-4, 2e-3, shape) * 2**40) / 2**40, fmt)
            return np.where(hard == 1, round_to(1 - least, fmt), least)
        case "near":
            with np.errstate(over="ignore"):
                found = 1 / (1 + np.exp(-np.nan_to_num(x)))
            return round_to(np.rint(found * 2**20) / 2**20, fmt)
        case "usual":
            drawn = rng.integers(0, 2, sink_shape(case.shape, case.axis))
            return np.where(drawn == 0, hard, round_to(soft, fmt))
    raise ValueError(f"unknown targets {kind!r}; there are usual, {', '.join(TARGETS)}")


def class_indices(case: Case) -> NDArray[Any]:
    """A class for each row, int64, of the shape of the logits without their last axis.

    They are all ``label`` where the check says so, none is beyond what a ``label type`` holds, and
    where ``high`` are asked for every second one is among the last, and ``edges`` are at a multiple
    of a power of two or beside one.
    """
    if (label := _told_label(case)) is not None:
        labels = np.full(case.shape[:-1], label, dtype=np.int64)
    else:
        labels = _drawn(case)
    told = _told_options(case)
    if told.get("ignored"):
        labels = np.where(_ignored(case, str(told["ignored"])), told["ignore_index"], labels)
    return labels


def _drawn(case: Case) -> NDArray[Any]:
    told, among = _told(case), _classes(case)
    most = int(np.iinfo(told.get("label type", "int64")).max)
    stop = max(among.start + 1, min(among.stop, most + 1))
    rng = generator(case, "labels")
    found = rng.integers(among.start, stop, case.shape[:-1])
    if told.get("high"):
        flat = found.reshape(-1)
        flat[::2] = rng.integers(max(among.start, stop - _LAST), stop, flat[::2].shape)
    if told.get("edges"):
        tile = 2 ** rng.integers(1, max(2, stop.bit_length()), found.shape)
        near = tile * rng.integers(1, np.maximum(2, stop // tile + 1)) + rng.integers(
            -1, 2, tile.shape
        )
        found = np.clip(near, among.start, stop - 1)
    return found


def _ignored(case: Case, which: str) -> NDArray[np.bool_]:
    """The rows that do not count: ``all``, ``all but one``, or ``some``, a quarter and the first.

    Raises
    ------
    ValueError
        There are no such rows.
    """
    rows = np.arange(math.prod(case.shape[:-1])).reshape(case.shape[:-1])
    match which:
        case "all":
            return np.ones(rows.shape, bool)
        case "all but one":
            return np.asarray(rows != rows.size // 2)
        case "some":
            drawn = generator(case, "ignored").random(rows.shape) < 0.25
            return np.asarray((drawn | (rows == 0)) & (rows != rows.size - 1))
    raise ValueError(f"unknown rows {which!r}; there are all, all but one and some")


def loss_options(case: Case, fmt: Format) -> Options:
    """The options of the loss of a case: see ``softmark.options``.

    ``weight`` stands for a number of the format for each class, between 1/4 and 2.
    """
    told = {name: value for name, value in _told_options(case).items() if name != "ignored"}
    if told.get("weight"):
        drawn = generator(case, "weights").uniform(0.25, 2.0, case.shape[-1])
        told["weight"] = round_to(drawn, fmt)
    return Options(**told) if told else PLAIN


def _told_options(case: Case) -> dict[str, Any]:
    told = _told(case).get("options", {})
    return told if isinstance(told, dict) else {}


def _told(case: Case) -> dict[str, Any]:
    told: Any = case.parameters.get(CHECK, {})
    return told if isinstance(told, dict) else {}


def class_probabilities(case: Case, fmt: Format) -> Float64Array:
    """Probabilities of the logits' shape: multiples of 1/128 that sum to exactly 1.

    They are exact in the format, in whose 8 bits there are fewer and larger shares, so that no
    implementation is charged with a sum that is not 1.  Where the check names a ``label`` that and
    the next class have one half each.  Where it names ``shares`` they are ``loose``, of rows that
    sum to 1/4 to 2, or ``tiny``: 1e-30, or twice the least normal number, in place of most zeros,
    and in some rows nothing is larger.
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
    shares /= count
    match _told(case).get("shares"):
        case "loose":
            shares *= rng.choice([0.25, 0.5, 1.5, 2.0], (*rows, 1))
        case "tiny":
            least = max(1e-30, 2 * fmt.least_normal)
            shares = np.where((shares == 0) & (rng.random(case.shape) < 0.8), least, shares)
            shares = np.where(rng.random((*rows, 1)) < 0.3, np.minimum(shares, least), shares)
    return round_to(shares, fmt)


def _classes(case: Case) -> range:
    """The classes that may be labels: not those that a ``padded`` row lacks."""
    if case.family != "padded":
        return range(case.shape[-1])
    front, kept = (case.parameters.get(name, usual) for name, usual in (("front", 1), ("kept", 2)))
    assert isinstance(front, int)
    assert isinstance(kept, int)
    return range(front, front + kept)


def _told_label(case: Case) -> int | None:
    return _told(case).get("label")


def direction(case: Case, shape: tuple[int, ...], fmt: Format, purpose: str) -> Float64Array:
    """A normal cotangent or tangent of a shape, rounded to the format; or ones.

    They are all 1 where the check says ``ones`` under the name of the ``purpose``, of another scale
    where it says a number; with ``gaps`` half of the rows are 0, with ``nan`` a number is NaN.
    """
    said, rng = _told(case).get(purpose), generator(case, purpose)
    if said == "ones":
        return np.ones(shape)
    scale = float(said) if isinstance(said, int | float) else 1.0
    found = round_to(scale * rng.normal(size=shape), fmt)
    if said == "gaps" and found.size:
        one = sink_shape(shape, case.axis) if shape == case.shape else shape
        found = np.where(rng.random(one) < 0.5, 0.0, found)
    if said == "nan" and found.size:
        found.reshape(-1)[int(rng.integers(found.size))] = np.nan
    return found
