"""Messages that ask a subject for something, with its arrays as bit patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.contracts import NONFINITE
from softmark.formats import Float64Array, Format, encode
from softmark.subjects.presenting import Presented
from softmark.subjects.subject import Given
from softmark.subjects.wire import Message
from softmark_implementations.framework import CARRIERS

Labels = NDArray[Any] | None


def requested(
    verb: str,
    x: Float64Array,
    fmt: Format | str,
    axis: int,
    beta: float | None,
    labels: Labels,
    *,
    takes_mask: bool = False,
) -> Message:
    """A message that asks for a call.

    Parameters
    ----------
    takes_mask:
        Whether the function is given a mask in place of logits of minus infinity; then ``labels``
        are what it finds behind the mask.
    """
    if takes_mask:
        x, labels = hidden(x, labels)
    header: dict[str, Any] = {
        "verb": verb,
        "format": fmt if isinstance(fmt, str) else fmt.name,
        "axis": axis,
        "beta": None if beta is None else float(beta).hex(),
    }
    arrays = {"x": bits_of(x, fmt)}
    if labels is not None:
        kind = {"b": "bool", "i": "int64", "u": "int64"}.get(labels.dtype.kind, fmt)
        header["labels"] = kind if isinstance(kind, str) else kind.name
        arrays["labels"] = bits_of(labels, kind)
    return Message(header, arrays)


def hidden(x: Float64Array, behind: Labels) -> tuple[Float64Array, NDArray[np.bool_]]:
    """The logits with other numbers in place of minus infinity, and a mask that is false there."""
    kept = ~np.isneginf(x)
    return np.where(kept, x, 0.0 if behind is None else behind), kept


def bits_of(values: NDArray[Any], fmt: Format | str) -> NDArray[Any]:
    """The bit patterns of numbers of a format; whole numbers as they are."""
    return values.astype(CARRIERS[fmt]) if isinstance(fmt, str) else encode(values, fmt)


def nonfinite_in(x: Float64Array) -> set[str]:
    """Which of ``NONFINITE`` are among the logits."""
    found = (np.isnan(x).any(), np.isposinf(x).any(), np.isneginf(x).any())
    return {kind for kind, is_there in zip(NONFINITE, found, strict=True) if is_there}


def as_seen(given: Given, seen: Presented | None) -> Given:
    """An input of a series as the function takes it."""
    if seen is None or seen.is_same:
        return given
    g = None if given.g is None else seen.result(given.g)
    labels = seen.labels(given.labels)
    return replace(given, x=seen.array(given.x), axis=seen.to, labels=labels, g=g)


def series_requested(
    inputs: Sequence[Given],
    callers: Sequence[Sequence[int]],
    fmt: Format,
    beta: float | None,
    *,
    takes_mask: bool = False,
) -> Message:
    """The inputs of a series in one message, the arrays of the first under ``x0`` and so on."""
    header: dict[str, Any] = {"inputs": [], "callers": [list(numbers) for numbers in callers]}
    arrays: dict[str, NDArray[Any]] = {}
    for number, given in enumerate(inputs):
        one = requested(
            "series", given.x, fmt, given.axis, beta, given.labels, takes_mask=takes_mask
        )
        if given.g is not None:
            one.arrays["g"] = encode(given.g, fmt)
        header["inputs"].append({"axis": given.axis, "may_raise": given.may_raise})
        told = ("verb", "format", "beta", "labels")
        header |= {name: one.header[name] for name in told if name in one.header}
        arrays |= {f"{name}{number}": array for name, array in one.arrays.items()}
    return Message(header, arrays)


def joined(requests: Sequence[Message]) -> Message:
    """Requests for several calls as one, the arrays of the first under ``x0`` and so on."""
    calls = [{**request.header, "arrays": [*request.arrays]} for request in requests]
    arrays = {
        f"{name}{number}": array
        for number, request in enumerate(requests)
        for name, array in request.arrays.items()
    }
    return Message({"verb": "several", "calls": calls}, arrays)
